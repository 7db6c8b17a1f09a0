/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parser of command lines, on a command made for it that has every kind of value. */
#include "cli/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

struct request {
    const char *deck, *const *rest, *name, *color;
    size_t rests;
    bool flag, given, other;
    int small;
    uint64_t large, bytes;
    double share, shares[3];
    int64_t numbers[3];
    size_t share_count, number_count;
    int special;
};

static bool take_special(void *request, const char *text)
{
    if (strcmp(text, "forty-two") != 0) {
        return false;
    }
    ((struct request *)request)->special = 42;
    return true;
}

static const char *check(const void *request)
{
    const struct request *r = request;
    return r->other && r->small > 5 ? "--other is for small numbers" : NULL;
}

static const char *const colors[] = {"red", "green", "blue", NULL};

static const struct ihp__cli_argument arguments[] = {
    {.value = {.name = "DECK",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, deck)},
     .help = "deck"},
    {.value = {.name = "REST",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, rest),
               .count = IHP__CLI_FIELD(struct request, rests)},
     .help = "others",
     .repeats = true},
};

static const struct ihp__cli_option options[] = {
    {.name = "flag",
     .letter = 'f',
     .value = {.field = IHP__CLI_FIELD(struct request, flag)},
     .excludes = "other"},
    {.name = "other", .value = {.field = IHP__CLI_FIELD(struct request, other)}},
    {.name = "name",
     .letter = 'n',
     .value = {.name = "NAME",
               .kind = IHP__CLI_TEXT,
               .field = IHP__CLI_FIELD(struct request, name)},
     .required = true},
    {.name = "color",
     .value = {.name = "COLOR",
               .kind = IHP__CLI_CHOICE,
               .field = IHP__CLI_FIELD(struct request, color),
               .choices = colors}},
    {.name = "small",
     .value = {.name = "N",
               .kind = IHP__CLI_WHOLE,
               .field = IHP__CLI_FIELD(struct request, small),
               .whole = {1, 9}},
     .given = IHP__CLI_FIELD(struct request, given),
     .preset = "7"},
    {.name = "large",
     .value = {.name = "N",
               .kind = IHP__CLI_WHOLE,
               .field = IHP__CLI_FIELD(struct request, large),
               .whole = {0, UINT64_MAX}},
     .needs = "small"},
    {.name = "bytes",
     .value = {.name = "SIZE",
               .kind = IHP__CLI_SIZE,
               .field = IHP__CLI_FIELD(struct request, bytes),
               .whole = {UINT64_C(1) << 20, UINT64_MAX}}},
    {.name = "share",
     .value = {.name = "X",
               .kind = IHP__CLI_DECIMAL,
               .field = IHP__CLI_FIELD(struct request, share),
               .decimal = {0, 0.5, false}}},
    {.name = "shares",
     .value = {.name = "LIST",
               .kind = IHP__CLI_DECIMALS,
               .field = IHP__CLI_FIELD(struct request, shares),
               .count = IHP__CLI_FIELD(struct request, share_count),
               .items = 3,
               .decimal = {-1, 1, true}}},
    {.name = "numbers",
     .value = {.name = "LIST",
               .kind = IHP__CLI_WHOLES,
               .field = IHP__CLI_FIELD(struct request, numbers),
               .count = IHP__CLI_FIELD(struct request, number_count),
               .items = 3,
               .whole = {2, 99}}},
    {.name = "special",
     .value =
         {.name = "WORD", .kind = IHP__CLI_SPECIAL, .take = take_special, .allowed = "forty-two"}},
};

static const struct ihp__command command = {
    .name = "test",
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    .request_size = sizeof(struct request),
    .check = check,
};

/* As `command`, but one of --here and --there is required, and the argument may be left out. */
static const struct ihp__cli_argument no_argument_row[] = {
    {.value = {.name = "PLACE",
               .kind = IHP__CLI_TEXT,
               .field = IHP__CLI_FIELD(struct request, deck)},
     .help = "place",
     .optional = true},
};
static const struct ihp__cli_option places[] = {
    {.name = "here", .value = {.field = IHP__CLI_FIELD(struct request, flag)}, .one_of = 1},
    {.name = "there", .value = {.field = IHP__CLI_FIELD(struct request, other)}, .one_of = 1},
};
static const struct ihp__command place_command = {
    .name = "place",
    IHP__CLI_ARGUMENTS(no_argument_row),
    IHP__CLI_OPTIONS(places),
    .request_size = sizeof(struct request),
};

/* Parses words with blanks between them. A request points into both arrays. */
static char words[300], *argv[30];
static enum ihp__cli_asked asked;
static struct ihp_error err;

static enum ihp_status parse_as(const struct ihp__command *c, const char *line, struct request *r)
{
    static char name[] = "test";
    char *save = NULL;
    int argc = 1;
    argv[0] = name;
    strncpy(words, line, sizeof words - 1);
    for (char *word = strtok_r(words, " ", &save); word != NULL;
         word = strtok_r(NULL, " ", &save)) {
        argv[argc++] = word;
    }
    argv[argc] = NULL;
    err = (struct ihp_error){0};
    *r = (struct request){0};
    return ihp__cli_parse(c, argc, argv, r, &asked, &err);
}

static void assert_parsed(const char *line, struct request *r)
{
    enum ihp_status status = parse_as(&command, line, r);
    assert_string_equal(err.text, "");
    assert_int_equal(status, IHP_OK);
}

static void assert_refused_as(const struct ihp__command *c, const char *line, const char *text)
{
    struct request r;
    char whole[400];
    assert_int_equal(parse_as(c, line, &r), IHP_ERR_USAGE);
    snprintf(whole, sizeof whole, "%s: %s (see 'ihp %s --help')", c->name, text, c->name);
    assert_string_equal(err.text, whole);
}

static void assert_refused(const char *line, const char *text)
{
    assert_refused_as(&command, line, text);
}

static void test_every_kind_is_taken(void **state)
{
    struct request r;
    (void)state;
    assert_parsed("a.yaml -f --name=x --color green --small 9 --large 18446744073709551615 "
                  "--bytes 3MiB --share 0.5 --shares -0.25,1 --numbers 2,99,3 --special forty-two "
                  "b c",
                  &r);
    assert_string_equal(r.deck, "a.yaml");
    assert_int_equal(r.rests, 2);
    assert_string_equal(r.rest[0], "b");
    assert_string_equal(r.rest[1], "c");
    assert_true(r.flag && r.given && !r.other);
    assert_string_equal(r.name, "x");
    assert_string_equal(r.color, "green");
    assert_int_equal(r.small, 9);
    assert_int_equal(r.large, UINT64_MAX);
    assert_int_equal(r.bytes, 3 << 20);
    assert_true(r.share == 0.5);
    assert_int_equal(r.share_count, 2);
    assert_true(r.shares[0] == -0.25 && r.shares[1] == 1);
    assert_int_equal(r.number_count, 3);
    assert_int_equal(r.numbers[1], 99);
    assert_int_equal(r.special, 42);
    assert_int_equal(asked, IHP__CLI_RUN);
}

static void test_defaults_and_last_one_counts(void **state)
{
    struct request r;
    (void)state;
    assert_parsed("-n x a b", &r);
    assert_int_equal(r.small, 7);
    assert_false(r.given);
    assert_parsed("-nx a b --numbers 5,6 --numbers 7 --sm 2", &r);
    assert_int_equal(r.number_count, 1);
    assert_int_equal(r.numbers[0], 7);
    assert_int_equal(r.small, 2);
    assert_parsed("-n x -- -a --b", &r);
    assert_string_equal(r.deck, "-a");
    assert_string_equal(r.rest[0], "--b");
}

static void test_help_and_version_end_the_parsing(void **state)
{
    struct request r;
    (void)state;
    assert_parsed("--help --bogus", &r);
    assert_int_equal(asked, IHP__CLI_HELP);
    assert_parsed("a b c -h", &r);
    assert_int_equal(asked, IHP__CLI_HELP);
    assert_parsed("-V", &r);
    assert_int_equal(asked, IHP__CLI_VERSION);
    assert_refused("--bogus --help", "unknown option '--bogus'");
}

static void test_options_that_are_refused(void **state)
{
    (void)state;
    assert_refused("a b -n x --flga", "unknown option '--flga'; did you mean '--flag'?");
    assert_refused("a b -n x --smll=3", "unknown option '--smll'; did you mean '--small'?");
    assert_refused("a b -n x -z", "unknown option '-z'");
    assert_refused("a b -n x -fz", "unknown option '-z'");
    assert_refused("a b -n x --n=", "option '--n=' can mean --name or --numbers; write it in full");
    assert_refused("a b -n", "option --name requires a value, NAME");
    assert_refused("a b --share", "option --share requires a value, X");
    assert_refused("a b --flag=1", "option --flag does not take a value");
    assert_refused("a b", "required option is missing: -n NAME");
    assert_refused("a b -n x --large 3", "--large requires --small");
    assert_refused("a b -n x --flag --other", "--flag and --other exclude each other; give one");
    assert_refused("a b -n x --other", "--other is for small numbers");
    assert_refused("-n x a", "expected exactly one DECK and at least one REST");
}

static void test_values_that_are_refused(void **state)
{
    (void)state;
    assert_refused("--name= a b", "--name: '' is not valid; use a NAME that is not empty");
    assert_refused("--color grren", "--color: unknown COLOR 'grren'; did you mean 'green'?");
    assert_refused("--color mauve", "--color: unknown COLOR 'mauve'");
    assert_refused("--small 0", "--small: '0' is not valid; use a whole number from 1 to 9");
    assert_refused("--small 10", "--small: '10' is not valid; use a whole number from 1 to 9");
    assert_refused("--small +1", "--small: '+1' is not valid; use a whole number from 1 to 9");
    assert_refused("--small=", "--small: '' is not valid; use a whole number from 1 to 9");
    assert_refused("--large 18446744073709551616",
                   "--large: '18446744073709551616' is not valid; use a whole number from 0 to "
                   "18446744073709551615");
    assert_refused("--bytes 1023K", "--bytes: '1023K' is not valid; use a size such as 512M or 2G, "
                                    "at least 1M");
    assert_refused("--bytes 2MB", "--bytes: '2MB' is not valid; use a size such as 512M or 2G, at "
                                  "least 1M");
    assert_refused("--bytes 99999999T", "--bytes: '99999999T' is not valid; use a size such as "
                                        "512M or 2G, at least 1M");
    assert_refused("--share 0.51", "--share: '0.51' is not valid; use a number from 0 to 0.5");
    assert_refused("--share nan", "--share: 'nan' is not valid; use a number from 0 to 0.5");
    assert_refused("--special 42", "--special: '42' is not valid; use forty-two");
}

static void test_lists_that_are_refused(void **state)
{
    static const char numbers[] =
        "1 to 3 different whole numbers from 2 to 99, separated by commas";
    static const char shares[] =
        "1 to 3 different fractions above -1 and at most 1, separated by commas";
    char text[200];
    (void)state;
    snprintf(text, sizeof text, "--numbers: '1' is not valid; use %s", numbers);
    assert_refused("--numbers 2,1", text);
    snprintf(text, sizeof text, "--numbers: '' is not valid; use %s", numbers);
    assert_refused("--numbers 2,", text);
    assert_refused("--numbers 2,3,4,5", "--numbers: the list has more than 3 items");
    snprintf(text, sizeof text, "--shares: '-1' is not valid; use %s", shares);
    assert_refused("--shares -1", text);
    /* A long item is cut off, and not taken for its beginning. */
    snprintf(text, sizeof text, "--shares: '0.%038d' is not valid; use %s", 0, shares);
    assert_refused("--shares 0.0000000000000000000000000000000000000000001", text);
}

static void test_one_of_two_is_required(void **state)
{
    struct request r;
    (void)state;
    assert_int_equal(parse_as(&place_command, "--there", &r), IHP_OK);
    assert_true(r.other && r.deck == NULL);
    assert_int_equal(parse_as(&place_command, "home --here", &r), IHP_OK);
    assert_string_equal(r.deck, "home");
    assert_refused_as(&place_command, "", "expected exactly one of --here or --there");
    assert_refused_as(&place_command, "--here --there",
                      "expected exactly one of --here or --there");
    assert_refused_as(&place_command, "--here --here", "expected exactly one of --here or --there");
    assert_refused_as(&place_command, "a b --here", "expected at most one PLACE");
}

static void test_synopsis(void **state)
{
    char text[IHP__CLI_SYNOPSIS_TEXT];
    (void)state;
    assert_string_equal(ihp__cli_synopsis(&command, text), " DECK REST... -n NAME [OPTION]...");
    assert_string_equal(ihp__cli_synopsis(&place_command, text),
                        " [PLACE] (--here | --there) [OPTION]...");
}

static void test_unknown_commands(void **state)
{
    static const struct ihp__command *const list[] = {&command, &place_command};
    (void)state;
    struct ihp_error e = {0};
    assert_int_equal(ihp__command_fail_unknown(&e, list, 2, "plcae"), IHP_ERR_USAGE);
    assert_string_equal(e.text,
                        "unknown command 'plcae'; did you mean 'place'? (see 'ihp --help')");
    e = (struct ihp_error){0};
    assert_int_equal(ihp__command_fail_unknown(&e, list, 2, "--vresion"), IHP_ERR_USAGE);
    assert_string_equal(e.text,
                        "unknown option '--vresion'; did you mean '--version'? (see 'ihp --help')");
    e = (struct ihp_error){0};
    assert_int_equal(ihp__command_fail_unknown(&e, list, 2, "frobnicate"), IHP_ERR_USAGE);
    assert_string_equal(e.text, "unknown command 'frobnicate' (see 'ihp --help')");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_is_taken),
        cmocka_unit_test(test_defaults_and_last_one_counts),
        cmocka_unit_test(test_help_and_version_end_the_parsing),
        cmocka_unit_test(test_options_that_are_refused),
        cmocka_unit_test(test_values_that_are_refused),
        cmocka_unit_test(test_lists_that_are_refused),
        cmocka_unit_test(test_one_of_two_is_required),
        cmocka_unit_test(test_synopsis),
        cmocka_unit_test(test_unknown_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
