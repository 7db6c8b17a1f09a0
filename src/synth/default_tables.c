/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a program folder that are the contract's, as inputs/program-defaults has them. */
#include "synth/folder.h"

#include "program/program.h"
#include "synth/program_defaults.h"

#include <string.h>

/* The contract names the uplifts [15.3.5] without amounts. These amounts, in the order of
 * ihp__payment_uplift_name, are invented. */
static const char *const uplifts[IHP__PAYMENT_UPLIFTS] = {
    "0.30", /* SMI and SUD */
    "0.15", /* SMI or SUD */
    "0.20", /* homeless or incarcerated */
    "0.25", /* child protection involvement or SPMI of a parent */
    "0.40", /* SMI or SUD of a parent */
};

/* Returns the text of a table, NULL if there is none of this name. */
static const char *default_text(const char *name)
{
    const struct ihp__program_default *table = ihp__program_defaults;
    while (table->name != NULL && strcmp(table->name, name) != 0) {
        table++;
    }
    return table->text;
}

bool ihp__synth_has_default(const char *name)
{
    return default_text(name) != NULL;
}

void ihp__synth_write_default(FILE *stream, const char *name)
{
    fputs(default_text(name), stream);
}

/* Returns the uplift of a row, which begins with its name and a comma; NULL for other rows. */
static const char *uplift_of(const char *row, size_t name_length)
{
    static const char prefix[] = "uplift_";
    const size_t skip = sizeof prefix - 1;
    if (name_length <= skip || strncmp(row, prefix, skip) != 0) {
        return NULL;
    }
    for (size_t u = 0; u < IHP__PAYMENT_UPLIFTS; u++) {
        const char *name = ihp__payment_uplift_name(u);
        if (strlen(name) == name_length - skip &&
            strncmp(row + skip, name, name_length - skip) == 0) {
            return uplifts[u];
        }
    }
    return NULL;
}

void ihp__synth_write_payment(FILE *stream, const struct ihp__synth_model *model)
{
    (void)model;
    for (const char *row = default_text("payment.csv"); *row != '\0';) {
        size_t length = strcspn(row, "\n") + 1, name = strcspn(row, ",");
        const char *uplift = uplift_of(row, name);
        if (uplift == NULL) {
            fwrite(row, 1, length, stream);
        } else {
            fprintf(stream, "%.*s,%s\n", (int)name, row, uplift);
        }
        row += length;
    }
}
