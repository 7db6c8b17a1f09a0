/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Age, social-risk uplifts and care coordination of a member in a month [15.1.1, 15.3, 5.2.1]. */
#include "member/monthly.h"

enum { ADULT_AGE = 18 };

int ihp__age_at_month(int32_t birth_day, int32_t month)
{
    int32_t birth_month = ihp__month_of_day(birth_day);
    int32_t whole = month - birth_month - (birth_day > ihp__day_of_month_start(birth_month));
    return whole < 0 ? -1 : whole / 12;
}

/* The uplifts of each set, as bits. */
static const unsigned set_bits[IHP__UPLIFT_SETS] = {
    0,
    1u << IHP__UPLIFT_SMI_OR_SUD,
    1u << IHP__UPLIFT_SMI_AND_SUD,
    1u << IHP__UPLIFT_HOMELESS_OR_INCARCERATED,
    1u << IHP__UPLIFT_SMI_OR_SUD | 1u << IHP__UPLIFT_HOMELESS_OR_INCARCERATED,
    1u << IHP__UPLIFT_SMI_AND_SUD | 1u << IHP__UPLIFT_HOMELESS_OR_INCARCERATED,
    1u << IHP__UPLIFT_CPI_OR_PARENT_SPMI,
    1u << IHP__UPLIFT_PARENT_SMI_OR_SUD,
    1u << IHP__UPLIFT_CPI_OR_PARENT_SPMI | 1u << IHP__UPLIFT_PARENT_SMI_OR_SUD,
};

unsigned ihp__uplift_set_bits(int set)
{
    return set_bits[set];
}

/* Returns the factors that apply in a month, as bits. */
static unsigned factors_of(const struct ihp__social_risk_span *span, size_t spans, int32_t month)
{
    unsigned factors = 0;
    for (size_t i = 0; i < spans; i++) {
        if (span[i].month_from <= month && month <= span[i].month_to) {
            factors |= 1u << span[i].factor;
        }
    }
    return factors;
}

static unsigned adult_uplifts(unsigned factors)
{
    bool smi = (factors & (1u << IHP__RISK_SMI | 1u << IHP__RISK_SPMI)) != 0;
    bool sud = (factors & 1u << IHP__RISK_SUD) != 0;
    bool place = (factors & (1u << IHP__RISK_HOMELESS | 1u << IHP__RISK_INCARCERATED)) != 0;
    unsigned illness = smi && sud   ? 1u << IHP__UPLIFT_SMI_AND_SUD
                       : smi || sud ? 1u << IHP__UPLIFT_SMI_OR_SUD
                                    : 0;
    return illness | (place ? 1u << IHP__UPLIFT_HOMELESS_OR_INCARCERATED : 0);
}

static unsigned child_uplifts(unsigned factors, bool infant)
{
    unsigned parent_smi = 1u << IHP__RISK_PARENT_SMI | 1u << IHP__RISK_PARENT_SPMI;
    bool child = (factors & (1u << IHP__RISK_CHILD_PROTECTION | 1u << IHP__RISK_PARENT_SPMI)) != 0;
    bool parent = infant && (factors & (parent_smi | 1u << IHP__RISK_PARENT_SUD)) != 0;
    return (child ? 1u << IHP__UPLIFT_CPI_OR_PARENT_SPMI : 0) |
           (parent ? 1u << IHP__UPLIFT_PARENT_SMI_OR_SUD : 0);
}

int ihp__uplift_set_of(const struct ihp__social_risk_span *span, size_t spans, int age,
                       int32_t month)
{
    unsigned factors = spans == 0 ? 0 : factors_of(span, spans, month);
    unsigned bits = age >= ADULT_AGE ? adult_uplifts(factors) : child_uplifts(factors, age < 1);
    int set = 0;
    while (set_bits[set] !=
           bits) { /* the table has every combination that the functions above return */
        set++;
    }
    return set;
}

bool ihp__coordinated(const struct ihp__coordination_month *row, size_t rows, int32_t month)
{
    for (size_t i = 0; i < rows; i++) {
        if (row[i].month == month) {
            return true;
        }
    }
    return false;
}
