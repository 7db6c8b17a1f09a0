/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The texts of --help, within 80 columns. */
#include "help.h"

#include "ihp/version.h"
#include "value.h"

#include <string.h>

/* Columns of a terminal, and the widest left column of a list. */
enum { WIDTH = 80, LEFT_MAX = 30 };

/* Prints a text word by word from `column` on; further lines begin at `indent`. Ends the line. */
static void wrap(FILE *stream, size_t column, size_t indent, const char *text)
{
    bool first = true;
    for (const char *at = text + strspn(text, " "); *at != '\0';) {
        size_t length = strcspn(at, " ");
        if (!first && column + 1 + length > WIDTH) {
            fprintf(stream, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            fputc(' ', stream);
            column++;
        }
        fprintf(stream, "%.*s", (int)length, at);
        column += length;
        at += length + strspn(at + length, " ");
        first = false;
    }
    fputc('\n', stream);
}

/* Prints an entry of a list: `left`, and `text` in a column that begins after `width`. */
static void print_entry(FILE *stream, const char *left, size_t width, const char *text)
{
    size_t length = strlen(left);
    fputs(left, stream);
    if (length > width) {
        fputc('\n', stream);
        length = 0;
    }
    fprintf(stream, "%*s", (int)(width + 2 - length), "");
    wrap(stream, width + 2, width + 2, text);
}

/* Writes "  -o, --output FOLDER" into `text`, which is returned. */
static const char *left_of(const struct ihp__cli_option *o, char text[IHP__CLI_NAME_TEXT])
{
    char letter[5] = "    ";
    if (o->letter != '\0') {
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    }
    snprintf(text, IHP__CLI_NAME_TEXT, "  %s--%s%s%s", letter, o->name,
             o->value.name == NULL ? "" : " ", o->value.name == NULL ? "" : o->value.name);
    return text;
}

/* Prints an option with its bounds and its default. */
static void print_option(FILE *stream, const struct ihp__cli_option *o, size_t width)
{
    char left[IHP__CLI_NAME_TEXT], bounds[IHP__CLI_VALUE_TEXT], text[900];
    const char *standard = o->preset != NULL ? o->preset : o->otherwise;
    ihp__cli_value_bounds(&o->value, bounds);
    snprintf(text, sizeof text, "%s", o->help);
    const char *const part[] = {bounds, o->required ? "required" : "",
                                standard == NULL ? "" : "default: "};
    bool open = false;
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
        size_t end = strlen(text);
        if (part[i][0] != '\0') {
            snprintf(text + end, sizeof text - end, "%s%s", open ? "; " : " (", part[i]);
            open = true;
        }
    }
    size_t end = strlen(text);
    snprintf(text + end, sizeof text - end, "%s%s", standard == NULL ? "" : standard,
             open ? ")" : "");
    print_entry(stream, left_of(o, left), width, text);
}

static void print_options(FILE *stream, const struct ihp__command *command)
{
    char left[IHP__CLI_NAME_TEXT];
    size_t count = ihp__cli_option_count(command), width = 0;
    const char *section = "";
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(left_of(ihp__cli_option_at(command, i), left));
        width = length > width && length <= LEFT_MAX ? length : width;
    }
    for (size_t i = 0; i < count; i++) {
        const struct ihp__cli_option *o = ihp__cli_option_at(command, i);
        if (strcmp(section, o->section) != 0) {
            section = o->section;
            fprintf(stream, "\n%s:\n", section);
        }
        print_option(stream, o, width);
    }
}

static void print_arguments(FILE *stream, const struct ihp__command *command)
{
    char left[IHP__CLI_NAME_TEXT];
    size_t width = 0;
    for (size_t i = 0; i < command->arguments; i++) {
        size_t length = strlen(command->argument[i].value.name) + 2;
        width = length > width ? length : width;
    }
    fprintf(stream, "%s", command->arguments > 0 ? "\nArguments:\n" : "");
    for (size_t i = 0; i < command->arguments; i++) {
        snprintf(left, sizeof left, "  %s", command->argument[i].value.name);
        print_entry(stream, left, width, command->argument[i].help);
    }
}

static void print_exit(FILE *stream, enum ihp_status status, const char *text)
{
    char left[16];
    snprintf(left, sizeof left, "  %d", (int)status);
    print_entry(stream, left, 4, text);
}

static void print_list(FILE *stream, const struct ihp__cli_list *list)
{
    char name[40], left[44], text[200];
    size_t width = 0;
    for (size_t i = 0; list->entry(i, name, text); i++) {
        width = strlen(name) + 2 > width ? strlen(name) + 2 : width;
    }
    fprintf(stream, "\n%s:\n", list->heading);
    for (size_t i = 0; list->entry(i, name, text); i++) {
        snprintf(left, sizeof left, "  %s", name);
        print_entry(stream, left, width, text);
    }
}

/* Prints an example with the lines to type, each indented. */
static void print_example(FILE *stream, const struct ihp__cli_example *example)
{
    fprintf(stream, "  # %s\n", example->text);
    for (const char *at = example->lines; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        fprintf(stream, "  %.*s\n", (int)length, at);
        at += length + (at[length] == '\n' ? 1 : 0);
    }
}

void ihp__help_print(FILE *stream, const struct ihp__command *command)
{
    char synopsis[IHP__CLI_SYNOPSIS_TEXT];
    ihp__cli_synopsis(command, synopsis);
    fprintf(stream, "Usage: ihp %s%s\n", command->name, synopsis);
    if (command->ranks == IHP__CLI_ALL_RANKS) {
        fprintf(stream, "       mpirun -n RANKS ihp %s%s\n", command->name, synopsis);
    }
    for (const char *const *text = command->paragraphs; *text != NULL; text++) {
        fputc('\n', stream);
        wrap(stream, 0, 0, *text);
    }
    print_arguments(stream, command);
    print_options(stream, command);
    if (command->list != NULL) {
        print_list(stream, command->list);
    }
    fprintf(stream, "\nExample%s:\n", command->examples > 1 ? "s" : "");
    for (size_t i = 0; i < command->examples; i++) {
        print_example(stream, &command->example[i]);
    }
    fprintf(stream, "\nExit codes:\n");
    for (size_t i = 0; i < command->exits; i++) {
        print_exit(stream, command->exit[i].status, ihp__cli_exit_text(&command->exit[i]));
    }
}

void ihp__help_print_overview(FILE *stream, const struct ihp__command *const *list, size_t count)
{
    static const struct ihp__cli_example examples[] = {
        {"read an extract into a store, once", "ihp import extract/ -o state.h5"},
        {"check that the store and the program folder fit each other",
         "ihp check state.h5 --program program/"},
        {"settle on eight ranks", "mpirun -n 8 ihp settle deck.yaml"},
        {"print what the result was made from", "ihp info results/final-2025"}};
    char left[IHP__CLI_NAME_TEXT];
    fprintf(stream, "ihp %s: " IHP__CLI_PURPOSE "\n\n", IHP_VERSION);
    fputs("Usage: ihp COMMAND [ARGUMENT]...\n"
          "       mpirun -n RANKS ihp COMMAND [ARGUMENT]...\n"
          "       ihp --help | --version\n"
          "\n"
          "Commands:\n",
          stream);
    for (size_t i = 0; i < count; i++) {
        snprintf(left, sizeof left, "  %s", list[i]->name);
        print_entry(stream, left, 11, list[i]->summary);
    }
    fputs("\nExamples:\n", stream);
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        print_example(stream, &examples[i]);
    }
    fputs("\nExit codes:\n", stream);
#define PRINT_STATUS(name, code, text) print_exit(stream, name, text);
    IHP_STATUS_LIST(PRINT_STATUS)
#undef PRINT_STATUS
    fputs("\n'ihp help COMMAND' describes a command. 'man ihp' and 'man ihp-COMMAND' have more.\n",
          stream);
}
