/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one parser of all commands, on getopt_long. */
#include "parse.h"

#include "base/base.h"
#include "base/nearest.h"
#include "value.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* What getopt_long returns for option number i is FIRST + i: above every letter. */
enum { FIRST = 256, COMMANDS_MAX = 32 };

struct parser {
    const struct ihp__command *command;
    void *request;
    struct ihp_error *err;
    struct option longs[IHP__CLI_OPTIONS_MAX + 1];
    char letters[2 * IHP__CLI_OPTIONS_MAX + 2];
    unsigned times[IHP__CLI_OPTIONS_MAX]; /* each option was given */
};

/* Fills what getopt_long asks for. The leading colon makes it tell a missing value from an unknown
 * option. */
static void prepare(struct parser *p)
{
    size_t count = ihp__cli_option_count(p->command), end = 0;
    p->letters[end++] = ':';
    for (size_t i = 0; i < count; i++) {
        const struct ihp__cli_option *o = ihp__cli_option_at(p->command, i);
        bool takes_value = o->value.kind != IHP__CLI_FLAG;
        p->longs[i] = (struct option){o->name, takes_value ? required_argument : no_argument, NULL,
                                      FIRST + (int)i};
        if (o->letter != '\0') {
            p->letters[end++] = o->letter;
            if (takes_value) {
                p->letters[end++] = ':';
            }
        }
    }
    opterr = 0;
    optind = 0; /* makes the C library start over, in a process that parses twice */
}

/* Returns the number of the option that getopt_long returned. */
static size_t number_of(const struct parser *p, int returned)
{
    size_t number = 0;
    if (returned >= FIRST) {
        return (size_t)(returned - FIRST);
    }
    while (ihp__cli_option_at(p->command, number)->letter != (char)returned) {
        number++;
    }
    return number;
}

/* Returns the number of the option with a long name that the tables have. */
static size_t number_named(const struct parser *p, const char *name)
{
    size_t number = 0;
    while (strcmp(ihp__cli_option_at(p->command, number)->name, name) != 0) {
        number++;
    }
    return number;
}

/* Refuses a long option that is unknown, or that is short for several. */
static enum ihp_status fail_long(struct parser *p, const char *word)
{
    char dashed[IHP__CLI_OPTIONS_MAX][IHP__CLI_NAME_TEXT], all[200] = "";
    const char *list[IHP__CLI_OPTIONS_MAX];
    size_t count = ihp__cli_option_count(p->command), length = strcspn(word, "="), matches = 0;
    for (size_t i = 0; i < count; i++) {
        snprintf(dashed[i], sizeof dashed[i], "--%s", p->longs[i].name);
        list[i] = dashed[i];
        if (strncmp(dashed[i], word, length) == 0) {
            size_t end = strlen(all);
            snprintf(all + end, sizeof all - end, "%s%.40s", matches++ == 0 ? "" : " or ",
                     dashed[i]);
        }
    }
    if (matches > 1) {
        return ihp__cli_fail(p->err, p->command, "option '%.60s' can mean %s; write it in full",
                             word, all);
    }
    char name[64];
    snprintf(name, sizeof name, "%.*s", length < 63 ? (int)length : 63, word);
    const char *nearest = ihp__nearest(name, list, count);
    return nearest == NULL
               ? ihp__cli_fail(p->err, p->command, "unknown option '%s'", name)
               : ihp__cli_fail(p->err, p->command, "unknown option '%s'; did you mean '%s'?", name,
                               nearest);
}

/* Refuses what getopt_long has just refused. */
static enum ihp_status fail_option(struct parser *p, int returned, char *const *argv)
{
    const struct ihp__cli_option *o;
    if (returned == ':') {
        o = ihp__cli_option_at(p->command, number_of(p, optopt));
        return ihp__cli_fail(p->err, p->command, "option --%s requires a value, %s", o->name,
                             o->value.name);
    }
    if (optopt >= FIRST) {
        o = ihp__cli_option_at(p->command, number_of(p, optopt));
        return ihp__cli_fail(p->err, p->command, "option --%s does not take a value", o->name);
    }
    return optopt != 0 ? ihp__cli_fail(p->err, p->command, "unknown option '-%c'", optopt)
                       : fail_long(p, argv[optind - 1]);
}

static enum ihp_status put(struct parser *p, const struct ihp__cli_value *value, const char *name,
                           const char *text)
{
    char why[IHP__CLI_VALUE_TEXT];
    return ihp__cli_value_put(value, p->request, text, why)
               ? IHP_OK
               : ihp__cli_fail(p->err, p->command, "%s%s%s", name, name[0] == '\0' ? "" : ": ",
                               why);
}

/* Takes an option with its value. */
static enum ihp_status take_option(struct parser *p, size_t number, const char *text)
{
    const struct ihp__cli_option *o = ihp__cli_option_at(p->command, number);
    char dashed[IHP__CLI_NAME_TEXT];
    snprintf(dashed, sizeof dashed, "--%s", o->name);
    p->times[number]++;
    if (o->given.size > 0) {
        *(bool *)((char *)p->request + o->given.offset) = true;
    }
    return put(p, &o->value, dashed, text);
}

/* Gives each field the default of its option. Returns IHP_OK, as a default is valid: a unit test
 * reads all of them. */
static enum ihp_status take_presets(struct parser *p)
{
    for (size_t i = 0; i < p->command->options; i++) {
        const struct ihp__cli_option *o = &p->command->option[i];
        if (o->preset != NULL && put(p, &o->value, o->name, o->preset) != IHP_OK) {
            return p->err->status;
        }
    }
    return IHP_OK;
}

/* Writes the arguments that a command expects, "exactly one DECK", into `text`. */
static const char *expected(const struct ihp__command *command, char text[200])
{
    snprintf(text, 200, "%s", command->arguments == 0 ? "no arguments besides options" : "");
    for (size_t i = 0; i < command->arguments; i++) {
        const struct ihp__cli_argument *a = &command->argument[i];
        size_t end = strlen(text);
        snprintf(text + end, 200 - end, "%s%s %s", i == 0 ? "" : " and ",
                 a->repeats    ? "at least one"
                 : a->optional ? "at most one"
                 : i == 0      ? "exactly one"
                               : "one",
                 a->value.name);
    }
    return text;
}

/* Takes the arguments by position. An error does not repeat them: one can be a member. */
static enum ihp_status take_arguments(struct parser *p, int count, char **words)
{
    const struct ihp__command *c = p->command;
    size_t given = (size_t)count, least = c->arguments, most = c->arguments;
    char text[200];
    if (c->arguments > 0 && c->argument[c->arguments - 1].optional) {
        least--;
    }
    if (c->arguments > 0 && c->argument[c->arguments - 1].repeats) {
        most = given;
    }
    if (given < least || given > most) {
        return ihp__cli_fail(p->err, c, "expected %s", expected(c, text));
    }
    for (size_t i = 0; i < c->arguments && i < given; i++) {
        const struct ihp__cli_value *value = &c->argument[i].value;
        if (c->argument[i].repeats) {
            *(char ***)((char *)p->request + value->field.offset) = words + i;
            *(size_t *)((char *)p->request + value->count.offset) = given - i;
        } else if (put(p, value, value->kind == IHP__CLI_CHOICE ? "" : value->name, words[i]) !=
                   IHP_OK) {
            return p->err->status;
        }
    }
    return IHP_OK;
}

/* Refuses required options that are missing, all in one message. */
static enum ihp_status check_required(struct parser *p)
{
    char missing[200] = "", name[IHP__CLI_NAME_TEXT];
    size_t count = 0;
    for (size_t i = 0; i < p->command->options; i++) {
        const struct ihp__cli_option *o = &p->command->option[i];
        if (o->required && p->times[i] == 0) {
            size_t end = strlen(missing);
            snprintf(missing + end, sizeof missing - end, "%s%s", count++ == 0 ? "" : ", ",
                     ihp__cli_option_name(o, name));
        }
    }
    return count == 0 ? IHP_OK
                      : ihp__cli_fail(p->err, p->command, "required option%s missing: %s",
                                      count == 1 ? " is" : "s are", missing);
}

/* Refuses a group of options of which not exactly one is given. */
static enum ihp_status check_one_of(struct parser *p, int group)
{
    char names[200] = "";
    unsigned times = 0;
    for (size_t i = 0; i < p->command->options; i++) {
        const struct ihp__cli_option *o = &p->command->option[i];
        if (o->one_of == group) {
            size_t end = strlen(names);
            snprintf(names + end, sizeof names - end, "%s--%s", end == 0 ? "" : " or ", o->name);
            times += p->times[i];
        }
    }
    return times == 1 ? IHP_OK
                      : ihp__cli_fail(p->err, p->command, "expected exactly one of %s", names);
}

/* Refuses options that do not go together. */
static enum ihp_status check_together(struct parser *p)
{
    for (size_t i = 0; i < p->command->options; i++) {
        const struct ihp__cli_option *o = &p->command->option[i];
        if (o->one_of > 0 && check_one_of(p, o->one_of) != IHP_OK) {
            return p->err->status;
        }
        if (p->times[i] == 0) {
            continue;
        }
        if (o->needs != NULL && p->times[number_named(p, o->needs)] == 0) {
            return ihp__cli_fail(p->err, p->command, "--%s requires --%s", o->name, o->needs);
        }
        if (o->excludes != NULL && p->times[number_named(p, o->excludes)] > 0) {
            return ihp__cli_fail(p->err, p->command, "--%s and --%s exclude each other; give one",
                                 o->name, o->excludes);
        }
    }
    const char *wrong = p->command->check == NULL ? NULL : p->command->check(p->request);
    return wrong == NULL ? IHP_OK : ihp__cli_fail(p->err, p->command, "%s", wrong);
}

enum ihp_status ihp__cli_parse(const struct ihp__command *command, int argc, char **argv,
                               void *request, enum ihp__cli_asked *asked, struct ihp_error *err)
{
    struct parser p = {.command = command, .request = request, .err = err};
    *asked = IHP__CLI_RUN;
    if (take_presets(&p) != IHP_OK) {
        return err->status;
    }
    prepare(&p);
    for (int c; (c = getopt_long(argc, argv, p.letters, p.longs, NULL)) != -1;) {
        if (c == '?' || c == ':') {
            return fail_option(&p, c, argv);
        }
        size_t number = number_of(&p, c);
        if (number >= command->options) {
            *asked = number - command->options == IHP__CLI_COMMON_HELP ? IHP__CLI_HELP
                                                                       : IHP__CLI_VERSION;
            return IHP_OK;
        }
        if (take_option(&p, number, optarg) != IHP_OK) {
            return err->status;
        }
    }
    if (take_arguments(&p, argc - optind, argv + optind) != IHP_OK ||
        check_required(&p) != IHP_OK || check_together(&p) != IHP_OK) {
        return err->status;
    }
    return IHP_OK;
}

const struct ihp__command *ihp__command_find(const struct ihp__command *const *list, size_t count,
                                             const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i]->name, name) == 0) {
            return list[i];
        }
    }
    return NULL;
}

enum ihp_status ihp__command_fail_unknown(struct ihp_error *err,
                                          const struct ihp__command *const *list, size_t count,
                                          const char *word)
{
    const char *names[COMMANDS_MAX] = {"--help", "--version"};
    size_t known = 2;
    for (size_t i = 0; i < count && known < COMMANDS_MAX; i++) {
        names[known++] = list[i]->name;
    }
    const char *nearest = ihp__nearest(word, names, known);
    return ihp__fail(err, IHP_ERR_USAGE, "unknown %s '%.60s'%s%s%s (see 'ihp --help')",
                     word[0] == '-' ? "option" : "command", word,
                     nearest == NULL ? "" : "; did you mean '", nearest == NULL ? "" : nearest,
                     nearest == NULL ? "" : "'?");
}
