/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Manual pages. Texts of the tables have no markup: a word is set in bold or italics by what it is,
 * an option, the name of a value, or a file. */
#include "manual.h"

#include "help.h"
#include "ihp/version.h"
#include "value.h"

#include <ctype.h>
#include <string.h>

/* What a page is of; NULL for the overview. */
struct page {
    FILE *stream;
    const struct ihp__command *command;
    const struct ihp__command *const *list;
    size_t count;
};

enum style { PLAIN, BOLD, ITALIC };

/* ---- words ----------------------------------------------------------------------------------- */

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
    static const char *const endings[] = {".csv", ".gz", ".h5", ".json", ".yaml", ".md", "/"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (ends_with(word, length, endings[i])) {
            return true;
        }
    }
    return false;
}

/* Returns true if a word is the name of a command behind "ihp". */
static bool is_command(const struct page *page, const char *text, const char *word, size_t length)
{
    for (size_t i = 0; i < page->count && word - text >= 4; i++) {
        if (memcmp(word - 4, "ihp ", 4) == 0 && is_word(word, length, page->list[i]->name)) {
            return true;
        }
    }
    return false;
}

/* Returns how to set a word of `text`. */
static enum style style_of(const struct page *page, const char *text, const char *word,
                           size_t length)
{
    if (is_value(page->command, word, length) || is_file(word, length)) {
        return ITALIC;
    }
    bool option = length > 1 && word[0] == '-' && (isalpha((unsigned char)word[1]) || length > 2) &&
                  !isdigit((unsigned char)word[1]) &&
                  !is_value(page->command, word + 1, length - 1);
    bool name = is_word(word, length, "ihp") || is_word(word, length, "mpirun") ||
                is_word(word, length, "SIGUSR1") || is_word(word, length, "SIGTERM");
    return option || name || is_command(page, text, word, length) ? BOLD : PLAIN;
}

/* Writes bytes as roff shows them. A dash is a minus sign, as it has to be copied, in words that
 * are no prose. */
static void put_bytes(FILE *stream, const char *text, size_t length, bool prose)
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
static void put_word(const struct page *page, const char *text, const char *word, size_t length)
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
    put_bytes(page->stream, word, begin, true);
    fputs(on[style], page->stream);
    put_bytes(page->stream, word + begin, end - begin, style == PLAIN);
    fputs(style == PLAIN ? "" : "\\fP", page->stream);
    put_bytes(page->stream, word + end, length - end, true);
}

/* Writes a text word by word in short lines, none of which begins as a request of roff does. The
 * first letter becomes a capital for a phrase that shall be a sentence. */
static void put_text(const struct page *page, const char *text, bool sentence)
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
            put_bytes(page->stream, at + 1, length - 1, true);
        } else {
            put_word(page, text, at, length);
        }
        column += length;
        at += length + strspn(at + length, " ");
    }
    fputs(sentence ? ".\n" : "\n", page->stream);
}

static void put_paragraphs(const struct page *page, const char *const *text, bool first)
{
    for (; text != NULL && *text != NULL; text++, first = false) {
        fputs(first ? "" : ".PP\n", page->stream);
        put_text(page, *text, false);
    }
}

/* ---- parts of a page ------------------------------------------------------------------------- */

static void put_title(const struct page *page)
{
    fputs(".TH IHP", page->stream);
    for (const char *at = page->command == NULL ? "" : page->command->name; *at != '\0'; at++) {
        fprintf(page->stream, "%s%c", at == page->command->name ? "\\-" : "",
                toupper((unsigned char)*at));
    }
    fprintf(page->stream, " 1 \"\" \"ihp %s\" \"User Commands\"\n", IHP_VERSION);
}

static void put_synopsis(const struct page *page)
{
    char text[IHP__CLI_SYNOPSIS_TEXT], line[IHP__CLI_SYNOPSIS_TEXT + 60];
    const struct ihp__command *c = page->command;
    ihp__cli_synopsis(c, text);
    snprintf(line, sizeof line, "ihp %.20s%s", c->name, text);
    fputs(".SH SYNOPSIS\n", page->stream);
    put_text(page, line, false);
    if (c->ranks == IHP__CLI_ALL_RANKS) {
        snprintf(line, sizeof line, "mpirun -n RANKS ihp %.20s%s", c->name, text);
        fputs(".br\n", page->stream);
        put_text(page, line, false);
    }
}

static void put_arguments(const struct page *page)
{
    const struct ihp__command *c = page->command;
    fputs(c->arguments > 0 ? ".SH ARGUMENTS\n" : "", page->stream);
    for (size_t i = 0; i < c->arguments; i++) {
        fprintf(page->stream, ".TP\n\\fI%s\\fP%s\n", c->argument[i].value.name,
                c->argument[i].repeats ? "..." : "");
        put_text(page, c->argument[i].help, true);
    }
}

static void put_option(const struct page *page, const struct ihp__cli_option *o)
{
    char bounds[IHP__CLI_VALUE_TEXT], text[IHP__CLI_VALUE_TEXT + 20];
    const char *standard = o->preset != NULL ? o->preset : o->otherwise;
    fputs(".TP\n", page->stream);
    if (o->letter != '\0') {
        fprintf(page->stream, "\\fB\\-%c\\fP, ", o->letter);
    }
    fputs("\\fB\\-\\-", page->stream);
    put_bytes(page->stream, o->name, strlen(o->name), false);
    fputs("\\fP", page->stream);
    if (o->value.name != NULL) {
        fputs(" \\fI", page->stream);
        put_bytes(page->stream, o->value.name, strlen(o->value.name), false);
        fputs("\\fP", page->stream);
    }
    fputc('\n', page->stream);
    put_text(page, o->help, true);
    if (ihp__cli_value_bounds(&o->value, bounds)[0] != '\0') {
        snprintf(text, sizeof text, "Allowed: %s.", bounds);
        put_text(page, text, false);
    }
    if (o->required) {
        put_text(page, "Required.", false);
    }
    if (standard != NULL) {
        snprintf(text, sizeof text, "Default: %.280s.", standard);
        put_text(page, text, false);
    }
    if (o->more != NULL) {
        put_text(page, o->more, false);
    }
}

static void put_options(const struct page *page)
{
    const char *section = "";
    fputs(".SH OPTIONS\n"
          "A long option may be shortened as long as it is unambiguous.\n",
          page->stream);
    for (size_t i = 0; i < ihp__cli_option_count(page->command); i++) {
        const struct ihp__cli_option *o = ihp__cli_option_at(page->command, i);
        if (strcmp(section, o->section) != 0) {
            section = o->section;
            fprintf(page->stream, ".SS %s\n", section);
        }
        put_option(page, o);
    }
}

static void put_exit(const struct page *page, enum ihp_status status, const char *text)
{
    fprintf(page->stream, ".TP\n.B %d\n", (int)status);
    put_text(page, text, true);
}

static void put_examples(const struct page *page)
{
    const struct ihp__command *c = page->command;
    fputs(".SH EXAMPLES\n", page->stream);
    for (size_t i = 0; i < c->examples; i++) {
        char text[200];
        snprintf(text, sizeof text, "%.190s:", c->example[i].text);
        text[0] = (char)toupper((unsigned char)text[0]);
        fputs(i == 0 ? "" : ".PP\n", page->stream);
        put_text(page, text, false);
        fputs(".PP\n.in +4n\n.EX\n", page->stream);
        put_bytes(page->stream, c->example[i].lines, strlen(c->example[i].lines), false);
        fputs("\n.EE\n.in\n", page->stream);
    }
}

/* Names the other pages, in the order of their names that man-pages(7) asks for. */
static void put_pages(const struct page *page)
{
    const char *last = "";
    for (size_t done = 0; done < page->count; done++) {
        const char *next = NULL;
        for (size_t i = 0; i < page->count; i++) {
            if (strcmp(page->list[i]->name, last) > 0 &&
                (next == NULL || strcmp(page->list[i]->name, next) < 0)) {
                next = page->list[i]->name;
            }
        }
        last = next;
        if (page->command == NULL || strcmp(page->command->name, next) != 0) {
            fprintf(page->stream, ".BR ihp\\-%s (1),\n", next);
        }
    }
    fputs(".BR mpirun (1)\n", page->stream);
}

/* ---- pages ----------------------------------------------------------------------------------- */

void ihp__manual_write(FILE *stream, const struct ihp__command *command,
                       const struct ihp__command *const *list, size_t count)
{
    struct page page = {stream, command, list, count};
    put_title(&page);
    fprintf(stream, ".SH NAME\nihp\\-%s \\- ", command->name);
    put_bytes(stream, command->summary, strlen(command->summary), true);
    fputc('\n', stream);
    put_synopsis(&page);
    fputs(".SH DESCRIPTION\n", stream);
    put_paragraphs(&page, command->paragraphs, true);
    put_paragraphs(&page, command->more, false);
    put_arguments(&page);
    put_options(&page);
    fputs(".SH EXIT STATUS\n", stream);
    for (size_t i = 0; i < command->exits; i++) {
        put_exit(&page, command->exit[i].status, ihp__cli_exit_text(&command->exit[i]));
    }
    put_examples(&page);
    fputs(".SH SEE ALSO\n.BR ihp (1),\n", stream);
    put_pages(&page);
}

static void put_commands(const struct page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        fprintf(page->stream, ".TP\n.BR ihp\\-%s (1)\n", page->list[i]->name);
        put_text(page, page->list[i]->summary, true);
    }
}

bool ihp__manual_write_overview(FILE *stream, FILE *prose, const struct ihp__command *const *list,
                                size_t count)
{
    struct page page = {stream, NULL, list, count};
    char line[1000];
    while (fgets(line, sizeof line, prose) != NULL) {
        if (strcmp(line, "@title@\n") == 0) {
            put_title(&page);
        } else if (strcmp(line, "@name@\n") == 0) {
            fputs("ihp \\- " IHP__CLI_PURPOSE "\n", stream);
        } else if (strcmp(line, "@commands@\n") == 0) {
            put_commands(&page);
        } else if (strcmp(line, "@exit@\n") == 0) {
#define PUT_STATUS(name, code, text) put_exit(&page, name, text);
            IHP_STATUS_LIST(PUT_STATUS)
#undef PUT_STATUS
        } else if (strcmp(line, "@pages@\n") == 0) {
            put_pages(&page);
        } else if (line[0] == '@') {
            return false;
        } else {
            fputs(line, stream);
        }
    }
    return ferror(prose) == 0;
}
