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

bool ihp__csv_begins(const char *text, size_t size, char delimiter, const char *beginning)
{
    size_t at = 0;
    for (; *beginning != '\0'; beginning++) {
        char c = at >= size ? '\0' : text[at] == '\0' && at + 1 < size ? delimiter : text[at];
        if (*beginning == '#' && is_digit(c)) {
            while (at < size && is_digit(text[at])) {
                at++;
            }
        } else if (c != *beginning) {
            return false;
        } else {
            at++;
        }
    }
    return true;
}

/* Returns the beginning that leaves out a row such as "20 rows selected." or "(20 rows affected)".
 */
static const char *count_beginning(const char *text)
{
    static const struct {
        const char *word, *open, *plain;
    } counts[] = {{"row", "(# row", "# row"}, {"record", "(# record", "# record"}};
    bool open = *text == '(';
    const char *digits = text + open, *at = digits;
    while (is_digit(*at)) {
        at++;
    }
    if (at == digits || *at != ' ') {
        return NULL;
    }
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (strncmp(at + 1, counts[i].word, strlen(counts[i].word)) == 0) {
            return open ? counts[i].open : counts[i].plain;
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

void ihp__csv_trailer_hint(const char *text, char *hint, size_t size)
{
    const char *beginning = count_beginning(text);
    int word = beginning != NULL ? (int)strlen(beginning) : trailer_word(text);
    if (word == 0) {
        snprintf(hint, size, "the file may be cut short");
        return;
    }
    snprintf(hint, size,
             "it looks like a trailer; to leave it out, give the table in a layout (--layout) the "
             "line: leave_out: [{begins: \"%.*s\"}]",
             word, beginning != NULL ? beginning : text);
}
