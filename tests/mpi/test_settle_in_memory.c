/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settling in memory on several ranks: every rank gets the rows that settlement.csv of a case has,
 * and no file is written. */
#include "case_folder.h"

#include <dirent.h>
#include <math.h>

/* Settles the deck of the test's folder in memory. Collective. */
static enum ihp_status settle(struct ihp_settle_options options, struct ihp_settlement **out,
                              struct ihp_error *err)
{
    char deck[IHP__PATH_MAX];
    struct ihp_notices notices = {0};
    options.deck_path = path_of("deck.yaml", deck);
    enum ihp_status status = ihp_settle_in_memory(&options, comm, out, &notices, err);
    ihp_notices_clear(&notices);
    return status;
}

static void print_cents(FILE *stream, int64_t cents)
{
    char text[IHP__MONEY_TEXT];
    fprintf(stream, ",%s", cents == IHP_CENTS_UNDEFINED ? "" : ihp__money_format(cents, text));
}

static void print_number(FILE *stream, double number)
{
    if (isnan(number)) {
        fprintf(stream, ",");
    } else {
        fprintf(stream, ",%.12g", number);
    }
}

/* Prints a row as settlement.csv has it. */
static void print_row(FILE *stream, const struct ihp_settlement_row *row)
{
    fprintf(stream, "%s,%d,%lld,%lld", row->ihp_id, row->track, (long long)row->base_members,
            (long long)row->base_member_months);
    print_cents(stream, row->base_capped_cost_cents);
    print_cents(stream, row->base_tcoc_pmpm_cents);
    print_number(stream, row->base_risk);
    fprintf(stream, ",%lld,%lld", (long long)row->members, (long long)row->member_months);
    print_cents(stream, row->capped_cost_cents);
    print_cents(stream, row->tcoc_pmpm_cents);
    print_number(stream, row->risk);
    print_number(stream, row->trend_factor);
    print_cents(stream, row->target_pmpm_cents);
    print_cents(stream, row->adjusted_target_pmpm_cents);
    print_number(stream, row->ratio);
    print_cents(stream, row->gross_difference_cents);
    fprintf(stream, ",%s", row->outcome);
    print_cents(stream, row->shared_before_pbp_cents);
    print_cents(stream, row->pbp_offset_cents);
    print_cents(stream, row->shared_amount_cents);
    print_number(stream, row->quality_score);
    print_cents(stream, row->quality_adjusted_cents);
    print_cents(stream, row->circumstance_reduction_cents);
    print_number(stream, row->termination_factor);
    print_cents(stream, row->final_amount_cents);
    print_cents(stream, row->interim_paid_cents);
    print_cents(stream, row->amount_due_cents);
    fputc('\n', stream);
}

/* Compares the rows with settlement.csv of the case. */
static void assert_as_expected(const char *name, const struct ihp_settlement *settlement)
{
    char path[IHP__PATH_MAX], line[1000], text[1000];
    snprintf(path, sizeof path, "%s/tests/cases/%s/expected/settlement.csv", IHP_TEST_SOURCE, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file)); /* the header */
    for (size_t i = 0; i < settlement->rows; i++) {
        FILE *stream = fmemopen(text, sizeof text, "w");
        assert_non_null(stream);
        print_row(stream, &settlement->row[i]);
        assert_int_equal(fclose(stream), 0);
        assert_non_null(fgets(line, sizeof line, file));
        assert_string_equal(text, line);
    }
    assert_null(fgets(line, sizeof line, file));
    assert_int_equal(fclose(file), 0);
}

/* Checks that the folder has what the test put there, and nothing else. */
static void assert_nothing_written(void)
{
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
        assert_true(entry->d_name[0] == '.' || strcmp(entry->d_name, "deck.yaml") == 0 ||
                    strcmp(entry->d_name, "state.h5") == 0);
    }
    closedir(open);
}

/* Settles a case in memory with and without the store's index. Collective. */
static void check_case(const char *name, bool is_final)
{
    struct ihp_settlement *settlement[2] = {NULL, NULL};
    struct ihp_error err[2] = {{0}, {0}};
    make_case(name);
    enum ihp_status first = settle((struct ihp_settle_options){0}, &settlement[0], &err[0]);
    enum ihp_status second = settle((struct ihp_settle_options){.no_index = true, .batch_lines = 7},
                                    &settlement[1], &err[1]);
    if (rank == 0) {
        assert_nothing_written();
    }
    assert_string_equal(err[0].text, "");
    assert_string_equal(err[1].text, "");
    assert_int_equal(first, IHP_OK);
    assert_int_equal(second, IHP_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(settlement[i]->base_year, 2024);
        assert_int_equal(settlement[i]->performance_year, 2025);
        assert_true(settlement[i]->is_final == is_final);
        assert_as_expected(name, settlement[i]);
        ihp_settlement_free(&settlement[i]);
        assert_null(settlement[i]);
    }
    ihp_settlement_free(&settlement[0]); /* has no effect */
}

static void test_final_settlement_with_quality_and_terminations(void **state)
{
    (void)state;
    check_case("money", true);
}

static void test_interim_settlement_of_a_deck_with_a_sweep(void **state)
{
    (void)state;
    check_case("interim", false);
}

static void test_options_that_ask_for_files_are_refused(void **state)
{
    (void)state;
    const struct {
        struct ihp_settle_options options;
        const char *name;
    } refused[] = {{{.member_files = true}, "member_files"},
                   {{.dry_run = true}, "dry_run"},
                   {{.estimate = true}, "estimate"},
                   {{.block = 1, .blocks = 2}, "blocks"}};
    enum { COUNT = sizeof refused / sizeof refused[0] };
    struct ihp_settlement *settlement = NULL;
    struct ihp_error err[COUNT] = {{0}};
    enum ihp_status status[COUNT];
    make_case("tiny");
    for (size_t i = 0; i < COUNT; i++) {
        status[i] = settle(refused[i].options, &settlement, &err[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(status[i], IHP_ERR_USAGE);
        assert_non_null(strstr(err[i].text, refused[i].name));
    }
    assert_null(settlement);
}

static void test_missing_store_fails_on_every_rank(void **state)
{
    (void)state;
    char store[IHP__PATH_MAX];
    struct ihp_settlement *settlement = NULL;
    struct ihp_error err = {0};
    make_case("tiny");
    if (rank == 0) {
        assert_int_equal(unlink(path_of("state.h5", store)), 0);
    }
    MPI_Barrier(comm);
    enum ihp_status status = settle((struct ihp_settle_options){0}, &settlement, &err);
    assert_int_equal(status, IHP_ERR_DATA);
    assert_non_null(strstr(err.text, "state.h5"));
    assert_null(settlement);
}

int main(int argc, char **argv)
{
    ranks_begin(&argc, &argv);
    const struct CMUnitTest tests[] = {
        IN_SHARED_FOLDER(test_final_settlement_with_quality_and_terminations),
        IN_SHARED_FOLDER(test_interim_settlement_of_a_deck_with_a_sweep),
        IN_SHARED_FOLDER(test_options_that_ask_for_files_are_refused),
        IN_SHARED_FOLDER(test_missing_store_fails_on_every_rank),
    };
    return ranks_end(cmocka_run_group_tests(tests, NULL, NULL));
}
