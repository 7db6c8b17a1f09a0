/* SPDX-License-Identifier: GPL-3.0-or-later */
/* codes.h - the code lists of the state extract, shared by import, store, rules and reports.
 *
 * Each list is one table of texts: a store keeps the number of a text, an extract has the text.
 * `ihp__code_find` goes from text to number, `ihp__code_text` back. Nothing here is collective.
 */
#ifndef IHP_CODES_H
#define IHP_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Major programs (Minnesota health care programs): those that qualify for attribution [13.1.1,
 * 13.1.2, 13.1.3]; any other text is OTHER. */
#define IHP__MAJOR_PROGRAM_LIST(X) X(IHP__MAJOR_PROGRAM_OTHER, "") IHP__MAJOR_PROGRAM_CODES(X)
#define IHP__MAJOR_PROGRAM_CODES(X)                                                                \
    X(IHP__MAJOR_PROGRAM_MA, "MA")                                                                 \
    X(IHP__MAJOR_PROGRAM_MCRE, "MCRE")                                                             \
    X(IHP__MAJOR_PROGRAM_MA_BD, "MA_BD")

/* Exclusions from attribution, in the order of 13.2.1 to 13.2.12. */
#define IHP__EXCLUSION_LIST(X) X(IHP__EXCLUSION_NONE, "") IHP__EXCLUSION_CODES(X)
#define IHP__EXCLUSION_CODES(X)                                                                    \
    X(IHP__EXCLUSION_DUAL, "DUAL")                                                                 \
    X(IHP__EXCLUSION_REFUGEE, "REFUGEE")                                                           \
    X(IHP__EXCLUSION_QMB, "QMB")                                                                   \
    X(IHP__EXCLUSION_SLMB, "SLMB")                                                                 \
    X(IHP__EXCLUSION_EMERGENCY, "EMERGENCY")                                                       \
    X(IHP__EXCLUSION_SPENDDOWN, "SPENDDOWN")                                                       \
    X(IHP__EXCLUSION_COST_EFFECTIVE_PRIVATE, "COST_EFFECTIVE_PRIVATE")                             \
    X(IHP__EXCLUSION_HMO_PRIVATE, "HMO_PRIVATE")                                                   \
    X(IHP__EXCLUSION_HEALTHY_MN, "HEALTHY_MN")                                                     \
    X(IHP__EXCLUSION_MSC_PLUS, "MSC_PLUS")                                                         \
    X(IHP__EXCLUSION_TPL_INCOMPLETE, "TPL_INCOMPLETE")                                             \
    X(IHP__EXCLUSION_MSOP, "MSOP")

/* Status of a claim line. */
#define IHP__CLAIM_STATUS_LIST(X)                                                                  \
    X(IHP__CLAIM_PAID, "P")                                                                        \
    X(IHP__CLAIM_DENIED, "D")                                                                      \
    X(IHP__CLAIM_VOID, "V")

/* Service classes [Appendix 2], in the order of their texts. */
#define IHP__SERVICE_CLASS_LIST(X)                                                                 \
    X(IHP__SERVICE_CLASS_INPATIENT, "inpatient")                                                   \
    X(IHP__SERVICE_CLASS_LONG_TERM_CARE, "long_term_care")                                         \
    X(IHP__SERVICE_CLASS_MH_CD, "mh_cd")                                                           \
    X(IHP__SERVICE_CLASS_OTHER, "other")                                                           \
    X(IHP__SERVICE_CLASS_OUTPATIENT, "outpatient")                                                 \
    X(IHP__SERVICE_CLASS_PHARMACY, "pharmacy")                                                     \
    X(IHP__SERVICE_CLASS_PROFESSIONAL, "professional")

#define IHP__SEX_LIST(X)                                                                           \
    X(IHP__SEX_UNKNOWN, "U")                                                                       \
    X(IHP__SEX_FEMALE, "F")                                                                        \
    X(IHP__SEX_MALE, "M")

/* Social-risk factors [15.3]. */
#define IHP__SOCIAL_RISK_LIST(X)                                                                   \
    X(IHP__RISK_DEEP_POVERTY, "deep_poverty")                                                      \
    X(IHP__RISK_HOMELESS, "homeless")                                                              \
    X(IHP__RISK_SMI, "smi")                                                                        \
    X(IHP__RISK_SPMI, "spmi")                                                                      \
    X(IHP__RISK_SUD, "sud")                                                                        \
    X(IHP__RISK_CHILD_PROTECTION, "child_protection")                                              \
    X(IHP__RISK_PARENT_SMI, "parent_smi")                                                          \
    X(IHP__RISK_PARENT_SPMI, "parent_spmi")                                                        \
    X(IHP__RISK_PARENT_SUD, "parent_sud")                                                          \
    X(IHP__RISK_INCARCERATED, "incarcerated")

/* Care-coordination payments [15.1.1]. */
#define IHP__COORDINATION_LIST(X)                                                                  \
    X(IHP__COORDINATION_HCH, "HCH")                                                                \
    X(IHP__COORDINATION_BHH, "BHH")                                                                \
    X(IHP__COORDINATION_IRCC, "IRCC")

#define IHP__CODE_ENUM(name, text) name,
enum ihp__major_program { IHP__MAJOR_PROGRAM_LIST(IHP__CODE_ENUM) };
enum ihp__exclusion { IHP__EXCLUSION_LIST(IHP__CODE_ENUM) };
enum ihp__claim_status { IHP__CLAIM_STATUS_LIST(IHP__CODE_ENUM) };
enum ihp__service_class { IHP__SERVICE_CLASS_LIST(IHP__CODE_ENUM) };
enum ihp__sex { IHP__SEX_LIST(IHP__CODE_ENUM) };
enum ihp__social_risk { IHP__SOCIAL_RISK_LIST(IHP__CODE_ENUM) };
enum ihp__coordination { IHP__COORDINATION_LIST(IHP__CODE_ENUM) };
#undef IHP__CODE_ENUM

/* A code list: texts by number. Lists are static. */
struct ihp__code_list {
    const char *const *text;
    int count;
    const char *allowed; /* the texts, as the end of "expected ..." in messages */
};

extern const struct ihp__code_list ihp__major_programs, ihp__exclusions, ihp__claim_statuses,
    ihp__service_classes, ihp__sexes, ihp__social_risks, ihp__coordinations;

/* Returns the number of `text` in a list, or -1. */
int ihp__code_find(const struct ihp__code_list *list, const char *text);

/* Does the same for a text whose letters may be capitals or small ones. */
int ihp__code_find_any_case(const struct ihp__code_list *list, const char *text);

/* Returns the text of a number; "?" if the list has no such number. */
const char *ihp__code_text(const struct ihp__code_list *list, int number);

/* ---- services -------------------------------------------------------------------------------- */

/* A service is a service class and a category of service in 16 bits: class x 1002 + category, where
 * categories 000..999 are their number, 999E is 1000 and 999I is 1001. */
#define IHP__CATEGORIES 1002
#define IHP__SERVICES   (7 * IHP__CATEGORIES)
/* Bytes of a table with one byte for each service: vector instructions read four of them for one.
 */
#define IHP__SERVICE_BYTES (IHP__SERVICES + 3)

/* Returns the category number of "043", "999E" or "999I"; -1 for any other text. */
int ihp__category_parse(const char *text);

/* Size of the text of a service, with its end. */
#define IHP__SERVICE_TEXT 32

/* Writes "professional/043" into `buffer`, which it returns. `service` must be below
 * IHP__SERVICES. */
const char *ihp__service_format(unsigned service, char buffer[IHP__SERVICE_TEXT]);

/* ---- procedures of attribution --------------------------------------------------------------- */

/* Returns true if a procedure code is in the contract's lists of E&M [13.3.5.1] or health-home
 * codes [13.3.4.1]. A store indexes these codes; attribution uses the program's codes.csv. */
bool ihp__procedure_in_contract(const char *code);

/* ---- identifiers ----------------------------------------------------------------------------- */

/* Longest identifiers, without their end. */
#define IHP__MEMBER_ID_MAX    20
#define IHP__ID_MAX           40
#define IHP__CLAIM_ID_MAX     128
#define IHP__VERSION_MAX      20
#define IHP__ACG_MAX          8
#define IHP__TAXONOMY_MAX     10
#define IHP__PAYER_CHARACTERS 64
#define IHP__RACE_CHARACTERS  100 /* of race_ethnicity in an extract */
#define IHP__MEASURE_MAX      40  /* of a quality measure */
#define IHP__GROUP_MAX        40  /* of a race/ethnicity group */
#define IHP__PROCEDURE_LENGTH 5

/* Returns true if a text is a member id: 1 to 20 of A-Z a-z 0-9 - and _. */
bool ihp__member_id_valid(const char *text, size_t length);

#endif
