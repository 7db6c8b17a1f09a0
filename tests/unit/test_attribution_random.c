/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision against a second implementation of 13.3, written here from docs/methodology.md in
 * another way (sets of entities as bits, one line of code for each sentence), for many small random
 * tables. Counts and days are so small that ties are frequent. Every reason must occur often. */
#include "attribution.h"

/* One window of a member: counts by entity number, zero if there are none. */
struct table {
    int home[ENTITIES], pcp[ENTITIES], spe[ENTITIES];
    int home_day[ENTITIES], pcp_day[ENTITIES], spe_day[ENTITIES];
    bool any_home, any_em; /* also lines without an entity */
};

struct verdict {
    int partnership;
    enum ihp__reason reason;
    int window;
};

enum { EVERYBODY = (1 << ENTITIES) - 1, OURS = (1 << IHPS) - 1, THEIRS = EVERYBODY & ~OURS };

static int greatest(int set, const int *value)
{
    int most = 0;
    for (int e = 0; e < ENTITIES; e++) {
        if ((set >> e & 1) != 0 && value[e] > most) {
            most = value[e];
        }
    }
    return most;
}

/* Returns the entities of a set that have a value. */
static int holders(int set, const int *value, int wanted)
{
    int found = 0;
    for (int e = 0; e < ENTITIES; e++) {
        found |= (set >> e & 1) != 0 && value[e] == wanted ? 1 << e : 0;
    }
    return found;
}

static int leaders(int set, const int *value)
{
    return holders(set, value, greatest(set, value));
}

static bool single(int set)
{
    return set != 0 && (set & (set - 1)) == 0;
}

static int first_of(int set)
{
    int e = 0;
    while ((set >> e & 1) == 0) {
        e++;
    }
    return e;
}

static struct verdict out(enum ihp__reason reason)
{
    return (struct verdict){NOBODY, reason, 1};
}

static struct verdict in(int set, enum ihp__reason reason)
{
    return (struct verdict){first_of(set), reason, 1};
}

/* The lines at each entity that Steps 2 and 4 compare with those of IHPs. */
static void rivals(const struct table *t, const struct ihp__decision_policies *policies, int *rival)
{
    for (int e = 0; e < ENTITIES; e++) {
        rival[e] = t->pcp[e] + (policies->primary_care_rival == IHP__RIVAL_ALL_EM ? t->spe[e] : 0);
    }
}

/* 4.4, Step 4. */
static struct verdict step_4(const struct table *t, const struct ihp__decision_policies *policies,
                             int most)
{
    int em_day[ENTITIES];
    for (int e = 0; e < ENTITIES; e++) {
        em_day[e] = t->pcp_day[e] > t->spe_day[e] ? t->pcp_day[e] : t->spe_day[e];
    }
    bool lowest = policies->unresolved_tie == IHP__TIE_LOWEST_IHP;
    int rival[ENTITIES];
    rivals(t, policies, rival);
    int w = holders(OURS, t->pcp, most), tied = holders(THEIRS, rival, most);
    if (!single(w)) {
        if (tied != 0 && policies->tie_with_elsewhere == IHP__TIE_ANY) {
            w = leaders(w, em_day);
        } else if (greatest(w, t->spe) == 0) {
            w = leaders(w, em_day);
        } else {
            w = leaders(w, t->spe);
            w = single(w) ? w : leaders(w, t->pcp_day);
        }
        if (!single(w) && !lowest) {
            return out(IHP__REASON_UNRESOLVED_TIE);
        }
    }
    int day = em_day[first_of(w)];
    if (tied != 0 && day < greatest(tied, em_day)) {
        return out(IHP__REASON_PRIMARY_CARE_ELSEWHERE);
    }
    if (tied != 0 && day == greatest(tied, em_day) && !lowest) {
        return out(IHP__REASON_UNRESOLVED_TIE);
    }
    return in(w, IHP__REASON_TIE_BREAK);
}

/* 4.3, Step 3. */
static struct verdict step_3(const struct table *t, const struct ihp__decision_policies *policies)
{
    int theirs[ENTITIES], em_day[ENTITIES];
    for (int e = 0; e < ENTITIES; e++) {
        em_day[e] = t->pcp_day[e] > t->spe_day[e] ? t->pcp_day[e] : t->spe_day[e];
        theirs[e] =
            t->spe[e] + (policies->specialty_elsewhere == IHP__SPECIALTY_ALL_EM ? t->pcp[e] : 0);
    }
    int most = greatest(OURS, t->spe);
    if (most == 0) {
        return out(t->any_em || t->any_home ? IHP__REASON_NO_IHP_EM : IHP__REASON_NO_EM);
    }
    if (greatest(THEIRS, theirs) > most) {
        return out(IHP__REASON_SPECIALTY_ELSEWHERE);
    }
    int best = leaders(OURS, t->spe);
    if (!single(best)) {
        return out(IHP__REASON_SPECIALTY_TIE);
    }
    int equal = holders(THEIRS, theirs, most), w = first_of(best);
    if (equal != 0 && policies->specialty_equal == IHP__EQUAL_NONE) {
        return out(IHP__REASON_SPECIALTY_ELSEWHERE);
    }
    if (equal != 0 && policies->specialty_equal == IHP__EQUAL_LATEST &&
        greatest(equal, em_day) >= em_day[w]) {
        return out(IHP__REASON_SPECIALTY_ELSEWHERE);
    }
    return in(best, IHP__REASON_SPECIALTY);
}

/* Health-home lines and their latest days by entity; pooled, X has those of all providers. */
static void homes(const struct table *t, const struct ihp__decision_policies *policies, int *home,
                  int *home_day)
{
    for (int e = 0; e < ENTITIES; e++) {
        home[e] = t->home[e];
        home_day[e] = t->home_day[e];
    }
    for (int e = Y; e < ENTITIES && policies->health_home_elsewhere == IHP__HOME_POOLED; e++) {
        home[X] += home[e];
        home_day[X] = home_day[e] > home_day[X] ? home_day[e] : home_day[X];
        home[e] = home_day[e] = 0;
    }
}

/* 4.1 and 4.2, Steps 1 and 2. */
static struct verdict steps(const struct table *t, const struct ihp__decision_policies *policies)
{
    int home[ENTITIES], home_day[ENTITIES];
    homes(t, policies, home, home_day);
    int best = leaders(EVERYBODY, home);
    if (greatest(EVERYBODY, home) > 0) {
        best = single(best) ? best : leaders(best, home_day);
        if (single(best)) {
            return (best & OURS) != 0 ? in(best, IHP__REASON_HEALTH_HOME)
                                      : out(IHP__REASON_HEALTH_HOME_ELSEWHERE);
        }
    }
    int rival[ENTITIES];
    rivals(t, policies, rival);
    int ours = greatest(OURS, t->pcp), theirs = greatest(THEIRS, rival);
    if (ours == 0) {
        bool blocks = policies->primary_care_elsewhere == IHP__ELSEWHERE_BLOCKS && theirs > 0;
        return blocks ? out(IHP__REASON_PRIMARY_CARE_ELSEWHERE) : step_3(t, policies);
    }
    if (theirs > ours) {
        return out(IHP__REASON_PRIMARY_CARE_ELSEWHERE);
    }
    best = leaders(OURS, t->pcp);
    return single(best) && theirs < ours ? in(best, IHP__REASON_PRIMARY_CARE)
                                         : step_4(t, policies, ours);
}

/* 4.0, 4.5 and 4.6. */
static struct verdict decide(const struct ihp__attribution_input *input, const struct table *window,
                             const struct table *lookback,
                             const struct ihp__decision_policies *policies)
{
    if (input->has_override) {
        return (struct verdict){input->override_partnership, IHP__REASON_OVERRIDE, 1};
    }
    int all = 0, run = 0, longest = 0;
    for (int m = 0; m < 12; m++) {
        run = (input->qualifying >> m & 1) != 0 ? run + 1 : 0;
        all += run > 0;
        longest = run > longest ? run : longest;
    }
    if (longest < policies->min_continuous_months || all < policies->min_total_months) {
        return out(IHP__REASON_ENROLLMENT);
    }
    bool before = policies->gate_window == IHP__GATE_WINDOW_LOOKBACK && input->visited_before;
    if (input->visited[0] == 0 && !before) {
        return out(IHP__REASON_NO_VISIT);
    }
    struct verdict v = steps(window, policies);
    enum ihp__reason first = v.reason;
    bool none = first == IHP__REASON_NO_EM || (policies->lookback_when == IHP__LOOKBACK_NO_IHP_EM &&
                                               first == IHP__REASON_NO_IHP_EM);
    if (none && input->lookback_months != 0) {
        v = steps(lookback, policies);
        v.reason = v.reason == IHP__REASON_NO_EM ? first : v.reason;
        v.window = 2;
    }
    if (policies->visit_gate == IHP__GATE_ATTRIBUTED_IHP && v.partnership != NOBODY &&
        (input->visited[0] >> v.partnership & 1) == 0) {
        v.partnership = NOBODY;
        v.reason = IHP__REASON_NO_VISIT;
    }
    return v;
}

/* ---- random members -------------------------------------------------------------------------- */

/* Draws a count of 0, 1 or 2 and its day, 0 without a line. */
static int count_of(struct random_draws *draws, uint32_t rarity, int *day)
{
    uint32_t drawn = random_below(draws, rarity);
    int count = drawn < 2 ? (int)drawn + 1 : 0;
    *day = count > 0 ? 1 + (int)random_below(draws, 3) : 0;
    return count;
}

/* Draws a table, and the same as counts with the entities in a random order. `rarity` is how rare
 * each kind of line is. Some entities have no row. */
static struct ihp__counts random_table(struct random_draws *draws, struct table *t,
                                       struct ihp__entity_counts *row)
{
    *t = (struct table){0};
    struct ihp__counts counts = {.entity = row};
    bool empty = random_below(draws, 6) == 0;
    uint32_t rare_home = random_below(draws, 3) == 0 ? 6 : 1000;
    uint32_t rare_pcp = random_below(draws, 3) == 0 ? 1000 : 4;
    for (int e = 0; e < ENTITIES && !empty; e++) {
        if (e == IHPS || random_below(draws, 4) == 0) {
            continue; /* IHPS + 0 is the blank NPI */
        }
        t->home[e] = count_of(draws, rare_home, &t->home_day[e]);
        t->pcp[e] = count_of(draws, rare_pcp, &t->pcp_day[e]);
        t->spe[e] = count_of(draws, 5, &t->spe_day[e]);
        t->any_home |= t->home[e] > 0;
        t->any_em |= t->pcp[e] + t->spe[e] > 0;
        row[counts.count++] = (struct ihp__entity_counts){
            .entity = (uint32_t)e,
            .health_home = (uint32_t)t->home[e],
            .primary = (uint32_t)t->pcp[e],
            .specialty = (uint32_t)t->spe[e],
            .health_home_last = (ihp__day16)t->home_day[e],
            .primary_last = (ihp__day16)t->pcp_day[e],
            .specialty_last = (ihp__day16)t->spe_day[e],
        };
    }
    for (size_t i = counts.count; i > 1; i--) {
        size_t j = random_below(draws, (uint32_t)i);
        struct ihp__entity_counts other = row[i - 1];
        row[i - 1] = row[j];
        row[j] = other;
    }
    t->any_em |= random_below(draws, 20) == 0; /* a line without an entity */
    t->any_home |= random_below(draws, 20) == 0;
    counts.any_em = t->any_em;
    counts.any_health_home = t->any_home;
    return counts;
}

static struct ihp__decision_policies random_policies(struct random_draws *draws)
{
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.visit_gate = random_below(draws, 3) == 0;
    policies.primary_care_elsewhere = (int)random_below(draws, 2);
    policies.specialty_elsewhere = (int)random_below(draws, 2);
    policies.unresolved_tie = (int)random_below(draws, 2);
    policies.health_home_elsewhere = (int)random_below(draws, 2);
    policies.primary_care_rival = (int)random_below(draws, 2);
    policies.specialty_equal = (int)random_below(draws, 3);
    policies.tie_with_elsewhere = (int)random_below(draws, 2);
    policies.lookback_when = (int)random_below(draws, 2);
    policies.gate_window = (int)random_below(draws, 2);
    return policies;
}

enum { MEMBERS = 300000 };

static void test_13_3_random_members_against_a_second_implementation(void **state)
{
    (void)state;
    struct random_draws draws = {.seed = 13300};
    size_t seen[IHP__REASONS][2] = {{0}};
    for (int member = 0; member < MEMBERS; member++) {
        struct table window, lookback;
        struct ihp__entity_counts row[2][ENTITIES];
        struct ihp__counts counts[2] = {random_table(&draws, &window, row[0]),
                                        random_table(&draws, &lookback, row[1])};
        const struct ihp__decision_policies policies = random_policies(&draws);
        uint64_t visited[1] = {random_below(&draws, 1u << IHPS)};
        const struct ihp__attribution_input input = {
            .qualifying =
                random_below(&draws, 8) == 0 ? (uint16_t)random_below(&draws, 4096) : 0xFFF,
            .window = &counts[0],
            .lookback = &counts[1],
            .lookback_months = random_below(&draws, 4) == 0 ? 0 : 12,
            .visited = visited,
            .visited_before = random_below(&draws, 2) == 0,
            .partnerships = IHPS,
            .has_override = random_below(&draws, 100) == 0,
            .override_partnership = (int)random_below(&draws, IHPS + 1) - 1,
        };
        struct verdict wanted = steps(&window, &policies);
        struct ihp__trace trace = {0};
        check_decision(ihp__attribution_steps(&counts[0], IHPS, &policies, NULL),
                       wanted.partnership, wanted.reason, 1, __FILE__, __LINE__);
        wanted = decide(&input, &window, &lookback, &policies);
        check_decision(ihp__attribution_decide(&input, &policies, NULL), wanted.partnership,
                       wanted.reason, wanted.window, __FILE__, __LINE__);
        check_decision(ihp__attribution_decide(&input, &policies, &trace), wanted.partnership,
                       wanted.reason, wanted.window, __FILE__, __LINE__);
        assert_in_range(trace.count, 1, IHP__TRACE_MAX - 1);
        seen[wanted.reason][wanted.window - 1]++;
    }
    /* ENROLLMENT and OVERRIDE never occur in window 2; all other reasons occur in both. */
    for (int reason = 0; reason < IHP__REASONS; reason++) {
        bool gate = reason == IHP__REASON_ENROLLMENT || reason == IHP__REASON_OVERRIDE;
        assert_in_range(seen[reason][0], 500, MEMBERS);
        assert_in_range(seen[reason][1], gate ? 0 : 50, gate ? 0 : MEMBERS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_13_3_random_members_against_a_second_implementation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
