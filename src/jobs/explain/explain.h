/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.h - the explanation of one member under way, as its files see it. */
#ifndef IHP_JOBS_EXPLAIN_H
#define IHP_JOBS_EXPLAIN_H

#include "engine/context.h"
#include "ihp/jobs.h"

enum { IHP__EXPLAIN_LINES = 4096 };

struct ihp__explaining {
    struct ihp__context context; /* its rules are those explained */
    uint64_t member;
    struct ihp__members rows;  /* of this member alone */
    struct ihp__people people; /* what else is asked of the member */
    struct ihp__member_state *state;
    struct ihp__claim_buffer *buffer;
    struct ihp__line_sums *sums;
    struct ihp__member_fact fact[IHP__PERIODS];
    struct ihp__trace trace[IHP__PERIODS];
    FILE *out;
    struct ihp_error *err;
};

typedef enum ihp_status (*ihp__explain_batch_fn)(struct ihp__explaining *x,
                                                 const struct ihp__claims *claims,
                                                 enum ihp__period period);

/* Calls `fn` for the member's lines, batch by batch. */
enum ihp_status ihp__explain_each_batch(struct ihp__explaining *x, ihp__explain_batch_fn fn,
                                        enum ihp__period period);

/* Finds the member in the store and judges its rows under the rules of the context. */
enum ihp_status ihp__explain_judge(struct ihp__explaining *x, const char *member_id);

/* Prints spans, months, lines, counts, the rules that were tried and the outcome of a period. */
enum ihp_status ihp__explain_print_decision(struct ihp__explaining *x, enum ihp__period period);

void ihp__explain_end(struct ihp__explaining *x);

#endif
