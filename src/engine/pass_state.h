/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pass_state.h - the state of a pass, for the files that make it up: pass_member.c begins, finishes
 * and loads, pass_indexed.c takes batches of members by way of the index, pass.c walks the range.
 */
#ifndef IHP_ENGINE_PASS_STATE_H
#define IHP_ENGINE_PASS_STATE_H

#include "engine/pass.h"

struct ihp__pass {
    const struct ihp__context *context;
    const struct ihp__pass_options *options;
    struct ihp__range range;
    struct ihp__members members; /* of the block */
    struct ihp__people people;   /* their counties, where any are affected */
    int index_year[IHP__PERIODS]
                  [2];            /* the first and last year of the index with lines of a period */
    int32_t first_month, born_by; /* the first month of any period, and its last day */
    struct ihp__member_state *state;
    struct ihp__claim_buffer *buffer;      /* columns of the indexed way; made when needed */
    struct ihp__claim_buffer *line_buffer; /* columns for judging line by line; made when needed */
    struct ihp__claim_buffer *procedures;  /* of one member's lines; made when needed */
    struct ihp__claims claims;             /* the batch in memory */
    struct ihp__index_buffer *index_buffer;
    struct ihp__index_rows rows;           /* the batch's rows of the index */
    struct ihp__aside aside[IHP__PERIODS]; /* lines of the batch that do not count; owned */
    size_t aside_capacity[IHP__PERIODS];
    struct ihp__line_sums *line_sums;
    const struct ihp__pass_sums *sums;
    struct ihp__member_fact *fact; /* of one member under every view, then the second judgement's;
                                      owned */
    size_t readings, views;        /* of them that make views */
    struct ihp__pass_cost cost;
    struct ihp__pass_cost *reported; /* the caller's */
    struct ihp_error *err;
};

/* Loads lines for the indexed way, or with the procedure for judging line by line. */
enum ihp_status ihp__pass_load_lines(struct ihp__pass *p, uint64_t first, uint64_t count,
                                     bool indexed);

/* Begin and finish member m of the block. Finishing decides, and adds the member to the sums. */
void ihp__pass_begin_member(struct ihp__pass *p, size_t m);
enum ihp_status ihp__pass_finish_member(struct ihp__pass *p, size_t m);

/* Finds the calendar years in which a period lies: one, or two of a quarterly statement. They are
 * counted from the index's first year. */
void ihp__pass_index_years(const struct ihp__context *context, int period, int year[2]);

/* Returns the member after the last one whose lines still fit a batch that begins with member m, or
 * m if that member alone does not fit. */
size_t ihp__pass_batch_end(const struct ihp__pass *p, size_t m);

/* Loads the lines of members m .. end - 1 and takes them by way of the index. */
enum ihp_status ihp__pass_indexed_batch(struct ihp__pass *p, size_t m, size_t end);

#endif
