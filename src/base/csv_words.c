/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What texts of a CSV file mean: names of columns, and rows at the end of a file that are not data.
 */
#include "csv_rows.h"

#include <ctype.h>
#include <strings.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Returns the length of a blank at the text: a space, a tab, or a no-break space of UTF-8. */
static size_t blank_at(const char *text)
{
    if (*text == ' ' || *text == '\t') {
        return 1;
    }
    return strncmp(text, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

bool ihp__csv_same_name(const char *text, const char *name)
{
    for (size_t blank = blank_at(text); blank > 0; blank = blank_at(text)) {
        text += blank;
    }
    size_t length = strlen(name);
    if (strncasecmp(text, name, length) != 0) {
        return false;
    }
    text += length;
    for (size_t blank = blank_at(text); blank > 0; blank = blank_at(text)) {
        text += blank;
    }
    return *text == '\0';
}

/* Returns the byte at a place of a row, where a NUL between fields is the delimiter. */
static char byte_at(const char *text, size_t size, char delimiter, size_t at)
{
    return at >= size ? '\0' : text[at] == '\0' && at + 1 < size ? delimiter : text[at];
}

/* Returns true if a comma and three digits are at a place: "258" in "3,258". */
static bool is_group_at(const char *text, size_t size, char delimiter, size_t at)
{
    return byte_at(text, size, delimiter, at) == ',' && at + 3 < size && is_digit(text[at + 1]) &&
           is_digit(text[at + 2]) && is_digit(text[at + 3]) &&
           (at + 4 >= size || !is_digit(text[at + 4]));
}

bool ihp__csv_begins(const char *text, size_t size, char delimiter, const char *beginning)
{
    size_t at = 0;
    for (; *beginning != '\0'; beginning++) {
        char c = byte_at(text, size, delimiter, at);
        if (*beginning != '#' || !is_digit(c)) {
            if (c != *beginning) {
                return false;
            }
            at++;
            continue;
        }
        while (at < size && is_digit(text[at])) {
            at++;
        }
        for (; is_group_at(text, size, delimiter, at); at += 4) {
            if (ihp__csv_begins(text + at, size - at, delimiter, beginning + 1)) {
                return true;
            }
        }
    }
    return true;
}

/* ---- hints ----------------------------------------------------------------------------------- */

const struct ihp__csv_delimiter ihp__csv_delimiters[IHP__CSV_DELIMITERS] = {
    {',', "commas", "comma"},
    {'|', "pipes", "pipe"},
    {'\t', "tabs", "tab"},
    {';', "semicolons", "semicolon"},
};

const struct ihp__csv_delimiter *ihp__csv_delimiter_in(const char *field, char delimiter,
                                                       size_t least)
{
    const struct ihp__csv_delimiter *found = NULL;
    for (size_t i = 0; i < IHP__CSV_DELIMITERS; i++) {
        size_t count = 0;
        for (const char *at = field; *at != '\0'; at++) {
            count += *at == ihp__csv_delimiters[i].delimiter;
        }
        if (ihp__csv_delimiters[i].delimiter != delimiter && count >= least) {
            found = &ihp__csv_delimiters[i];
            least = count + 1;
        }
    }
    return found;
}

/* Returns the beginning that leaves out a row such as "20 rows selected.", "3,258 rows selected."
 * or "(20 rows affected)"; NULL for another row. */
static const char *count_beginning(const struct ihp__csv_odd_row *row)
{
    static const char *const beginnings[] = {"# row", "(# row", "# record", "(# record"};
    const size_t open = row->size > 0 && row->text[0] == '(' ? 1 : 0;
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        if (row->size > open && is_digit(row->text[open]) &&
            ihp__csv_begins(row->text, row->size, row->delimiter, beginnings[i])) {
            return beginnings[i];
        }
    }
    return NULL;
}

/* Returns the length of a word at the beginning of a row that is not data, such as TRAILER. */
static int trailer_word(const char *text)
{
    static const char *const words[] = {"trailer", "trlr", "trl", "tlr", "eof", "total", "footer"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t length = strlen(words[i]);
        if (strncasecmp(text, words[i], length) == 0 && !isalpha((unsigned char)text[length])) {
            return (int)length;
        }
    }
    return 0;
}

int ihp__csv_trailer_word(const char *field)
{
    int length = trailer_word(field);
    return field[length] == '\0' ? length : 0;
}

void ihp__csv_row_hint(const struct ihp__csv_odd_row *row, char hint[IHP__CSV_HINT])
{
    const char *beginning = count_beginning(row);
    int word = beginning != NULL ? (int)strlen(beginning) : trailer_word(row->text);
    const struct ihp__csv_delimiter *other =
        row->fields == 1 && row->header_fields > 1
            ? ihp__csv_delimiter_in(row->text, row->delimiter, row->header_fields - 1)
            : NULL;
    if (word > 0) {
        snprintf(hint, IHP__CSV_HINT,
                 "it looks like a trailer; to leave it out, give the table in a layout (--layout) "
                 "the line: leave_out: [{begins: \"%.*s\"}]",
                 word, beginning != NULL ? beginning : row->text);
    } else if (other != NULL) {
        snprintf(hint, IHP__CSV_HINT,
                 "it has %s; if they are between the fields, say so in a layout (--layout): "
                 "delimiter: %s",
                 other->plural, other->name);
    } else {
        snprintf(hint, IHP__CSV_HINT, "the file may be cut short");
    }
}
