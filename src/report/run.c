/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was run, and the notices of the run. */
#include "report/report.h"
#include "result/shown_counts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- notices --------------------------------------------------------------------------------- */

/* Returns true if words after a number name what is neither people nor lines or rows of theirs. Any
 * others may be. */
static bool name_no_people(const char *words)
{
    static const char *const things[] = {"payment run", "payer",     "more payer",
                                         "file",        "more file", "more month",
                                         "year",        "day",       "of the 12 month"};
    for (size_t i = 0; i < sizeof things / sizeof things[0]; i++) {
        size_t length = strlen(things[i]);
        if (strncmp(words, things[i], length) == 0) {
            const char *end = words + length + (words[length] == 's');
            return !isalpha((unsigned char)*end);
        }
    }
    return false;
}

/* Returns the length of a number at `c` that may count people or their lines: a word follows. A
 * notice names sections, dates and dollars in other forms. 0: there is none. */
static size_t count_at(const char *text, const char *c)
{
    bool alone = c == text || c[-1] == ' ' || c[-1] == '(';
    bool track = c - text >= 6 && memcmp(c - 6, "Track ", 6) == 0;
    size_t length = strspn(c, "0123456789,");
    return alone && !track && length > 0 && c[0] != ',' && c[length] == ' ' &&
                   islower((unsigned char)c[length + 1]) && !name_no_people(c + length + 1)
               ? length
               : 0;
}

/* Returns the length of a list of lines of a file at `c`, whose length is a count. 0: there is
 * none.
 */
static size_t list_at(const char *text, const char *c)
{
    bool one = c - text >= 5 && memcmp(c - 5, "line ", 5) == 0;
    bool many = c - text >= 6 && memcmp(c - 6, "lines ", 6) == 0;
    size_t length = one || many ? strspn(c, "0123456789, ") : 0;
    while (length > 0 && !isdigit((unsigned char)c[length - 1])) {
        length--;
    }
    return length;
}

/* Returns what is written for the `length` bytes of a count, NULL for the count itself. */
static const char *instead_of_count(const char *c, size_t length, bool hide)
{
    long number = strtol(c, NULL, 10);
    return length <= 2 && number >= 1 && number <= 10 ? "under 11"
           : hide && number > 0                       ? "[hidden]"
                                                      : NULL;
}

/* Writes a notice without numbers that may count 1 to 10 members, and where lines are hidden
 * without any count of lines. */
static void put_notice(struct ihp__report *r, const char *text)
{
    bool hide = r->members.lines_hidden && strstr(text, "line") != NULL;
    const char *from = text;
    for (const char *c = text; *c != '\0';) {
        size_t list = list_at(text, c), length = list > 0 ? list : count_at(text, c);
        const char *instead = list > 0      ? "[hidden]"
                              : length == 0 ? NULL
                                            : instead_of_count(c, length, hide);
        if (instead == NULL) {
            c += length > 0 ? length : 1;
            continue;
        }
        char *before = strndup(from, (size_t)(c - from));
        if (before == NULL) {
            ihp__error_set(r->err, IHP_ERR_RUN, "out of memory");
            return;
        }
        ihp__html_text(r->out, before);
        free(before);
        fputs(instead, r->out);
        c += length;
        from = c;
    }
    ihp__html_text(r->out, from);
}

static void put_notices(struct ihp__report *r)
{
    const json_t *notices = json_object_get(r->finished.manifest, "notices");
    size_t count = json_array_size(notices);
    fputs("<h3>Completeness and notices</h3>\n", r->out);
    if (count == 0) {
        fputs("<p>The run had no notices.</p>\n", r->out);
        return;
    }
    fputs("<ul>\n", r->out);
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(notices, i));
        fputs("<li>", r->out);
        put_notice(r, text == NULL ? "" : text);
        fputs("</li>\n", r->out);
    }
    fputs("</ul>\n", r->out);
}

/* ---- what was run ---------------------------------------------------------------------------- */

/* Writes a name and its value, which may be NULL. */
static void put_row(struct ihp__report *r, const char *name, const char *value)
{
    fputs("<tr><th scope=\"row\">", r->out);
    ihp__html_text(r->out, name);
    fputs("</th><td>", r->out);
    ihp__html_text(r->out, value == NULL ? "" : value);
    fputs("</td></tr>\n", r->out);
}

/* Returns true for a number of the store that other tables hide. */
static bool is_hidden(const struct ihp__report *r, const char *name)
{
    const struct ihp__table *lines = &r->members.lines;
    return (strcmp(name, "store.members") == 0 && r->members.store_hidden) ||
           (strcmp(name, "store.claim_lines") == 0 && lines->rows > 0 &&
            ihp__table_row(lines, 0)[1].hidden);
}

static void put_values(struct ihp__report *r, const json_t *object, const char *prefix)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        char name[120], text[IHP__MANIFEST_TEXT];
        snprintf(name, sizeof name, "%s%s", prefix, key);
        if (!json_is_object(value)) {
            put_row(r, name, is_hidden(r, name) ? "hidden" : ihp__manifest_text(object, key, text));
        }
    }
}

static const struct ihp__html_column columns[] = {{NULL, "Name", IHP__HTML_AS_ITSELF},
                                                  {NULL, "Value", IHP__HTML_AS_ITSELF}};

/* Writes what the import read, converted and left out. Few rows are not shown, nor the dollars of
 * few rows, whose key follows that of the rows. */
static void put_import(struct ihp__report *r)
{
    const struct ihp__html_table shown = {
        .id = "import", .caption = "What was imported", IHP__HTML_COLUMNS(columns)};
    json_t *import = json_object_get(r->finished.manifest, "import");
    const char *key;
    json_t *value;
    bool few = false;
    if (json_object_size(import) == 0) {
        fputs("<p>The store has no record of an import.</p>\n", r->out);
        return;
    }
    ihp__html_table_begin(r->out, NULL, &shown);
    json_object_foreach(import, key, value)
    {
        char text[IHP__MANIFEST_TEXT];
        const char *written = ihp__manifest_text(import, key, text);
        int64_t number = json_integer_value(value);
        if (strncmp(key, "paid_", 5) == 0 && r->members.lines_hidden) {
            written = "hidden"; /* with them, hidden lines and dollars could be computed */
        } else if (strstr(key, "_cents") != NULL) {
            written = few ? "hidden" : ihp__money_format_grouped(number, text);
        } else if (json_is_integer(value) && strcmp(key, "files") != 0) {
            few = ihp__count_is_small(number);
            written = few          ? "under 11"
                      : number < 0 ? written
                                   : ihp__count_format((uint64_t)number, text);
        }
        put_row(r, key, written);
    }
    ihp__html_table_end(r->out);
}

void ihp__report_put_source(struct ihp__report *r)
{
    static const struct {
        const char *part, *key, *name;
    } hashes[] = {{"store", "content_hash", "hash of the store's content"},
                  {"program", "hash", "hash of the program folder"}};
    const json_t *manifest = r->finished.manifest;
    const struct ihp__html_table sources = {
        .id = "sources", .caption = "What the package was made of", IHP__HTML_COLUMNS(columns)};
    ihp__html_table_begin(r->out, NULL, &sources);
    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
        const json_t *part = json_object_get(manifest, hashes[i].part);
        const char *hash = json_string_value(json_object_get(part, hashes[i].key));
        put_row(r, hashes[i].name, hash == NULL ? "" : hash);
    }
    put_row(r, "version of ihp", json_string_value(json_object_get(manifest, "program_version")));
    ihp__html_table_end(r->out);
}

void ihp__report_put_run(struct ihp__report *r)
{
    const json_t *manifest = r->finished.manifest;
    const char *hash = json_string_value(json_object_get(manifest, "hash"));
    const struct ihp__html_table sources = {
        .id = "sources", .caption = "What was run", IHP__HTML_COLUMNS(columns)};
    const struct ihp__html_table keys = {
        .id = "deck", .caption = "Every key of the run deck", IHP__HTML_COLUMNS(columns)};
    put_notices(r);
    put_import(r);
    fputs(
        "<h3>Sources</h3>\n<p>This report was made from the finished files of the result with the "
        "hash below. A result that was made again has another hash; make its report again, "
        "too.</p>\n",
        r->out);
    ihp__html_table_begin(r->out, NULL, &sources);
    put_row(r, "hash of the result", hash);
    put_row(r, "program_version", json_string_value(json_object_get(manifest, "program_version")));
    put_values(r, json_object_get(manifest, "store"), "store.");
    put_values(r, json_object_get(manifest, "program"), "program.");
    ihp__html_table_end(r->out);
    fputs("<details open><summary>Run deck</summary>\n", r->out);
    ihp__html_table_begin(r->out, NULL, &keys);
    put_values(r, json_object_get(manifest, "deck"), "");
    ihp__html_table_end(r->out);
    fputs("</details>\n", r->out);
}
