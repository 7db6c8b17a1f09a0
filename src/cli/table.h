/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.h - what a command of `ihp` is: one row with its arguments, options, examples and exit
 * codes.
 *
 * Everything a person sees of a command follows from its row: parsing (parse.h), --help (help.h),
 * the manual pages (manual.h) and shell completion (completion.h). A new option is one row of the
 * command's table of options and a field of the command's request, the struct that parsing fills.
 * A new command is a file with its row and a line of IHP__COMMAND_LIST.
 *
 * Texts are plain English without markup. The summary of a command, the help of an option or
 * argument and the text of an example are phrases that begin with a small letter and have no full
 * stop; paragraphs are sentences. A manual page shows names of options, arguments and files in bold
 * or italics by itself.
 */
#ifndef IHP_CLI_TABLE_H
#define IHP_CLI_TABLE_H

#include "ihp/error.h"
#include "ihp/jobs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The commands, in the order of the help. */
#define IHP__COMMAND_LIST(X)                                                                       \
    X(import)                                                                                      \
    X(check)                                                                                       \
    X(settle)                                                                                      \
    X(merge)                                                                                       \
    X(package)                                                                                     \
    X(notices)                                                                                     \
    X(explain)                                                                                     \
    X(appeal)                                                                                      \
    X(quality)                                                                                     \
    X(pay)                                                                                         \
    X(reconcile)                                                                                   \
    X(power)                                                                                       \
    X(show)                                                                                        \
    X(report)                                                                                      \
    X(compare)                                                                                     \
    X(workbook)                                                                                    \
    X(info)                                                                                        \
    X(status)                                                                                      \
    X(synth)                                                                                       \
    X(help)

/* A place in a request: its offset and its size in bytes, 0 for none. */
struct ihp__cli_field {
    size_t offset, size;
};
#define IHP__CLI_FIELD(type, member)                                                               \
    {                                                                                              \
        offsetof(type, member), sizeof(((type *)NULL)->member)                                     \
    }

/* What the value of an option or argument may be, and the type of the field it goes to. */
enum ihp__cli_kind {
    IHP__CLI_FLAG,     /* no value; bool, set to true */
    IHP__CLI_TEXT,     /* const char *, not empty */
    IHP__CLI_FILE,     /* const char *, not empty; the path of a file */
    IHP__CLI_FOLDER,   /* const char *, not empty; the path of a folder */
    IHP__CLI_CHOICE,   /* const char *, one of `choices` */
    IHP__CLI_WHOLE,    /* int or uint64_t, a whole number of `whole` */
    IHP__CLI_DECIMAL,  /* double, of `decimal` */
    IHP__CLI_SIZE,     /* uint64_t, bytes of at least `whole.low` */
    IHP__CLI_WHOLES,   /* int64_t[`items`] and `count`: numbers of `whole` with commas */
    IHP__CLI_DECIMALS, /* double[`items`] and `count`: numbers of `decimal` with commas */
    IHP__CLI_SPECIAL   /* whatever `take` understands */
};

/* Puts `text` into `request`. Returns false if it is not valid, and changes nothing then. */
typedef bool (*ihp__cli_take_fn)(void *request, const char *text);

struct ihp__cli_value {
    const char *name; /* as the help shows it, "FOLDER"; NULL for a flag */
    enum ihp__cli_kind kind;
    struct ihp__cli_field field;
    struct ihp__cli_field count; /* size_t, how many items a list has */
    size_t items;                /* most items of a list */
    struct {
        uint64_t low, high;
    } whole; /* bounds, both allowed */
    struct {
        double low, high;
        bool above_low; /* `low` itself is not allowed */
    } decimal;
    const char *const *choices; /* ended with NULL */
    const char *endings;        /* of file names that fit, "yaml yml"; NULL: any file or folder */
    ihp__cli_take_fn take;
    const char *allowed; /* what `take` understands, to stand after "use ": "a year ..." */
};

struct ihp__cli_option {
    const char *name; /* long, without dashes */
    char letter;      /* short; '\0' for none */
    struct ihp__cli_value value;
    struct ihp__cli_field given; /* bool, set to true if the option is given */
    const char *preset;          /* value that the field has unless the option is given */
    const char *otherwise;       /* the same in words, where the preset is no value */
    bool required;
    int one_of;           /* exactly one of the options with this number, above 0, is required */
    const char *needs;    /* long name of an option without which this one is refused */
    const char *excludes; /* long name of an option with which this one is refused */
    const char *section;  /* heading of the help */
    const char *help;
    const char *more; /* further sentences for the manual page; NULL for none */
};

/* An argument by position. The last may be optional, or repeat. */
struct ihp__cli_argument {
    struct ihp__cli_value value;
    const char *help;
    bool optional;
    bool repeats; /* the field is const char *const *, into argv; `value.count` says how many */
};

struct ihp__cli_example {
    const char *text;
    const char *lines; /* as typed, with \n between several */
};

/* An exit code of a command; `text` says more than the status, or is NULL. */
struct ihp__cli_exit {
    enum ihp_status status;
    const char *text;
};

/* A list of names, with a phrase for each, at the end of a command's help. */
struct ihp__cli_list {
    const char *heading;
    /* Writes entry `i`. Returns false beyond the last one. */
    bool (*entry)(size_t i, char name[40], char text[200]);
};

enum ihp__cli_ranks {
    IHP__CLI_ALL_RANKS,  /* the job is collective and divides its work */
    IHP__CLI_FIRST_RANK, /* rank 0 does everything, the others wait */
    IHP__CLI_NO_MPI      /* MPI is not started, so that the command runs on a login node */
};

struct ihp__cli; /* cli.h */

struct ihp__command {
    const char *name, *summary;
    const char *const *paragraphs; /* ended with NULL */
    const char *const *more;       /* of the manual page, ended with NULL; NULL for none */
    const struct ihp__cli_argument *argument;
    size_t arguments;
    const struct ihp__cli_option *option;
    size_t options;
    const struct ihp__cli_list *list; /* NULL for none */
    const struct ihp__cli_example *example;
    size_t examples;
    const struct ihp__cli_exit *exit;
    size_t exits;
    enum ihp__cli_ranks ranks;
    size_t request_size;
    /* Refuses what no single option is to blame for; may be NULL. Returns what is wrong, as a
     * sentence without a full stop, or NULL. */
    const char *(*check)(const void *request);
    void (*prepare)(void); /* called before MPI starts, which takes a while; may be NULL */
    /* Runs the job; its error is in cli->err. Collective for IHP__CLI_ALL_RANKS. */
    enum ihp_status (*run)(struct ihp__cli *cli, void *request);
};

/* The four tables of a command in its row. */
#define IHP__CLI_ARGUMENTS(table)                                                                  \
    .argument = (table), .arguments = sizeof(table) / sizeof((table)[0])
#define IHP__CLI_OPTIONS(table)  .option = (table), .options = sizeof(table) / sizeof((table)[0])
#define IHP__CLI_EXAMPLES(table) .example = (table), .examples = sizeof(table) / sizeof((table)[0])
#define IHP__CLI_EXITS(table)    .exit = (table), .exits = sizeof(table) / sizeof((table)[0])

/* A preset from the library's default: of a number "200", of a list "1000,2000". */
#define IHP__CLI_PRESET(number)      IHP__CLI_PRESET_TEXT(number)
#define IHP__CLI_PRESET_TEXT(number) #number
#define IHP__CLI_PRESET_ITEM(number) "," #number
#define IHP__CLI_PRESET_LIST(list)   (&list(IHP__CLI_PRESET_ITEM)[1])

/* The exit codes of a command that does a job, with the texts of IHP_STATUS_LIST. */
extern const struct ihp__cli_exit ihp__cli_job_exits[4];

/* The options that every command has behind its own: --help and --version. */
enum { IHP__CLI_COMMON_HELP, IHP__CLI_COMMON_VERSION, IHP__CLI_COMMONS };
extern const struct ihp__cli_option ihp__cli_common[IHP__CLI_COMMONS];

/* The words of --format with NULL behind them, and the format of a word. */
extern const char *const ihp__cli_formats[];
enum ihp_show_format ihp__cli_format(const char *word);

/* Most options of a command, the common ones included. */
#define IHP__CLI_OPTIONS_MAX 24

/* Returns how many options a command has, the common ones included. */
size_t ihp__cli_option_count(const struct ihp__command *command);

/* Returns an option by its number, the common ones last. */
const struct ihp__cli_option *ihp__cli_option_at(const struct ihp__command *command, size_t number);

/* The longest text of ihp__cli_option_name, with its end. */
#define IHP__CLI_NAME_TEXT 80

/* Writes an option as its user types it, "-o FOLDER" or "--draws N", into `text`, which is
 * returned. */
const char *ihp__cli_option_name(const struct ihp__cli_option *option,
                                 char text[IHP__CLI_NAME_TEXT]);

/* The longest text of ihp__cli_synopsis, with its end. */
#define IHP__CLI_SYNOPSIS_TEXT 300

/* Writes what follows "ihp NAME": arguments, required options and "[OPTION]..." into `text`, which
 * is returned. */
const char *ihp__cli_synopsis(const struct ihp__command *command,
                              char text[IHP__CLI_SYNOPSIS_TEXT]);

/* Returns what an exit code of a command means. */
const char *ihp__cli_exit_text(const struct ihp__cli_exit *exit);

/* Records wrong usage of a command in `err`: IHP_ERR_USAGE, the text, and where to read on. */
enum ihp_status ihp__cli_fail(struct ihp_error *err, const struct ihp__command *command,
                              const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ---- rows that several commands have --------------------------------------------------------- */

#define IHP__CLI_ROW_DECK(type, member)                                                            \
    {                                                                                              \
        .value = {.name = "DECK",                                                                  \
                  .kind = IHP__CLI_FILE,                                                           \
                  .field = IHP__CLI_FIELD(type, member),                                           \
                  .endings = "yaml yml"},                                                          \
        .help = "run deck (YAML)"                                                                  \
    }
#define IHP__CLI_ROW_OUTPUT(type, member, text)                                                    \
    {                                                                                              \
        .name = "output", .letter = 'o',                                                           \
        .value = {.name = "FOLDER",                                                                \
                  .kind = IHP__CLI_FOLDER,                                                         \
                  .field = IHP__CLI_FIELD(type, member)},                                          \
        .otherwise = text, .section = "Output", .help = "folder to write to"                       \
    }
#define IHP__CLI_ROW_FLAG(type, member, long_name, heading, text, further)                         \
    {                                                                                              \
        .name = long_name, .value = {.field = IHP__CLI_FIELD(type, member)}, .section = heading,   \
        .help = text, .more = further                                                              \
    }
#define IHP__CLI_ROW_FORCE(type, member, text)                                                     \
    {                                                                                              \
        .name = "force", .value = {.field = IHP__CLI_FIELD(type, member)}, .section = "Output",    \
        .help = text                                                                               \
    }
#define IHP__CLI_ROW_FORMAT(type, member)                                                          \
    {                                                                                              \
        .name = "format",                                                                          \
        .value = {.name = "FORMAT",                                                                \
                  .kind = IHP__CLI_CHOICE,                                                         \
                  .choices = ihp__cli_formats,                                                     \
                  .field = IHP__CLI_FIELD(type, member)},                                          \
        .preset = "text", .section = "Output", .help = "text, csv or json"                         \
    }
#define IHP__CLI_ROW_QUIET(type)                                                                   \
    {                                                                                              \
        .name = "quiet", .letter = 'q', .value = {.field = IHP__CLI_FIELD(type, quiet)},           \
        .section = "Messages", .help = "print nothing on success, and no progress",                \
        .more = "Notices and errors still go to standard error."                                   \
    }
#define IHP__CLI_ROW_PROGRESS(type)                                                                \
    {                                                                                              \
        .name = "progress-seconds",                                                                \
        .value = {.name = "N",                                                                     \
                  .kind = IHP__CLI_WHOLE,                                                          \
                  .field = IHP__CLI_FIELD(type, log.seconds),                                      \
                  .whole = {0, 86400}},                                                            \
        .given = IHP__CLI_FIELD(type, log.given), .preset = "30", .section = "Messages",           \
        .help = "write a line of progress every N seconds; 0 turns progress off",                  \
        .more = "A line has the stage, the share done, the rate, the time left, and the most "     \
                "memory that a rank has used. On a terminal progress is shown in place instead, "  \
                "and only 0 makes a difference."                                                   \
    }

#endif
