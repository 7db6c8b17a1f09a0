/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: the files of a program folder, each after a line "=== NAME.csv". A folder that is read
 * answers every question that jobs ask it. */
#include "fuzz.h"

#include "program/program.h"

#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 24, FROM_2024 = (2024 - 1970) * 12, QUARTER = 2025 * 4 + 3 };

/* Writes the folder. Ids of members are in overrides.csv, and no message may quote one: unless the
 * input has one elsewhere. */
static void write_files(const uint8_t *data, size_t size)
{
    struct fuzz_section section[FILES_MAX];
    size_t sections = fuzz_split(data, size, section, FILES_MAX);
    bool allowed = false;
    fuzz_remove(fuzz_path("program"));
    fuzz_folder("program");
    for (size_t i = 0; i < sections; i++) {
        char name[80];
        allowed |= fuzz_has_secret((const uint8_t *)section[i].name, strlen(section[i].name));
        allowed |= strcmp(section[i].name, "overrides.csv") == 0
                       ? fuzz_header_has_secret(&section[i])
                       : fuzz_has_secret(section[i].data, section[i].size);
        if (section[i].name[0] != '\0' && strchr(section[i].name, '/') == NULL &&
            section[i].name[0] != '.') {
            snprintf(name, sizeof name, "program/%.63s", section[i].name);
            fuzz_put(name, section[i].data, section[i].size);
        }
    }
    fuzz_secret_allowed(allowed);
}

static void ask_rosters(const struct ihp__program *program)
{
    struct ihp_error err = {0};
    struct ihp__affected *affected = NULL;
    size_t count = 0;
    enum ihp_status status = ihp__rosters_check(program, QUARTER, &err);
    fuzz_check(status, &err);
    status = ihp__program_check_terminations(program, 2024, 2025, &err);
    fuzz_check(status, &err);
    status = ihp__program_affected(program, FROM_2024, &affected, &count, &err);
    fuzz_check(status, &err);
    free(affected);
}

/* Looks up NPIs and procedures as a pass over claims does. */
static void ask_lines(const struct ihp__program *program)
{
    static const int64_t npi[] = {-1, 9100000001, 9200000001, 9210000002, 9500000001};
    static const char *const taxonomy[] = {NULL, "207Q00000X", NULL, "207RC0000X", "x"};
    static const char *const procedure[] = {"", "99213", "H2035", "S0280", "99999"};
    enum { NPIS = sizeof npi / sizeof npi[0] };
    struct ihp_error err = {0};
    struct ihp__roster_index *index = NULL;
    struct ihp__dated_codes dated = {0};
    uint8_t sets[sizeof procedure / sizeof procedure[0]];
    enum ihp_status status =
        ihp__roster_index_create(program, QUARTER, npi, taxonomy, NPIS, &index, &err);
    fuzz_check(status, &err);
    ihp__roster_index_destroy(&index);
    status = ihp__program_code_table(program, procedure, sizeof sets, sets, &dated, &err);
    fuzz_check(status, &err);
    ihp__dated_codes_free(&dated);
}

static void ask(const struct ihp__program *program)
{
    char hash[33];
    ihp__program_terms_hash(program, 2024, 2025, hash);
    ihp__program_overrides_hash(program, 2025, hash);
    ask_rosters(program);
    ask_lines(program);
    unsigned answers = (unsigned)ihp__program_class(program, "207Q00000X") +
                       ihp__program_code_sets(program, "99213") +
                       (unsigned)ihp__program_part2_procedure(program, "H2035") +
                       (unsigned)ihp__program_find(program, "PRAIRIE");
    if (ihp__program_trend(program, 2025) != NULL) {
        answers++;
    }
    fprintf(fuzz_nowhere(), "%u %s\n", answers, hash);
}

static void run(const uint8_t *data, size_t size)
{
    struct ihp__program *program = NULL;
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    write_files(data, size);
    enum ihp_status status = ihp__program_load(fuzz_path("program"), &program, &notices, &err);
    if ((status == IHP_OK) != (program != NULL)) {
        fuzz_fail("status %d with%s a program", (int)status, program == NULL ? "out" : "");
    }
    if (status == IHP_OK) {
        ask(program);
    }
    fuzz_check(status, &err);
    fuzz_check_notices(&notices);
    ihp__program_destroy(&program);
}

const struct fuzz_target fuzz_target = {.name = "fuzz_program", .run = run};
