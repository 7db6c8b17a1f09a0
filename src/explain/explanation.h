/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explanation.h - why members are attributed as they are, for an appeal [4.6.4]: the rows of one
 * member at a time, judged by the functions of a settlement with a trace, and printed.
 *
 * Open the context of an explanation, then for each member `ihp__explain_judge`, print, and
 * `ihp__explain_forget`. `ihp__explain_end` closes everything. Nothing here is collective. What is
 * printed is protected data. */
#ifndef IHP_EXPLANATION_H
#define IHP_EXPLANATION_H

#include "engine/context.h"
#include "result/print_table.h"

enum { IHP__EXPLAIN_LINES = 4096, IHP__EXPLAIN_TEXT = 4096 };

struct ihp__explanation {
    struct ihp__context context; /* its rules are those explained */
    uint64_t member;
    struct ihp__members rows;  /* of this member alone */
    struct ihp__people people; /* its county, or what decides a payment */
    struct ihp__member_state *state;
    struct ihp__claim_buffer *buffer;
    struct ihp__line_sums *sums;
    struct ihp__member_fact fact[IHP__PERIODS];
    struct ihp__trace trace[IHP__PERIODS];
    struct ihp__print lines; /* the table of claim lines while it is made */
    FILE *out;
    struct ihp_error *err;
};

/* Takes some lines of the member; `period` is passed through. */
typedef enum ihp_status (*ihp__explain_batch_fn)(struct ihp__explanation *e,
                                                 const struct ihp__claims *claims,
                                                 enum ihp__period period);

/* Calls `fn` for the member's lines, batch by batch, until it fails. */
enum ihp_status ihp__explain_each_batch(struct ihp__explanation *e, ihp__explain_batch_fn fn,
                                        enum ihp__period period);

/* Adds to a sentence, which is printed when it is whole; what does not fit is cut off. */
void ihp__explain_add(char text[IHP__EXPLAIN_TEXT], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Finds the member in the store and judges its rows under the rules of the context. Fails with
 * IHP_ERR_USAGE for a text that cannot be an ID, and with IHP_ERR_DATA for a member that the store
 * does not have. */
enum ihp_status ihp__explain_judge(struct ihp__explanation *e, const char *member_id);

/* Prints spans, months, lines, counts, the rules that were tried and the outcome of a period. */
enum ihp_status ihp__explain_print_decision(struct ihp__explanation *e, enum ihp__period period);

/* Writes the name of an IHP or a non-IHP provider, "-" for neither. Returns it. */
const char *ihp__explain_entity_name(const struct ihp__explanation *e, uint32_t entity,
                                     char buffer[64]);

/* Prints the places of the candidates at each step, and what it would have taken to be attributed
 * elsewhere in a period of a settlement. */
enum ihp_status ihp__explain_print_alternatives(struct ihp__explanation *e,
                                                enum ihp__period period);

/* Prints the rules that were tried and the outcome of a period. They have no claim lines. */
void ihp__explain_print_rules(struct ihp__explanation *e, enum ihp__period period);

/* Prints how a period of a settlement was decided, and what the member cost in it. */
enum ihp_status ihp__explain_print_period(struct ihp__explanation *e, enum ihp__period period);

/* Prints how both periods of a settlement were decided, and what the member cost in them. */
enum ihp_status ihp__explain_print_settlement(struct ihp__explanation *e);

/* Replaces the rules of the context by those of a month of a population-based payment [15], for
 * `ihp__explain_print_month`. The context's inputs are open. */
enum ihp_status ihp__explain_take_month(struct ihp__explanation *e, int32_t month,
                                        struct ihp_notices *notices);

/* Prints how the month was decided, and what decides its payment. */
enum ihp_status ihp__explain_print_month(struct ihp__explanation *e, int32_t month);

/* Frees what belongs to the member, so that another can be judged. Harmless twice. */
void ihp__explain_forget(struct ihp__explanation *e);

/* Flushes the output, closes everything, and returns the status of the whole. */
enum ihp_status ihp__explain_end(struct ihp__explanation *e);

#endif
