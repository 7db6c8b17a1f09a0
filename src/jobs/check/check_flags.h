/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_flags.h - what `ihp check` can find wrong, as one table, and what it has found. With
 * --strict the command fails if a flag of a list is raised. Nothing here is collective. */
#ifndef IHP_JOBS_CHECK_FLAGS_H
#define IHP_JOBS_CHECK_FLAGS_H

#include "base/base.h"

/* Name, whether --strict fails on it unless a list says otherwise, and meaning. */
#define IHP__CHECK_FLAG_LIST(X)                                                                    \
    X(EMPTY_TABLES, "empty_tables", true,                                                          \
      "there is no member, no enrollment, no claim line, or no taxonomy of a provider")            \
    X(NO_ENROLLMENT, "no_enrollment", true,                                                        \
      "many lines are of members who are not enrolled in the month of service")                    \
    X(NO_MORBIDITY, "no_morbidity", true,                                                          \
      "no member has an ACG, or many enrolled in a year have none")                                \
    X(MISSING_MONTHS, "missing_months", true, "a payer has no line, or hardly any, in a month")    \
    X(EARLY_END, "early_end", true,                                                                \
      "the claims, or those of a payer, end long before a cut-off of the deck")                    \
    X(LATE_BEGIN, "late_begin", false,                                                             \
      "the claims begin after the month to which attribution looks back")                          \
    X(LOW_MONTHS, "low_months", false,                                                             \
      "a payer has far fewer lines in a month than in the months around it")                       \
    X(HIGH_MONTHS, "high_months", false,                                                           \
      "a payer has far more lines in a month than in the months around it")                        \
    X(ODD_DOLLARS, "odd_dollars", false,                                                           \
      "a payer's dollars in a month are far from those of the months around it")                   \
    X(MISSING_YEARS, "missing_years", true,                                                        \
      "a payer, or a service class of it, has no line, or $0.00, in one period alone")             \
    X(LEVEL_SHIFTS, "level_shifts", true,                                                          \
      "lines or dollars per member month of a payer or service class are far apart in the "        \
      "periods")                                                                                   \
    X(MISSING_CLASSES, "missing_classes", true,                                                    \
      "a payer, or all payers, have no line of a service class in any period")                     \
    X(ODD_AMOUNTS, "odd_amounts", true,                                                            \
      "dollars per line of a payer are far from those of other payers, or of any program")         \
    X(NEW_PAYERS, "new_payers", false, "a payer has members and lines in one period alone")        \
    X(ZERO_DOLLARS, "zero_dollars", false,                                                         \
      "most paid lines of a payer or service class are $0.00")                                     \
    X(ZERO_MONTHS, "zero_months", true,                                                            \
      "nearly all paid lines of a payer in a month are $0.00, or their dollars are negative")      \
    X(REPEATED_AMOUNTS, "repeated_amounts", false,                                                 \
      "many claims of a service class, or of a payer, have one amount on all lines")               \
    X(REPEATED_CLAIMS, "repeated_claims", true, "many lines of a payer are on another claim, too") \
    X(UNMATCHED_REVERSALS, "unmatched_reversals", false,                                           \
      "most negative lines have no line that they reverse")                                        \
    X(QUARANTINED, "quarantined", true,                                                            \
      "the import set aside claim lines of more than 1% of a period's dollars, or of unknown "     \
      "dollars")                                                                                   \
    X(BEFORE_BIRTH, "before_birth", false, "members have months before their birth")               \
    X(SILENT_MEMBERS, "silent_members", false,                                                     \
      "many members of a payer with a year or more of enrollment have no line")                    \
    X(OTHER_PROGRAMS, "other_programs", false,                                                     \
      "many member months have a program that does not qualify")                                   \
    X(WRONG_NPIS, "wrong_npis", false, "many lines have an NPI whose check digit is wrong")        \
    X(UNLISTED_TAXONOMIES, "unlisted_taxonomies", false,                                           \
      "nearly all treating providers have a taxonomy that taxonomy.csv does not list")             \
    X(UNLISTED_SERVICES, "unlisted_services", false,                                               \
      "many lines have a service that categories.csv does not list")                               \
    X(UNSEEN_NPIS, "unseen_npis", false, "most NPIs of an IHP's roster are on no line")            \
    X(UNSEEN_CODES, "unseen_codes", true, "no line has a code of codes.csv that is in a set")      \
    X(OVERLAPPING_ROSTERS, "overlapping_rosters", true, "two IHPs have one provider")

#define IHP__CHECK_FLAG_ENUM(name, text, strict, meaning) IHP__FLAG_##name,
enum ihp__check_flag { IHP__CHECK_FLAG_LIST(IHP__CHECK_FLAG_ENUM) IHP__CHECK_FLAGS };
#undef IHP__CHECK_FLAG_ENUM

struct ihp__raised {
    enum ihp__check_flag flag;
    char *text; /* owned */
};

/* The flags raised so far. Begins with zeros. */
struct ihp__flags {
    struct ihp__raised *raised; /* owned */
    size_t count, capacity;
    bool short_of_memory;
};

/* Raises a flag with the text of what was found. */
void ihp__flag_raise(struct ihp__flags *flags, enum ihp__check_flag flag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Returns the name of a flag, and its meaning in `*meaning`; NULL beyond the last one. */
const char *ihp__flag_name(size_t flag, const char **meaning, bool *strict);

/* Returns what to do about a flag. */
const char *ihp__flag_advice(enum ihp__check_flag flag);

/* Reads a list of names with commas into `set` [IHP__CHECK_FLAGS]; NULL is the default. Fails with
 * IHP_ERR_USAGE on an unknown flag. */
enum ihp_status ihp__flags_parse(const char *list, bool set[IHP__CHECK_FLAGS],
                                 struct ihp_error *err);

void ihp__flags_free(struct ihp__flags *flags);

#endif
