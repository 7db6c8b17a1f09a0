/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints which entities were candidates, and what it would have taken to be attributed elsewhere.
 * It says nothing that the counts of the member do not say. */
#include "explain/explanation.h"
#include "member/alternatives.h"
#include "result/print_sentence.h"

#include <stdlib.h>
#include <string.h>

/* Candidates for whom alternatives are printed, and blanks before the lines of a table. */
enum { MOST = 12, INDENT = 4, KINDS = 3 };

/* A period of the member, and one of its windows. */
struct view {
    struct ihp__explanation *e;
    enum ihp__period period;
    struct ihp__attribution_input input;
    const struct ihp__decision_policies *policies;
    const struct ihp__counts *counts; /* of the window */
    enum ihp__line_kind order[KINDS]; /* the kind of lines by which the member was decided first */
    struct ihp__more_lines more;      /* the window that is tried */
};

/* A row of the counts with its place in the order of the step that decided. */
struct candidate {
    const struct ihp__entity_counts *counts;
    int rank[KINDS]; /* by kind; 0: not a candidate there */
    size_t place;    /* of the row */
};

static const struct ihp__member_fact *fact_of(const struct view *v)
{
    return &v->e->fact[v->period];
}

/* Orders the kinds of lines: that of the step which decided comes first. */
static void order_kinds(struct view *v)
{
    enum ihp__line_kind first = IHP__LINE_PRIMARY;
    switch ((enum ihp__reason)fact_of(v)->reason) {
    case IHP__REASON_HEALTH_HOME:
    case IHP__REASON_HEALTH_HOME_ELSEWHERE:
        first = IHP__LINE_HEALTH_HOME;
        break;
    case IHP__REASON_SPECIALTY:
    case IHP__REASON_SPECIALTY_ELSEWHERE:
    case IHP__REASON_SPECIALTY_TIE:
        first = IHP__LINE_SPECIALTY;
        break;
    case IHP__REASON_PRIMARY_CARE:
    case IHP__REASON_TIE_BREAK:
    case IHP__REASON_ENROLLMENT:
    case IHP__REASON_NO_VISIT:
    case IHP__REASON_NO_EM:
    case IHP__REASON_NO_IHP_EM:
    case IHP__REASON_PRIMARY_CARE_ELSEWHERE:
    case IHP__REASON_UNRESOLVED_TIE:
    case IHP__REASON_OVERRIDE:
    case IHP__REASONS:
        break;
    }
    v->order[0] = first;
    v->order[1] = first == IHP__LINE_PRIMARY ? IHP__LINE_SPECIALTY : IHP__LINE_PRIMARY;
    v->order[2] = first == IHP__LINE_HEALTH_HOME ? IHP__LINE_SPECIALTY : IHP__LINE_HEALTH_HOME;
}

/* ---- places ---------------------------------------------------------------------------------- */

static int by_rank(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    for (int k = 0; k < KINDS; k++) {
        if (x->rank[k] != y->rank[k]) { /* 0, no place, comes last */
            return (unsigned)x->rank[k] - 1u < (unsigned)y->rank[k] - 1u ? -1 : 1;
        }
    }
    return (x->place > y->place) - (x->place < y->place);
}

/* Returns the candidates of the window, best first, in the order of the kinds; the caller frees
 * them. NULL if memory is short. */
static struct candidate *rank_candidates(const struct view *v)
{
    const struct ihp__counts *counts = v->counts;
    struct candidate *list = calloc(counts->count + 1, sizeof *list);
    for (size_t i = 0; list != NULL && i < counts->count; i++) {
        list[i] = (struct candidate){.counts = &counts->entity[i], .place = i};
        for (int k = 0; k < KINDS; k++) {
            list[i].rank[k] = ihp__step_rank(counts, &counts->entity[i], v->order[k],
                                             v->input.partnerships, v->policies);
        }
    }
    if (list != NULL) {
        qsort(list, counts->count, sizeof *list, by_rank);
    }
    return list;
}

/* Prints the place of each entity at each step; equal numbers of lines have equal places. */
static enum ihp_status print_places(const struct view *v, const struct candidate *list)
{
    static const struct ihp__print_column columns[] = {{"entity", IHP__PRINT_TEXT, false},
                                                       {"Step 1", IHP__PRINT_NUMBER, false},
                                                       {"Step 2", IHP__PRINT_NUMBER, false},
                                                       {"Step 3", IHP__PRINT_NUMBER, false}};
    struct ihp__print print = IHP__PRINT_BEGIN(v->e->out, columns, 1);
    char name[64];
    ihp__print_sentence(v->e->out,
                        "  Places of the candidates, %s: Step 1 by health-home lines [13.3.4.3], "
                        "Step 2 by PCP E&M lines [13.3.5.4], Step 3 by specialty E&M lines "
                        "[13.3.6.4]\n",
                        v->more.window == 1 ? "the period" : "the look-back");
    if (v->counts->count == 0) {
        fprintf(v->e->out, "%*snone\n", INDENT, "");
        return IHP_OK;
    }
    ihp__print_set_indent(&print, INDENT);
    for (size_t i = 0; i < v->counts->count; i++) {
        ihp__print_text(&print, ihp__explain_entity_name(v->e, list[i].counts->entity, name));
        for (int step = 0; step < KINDS; step++) {
            int rank = ihp__step_rank(v->counts, list[i].counts, (enum ihp__line_kind)step,
                                      v->input.partnerships, v->policies);
            if (rank > 0) {
                ihp__print_count(&print, rank);
            } else {
                ihp__print_text(&print, "-");
            }
        }
    }
    return ihp__print_end(&print, v->e->err);
}

/* ---- what it would have taken ---------------------------------------------------------------- */

/* Adds a number of lines and what it leads to. */
static void add_lines(const struct view *v, const struct ihp__enough_lines *found,
                      enum ihp__line_kind kind, char text[IHP__EXPLAIN_TEXT])
{
    static const char *const kinds[] = {"health-home", "PCP E&M", "specialty E&M"};
    bool visits = v->e->context.deck.policies.claims.count_unit == IHP__COUNT_VISIT;
    char day[IHP__DATE_TEXT];
    ihp__explain_add(text, "%u more %s %s%s", found->lines, kinds[kind], visits ? "visit" : "line",
                     found->lines == 1 ? "" : "s");
    if (found->from > v->more.first) {
        ihp__explain_add(text, ", %son %s or later",
                         found->lines == 1 ? "" : "at least one of them ",
                         ihp__day_format(found->from, day));
    }
    ihp__explain_add(text, " (%s [%s])", ihp__reason_text(found->decision.reason), found->section);
}

/* Adds the numbers of lines of each kind that would be enough at an entity: that of the step that
 * decided, and others of which fewer are. */
static bool add_numbers(struct view *v, uint32_t entity, char text[IHP__EXPLAIN_TEXT])
{
    uint32_t fewest = 0;
    v->more.entity = entity;
    for (int k = 0; k < KINDS; k++) {
        struct ihp__enough_lines found[2];
        v->more.kind = v->order[k];
        if (v->order[k] == IHP__LINE_HEALTH_HOME && !v->counts->any_health_home) {
            continue; /* one such line decides about any member without one */
        }
        if (!ihp__alternative_find(&v->input, v->policies, &v->more, found)) {
            return false;
        }
        if (found[0].lines == 0 || (fewest > 0 && found[0].lines >= fewest)) {
            continue;
        }
        ihp__explain_add(text, "%s", fewest > 0 ? "; or " : "");
        fewest = found[0].lines;
        add_lines(v, &found[0], v->order[k], text);
        if (found[1].lines > 0) {
            ihp__explain_add(text, ", or ");
            add_lines(v, &found[1], v->order[k], text);
        }
    }
    if (fewest == 0) {
        ihp__explain_add(text, "no number of more lines is enough");
    }
    return true;
}

/* Prints what would have been enough at one entity. */
static enum ihp_status print_entity(struct view *v, uint32_t entity)
{
    char text[IHP__EXPLAIN_TEXT] = "", name[64];
    bool is_ihp = entity < v->input.partnerships;
    ihp__explain_add(text, "%*s%s%s: ", INDENT, "", is_ihp ? "" : "not attributed, by ",
                     ihp__explain_entity_name(v->e, entity, name));
    if (!add_numbers(v, entity, text)) {
        return ihp__fail_memory(v->e->err, "a member's counts");
    }
    ihp__print_sentence(v->e->out, "%s\n", text);
    return IHP_OK;
}

/* Returns true for an IHP at which the member has no counted line and is not attributed. */
static bool is_other(const struct view *v, uint32_t partnership)
{
    bool seen = (int)partnership == fact_of(v)->partnership;
    for (size_t i = 0; !seen && i < v->counts->count; i++) {
        seen = v->counts->entity[i].entity == partnership;
    }
    return !seen;
}

/* Other IHPs next to each other in ihps.csv, at which the same is enough. */
struct others {
    uint32_t first, last; /* IHP__NO_ENTITY: none */
    char text[IHP__EXPLAIN_TEXT];
};

static void print_group(const struct view *v, const struct others *group, bool all)
{
    char first[64], last[64];
    const char *from = ihp__explain_entity_name(v->e, group->first, first);
    const char *to = ihp__explain_entity_name(v->e, group->last, last);
    if (all) {
        ihp__print_sentence(v->e->out, "%*sany other IHP: %s\n", INDENT, "", group->text);
    } else if (group->first == group->last) {
        ihp__print_sentence(v->e->out, "%*s%s: %s\n", INDENT, "", from, group->text);
    } else {
        ihp__print_sentence(v->e->out, "%*sany other IHP from %s to %s in ihps.csv: %s\n", INDENT,
                            "", from, to, group->text);
    }
}

/* Prints what would have been enough at the IHPs that are not candidates. It is the same at all of
 * them, unless their places in ihps.csv break a tie (`unresolved_tie: lowest_ihp`). */
static enum ihp_status print_others(struct view *v)
{
    struct others group = {.first = IHP__NO_ENTITY};
    bool all = true;
    for (uint32_t p = 0; p < v->input.partnerships; p++) {
        char text[IHP__EXPLAIN_TEXT] = "";
        if (!is_other(v, p)) {
            continue;
        }
        if (!add_numbers(v, p, text)) {
            return ihp__fail_memory(v->e->err, "a member's counts");
        }
        if (group.first != IHP__NO_ENTITY && strcmp(text, group.text) != 0) {
            all = false;
            print_group(v, &group, all);
            group.first = IHP__NO_ENTITY;
        }
        group.first = group.first == IHP__NO_ENTITY ? p : group.first;
        group.last = p;
        memcpy(group.text, text, sizeof text);
    }
    if (group.first != IHP__NO_ENTITY) {
        print_group(v, &group, all);
    }
    return IHP_OK;
}

/* Prints what would have been enough in the window at each candidate, best first. */
static enum ihp_status print_window(struct view *v, const struct candidate *list)
{
    char first[IHP__DATE_TEXT], last[IHP__DATE_TEXT];
    size_t printed = 0, left = 0;
    ihp__print_sentence(
        v->e->out, "  To be attributed%s, all else equal, with lines of service from %s to %s:\n",
        fact_of(v)->partnership >= 0 ? " elsewhere" : "", ihp__day_format(v->more.first, first),
        ihp__day_format(v->more.last, last));
    for (size_t i = 0; i < v->counts->count; i++) {
        uint32_t entity = list[i].counts->entity;
        bool is_ihp = entity < v->input.partnerships;
        if (is_ihp ? (int)entity == fact_of(v)->partnership : fact_of(v)->partnership < 0) {
            continue;
        }
        if (printed == MOST) {
            left++;
            continue;
        }
        if (print_entity(v, entity) != IHP_OK) {
            return v->e->err->status;
        }
        printed++;
    }
    if (left > 0) {
        ihp__print_sentence(v->e->out, "%*s%zu more candidates in later places\n", INDENT, "",
                            left);
    }
    return print_others(v);
}

/* Prints that more months were needed, and what the lines would have decided with them. */
static void print_enrollment(struct view *v)
{
    struct ihp__attribution_input whole = v->input;
    struct ihp__trace trace = {.count = 0};
    int lacking = ihp__months_lacking(v->input.qualifying, v->policies);
    whole.qualifying = 0xFFF;
    struct ihp__decision decision = ihp__attribution_decide(&whole, v->policies, &trace);
    if (lacking > 12) {
        ihp__print_sentence(v->e->out, "  No number of qualifying months is enough [13.3.2]\n");
        return;
    }
    ihp__print_sentence(
        v->e->out,
        "  To be attributed, at least %d more qualifying month%s [13.3.2]; the lines would then "
        "decide: %s %s [%s]\n",
        lacking, lacking == 1 ? "" : "s", ihp__reason_text(decision.reason),
        decision.partnership >= 0 ? v->e->context.program->partnership[decision.partnership].id
                                  : "- not attributed",
        ihp__decision_section(decision.reason, &trace));
}

/* Prints places and alternatives of one window. */
static enum ihp_status print_view(struct view *v, bool with_places)
{
    struct candidate *list = rank_candidates(v);
    enum ihp_status status = list == NULL  ? ihp__fail_memory(v->e->err, "a member's counts")
                             : with_places ? print_places(v, list)
                                           : IHP_OK;
    bool by_lines = fact_of(v)->reason != IHP__REASON_ENROLLMENT && v->more.first <= v->more.last;
    if (status == IHP_OK && by_lines) {
        status = print_window(v, list);
    }
    free(list);
    return status;
}

enum ihp_status ihp__explain_print_alternatives(struct ihp__explanation *e, enum ihp__period period)
{
    const struct ihp__period_rules *rules = &e->context.rules[period];
    int decided = e->fact[period].window;
    struct view v = {.e = e,
                     .period = period,
                     .input = ihp__member_input(e->state, period),
                     .policies = &rules->decision[0]};
    if (e->fact[period].reason == IHP__REASON_OVERRIDE) {
        ihp__print_sentence(e->out, "  The State's decision does not depend on the lines "
                                    "[4.6.4.2]\n");
        return IHP_OK;
    }
    order_kinds(&v);
    for (int window = decided; window >= 1; window--) {
        v.counts = ihp__member_counts(e->state, period, window);
        v.more = (struct ihp__more_lines){
            .window = window,
            .first = window == 1 ? rules->first_day : rules->lookback_first,
            .last = window == 1 ? rules->last_day : (ihp__day16)(rules->first_day - 1)};
        if (print_view(&v, window == decided) != IHP_OK) {
            return e->err->status;
        }
    }
    if (e->fact[period].reason == IHP__REASON_ENROLLMENT) {
        print_enrollment(&v);
    }
    return IHP_OK;
}
