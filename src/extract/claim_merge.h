/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claim_merge.h - merging runs of claim lines. */
#ifndef IHP_EXTRACT_CLAIM_MERGE_H
#define IHP_EXTRACT_CLAIM_MERGE_H

#include "extract/claim_runs.h"

struct ihp__import_merge;

/* Runs to merge, and the memory to read those in files through. */
#define IHP__IMPORT_MERGE_READ_MIN 65536
struct ihp__import_merge_input {
    const struct ihp__import_run *run;
    size_t count;
    struct ihp__import_key_range range; /* of the lines to return */
    char *memory;                       /* not owned; must outlive the merge */
    uint64_t bytes; /* of memory; IHP__IMPORT_MERGE_READ_MIN for each run in a file make it fast */
};

/* Starts a merge of the lines of all runs that lie in the range. */
enum ihp_status ihp__import_merge_create(const struct ihp__import_merge_input *input,
                                         const struct ihp__import_claim_order *order,
                                         struct ihp__import_merge **out, struct ihp_error *err);
void ihp__import_merge_destroy(struct ihp__import_merge **merge);

/* Sets `*claim` to the next line in order, valid until the next call; NULL after the last line. */
enum ihp_status ihp__import_merge_next(struct ihp__import_merge *merge,
                                       const struct ihp__import_claim **claim,
                                       struct ihp_error *err);

/* What `ihp__import_merge_next` gave last: its key, the line as it is packed, valid until the next
 * call, and the rank that added it. */
struct ihp__import_merged {
    uint64_t key;
    const char *packed;
    size_t bytes;
    int source;
};
struct ihp__import_merged ihp__import_merge_last(const struct ihp__import_merge *merge);

#endif
