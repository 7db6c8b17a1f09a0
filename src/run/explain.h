/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.h - the explanation of one member under way, as its files see it. */
#ifndef IHP_RUN_EXPLAIN_H
#define IHP_RUN_EXPLAIN_H

#include "context.h"

enum { IHP_EXPLAIN_LINES = 4096 };

struct ihp_explaining {
    struct ihp_context context; /* its rules are those explained */
    uint64_t member;
    struct ihp_members rows;  /* of this member alone */
    struct ihp_people people; /* what else is asked of the member */
    struct ihp_member_state *state;
    struct ihp_claim_buffer *buffer;
    struct ihp_line_sums *sums;
    struct ihp_fact fact[IHP_PERIODS];
    struct ihp_trace trace[IHP_PERIODS];
    FILE *out;
    struct ihp_error *err;
};

typedef enum ihp_status (*ihp_explain_batch_fn)(struct ihp_explaining *x,
                                                const struct ihp_claims *claims, enum ihp_period q);

/* Calls `fn` for the member's lines, batch by batch. */
enum ihp_status ihp_explain_each_batch(struct ihp_explaining *x, ihp_explain_batch_fn fn,
                                       enum ihp_period q);

/* Finds the member in the store and judges its rows under the rules of the context. */
enum ihp_status ihp_explain_judge(struct ihp_explaining *x, const char *member_id);

/* Prints spans, months, lines, counts, the rules that were tried and the outcome of a period. */
enum ihp_status ihp_explain_print_decision(struct ihp_explaining *x, enum ihp_period q);

void ihp_explain_end(struct ihp_explaining *x);

#endif
