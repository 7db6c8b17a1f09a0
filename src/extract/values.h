/* SPDX-License-Identifier: GPL-3.0-or-later */
/* values.h - what an import makes of fields that are not written as they should be, and near
 * misses.
 *
 * fields.c reads a field as it is, which is enough for almost every one. Where that fails, it calls
 * these functions: they put a converted text in the place of the field and note the change in the
 * row. When the row is kept, `ihp__import_row_keep` counts its changes by table, column and kind.
 * `ihp__import_values_tell` adds the counts of all ranks, and tells and records them.
 */
#ifndef IHP_EXTRACT_VALUES_H
#define IHP_EXTRACT_VALUES_H

#include "extract/import.h"
#include "extract/text_cache.h"

/* Kinds of changes, and how a notice says them: "3 values of sex were ...". The kinds from
 * LEFT_SHORT on take away what the extract has. */
#define IHP__IMPORT_CHANGE_LIST(X)                                                                 \
    X(BLANKS, "freed of outer blanks")                                                             \
    X(UPPER, "converted to upper case")                                                            \
    X(LOWER, "converted to lower case")                                                            \
    X(DATE, "converted to YYYY-MM-DD")                                                             \
    X(MONTH, "converted to YYYY-MM")                                                               \
    X(OPEN, "taken for an open end (9999-12-31)")                                                  \
    X(BLANK_END, "taken for an open end (blank)")                                                  \
    X(COUNTED, "within a month, which counts as a whole (partial_months: count)")                  \
    X(NOT_COUNTED, "within a month, which does not count (partial_months: whole)")                 \
    X(DOLLARS, "converted to plain dollars")                                                       \
    X(WHOLE, "freed of decimals of zeros")                                                         \
    X(SERVICE_DATE, "blank on a denied line, and the service date was taken")                      \
    X(NOBODY, "taken for blank, since ten equal digits are nobody's NPI")                          \
    X(WRONG_NPI, "taken for blank, since the check digit of the NPI does not fit")                 \
    X(LEFT_SHORT, "of fewer than five digits (did a spreadsheet drop a zero?) and left blank")     \
    X(LEFT_SHEET, "a spreadsheet's number and left blank")                                         \
    X(LEFT_ORDER,                                                                                  \
      "of two meanings, with the month or the day first (a layout can say which, such as "         \
      "dates: MM/DD/YYYY), and left blank")                                                        \
    X(LEFT_BIRTH, "before birth_date and left blank")                                              \
    X(LEFT_ENCODING, "not UTF-8 and left blank (a layout can say encoding: latin-1)")              \
    X(LEFT_BLANK, "not valid and left blank")
#define IHP__IMPORT_CHANGE_ENUM(name, text) IHP__IMPORT_##name,
enum ihp__import_change { IHP__IMPORT_CHANGE_LIST(IHP__IMPORT_CHANGE_ENUM) IHP__IMPORT_CHANGES };
#undef IHP__IMPORT_CHANGE_ENUM

/* Longest converted field, with its NUL. */
#define IHP__IMPORT_VALUE_TEXT 512

/* Most changes of a row: each column may be converted in three ways. */
enum { IHP__IMPORT_ROW_CHANGES = 3 * IHP__EXTRACT_COLUMNS_MAX };

/* Programs that do not qualify. */
struct ihp__import_programs {
    struct ihp__dict *texts; /* owned; without the blank program, which is numbered 0 */
    struct ihp__import_program {
        uint64_t spans;
        int64_t months;     /* of closed spans */
        uint64_t open;      /* open spans */
        int64_t open_first; /* the sum of their first months */
    } * program;            /* owned */
    size_t capacity;
    uint64_t spans;     /* all of the file */
    int32_t last_month; /* that a span of the file names */
};

/* What rows of the claims have had lately, as it was read. */
struct ihp__import_recent {
    struct ihp__text_cache payer, procedure, service_class;
    char member[IHP__MEMBER_ID_MAX];
    size_t member_length; /* 0: none */
    uint32_t member_number;
    struct ihp__import_recent_npi {
        int64_t npi;
        uint32_t number;
    } billing, treating; /* begin with the blank NPI, whose number is 0 */
};

struct ihp__import_values {
    struct ihp__import_recent recent;

    /* The row that is read. */
    const char *field[IHP__EXTRACT_COLUMNS_MAX];
    size_t length[IHP__EXTRACT_COLUMNS_MAX];
    char text[IHP__EXTRACT_COLUMNS_MAX][IHP__IMPORT_VALUE_TEXT];
    struct ihp__import_row_change {
        uint8_t column, change;
    } change[IHP__IMPORT_ROW_CHANGES];

    /* Counts of this rank, added over the ranks in the end. */
    struct ihp__import_value_counts {
        uint64_t changed[IHP__EXTRACT_FILES][IHP__EXTRACT_COLUMNS_MAX][IHP__IMPORT_CHANGES];
        uint64_t wrong_npi_lines, wrong_npi_cents; /* of claims; cents of paid lines wrap around */
        /* Cents of paid lines of claims with a field left blank, which wrap around. */
        uint64_t left_cents[IHP__EXTRACT_COLUMNS_MAX][IHP__IMPORT_CHANGES];
    } counts;

    /* Counts of rank 0 alone, which reads the small files. */
    struct ihp__import_programs programs;
    uint64_t providers_placeholder, providers_left_out, providers_wrong;
    uint64_t members_zeros, acgs_zeros, acgs_cases;
};

/* Marks a function that runs for few fields, so that it is not inlined where all are read. */
#define IHP__IMPORT_SELDOM __attribute__((noinline, cold))

/* Makes room for converted fields and counts. Freed with `ihp__import_values_free`. */
enum ihp_status ihp__import_values_create(struct ihp__import *import, struct ihp_error *err);
void ihp__import_values_free(struct ihp__import *import);

/* ---- a row ----------------------------------------------------------------------------------- */

/* Puts a copy of a text in the place of a field. Returns false if it is longer than any field may
 * be; the field is then unchanged. */
bool ihp__import_value_set(struct ihp__import_row *row, int column, const char *text,
                           size_t length);

/* Notes a change of a column. */
void ihp__import_value_note(struct ihp__import_row *row, int column,
                            enum ihp__import_change change);

/* Takes off outer blanks, and notes that. Returns true if the field had any. */
bool ihp__import_value_trim(struct ihp__import_row *row, int column);

/* Converts letters to capitals, or to small ones, and notes that if it changes the field. */
void ihp__import_value_case(struct ihp__import_row *row, int column, bool upper);

/* Takes off decimals of zeros, and notes that. Returns true if the field had any; `*problem` is
 * that of `ihp__convert_whole`. */
bool ihp__import_value_whole(struct ihp__import_row *row, int column, const char **problem);

/* Puts the empty text in the place of a field, and notes why. */
void ihp__import_value_blank(struct ihp__import_row *row, int column,
                             enum ihp__import_change change);

/* Counts the changes of a row that is kept. */
void ihp__import_row_count_changes(const struct ihp__import_row *row);
static inline void ihp__import_row_keep(const struct ihp__import_row *row)
{
    if (row->changes > 0) {
        ihp__import_row_count_changes(row);
    }
}

/* Counts the dollars of a paid claim line that is kept with a field left blank. */
void ihp__import_row_count_cents(const struct ihp__import_row *row, int64_t cents);

/* Collective, after all files: adds the counts of all ranks. Rank 0 tells them in notices and
 * records them. */
enum ihp_status ihp__import_values_tell(struct ihp__import *import, struct ihp_error *err);

/* ---- near_misses.c --------------------------------------------------------------------------- */

/* Notes a good span: if its program does not qualify, its text and months. */
enum ihp_status ihp__import_span_note(const struct ihp__import_row *row, uint8_t major_program,
                                      int32_t month_from, int32_t month_to, struct ihp_error *err);

/* Counts the ACGs of digits that are also there with fewer zeros in front. */
enum ihp_status ihp__import_acgs_note(struct ihp__import *import, const struct ihp__dict *acgs,
                                      struct ihp_error *err);

/* Tells and records the near misses of all ranks; on rank 0. */
enum ihp_status ihp__import_near_misses_tell(struct ihp__import *import, struct ihp_error *err);
void ihp__import_near_misses_free(struct ihp__import_values *values);

#endif
