/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual pages of the program and of its commands. */
#include "manual.h"
#include "manual_files.h"

#include "help.h"
#include "ihp/version.h"
#include "roff.h"
#include "value.h"

#include <ctype.h>
#include <string.h>

static void put_paragraphs(const struct ihp__roff *page, const char *const *text, bool first)
{
    for (; text != NULL && *text != NULL; text++, first = false) {
        fputs(first ? "" : ".PP\n", page->stream);
        ihp__roff_text(page, *text, false);
    }
}

/* ---- parts of a page ------------------------------------------------------------------------- */

static void put_title(const struct ihp__roff *page)
{
    fputs(".TH IHP", page->stream);
    for (const char *at = page->command == NULL ? "" : page->command->name; *at != '\0'; at++) {
        fprintf(page->stream, "%s%c", at == page->command->name ? "\\-" : "",
                toupper((unsigned char)*at));
    }
    fprintf(page->stream, " 1 \"\" \"ihp %s\" \"User Commands\"\n", IHP_VERSION);
}

static void put_synopsis(const struct ihp__roff *page)
{
    char text[IHP__CLI_SYNOPSIS_TEXT], line[IHP__CLI_SYNOPSIS_TEXT + 60];
    const struct ihp__command *c = page->command;
    ihp__cli_synopsis(c, text);
    snprintf(line, sizeof line, "ihp %.20s%s", c->name, text);
    fputs(".SH SYNOPSIS\n", page->stream);
    ihp__roff_text(page, line, false);
    if (c->ranks == IHP__CLI_ALL_RANKS) {
        snprintf(line, sizeof line, "mpirun -n RANKS ihp %.20s%s", c->name, text);
        fputs(".br\n", page->stream);
        ihp__roff_text(page, line, false);
    }
}

static void put_arguments(const struct ihp__roff *page)
{
    const struct ihp__command *c = page->command;
    fputs(c->arguments > 0 ? ".SH ARGUMENTS\n" : "", page->stream);
    for (size_t i = 0; i < c->arguments; i++) {
        fprintf(page->stream, ".TP\n\\fI%s\\fP%s\n", c->argument[i].value.name,
                c->argument[i].repeats ? "..." : "");
        ihp__roff_text(page, c->argument[i].help, true);
    }
}

static void put_option(const struct ihp__roff *page, const struct ihp__cli_option *o)
{
    char bounds[IHP__CLI_VALUE_TEXT], text[IHP__CLI_VALUE_TEXT + 20];
    const char *standard = o->preset != NULL ? o->preset : o->otherwise;
    fputs(".TP\n", page->stream);
    if (o->letter != '\0') {
        fprintf(page->stream, "\\fB\\-%c\\fP, ", o->letter);
    }
    fputs("\\fB\\-\\-", page->stream);
    ihp__roff_bytes(page->stream, o->name, strlen(o->name), false);
    fputs("\\fP", page->stream);
    if (o->value.name != NULL) {
        fputs(" \\fI", page->stream);
        ihp__roff_bytes(page->stream, o->value.name, strlen(o->value.name), false);
        fputs("\\fP", page->stream);
    }
    fputc('\n', page->stream);
    ihp__roff_text(page, o->help, true);
    if (ihp__cli_value_bounds(&o->value, bounds)[0] != '\0') {
        snprintf(text, sizeof text, "Allowed: %s.", bounds);
        ihp__roff_text(page, text, false);
    }
    if (o->required) {
        ihp__roff_text(page, "Required.", false);
    }
    if (standard != NULL) {
        snprintf(text, sizeof text, "Default: %.280s.", standard);
        ihp__roff_text(page, text, false);
    }
    if (o->more != NULL) {
        ihp__roff_text(page, o->more, false);
    }
}

static void put_options(const struct ihp__roff *page)
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

static void put_list(const struct ihp__roff *page, const struct ihp__cli_list *list)
{
    char name[40], text[200];
    fputs(".SH ", page->stream);
    for (const char *at = list->heading; *at != '\0'; at++) {
        fputc(toupper((unsigned char)*at), page->stream);
    }
    fputc('\n', page->stream);
    for (size_t i = 0; list->entry(i, name, text); i++) {
        fprintf(page->stream, ".TP\n.B %s\n", name);
        ihp__roff_text(page, text, true);
    }
}

static void put_exit(const struct ihp__roff *page, enum ihp_status status, const char *text)
{
    fprintf(page->stream, ".TP\n.B %d\n", (int)status);
    ihp__roff_text(page, text, true);
}

static void put_examples(const struct ihp__roff *page)
{
    const struct ihp__command *c = page->command;
    fputs(".SH EXAMPLES\n", page->stream);
    for (size_t i = 0; i < c->examples; i++) {
        char text[200];
        snprintf(text, sizeof text, "%.190s:", c->example[i].text);
        text[0] = (char)toupper((unsigned char)text[0]);
        fputs(i == 0 ? "" : ".PP\n", page->stream);
        ihp__roff_text(page, text, false);
        fputs(".PP\n.in +4n\n.EX\n", page->stream);
        ihp__roff_bytes(page->stream, c->example[i].lines, strlen(c->example[i].lines), false);
        fputs("\n.EE\n.in\n", page->stream);
    }
}

/* Names the other pages, in the order of their names that man-pages(7) asks for. */
static void put_pages(const struct ihp__roff *page)
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
    fputs(".BR mpirun (1),\n.BR ihp\\-deck (5)\n", page->stream);
}

/* ---- pages ----------------------------------------------------------------------------------- */

void ihp__manual_write(FILE *stream, const struct ihp__command *command,
                       const struct ihp__command *const *list, size_t count)
{
    struct ihp__roff page = {stream, command, list, count};
    put_title(&page);
    fprintf(stream, ".SH NAME\nihp\\-%s \\- ", command->name);
    ihp__roff_bytes(stream, command->summary, strlen(command->summary), true);
    fputc('\n', stream);
    put_synopsis(&page);
    fputs(".SH DESCRIPTION\n", stream);
    put_paragraphs(&page, command->paragraphs, true);
    put_paragraphs(&page, command->more, false);
    put_arguments(&page);
    put_options(&page);
    if (command->list != NULL) {
        put_list(&page, command->list);
    }
    fputs(".SH EXIT STATUS\n", stream);
    for (size_t i = 0; i < command->exits; i++) {
        put_exit(&page, command->exit[i].status, ihp__cli_exit_text(&command->exit[i]));
    }
    put_examples(&page);
    fputs(".SH SEE ALSO\n.BR ihp (1),\n", stream);
    put_pages(&page);
}

static void put_commands(const struct ihp__roff *page)
{
    for (size_t i = 0; i < page->count; i++) {
        fprintf(page->stream, ".TP\n.BR ihp\\-%s (1)\n", page->list[i]->name);
        ihp__roff_text(page, page->list[i]->summary, true);
    }
}

bool ihp__manual_write_overview(FILE *stream, FILE *prose, const struct ihp__command *const *list,
                                size_t count)
{
    struct ihp__roff page = {stream, NULL, list, count};
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
        } else if (strcmp(line, "@extract@\n") == 0) {
            ihp__manual_put_extract(&page);
        } else if (strcmp(line, "@program@\n") == 0) {
            ihp__manual_put_program(&page);
        } else if (strcmp(line, "@results@\n") == 0) {
            ihp__manual_put_results(&page);
        } else if (line[0] == '@') {
            return false;
        } else {
            fputs(line, stream);
        }
    }
    return ferror(prose) == 0;
}
