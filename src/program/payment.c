/* SPDX-License-Identifier: GPL-3.0-or-later */
/* payment.csv: the numbers of the population-based and the C&TC payment [15.2.4, 15.3.5, 5.2.1]. */
#include "program/fields.h"
#include "program/load.h"

#include <string.h>

enum { NAME, VALUE, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {{"name", true}, {"value", true}};

#define AT(field) offsetof(struct ihp__payment_terms, field)

/* Each name, where its number goes, and the largest number allowed. */
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
    /* In the order of enum ihp__uplift. */
    {"uplift_smi_and_sud", AT(uplift[0]), 100},
    {"uplift_smi_or_sud", AT(uplift[1]), 100},
    {"uplift_homeless_or_incarcerated", AT(uplift[2]), 100},
    {"uplift_cpi_or_parent_spmi", AT(uplift[3]), 100},
    {"uplift_parent_smi_or_sud", AT(uplift[4]), 100},
};
enum { NAMES = sizeof names / sizeof names[0] };

const char *ihp__payment_name(size_t i)
{
    return i < NAMES ? names[i].name : NULL;
}

const char *ihp__payment_uplift_name(size_t uplift)
{
    static const char prefix[] = "uplift_";
    for (size_t i = 0; i < NAMES; i++) {
        if (names[i].offset == AT(uplift[0]) + uplift * sizeof(double)) {
            return names[i].name + sizeof prefix - 1;
        }
    }
    return NULL;
}

double *ihp__payment_number(struct ihp__payment_terms *terms, size_t i)
{
    return (double *)(void *)((char *)terms + names[i].offset);
}

struct payment_reader {
    struct ihp__program_load *load;
    bool seen[NAMES];
};

/* Reports a name that is not valid, with those that are. */
static enum ihp_status refuse_name(const struct ihp__csv_row *row, struct ihp_error *err)
{
    char expected[600] = "";
    for (size_t n = 0, used = 0; n < NAMES && used < sizeof expected; n++) {
        used += (size_t)snprintf(expected + used, sizeof expected - used, "%s%s",
                                 n == 0          ? ""
                                 : n + 1 < NAMES ? ", "
                                                 : " or ",
                                 names[n].name);
    }
    return ihp__fail_value(err, row, NAME, expected);
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct payment_reader *r = context;
    double value;
    size_t n = 0;
    while (n < NAMES && strcmp(row->field[NAME], names[n].name) != 0) {
        n++;
    }
    if (n == NAMES) {
        return refuse_name(row, err);
    }
    if (r->seen[n]) {
        return ihp__fail_field(err, row, NAME, "'%s' appears twice; keep one row of each name",
                               names[n].name);
    }
    const struct ihp__number_bounds bounds = {
        .high = names[n].most,
        .required = true,
        .expected = names[n].most > 100 ? "dollars from 0 to 1000000"
                                        : "a fraction from 0 to 100, such as 0.15"};
    if (ihp__field_number(row, VALUE, &bounds, &value, err) != IHP_OK) {
        return err->status;
    }
    memcpy((char *)&r->load->program->payment + names[n].offset, &value, sizeof value);
    r->seen[n] = true;
    return IHP_OK;
}

/* Refuses a curve that falls from one piece to the next, as it would pay less for a higher risk. */
static enum ihp_status check_order(const struct ihp__program *program, struct ihp_error *err)
{
    const struct ihp__payment_terms *t = &program->payment;
    if (t->flat_first <= t->flat_second && t->flat_second <= t->linear_start &&
        t->log_start <= t->top_start && t->top_start <= t->top_end) {
        return IHP_OK;
    }
    return ihp__fail(
        err, IHP_ERR_DATA,
        "%s/payment.csv: column value: the dollars fall where the risk rises; expected "
        "flat_first <= flat_second <= linear_start and log_start <= top_start <= "
        "top_end [15.2.4]",
        program->folder);
}

enum ihp_status ihp__read_payment(struct ihp__program_load *load, const char *path,
                                  struct ihp_error *err)
{
    struct payment_reader reader = {.load = load};
    load->program->payment.given = true;
    if (ihp__csv_read(path, columns, COLUMNS, on_row, &reader, load->notices, err) != IHP_OK) {
        return err->status;
    }
    for (size_t n = 0; n < NAMES; n++) {
        if (!reader.seen[n]) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s/payment.csv: column name: '%s' is missing; add a row of it (every "
                             "number of the payment is required) [15.2.4, 15.3.5]",
                             load->program->folder, names[n].name);
        }
    }
    return check_order(load->program, err);
}
