/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for manual pages. Texts of the tables have no markup: a word is set in bold or italics by
 * what it is, an option, the name of a value, or a file. */
#include "roff.h"

#include <ctype.h>
#include <string.h>

enum style { PLAIN, BOLD, ITALIC };

/* Returns true if the `length` bytes at `word` are `text`. */
static bool is_word(const char *word, size_t length, const char *text)
{
    return text != NULL && strlen(text) == length && memcmp(word, text, length) == 0;
}

static bool ends_with(const char *word, size_t length, const char *ending)
{
    size_t end = strlen(ending);
    return length > end && memcmp(word + length - end, ending, end) == 0;
}

/* Returns true if a word is the name of a value of the command. */
static bool is_value(const struct ihp__command *command, const char *word, size_t length)
{
    for (size_t i = 0; command != NULL && i < command->arguments; i++) {
        if (is_word(word, length, command->argument[i].value.name)) {
            return true;
        }
    }
    for (size_t i = 0; command != NULL && i < command->options; i++) {
        if (is_word(word, length, command->option[i].value.name)) {
            return true;
        }
    }
    return is_word(word, length, "RANKS") || is_word(word, length, "OPTION");
}

static bool is_file(const char *word, size_t length)
{
    static const char *const endings[] = {".csv",  ".gz",   ".zst", ".zip", ".h5",
                                          ".json", ".yaml", ".md",  "/"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (ends_with(word, length, endings[i])) {
            return true;
        }
    }
    return false;
}

/* Returns true if a word is the name of a command behind "ihp". */
static bool is_command(const struct ihp__roff *page, const char *text, const char *word,
                       size_t length)
{
    for (size_t i = 0; i < page->count && word - text >= 4; i++) {
        if (memcmp(word - 4, "ihp ", 4) == 0 && is_word(word, length, page->list[i]->name)) {
            return true;
        }
    }
    return false;
}

/* Returns how to set a word of `text`. */
static enum style style_of(const struct ihp__roff *page, const char *text, const char *word,
                           size_t length)
{
    if (is_value(page->command, word, length) || is_file(word, length)) {
        return ITALIC;
    }
    bool option = length > 1 && word[0] == '-' && (isalpha((unsigned char)word[1]) || length > 2) &&
                  !isdigit((unsigned char)word[1]) &&
                  !is_value(page->command, word + 1, length - 1);
    bool name = is_word(word, length, "ihp") || is_word(word, length, "mpirun") ||
                is_word(word, length, "SIGUSR1") || is_word(word, length, "SIGTERM") ||
                is_word(word, length, "SIGINT");
    return option || name || is_command(page, text, word, length) ? BOLD : PLAIN;
}

/* Writes bytes as roff shows them. A dash is a minus sign, as it has to be copied, in words that
 * are no prose. */
void ihp__roff_bytes(FILE *stream, const char *text, size_t length, bool prose)
{
    for (size_t i = 0; i < length; i++) {
        bool number = text[i] == '-' && i + 1 < length && isdigit((unsigned char)text[i + 1]);
        if (text[i] == '\\') {
            fputs("\\e", stream);
        } else if (text[i] == '-' && (!prose || number)) {
            fputs("\\-", stream);
        } else if (text[i] == '\'' && !prose) {
            fputs("\\(aq", stream);
        } else {
            fputc(text[i], stream);
        }
    }
}

/* Writes a word with what surrounds it, such as brackets and a comma. */
static void put_word(const struct ihp__roff *page, const char *text, const char *word,
                     size_t length)
{
    static const char *const on[] = {"", "\\fB", "\\fI"};
    size_t begin = 0, end = length;
    while (begin < end && strchr("([\"", word[begin]) != NULL) {
        begin++;
    }
    while (end > begin && strchr(".,;:)]\"", word[end - 1]) != NULL) {
        end--;
    }
    enum style style = style_of(page, text, word + begin, end - begin);
    ihp__roff_bytes(page->stream, word, begin, true);
    fputs(on[style], page->stream);
    ihp__roff_bytes(page->stream, word + begin, end - begin, style == PLAIN);
    fputs(style == PLAIN ? "" : "\\fP", page->stream);
    ihp__roff_bytes(page->stream, word + end, length - end, true);
}

void ihp__roff_text(const struct ihp__roff *page, const char *text, bool sentence)
{
    size_t column = 0;
    for (const char *at = text + strspn(text, " "); *at != '\0';) {
        size_t length = strcspn(at, " ");
        if (column > 0) {
            fputc(column + length > 78 ? '\n' : ' ', page->stream);
            column = column + length > 78 ? 0 : column + 1;
        }
        if (column == 0 && (at[0] == '.' || at[0] == '\'')) {
            fputs("\\&", page->stream);
        }
        if (sentence && at == text && islower((unsigned char)at[0]) &&
            style_of(page, text, at, length) == PLAIN) {
            fputc(toupper((unsigned char)at[0]), page->stream);
            ihp__roff_bytes(page->stream, at + 1, length - 1, true);
        } else {
            put_word(page, text, at, length);
        }
        column += length;
        at += length + strspn(at + length, " ");
    }
    fputs(sentence ? ".\n" : "\n", page->stream);
}
