/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loops.c - chooses the instructions of the bootstrap. */
#include "resample/loops.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#define VARIABLE "IHP_INSTRUCTIONS"

/* From the fastest to the slowest. */
static const struct ihp__loops *const versions[] = {
#if defined(__x86_64__)
    &ihp__loops_avx512vnni,
    &ihp__loops_avx512,
    &ihp__loops_avx2,
#endif
    &ihp__loops_plain,
};
enum { VERSIONS = sizeof versions / sizeof versions[0] };

static const struct ihp__loops *chosen;

/* Returns the fastest version that this processor can run. */
static const struct ihp__loops *fastest(void)
{
    size_t i = 0;
    while (!versions[i]->runs()) {
        i++;
    }
    return versions[i];
}

const struct ihp__loops *ihp__loops_chosen(void)
{
    if (chosen == NULL) {
        chosen = fastest();
    }
    return chosen;
}

/* Lists the versions that this processor can run: "avx2, plain". */
static const char *list_versions(char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < VERSIONS; i++) {
        if (versions[i]->runs()) {
            const size_t used = strlen(text);
            snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", versions[i]->name);
        }
    }
    return text;
}

enum ihp_status ihp__instructions_choose(struct ihp_error *err)
{
    char text[64];
    const char *given = getenv(VARIABLE);
    if (given == NULL || given[0] == '\0') {
        chosen = fastest();
        return IHP_OK;
    }
    for (size_t i = 0; i < VERSIONS; i++) {
        if (strcmp(given, versions[i]->name) != 0) {
            continue;
        }
        if (!versions[i]->runs()) {
            return ihp__fail(err, IHP_ERR_USAGE,
                             "environment variable " VARIABLE ": this processor has no %s "
                             "instructions; use one of %s, or do not set the variable",
                             given, list_versions(text, sizeof text));
        }
        chosen = versions[i];
        return IHP_OK;
    }
    return ihp__fail(err, IHP_ERR_USAGE,
                     "environment variable " VARIABLE ": '%s' is not valid; use one of %s, or do "
                     "not set the variable",
                     given, list_versions(text, sizeof text));
}

const char *ihp__instructions_chosen(void)
{
    return ihp__loops_chosen()->name;
}

const char *ihp__instructions_listed(size_t place)
{
    for (size_t i = 0; i < VERSIONS; i++) {
        if (versions[i]->runs() && place-- == 0) {
            return versions[i]->name;
        }
    }
    return NULL;
}
