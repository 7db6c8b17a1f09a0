/* SPDX-License-Identifier: GPL-3.0-or-later */
/* payment.csv: the numbers of the population-based and the C&TC payment [15.2.4, 15.3, 5.2.1]. */
#include "program_internal.h"

#include <string.h>

enum { NAME, VALUE, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {{"name", true}, {"value", true}};

#define AT(field) offsetof(struct ihp__payment_terms, field)

/* Every name, where its number goes, and the greatest it may be. */
static const struct {
    const char *name;
    size_t offset;
    double most;
} names[] = {
    {"flat_first", AT(flat_first), 1e6},
    {"flat_second", AT(flat_second), 1e6},
    {"linear_start", AT(linear_start), 1e6},
    {"linear_step", AT(linear_step), 1e6},
    {"log_start", AT(log_start), 1e6},
    {"top_start", AT(top_start), 1e6},
    {"top_end", AT(top_end), 1e6},
    {"ctc", AT(ctc), 1e6},
    {"uplift_smi_and_sud", AT(uplift[0]), 100},
    {"uplift_smi_or_sud", AT(uplift[1]), 100},
    {"uplift_homeless_or_incarcerated", AT(uplift[2]), 100},
    {"uplift_cpi_or_parent_spmi", AT(uplift[3]), 100},
    {"uplift_parent_smi_or_sud", AT(uplift[4]), 100},
};
enum { NAMES = sizeof names / sizeof names[0] };

static const char allowed_names[] =
    "flat_first, flat_second, linear_start, linear_step, log_start, top_start, top_end, ctc, "
    "uplift_smi_and_sud, uplift_smi_or_sud, uplift_homeless_or_incarcerated, "
    "uplift_cpi_or_parent_spmi or uplift_parent_smi_or_sud, each once";

struct reading {
    struct ihp__program_load *load;
    bool seen[NAMES];
};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct reading *r = context;
    char saw[64];
    double value;
    size_t n = 0;
    while (n < NAMES && strcmp(row->field[NAME], names[n].name) != 0) {
        n++;
    }
    if (n == NAMES || r->seen[n]) {
        return ihp__fail_field(err, row, "name", ihp__quote(row->field[NAME], saw), allowed_names);
    }
    if (!ihp__decimal_parse(row->field[VALUE], &value) || value < 0 || value > names[n].most) {
        return ihp__fail_field(err, row, "value", ihp__quote(row->field[VALUE], saw),
                               names[n].most > 100 ? "dollars from 0 to 1000000"
                                                   : "a fraction from 0 to 100, such as 0.15");
    }
    memcpy((char *)&r->load->program->payment + names[n].offset, &value, sizeof value);
    r->seen[n] = true;
    return IHP_OK;
}

/* The curve must not fall from one piece to the next, or a higher risk would be paid less. */
static enum ihp_status check_order(const struct ihp__program *program, struct ihp_error *err)
{
    const struct ihp__payment_terms *t = &program->payment;
    if (t->flat_first <= t->flat_second && t->flat_second <= t->linear_start &&
        t->log_start <= t->top_start && t->top_start <= t->top_end) {
        return IHP_OK;
    }
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s/payment.csv: value: the dollars fall where the risk rises; flat_first <= "
                     "flat_second <= linear_start and log_start <= top_start <= top_end are wanted "
                     "[15.2.4]",
                     program->folder);
}

enum ihp_status ihp__program_read_payment(struct ihp__program_load *load, struct ihp_error *err)
{
    struct reading reading = {.load = load};
    bool *given = &load->program->payment.given;
    char path[IHP__PROGRAM_PATH_BYTES];
    if (ihp__csv_find(load->program->folder, "payment", false, path, sizeof path, given, err) !=
            IHP_OK ||
        !*given ||
        ihp__csv_read(path, columns, COLUMNS, on_row, &reading, load->notices, err) != IHP_OK) {
        return err->status;
    }
    for (size_t n = 0; n < NAMES; n++) {
        if (!reading.seen[n]) {
            return ihp__fail(
                err, IHP_ERR_DATA,
                "%s/payment.csv: name: '%s' is missing; every number of the payment is "
                "wanted [15.2.4, 15.3]",
                load->program->folder, names[n].name);
        }
    }
    return check_order(load->program, err);
}
