/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importing claims.csv: lines are read once, sorted, checked for duplicates and written. With
 * several ranks each rank reads a chunk of the rows and writes the claims of a share of the
 * members. */
#include "extract/claims.h"
#include "extract/control_file.h"
#include "extract/ranks.h"
#include "extract/values.h"

#include "base/agree.h"

#include <stdlib.h>

struct claims_import {
    struct ihp__import *import;
    struct ihp__temp_file **files; /* owned: sorted lines of all ranks; NULL for a single rank */
    struct ihp__import_sorter *sorter;
    struct ihp__import_keys *keys;
    struct ihp__import_numbers numbers;
    struct ihp__import_totals totals; /* of what this rank has read; in the end of all ranks */
    struct ihp__import_candidates candidates;
    struct ihp__import_drops drops;
    uint64_t sort_memory, key_memory;
};

/* The order of a store is member, service date, claim ID, line and version. The key has the first
 * two. */
static uint64_t store_key(const struct ihp__import_claim *claim)
{
    return (uint64_t)claim->member << 32 | ((uint32_t)claim->service_day ^ UINT32_C(0x80000000));
}

static int by_key_and_row(const struct ihp__import_claim *a, const struct ihp__import_claim *b)
{
    int order = ihp__import_claim_key_order(a, b);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

/* Counts a line with an NPI whose check digit does not fit, and the dollars paid for it. */
static void count_wrong_npi(struct ihp__import *import, const struct ihp__import_claim *claim)
{
    struct ihp__import_value_counts *counts = &import->values->counts;
    counts->wrong_npi_lines++;
    counts->wrong_npi_cents += claim->status == IHP__CLAIM_PAID ? (uint64_t)claim->amount : 0;
}

static enum ihp_status on_claim(void *context, struct ihp__import_row *row, struct ihp_error *err)
{
    struct claims_import *c = context;
    union ihp__import_claim_room room;
    const struct ihp__import_claim *claim = &room.claim;
    struct ihp__import_reason reason;
    bool good;
    if (ihp__import_claim_parse(c->import, row, &room, &good, &reason, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__control_file_count(c->import, row, good ? claim : NULL, err) != IHP_OK) {
        return err->status;
    }
    if (!good) {
        return ihp__import_bad_rows_add(c->import, row, &reason, err);
    }
    ihp__import_row_keep(row);
    if (row->changes > 0 && claim->status == IHP__CLAIM_PAID) {
        ihp__import_row_count_cents(row, claim->amount);
    }
    if (row->wrong_npi) {
        count_wrong_npi(c->import, claim);
    }
    ihp__import_claim_count(c->import, &c->totals, claim);
    if (ihp__import_keys_add(c->keys, ihp__import_claim_hash(claim), err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_keeps_rows(c->import) ? ihp__import_sorter_add(c->sorter, claim, err)
                                             : IHP_OK;
}

/* Collective: reads all claims, each rank its chunk. */
static enum ihp_status read_claims(struct claims_import *c, struct ihp_error *err)
{
    static const struct ihp__import_claim_order order = {store_key, by_key_and_row};
    struct ihp__import *import = c->import;
    uint64_t read_before = import->report.rows_read;
    if (ihp__import_bad_rows_share(import, err) != IHP_OK ||
        ihp__import_claims_cut(import, err) != IHP_OK ||
        (import->ranks > 1 &&
         ihp__import_rank_files_open(import, "lines", &c->files, err) != IHP_OK) ||
        ihp__import_keys_create(import, c->key_memory, &c->keys, err) != IHP_OK ||
        ihp__import_sorter_create(import, c->sort_memory, ihp__import_block_bytes(c->sort_memory),
                                  &order, c->files, &c->sorter, err) != IHP_OK ||
        ihp__import_read(import, IHP__EXTRACT_CLAIMS, false, on_claim, c, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__import_claims_check_cuts(import, err) != IHP_OK) {
        return err->status;
    }
    c->totals.rows_read = import->report.rows_read - read_before;
    import->report.rows_read = read_before;
    return ihp__import_note_ends(import, err) != IHP_OK ? err->status
                                                        : ihp__import_bad_rows_collect(import, err);
}

/* Collective: finds duplicate lines on all ranks and takes them away. */
static enum ihp_status drop_duplicates(struct claims_import *c, struct ihp_error *err)
{
    if (ihp__import_keys_candidates(c->keys, &c->candidates, err) != IHP_OK) {
        return err->status;
    }
    ihp__import_keys_destroy(&c->keys);
    c->import->memory.limit += c->key_memory; /* now for the list of drops and for numbers */
    if (ihp__import_numbers_join(c->import, &c->numbers, err) != IHP_OK ||
        c->candidates.count == 0) {
        return err->status;
    }
    /* The lines read so far make room for those that are read again. */
    if (!ihp__import_keeps_rows(c->import)) {
        ihp__import_sorter_destroy(&c->sorter);
    } else if (ihp__import_sorter_set_aside(c->sorter, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__import_claims_resolve(c->import, &c->candidates, c->sort_memory, &c->numbers,
                                   &c->totals, &c->drops, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_bad_rows_collect(c->import, err);
}

/* Collective: replaces this rank's totals by those of all ranks. */
static enum ihp_status add_totals(struct claims_import *c, struct ihp_error *err)
{
    _Static_assert(sizeof c->totals % sizeof(uint64_t) == 0, "totals are numbers of 64 bits");
    if (ihp__import_agree(c->import, err) != IHP_OK) {
        return err->status;
    }
    ihp__sum_u64(c->import->comm, &c->totals.lines, (int)(sizeof c->totals / sizeof(uint64_t)));
    c->import->report.rows_read += c->totals.rows_read;
    return IHP_OK;
}

/* Collective: sorts and writes the claims, each rank those of its share of the members. */
static enum ihp_status write_claims(struct claims_import *c, struct ihp_error *err)
{
    struct ihp__import *import = c->import;
    struct ihp__import_share share;
    ihp__import_share_of(import, &c->totals, &share);
    const struct ihp__import_key_range range = {share.first_member << 32,
                                                (share.end_member << 32) - 1,
                                                share.first_member == share.end_member};
    if (ihp__import_sorter_finish(c->sorter, &range, err) != IHP_OK) {
        return err->status;
    }
    uint64_t runs = ihp__import_sorter_runs(c->sorter);
    if (ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    ihp__sum_u64(import->comm, &runs, 1);
    import->report.sort_runs = runs;
    return ihp__import_claims_write(import, c->sorter, &share, &c->numbers, &c->totals, &c->drops,
                                    err);
}

static void claims_free(struct claims_import **c)
{
    struct ihp__import *import = (*c)->import;
    ihp__import_drops_free(import, &(*c)->drops);
    ihp__import_release(import, &(*c)->candidates.hash, &(*c)->candidates.capacity,
                        sizeof *(*c)->candidates.hash);
    ihp__import_numbers_free(import, &(*c)->numbers);
    ihp__import_keys_destroy(&(*c)->keys);
    ihp__import_sorter_destroy(&(*c)->sorter);
    ihp__import_rank_files_close(import, &(*c)->files);
    free(*c);
    *c = NULL;
}

enum ihp_status ihp__import_claims(struct ihp__import *import, struct ihp_error *err)
{
    struct claims_import *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return ihp__fail_memory(err, "the claims");
    }
    uint64_t memory = ihp__import_memory_for_claims(import);
    c->import = import;
    c->key_memory = memory / 5;
    c->sort_memory = memory - c->key_memory;
    enum ihp_status status = read_claims(c, err);
    status = status == IHP_OK ? drop_duplicates(c, err) : status;
    status = status == IHP_OK ? add_totals(c, err) : status;
    if (status == IHP_OK && ihp__import_keeps_rows(import)) {
        status = write_claims(c, err);
    }
    claims_free(&c);
    return status;
}
