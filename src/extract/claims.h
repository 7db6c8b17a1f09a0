/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claims.h - the steps of importing claims.csv: parsing, duplicates, writing. claims.c calls them
 * in order. A comment says which functions are collective. */
#ifndef IHP_EXTRACT_CLAIMS_H
#define IHP_EXTRACT_CLAIMS_H

#include "extract/claim_sort.h"
#include "extract/import.h"
#include "extract/table.h"

/* Counts that the store needs before the first line is written. They are added over the ranks. A
 * rank may take away more lines than it has read, so its own counts may wrap around; the sums are
 * right. */
#define IHP__IMPORT_BINS 4096
struct ihp__import_totals {
    uint64_t lines;
    uint64_t by_id_length[IHP__CLAIM_ID_MAX + 1];
    uint64_t by_version_length[IHP__VERSION_MAX + 1];
    uint64_t void_dates;                  /* lines that have one */
    uint64_t wide_amounts;                /* lines whose cents need more than 32 bits */
    uint64_t rows_read;                   /* of claims.csv */
    uint64_t by_member[IHP__IMPORT_BINS]; /* lines by bins of consecutive members */
};

/* Returns the bin of a member, and the first member of a bin. A bin without members begins after
 * the last member. */
size_t ihp__import_bin_of(const struct ihp__import *import, uint32_t member);
uint64_t ihp__import_bin_start(const struct ihp__import *import, size_t bin);

/* ---- claim_parse.c --------------------------------------------------------------------------- */

/* Makes a claim line of a row. If the row is bad, `*good` becomes false and `*reason` says why. The
 * status is not IHP_OK only if a dictionary is full or memory is short. */
enum ihp_status ihp__import_claim_parse(struct ihp__import *import, struct ihp__import_row *row,
                                        union ihp__import_claim_room *room, bool *good,
                                        struct ihp__import_reason *reason, struct ihp_error *err);

/* Counts a line, and its uses of this rank's dictionaries. */
void ihp__import_claim_count(struct ihp__import *import, struct ihp__import_totals *totals,
                             const struct ihp__import_claim *claim);

/* Adds `sign`, 1 or -1, to the totals for a line. */
void ihp__import_totals_add(const struct ihp__import *import, struct ihp__import_totals *totals,
                            const struct ihp__import_claim *claim, int sign);

/* ---- claim_numbers.c ------------------------------------------------------------------------- */

/* Dictionary numbers. Each rank numbers the texts and NPIs that it reads in its own order of
 * arrival. Rank 0 adds the entries of the others to its dictionaries, whose numbers are then common
 * to all ranks. In the end the common numbers are replaced by those of the store. */
enum ihp__import_dictionary {
    IHP__IMPORT_PAYERS,
    IHP__IMPORT_PROCEDURES,
    IHP__IMPORT_NPIS,
    IHP__IMPORT_DICTIONARIES
};
struct ihp__import_numbers {
    uint32_t *number; /* owned: the common number of each entry of each dictionary of each rank */
    size_t capacity;
    uint64_t *start; /* owned: where the numbers of rank r and dictionary d begin, at 3 r + d */
    uint64_t common[IHP__IMPORT_DICTIONARIES]; /* entries of rank 0's dictionaries */
    uint64_t *taken; /* owned: uses by lines that were taken away, by common number; may be NULL */
    size_t taken_capacity;
};

/* Collective: joins the dictionaries of all ranks on rank 0. */
enum ihp_status ihp__import_numbers_join(struct ihp__import *import,
                                         struct ihp__import_numbers *numbers,
                                         struct ihp_error *err);
void ihp__import_numbers_free(struct ihp__import *import, struct ihp__import_numbers *numbers);

/* Returns the numbers of a rank's entries in a dictionary. */
static inline const uint32_t *ihp__import_numbers_of(const struct ihp__import_numbers *numbers,
                                                     int source,
                                                     enum ihp__import_dictionary dictionary)
{
    return numbers->number + numbers->start[IHP__IMPORT_DICTIONARIES * source + (int)dictionary];
}

/* Replaces the numbers in a claim line of rank `source` by common numbers. */
void ihp__import_numbers_apply(const struct ihp__import_numbers *numbers, int source,
                               struct ihp__import_claim *claim);

/* Collective: makes room for taking lines away. `ihp__import_take` takes a line, which has common
 * numbers, out of the totals and counts its uses. At the end rank 0's dictionaries have the uses
 * that are left. */
enum ihp_status ihp__import_take_begin(struct ihp__import *import,
                                       struct ihp__import_numbers *numbers, struct ihp_error *err);
void ihp__import_take(const struct ihp__import *import, struct ihp__import_numbers *numbers,
                      struct ihp__import_totals *totals, const struct ihp__import_claim *claim);
void ihp__import_take_end(struct ihp__import *import, struct ihp__import_numbers *numbers);

/* Collective: writes the dictionaries. The numbers are then those of the store. */
enum ihp_status ihp__import_numbers_put(struct ihp__import *import,
                                        struct ihp__import_numbers *numbers, struct ihp_error *err);

/* ---- claim_keys.c ---------------------------------------------------------------------------- */

/* Hashes of (claim ID, line, version), to find the lines that may be duplicates. Hashes are cheap
 * to keep and to write to disk. The lines that they point to are compared in full
 * (claim_duplicates.c). */
struct ihp__import_keys;

/* Collective. Keeps hashes in `memory` bytes before they go to a temporary file. */
enum ihp_status ihp__import_keys_create(struct ihp__import *import, uint64_t memory,
                                        struct ihp__import_keys **out, struct ihp_error *err);
void ihp__import_keys_destroy(struct ihp__import_keys **keys);

uint64_t ihp__import_claim_hash(const struct ihp__import_claim *claim);
enum ihp_status ihp__import_keys_add(struct ihp__import_keys *keys, uint64_t hash,
                                     struct ihp_error *err);

/* Hashes that occur more than once, on any ranks. They ascend, each once. */
struct ihp__import_candidates {
    uint64_t *hash; /* owned; counts as memory of the import */
    size_t count, capacity;
};
/* Collective: finds the candidates, the same on all ranks. No key may be added afterwards. */
enum ihp_status ihp__import_keys_candidates(struct ihp__import_keys *keys,
                                            struct ihp__import_candidates *candidates,
                                            struct ihp_error *err);

/* ---- claim_duplicates.c ---------------------------------------------------------------------- */

/* Collective. Reads claims.csv again and compares the lines of the candidates in `memory` bytes.
 * Reports the duplicate lines, takes them out of the totals and lists them in `drops`, sorted, on
 * every rank. */
enum ihp_status ihp__import_claims_resolve(struct ihp__import *import,
                                           const struct ihp__import_candidates *candidates,
                                           uint64_t memory, struct ihp__import_numbers *numbers,
                                           struct ihp__import_totals *totals,
                                           struct ihp__import_drops *drops, struct ihp_error *err);

/* ---- claim_write.c --------------------------------------------------------------------------- */

/* The members whose claims a rank writes, and the place of their first line in the store. */
struct ihp__import_share {
    uint64_t first_member, end_member;
    uint64_t first_line;
};

/* Finds the share of this rank from the totals of all ranks. */
void ihp__import_share_of(const struct ihp__import *import, const struct ihp__import_totals *totals,
                          struct ihp__import_share *share);

/* Collective. Writes the dictionaries, then the claims of the share in the sorter's order without
 * the drops, then their offsets and the payers of the enrollment spans. */
enum ihp_status
ihp__import_claims_write(struct ihp__import *import, struct ihp__import_sorter *sorter,
                         const struct ihp__import_share *share, struct ihp__import_numbers *numbers,
                         const struct ihp__import_totals *totals,
                         const struct ihp__import_drops *drops, struct ihp_error *err);

#endif
