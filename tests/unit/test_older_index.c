/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store of an earlier version, whose index does not have the signs of amounts, settles and pays
 * as one that has them, and so does a store without an index. */
#include "deck_text.h"
#include "ihp/import.h"
#include "ihp/jobs.h"
#include "store_seal.h"

#include <hdf5.h>

static const char *const cases[] = {"reversals", "ties", "payments"};

/* Jobs of one store. */
enum { SIGNS, NO_SIGNS, NO_INDEX, WAYS };
static const char *const way_folder[WAYS] = {"signs", "no-signs", "no-index"};

static void must(enum ihp_status status, const struct ihp_error *err)
{
    if (status != IHP_OK) {
        fail_msg("%s", err->text);
    }
}

static void import_case(const char *case_name)
{
    char extract[PATH_BYTES];
    snprintf(extract, sizeof extract, "%s/tests/cases/%s/extract", IHP_TEST_SOURCE, case_name);
    const struct ihp_import_options options = {
        .comm = MPI_COMM_NULL, .extract_dir = extract, .store_path = in_folder("s.h5")};
    struct ihp_import_report report = {0};
    struct ihp_error err = {0};
    must(ihp_import(&options, &report, NULL, &err), &err);
    ihp_import_report_clear(&report);
}

static void write_deck(const char *case_name)
{
    static char text[2000];
    int size = snprintf(text, sizeof text,
                        "store: s.h5\nprogram: %s/tests/cases/%s/program\noutput: result\n"
                        "settlement: final\nbase: {year: 2024, paid_through: 2025-12-31}\n"
                        "performance: {year: 2025, paid_through: 2026-12-31}\n"
                        "sweep: {design: readings}\n",
                        IHP_TEST_SOURCE, case_name);
    assert_in_range(size, 1, sizeof text - 1);
    write_text(in_folder("deck.yaml"), text);
}

static void settle(int way)
{
    const struct ihp_settle_options options = {.deck_path = in_folder("deck.yaml"),
                                               .output = in_folder(way_folder[way]),
                                               .no_index = way == NO_INDEX};
    struct ihp_notices notices = {0};
    struct ihp_error err = {0};
    must(ihp_settle(&options, MPI_COMM_SELF, &notices, &err), &err);
    ihp_notices_clear(&notices);
}

static void pay(int way)
{
    const struct ihp_pay_options options = {.deck_path = in_folder("deck.yaml"),
                                            .output = in_folder(way_folder[way]),
                                            .force = true,
                                            .first_quarter = 2025 * 4,
                                            .quarters = 4};
    struct ihp_notices notices = {0};
    struct ihp_error err = {0};
    must(ihp_pay(&options, MPI_COMM_SELF, &notices, &err), &err);
    ihp_notices_clear(&notices);
}

static void delete_from_store(const char *name)
{
    unseal_store(in_folder("s.h5"));
    hid_t file = H5Fopen(in_folder("s.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    assert_true(H5Ldelete(file, name, H5P_DEFAULT) >= 0);
    assert_true(H5Fclose(file) >= 0);
}

static void assert_same_file(int a, int b, const char *name)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", way_folder[a], name);
    char *one = read_bytes(in_folder(path), NULL);
    snprintf(path, sizeof path, "%s/%s", way_folder[b], name);
    char *other = read_bytes(in_folder(path), NULL);
    if (strcmp(one, other) != 0) {
        fail_msg("%s/%s differs from %s/%s", way_folder[a], name, way_folder[b], name);
    }
    free(one);
    free(other);
}

static void test_an_index_without_signs_gives_the_same(void **state)
{
    (void)state;
    static const char *const tables[] = {"settlement.csv", "attribution_summary.csv",
                                         "exclusions.csv", "risk_weights.csv", "scenarios.csv"};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        bool pays = strcmp(cases[c], "payments") == 0;
        unlink(in_folder("s.h5")); /* of the case before */
        import_case(cases[c]);
        write_deck(cases[c]);
        for (int way = SIGNS; way < WAYS; way++) {
            if (way == NO_SIGNS) {
                delete_from_store("index/negative");
            }
            settle(way);
            if (pays && way != NO_INDEX) {
                pay(way);
                assert_same_file(SIGNS, way, "payments.csv");
                assert_same_file(SIGNS, way, "payment_categories.csv");
            }
            for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
                assert_same_file(SIGNS, way, tables[t]);
            }
        }
        for (int way = SIGNS; way < WAYS; way++) {
            remove_folder(in_folder(way_folder[way]));
        }
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_an_index_without_signs_gives_the_same),
    };
    MPI_Init(&argc, &argv);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    MPI_Finalize();
    return failed;
}
