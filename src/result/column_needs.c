/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers on which the columns of settlement.csv rest. */
#include "result/shown.h"

#include <string.h>

/* A column that is not listed needs all numbers, so that a column added to settlement.csv is not
 * shown by mistake. */
static const struct {
    const char *column;
    unsigned needs;
} rules[] = {
    {"ihp_id", 0},
    {"track", 0},
    {"trend_factor", 0},
    {"base_members", IHP__NEEDS_BASE_MEMBERS},
    {"base_member_months", IHP__NEEDS_BASE_MEMBERS},
    {"base_risk", IHP__NEEDS_BASE_MEMBERS | IHP__NEEDS_RISK},
    {"base_capped_cost", IHP__NEEDS_BASE_COST},
    {"base_tcoc_pmpm", IHP__NEEDS_BASE_COST},
    {"members", IHP__NEEDS_MEMBERS},
    {"member_months", IHP__NEEDS_MEMBERS},
    {"risk", IHP__NEEDS_MEMBERS | IHP__NEEDS_RISK},
    {"capped_cost", IHP__NEEDS_COST},
    {"tcoc_pmpm", IHP__NEEDS_COST},
    {"target_pmpm", IHP__NEEDS_BASE_COST},
    {"adjusted_target_pmpm", IHP__NEEDS_BASE_COST | IHP__NEEDS_MEMBERS | IHP__NEEDS_RISK},
    {"ratio", IHP__NEEDS_MONEY},
    {"gross_difference", IHP__NEEDS_MONEY},
    {"outcome", IHP__NEEDS_MONEY},
    {"shared_before_pbp", IHP__NEEDS_MONEY},
    {"pbp_offset", IHP__NEEDS_MONEY},
    {"shared_amount", IHP__NEEDS_MONEY},
    {"quality_score", IHP__NEEDS_MONEY},
    {"quality_adjusted", IHP__NEEDS_MONEY},
    {"termination_factor", IHP__NEEDS_MONEY},
    {"interim_paid", IHP__NEEDS_MONEY},
};

unsigned ihp__column_needs(const char *column)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (strcmp(rules[i].column, column) == 0) {
            return rules[i].needs;
        }
    }
    return IHP__NEEDS_ALL;
}
