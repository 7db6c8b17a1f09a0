/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp explain: every line and rule of one member, for an appeal [4.6.4]. It runs the same functions
 * as a settlement, with a trace. */
#include "explain/explanation.h"
#include "ihp/jobs.h"
#include "result/print_sentence.h"

enum ihp_status ihp_explain(const char *deck_path, const char *member_id, FILE *stream,
                            struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__explanation e = {.out = stream, .err = err};
    if (ihp__context_open(deck_path, &e.context, notices, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = ihp__explain_judge(&e, member_id);
    if (status == IHP_OK) {
        ihp__print_sentence(
            stream,
            "PROTECTED HEALTH INFORMATION: for the appeal of this member only [4.6.4]\n"
            "Member %s in %s under %s\n",
            member_id, ihp__settlement_name(&e.context.deck), deck_path);
    }
    if (status == IHP_OK) {
        status = ihp__explain_print_settlement(&e);
    }
    enum ihp_status ended = ihp__explain_end(&e);
    return status == IHP_OK ? ended : status;
}

enum ihp_status ihp_explain_month(const char *deck_path, const char *member_id, int32_t month,
                                  FILE *stream, struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__explanation e = {.out = stream, .err = err};
    char text[IHP__DATE_TEXT];
    if (ihp__context_open_inputs(deck_path, &e.context, notices, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = ihp__explain_take_month(&e, month, notices);
    if (status == IHP_OK) {
        status = ihp__explain_judge(&e, member_id);
    }
    if (status == IHP_OK) {
        status = ihp__store_read_people(e.context.store, (struct ihp__range){e.member, 1},
                                        IHP__PEOPLE_BIRTH | IHP__PEOPLE_PAYMENTS, &e.people, err);
    }
    if (status == IHP_OK) {
        ihp__print_sentence(
            stream,
            "PROTECTED HEALTH INFORMATION: for the appeal of this member only [4.6.4]\n"
            "Member %s, payments of %s under %s\n",
            member_id, ihp__month_format(month, text), deck_path);
        status = ihp__explain_print_month(&e, month);
    }
    enum ihp_status ended = ihp__explain_end(&e);
    return status == IHP_OK ? ended : status;
}
