/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rosters.csv: the providers of each IHP by quarter [3.8], the roster in force in a quarter, and
 * the check that no claim line belongs to two IHPs. */
#include "program/fields.h"
#include "program/load.h"

#include "base/npi.h"

#define XXH_STATIC_LINKING_ONLY /* for a state that needs no memory of its own */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { IHP, QUARTER, ROLE, NPI, DESIGNATION, TAXONOMY, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"ihp_id", true}, {"quarter", true},      {"role", true},
    {"npi", true},    {"designation", false}, {"taxonomy", false},
};

static const char *const role_texts[] = {
    [IHP__ROLE_BILLING] = "billing", [IHP__ROLE_TREATING] = "treating"};
static const char *const class_texts[] = {"", "SPE", "PCP"};

static enum ihp_status read_provider(const struct ihp__csv_row *row, struct ihp__roster_row *r,
                                     struct ihp_error *err)
{
    static const struct ihp__code_list designations = {class_texts, 3, "PCP, SPE or blank"};
    int designation;
    if (!ihp__npi_parse(row->field[NPI], &r->npi) || r->npi == IHP__NPI_BLANK) {
        return ihp__fail_value(err, row, NPI, "10 digits, or a UMPI (a letter and 9 digits)");
    }
    if (ihp__field_choice(row, DESIGNATION, &designations, &designation, err) != IHP_OK) {
        return err->status;
    }
    if (row->length[TAXONOMY] > IHP__TAXONOMY_MAX) {
        return ihp__fail_value(err, row, TAXONOMY,
                               "a NUCC code of at most 10 characters, or blank");
    }
    r->designation = designation - 1; /* enum ihp__provider_class begins with SPE */
    memcpy(r->taxonomy, row->field[TAXONOMY], row->length[TAXONOMY]);
    return IHP_OK;
}

static enum ihp_status read_row(const struct ihp__program *program, const struct ihp__csv_row *row,
                                struct ihp__roster_row *r, struct ihp_error *err)
{
    static const struct ihp__code_list roles = {role_texts, 2, "billing or treating"};
    int role;
    if (ihp__field_partnership(program, row, IHP, &r->partnership, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__quarter_parse(row->field[QUARTER], &r->quarter)) {
        return ihp__fail_value(err, row, QUARTER, "a quarter such as 2025Q4");
    }
    if (ihp__field_choice(row, ROLE, &roles, &role, err) != IHP_OK) {
        return err->status;
    }
    r->role = (enum ihp__role)role;
    return read_provider(row, r, err);
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__roster_row r = {.line = row->line};
    if (read_row(program, row, &r, err) != IHP_OK) {
        return err->status;
    }
    if (r.role == IHP__ROLE_TREATING && program->partnership[r.partnership].all_in) {
        ihp__notice_add(load->notices,
                        "rosters.csv: treating rows of %s are not used: its roster is "
                        "all_in [3.8.4.1]",
                        program->partnership[r.partnership].id);
    }
    if (!ihp__array_reserve(&program->roster, &load->roster_capacity, program->roster_rows + 1,
                            sizeof *program->roster)) {
        return ihp__fail_memory(err, "rosters.csv");
    }
    program->roster[program->roster_rows++] = r;
    return IHP_OK;
}

static int by_roster(const void *a, const void *b)
{
    const struct ihp__roster_row *x = a, *y = b;
    if (x->partnership != y->partnership) {
        return x->partnership < y->partnership ? -1 : 1;
    }
    if (x->quarter != y->quarter) {
        return x->quarter < y->quarter ? -1 : 1;
    }
    if (x->role != y->role) {
        return x->role < y->role ? -1 : 1;
    }
    if (x->npi != y->npi) {
        return x->npi < y->npi ? -1 : 1;
    }
    return (x->line > y->line) - (x->line < y->line);
}

static bool same_entry(const struct ihp__roster_row *x, const struct ihp__roster_row *y)
{
    return x->partnership == y->partnership && x->quarter == y->quarter && x->role == y->role &&
           x->npi == y->npi;
}

/* Refuses rows that name one NPI twice in a role of one roster and contradict each other. */
static enum ihp_status check_repeats(const struct ihp__program *program, struct ihp_error *err)
{
    for (size_t i = 1; i < program->roster_rows; i++) {
        const struct ihp__roster_row *x = &program->roster[i - 1], *y = &program->roster[i];
        char npi[IHP__NPI_TEXT];
        if (same_entry(x, y) &&
            (x->designation != y->designation || strcmp(x->taxonomy, y->taxonomy) != 0)) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s/rosters.csv:%" PRIu64 ": NPI %s has another designation or "
                             "taxonomy on line %" PRIu64 "; keep one of the two",
                             program->folder, y->line, ihp__npi_format(y->npi, npi), x->line);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__read_rosters(struct ihp__program_load *load, const char *path,
                                  struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    if (ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err) != IHP_OK ||
        program->roster_rows == 0) {
        return err->status;
    }
    qsort(program->roster, program->roster_rows, sizeof *program->roster, by_roster);
    return check_repeats(program, err);
}

/* Adds the rosters up to the end of the performance year. */
void ihp__rosters_terms(struct ihp__terms_hash *terms, const struct ihp__program *program)
{
    for (size_t i = 0; i < program->roster_rows; i++) {
        const struct ihp__roster_row *row = &program->roster[i];
        if (row->quarter <= terms->performance_year * 4 + 3) {
            ihp__terms_add(terms, "roster %d %d %d %lld %d %s", row->partnership, row->quarter,
                           (int)row->role, (long long)row->npi, row->designation, row->taxonomy);
        }
    }
}

const struct ihp__roster_row *ihp__program_roster(const struct ihp__program *program,
                                                  int partnership, int32_t quarter, size_t *count)
{
    const struct ihp__roster_row *first = NULL;
    *count = 0;
    for (size_t i = 0; i < program->roster_rows; i++) {
        const struct ihp__roster_row *row = &program->roster[i];
        if (row->partnership != partnership || row->quarter > quarter) {
            continue;
        }
        if (first == NULL || row->quarter != first->quarter) { /* rows ascend by quarter */
            first = row;
            *count = 0;
        }
        ++*count;
    }
    return first;
}

enum ihp_status ihp__program_in_force(const struct ihp__program *program, int32_t day,
                                      struct ihp__program *view, struct ihp_error *err)
{
    *view = *program;
    view->roster = malloc((program->roster_rows + 1) * sizeof *view->roster);
    view->roster_rows = 0;
    if (view->roster == NULL) {
        return ihp__fail_memory(err, "rosters");
    }
    for (size_t i = 0; i < program->roster_rows; i++) {
        const struct ihp__roster_row *row = &program->roster[i];
        if (ihp__partnership_in_force(&program->partnership[row->partnership], day)) {
            view->roster[view->roster_rows++] = *row;
        }
    }
    return IHP_OK;
}

/* ---- lines of two IHPs --------------------------------------------------------------------------
 */

/* A billing NPI on the roster of an IHP. */
struct billing_pair {
    int64_t npi;
    int partnership;
};

static int by_npi(const void *a, const void *b)
{
    const struct billing_pair *x = a, *y = b;
    if (x->npi != y->npi) {
        return x->npi < y->npi ? -1 : 1;
    }
    return (x->partnership > y->partnership) - (x->partnership < y->partnership);
}

/* Returns the treating rows of an IHP's roster in force, in ascending order of NPI. */
static const struct ihp__roster_row *treating_rows(const struct ihp__program *program,
                                                   int partnership, int32_t quarter, size_t *count)
{
    size_t rows;
    const struct ihp__roster_row *row = ihp__program_roster(program, partnership, quarter, &rows);
    size_t billing = 0;
    while (billing < rows && row[billing].role == IHP__ROLE_BILLING) {
        billing++;
    }
    *count = rows - billing;
    return rows == 0 ? NULL : row + billing;
}

/* Returns a treating NPI with which a line of a shared billing NPI would belong to both IHPs: -1 if
 * there is none, 0 if any would do, as both are all-in. */
static int64_t shared_treating(const struct ihp__program *program, int a, int b, int32_t quarter)
{
    bool a_all = program->partnership[a].all_in, b_all = program->partnership[b].all_in;
    if (a_all && b_all) {
        return 0;
    }
    size_t na, nb;
    const struct ihp__roster_row *ta = treating_rows(program, a, quarter, &na);
    const struct ihp__roster_row *tb = treating_rows(program, b, quarter, &nb);
    if (a_all || b_all) {
        const struct ihp__roster_row *only = a_all ? tb : ta;
        return (a_all ? nb : na) > 0 ? only[0].npi : -1;
    }
    for (size_t i = 0, j = 0; i < na && j < nb;) {
        if (ta[i].npi == tb[j].npi) {
            return ta[i].npi;
        }
        if (ta[i].npi < tb[j].npi) {
            i++;
        } else {
            j++;
        }
    }
    return -1;
}

static enum ihp_status check_pair(const struct ihp__program *program, const struct billing_pair *x,
                                  const struct billing_pair *y, int32_t quarter,
                                  struct ihp_error *err)
{
    int64_t treating = shared_treating(program, x->partnership, y->partnership, quarter);
    if (treating < 0) {
        return IHP_OK;
    }
    char text[IHP__DATE_TEXT], npi[IHP__NPI_TEXT], with[64] = "any treating NPI";
    if (treating > 0) {
        snprintf(with, sizeof with, "treating NPI %s", ihp__npi_format(treating, npi));
    }
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s/rosters.csv: in %s, lines of billing NPI %s with %s would belong to both "
                     "%s and %s; remove the NPI from one of the two rosters",
                     program->folder, ihp__quarter_format(quarter, text),
                     ihp__npi_format(x->npi, npi), with, program->partnership[x->partnership].id,
                     program->partnership[y->partnership].id);
}

/* Returns all billing NPIs of the rosters in force, sorted by NPI, each once for an IHP; the caller
 * frees them. */
static struct billing_pair *billing_pairs(const struct ihp__program *program, int32_t quarter,
                                          size_t *count)
{
    struct billing_pair *pair = malloc((program->roster_rows + 1) * sizeof *pair);
    *count = 0;
    for (size_t p = 0; pair != NULL && p < program->partnerships; p++) {
        size_t rows;
        const struct ihp__roster_row *row = ihp__program_roster(program, (int)p, quarter, &rows);
        for (size_t i = 0; i < rows && row[i].role == IHP__ROLE_BILLING; i++) {
            if (i == 0 || row[i].npi != row[i - 1].npi) {
                pair[(*count)++] = (struct billing_pair){row[i].npi, (int)p};
            }
        }
    }
    if (pair != NULL) {
        qsort(pair, *count, sizeof *pair, by_npi);
    }
    return pair;
}

enum ihp_status ihp__rosters_check(const struct ihp__program *program, int32_t quarter,
                                   struct ihp_error *err)
{
    size_t pairs;
    struct billing_pair *pair = billing_pairs(program, quarter, &pairs);
    if (pair == NULL) {
        return ihp__fail_memory(err, "rosters");
    }
    for (size_t i = 0; i < pairs && err->status == IHP_OK; i++) {
        for (size_t j = i + 1; j < pairs && pair[j].npi == pair[i].npi; j++) {
            if (check_pair(program, &pair[i], &pair[j], quarter, err) != IHP_OK) {
                break;
            }
        }
    }
    free(pair);
    return err->status;
}

void ihp__roster_digest(const struct ihp__roster_row *row, size_t rows, char hex[IHP__HASH_TEXT])
{
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH3_128bits_reset(&state);
    for (size_t i = 0; i < rows; i++) {
        char npi[IHP__NPI_TEXT], text[IHP__NPI_TEXT + IHP__TAXONOMY_MAX + 32];
        int length = snprintf(text, sizeof text, "%s,%s,%s,%s\n", role_texts[row[i].role],
                              ihp__npi_format(row[i].npi, npi), class_texts[row[i].designation + 1],
                              row[i].taxonomy);
        XXH3_128bits_update(&state, text, length > 0 ? (size_t)length : 0);
    }
    const XXH128_hash_t hash = XXH3_128bits_digest(&state);
    ihp__hash_hex(hash.high64, hash.low64, hex);
}
