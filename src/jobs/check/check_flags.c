/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of flags, and the list of those that were raised. */
#include "jobs/check/check_flags.h"

#include "base/nearest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLAG_TEXT = 600 };

static const struct {
    const char *name, *meaning;
    bool strict;
} table[IHP__CHECK_FLAGS] = {
#define ROW(flag, text, strict, meaning) {text, meaning, strict},
    IHP__CHECK_FLAG_LIST(ROW)
#undef ROW
};

void ihp__flag_raise(struct ihp__flags *flags, enum ihp__check_flag flag, const char *format, ...)
{
    char text[FLAG_TEXT];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (!ihp__array_reserve(&flags->raised, &flags->capacity, flags->count + 1,
                            sizeof *flags->raised)) {
        flags->short_of_memory = true;
        return;
    }
    struct ihp__raised *raised = &flags->raised[flags->count];
    *raised = (struct ihp__raised){.flag = flag, .text = strdup(text)};
    flags->short_of_memory |= raised->text == NULL;
    flags->count += raised->text != NULL;
}

const char *ihp__flag_name(size_t flag, const char **meaning, bool *strict)
{
    if (flag >= IHP__CHECK_FLAGS) {
        return NULL;
    }
    *meaning = table[flag].meaning;
    *strict = table[flag].strict;
    return table[flag].name;
}

const char *ihp__flag_advice(enum ihp__check_flag flag)
{
    switch (flag) {
    case IHP__FLAG_OVERLAPPING_ROSTERS:
    case IHP__FLAG_UNSEEN_NPIS:
        return "correct the rosters of the program folder";
    case IHP__FLAG_UNSEEN_CODES:
        return "correct codes.csv of the program folder, or the procedures of the extract and "
               "import it again";
    case IHP__FLAG_UNLISTED_TAXONOMIES:
        return "complete taxonomy.csv of the program folder, or correct providers.csv of the "
               "extract and import it again";
    case IHP__FLAG_UNLISTED_SERVICES:
        return "complete categories.csv of the program folder, or correct the services of the "
               "extract and import it again";
    case IHP__FLAG_EMPTY_TABLES:
    case IHP__FLAG_MISSING_MONTHS:
    case IHP__FLAG_LOW_MONTHS:
        return "complete the extract and import it again";
    default:
        return "complete or correct the extract and import it again";
    }
}

/* Finds the flag with a name of `length` bytes; IHP__CHECK_FLAGS if there is none. */
static size_t find(const char *name, size_t length)
{
    size_t flag = 0;
    while (flag < IHP__CHECK_FLAGS &&
           (strlen(table[flag].name) != length || memcmp(table[flag].name, name, length) != 0)) {
        flag++;
    }
    return flag;
}

enum ihp_status ihp__flags_parse(const char *list, bool set[IHP__CHECK_FLAGS],
                                 struct ihp_error *err)
{
    bool found[IHP__CHECK_FLAGS] = {false};
    for (size_t flag = 0; list == NULL && flag < IHP__CHECK_FLAGS; flag++) {
        found[flag] = table[flag].strict;
    }
    for (const char *at = list; at != NULL;) {
        size_t length = strcspn(at, ","), flag = find(at, length);
        if (flag == IHP__CHECK_FLAGS) {
            char name[64];
            snprintf(name, sizeof name, "%.*s", (int)(length < 60 ? length : 60), at);
            const char *names[IHP__CHECK_FLAGS];
            for (size_t i = 0; i < IHP__CHECK_FLAGS; i++) {
                names[i] = table[i].name;
            }
            const char *near = ihp__nearest(name, names, IHP__CHECK_FLAGS);
            return ihp__fail(err, IHP_ERR_USAGE,
                             "'%s' is not a flag of ihp check%s%s%s; 'ihp check --help' lists them",
                             name, near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
                             near == NULL ? "" : "'?");
        }
        found[flag] = true;
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    memcpy(set, found, sizeof found);
    return IHP_OK;
}

void ihp__flags_free(struct ihp__flags *flags)
{
    for (size_t i = 0; i < flags->count; i++) {
        free(flags->raised[i].text);
    }
    free(flags->raised);
    *flags = (struct ihp__flags){0};
}
