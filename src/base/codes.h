/* SPDX-License-Identifier: GPL-3.0-or-later */
/* codes.h - the code lists of the state extract, shared by import, store, rules and reports.
 *
 * Each list is one table: the number kept in a store, the text in an extract, what it means.
 * `ihp_code_find` goes from text to number, `ihp_code_text` back. Nothing here is collective.
 */
#ifndef IHP_CODES_H
#define IHP_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Programs of enrollment that qualify [13.1.1, 13.1.2, 13.1.3]; any other text is OTHER. */
#define IHP_PROGRAM_LIST(X) X(IHP_PROGRAM_OTHER, "") IHP_PROGRAM_CODES(X)
#define IHP_PROGRAM_CODES(X)                                                                       \
    X(IHP_PROGRAM_MA, "MA")                                                                        \
    X(IHP_PROGRAM_MCRE, "MCRE")                                                                    \
    X(IHP_PROGRAM_MA_BD, "MA_BD")

/* Exclusions from attribution, one for each of 13.2.1 to 13.2.12, in that order. */
#define IHP_EXCLUSION_LIST(X) X(IHP_EXCLUSION_NONE, "") IHP_EXCLUSION_CODES(X)
#define IHP_EXCLUSION_CODES(X)                                                                     \
    X(IHP_EXCLUSION_DUAL, "DUAL")                                                                  \
    X(IHP_EXCLUSION_REFUGEE, "REFUGEE")                                                            \
    X(IHP_EXCLUSION_QMB, "QMB")                                                                    \
    X(IHP_EXCLUSION_SLMB, "SLMB")                                                                  \
    X(IHP_EXCLUSION_EMERGENCY, "EMERGENCY")                                                        \
    X(IHP_EXCLUSION_SPENDDOWN, "SPENDDOWN")                                                        \
    X(IHP_EXCLUSION_COST_EFFECTIVE_PRIVATE, "COST_EFFECTIVE_PRIVATE")                              \
    X(IHP_EXCLUSION_HMO_PRIVATE, "HMO_PRIVATE")                                                    \
    X(IHP_EXCLUSION_HEALTHY_MN, "HEALTHY_MN")                                                      \
    X(IHP_EXCLUSION_MSC_PLUS, "MSC_PLUS")                                                          \
    X(IHP_EXCLUSION_TPL_INCOMPLETE, "TPL_INCOMPLETE")                                              \
    X(IHP_EXCLUSION_MSOP, "MSOP")

/* Status of a claim line. */
#define IHP_CLAIM_STATUS_LIST(X)                                                                   \
    X(IHP_CLAIM_PAID, "P")                                                                         \
    X(IHP_CLAIM_DENIED, "D")                                                                       \
    X(IHP_CLAIM_VOID, "V")

/* Service classes of Appendix 2, in text order. */
#define IHP_SERVICE_CLASS_LIST(X)                                                                  \
    X(IHP_CLASS_INPATIENT, "inpatient")                                                            \
    X(IHP_CLASS_LONG_TERM_CARE, "long_term_care")                                                  \
    X(IHP_CLASS_MH_CD, "mh_cd")                                                                    \
    X(IHP_CLASS_OTHER, "other")                                                                    \
    X(IHP_CLASS_OUTPATIENT, "outpatient")                                                          \
    X(IHP_CLASS_PHARMACY, "pharmacy")                                                              \
    X(IHP_CLASS_PROFESSIONAL, "professional")

#define IHP_SEX_LIST(X)                                                                            \
    X(IHP_SEX_UNKNOWN, "U")                                                                        \
    X(IHP_SEX_FEMALE, "F")                                                                         \
    X(IHP_SEX_MALE, "M")

/* Social-risk factors [15.3]. */
#define IHP_SOCIAL_RISK_LIST(X)                                                                    \
    X(IHP_RISK_DEEP_POVERTY, "deep_poverty")                                                       \
    X(IHP_RISK_HOMELESS, "homeless")                                                               \
    X(IHP_RISK_SMI, "smi")                                                                         \
    X(IHP_RISK_SPMI, "spmi")                                                                       \
    X(IHP_RISK_SUD, "sud")                                                                         \
    X(IHP_RISK_CHILD_PROTECTION, "child_protection")                                               \
    X(IHP_RISK_PARENT_SMI, "parent_smi")                                                           \
    X(IHP_RISK_PARENT_SPMI, "parent_spmi")                                                         \
    X(IHP_RISK_PARENT_SUD, "parent_sud")                                                           \
    X(IHP_RISK_INCARCERATED, "incarcerated")

/* Care-coordination payments [15.1.1]. */
#define IHP_COORDINATION_LIST(X)                                                                   \
    X(IHP_COORDINATION_HCH, "HCH")                                                                 \
    X(IHP_COORDINATION_BHH, "BHH")                                                                 \
    X(IHP_COORDINATION_IRCC, "IRCC")

#define IHP_CODE_ENUM(name, text) name,
enum ihp_program_code { IHP_PROGRAM_LIST(IHP_CODE_ENUM) };
enum ihp_exclusion { IHP_EXCLUSION_LIST(IHP_CODE_ENUM) };
enum ihp_claim_status { IHP_CLAIM_STATUS_LIST(IHP_CODE_ENUM) };
enum ihp_service_class { IHP_SERVICE_CLASS_LIST(IHP_CODE_ENUM) };
enum ihp_sex { IHP_SEX_LIST(IHP_CODE_ENUM) };
enum ihp_social_risk { IHP_SOCIAL_RISK_LIST(IHP_CODE_ENUM) };
enum ihp_coordination { IHP_COORDINATION_LIST(IHP_CODE_ENUM) };
#undef IHP_CODE_ENUM

/* A code list: texts by number, and a name for messages. Static, never freed. */
struct ihp_code_list {
    const char *name;
    const char *const *text;
    int count;
    const char *allowed; /* the texts, for messages */
};

extern const struct ihp_code_list ihp_programs, ihp_exclusions, ihp_claim_statuses,
    ihp_service_classes, ihp_sexes, ihp_social_risks, ihp_coordinations;

/* The number of `text` in a list, or -1. */
int ihp_code_find(const struct ihp_code_list *list, const char *text);

/* The text of a number; "?" when the list has no such number. */
const char *ihp_code_text(const struct ihp_code_list *list, int number);

/* ---- services -------------------------------------------------------------------------------- */

/* A service is a pair (service class, category of service) in 16 bits: class x 1002 + category,
 * where categories 000..999 are their number, 999E is 1000 and 999I is 1001. */
#define IHP_CATEGORIES 1002
#define IHP_SERVICES   (7 * IHP_CATEGORIES)

/* The category number of "043", "999E" or "999I"; -1 for anything else. */
int ihp_category_parse(const char *text);

/* The longest text of `ihp_service_format`, with its end. */
#define IHP_SERVICE_TEXT 32

/* "professional/043" into `buffer`, which is returned. `service` must be below IHP_SERVICES. */
const char *ihp_service_format(unsigned service, char buffer[IHP_SERVICE_TEXT]);

/* ---- procedures of attribution --------------------------------------------------------------- */

/* Whether a procedure code is in the contract's lists of E&M [13.3.5.1] or health-home codes
 * [13.3.4.1]. It says what a store indexes; what counts is the program's codes.csv. */
bool ihp_procedure_in_contract(const char *code);

/* ---- identifiers ----------------------------------------------------------------------------- */

/* Longest member id, IHP id and claim id, without the end. */
#define IHP_MEMBER_ID_MAX    20
#define IHP_ID_MAX           40
#define IHP_CLAIM_ID_MAX     64
#define IHP_ACG_MAX          8
#define IHP_TAXONOMY_MAX     10
#define IHP_MEASURE_MAX      40 /* of a quality measure */
#define IHP_GROUP_MAX        40 /* of a race/ethnicity group */
#define IHP_PROCEDURE_LENGTH 5

/* Whether a text is a member id: 1 to 20 of A-Z a-z 0-9 - and _. */
bool ihp_member_id_valid(const char *text, size_t length);

/* The number of a 10-digit NPI, or IHP_NPI_BLANK for the empty text; false for anything else. */
#define IHP_NPI_BLANK (-1)
bool ihp_npi_parse(const char *text, int64_t *npi);

#endif
