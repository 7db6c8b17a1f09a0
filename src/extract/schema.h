/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schema.h - the files of a state extract and their columns, in one table.
 *
 * From this table follow how an import checks a field, what it reports about a bad one, the list of
 * files in `ihp import --help`, the tables of docs/data.md (a test compares them) and the header
 * rows of the files that `ihp synth` writes. Nothing here is collective; all texts are static. */
#ifndef IHP_EXTRACT_SCHEMA_H
#define IHP_EXTRACT_SCHEMA_H

#include "base/base.h"
#include "base/codes.h"

/* The files, in the order in which an import reads them: symbol, name, array of columns (schema.c),
 * meaning. */
#define IHP__EXTRACT_FILE_LIST(REQUIRED, OPTIONAL)                                                 \
    REQUIRED(MEMBERS, "members", member_columns, "One row for each member.")                       \
    REQUIRED(ENROLLMENT, "enrollment", span_columns,                                               \
             "One row for each enrollment span of a member.")                                      \
    REQUIRED(MORBIDITY, "morbidity", morbidity_columns,                                            \
             "One row for each member and year with a risk category.")                             \
    REQUIRED(PROVIDERS, "providers", provider_columns, "One row for each NPI.")                    \
    OPTIONAL(SOCIAL_RISK, "social_risk", risk_columns,                                             \
             "One row for each span of months in which a member has a factor of social risk.")     \
    OPTIONAL(COORDINATION, "care_coordination", coordination_columns,                              \
             "One row for each member and month with a care-coordination payment, as known now.")  \
    OPTIONAL(COORDINATION_PAID, "care_coordination_paid", coordination_columns,                    \
             "The same, as known when the population-based payments were made.")                   \
    REQUIRED(CLAIMS, "claims", claim_columns,                                                      \
             "One row for each claim line, of a fee-for-service claim or of an encounter of a "    \
             "managed care organization.")

#define IHP__EXTRACT_ENUM(symbol, name, columns, meaning) IHP__EXTRACT_##symbol,
enum ihp__extract_file {
    IHP__EXTRACT_FILE_LIST(IHP__EXTRACT_ENUM, IHP__EXTRACT_ENUM) IHP__EXTRACT_FILES
};
#undef IHP__EXTRACT_ENUM

/* Lists of names for help texts, "members.csv, enrollment.csv, " with a comma at the end. */
#define IHP__EXTRACT_NAME(symbol, name, columns, meaning) name ".csv, "
#define IHP__EXTRACT_NO_NAME(symbol, name, columns, meaning)
#define IHP__EXTRACT_REQUIRED_NAMES IHP__EXTRACT_FILE_LIST(IHP__EXTRACT_NAME, IHP__EXTRACT_NO_NAME)
#define IHP__EXTRACT_OPTIONAL_NAMES IHP__EXTRACT_FILE_LIST(IHP__EXTRACT_NO_NAME, IHP__EXTRACT_NAME)

/* Columns of each file, in the documented order. */
enum {
    IHP__EXTRACT_MEMBER_ID,
    IHP__EXTRACT_MEMBER_BIRTH,
    IHP__EXTRACT_MEMBER_SEX,
    IHP__EXTRACT_MEMBER_COUNTY,
    IHP__EXTRACT_MEMBER_RACE,
    IHP__EXTRACT_MEMBER_DEATH
};
enum {
    IHP__EXTRACT_SPAN_MEMBER,
    IHP__EXTRACT_SPAN_FROM,
    IHP__EXTRACT_SPAN_TO,
    IHP__EXTRACT_SPAN_PROGRAM,
    IHP__EXTRACT_SPAN_PAYER,
    IHP__EXTRACT_SPAN_EXCLUSION,
    IHP__EXTRACT_SPAN_COUNTY
};
enum { IHP__EXTRACT_MORBIDITY_MEMBER, IHP__EXTRACT_MORBIDITY_YEAR, IHP__EXTRACT_MORBIDITY_ACG };
enum { IHP__EXTRACT_PROVIDER_NPI, IHP__EXTRACT_PROVIDER_TAXONOMY };
enum {
    IHP__EXTRACT_RISK_MEMBER,
    IHP__EXTRACT_RISK_FROM,
    IHP__EXTRACT_RISK_TO,
    IHP__EXTRACT_RISK_FACTOR
};
enum {
    IHP__EXTRACT_COORDINATION_MEMBER,
    IHP__EXTRACT_COORDINATION_MONTH,
    IHP__EXTRACT_COORDINATION_KIND
};
enum {
    IHP__EXTRACT_CLAIM_ID,
    IHP__EXTRACT_CLAIM_LINE,
    IHP__EXTRACT_CLAIM_MEMBER,
    IHP__EXTRACT_CLAIM_SERVICE_DATE,
    IHP__EXTRACT_CLAIM_PAID_DATE,
    IHP__EXTRACT_CLAIM_STATUS,
    IHP__EXTRACT_CLAIM_PROCEDURE,
    IHP__EXTRACT_CLAIM_CLASS,
    IHP__EXTRACT_CLAIM_CATEGORY,
    IHP__EXTRACT_CLAIM_BILLING,
    IHP__EXTRACT_CLAIM_TREATING,
    IHP__EXTRACT_CLAIM_PAYER,
    IHP__EXTRACT_CLAIM_AMOUNT,
    IHP__EXTRACT_CLAIM_VOID_DATE,
    IHP__EXTRACT_CLAIM_VERSION,
    IHP__EXTRACT_CLAIM_COLUMNS
};

/* The greatest number of columns of a file. */
enum { IHP__EXTRACT_COLUMNS_MAX = IHP__EXTRACT_CLAIM_COLUMNS };

/* A column. A field that is not valid is reported as "NAME is not a valid KIND; use ALLOWED". */
struct ihp__extract_column {
    const char *name;
    const char *kind;                   /* what a field is: "date" */
    const char *allowed;                /* NULL: the texts of `codes` */
    const char *meaning;                /* for the documentation */
    const struct ihp__code_list *codes; /* NULL: the field is not a code */
    size_t longest;                     /* of a text, in characters; 0: the field is not a text */
    bool optional;                      /* the file may lack the column */
    bool may_be_blank;
    bool rare; /* few extracts have the column, and those of `ihp synth` do not */
};

/* A file. */
struct ihp__extract_schema {
    const char *name;  /* without ".csv" */
    const char *stage; /* "reading claims.csv", for the progress of an import */
    const char *meaning;
    const struct ihp__extract_column *column;
    size_t columns;
    bool required;
};

extern const struct ihp__extract_schema ihp__extract_schemas[IHP__EXTRACT_FILES];

/* Returns the values that a column allows, for a message. */
const char *ihp__extract_allowed(const struct ihp__extract_column *column);

/* Fills in the columns of a file as the CSV reader takes them; returns how many there are. */
size_t ihp__extract_csv_columns(enum ihp__extract_file file,
                                struct ihp__csv_column columns[IHP__EXTRACT_COLUMNS_MAX]);

/* Returns the columns of a file in which a number of a SAS table is refused, because it has lost
 * its leading zeros: bit i is column i. */
uint64_t ihp__extract_texts(enum ihp__extract_file file);

/* Size of the longest header row, with its NUL. */
#define IHP__EXTRACT_HEADER_TEXT 200

/* Writes the header row of a file, with all columns that are not rare and the line end, into
 * `header`, and returns its length. */
size_t ihp__extract_header(enum ihp__extract_file file, char header[IHP__EXTRACT_HEADER_TEXT]);

#endif
