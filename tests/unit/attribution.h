/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attribution.h - counts by entity written by hand, and assertions on the decision of the steps.
 *
 * A, B and C are IHPs in the order of ihps.csv; X, Y and Z are non-IHP providers. Days are small
 * numbers, as only their order matters. */
#ifndef IHP_TEST_ATTRIBUTION_H
#define IHP_TEST_ATTRIBUTION_H

#include "build.h"

enum { A, B, C, IHPS, X = IHPS + 1, Y, Z, ENTITIES }; /* IHPS + 0 would be the blank NPI */
enum { NOBODY = -1 };

/* Lines of one kind at one entity, and the day of the latest. */
#define HOME(e, n, day)                                                                            \
    {                                                                                              \
        .entity = (e), .health_home = (n), .health_home_last = (day)                               \
    }
#define PRIMARY(e, n, day)                                                                         \
    {                                                                                              \
        .entity = (e), .primary = (n), .primary_last = (day)                                       \
    }
#define SPECIAL(e, n, day)                                                                         \
    {                                                                                              \
        .entity = (e), .specialty = (n), .specialty_last = (day)                                   \
    }
/* Both kinds of E&M lines at one entity. */
#define VISITS(e, p, p_day, s, s_day)                                                              \
    {                                                                                              \
        .entity = (e), .primary = (p), .primary_last = (p_day), .specialty = (s),                  \
        .specialty_last = (s_day)                                                                  \
    }

/* Returns the counts of some rows, which the caller owns. */
static inline struct ihp__counts counts_of(struct ihp__entity_counts *row, size_t rows)
{
    struct ihp__counts counts = {.entity = row, .count = rows};
    for (size_t i = 0; i < rows; i++) {
        counts.any_health_home |= row[i].health_home > 0;
        counts.any_em |= row[i].primary + row[i].specialty > 0;
    }
    return counts;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline void check_decision(struct ihp__decision seen, int partnership,
                                  enum ihp__reason reason, int window, const char *file, int line)
{
    if (seen.partnership != partnership || seen.reason != reason || seen.window != window) {
        print_error("%s:%d: IHP %d, %s, window %d is not IHP %d, %s, window %d\n", file, line,
                    seen.partnership, ihp__reason_text(seen.reason), seen.window, partnership,
                    ihp__reason_text(reason), window);
        _fail(file, line);
    }
}

/* Asserts the decision of the steps on the rows, in both orders, with and without a trace. */
static inline void check_steps(const struct ihp__entity_counts *row, size_t rows,
                               const struct ihp__decision_policies *policies, int partnership,
                               enum ihp__reason reason, const char *file, int line)
{
    struct ihp__entity_counts order[16];
    assert_true(rows <= COUNT(order));
    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < rows; i++) {
            order[i] = row[turn == 0 ? i : rows - 1 - i];
        }
        const struct ihp__counts counts = counts_of(order, rows);
        struct ihp__trace trace = {0};
        check_decision(ihp__attribution_steps(&counts, IHPS, policies, NULL), partnership, reason,
                       1, file, line);
        check_decision(ihp__attribution_steps(&counts, IHPS, policies, &trace), partnership, reason,
                       1, file, line);
        assert_in_range(trace.count, 1, IHP__TRACE_MAX);
    }
}

#define assert_steps(rows, policies, partnership, reason)                                          \
    check_steps((rows), COUNT(rows), (policies), (partnership), (reason), __FILE__, __LINE__)

/* Asserts that a trace has exactly these rules, in this order, held or not. */
struct rule_held {
    enum ihp__rule rule;
    bool held;
};

static inline void check_trace(const struct ihp__trace *trace, const struct rule_held *wanted,
                               size_t count, const char *file, int line)
{
    for (size_t i = 0; i < count && i < trace->count; i++) {
        if (trace->entry[i].rule != wanted[i].rule || trace->entry[i].held != wanted[i].held) {
            print_error("%s:%d: rule %zu is '%s' %d\n", file, line, i,
                        ihp__rule_text(trace->entry[i].rule), trace->entry[i].held);
            _fail(file, line);
        }
    }
    _assert_int_equal(trace->count, count, file, line);
}

#define assert_trace(trace, wanted)                                                                \
    check_trace((trace), (wanted), COUNT(wanted), __FILE__, __LINE__)

#endif
