/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rosters of a quarter as arrays by NPI number, for the lookup of each claim line. */
#include "base/search.h"
#include "program/program.h"

#include <stdlib.h>
#include <string.h>

/* Returns the position of an NPI in an ascending array, or `count`. */
static size_t find_npi(const int64_t *npi, size_t count, int64_t wanted)
{
    size_t at;
    IHP__LOWER_BOUND(at, count, npi[at] < wanted);
    return at < count && npi[at] == wanted ? at : count;
}

/* Returns the class of a treating provider on a billing/treating roster [3.8.4.2]: by designation,
 * else by the roster's taxonomy, else by that of NPPES. */
static uint8_t class_on_roster(const struct ihp__program *program,
                               const struct ihp__roster_row *row, uint8_t nppes_class)
{
    if (row->designation >= 0) {
        return (uint8_t)row->designation;
    }
    return row->taxonomy[0] != '\0' ? (uint8_t)ihp__program_class(program, row->taxonomy)
                                    : nppes_class;
}

/* Returns the number of a taxonomy that taxonomy.csv lists. */
static uint32_t number_of(const struct ihp__program *program, const char *taxonomy)
{
    return (uint32_t)ihp__dict_find(program->taxonomy, taxonomy);
}

/* Returns true if a row of an IHP's roster belongs in the index; repeated rows do not. */
static bool row_counts(const struct ihp__program *program, const struct ihp__roster_row *row,
                       size_t i)
{
    if (i > 0 && row[i - 1].npi == row[i].npi && row[i - 1].role == row[i].role) {
        return false;
    }
    return row[i].role == IHP__ROLE_BILLING || !program->partnership[row[i].partnership].all_in;
}

/* Turns counts by NPI into offsets. */
static void accumulate(uint32_t *offset, size_t count)
{
    uint32_t total = 0;
    for (size_t i = 0; i <= count; i++) {
        uint32_t here = offset[i];
        offset[i] = total;
        total += here;
    }
}

/* Walks the rosters in force twice: to count the entries of each NPI, then to place them. */
static void walk(const struct ihp__program *program, int32_t quarter, const int64_t *npi,
                 struct ihp__roster_index *index, bool place)
{
    for (size_t p = 0; p < program->partnerships; p++) {
        size_t rows;
        const struct ihp__roster_row *row = ihp__program_roster(program, (int)p, quarter, &rows);
        for (size_t i = 0; i < rows; i++) {
            size_t n = find_npi(npi, index->npis, row[i].npi);
            if (n == index->npis || !row_counts(program, row, i)) {
                continue; /* an NPI that is neither on claims nor in NPPES has no effect */
            }
            bool billing = row[i].role == IHP__ROLE_BILLING;
            uint32_t *offset = billing ? index->billing_offset : index->treating_offset;
            if (place) {
                struct ihp__roster_entry *entry = billing ? index->billing : index->treating;
                uint8_t provider_class = class_on_roster(program, &row[i], index->nppes_class[n]);
                entry[offset[n]] = (struct ihp__roster_entry){(uint16_t)p, provider_class};
                if (!billing && provider_class == IHP__PROVIDER_BY_MONTH) {
                    index->treating_taxonomy[offset[n]] = row[i].taxonomy[0] != '\0'
                                                              ? number_of(program, row[i].taxonomy)
                                                              : index->nppes_taxonomy[n];
                }
            }
            offset[n]++;
        }
    }
}

/* Moves each offset back: placing has moved it to that of the next NPI. */
static void restore(uint32_t *offset, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        offset[i] = offset[i - 1];
    }
    offset[0] = 0;
}

/* Finds who owns the lines of each billing NPI, if the treating NPI does not matter, and which NPIs
 * are on a list. */
static void set_owners(struct ihp__roster_index *index)
{
    for (size_t n = 0; n < index->npis; n++) {
        uint32_t first = index->billing_offset[n], count = index->billing_offset[n + 1] - first;
        bool alone = count == 1 && index->all_in[index->billing[first].partnership];
        bool treats = index->treating_offset[n + 1] > index->treating_offset[n];
        index->owner[n] = count == 0 ? (treats ? IHP__OWNER_TREATS : -1)
                          : alone    ? (int16_t)index->billing[first].partnership
                                     : IHP__OWNER_DEPENDS;
        index->bills[n] = count > 0;
    }
}

static struct ihp__roster_index *index_alloc(const struct ihp__program *program, size_t npis)
{
    struct ihp__roster_index *index = calloc(1, sizeof *index);
    if (index == NULL) {
        return NULL;
    }
    index->npis = npis;
    index->billing_offset = calloc(npis + 1, sizeof *index->billing_offset);
    index->treating_offset = calloc(npis + 1, sizeof *index->treating_offset);
    index->billing = calloc(program->roster_rows + 1, sizeof *index->billing);
    index->treating = calloc(program->roster_rows + 1, sizeof *index->treating);
    index->nppes_class = calloc(npis + 1, sizeof *index->nppes_class);
    index->all_in = calloc(program->partnerships + 1, sizeof *index->all_in);
    index->owner = calloc(npis + 1, sizeof *index->owner);
    index->bills = calloc(npis + 1, sizeof *index->bills);
    index->nppes_taxonomy = calloc(npis + 1, sizeof *index->nppes_taxonomy);
    index->treating_taxonomy = calloc(program->roster_rows + 1, sizeof *index->treating_taxonomy);
    index->class_row = program->class_row;
    index->class_rows = program->class_rows;
    if (index->billing_offset == NULL || index->treating_offset == NULL || index->billing == NULL ||
        index->treating == NULL || index->nppes_class == NULL || index->all_in == NULL ||
        index->owner == NULL || index->bills == NULL || index->nppes_taxonomy == NULL ||
        index->treating_taxonomy == NULL) {
        ihp__roster_index_destroy(&index);
    }
    return index;
}

enum ihp_status ihp__roster_index_create(const struct ihp__program *program, int32_t quarter,
                                         const int64_t *npi, const char *const *nppes_taxonomy,
                                         size_t npis, struct ihp__roster_index **out,
                                         struct ihp_error *err)
{
    if (ihp__rosters_check(program, quarter, err) != IHP_OK) {
        return err->status;
    }
    struct ihp__roster_index *index = index_alloc(program, npis);
    if (index == NULL) {
        return ihp__fail_memory(err, "rosters by NPI");
    }
    for (size_t n = 0; n < npis; n++) {
        index->nppes_class[n] = nppes_taxonomy[n] == NULL
                                    ? IHP__PROVIDER_SPE
                                    : (uint8_t)ihp__program_class(program, nppes_taxonomy[n]);
        if (index->nppes_class[n] == IHP__PROVIDER_BY_MONTH) {
            index->nppes_taxonomy[n] = number_of(program, nppes_taxonomy[n]);
        }
    }
    for (size_t p = 0; p < program->partnerships; p++) {
        index->all_in[p] = program->partnership[p].all_in;
    }
    walk(program, quarter, npi, index, false);
    accumulate(index->billing_offset, npis);
    accumulate(index->treating_offset, npis);
    walk(program, quarter, npi, index, true);
    restore(index->billing_offset, npis);
    restore(index->treating_offset, npis);
    set_owners(index);
    *out = index;
    return IHP_OK;
}

bool ihp__roster_any_bills(const struct ihp__roster_index *index, const uint32_t *billing,
                           size_t count)
{
    const uint8_t *bills = index->bills;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        if ((bills[billing[i]] | bills[billing[i + 1]] | bills[billing[i + 2]] |
             bills[billing[i + 3]]) != 0) {
            return true;
        }
    }
    unsigned any = 0;
    for (; i < count; i++) {
        any |= bills[billing[i]];
    }
    return any != 0;
}

static bool entries_same(const struct ihp__roster_entry *a, const struct ihp__roster_entry *b,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (a[i].partnership != b[i].partnership || a[i].provider_class != b[i].provider_class) {
            return false;
        }
    }
    return true;
}

bool ihp__roster_index_same(const struct ihp__roster_index *a, const struct ihp__roster_index *b)
{
    size_t offsets = (a->npis + 1) * sizeof *a->billing_offset;
    return a->npis == b->npis && memcmp(a->billing_offset, b->billing_offset, offsets) == 0 &&
           memcmp(a->treating_offset, b->treating_offset, offsets) == 0 &&
           entries_same(a->billing, b->billing, a->billing_offset[a->npis]) &&
           entries_same(a->treating, b->treating, a->treating_offset[a->npis]) &&
           memcmp(a->treating_taxonomy, b->treating_taxonomy,
                  a->treating_offset[a->npis] * sizeof *a->treating_taxonomy) == 0;
}

enum ihp__provider_class ihp__roster_class_on(const struct ihp__roster_index *index,
                                              int partnership, uint32_t treating, int32_t day)
{
    uint32_t taxonomy = index->nppes_taxonomy[treating];
    if (partnership >= 0 && !index->all_in[partnership]) {
        uint32_t last = index->treating_offset[treating + 1];
        for (uint32_t t = index->treating_offset[treating]; t < last; t++) {
            if (index->treating[t].partnership == partnership) {
                taxonomy = index->treating_taxonomy[t];
                break;
            }
        }
    }
    return ihp__class_on(index->class_row, index->class_rows, taxonomy, day);
}

void ihp__roster_index_destroy(struct ihp__roster_index **index)
{
    if (index == NULL || *index == NULL) {
        return;
    }
    free((*index)->billing_offset);
    free((*index)->treating_offset);
    free((*index)->billing);
    free((*index)->treating);
    free((*index)->nppes_class);
    free((*index)->all_in);
    free((*index)->owner);
    free((*index)->bills);
    free((*index)->nppes_taxonomy);
    free((*index)->treating_taxonomy);
    free(*index);
    *index = NULL;
}
