/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claims.h - the parts of the claims stage: parsing, duplicates, writing. claims.c joins them. */
#ifndef IHP_EXTRACT_CLAIMS_H
#define IHP_EXTRACT_CLAIMS_H

#include "claim_sort.h"
#include "import.h"
#include "table.h"

/* What the store must know of all its lines before the first is written: numbers that add up over
 * ranks, though a rank may take away more than it has brought. */
#define IHP__IMPORT_BINS 4096
struct ihp__import_totals {
    uint64_t lines;
    uint64_t by_id_length[IHP__CLAIM_ID_MAX + 1];
    uint64_t wide_amounts; /* lines whose cents take more than 32 bits */
    uint64_t rows_read;    /* of claims.csv */
    uint64_t
        by_member[IHP__IMPORT_BINS]; /* lines of members, as many of these in a bin as it takes */
};

/* The bin of a member, and the first member of a bin, at most that behind the last one. */
size_t ihp__import_bin_of(const struct ihp__import *import, uint32_t member);
uint64_t ihp__import_bin_start(const struct ihp__import *import, size_t bin);

/* ---- claim_parse.c --------------------------------------------------------------------------- */

/* Makes a claim line of a row. `*good` false: the row is bad and `*bad` says why. A status other
 * than IHP_OK only for dictionaries that are full or memory that is short. */
enum ihp_status ihp__import_claim_parse(struct ihp__import *import,
                                        const struct ihp__import_row *row,
                                        union ihp__import_claim_room *room, bool *good,
                                        struct ihp__import_reason *bad, struct ihp_error *err);

/* Counts a line, and what it uses of this rank's dictionaries. */
void ihp__import_claim_count(struct ihp__import *import, struct ihp__import_totals *totals,
                             const struct ihp__import_claim *claim);

/* ---- claim_numbers.c ------------------------------------------------------------------------- */

/* Dictionary numbers of all ranks. Each rank has numbered what it met in its order of arrival; rank
 * 0 adds the others' entries to its own dictionaries, whose numbers are then the common ones, and
 * in the end come the numbers of the store. */
enum ihp__import_dictionary {
    IHP__IMPORT_PAYERS,
    IHP__IMPORT_PROCEDURES,
    IHP__IMPORT_NPIS,
    IHP__IMPORT_DICTIONARIES
};
struct ihp__import_numbers {
    uint32_t *number; /* owned: of each rank and dictionary, entry by entry, the common number */
    size_t capacity;
    uint64_t *start; /* owned: where the numbers of rank r and dictionary d begin, at 3 r + d */
    uint64_t common[IHP__IMPORT_DICTIONARIES]; /* entries of rank 0's dictionaries */
    uint64_t *taken; /* owned: uses taken away, by common number; NULL while there are none */
    size_t taken_capacity;
};

/* Collective: joins the dictionaries of all ranks on rank 0. */
enum ihp_status ihp__import_numbers_join(struct ihp__import *import,
                                         struct ihp__import_numbers *numbers,
                                         struct ihp_error *err);
void ihp__import_numbers_free(struct ihp__import *import, struct ihp__import_numbers *numbers);

/* The numbers of a rank's entries in a dictionary. */
static inline const uint32_t *ihp__import_numbers_of(const struct ihp__import_numbers *numbers,
                                                     int source,
                                                     enum ihp__import_dictionary dictionary)
{
    return numbers->number + numbers->start[IHP__IMPORT_DICTIONARIES * source + (int)dictionary];
}

/* Gives a claim line of a rank common numbers. */
void ihp__import_numbers_apply(const struct ihp__import_numbers *numbers, int source,
                               struct ihp__import_claim *claim);

/* Collective: makes room to take lines away, each of which then is taken out of the totals and out
 * of what it uses; its numbers are common ones. At the end rank 0's uses are what is left. */
enum ihp_status ihp__import_take_begin(struct ihp__import *import,
                                       struct ihp__import_numbers *numbers, struct ihp_error *err);
void ihp__import_take(const struct ihp__import *import, struct ihp__import_numbers *numbers,
                      struct ihp__import_totals *totals, const struct ihp__import_claim *claim);
void ihp__import_take_end(struct ihp__import *import, struct ihp__import_numbers *numbers);

/* Collective: writes the dictionaries; numbers are then those of the store. */
enum ihp_status ihp__import_numbers_put(struct ihp__import *import,
                                        struct ihp__import_numbers *numbers, struct ihp_error *err);

/* ---- claim_keys.c ---------------------------------------------------------------------------- */

/* Hashes of (claim id, line), to find which lines may stand twice: cheap to hold and to spill, and
 * what they find is looked at again in full (claim_duplicates.c). */
struct ihp__import_keys;

/* Collective. `memory`: bytes to hold before hashes go to a temporary file. */
enum ihp_status ihp__import_keys_create(struct ihp__import *import, uint64_t memory,
                                        struct ihp__import_keys **out, struct ihp_error *err);
void ihp__import_keys_destroy(struct ihp__import_keys **keys);

uint64_t ihp__import_claim_hash(const struct ihp__import_claim *claim);
enum ihp_status ihp__import_keys_add(struct ihp__import_keys *keys, uint64_t hash,
                                     struct ihp_error *err);

/* Hashes that stood more than once, on whatever rank; ascending, each once. */
struct ihp__import_candidates {
    uint64_t *hash; /* owned; counted in the import's memory */
    size_t count, capacity;
};
/* Collective: finds them, the same on all ranks; no more keys are added then. */
enum ihp_status ihp__import_keys_candidates(struct ihp__import_keys *keys,
                                            struct ihp__import_candidates *candidates,
                                            struct ihp_error *err);

/* ---- claim_duplicates.c ---------------------------------------------------------------------- */

/* Collective. Reads claims.csv again, compares the lines of the candidates, reports those that
 * stand twice, takes them out of the totals and lists them in `drops`, sorted, on every rank.
 * `memory`: bytes to sort them in. */
enum ihp_status ihp__import_claims_resolve(struct ihp__import *import,
                                           const struct ihp__import_candidates *candidates,
                                           uint64_t memory, struct ihp__import_numbers *numbers,
                                           struct ihp__import_totals *totals,
                                           struct ihp__import_drops *drops, struct ihp_error *err);

/* ---- claim_write.c --------------------------------------------------------------------------- */

/* The members whose claims a rank writes, and where these stand in the store. */
struct ihp__import_share {
    uint64_t first_member, end_member;
    uint64_t first_line;
};

/* The share of this rank; the totals are those of all ranks. */
void ihp__import_share_of(const struct ihp__import *import, const struct ihp__import_totals *totals,
                          struct ihp__import_share *share);

/* Collective. Writes dictionaries, the claims of the share in the order the sorter gives them, less
 * the drops, and their offsets; then the payers of enrollment spans. */
enum ihp_status
ihp__import_claims_write(struct ihp__import *import, struct ihp__import_sorter *sorter,
                         const struct ihp__import_share *share, struct ihp__import_numbers *numbers,
                         const struct ihp__import_totals *totals,
                         const struct ihp__import_drops *drops, struct ihp_error *err);

#endif
