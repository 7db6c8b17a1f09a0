/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Control totals: sums by kind of line in a hash table, which each line of a claim looks up. */
#include "extract/control_sums.h"

#include <stdlib.h>
#include <string.h>

enum { DAYS = 65536, SLOTS_FIRST = 1024 };

static enum ihp_status fail_memory(struct ihp_error *err)
{
    return ihp__fail_memory(err, "the control totals");
}

/* ---- kinds ----------------------------------------------------------------------------------- */

static uint64_t key_of(struct ihp__control_kind kind)
{
    return ((uint64_t)kind.month << 32 | (uint64_t)kind.payer << 16 |
            (uint64_t)kind.service_class << 8 | kind.status) +
           1;
}

struct ihp__control_kind ihp__control_kind_of(const struct ihp__control_cell *cell)
{
    uint64_t key = cell->key - 1;
    return (struct ihp__control_kind){.month = (uint16_t)(key >> 32),
                                      .payer = (uint16_t)(key >> 16),
                                      .service_class = (uint8_t)(key >> 8),
                                      .status = (uint8_t)key};
}

/* Returns the key of a cell in a table that may be coarser. */
static uint64_t coarse_key(const struct ihp__control_table *table,
                           const struct ihp__control_cell *cell)
{
    struct ihp__control_kind kind = ihp__control_kind_of(cell);
    if (table->coarseness == IHP__CONTROL_BY_MONTH) {
        return cell->key;
    }
    if (!table->keeps_months) {
        kind.month = (uint16_t)(kind.month / 12 * 12);
    }
    if (table->coarseness == IHP__CONTROL_BY_YEAR_ALONE) {
        kind.payer = IHP__CONTROL_ALL_PAYERS;
    }
    return key_of(kind);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* Returns the place of a key, or the free place where it belongs. */
static struct ihp__control_cell *find(const struct ihp__control_table *table, uint64_t key)
{
    size_t at = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (table->slots - 1);
    while (table->slot[at].key != 0 && table->slot[at].key != key) {
        at = (at + 1) & (table->slots - 1);
    }
    return &table->slot[at];
}

static void add_sums(struct ihp__control_cell *own, const struct ihp__control_cell *cell)
{
    own->lines += cell->lines;
    own->zero_lines += cell->zero_lines;
    own->cents += cell->cents;
}

static void add(struct ihp__control_table *table, const struct ihp__control_cell *cell)
{
    struct ihp__control_cell *own = find(table, cell->key);
    table->cells += own->key == 0;
    own->key = cell->key;
    add_sums(own, cell);
}

/* Adds to a cell that the table has. Returns false if it does not have it. */
static bool add_to_own(struct ihp__control_table *table, const struct ihp__control_cell *cell)
{
    if (table->slots == 0) {
        return false;
    }
    struct ihp__control_cell *own = &table->slot[table->recent];
    if (own->key != cell->key) {
        own = find(table, cell->key);
        if (own->key != cell->key) {
            return false;
        }
        table->recent = (size_t)(own - table->slot);
    }
    add_sums(own, cell);
    return true;
}

/* Makes the table again with `slots` places and a coarseness. */
static enum ihp_status rebuild(struct ihp__control_table *table, size_t slots,
                               enum ihp__control_coarseness coarseness, struct ihp_error *err)
{
    struct ihp__control_table fresh = {
        .slots = slots, .coarseness = coarseness, .keeps_months = table->keeps_months};
    fresh.slot = calloc(slots, sizeof *fresh.slot);
    if (fresh.slot == NULL) {
        return fail_memory(err);
    }
    for (size_t i = 0; i < table->slots; i++) {
        struct ihp__control_cell cell = table->slot[i];
        if (cell.key != 0) {
            cell.key = coarse_key(&fresh, &cell);
            add(&fresh, &cell);
        }
    }
    free(table->slot);
    *table = fresh;
    return IHP_OK;
}

/* Makes room for one more cell. Whether a table becomes coarser depends on the kinds alone, which
 * are the same on any number of ranks. */
static enum ihp_status reserve(struct ihp__control_table *table, struct ihp_error *err)
{
    if (table->slots == 0) {
        return rebuild(table, SLOTS_FIRST, table->coarseness, err);
    }
    while (table->cells >= IHP__CONTROL_CELLS_MAX &&
           table->coarseness < IHP__CONTROL_BY_YEAR_ALONE) {
        if (rebuild(table, table->slots, table->coarseness + 1, err) != IHP_OK) {
            return err->status;
        }
    }
    return table->cells < table->slots / 2
               ? IHP_OK
               : rebuild(table, 2 * table->slots, table->coarseness, err);
}

/* Adds a cell, whose kind may be finer than the table. */
static enum ihp_status add_cell(struct ihp__control_table *table, struct ihp__control_cell cell,
                                struct ihp_error *err)
{
    cell.key = coarse_key(table, &cell);
    if (add_to_own(table, &cell)) {
        return IHP_OK;
    }
    if (reserve(table, err) != IHP_OK) {
        return err->status;
    }
    cell.key = coarse_key(table, &cell);
    add(table, &cell);
    return IHP_OK;
}

/* ---- adding ---------------------------------------------------------------------------------- */

enum ihp_status ihp__control_begin(struct ihp__control_sums *sums, struct ihp_error *err)
{
    *sums = (struct ihp__control_sums){0};
    sums->month_of_day = malloc(DAYS * sizeof *sums->month_of_day);
    if (sums->month_of_day == NULL) {
        return fail_memory(err);
    }
    for (int32_t day = 0; day < DAYS; day++) {
        sums->month_of_day[day] = (uint16_t)ihp__month_of_day(day);
    }
    return IHP_OK;
}

void ihp__control_free(struct ihp__control_sums *sums)
{
    free(sums->month_of_day);
    free(sums->claims.slot);
    free(sums->change.slot);
    ihp__paid_months_free(&sums->paid);
    free(sums->payer);
    *sums = (struct ihp__control_sums){0};
}

enum ihp_status ihp__control_add_line(struct ihp__control_sums *sums,
                                      const struct ihp__control_line *line, struct ihp_error *err)
{
    const struct ihp__control_cell cell = {
        .key = key_of((struct ihp__control_kind){.month = sums->month_of_day[line->service_date],
                                                 .payer = line->payer,
                                                 .service_class = line->service_class,
                                                 .status = line->status}),
        .lines = 1,
        .zero_lines = line->cents == 0,
        .cents = line->cents};
    if (line->status == IHP__CLAIM_PAID) {
        const struct ihp__payer_month_line paid = {.payer = line->payer,
                                                   .service_class = line->service_class,
                                                   .known = true,
                                                   .cents = line->cents,
                                                   .member = line->member};
        if (ihp__paid_months_add(&sums->paid, &paid, sums->month_of_day[line->service_date],
                                 sums->month_of_day[line->paid_date], err) != IHP_OK) {
            return err->status;
        }
    }
    return add_cell(&sums->claims, cell, err);
}

enum ihp_status ihp__control_add(struct ihp__control_table *table, struct ihp__control_kind kind,
                                 const struct ihp__control_cell *cell, struct ihp_error *err)
{
    struct ihp__control_cell own = *cell;
    own.key = key_of(kind);
    return add_cell(table, own, err);
}

enum ihp_status ihp__control_add_months(struct ihp__control_sums *sums, int32_t from, int32_t to,
                                        uint16_t payer, struct ihp_error *err)
{
    const struct {
        int32_t month;
        int64_t members;
    } changes[] = {{from < 0 ? 0 : from, 1}, {to + 1, -1}};
    sums->change.keeps_months = true;
    if (to < 0 || from >= IHP__CONTROL_MONTHS) {
        return IHP_OK;
    }
    for (size_t i = 0; i < 2; i++) {
        const struct ihp__control_kind kind = {.month = (uint16_t)changes[i].month, .payer = payer};
        const struct ihp__control_cell cell = {.key = key_of(kind), .cents = changes[i].members};
        if (changes[i].month < IHP__CONTROL_MONTHS &&
            add_cell(&sums->change, cell, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__control_keep_payers(struct ihp__control_sums *sums, const uint32_t *number,
                                         size_t count, struct ihp_error *err)
{
    free(sums->payer);
    sums->payers = 0;
    sums->payer = calloc(count + 1, sizeof *sums->payer);
    if (sums->payer == NULL) {
        return fail_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        if (number[i] < count) {
            sums->payer[number[i]] = (uint16_t)i;
            sums->payers++;
        }
    }
    return IHP_OK;
}

/* ---- ranks and order ------------------------------------------------------------------------- */

enum ihp_status ihp__control_pack(const struct ihp__control_table *table, char **bytes,
                                  size_t *size, struct ihp_error *err)
{
    const uint64_t coarseness = (uint64_t)table->coarseness;
    size_t at = sizeof coarseness;
    char *packed = malloc(at + table->cells * sizeof *table->slot);
    if (packed == NULL) {
        return fail_memory(err);
    }
    memcpy(packed, &coarseness, sizeof coarseness);
    for (size_t i = 0; i < table->slots; i++) {
        if (table->slot[i].key != 0) {
            memcpy(packed + at, &table->slot[i], sizeof *table->slot);
            at += sizeof *table->slot;
        }
    }
    *bytes = packed;
    *size = at;
    return IHP_OK;
}

enum ihp_status ihp__control_unpack(struct ihp__control_table *table, const char *bytes,
                                    size_t size, struct ihp_error *err)
{
    uint64_t coarseness;
    memcpy(&coarseness, bytes, sizeof coarseness);
    if (coarseness > (uint64_t)table->coarseness &&
        rebuild(table, table->slots > 0 ? table->slots : SLOTS_FIRST,
                (enum ihp__control_coarseness)coarseness, err) != IHP_OK) {
        return err->status;
    }
    for (size_t at = sizeof coarseness; at < size; at += sizeof(struct ihp__control_cell)) {
        struct ihp__control_cell cell;
        memcpy(&cell, bytes + at, sizeof cell);
        if (add_cell(table, cell, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

static int by_key(const void *a, const void *b)
{
    const struct ihp__control_cell *p = a, *q = b;
    return (p->key > q->key) - (p->key < q->key);
}

void ihp__control_sort(struct ihp__control_table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->slots; i++) {
        if (table->slot[i].key != 0) {
            table->slot[count++] = table->slot[i];
        }
    }
    if (count > 0) {
        qsort(table->slot, count, sizeof *table->slot, by_key);
    }
}
