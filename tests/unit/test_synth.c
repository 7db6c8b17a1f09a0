/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The synthetic state: it is deterministic, its extract imports to the same store, and options that
 * are not valid are refused. */
#include "synth_fixture.h"

#include "base/base.h"
#include "deck/deck.h"
#include "finance/quality.h"
#include "ihp/import.h"
#include "program/program.h"
#include "synth/folder.h"
#include "synth/random.h"

#include <math.h>

/* ---- draws ----------------------------------------------------------------------------------- */

/* The known answer of Philox 4x32-10 for a key and counter of zeros. */
static void draws_are_those_of_philox(void **state)
{
    (void)state;
    struct ihp__synth_words draw = ihp__synth_draw(0, 0, (enum ihp__synth_purpose)0, 0, 0);
    assert_int_equal(draw.w[0], 0x6627e8d5);
    assert_int_equal(draw.w[1], 0xe169c58d);
    assert_int_equal(draw.w[2], 0xbc57ac4c);
    assert_int_equal(draw.w[3], 0x9b00dbd8);
}

static void make_hash(uint64_t seed, int ihps, double effect, char hash[33])
{
    struct synthetic s;
    synthetic_begin(&s, 300, seed, ihps);
    s.options.effect = effect;
    assert_made(&s);
    content_hash(s.store, hash);
    synthetic_end(&s);
}

static void equal_options_give_equal_states_and_different_options_do_not(void **state)
{
    (void)state;
    char first[33], same[33], seed[33], ihps[33], effect[33], high[33];
    make_hash(7, 4, 0, first);
    make_hash(7, 4, 0, same);
    make_hash(8, 4, 0, seed);
    make_hash(7, 5, 0, ihps);
    make_hash(7, 4, 0.1, effect);
    make_hash(7 + (UINT64_C(1) << 32), 4, 0, high);
    assert_string_equal(first, same);
    assert_string_not_equal(first, seed);
    assert_string_not_equal(first, ihps);
    assert_string_not_equal(first, effect);
    assert_string_not_equal(first, high);
}

/* ---- the extract ----------------------------------------------------------------------------- */

/* An import reads only values that occur. States of few members show that dictionaries have no
 * other values. */
static void import_of_the_extract_gives_the_same_store(void **state)
{
    (void)state;
    static const uint64_t members[] = {1, 2, 3, 5, 40, 700};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        struct synthetic s;
        char imported[128], made_hash[33], imported_hash[33];
        synthetic_begin(&s, members[i], 3 + i, 3);
        s.options.extract_dir = s.extract;
        s.options.effect = 0.05;
        assert_made(&s);
        snprintf(imported, sizeof imported, "%s/imported.h5", s.folder);
        const struct ihp_import_options options = {
            .comm = MPI_COMM_NULL, .extract_dir = s.extract, .store_path = imported};
        struct ihp_import_report report = {0};
        struct ihp_notices notices = {0};
        if (ihp_import(&options, &report, &notices, &s.err) != IHP_OK) {
            fail_msg("%s", s.err.text);
        }
        assert_int_equal(report.members, s.report.members);
        assert_int_equal(report.lines, s.report.lines);
        assert_int_equal(report.spans, s.report.spans);
        assert_int_equal(report.morbidity_rows, s.report.morbidity_rows);
        assert_int_equal(report.social_risk_rows, s.report.social_risk_rows);
        assert_int_equal(report.coordination_rows, s.report.coordination_rows);
        assert_int_equal(report.providers, s.report.providers);
        assert_int_equal(report.bad_rows, 0);
        for (size_t n = 0; n < notices.count; n++) { /* invented NPIs, and programs of others */
            assert_true(strstr(notices.text[n], "an NPI whose check digit does not fit") != NULL ||
                        strstr(notices.text[n], "program that does not qualify") != NULL);
        }
        content_hash(s.store, made_hash);
        content_hash(imported, imported_hash);
        assert_string_equal(made_hash, imported_hash);
        ihp_import_report_clear(&report);
        ihp_notices_clear(&notices);
        synthetic_end(&s);
    }
}

/* With an extract the steps have another order, but the state is the same. */
static void a_state_does_not_depend_on_whether_an_extract_is_written(void **state)
{
    (void)state;
    struct synthetic s;
    char with[33], without[33];
    synthetic_begin(&s, 150, 12, 2);
    assert_made(&s);
    content_hash(s.store, without);
    s.options.extract_dir = s.extract;
    s.options.force = true;
    assert_made(&s); /* in the same folders */
    content_hash(s.store, with);
    assert_string_equal(with, without);
    synthetic_end(&s);
}

/* ---- the program ----------------------------------------------------------------------------- */

static void assert_same_text(const char *a, const char *b)
{
    FILE *first = fopen(a, "r"), *second = fopen(b, "r");
    assert_non_null(first);
    assert_non_null(second);
    int c, d;
    do {
        c = getc(first);
        d = getc(second);
        assert_int_equal(c, d);
    } while (c != EOF);
    fclose(first);
    fclose(second);
}

static void contract_tables_are_the_defaults(void **state)
{
    (void)state;
    static const char *const name[] = {"categories", "codes", "corridors",
                                       "measures",   "part2", "taxonomy"};
    struct synthetic s;
    synthetic_begin(&s, 1, 1, 1);
    assert_made(&s);
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        char made[256], given[512];
        snprintf(made, sizeof made, "%s/%s.csv", s.program, name[i]);
        snprintf(given, sizeof given, "%s/inputs/program-defaults/%s.csv", IHP_TEST_SOURCE,
                 name[i]);
        assert_same_text(made, given);
    }
    synthetic_end(&s);
}

/* The dollars of payments are those of the contract; the uplifts are invented. */
static void payment_dollars_are_the_defaults(void **state)
{
    (void)state;
    struct synthetic s;
    char made[256], given[512], a[100], b[100];
    int uplifts = 0;
    synthetic_begin(&s, 1, 1, 1);
    assert_made(&s);
    snprintf(made, sizeof made, "%s/payment.csv", s.program);
    snprintf(given, sizeof given, "%s/inputs/program-defaults/payment.csv", IHP_TEST_SOURCE);
    FILE *first = fopen(made, "r"), *second = fopen(given, "r");
    assert_non_null(first);
    assert_non_null(second);
    while (fgets(b, sizeof b, second) != NULL) {
        assert_non_null(fgets(a, sizeof a, first));
        if (strncmp(b, "uplift_", 7) == 0) {
            assert_memory_equal(a, b, strcspn(b, ",") + 1);
            assert_string_equal(b + strcspn(b, ","), ",0\n");
            uplifts++;
        } else {
            assert_string_equal(a, b);
        }
    }
    assert_null(fgets(a, sizeof a, first));
    assert_int_equal(uplifts, 5);
    fclose(first);
    fclose(second);
    synthetic_end(&s);
}

static void program_and_deck_fit_the_store(void **state)
{
    (void)state;
    struct synthetic s;
    struct ihp__program *program;
    struct ihp_notices notices = {0};
    synthetic_begin(&s, 400, 2, 9);
    assert_made(&s);
    if (ihp__program_load(s.program, &program, &notices, &s.err) != IHP_OK) {
        fail_msg("%s", s.err.text);
    }
    assert_int_equal(notices.count, 0);
    assert_int_equal(program->partnerships, 9);
    assert_true(program->payment.given);
    assert_int_equal(ihp__rosters_check(program, 2023 * 4 + 3, &s.err), IHP_OK);
    assert_int_equal(ihp__rosters_check(program, 2025 * 4 + 3, &s.err), IHP_OK);
    int tracks[2] = {0}, all_in = 0, caps[4] = {0};
    for (size_t i = 0; i < program->partnerships; i++) {
        const struct ihp__partnership *p = &program->partnership[i];
        size_t rows;
        tracks[p->track - 1]++;
        all_in += p->all_in;
        caps[p->claims_cap == 20000000   ? 0
             : p->claims_cap == 10000000 ? 1
             : p->claims_cap == 5000000  ? 2
                                         : 3]++;
        ihp__program_roster(program, (int)i, 2025 * 4 + 3, &rows);
        assert_true(rows > 0);
    }
    assert_int_equal(tracks[0], 1);
    assert_int_equal(all_in, 5);
    assert_true(caps[0] > 4 && caps[1] == 1 && caps[2] == 1);
    assert_true(fabs(ihp__program_trend(program, 2025)->rate - (0.03)) < 1e-12);
    ihp__program_destroy(&program);
    ihp_notices_clear(&notices);
    synthetic_end(&s);
}

/* With enough members every partnership has a score for each section of its track, and the scores
 * differ. */
static void quality_tables_give_every_partnership_its_scores(void **state)
{
    (void)state;
    struct synthetic s;
    char deck_path[160];
    struct ihp__deck deck;
    struct ihp__program *program = NULL;
    struct ihp_notices notices = {0};
    synthetic_begin(&s, 2000, 4, 6);
    assert_made(&s);
    snprintf(deck_path, sizeof deck_path, "%s/deck.yaml", s.folder);
    if (ihp__deck_load(deck_path, &deck, &s.err) != IHP_OK ||
        ihp__program_load(s.program, &program, &notices, &s.err) != IHP_OK ||
        ihp__quality_check(program, &deck, &s.err) != IHP_OK) {
        fail_msg("%s", s.err.text);
    }
    assert_true(program->has_quality && program->has_part2);
    assert_int_equal(notices.count, 0);
    const struct ihp__quality quality = {program, &deck.policies, deck.performance.year};
    double least = 1, greatest = 0;
    for (int i = 0; i < (int)program->partnerships; i++) {
        int track = program->partnership[i].track;
        double payment = ihp__quality_overall(&quality, i, 17);
        double settlement = ihp__quality_overall(&quality, i, 18);
        assert_true(payment > 0 && payment <= 1);
        assert_true(track == 1 ? isnan(settlement) : settlement > 0 && settlement <= 1);
        least = fmin(least, track == 1 ? least : settlement);
        greatest = fmax(greatest, track == 1 ? greatest : settlement);
    }
    assert_true(greatest - least > 0.1);
    ihp__program_destroy(&program);
    ihp_notices_clear(&notices);
    ihp__deck_free(&deck);
    synthetic_end(&s);
}

/* The deck is next to the program folder, wherever that is, and finds the store from there. */
static void deck_finds_store_and_program_from_its_own_folder(void **state)
{
    (void)state;
    struct synthetic s;
    char deeper[128], deck_path[160], program[160];
    struct ihp__deck deck;
    synthetic_begin(&s, 20, 2, 2);
    snprintf(deeper, sizeof deeper, "%s/extract", s.folder);
    assert_int_equal(mkdir(deeper, 0700), 0);
    snprintf(program, sizeof program, "%s/rules", deeper);
    snprintf(deck_path, sizeof deck_path, "%s/deck.yaml", deeper);
    s.options.program_dir = program;
    assert_made(&s);
    if (ihp__deck_load(deck_path, &deck, &s.err) != IHP_OK) {
        fail_msg("%s", s.err.text);
    }
    struct stat named, made;
    assert_int_equal(stat(deck.store, &named), 0);
    assert_int_equal(stat(s.store, &made), 0);
    assert_true(named.st_ino == made.st_ino);
    assert_int_equal(stat(deck.program, &named), 0);
    remove_files(program);
    synthetic_end(&s);
}

/* ---- effects --------------------------------------------------------------------------------- */

static void effects_are_evenly_spaced_from_minus_to_plus(void **state)
{
    (void)state;
    assert_true(fabs(ihp_synth_effect(0.1, 25, 0) - (-0.1)) < 1e-12);
    assert_true(fabs(ihp_synth_effect(0.1, 25, 12) - (0)) < 1e-12);
    assert_true(fabs(ihp_synth_effect(0.1, 25, 24) - (0.1)) < 1e-12);
    assert_true(fabs(ihp_synth_effect(0.1, 2, 0) - (-0.1)) < 1e-12);
    assert_true(fabs(ihp_synth_effect(0.1, 1, 0) - (0.1)) < 1e-12);
}

/* ---- refusals -------------------------------------------------------------------------------- */

static void assert_refused(const struct ihp_synth_options *options, const char *names)
{
    struct ihp_synth_report report;
    struct ihp_error err = {0};
    assert_int_equal(ihp_synth(options, MPI_COMM_NULL, &report, NULL, &err), IHP_ERR_USAGE);
    assert_non_null(strstr(err.text, names));
    assert_int_not_equal(access(options->store_path, F_OK), 0);
}

static void numbers_that_are_not_valid_are_refused_with_their_option(void **state)
{
    (void)state;
    struct synthetic s;
    synthetic_begin(&s, 10, 1, 2);
    const struct ihp_synth_options good = s.options;
    s.options.members = 0;
    assert_refused(&s.options, "--members 0");
    s.options.members = IHP_SYNTH_MEMBERS_MAX + 1;
    assert_refused(&s.options, "--members");
    s.options = good;
    s.options.ihps = 0;
    assert_refused(&s.options, "--ihps 0");
    s.options.ihps = IHP_SYNTH_IHPS_MAX + 1;
    assert_refused(&s.options, "--ihps 201");
    s.options = good;
    s.options.effect = -0.01;
    assert_refused(&s.options, "--effect -0.01");
    s.options.effect = 0.51;
    assert_refused(&s.options, "--effect 0.51");
    s.options.effect = NAN;
    assert_refused(&s.options, "--effect");
    synthetic_end(&s);
}

static void put_file(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

/* Returns the number of files and folders in a folder. */
static int count_files(const char *folder)
{
    DIR *open = opendir(folder);
    int count = -2; /* "." and ".." */
    assert_non_null(open);
    while (readdir(open) != NULL) {
        count++;
    }
    closedir(open);
    return count;
}

/* Each file of a state is refused if it exists, and a refused run leaves nothing behind. */
static void files_that_exist_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"state.h5", "deck.yaml", "effects.csv"};
    char path[256];
    struct synthetic s;
    synthetic_begin(&s, 10, 1, 2);
    s.options.extract_dir = s.extract;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        put_file(s.folder, names[i]);
        assert_int_equal(synthetic_make(&s), IHP_ERR_USAGE);
        assert_non_null(strstr(s.err.text, names[i]));
        assert_non_null(strstr(s.err.text, "exists already"));
        s.err = (struct ihp_error){0};
        assert_int_equal(count_files(s.folder), 1);
        snprintf(path, sizeof path, "%s/%s", s.folder, names[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(mkdir(s.program, 0700), 0);
    put_file(s.program, "ihps.csv");
    assert_refused(&s.options, "program/ihps.csv: exists already");
    assert_int_equal(count_files(s.program), 1);
    assert_int_equal(count_files(s.folder), 1);
    s.options.force = true;
    assert_made(&s);
    s.options.force = false;
    snprintf(path, sizeof path, "%s/other.h5", s.folder);
    s.options.store_path = path;
    assert_refused(&s.options, "exists already");
    synthetic_end(&s);
}

/* The store cannot have the name of another file of the state. */
static void two_files_of_one_name_are_refused(void **state)
{
    (void)state;
    struct synthetic s;
    synthetic_begin(&s, 10, 1, 2);
    snprintf(s.store, sizeof s.store, "%s/deck.yaml", s.folder);
    assert_refused(&s.options, "deck.yaml: cannot be both the store and another file");
    assert_int_equal(count_files(s.folder), 0);
    synthetic_end(&s);
}

static void folders_with_files_of_another_state_are_refused(void **state)
{
    (void)state;
    struct synthetic s;
    synthetic_begin(&s, 10, 1, 2);
    assert_int_equal(mkdir(s.program, 0700), 0);
    put_file(s.program, "overrides.csv");
    assert_refused(&s.options, "--program");
    remove_files(s.program);
    s.options.extract_dir = s.extract;
    assert_int_equal(mkdir(s.extract, 0700), 0);
    put_file(s.extract, "claims.csv.gz");
    assert_refused(&s.options, "--extract");
    synthetic_end(&s);
}

static void a_folder_that_cannot_be_created_leaves_no_store(void **state)
{
    (void)state;
    struct synthetic s;
    char missing[160];
    synthetic_begin(&s, 10, 1, 2);
    snprintf(missing, sizeof missing, "%s/missing/extract", s.folder);
    s.options.extract_dir = missing;
    assert_int_equal(synthetic_make(&s), IHP_ERR_RUN);
    assert_non_null(strstr(s.err.text, missing));
    assert_non_null(strstr(s.err.text, "/missing does not exist; create it first"));
    assert_int_not_equal(access(s.store, F_OK), 0);
    synthetic_end(&s);
}

/* The program folder has every required file once, and none that a program folder cannot have. */
static void program_files_are_those_that_are_read(void **state)
{
    (void)state;
    size_t required = 0, written = 0;
    char name[IHP__SYNTH_FILE], earlier[IHP__SYNTH_FILE];
    for (size_t i = 0; ihp__synth_program_file(i, name); i++) {
        const struct ihp__program_file *file;
        size_t known = 0;
        for (size_t f = 0; (file = ihp__program_file(f)) != NULL; f++) {
            char csv[64];
            snprintf(csv, sizeof csv, "%s.csv", file->name);
            known += strcmp(csv, name) == 0;
            written += strcmp(csv, name) == 0 && file->required;
        }
        assert_int_equal(known, 1);
        for (size_t other = 0; other < i; other++) {
            assert_true(ihp__synth_program_file(other, earlier));
            assert_string_not_equal(earlier, name);
        }
    }
    for (size_t f = 0; ihp__program_file(f) != NULL; f++) {
        required += ihp__program_file(f)->required;
    }
    assert_int_equal(written, required);
    assert_false(ihp__synth_program_file(12, name));
    assert_true(ihp__synth_program_file(11, name));
}

/* Each uplift has its name in payment.csv once, and the synthetic file has an amount for it. */
static void uplifts_are_those_of_the_payment_table(void **state)
{
    (void)state;
    static const char *const expected[IHP__PAYMENT_UPLIFTS] = {
        "smi_and_sud", "smi_or_sud", "homeless_or_incarcerated", "cpi_or_parent_spmi",
        "parent_smi_or_sud"};
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    ihp__synth_write_payment(stream, NULL);
    fclose(stream);
    for (size_t u = 0; u < IHP__PAYMENT_UPLIFTS; u++) {
        char row[80];
        assert_string_equal(ihp__payment_uplift_name(u), expected[u]);
        snprintf(row, sizeof row, "\nuplift_%s,0.", expected[u]);
        assert_non_null(strstr(text, row));
    }
    assert_null(ihp__payment_uplift_name(IHP__PAYMENT_UPLIFTS));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_are_those_of_philox),
        cmocka_unit_test(equal_options_give_equal_states_and_different_options_do_not),
        cmocka_unit_test(import_of_the_extract_gives_the_same_store),
        cmocka_unit_test(a_state_does_not_depend_on_whether_an_extract_is_written),
        cmocka_unit_test(contract_tables_are_the_defaults),
        cmocka_unit_test(payment_dollars_are_the_defaults),
        cmocka_unit_test(program_and_deck_fit_the_store),
        cmocka_unit_test(uplifts_are_those_of_the_payment_table),
        cmocka_unit_test(program_files_are_those_that_are_read),
        cmocka_unit_test(quality_tables_give_every_partnership_its_scores),
        cmocka_unit_test(deck_finds_store_and_program_from_its_own_folder),
        cmocka_unit_test(effects_are_evenly_spaced_from_minus_to_plus),
        cmocka_unit_test(numbers_that_are_not_valid_are_refused_with_their_option),
        cmocka_unit_test(files_that_exist_are_refused),
        cmocka_unit_test(two_files_of_one_name_are_refused),
        cmocka_unit_test(folders_with_files_of_another_state_are_refused),
        cmocka_unit_test(a_folder_that_cannot_be_created_leaves_no_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
