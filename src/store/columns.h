/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns.h - the table of all columns of a store.
 *
 * Writing, opening and checking a store follow this table: what a column is called in the file,
 * its element type, how many elements it has, whether every store has it, and its unit. The list in
 * docs/data.md repeats the table, and a test compares the two. A new column is a row here and a row
 * there.
 */
#ifndef IHP_STORE_COLUMNS_H
#define IHP_STORE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Element types of columns: symbol, bytes, name in docs/data.md. Texts are all of one width, which
 * the column itself says, and padded with NUL. IHP__TYPE_CENTS stands for I32, or for I64 in a
 * store that has an amount beyond 32 bits. */
#define IHP__TYPE_LIST(X)                                                                          \
    X(U8, 1, "uint8")                                                                              \
    X(U16, 2, "uint16")                                                                            \
    X(I16, 2, "int16")                                                                             \
    X(U32, 4, "uint32")                                                                            \
    X(I32, 4, "int32")                                                                             \
    X(I64, 8, "int64")                                                                             \
    X(U64, 8, "uint64")                                                                            \
    X(CENTS, 0, "int32 or int64")                                                                  \
    X(TEXT, 0, "text")

#define IHP__TYPE_ENUM(symbol, bytes, name) IHP__TYPE_##symbol,
enum ihp__type { IHP__TYPE_LIST(IHP__TYPE_ENUM) IHP__TYPES };
#undef IHP__TYPE_ENUM

/* How many elements a column has. */
enum ihp__length {
    IHP__PER_MEMBER,        /* one for each member */
    IHP__PER_OFFSET,        /* one for each member, and one for the end of the last member */
    IHP__PER_SPAN,          /* one for each enrollment span */
    IHP__PER_MORBIDITY_ROW, /* one for each member and year with a morbidity category */
    IHP__PER_LINE,          /* one for each claim line */
    IHP__PER_INDEX_ROW,     /* one for each row of the index */
    IHP__PER_INDEX_YEAR,    /* for each member, one for each year of the index and one more */
    IHP__PER_PROCEDURE,     /* one for each entry of dictionary/procedure */
    IHP__PER_NPI,           /* one for each entry of dictionary/npi */
    IHP__OWN_LENGTH         /* any number: the column itself says how many there are */
};

/* The presence of a column. Every store has the required columns; it has an optional column if it
 * has the column's group, and a column IF_USED only if some row has a value there, so that stores
 * of states that do not record it are neither larger nor slower to read. */
enum ihp__presence { IHP__REQUIRED, IHP__OPTIONAL, IHP__IF_USED };

#define IHP__OFFSET_UNITS "number of the first row of each member, and of all rows"
#define IHP__MONTH_UNITS  "months since 1970-01"
#define IHP__DAY16_UNITS  "days since 1970-01-01; 0 that day or earlier, 65535 2149-06-06 or later"
#define IHP__VOID_UNITS                                                                            \
    "days since 1970-01-01 from which on the line is void; 65535 none, or 2149-06-06 or later"
#define IHP__DEATH_UNITS "days since 1970-01-01; 2147483647 none"
#define IHP__FACTOR_UNITS                                                                          \
    "0 deep_poverty, 1 homeless, 2 smi, 3 spmi, 4 sud, 5 child_protection, 6 parent_smi, "         \
    "7 parent_spmi, 8 parent_sud, 9 incarcerated"
#define IHP__KIND_UNITS "0 HCH, 1 BHH, 2 IRCC"

/* One row of the table: symbol, name in the file, element type, length, presence, unit or meaning
 * (the attribute `units` of the array, and so part of the file's bytes). Units that list codes
 * repeat the lists of base/codes.h; a test compares the two. */

/* Members, in text order of their ids, and the small tables about them. */
#define IHP__MEMBER_COLUMN_LIST(X)                                                                 \
    X(MEMBER_ID, "members/id", TEXT, PER_MEMBER, REQUIRED, "text, padded with NUL, in text order") \
    X(MEMBER_BIRTH, "members/birth_date", I32, PER_MEMBER, REQUIRED, "days since 1970-01-01")      \
    X(MEMBER_SEX, "members/sex", U8, PER_MEMBER, REQUIRED, "0 U unknown, 1 F, 2 M")                \
    X(MEMBER_COUNTY, "members/county", U32, PER_MEMBER, REQUIRED, "FIPS number; 0 blank")          \
    X(MEMBER_RACE, "members/race", U16, PER_MEMBER, REQUIRED, "number in dictionary/race")         \
    X(MEMBER_DEATH, "members/death_date", I32, PER_MEMBER, IF_USED, IHP__DEATH_UNITS)              \
    X(SPAN_OFFSET, "enrollment/offset", U64, PER_OFFSET, REQUIRED, IHP__OFFSET_UNITS)              \
    X(SPAN_FROM, "enrollment/month_from", I32, PER_SPAN, REQUIRED, IHP__MONTH_UNITS)               \
    X(SPAN_TO, "enrollment/month_to", I32, PER_SPAN, REQUIRED, IHP__MONTH_UNITS ", inclusive")     \
    X(SPAN_PROGRAM, "enrollment/program", U8, PER_SPAN, REQUIRED,                                  \
      "0 other, 1 MA, 2 MCRE, 3 MA_BD")                                                            \
    X(SPAN_PAYER, "enrollment/payer", U16, PER_SPAN, REQUIRED, "number in dictionary/payer")       \
    X(SPAN_EXCLUSION, "enrollment/exclusion", U8, PER_SPAN, REQUIRED,                              \
      "0 none, 1 to 12 contract sections 13.2.1 to 13.2.12")                                       \
    X(SPAN_COUNTY, "enrollment/county", U32, PER_SPAN, REQUIRED, "FIPS number; 0 blank")           \
    X(MORBIDITY_OFFSET, "morbidity/offset", U64, PER_OFFSET, REQUIRED, IHP__OFFSET_UNITS)          \
    X(MORBIDITY_YEAR, "morbidity/year", I16, PER_MORBIDITY_ROW, REQUIRED, "calendar year")         \
    X(MORBIDITY_ACG, "morbidity/acg", U16, PER_MORBIDITY_ROW, REQUIRED,                            \
      "number in dictionary/acg")                                                                  \
    X(LINE_OFFSET, "claims/offset", U64, PER_OFFSET, REQUIRED, IHP__OFFSET_UNITS)

/* Claim lines, those of a member next to each other in order of service date, claim id and line.
 * Claim ids have the width of the longest id, and versions that of the longest version. */
#define IHP__CLAIM_COLUMN_LIST(X)                                                                  \
    X(CLAIM_SERVICE_DATE, "claims/service_date", U16, PER_LINE, REQUIRED, IHP__DAY16_UNITS)        \
    X(CLAIM_KNOWN_FROM, "claims/known_from", U16, PER_LINE, REQUIRED,                              \
      "paid_date of a paid line, at most 65534; 65535 a line that is not paid")                    \
    X(CLAIM_SERVICE, "claims/service", U16, PER_LINE, REQUIRED,                                    \
      "service class x 1002 + category of service (999E 1000, 999I 1001)")                         \
    X(CLAIM_AMOUNT, "claims/paid_amount", CENTS, PER_LINE, REQUIRED, "cents")                      \
    X(CLAIM_PROCEDURE, "claims/procedure", U16, PER_LINE, REQUIRED,                                \
      "number in dictionary/procedure")                                                            \
    X(CLAIM_BILLING, "claims/billing_npi", U32, PER_LINE, REQUIRED, "number in dictionary/npi")    \
    X(CLAIM_TREATING, "claims/treating_npi", U32, PER_LINE, REQUIRED, "number in dictionary/npi")  \
    X(CLAIM_PAID_DATE, "claims/paid_date", U16, PER_LINE, REQUIRED, IHP__DAY16_UNITS)              \
    X(CLAIM_STATUS, "claims/status", U8, PER_LINE, REQUIRED, "0 P paid, 1 D denied, 2 V void")     \
    X(CLAIM_PAYER, "claims/payer", U16, PER_LINE, REQUIRED, "number in dictionary/payer")          \
    X(CLAIM_LINE, "claims/line", I64, PER_LINE, REQUIRED, "line number within the claim")          \
    X(CLAIM_CLAIM_ID, "claims/claim_id", TEXT, PER_LINE, REQUIRED, "text, padded with NUL")        \
    X(CLAIM_VOID_DATE, "claims/void_date", U16, PER_LINE, IF_USED, IHP__VOID_UNITS)                \
    X(CLAIM_VERSION, "claims/version", TEXT, PER_LINE, IF_USED, "text, padded with NUL")

/* Texts and NPIs that other columns refer to by number. */
#define IHP__DICTIONARY_COLUMN_LIST(X)                                                             \
    X(DICT_PAYER, "dictionary/payer", TEXT, OWN_LENGTH, REQUIRED, IHP__DICT_UNITS)                 \
    X(DICT_ACG, "dictionary/acg", TEXT, OWN_LENGTH, REQUIRED, IHP__DICT_UNITS)                     \
    X(DICT_PROCEDURE, "dictionary/procedure", TEXT, OWN_LENGTH, REQUIRED, IHP__DICT_UNITS)         \
    X(DICT_TAXONOMY, "dictionary/taxonomy", TEXT, OWN_LENGTH, REQUIRED, IHP__DICT_UNITS)           \
    X(DICT_RACE, "dictionary/race", TEXT, OWN_LENGTH, REQUIRED, IHP__DICT_UNITS)                   \
    X(DICT_NPI, "dictionary/npi", I64, OWN_LENGTH, REQUIRED, "NPI; -1 blank")                      \
    X(DICT_NPI_TAXONOMY, "dictionary/npi_taxonomy", U32, PER_NPI, REQUIRED,                        \
      "number in dictionary/taxonomy; 4294967295 none")
#define IHP__DICT_UNITS "text, padded with NUL, in text order"

/* Groups that a store has when its extract had the file of that name. */
#define IHP__EXTRA_COLUMN_LIST(X)                                                                  \
    X(SOCIAL_OFFSET, "social_risk/offset", U64, PER_OFFSET, OPTIONAL, IHP__OFFSET_UNITS)           \
    X(SOCIAL_FROM, "social_risk/month_from", I32, OWN_LENGTH, OPTIONAL, IHP__MONTH_UNITS)          \
    X(SOCIAL_TO, "social_risk/month_to", I32, OWN_LENGTH, OPTIONAL,                                \
      IHP__MONTH_UNITS ", inclusive")                                                              \
    X(SOCIAL_FACTOR, "social_risk/factor", U8, OWN_LENGTH, OPTIONAL, IHP__FACTOR_UNITS)            \
    X(CARE_OFFSET, "care_coordination/offset", U64, PER_OFFSET, OPTIONAL, IHP__OFFSET_UNITS)       \
    X(CARE_MONTH, "care_coordination/month", I32, OWN_LENGTH, OPTIONAL, IHP__MONTH_UNITS)          \
    X(CARE_KIND, "care_coordination/kind", U8, OWN_LENGTH, OPTIONAL, IHP__KIND_UNITS)              \
    X(PAID_OFFSET, "care_coordination_paid/offset", U64, PER_OFFSET, OPTIONAL, IHP__OFFSET_UNITS)  \
    X(PAID_MONTH, "care_coordination_paid/month", I32, OWN_LENGTH, OPTIONAL, IHP__MONTH_UNITS)     \
    X(PAID_KIND, "care_coordination_paid/kind", U8, OWN_LENGTH, OPTIONAL, IHP__KIND_UNITS)

/* The index: by member first, then the indexed lines in the order of the claims. A store made
 * before there was index/negative lacks that column. */
#define IHP__INDEX_ROW_LIST(X)                                                                     \
    X(INDEX_SERVICE_DATE, "index/service_date", U16, PER_INDEX_ROW, OPTIONAL, "as in claims")      \
    X(INDEX_KNOWN_FROM, "index/known_from", U16, PER_INDEX_ROW, OPTIONAL, "as in claims")          \
    X(INDEX_PROCEDURE, "index/procedure", U16, PER_INDEX_ROW, OPTIONAL, "as in claims")            \
    X(INDEX_BILLING, "index/billing_npi", U32, PER_INDEX_ROW, OPTIONAL, "as in claims")            \
    X(INDEX_TREATING, "index/treating_npi", U32, PER_INDEX_ROW, OPTIONAL, "as in claims")          \
    X(INDEX_VOID_DATE, "index/void_date", U16, PER_INDEX_ROW, IF_USED, "as in claims")             \
    X(INDEX_NEGATIVE, "index/negative", U8, PER_INDEX_ROW, OPTIONAL,                               \
      "1: the paid_amount is negative")
#define IHP__INDEX_COLUMN_LIST(X)                                                                  \
    X(INDEX_OFFSET, "index/offset", U64, PER_OFFSET, OPTIONAL,                                     \
      "rows of the index before a member's")                                                       \
    X(INDEX_YEAR_LINE, "index/year_line", U32, PER_INDEX_YEAR, OPTIONAL,                           \
      "for each member, years + 1 numbers: lines of the member before each year's first")          \
    X(INDEX_PROCEDURE_INDEXED, "index/procedure_indexed", U8, PER_PROCEDURE, OPTIONAL,             \
      "1: the index holds the lines of this procedure")                                            \
    IHP__INDEX_ROW_LIST(X)

#define IHP__COLUMN_LIST(X)                                                                        \
    IHP__MEMBER_COLUMN_LIST(X)                                                                     \
    IHP__CLAIM_COLUMN_LIST(X)                                                                      \
    IHP__DICTIONARY_COLUMN_LIST(X)                                                                 \
    IHP__EXTRA_COLUMN_LIST(X)                                                                      \
    IHP__INDEX_COLUMN_LIST(X)

#define IHP__COLUMN_ENUM(symbol, name, type, length, presence, units) IHP__COLUMN_##symbol,
enum ihp__column { IHP__COLUMN_LIST(IHP__COLUMN_ENUM) IHP__COLUMNS };
#undef IHP__COLUMN_ENUM

/* The columns of claims by numbers of their own, from 0. */
#define IHP__CLAIM_COLUMN_ENUM(symbol, name, type, length, presence, units) IHP__##symbol,
enum ihp__claim_column { IHP__CLAIM_COLUMN_LIST(IHP__CLAIM_COLUMN_ENUM) IHP__CLAIM_COLUMNS };
#undef IHP__CLAIM_COLUMN_ENUM

/* The columns of the index's rows likewise. */
#define IHP__INDEX_ROW_ENUM(symbol, name, type, length, presence, units) IHP__##symbol,
enum ihp__index_column { IHP__INDEX_ROW_LIST(IHP__INDEX_ROW_ENUM) IHP__INDEX_COLUMNS };
#undef IHP__INDEX_ROW_ENUM

/* Returns the column of the store that a column of claims, or of the index's rows, is. */
static inline enum ihp__column ihp__column_of_claim(int column)
{
    return (enum ihp__column)(IHP__COLUMN_CLAIM_SERVICE_DATE + column);
}
static inline enum ihp__column ihp__column_of_index(int column)
{
    return (enum ihp__column)(IHP__COLUMN_INDEX_SERVICE_DATE + column);
}

/* A set of claim columns, as bits. */
#define IHP__COLUMN_BIT(column) (1u << (column))

/* A row of the table. */
struct ihp__column_spec {
    const char *name; /* with its group */
    enum ihp__type type;
    enum ihp__length length;
    enum ihp__presence presence;
    const char *units;
};
extern const struct ihp__column_spec ihp__column_spec[IHP__COLUMNS];

/* The name of a column by its symbol, for messages. */
#define IHP__COLUMN_NAME(symbol) ihp__column_spec[IHP__COLUMN_##symbol].name

/* Returns the name of an element type in docs/data.md, a static text. */
const char *ihp__type_name(enum ihp__type type);

/* Returns the bytes of one element of a type that is not IHP__TYPE_CENTS; of a text `width`. */
size_t ihp__type_size(enum ihp__type type, size_t width);

/* Returns the type of a column's elements where amounts are `wide`, 64 bits, or not. */
enum ihp__type ihp__column_type(enum ihp__column column, bool wide);

/* Returns the bytes that a line has in a set of claim columns without texts, and that a row of the
 * index has, with void dates or without. */
size_t ihp__claim_line_bytes(unsigned columns, bool wide);
size_t ihp__index_row_bytes(bool void_dates);

#endif
