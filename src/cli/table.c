/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What parsing, help, manual pages and completion all read from a command's row. */
#include "table.h"

#include "base/base.h"

#include <stdarg.h>
#include <string.h>

const struct ihp__cli_option ihp__cli_common[IHP__CLI_COMMONS] = {
    {.name = "help", .letter = 'h', .section = "Help", .help = "print this help and exit"},
    {.name = "version", .letter = 'V', .section = "Help", .help = "print the version and exit"}};

const struct ihp__cli_exit ihp__cli_job_exits[] = {
    {IHP_OK, NULL}, {IHP_ERR_RUN, NULL}, {IHP_ERR_USAGE, NULL}, {IHP_ERR_DATA, NULL}};

const char *const ihp__cli_formats[] = {"text", "csv", "json", NULL};

enum ihp_show_format ihp__cli_format(const char *word)
{
    return strcmp(word, "json") == 0  ? IHP_SHOW_JSON
           : strcmp(word, "csv") == 0 ? IHP_SHOW_CSV
                                      : IHP_SHOW_TEXT;
}

size_t ihp__cli_option_count(const struct ihp__command *command)
{
    return command->options + IHP__CLI_COMMONS;
}

const struct ihp__cli_option *ihp__cli_option_at(const struct ihp__command *command, size_t number)
{
    return number < command->options ? &command->option[number]
                                     : &ihp__cli_common[number - command->options];
}

const char *ihp__cli_option_name(const struct ihp__cli_option *option,
                                 char text[IHP__CLI_NAME_TEXT])
{
    char dashed[IHP__CLI_NAME_TEXT];
    if (option->letter != '\0') {
        snprintf(dashed, sizeof dashed, "-%c", option->letter);
    } else {
        snprintf(dashed, sizeof dashed, "--%.30s", option->name);
    }
    const char *value = option->value.name;
    snprintf(text, IHP__CLI_NAME_TEXT, "%.35s%s%.35s", dashed, value == NULL ? "" : " ",
             value == NULL ? "" : value);
    return text;
}

/* Adds to a text of limited length; what does not fit is cut off. */
__attribute__((format(printf, 2, 3))) static void add(char text[IHP__CLI_SYNOPSIS_TEXT],
                                                      const char *format, ...)
{
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, IHP__CLI_SYNOPSIS_TEXT - length, format, arguments);
    va_end(arguments);
}

/* Adds "(--a X | --b Y)" if the option is the first of those of which one is required. */
static void add_one_of(char text[IHP__CLI_SYNOPSIS_TEXT], const struct ihp__command *command,
                       size_t first)
{
    char name[IHP__CLI_NAME_TEXT];
    int group = command->option[first].one_of;
    for (size_t i = 0; i < first; i++) {
        if (command->option[i].one_of == group) {
            return;
        }
    }
    for (size_t i = first; i < command->options; i++) {
        if (command->option[i].one_of == group) {
            add(text, "%s%s", i == first ? " (" : " | ",
                ihp__cli_option_name(&command->option[i], name));
        }
    }
    add(text, ")");
}

const char *ihp__cli_synopsis(const struct ihp__command *command, char text[IHP__CLI_SYNOPSIS_TEXT])
{
    char name[IHP__CLI_NAME_TEXT];
    text[0] = '\0';
    for (size_t i = 0; i < command->arguments; i++) {
        const struct ihp__cli_argument *a = &command->argument[i];
        add(text, " %s%s%s%s", a->optional ? "[" : "", a->value.name, a->repeats ? "..." : "",
            a->optional ? "]" : "");
    }
    for (size_t i = 0; i < command->options; i++) {
        if (command->option[i].required) {
            add(text, " %s", ihp__cli_option_name(&command->option[i], name));
        } else if (command->option[i].one_of > 0) {
            add_one_of(text, command, i);
        }
    }
    add(text, " [OPTION]...");
    return text;
}

const char *ihp__cli_exit_text(const struct ihp__cli_exit *exit)
{
    return exit->text != NULL ? exit->text : ihp_status_text(exit->status);
}

enum ihp_status ihp__cli_fail(struct ihp_error *err, const struct ihp__command *command,
                              const char *format, ...)
{
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return ihp__fail(err, IHP_ERR_USAGE, "%s: %s (see 'ihp %s --help')", command->name, text,
                     command->name);
}
