/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files in the folder of an extract that an import does not read. */
#include "extract_fixture.h"

/* Imports with one more file, and removes it. Returns the notice about it, or the error; "" if
 * neither is. */
static const char *with_file(struct fixture *f, const char *name, enum ihp_status status)
{
    static char said[1200];
    char path[400];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    ihp_notices_clear(&f->notices);
    write_text(path, "a,b\n1,2\n");
    assert_int_equal(import(f), status);
    snprintf(said, sizeof said, "%s", status == IHP_OK ? "" : f->err.text);
    for (size_t i = 0; i < f->notices.count; i++) {
        if (strstr(f->notices.text[i], "is not read") != NULL) {
            assert_string_equal(said, "");
            assert_non_null(strstr(f->notices.text[i], name));
            snprintf(said, sizeof said, "%s", f->notices.text[i]);
        }
    }
    assert_int_equal(remove(path), 0);
    return said;
}

static void names_with_other_letters_are_refused(void **state)
{
    static const char *const names[] = {"Social-Risk.csv", "CONTROL.csv", "Claims.csv.gz",
                                        "claims.CSV", "Members.SAS7BDAT"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *said = with_file(f, names[i], IHP_ERR_DATA);
        assert_non_null(strstr(said, names[i]));
        assert_non_null(strstr(said, "is not read, as its name differs"));
    }
    assert_string_equal(strstr(with_file(f, "care-coordination.csv", IHP_ERR_DATA), "/care"),
                        "/care-coordination.csv: is not read, as its name differs from "
                        "'care_coordination' in capitals, or in '-' for '_'; rename or remove it");
}

static void other_tables_are_noted(void **state)
{
    static const char *const names[] = {"claims_2.csv", "claims.2.csv", "claims-old.csv.gz",
                                        "rosters.csv", "members2.sas7bdat"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_non_null(strstr(with_file(f, names[i], IHP_OK), "is not a file of an extract"));
    }
}

static void what_is_no_table_is_not_noted(void **state)
{
    static const char *const names[] = {"README.md", "claims.txt", ".claims.csv", "Claims",
                                        "layout.yaml"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_string_equal(with_file(f, names[i], IHP_OK), "");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_with_other_letters_are_refused),
        TEST(other_tables_are_noted),
        TEST(what_is_no_table_is_not_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
