/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each column of a result file means. */
#include "result/column_meanings.h"

#include <stddef.h>
#include <string.h>

#define ENDS                                                                                       \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }

/* ---- meanings that several files share ------------------------------------------------------- */

static const char the_ihp[] = "the IHP";
static const char period[] = "base or performance";
static const char reason[] = "why the members are attributed [13.3]";
static const char own_reason[] = "why the member is attributed [13.3]";
static const char window[] = "1: by the period itself; 2: by the twelve months before it [13.3.8]";
static const char number[] = "their number";
static const char acg[] = "risk category";
static const char changed[] = "in: attributed now and not in the earlier package; out: the reverse";
static const char scenario[] = "number of the scenario, from 1";

/* The columns of settlement.csv behind ihp_id. */
/* clang-format off */
#define SETTLEMENT                                                                                 \
    {"track", "1: results are reported, nothing is shared; 2: savings and losses are shared"},     \
    {"base_members", "members attributed in the base period"},                                     \
    {"base_member_months", "their qualifying months"},                                             \
    {"base_capped_cost",                                                                           \
     "dollars of their core services, each member's cut off at the claims cap"},                   \
    {"base_tcoc_pmpm", "base_capped_cost / base_member_months [16.3]"},                            \
    {"base_risk", "their risk score: mean risk weight, weighted with member months [16.4]"},       \
    {"members", "members attributed in the performance period"},                                   \
    {"member_months", "their qualifying months"},                                                  \
    {"capped_cost", "dollars of their core services, each member's cut off at the claims cap"},    \
    {"tcoc_pmpm", "capped_cost / member_months"},                                                  \
    {"risk", "their risk score [16.5.2]"},                                                         \
    {"trend_factor", "expected change of cost from the base to the performance period [16.4.2]"},  \
    {"target_pmpm", "base_tcoc_pmpm x trend_factor"},                                              \
    {"adjusted_target_pmpm", "target_pmpm x risk / base_risk [16.5.3]"},                           \
    {"ratio", "tcoc_pmpm / adjusted_target_pmpm"},                                                 \
    {"gross_difference", "(adjusted_target_pmpm - tcoc_pmpm) x member_months; positive: savings"}, \
    {"outcome", "savings, losses, inside_threshold or no_settlement [16.7]"},                      \
    {"shared_before_pbp", "the IHP's share by the corridors; losses are negative [16.8.2.3]"},     \
    {"pbp_offset", "taken off savings or added to losses for the PBP [16.8.2.2]"},                 \
    {"shared_amount", "shared_before_pbp with the offset"},                                        \
    {"quality_score", "overall score of section 18, of 1; blank: none"},                           \
    {"quality_adjusted", "shared_amount, its quality share times the score [18.2]"},               \
    {"circumstance_reduction", "losses cancelled for extreme circumstances [5.9]"},                \
    {"termination_factor",                                                                         \
     "part of the period in which the contract was in force; 0 where losses are dropped [6.1]"},   \
    {"final_amount", "(quality_adjusted + circumstance_reduction) x termination_factor"},          \
    {"interim_paid", "paid by the interim settlement [2.12]"},                                     \
    {"amount_due", "still due; positive: to the IHP; 0 in a quarterly statement"}

/* The columns of bootstrap.csv. */
#define CONFIDENCE                                                                                 \
    {"ihp_id", the_ihp},                                                                           \
    {"statistic", "a column of settlement.csv, or change_in_amount of scenarios.csv"},             \
    {"estimate", "its value in the settlement"},                                                   \
    {"mean", "the mean of the replicates"},                                                        \
    {"bias", "mean - estimate"},                                                                   \
    {"std_error", "standard deviation of the replicates"},                                         \
    {"level", "confidence of the interval: 0.95 is 95%"},                                          \
    {"method", "percentile or bca; too_small: fewer than 30 members in a period, no interval"},    \
    {"lower", "lower end of the interval; blank if undefined"},                                    \
    {"upper", "upper end of the interval; blank if undefined"}

/* The columns that readings.csv and readings_total.csv have before and behind ihp_id. */
#define READING                                                                                    \
    {"policy", "a reading that the contract leaves open, as a deck names it"},                     \
    {"reading", "its other value"},                                                                \
    {"section", "section of the contract"}
#define EFFECT                                                                                     \
    {"members_gained",                                                                             \
     "members of the performance period whom the IHP has with this reading and not without it"},   \
    {"members_lost", "the reverse"},                                                               \
    {"base_members_gained", "the same of the base period"},                                        \
    {"base_members_lost", "the same of the base period"},                                          \
    {"change_in_amount", "final_amount with this reading less that of the deck"}
/* clang-format on */

/* ---- the files of a settlement --------------------------------------------------------------- */

static const struct ihp__column_meaning settlement[] = {{"ihp_id", the_ihp}, SETTLEMENT, ENDS};

static const struct ihp__column_meaning payer_split[] = {
    {"ihp_id", the_ihp},
    {"payer", "FFS, or the id of a managed care organization"},
    {"member_months", "months of the IHP's members in the performance period with this payer"},
    {"share", "the payer's part of the amount, by member months [5.4]"},
    {"interim_paid", "what the payer paid for the interim; blank where there is none"},
    {"amount", "the payer's part of amount_due"},
    ENDS,
};

static const struct ihp__column_meaning attribution_summary[] = {
    {"period", period},  {"reason", "why members are attributed, or are not [13.3]"},
    {"window", window},  {"ihp_id", "the IHP; blank: not attributed"},
    {"members", number}, ENDS,
};

static const struct ihp__column_meaning exclusions[] = {
    {"period", period},
    {"stage", "what takes members, lines or dollars away; store is everything, and the stages from "
              "there to attributed add up to it"},
    {"members", "members of this stage, or set aside by it"},
    {"claim_lines", "claim lines of this stage, or set aside by it"},
    {"paid_amount", "their dollars; uncapped but for above_cap and capped_attributed"},
    ENDS,
};

static const struct ihp__column_meaning risk_weights[] = {
    {"period", period},
    {"cap", "claims cap, dollars; 0.00: none"},
    {"acg", acg},
    {"members", "members of the eligible population in the category"},
    {"member_months", "their qualifying months"},
    {"capped_cost", "dollars of their core services, each member's cut off at the cap"},
    {"weight", "their cost per member month, relative to that of the whole population [16.4.1.2]"},
    ENDS,
};

static const struct ihp__column_meaning risk_scores[] = {
    {"ihp_id", the_ihp},
    {"period", period},
    {"acg", acg},
    {"members", "the IHP's members in it"},
    {"member_months", "their qualifying months"},
    {"weight", "the risk weight of the category under the IHP's cap; the risk score of the period "
               "is the mean of the weights, weighted with member_months [16.5.2]"},
    ENDS,
};

static const struct ihp__column_meaning terms[] = {
    {"ihp_id", the_ihp},
    {"term", "what the amount depends on, such as claims_cap or corridor.1.share"},
    {"value", "its value; blank: there is none, or it is not shown"},
    {"section", "section of the contract"},
    ENDS,
};

static const struct ihp__column_meaning quality[] = {
    {"ihp_id", the_ihp},
    {"measure", "the quality measure [18]"},
    {"rate", "rate of the performance year"},
    {"baseline", "rate of the year before"},
    {"benchmark", "what the rate is compared with; blank: nothing"},
    {"difference", "of the rate from the benchmark; positive is better"},
    {"improvement", "of the rate from the baseline; positive is better"},
    {"achievement_points", "points for the difference; blank if points are given directly"},
    {"improvement_points", "points for the improvement; blank if points are given directly"},
    {"points", "points of the measure; blank if it is removed"},
    {"points_available", "2; 0 if the measure is removed"},
    ENDS,
};

static const struct ihp__column_meaning quality_scores[] = {
    {"ihp_id", the_ihp},
    {"section", "section of the quality model; blank in the row overall"},
    {"category", "category of measures; overall: the score of the IHP"},
    {"points", "points of the category's measures"},
    {"points_available", "points that they can have"},
    {"weight", "weight of the category in the score"},
    {"score", "points / points_available; of overall, the score of the IHP, 0 to 1"},
    ENDS,
};

static const struct ihp__column_meaning scenarios[] = {
    {"scenario", scenario},
    {"key", "what the scenario varies; several keys are joined by ;"},
    {"value", "the values of these keys, joined in the same way; scenario_terms.csv has each"},
    {"ihp_id", the_ihp},
    SETTLEMENT,
    {"change_in_amount", "final_amount of the scenario less that of settlement.csv"},
    ENDS,
};

static const struct ihp__column_meaning scenario_terms[] = {
    {"scenario", scenario},
    {"key", "a key that the scenario varies"},
    {"value", "its value in the scenario"},
    ENDS,
};

static const struct ihp__column_meaning readings[] = {
    READING,
    {"ihp_id", the_ihp},
    EFFECT,
    {"dollars_moved", "change_in_amount without its sign"},
    ENDS};

static const struct ihp__column_meaning readings_total[] = {
    READING,
    EFFECT,
    {"dollars_moved", "the sum of dollars_moved of readings.csv over the IHPs"},
    ENDS};

static const struct ihp__column_meaning bootstrap[] = {CONFIDENCE, ENDS};

static const struct ihp__column_meaning bootstrap_outcomes[] = {
    {"ihp_id", the_ihp},
    {"p_savings", "share of the replicates with savings"},
    {"p_losses", "share of the replicates with losses"},
    {"p_inside", "share of the replicates inside the threshold"},
    {"expected_amount", "mean of final_amount over the replicates, dollars"},
    ENDS,
};

static const struct ihp__column_meaning bootstrap_quantiles[] = {
    {"ihp_id", the_ihp},
    {"statistic", "ratio or final_amount, as in settlement.csv"},
    {"quantile", "0, 0.01, ... 1: the share of the replicates that are at most value"},
    {"value", "the quantile, interpolated between replicates; blank: fewer than 30 members in a "
              "period"},
    ENDS,
};

static const struct ihp__column_meaning scenario_bootstrap[] = {
    {"scenario", scenario},
    {"key", "as in scenarios.csv"},
    {"value", "as in scenarios.csv"},
    CONFIDENCE,
    ENDS,
};

static const struct ihp__column_meaning bridge[] = {
    {"ihp_id", the_ihp},
    {"step", "interim: what was paid; then what each cause changes, in the order in which they are "
             "applied; then final, interim_paid and amount_due"},
    {"amount", "dollars; interim and the steps add up to final, and final less interim_paid is "
               "amount_due"},
    ENDS,
};

static const struct ihp__column_meaning bridge_members[] = {
    {"ihp_id", the_ihp},
    {"period", period},
    {"direction", "in: attributed now and not at the interim; out: the reverse"},
    {"reason", "of in, the reason at the interim; of out, the reason now"},
    {"members", number},
    {"member_months", "their qualifying months"},
    ENDS,
};

static const struct ihp__column_meaning attributed[] = {
    {"member_id", "the member"},
    {"period", period},
    {"reason", own_reason},
    {"window", window},
    {"member_months", "qualifying months in the period"},
    {"cost", "dollars of core services, of all lines"},
    {"capped_cost", "cost, cut off at the claims cap [16.9]"},
    {"acg", acg},
    {"weight", "the risk weight of the category"},
    ENDS,
};

static const struct ihp__column_meaning unattributed[] = {
    {"member_id", "the member"},
    {"period", period},
    {"reason", "why no IHP has the member [13.3]"},
    {"member_months", "qualifying months in the period"},
    ENDS,
};

static const struct ihp__column_meaning moved[] = {
    {"member_id", "the member"},
    {"period", period},
    {"direction", "in: attributed now and not at the interim; out: the reverse"},
    {"reason", "of in, the reason at the interim; of out, the reason now"},
    {"member_months", "qualifying months in the period"},
    ENDS,
};

/* ---- payments and a reconciliation ----------------------------------------------------------- */

static const struct ihp__column_meaning payments[] = {
    {"ihp_id", the_ihp},
    {"month", "the month"},
    {"attributed", "members attributed to the IHP in the month [15.4.1]"},
    {"pbp_eligible",
     "of these, members whom the population-based payment (PBP) is paid for [15.4]"},
    {"pbp_dollars", "the PBP of the month"},
    {"ctc_members", "members eligible for the payment for C&TC outreach"},
    ENDS,
};

static const struct ihp__column_meaning payments_quarter[] = {
    {"ihp_id", the_ihp},
    {"quarter", "the quarter"},
    {"member_months", "months of members whom the PBP is paid for"},
    {"average_pmpm", "pbp_payment / member_months; blank without member months"},
    {"pbp_payment", "the PBP of the quarter, dollars"},
    {"ctc_dollars", "the payment for C&TC outreach, dollars"},
    ENDS,
};

static const struct ihp__column_meaning payment_categories[] = {
    {"month", "the month"},
    {"acg", acg},
    {"member_months", "months of the eligible population in the category"},
    {"weight", "relative risk of the category"},
    {"percentile", "place of the weight in the population, 0 to 100"},
    {"dollars", "PBP a member and month, without uplift"},
    ENDS,
};

static const struct ihp__column_meaning paid[] = {
    {"member_id", "the member"},
    {"month", "the month"},
    {"reason", own_reason},
    {"window", window},
    {"pbp_eligible", "1: the PBP is paid for the member"},
    {"ctc", "1: eligible for C&TC outreach"},
    {"acg", acg},
    {"weight", "relative risk of the category"},
    {"uplift", "sum of the uplifts for social risk"},
    {"dollars", "the PBP for the member, not rounded"},
    ENDS,
};

static const struct ihp__column_meaning reconcile[] = {
    {"ihp_id", the_ihp},
    {"reason", "care_coordination and override_out are taken back, override_in is owed"},
    {"member_months", "months of members with this reason"},
    {"amount", "dollars; positive: the State takes them back; negative: it owes them"},
    ENDS,
};

/* ---- data packages --------------------------------------------------------------------------- */

static const struct ihp__column_meaning attribution[] = {
    {"period", period}, {"reason", reason}, {"window", window}, {"members", number}, ENDS};

static const struct ihp__column_meaning changes[] = {
    {"period", period},
    {"change", changed},
    {"reason", "why, now; blank: all reasons together"},
    {"members", number},
    ENDS,
};

static const struct ihp__column_meaning protected_members[] = {
    {"member_id", "the member"},
    {"birth_date", "the member's date of birth"},
    {"period", period},
    {"reason", own_reason},
    {"window", window},
    {"member_months", "qualifying months in the period"},
    {"cost", "dollars of core services, without lines of substance-use programs"},
    {"capped_cost", "cost, cut off at the claims cap [16.9]"},
    {"acg", "the member's risk category"},
    {"weight", "the risk weight of the category; blank if it would reveal a cost"},
    ENDS,
};

static const struct ihp__column_meaning protected_changes[] = {
    {"member_id", "the member"},
    {"birth_date", "the member's date of birth"},
    {"period", period},
    {"change", changed},
    {"reason_now", "why the member is attributed now, or is not"},
    {"reason_then", "why the member was attributed then; blank for in"},
    ENDS,
};

/* ---- notices and answers -------------------------------------------------------------------- */

static const struct ihp__column_meaning notices[] = {
    {"ihp_id", "the IHP"},
    {"payer", "the payer of its part of the amount"},
    {"settlement", "interim, final or quarterly"},
    {"outcome", "as in settlement.csv"},
    {"paid_by", "who pays: STATE, an MCO or the IHP; blank if nothing is due"},
    {"paid_to", "who is paid, in the same way"},
    {"amount", "dollars that are paid; never negative"},
    {"section", "section of the contract that sets the term"},
    {"notified", "day of the notices"},
    {"last_day", "last day of the term; blank where the contract names none"},
    {"due", "day on which it is due: the last day, or the business day that replaces it"},
    {"terms", "the term in words"},
    {NULL, NULL},
};

static const struct ihp__column_meaning deadlines[] = {
    {"section", "section of the contract"},
    {"event", "what must be done"},
    {"by", "by whom: STATE, MCO or IHP"},
    {"term", "the term in words"},
    {"last_day", "last day of the term"},
    {"due", "day on which it is due: the last day, or the business day that replaces it"},
    {NULL, NULL},
};

static const struct ihp__column_meaning outreach[] = {
    {"member_id", "the member, as in the extract"},
    {"birth_date", "date of birth"},
    {"age", "years on the first day of the last month of the period"},
    {"eligible_months",
     "months of the period in which the member is eligible for outreach [4.11.6]"},
    {"eligible_last_month", "1: also in the last month"},
    {NULL, NULL},
};

static const struct ihp__column_meaning answers[] = {
    {"line", "line of the file of error reports"},
    {"ihp_id", "the IHP that reports"},
    {"member_id", "the member"},
    {"period", "base or performance"},
    {"claimed", "what the IHP reports"},
    {"attributed", "IHP of the member by the rules; NONE: no IHP"},
    {"reason", "the reason of the contract that decided"},
    {"window", "1: the period itself; 2: the twelve months before it"},
    {"section", "section of the contract that decided"},
    {"list_received", "day on which the IHP received the list"},
    {"report_due", "last day of the report"},
    {"reported", "day of the report"},
    {"in_time", "1: the report is in time"},
    {"answer_due", "last day of the State's answer"},
    {"answered", "day of the answer; blank if none was given"},
    {"result", "what becomes of it, such as decided or proposed"},
    {NULL, NULL},
};

static const struct ihp__column_meaning overrides[] = {
    {"member_id", "the member"},
    {"year", "year of the period"},
    {"ihp_id", "the IHP that the member is given; NONE: no IHP"},
    {"note", "why"},
    {NULL, NULL},
};

/* ---- the table ------------------------------------------------------------------------------- */

static const struct {
    const char *path;
    const struct ihp__column_meaning *columns;
} files[] = {
    {"settlement.csv", settlement},
    {"payer_split.csv", payer_split},
    {"attribution_summary.csv", attribution_summary},
    {"exclusions.csv", exclusions},
    {"risk_weights.csv", risk_weights},
    {"risk_scores.csv", risk_scores},
    {"terms.csv", terms},
    {"quality.csv", quality},
    {"quality_scores.csv", quality_scores},
    {"scenarios.csv", scenarios},
    {"scenario_terms.csv", scenario_terms},
    {"readings.csv", readings},
    {"readings_total.csv", readings_total},
    {"bootstrap.csv", bootstrap},
    {"bootstrap_outcomes.csv", bootstrap_outcomes},
    {"bootstrap_quantiles.csv", bootstrap_quantiles},
    {"scenario_bootstrap.csv", scenario_bootstrap},
    {"bridge.csv", bridge},
    {"bridge_members.csv", bridge_members},
    {"attributed/IHP_ID.csv", attributed},
    {"unattributed/members.csv", unattributed},
    {"moved/IHP_ID.csv", moved},
    {"payments.csv", payments},
    {"payments_quarter.csv", payments_quarter},
    {"payment_categories.csv", payment_categories},
    {"paid/IHP_ID.csv", paid},
    {"reconcile.csv", reconcile},
    {"attribution.csv", attribution},
    {"changes.csv", changes},
    {"protected_members.csv", protected_members},
    {"protected_changes.csv", protected_changes},
    {"notices.csv", notices},
    {"deadlines.csv", deadlines},
    {"outreach/IHP_ID.csv", outreach},
    {"answers.csv", answers},
    {"overrides.csv", overrides},
};
enum { FILES = sizeof files / sizeof files[0] };

const struct ihp__column_meaning *ihp__column_meanings(const char *path)
{
    for (size_t i = 0; i < FILES; i++) {
        if (strcmp(files[i].path, path) == 0) {
            return files[i].columns;
        }
    }
    return NULL;
}
