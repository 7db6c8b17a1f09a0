/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout_internal.h - what the files of this room share: a layout in memory.
 *
 * Values refer to each other and to columns by position, since arrays grow while a layout is read.
 */
#ifndef IHP_LAYOUT_INTERNAL_H
#define IHP_LAYOUT_INTERNAL_H

#include "base/calendar.h"
#include "layout/layout.h"
#include "layout/sheet.h"

#define IHP__LAYOUT_NONE SIZE_MAX

/* Most bytes of a text that is put together, enough for any column of the extract; the rest is cut
 * off, and the column then refuses what is too long. */
enum { IHP__LAYOUT_BUILT = 1024 };

enum ihp__layout_kind {
    IHP__LAYOUT_COLUMN,   /* a column of the files */
    IHP__LAYOUT_CONSTANT, /* a text */
    IHP__LAYOUT_FIRST,    /* the first of the parts that is not blank */
    IHP__LAYOUT_JOIN,     /* the parts that are not blank, with a text in between */
    IHP__LAYOUT_PREFIX,   /* a text and the one part; blank if the part is */
    IHP__LAYOUT_LOOKUP,   /* of the one part, in a table with keys */
    IHP__LAYOUT_RULES     /* of the first row of a table that fits */
};

/* How a value is made. */
struct ihp__layout_value {
    enum ihp__layout_kind kind;
    size_t line;         /* of the layout */
    size_t column;       /* COLUMN: among the table's columns */
    const char *text;    /* CONSTANT, JOIN, PREFIX */
    size_t length;       /* of `text` */
    size_t part, next;   /* its first part; the next part of the value that it is a part of */
    size_t table;        /* LOOKUP: among the layout's lookups; RULES: among the table's rules */
    size_t result;       /* RULES: column of the sheet */
    size_t otherwise;    /* the value if there is none, or IHP__LAYOUT_NONE */
    size_t seen;         /* LOOKUP, RULES: among the texts without a value */
    size_t built;        /* JOIN, PREFIX: its number among these */
    size_t field;        /* of the extract, that it is a value of */
    size_t longest;      /* of the texts that may appear in messages; 0: none may */
    const char *problem; /* LOOKUP, RULES: what is wrong with a row without a value */
};

/* A cell of a rule table, or a value of 'leave_out': alternatives, one of which must fit. */
enum ihp__pattern_kind {
    IHP__PATTERN_EQUAL,
    IHP__PATTERN_PREFIX,
    IHP__PATTERN_ANY,     /* any text but a blank */
    IHP__PATTERN_BLANK,   /* only a blank */
    IHP__PATTERN_NUMBERS, /* a range of numbers */
    IHP__PATTERN_TEXTS    /* a range of texts of one length */
};
struct ihp__pattern {
    enum ihp__pattern_kind kind;
    const char *text, *to; /* not ended with NUL */
    size_t length;
    int64_t low, high;
};
struct ihp__patterns {
    struct ihp__pattern *pattern; /* owned */
    size_t count, capacity;
};

/* Adds the alternatives of a cell. Returns what is wrong with it, or NULL; "" if memory is short.
 */
const char *ihp__patterns_add(struct ihp__patterns *patterns, const char *cell);

/* Returns true if one of `count` alternatives fits a text without outer blanks. */
bool ihp__patterns_fit(const struct ihp__pattern *pattern, size_t count, const char *text,
                       size_t length);

/* A text in memory of somebody else. */
struct ihp__layout_text {
    const char *text;
    size_t length;
};

/* Returns a text without the blanks, tabs and no-break spaces at its ends. */
struct ihp__layout_text ihp__layout_trim(const char *text, size_t length);

/* A table with keys. */
struct ihp__layout_lookup {
    const struct ihp__sheet *sheet;
    size_t key, value; /* columns of the sheet */
    uint32_t *slot;    /* owned: row + 1, 0: free; at most half are used */
    size_t slots;      /* a power of two */
};

/* A table of rules, as one table of the extract uses it. */
struct ihp__layout_rules {
    const struct ihp__sheet *sheet;
    bool *is_result; /* owned: of the sheet's columns; the others are conditions */
    size_t *longest; /* owned: of the texts of a condition's column that may appear in messages, the
                        longest; 0: none may */
    size_t *column;  /* owned: of the files, that a column of the sheet is a condition on */
    size_t *first;   /* owned: first alternative of each cell, and of the end */
    struct ihp__patterns patterns;
    size_t hits; /* position of the first rule's count */
};

/* An entry of 'leave_out' by a column's values. */
struct ihp__layout_leave {
    size_t column; /* of the files */
    size_t line;   /* of its values in the layout */
    size_t reason;
    size_t hit; /* position of the count of the rows that it leaves out */
    struct ihp__patterns patterns;
};

enum ihp__layout_dates {
    IHP__LAYOUT_DATES_ANY, /* what means one thing */
    IHP__LAYOUT_DATES_ISO,
    IHP__LAYOUT_DATES_CCYYMMDD,
    IHP__LAYOUT_DATES_MONTH_FIRST,
    IHP__LAYOUT_DATES_DAY_FIRST,
    IHP__LAYOUT_DATES_SAS
};
enum ihp__layout_partial {
    IHP__LAYOUT_PARTIAL_BAD,
    IHP__LAYOUT_PARTIAL_COUNT,
    IHP__LAYOUT_PARTIAL_WHOLE
};

/* An array of texts. */
struct ihp__layout_texts {
    const char **text; /* owned; the texts are the layout's */
    size_t count, capacity;
};

/* A table of the extract. */
struct ihp__layout_table {
    const struct ihp__layout_schema *schema;
    bool is_given;
    size_t line;
    struct ihp__layout_texts files, header, trailers, reasons;
    size_t *trailer_reason; /* owned: of each trailer */
    bool *trailer_given;    /* owned: of each trailer, its rows are given to the layout */
    size_t reason_capacity, given_capacity;
    struct ihp__csv_format format;
    enum ihp__layout_dates dates;
    const char **not_a_date; /* owned: of each column of dates, what is wrong with another text */
    enum ihp__layout_partial partial;
    bool keeps_one;
    size_t no_month; /* the reason of spans without a whole month, or IHP__LAYOUT_NONE */
    struct ihp__csv_column *column; /* owned: of the files */
    const char **named_by;          /* owned: where each column is named */
    bool *is_private;               /* owned: of each column */
    bool *is_public;                /* owned: of each column: a column of the extract without a
                                       member's data is made of its texts as they are */
    uint64_t texts;                 /* bit i: column i is a text */
    size_t columns, column_capacity, named_capacity, private_capacity, public_capacity;
    struct ihp__layout_value *value; /* owned */
    size_t values, value_capacity;
    size_t *of_field;                /* owned: the value of each column of the extract */
    struct ihp__layout_rules *rules; /* owned */
    size_t rule_tables, rules_capacity;
    struct ihp__layout_leave *leave; /* owned */
    size_t leaves, leave_capacity;
    size_t built; /* number of values that are put together */
};

/* The lowest texts without a value, so that they do not depend on the order of rows. A text that is
 * among them at the end was so from its first row, which makes the numbers exact. */
enum { IHP__LAYOUT_SEEN = 20, IHP__LAYOUT_TOLD = 5, IHP__LAYOUT_SEEN_TEXT = 64 };
struct ihp__layout_seen {
    char text[IHP__LAYOUT_SEEN][IHP__LAYOUT_SEEN_TEXT];
    uint64_t rows_of[IHP__LAYOUT_SEEN];
    uint64_t rows; /* with any text that is not in the table */
};

struct ihp__layout {
    char path[IHP__PATH_MAX], folder[IHP__PATH_MAX];
    struct ihp__layout_table *table; /* owned */
    size_t tables;
    struct ihp__sheet **sheet; /* owned */
    size_t sheets, sheet_capacity;
    struct ihp__layout_lookup *lookup; /* owned */
    size_t lookups, lookup_capacity;
    uint64_t *hit; /* owned: of rules and of entries of 'leave_out' */
    size_t hits, hit_capacity;
    struct ihp__layout_seen *seen; /* owned */
    size_t seens, seen_capacity;
    char **text; /* owned: texts of the layout */
    size_t texts, text_capacity;
    char digest[IHP__HASH_TEXT];
};

/* Counts rows with a text, if it is among the lowest. */
void ihp__layout_see(struct ihp__layout_seen *seen, const char *text, uint64_t rows);

/* Returns the row of a lookup's sheet with a key, or SIZE_MAX. Unless it must be `exact`, a key
 * that differs only in case is found if there is none that is equal. */
size_t ihp__layout_lookup_find(const struct ihp__layout_lookup *lookup, const char *key,
                               size_t length, bool exact);

/* Returns the hash by which a key is put into the table. */
size_t ihp__layout_lookup_hash(const char *key, size_t length);

/* Reads a date of the layout's form, or one of any form that `ihp__day_read` knows, also with a
 * time of midnight behind it. */
bool ihp__layout_date(enum ihp__layout_dates form, const char *text, size_t length, int32_t *day);

/* Returns true for a column of months. */
static inline bool ihp__layout_is_month(enum ihp__layout_type type)
{
    return type == IHP__LAYOUT_MONTH || type == IHP__LAYOUT_FIRST_MONTH ||
           type == IHP__LAYOUT_LAST_MONTH;
}

/* What a date becomes in a column of the extract. */
struct ihp__layout_dated {
    int32_t day;
    char text[IHP__DATE_TEXT]; /* YYYY-MM-DD, or YYYY-MM of a month */
    enum ihp__layout_change change;
};

/* Makes a date of the table's form, in a column of days or months, what the extract has. Returns
 * false if it is none. */
bool ihp__layout_convert(const struct ihp__layout_table *table, enum ihp__layout_type type,
                         struct ihp__layout_text text, struct ihp__layout_dated *dated);

#endif
