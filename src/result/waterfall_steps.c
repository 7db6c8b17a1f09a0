/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps to the amount of an IHP: which formula each has, by what the settlement is. */
#include "result/waterfall.h"

#include <assert.h>
#include <string.h>

static bool term_is(const struct ihp__waterfall *w, const char *name, const char *value)
{
    return strcmp(ihp__waterfall_term(w, name), value) == 0;
}

/* No formula begins with "-" or another character that makes a formula of a text in a spreadsheet.
 */

/* ---- formulas that depend on what the settlement is ------------------------------------------ */

#define MEMBERS "members attributed to the IHP"
#define RISK    "mean weight of the members' categories by member month"
#define BASE    ", weights of the base period"
#define SCORE   "overall score of section 18"

static const char *members_formula(const struct ihp__waterfall *w)
{
    static const char *const formula[] = {[IHP__FILES_OF_RESULT] =
                                              MEMBERS " (attribution_summary.csv)",
                                          [IHP__FILES_OF_PACKAGE] = MEMBERS " (attribution.csv)",
                                          [IHP__FILES_NONE] = MEMBERS};
    return formula[w->files];
}

static const char *risk_formula(const struct ihp__waterfall *w)
{
    bool files = w->files != IHP__FILES_NONE;
    return term_is(w, "policies.risk_weights", "base")
               ? (files ? RISK BASE " (risk_scores.csv)" : RISK BASE)
               : (files ? RISK " (risk_scores.csv)" : RISK);
}

static const char *score_formula(const struct ihp__waterfall *w)
{
    static const char *const formula[] = {[IHP__FILES_OF_RESULT] = SCORE " (quality_scores.csv)",
                                          [IHP__FILES_OF_PACKAGE] =
                                              SCORE " (quality_score in terms.csv)",
                                          [IHP__FILES_NONE] = SCORE};
    return !w->final   ? "none, as only a final settlement has one"
           : w->track1 ? "none in Track 1"
           : ihp__waterfall_cell(w, "quality_score")->blank ? "none without quality data"
                                                            : formula[w->files];
}

static const char *outcome_formula(const struct ihp__waterfall *w)
{
    return w->track1 ? "Track 1 has no settlement"
           : ihp__waterfall_cell(w, "ratio")->blank
               ? "no settlement without a ratio"
               : "savings if {ratio} < 1 - {threshold|threshold}, losses if it is > 1 + "
                 "{threshold|threshold}";
}

static const char *share_formula(const struct ihp__waterfall *w)
{
    return !w->shared  ? "0 without savings or losses to share"
           : w->losses ? "0 - {corridors|(shares of the corridors from 1 to {ratio})} x "
                         "{adjusted_target_pmpm} x {member_months}"
                       : "{corridors|(shares of the corridors from {ratio} to 1)} x "
                         "{adjusted_target_pmpm} x {member_months}";
}

static const char *offset_formula(const struct ihp__waterfall *w)
{
    if (!w->shared) {
        return "0 without savings or losses to share";
    }
    if (term_is(w, "policies.pbp_offset_rule", "rerun")) {
        return w->losses ? "change of the shares if {pbp|the PBP} is part of the cost"
                         : "change of the shares if {pbp|the PBP} is part of the cost, at most "
                           "{shared_before_pbp}";
    }
    return w->losses ? "{pbp_share|share of the corridor of {ratio}} x {pbp|PBP dollars}"
                     : "{pbp_share|share of the corridor of {ratio}} x {pbp|PBP dollars}, at most "
                       "{shared_before_pbp}";
}

static const char *quality_formula(const struct ihp__waterfall *w)
{
    if (!w->final || ihp__waterfall_cell(w, "quality_score")->blank) {
        return "{shared_amount}, not changed without a quality score";
    }
    if (w->losses && term_is(w, "policies.quality_on_losses", "none")) {
        return "{shared_amount}, quality does not change losses";
    }
    return w->losses && term_is(w, "policies.quality_on_losses", "inverse")
               ? "{shared_amount} x {quality_share|quality share} x (1 - {quality_score}) + "
                 "{shared_amount} x (1 - {quality_share|quality share})"
               : "{shared_amount} x {quality_share|quality share} x {quality_score} + "
                 "{shared_amount} x (1 - {quality_share|quality share})";
}

static const char *relief_formula(const struct ihp__waterfall *w)
{
    if (!w->losses) {
        return "0, as only losses are reduced";
    }
    return term_is(w, "policies.circumstance_rule", "months")
               ? "0 - {quality_adjusted} x {affected_months|affected months / 12}"
               : "0 - {quality_adjusted} x {affected_share|affected months / 12 x share of members "
                 "in "
                 "affected counties}";
}

static const char *termination_formula(const struct ihp__waterfall *w)
{
    if (strcmp(ihp__waterfall_cell(w, "outcome")->text, "no_settlement") == 0) {
        return "1 without a settlement";
    }
    return w->losses && term_is(w, "released_from_losses", "true")
               ? "0, as losses are dropped at a termination of this kind"
               : "{days_in_force|days of the contract in the period} / "
                 "{days_of_period|days of the period}";
}

static const char *due_formula(const struct ihp__waterfall *w)
{
    return w->final && !w->track1 ? "{final_amount} - {interim_paid}"
           : w->interim           ? "{final_amount} if it is savings, otherwise 0"
           : w->final             ? "0 for Track 1"
                                  : "0, as a quarterly statement pays nothing";
}

#define FIXED(column, title, section, formula)                                                     \
    {                                                                                              \
        column, title, section, formula, NULL, NULL                                                \
    }
#define STATED(column, title, section, formula, inputs)                                            \
    {                                                                                              \
        column, title, section, formula, inputs, NULL                                              \
    }
#define CHOSEN(column, title, section, choose)                                                     \
    {                                                                                              \
        column, title, section, NULL, NULL, choose                                                 \
    }
#define MONTHS "their qualifying months"
#define COST   "their core-service cost, of each member up to the claims cap"
#define CAP    "claims cap {claims_cap|}"

const struct ihp__waterfall_step ihp__waterfall_step[] = {
    CHOSEN("base_members", "Members, base", "13.3", members_formula),
    FIXED("base_member_months", "Member months, base", "13.2", MONTHS),
    STATED("base_capped_cost", "Capped cost, base", "16.9", COST, CAP),
    FIXED("base_tcoc_pmpm", "PMPM, base", "16.4", "{base_capped_cost} / {base_member_months}"),
    CHOSEN("base_risk", "Risk score, base", "16.4.1", risk_formula),
    CHOSEN("members", "Members", "13.3", members_formula),
    FIXED("member_months", "Member months", "13.2", MONTHS),
    STATED("capped_cost", "Capped cost", "16.9", COST, CAP),
    FIXED("tcoc_pmpm", "PMPM", "16.5", "{capped_cost} / {member_months}"),
    CHOSEN("risk", "Risk score", "16.5", risk_formula),
    FIXED("trend_factor", "Trend factor", "16.4.2",
          "{trend|product of (1 + rate) x (1 + adjustment) of each year after the base year}"),
    FIXED("target_pmpm", "Target PMPM", "16.4", "{base_tcoc_pmpm} x {trend_factor}"),
    FIXED("adjusted_target_pmpm", "Adjusted target PMPM", "16.5",
          "{target_pmpm} x {risk} / {base_risk}"),
    FIXED("ratio", "Ratio", "16.7", "{tcoc_pmpm} / {adjusted_target_pmpm}"),
    FIXED("gross_difference", "Gross difference", "16.7",
          "({adjusted_target_pmpm} - {tcoc_pmpm}) x {member_months}"),
    CHOSEN("outcome", "Outcome", "16.7", outcome_formula),
    CHOSEN("shared_before_pbp", "Share of savings or losses", "16.8.2.3", share_formula),
    CHOSEN("pbp_offset", "Offset of the PBP", "16.8.2.2", offset_formula),
    FIXED("shared_amount", "Shared amount", "16.8.2", "{shared_before_pbp} - {pbp_offset}"),
    CHOSEN("quality_score", "Quality score", "18.2", score_formula),
    CHOSEN("quality_adjusted", "Adjusted by quality", "18.2", quality_formula),
    CHOSEN("circumstance_reduction", "Extreme circumstances", "5.9", relief_formula),
    CHOSEN("termination_factor", "Termination factor", "6.1", termination_formula),
    FIXED("final_amount", "Final amount", "2.12",
          "({quality_adjusted} + {circumstance_reduction}) x {termination_factor}"),
    FIXED("interim_paid", "Interim paid", "2.12", "what the interim settlement paid"),
    CHOSEN("amount_due", "Amount due", "5.4", due_formula),
};
static_assert(sizeof ihp__waterfall_step / sizeof ihp__waterfall_step[0] == IHP__WATERFALL_STEPS,
              "the header counts the steps");
