/* claims.h - the parts of the claims stage: parsing, duplicates, writing. claims.c joins them. */
#ifndef IHP_EXTRACT_CLAIMS_H
#define IHP_EXTRACT_CLAIMS_H

#include "claim_sort.h"
#include "import.h"
#include "table.h"

/* What the store must know of all its lines before the first is written. */
struct ex_claim_totals {
    uint64_t lines;
    uint64_t by_id_length[IHP_CLAIM_ID_MAX + 1];
    uint64_t wide_amounts; /* lines whose cents take more than 32 bits */
};

/* ---- claim_parse.c --------------------------------------------------------------------------- */

/* Makes a claim line of a row. `*good` false: the row is bad and `*bad` says why. A status other
 * than IHP_OK only for dictionaries that are full or memory that is short. */
enum ihp_status ihp_ex_claim_parse(struct ex_import *x, const struct ex_row *row,
                                   union ex_claim_room *room, bool *good, struct ex_bad *bad,
                                   struct ihp_error *err);

/* Counts a line, and what it uses of the dictionaries, in or out again. */
void ihp_ex_claim_count(struct ex_import *x, struct ex_claim_totals *totals,
                        const struct ex_claim *claim, bool in);

/* ---- claim_keys.c ---------------------------------------------------------------------------- */

/* Hashes of (claim id, line), to find which lines may stand twice: cheap to hold and to spill, and
 * what they find is looked at again in full (claim_duplicates.c). */
struct ex_keys;

/* `memory`: bytes to hold before hashes go to a temporary file beside `beside`. */
enum ihp_status ihp_ex_keys_create(const char *beside, uint64_t memory, struct ex_keys **out,
                                   struct ihp_error *err);
void ihp_ex_keys_destroy(struct ex_keys **keys);

uint64_t ihp_ex_claim_hash(const struct ex_claim *claim);
enum ihp_status ihp_ex_keys_add(struct ex_keys *keys, uint64_t hash, struct ihp_error *err);

/* Hashes that stood more than once; ascending, each once. */
struct ex_candidates {
    uint64_t *hash; /* owned; counted in the import's memory */
    size_t count, capacity;
};
enum ihp_status ihp_ex_keys_candidates(struct ex_import *x, struct ex_keys *keys,
                                       struct ex_candidates *candidates, struct ihp_error *err);

/* ---- claim_duplicates.c ---------------------------------------------------------------------- */

/* Reads claims.csv again, compares the lines of the candidates, reports those that stand twice,
 * takes them out of the totals and lists them in `drops`, sorted. `memory`: bytes to sort them in.
 */
enum ihp_status ihp_ex_claims_resolve(struct ex_import *x, const struct ex_candidates *candidates,
                                      uint64_t memory, struct ex_claim_totals *totals,
                                      struct ex_drops *drops, struct ihp_error *err);

/* ---- claim_write.c --------------------------------------------------------------------------- */

/* Writes dictionaries, claims in the order the sorter gives them, less the drops, and their
 * offsets; then the payers of enrollment spans. */
enum ihp_status ihp_ex_claims_write(struct ex_import *x, struct ex_sorter *sorter,
                                    const struct ex_claim_totals *totals,
                                    const struct ex_drops *drops, struct ihp_error *err);

#endif
