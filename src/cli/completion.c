/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion of commands, options and their values in bash and zsh: the kind of a value says what
 * it is completed with. */
#include "completion.h"

#include <string.h>

/* ---- bash ------------------------------------------------------------------------------------ */

static const char bash_head[] =
    "# Completion of ihp in bash. Generated from the program's tables of options.\n"
    "\n"
    "# Completes paths: _ihp_paths folder, or _ihp_paths file ENDING...\n"
    "_ihp_paths() {\n"
    "    local kind=$1 ending\n"
    "    shift\n"
    "    compopt -o filenames 2>/dev/null # only works while bash completes\n"
    "    mapfile -t COMPREPLY < <(\n"
    "        if [[ $kind == file && $# == 0 ]]; then\n"
    "            compgen -f -- \"$cur\"\n"
    "        else\n"
    "            compgen -d -- \"$cur\"\n"
    "            for ending; do\n"
    "                compgen -f -X \"!*.$ending\" -- \"$cur\"\n"
    "            done\n"
    "        fi\n"
    "    )\n"
    "}\n"
    "\n"
    "# Completes a value: its kind, and endings or choices.\n"
    "_ihp_values() {\n"
    "    case $1 in\n"
    "        file | folder) _ihp_paths \"$@\" ;;\n"
    "        choice) mapfile -t COMPREPLY < <(compgen -W \"${*:2}\" -- \"$cur\") ;;\n"
    "    esac\n"
    "}\n";

static const char bash_tail[] =
    "_ihp() {\n"
    "    local cur prev command='' kind word number=0 i\n"
    "    COMPREPLY=()\n"
    "    cur=${COMP_WORDS[COMP_CWORD]}\n"
    "    prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    if [[ $cur == '=' ]]; then # bash takes --option=value apart\n"
    "        cur=''\n"
    "    elif [[ $prev == '=' ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n"
    "    # The command, and how many arguments follow it.\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        if [[ -z $command ]]; then\n"
    "            [[ $word == -* ]] || command=$word\n"
    "        elif [[ $word == -* ]]; then\n"
    "            kind=$(_ihp_option \"$command\" \"$word\")\n"
    "            [[ ${COMP_WORDS[i + 1]} != '=' ]] || ((i += 1))\n"
    "            [[ -z $kind ]] || ((i += 1))\n"
    "        else\n"
    "            ((number += 1))\n"
    "        fi\n"
    "    done\n"
    "    if [[ -n $command ]]; then\n"
    "        kind=$(_ihp_option \"$command\" \"$prev\")\n"
    "        if [[ -n $kind ]]; then\n"
    "            # shellcheck disable=SC2086 # a kind and its endings\n"
    "            _ihp_values $kind\n"
    "            return\n"
    "        fi\n"
    "    fi\n"
    "    if [[ $cur == -* ]]; then\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$(_ihp_options \"$command\")\" -- \"$cur\")\n"
    "    elif [[ -z $command ]]; then\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$(_ihp_commands)\" -- \"$cur\")\n"
    "    else\n"
    "        # shellcheck disable=SC2046 # a kind and its endings\n"
    "        _ihp_values $(_ihp_argument \"$command\" \"$number\")\n"
    "    fi\n"
    "}\n"
    "complete -F _ihp ihp\n";

/* Writes the kind of a value as _ihp_values takes it. */
static void put_kind(FILE *stream, const struct ihp__cli_value *value)
{
    switch (value->kind) {
    case IHP__CLI_FILE:
        fprintf(stream, "file%s%s", value->endings == NULL ? "" : " ",
                value->endings == NULL ? "" : value->endings);
        break;
    case IHP__CLI_FOLDER:
        fputs("folder", stream);
        break;
    case IHP__CLI_CHOICE:
        fputs("choice", stream);
        for (const char *const *choice = value->choices; *choice != NULL; choice++) {
            fprintf(stream, " %s", *choice);
        }
        break;
    default:
        fputs("text", stream);
        break;
    }
}

static void put_bash_option(FILE *stream, const struct ihp__command *command)
{
    for (size_t i = 0; i < command->options; i++) {
        const struct ihp__cli_option *o = &command->option[i];
        if (o->value.kind == IHP__CLI_FLAG) {
            continue;
        }
        fputs("        ", stream);
        if (o->letter != '\0') {
            fprintf(stream, "%s:-%c | ", command->name, o->letter);
        }
        fprintf(stream, "%s:--%s) echo '", command->name, o->name);
        put_kind(stream, &o->value);
        fputs("' ;;\n", stream);
    }
}

static void put_bash_argument(FILE *stream, const struct ihp__command *command)
{
    for (size_t i = 0; i < command->arguments; i++) {
        const struct ihp__cli_argument *a = &command->argument[i];
        if (a->repeats) {
            fprintf(stream, "        %s:*) echo '", command->name);
        } else {
            fprintf(stream, "        %s:%zu) echo '", command->name, i);
        }
        put_kind(stream, &a->value);
        fputs("' ;;\n", stream);
    }
}

static void put_bash_options(FILE *stream, const struct ihp__command *command)
{
    fprintf(stream, "        %s) echo '", command->name);
    for (size_t i = 0; i < ihp__cli_option_count(command); i++) {
        const struct ihp__cli_option *o = ihp__cli_option_at(command, i);
        fprintf(stream, "%s--%s", i == 0 ? "" : " ", o->name);
        if (o->letter != '\0') {
            fprintf(stream, " -%c", o->letter);
        }
    }
    fputs("' ;;\n", stream);
}

/* Writes a function that answers by a `case`, a line or more for each command. */
static void put_bash_function(FILE *stream, const char *comment, const char *head,
                              void (*put)(FILE *stream, const struct ihp__command *command),
                              const struct ihp__command *const *list, size_t count)
{
    fprintf(stream, "\n# %s\n%s in\n", comment, head);
    for (size_t i = 0; i < count; i++) {
        put(stream, list[i]);
    }
}

void ihp__completion_write_bash(FILE *stream, const struct ihp__command *const *list, size_t count)
{
    fputs(bash_head, stream);
    fputs("\n_ihp_commands() {\n    echo '", stream);
    for (size_t i = 0; i < count; i++) {
        fprintf(stream, "%s%s", i == 0 ? "" : " ", list[i]->name);
    }
    fputs("'\n}\n", stream);
    put_bash_function(stream, "The kind of value that an option of a command takes, if any.",
                      "_ihp_option() {\n    case $1:$2", put_bash_option, list, count);
    fputs("    esac\n}\n", stream);
    put_bash_function(stream, "The kind of an argument of a command, by its position.",
                      "_ihp_argument() {\n    case $1:$2", put_bash_argument, list, count);
    fputs("    esac\n}\n", stream);
    put_bash_function(stream, "The options of a command, or those before a command.",
                      "_ihp_options() {\n    case $1", put_bash_options, list, count);
    fputs("        '') echo '", stream);
    for (size_t i = 0; i < IHP__CLI_COMMONS; i++) {
        fprintf(stream, "%s--%s -%c", i == 0 ? "" : " ", ihp__cli_common[i].name,
                ihp__cli_common[i].letter);
    }
    fputs("' ;;\n    esac\n}\n\n", stream);
    fputs(bash_tail, stream);
}

/* ---- zsh ------------------------------------------------------------------------------------- */

/* Writes a text inside single quotes, with what means something in brackets escaped. */
static void put_zsh_text(FILE *stream, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs("'\\''", stream);
        } else if (strchr("[]:\\", *text) != NULL) {
            fprintf(stream, "\\%c", *text);
        } else {
            fputc(*text, stream);
        }
    }
}

/* Writes the pattern of file names. A single ending has no brackets, which zsh would take for glob
 * qualifiers. */
static void put_zsh_endings(FILE *stream, const char *endings)
{
    bool several = strchr(endings, ' ') != NULL;
    fprintf(stream, " -g \"*.%s", several ? "(" : "");
    for (const char *at = endings; *at != '\0'; at++) {
        fputc(*at == ' ' ? '|' : *at, stream);
    }
    fprintf(stream, "%s\"", several ? ")" : "");
}

/* Writes ":NAME:ACTION" of a value. */
static void put_zsh_value(FILE *stream, const struct ihp__cli_value *value)
{
    fprintf(stream, ":%s:", value->name);
    switch (value->kind) {
    case IHP__CLI_FILE:
        fputs("_files", stream);
        if (value->endings != NULL) {
            put_zsh_endings(stream, value->endings);
        }
        break;
    case IHP__CLI_FOLDER:
        fputs("_files -/", stream);
        break;
    case IHP__CLI_CHOICE:
        fputc('(', stream);
        for (const char *const *choice = value->choices; *choice != NULL; choice++) {
            fprintf(stream, "%s%s", choice == value->choices ? "" : " ", *choice);
        }
        fputc(')', stream);
        break;
    default:
        fputc(' ', stream); /* nothing to complete */
        break;
    }
}

/* Writes the options that an option excludes: itself, and those that it cannot stand with. */
static void put_zsh_excluded(FILE *stream, const struct ihp__command *command,
                             const struct ihp__cli_option *option)
{
    fprintf(stream, "(");
    if (option->letter != '\0') {
        fprintf(stream, "-%c ", option->letter);
    }
    fprintf(stream, "--%s", option->name);
    for (size_t i = 0; i < command->options; i++) {
        const struct ihp__cli_option *o = &command->option[i];
        if (o != option && ((o->one_of > 0 && o->one_of == option->one_of) ||
                            (option->excludes != NULL && strcmp(option->excludes, o->name) == 0))) {
            fprintf(stream, " --%s", o->name);
        }
    }
    fputc(')', stream);
}

static void put_zsh_option(FILE *stream, const struct ihp__command *command,
                           const struct ihp__cli_option *o)
{
    bool takes_value = o->value.kind != IHP__CLI_FLAG;
    fputs("                        '", stream);
    if (o >= ihp__cli_common && o < ihp__cli_common + IHP__CLI_COMMONS) {
        fputs("(- : *)", stream);
    } else {
        put_zsh_excluded(stream, command, o);
    }
    if (o->letter != '\0') {
        fprintf(stream, "'{-%c%s,--%s%s}'", o->letter, takes_value ? "+" : "", o->name,
                takes_value ? "=" : "");
    } else {
        fprintf(stream, "--%s%s", o->name, takes_value ? "=" : "");
    }
    fputc('[', stream);
    put_zsh_text(stream, o->help);
    fputc(']', stream);
    if (takes_value) {
        put_zsh_value(stream, &o->value);
    }
    fputs("' \\\n", stream);
}

static void put_zsh_command(FILE *stream, const struct ihp__command *command)
{
    fprintf(stream, "                %s)\n                    _arguments -s -S \\\n",
            command->name);
    for (size_t i = 0; i < ihp__cli_option_count(command); i++) {
        put_zsh_option(stream, command, ihp__cli_option_at(command, i));
    }
    for (size_t i = 0; i < command->arguments; i++) {
        const struct ihp__cli_argument *a = &command->argument[i];
        if (a->repeats) {
            fputs("                        '*", stream);
        } else {
            fprintf(stream, "                        '%zu%s", i + 1, a->optional ? ":" : "");
        }
        put_zsh_value(stream, &a->value);
        fputs("' \\\n", stream);
    }
    fputs("                        && ret=0\n                    ;;\n", stream);
}

void ihp__completion_write_zsh(FILE *stream, const struct ihp__command *const *list, size_t count)
{
    fputs("#compdef ihp\n"
          "# Completion of ihp in zsh. Generated from the program's tables of options.\n"
          "\n"
          "_ihp_commands() {\n"
          "    local -a commands=(\n",
          stream);
    for (size_t i = 0; i < count; i++) {
        fprintf(stream, "        '%s:", list[i]->name);
        put_zsh_text(stream, list[i]->summary);
        fputs("'\n", stream);
    }
    fputs("    )\n"
          "    _describe -t commands 'ihp command' commands\n"
          "}\n"
          "\n"
          "_ihp() {\n"
          "    local curcontext=\"$curcontext\" state line ret=1\n"
          "    typeset -A opt_args\n"
          "    _arguments -C \\\n",
          stream);
    for (size_t i = 0; i < IHP__CLI_COMMONS; i++) {
        fprintf(stream, "        '(- : *)'{-%c,--%s}'[", ihp__cli_common[i].letter,
                ihp__cli_common[i].name);
        put_zsh_text(stream, ihp__cli_common[i].help);
        fputs("]' \\\n", stream);
    }
    fputs("        '1:command:_ihp_commands' \\\n"
          "        '*::argument:->arguments' && ret=0\n"
          "    case $state in\n"
          "        arguments)\n"
          "            case $words[1] in\n",
          stream);
    for (size_t i = 0; i < count; i++) {
        put_zsh_command(stream, list[i]);
    }
    fputs("            esac\n"
          "            ;;\n"
          "    esac\n"
          "    return ret\n"
          "}\n"
          "\n"
          "_ihp \"$@\"\n",
          stream);
}
