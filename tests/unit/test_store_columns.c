/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of a store's columns: docs/data.md lists the same columns, and sizes follow from it. */
#include "base/codes.h"
#include "files.h"
#include "store/columns.h"

/* ---- docs/data.md ---------------------------------------------------------------------------- */

/* Removes backticks from a text in place. */
static void remove_backticks(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from != '`') {
            *to++ = *from;
        }
    }
    *to = '\0';
}

/* Splits a row "| a | b | c | d |" in place. Returns false if it has another number of cells. */
static bool split_row(char *row, char *cell[4])
{
    size_t cells = 0;
    for (char *next = row; (next = strstr(next, "| ")) != NULL;) {
        *next = '\0';
        next += 2;
        if (cells == 4) {
            return false;
        }
        cell[cells++] = next;
    }
    if (cells != 4) {
        return false;
    }
    for (size_t i = 0; i < 4; i++) {
        char *end = i < 3 ? cell[i] + strlen(cell[i]) : strstr(cell[i], " |");
        assert_non_null(end);
        while (end > cell[i] && end[-1] == ' ') {
            end--;
        }
        *end = '\0';
    }
    return true;
}

/* Compares a row of the document with a row of the table. The document may add remarks to a unit.
 */
static void assert_row(char *const cell[4], const struct ihp__column_spec *spec)
{
    static const char *const presence[] = {"always", "with its group", "if used"};
    assert_string_equal(cell[0], spec->name);
    assert_string_equal(cell[1], ihp__type_name(spec->type));
    assert_string_equal(cell[2], presence[spec->presence]);
    if (strncmp(cell[3], spec->units, strlen(spec->units)) != 0) {
        fail_msg("docs/data.md says of %s: '%s'; the table says: '%s'", spec->name, cell[3],
                 spec->units);
    }
}

static void test_document_lists_the_columns(void **state)
{
    (void)state;
    char *text = read_bytes(IHP_TEST_SOURCE "/docs/data.md", NULL), *rest = NULL;
    char *section = strstr(text, "\n## The store\n"),
         *end = strstr(text, "\n## The record of an import\n");
    assert_non_null(section);
    assert_non_null(end);
    *end = '\0';
    int column = 0;
    for (char *line = strtok_r(section, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *cell[4] = {NULL};
        if (strncmp(line, "| `", 3) != 0) {
            continue;
        }
        remove_backticks(line);
        if (!split_row(line, cell)) {
            fail_msg("a row of docs/data.md has not four cells: %s", line);
        }
        if (column == IHP__COLUMNS) {
            fail_msg("docs/data.md has a column that the table lacks: %s", cell[0]);
        }
        assert_row(cell, &ihp__column_spec[column++]);
    }
    assert_int_equal(column, IHP__COLUMNS);
    free(text);
}

/* ---- the table itself ------------------------------------------------------------------------ */

/* Every column has a group, a unit and a name of its own. */
static void test_names(void **state)
{
    (void)state;
    for (int c = 0; c < IHP__COLUMNS; c++) {
        const struct ihp__column_spec *spec = &ihp__column_spec[c];
        const char *slash = strchr(spec->name, '/');
        assert_non_null(slash);
        assert_null(strchr(slash + 1, '/'));
        assert_true(spec->units[0] != '\0');
        for (int other = 0; other < c; other++) {
            assert_string_not_equal(ihp__column_spec[other].name, spec->name);
        }
    }
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        assert_memory_equal(ihp__column_spec[ihp__column_of_claim(c)].name, "claims/", 7);
    }
    for (int c = 0; c < IHP__INDEX_COLUMNS; c++) {
        assert_memory_equal(ihp__column_spec[ihp__column_of_index(c)].name, "index/", 6);
    }
}

static void test_types(void **state)
{
    (void)state;
    assert_int_equal(ihp__column_type(IHP__COLUMN_CLAIM_AMOUNT, false), IHP__TYPE_I32);
    assert_int_equal(ihp__column_type(IHP__COLUMN_CLAIM_AMOUNT, true), IHP__TYPE_I64);
    assert_int_equal(ihp__column_type(IHP__COLUMN_CLAIM_BILLING, true), IHP__TYPE_U32);
    static const size_t bytes[] = {
        [IHP__TYPE_U8] = 1,  [IHP__TYPE_U16] = 2, [IHP__TYPE_I16] = 2, [IHP__TYPE_U32] = 4,
        [IHP__TYPE_I32] = 4, [IHP__TYPE_I64] = 8, [IHP__TYPE_U64] = 8};
    for (int t = 0; t <= IHP__TYPE_U64; t++) {
        assert_int_equal(ihp__type_size((enum ihp__type)t, 99), bytes[t]);
    }
    assert_int_equal(ihp__type_size(IHP__TYPE_TEXT, 13), 13);
}

/* The bytes of a settlement's batch that docs/data.md names. */
static void test_sizes(void **state)
{
    (void)state;
    const unsigned columns =
        IHP__COLUMN_BIT(IHP__CLAIM_SERVICE_DATE) | IHP__COLUMN_BIT(IHP__CLAIM_KNOWN_FROM) |
        IHP__COLUMN_BIT(IHP__CLAIM_SERVICE) | IHP__COLUMN_BIT(IHP__CLAIM_AMOUNT) |
        IHP__COLUMN_BIT(IHP__CLAIM_BILLING) | IHP__COLUMN_BIT(IHP__CLAIM_TREATING);
    assert_int_equal(ihp__claim_line_bytes(0, false), 0);
    assert_int_equal(ihp__claim_line_bytes(columns, false), 18);
    assert_int_equal(ihp__claim_line_bytes(columns, true), 22);
    assert_int_equal(ihp__claim_line_bytes(columns | IHP__COLUMN_BIT(IHP__CLAIM_PROCEDURE), false),
                     20);
    assert_int_equal(ihp__claim_line_bytes(columns | IHP__COLUMN_BIT(IHP__CLAIM_VOID_DATE), false),
                     20);
    assert_int_equal(ihp__index_row_bytes(false), 15);
    assert_int_equal(ihp__index_row_bytes(true), 17);
}

/* Asserts that the units of a column begin with every code of a list and its number: "0 P paid, 1 D
 * denied". A blank code has a word of its own there. */
static void assert_codes(enum ihp__column column, const struct ihp__code_list *list)
{
    const struct ihp__column_spec *spec = &ihp__column_spec[column];
    const char *at = spec->units;
    for (int i = 0; i < list->count; i++) {
        char code[64];
        int length = snprintf(code, sizeof code, "%d %s", i, list->text[i]);
        if (at == NULL || strncmp(at, code, (size_t)length) != 0 ||
            (list->text[i][0] != '\0' && strchr(", ", at[length]) == NULL)) {
            fail_msg("the units of %s lack '%s' in its place: %s", spec->name, code, spec->units);
        }
        at = strstr(at, ", ");
        at = at == NULL ? NULL : at + 2;
    }
    assert_null(at); /* no code more */
}

static void test_units_have_the_codes(void **state)
{
    (void)state;
    assert_codes(IHP__COLUMN_MEMBER_SEX, &ihp__sexes);
    assert_codes(IHP__COLUMN_SPAN_PROGRAM, &ihp__major_programs);
    assert_codes(IHP__COLUMN_CLAIM_STATUS, &ihp__claim_statuses);
    assert_codes(IHP__COLUMN_SOCIAL_FACTOR, &ihp__social_risks);
    assert_codes(IHP__COLUMN_CARE_KIND, &ihp__coordinations);
    assert_codes(IHP__COLUMN_PAID_KIND, &ihp__coordinations);
    char exclusions[80];
    snprintf(exclusions, sizeof exclusions, "0 none, 1 to %d contract sections 13.2.1 to 13.2.%d",
             ihp__exclusions.count - 1, ihp__exclusions.count - 1);
    assert_string_equal(ihp__column_spec[IHP__COLUMN_SPAN_EXCLUSION].units, exclusions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_document_lists_the_columns),
        cmocka_unit_test(test_units_have_the_codes),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
