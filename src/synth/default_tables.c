/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a program folder that are the contract's, as inputs/program-defaults has them. */
#include "synth/folder.h"

#include "synth/program_defaults.h"

#include <string.h>

/* The contract names the uplifts [15.3.5] without amounts. These amounts are invented. */
static const struct {
    const char *name, *value;
} uplifts[] = {
    {"uplift_smi_and_sud", "0.30"},
    {"uplift_smi_or_sud", "0.15"},
    {"uplift_homeless_or_incarcerated", "0.20"},
    {"uplift_cpi_or_parent_spmi", "0.25"},
    {"uplift_parent_smi_or_sud", "0.40"},
};

static const char *default_text(const char *name)
{
    const struct ihp__program_default *table = ihp__program_defaults;
    while (table->name != NULL && strcmp(table->name, name) != 0) {
        table++;
    }
    return table->text;
}

void ihp__synth_write_default(FILE *stream, const char *name)
{
    fputs(default_text(name), stream);
}

/* Returns the uplift of a row, which begins with its name and a comma; NULL for other rows. */
static const char *uplift_of(const char *row, size_t name_length)
{
    for (size_t i = 0; i < sizeof uplifts / sizeof uplifts[0]; i++) {
        if (strlen(uplifts[i].name) == name_length &&
            strncmp(row, uplifts[i].name, name_length) == 0) {
            return uplifts[i].value;
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
