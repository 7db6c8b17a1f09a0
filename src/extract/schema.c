/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of an extract's files and columns. */
#include "extract/schema.h"

#include <string.h>

#define A_MEMBER   "1 to 20 characters of A-Z a-z 0-9 - _"
#define DATE_TEXT  "YYYY-MM-DD"
#define MONTH_TEXT "YYYY-MM"

/* Columns that several files have. */
#define MEMBER_COLUMN(meaning)                                                                     \
    {                                                                                              \
        "member_id", "member ID", A_MEMBER, meaning, NULL, 0, false, false, false                  \
    }
#define RARE_DATE(name, meaning)                                                                   \
    {                                                                                              \
        name, "date", DATE_TEXT " or blank", meaning, NULL, 0, true, true, true                    \
    }
#define ONE_OF_MEMBERS "a member of members.csv"
#define FIELD(name, kind, allowed, meaning)                                                        \
    {                                                                                              \
        name, kind, allowed, meaning, NULL, 0, false, false, false                                 \
    }
#define BLANK_FIELD(name, kind, allowed, meaning)                                                  \
    {                                                                                              \
        name, kind, allowed, meaning, NULL, 0, false, true, false                                  \
    }
#define CODE(name, codes, meaning)                                                                 \
    {                                                                                              \
        name, "code", NULL, meaning, codes, 0, false, false, false                                 \
    }
#define TEXT(name, longest, allowed, meaning)                                                      \
    {                                                                                              \
        name, "text", allowed, meaning, NULL, longest, false, false, false                         \
    }
#define BLANK_TEXT(name, longest, allowed, meaning)                                                \
    {                                                                                              \
        name, "text", allowed, meaning, NULL, longest, false, true, false                          \
    }

static const struct ihp__extract_column member_columns[] = {
    MEMBER_COLUMN("identifies a member in all files"),
    FIELD("birth_date", "date", DATE_TEXT, "date of birth"),
    CODE("sex", &ihp__sexes, "sex; `U` is unknown"),
    BLANK_FIELD("county", "county", "5 digits (FIPS) or blank", "county of residence"),
    {"race_ethnicity", "text", "UTF-8 text of at most 100 characters, or blank",
     "race and ethnicity, as the State records them", NULL, IHP__RACE_CHARACTERS, true, true,
     false},
    RARE_DATE("death_date", "date of death, not before `birth_date`; later months do not qualify"),
};
static const struct ihp__extract_column span_columns[] = {
    MEMBER_COLUMN(ONE_OF_MEMBERS),
    FIELD("month_from", "month", MONTH_TEXT, "first month of the span"),
    BLANK_FIELD("month_to", "month", MONTH_TEXT " or blank",
                "last month of the span, not before `month_from`; blank: the span is open"),
    {"program", "code", NULL, "major program; any other text, or blank, does not qualify [13.1]",
     &ihp__major_programs, 0, false, true, false},
    BLANK_TEXT("payer", IHP__PAYER_CHARACTERS,
               "UTF-8 text of at most 64 characters that does not begin with = + - or @, or blank",
               "`FFS` or the ID of a managed care organization; blank is a payer without a name"),
    CODE("exclusion", &ihp__exclusions, "why the months do not count, a code of 13.2; or blank"),
    {"county", "county", "5 digits (FIPS) or blank", "county of residence in these months", NULL, 0,
     true, true, false},
};
static const struct ihp__extract_column morbidity_columns[] = {
    MEMBER_COLUMN(ONE_OF_MEMBERS),
    FIELD("year", "year", "YYYY", "calendar year"),
    TEXT("acg", IHP__ACG_MAX, "UTF-8 text of 1 to 8 characters that does not begin with = + - or @",
         "risk category of the year"),
};
static const struct ihp__extract_column provider_columns[] = {
    FIELD("npi", "NPI", "10 digits or a UMPI (a letter and 9 digits)",
          "National Provider Identifier"),
    BLANK_TEXT("taxonomy", IHP__TAXONOMY_MAX, "a NUCC code of at most 10 characters, or blank",
               "primary taxonomy in NPPES"),
};
static const struct ihp__extract_column risk_columns[] = {
    MEMBER_COLUMN(ONE_OF_MEMBERS),
    FIELD("month_from", "month", MONTH_TEXT, "first month with the factor"),
    FIELD("month_to", "month", MONTH_TEXT, "last month with it, not before `month_from`"),
    CODE("factor", &ihp__social_risks, "factor of social risk [15.3]"),
};
static const struct ihp__extract_column coordination_columns[] = {
    MEMBER_COLUMN(ONE_OF_MEMBERS),
    FIELD("month", "month", MONTH_TEXT, "month of the payment"),
    CODE("kind", &ihp__coordinations, "kind of care coordination [15.1.1]"),
};
static const struct ihp__extract_column claim_columns[IHP__EXTRACT_CLAIM_COLUMNS] = {
    TEXT("claim_id", IHP__CLAIM_ID_MAX, "UTF-8 text of 1 to 128 bytes",
         "identifies the claim; together with `line` and `version` it identifies the row"),
    FIELD("line", "integer", "an integer of at most 64 bits", "number of the line in the claim"),
    MEMBER_COLUMN(ONE_OF_MEMBERS),
    FIELD("service_date", "date", DATE_TEXT, "date of service"),
    FIELD("paid_date", "date", DATE_TEXT, "date of payment, not before `service_date`"),
    CODE("status", &ihp__claim_statuses, "paid, denied or void"),
    BLANK_FIELD("procedure", "procedure code", "5 characters (HCPCS or CPT) or blank",
                "procedure code"),
    CODE("service_class", &ihp__service_classes, "service class of Appendix 2"),
    FIELD("category", "category of service", "3 digits, 999E or 999I",
          "category of service; `999E` and `999I` are 999 uncategorized, excluded and included"),
    BLANK_FIELD("billing_npi", "NPI", "10 digits, a UMPI (a letter and 9 digits) or blank",
                "billing provider"),
    BLANK_FIELD("treating_npi", "NPI", "10 digits, a UMPI (a letter and 9 digits) or blank",
                "treating provider"),
    BLANK_TEXT("payer", IHP__PAYER_CHARACTERS,
               "UTF-8 text of at most 64 characters that does not begin with = + - or @, or blank",
               "`FFS` or the ID of a managed care organization"),
    FIELD("paid_amount", "amount", "dollars with at most two decimals, below 10,000,000,000",
          "amount paid; may be negative"),
    RARE_DATE("void_date", "day from which on the line is void, not before `paid_date`"),
    {"version", "text", "UTF-8 text of at most 20 bytes, or blank",
     "tells apart the original, the reversal and the replacement of a line", NULL, IHP__VERSION_MAX,
     true, true, true},
};

#define SCHEMA(name, columns, meaning, required)                                                   \
    {                                                                                              \
        name, "reading " name ".csv", meaning, columns, sizeof columns / sizeof columns[0],        \
            required                                                                               \
    }
#define REQUIRED(symbol, name, columns, meaning) SCHEMA(name, columns, meaning, true),
#define OPTIONAL(symbol, name, columns, meaning) SCHEMA(name, columns, meaning, false),
const struct ihp__extract_schema ihp__extract_schemas[IHP__EXTRACT_FILES] = {
    IHP__EXTRACT_FILE_LIST(REQUIRED, OPTIONAL)};

const char *ihp__extract_allowed(const struct ihp__extract_column *column)
{
    return column->codes != NULL ? column->codes->allowed : column->allowed;
}

size_t ihp__extract_csv_columns(enum ihp__extract_file file,
                                struct ihp__csv_column columns[IHP__EXTRACT_COLUMNS_MAX])
{
    const struct ihp__extract_schema *schema = &ihp__extract_schemas[file];
    for (size_t i = 0; i < schema->columns; i++) {
        const struct ihp__extract_column *column = &schema->column[i];
        columns[i] = (struct ihp__csv_column){column->name, !column->optional};
    }
    return schema->columns;
}

uint64_t ihp__extract_texts(enum ihp__extract_file file)
{
    static const char *const number[] = {"date", "month",  "year",  "integer",
                                         "NPI",  "county", "amount"};
    const struct ihp__extract_schema *schema = &ihp__extract_schemas[file];
    uint64_t texts = 0;
    for (size_t i = 0; i < schema->columns; i++) {
        bool is_number = false;
        for (size_t k = 0; k < sizeof number / sizeof number[0]; k++) {
            is_number |= strcmp(schema->column[i].kind, number[k]) == 0;
        }
        texts |= (uint64_t)!is_number << i;
    }
    return texts;
}

size_t ihp__extract_header(enum ihp__extract_file file, char header[IHP__EXTRACT_HEADER_TEXT])
{
    const struct ihp__extract_schema *schema = &ihp__extract_schemas[file];
    size_t length = 0;
    for (size_t i = 0; i < schema->columns && !schema->column[i].rare; i++) {
        length += (size_t)snprintf(header + length, IHP__EXTRACT_HEADER_TEXT - length, "%s%s",
                                   i == 0 ? "" : ",", schema->column[i].name);
    }
    length += (size_t)snprintf(header + length, IHP__EXTRACT_HEADER_TEXT - length, "\n");
    return length;
}
