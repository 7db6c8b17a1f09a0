/* claim_sort.h - sorting more claim lines than memory holds.
 *
 * `ihp_ex_sorter_add` each line, `ihp_ex_sorter_finish`, then `ihp_ex_sorter_next` gives them back
 * in order. Lines gather in a block of memory; a full block is sorted and written to a temporary
 * file as a run (claim_sort.c), and the runs are merged (claim_merge.c). What fits into one block
 * never touches the disk. The order is that of a 64-bit key, then of a comparison, both given. */
#ifndef IHP_EXTRACT_CLAIM_SORT_H
#define IHP_EXTRACT_CLAIM_SORT_H

#include "ihp/codes.h"
#include "temp_file.h"

/* A claim line. Its claim id follows without an end; records take a multiple of 8 bytes, the last
 * of them zero where the id does not fill them. Dictionary numbers are in order of arrival. */
struct ex_claim {
    uint64_t row;   /* number in the file */
    int64_t amount; /* cents */
    int64_t line;
    uint32_t member;
    int32_t service_day, paid_day;
    uint32_t billing, treating;
    uint16_t service, payer, procedure;
    uint8_t status, id_length;
    char id[];
};

#define EX_CLAIM_BYTES(id_length) ((offsetof(struct ex_claim, id) + (id_length) + 7) / 8 * 8)

/* A claim line with room for the longest id. */
union ex_claim_room {
    struct ex_claim claim;
    uint64_t words[(offsetof(struct ex_claim, id) + IHP_CLAIM_ID_MAX + 7) / 8];
};

/* The order of two claim ids, as of strcmp. */
int ihp_ex_claim_id_order(const struct ex_claim *a, const struct ex_claim *b);

typedef uint64_t (*ex_claim_key_fn)(const struct ex_claim *claim);
typedef int (*ex_claim_compare_fn)(const struct ex_claim *a, const struct ex_claim *b);

struct ex_sorter;

/* `beside`: the temporary file lies beside this path. `memory`: bytes of the block. `run_lines`:
 * most lines in the block, 0 as many as fit. */
enum ihp_status ihp_ex_sorter_create(const char *beside, uint64_t memory, uint64_t run_lines,
                                     ex_claim_key_fn key, ex_claim_compare_fn compare,
                                     struct ex_sorter **out, struct ihp_error *err);
void ihp_ex_sorter_destroy(struct ex_sorter **sorter);

/* Adds a copy of a line. */
enum ihp_status ihp_ex_sorter_add(struct ex_sorter *sorter, const struct ex_claim *claim,
                                  struct ihp_error *err);

/* Writes what is in the block as a run and gives its memory back, for another to use until
 * `ihp_ex_sorter_finish`. */
enum ihp_status ihp_ex_sorter_set_aside(struct ex_sorter *sorter, struct ihp_error *err);

/* Ends the adding; merges runs until one more merge gives the order. */
enum ihp_status ihp_ex_sorter_finish(struct ex_sorter *sorter, struct ihp_error *err);

/* The next line in order, valid until the next call; NULL after the last. */
enum ihp_status ihp_ex_sorter_next(struct ex_sorter *sorter, const struct ex_claim **claim,
                                   struct ihp_error *err);

/* Runs written so far, those of intermediate merges too. */
uint64_t ihp_ex_sorter_runs(const struct ex_sorter *sorter);

/* ---- between claim_sort.c and claim_merge.c -------------------------------------------------- */

struct ex_run {
    uint64_t at, end; /* bytes in the temporary file */
};
struct ex_runs {
    struct ex_run *run; /* owned */
    size_t count, capacity;
};

/* What orders lines. */
struct ex_claim_order {
    ex_claim_key_fn key;
    ex_claim_compare_fn compare;
};

struct ex_merge;

/* Merges `count` runs of a file, reading through `memory` (owned by the caller, at least
 * EX_MERGE_READ_MIN bytes a run, aligned to 8). */
#define EX_MERGE_READ_MIN 65536
enum ihp_status ihp_ex_merge_create(struct ex_temp_file *file, const struct ex_run *run,
                                    size_t count, const struct ex_claim_order *order, char *memory,
                                    uint64_t bytes, struct ex_merge **out, struct ihp_error *err);
enum ihp_status ihp_ex_merge_next(struct ex_merge *merge, const struct ex_claim **claim,
                                  struct ihp_error *err);
void ihp_ex_merge_destroy(struct ex_merge **merge);

#endif
