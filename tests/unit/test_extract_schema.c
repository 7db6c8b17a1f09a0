/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of an extract's files: docs/data.md, the help text and the header rows follow from it.
 */
#include "extract/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* after the headers it needs */

/* Writes the allowed values of a column as docs/data.md has them: codes in backticks. */
static void put_values(FILE *stream, const struct ihp__extract_column *column)
{
    if (column->codes == NULL) {
        fputs(column->allowed, stream);
        return;
    }
    for (int i = 0; i < column->codes->count; i++) {
        const char *text = column->codes->text[i];
        fprintf(stream, text[0] == '\0' ? "%sblank" : "%s`%s`", i == 0 ? "" : ", ", text);
    }
}

/* Writes the section of docs/data.md about a file. */
static void put_section(FILE *stream, const struct ihp__extract_schema *schema)
{
    fprintf(stream, "### %s.csv\n\n%s. %s\n\n", schema->name,
            schema->required ? "Required" : "Optional", schema->meaning);
    fputs("| column | value | meaning |\n|---|---|---|\n", stream);
    for (size_t i = 0; i < schema->columns; i++) {
        const struct ihp__extract_column *column = &schema->column[i];
        fprintf(stream, "| `%s`%s | ", column->name, column->optional ? " (optional)" : "");
        put_values(stream, column);
        fprintf(stream, " | %s |\n", column->meaning);
    }
    fputc('\n', stream);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *text = calloc(size + 1, 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, size, file), size);
    fclose(file);
    return text;
}

static void docs_have_the_table_of_each_file(void **state)
{
    (void)state;
    char *docs = read_file(IHP_TEST_SOURCE "/docs/data.md");
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        char *section = NULL;
        size_t size = 0;
        FILE *stream = open_memstream(&section, &size);
        put_section(stream, &ihp__extract_schemas[f]);
        fclose(stream);
        if (strstr(docs, section) == NULL) {
            fail_msg("docs/data.md does not have this section:\n%s", section);
        }
        free(section);
    }
    free(docs);
}

static void the_lists_of_names_have_every_file_once(void **state)
{
    (void)state;
    assert_string_equal(IHP__EXTRACT_REQUIRED_NAMES,
                        "members.csv, enrollment.csv, morbidity.csv, providers.csv, claims.csv, ");
    assert_string_equal(IHP__EXTRACT_OPTIONAL_NAMES,
                        "social_risk.csv, care_coordination.csv, care_coordination_paid.csv, ");
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        const struct ihp__extract_schema *schema = &ihp__extract_schemas[f];
        const char *names =
            schema->required ? IHP__EXTRACT_REQUIRED_NAMES : IHP__EXTRACT_OPTIONAL_NAMES;
        assert_non_null(strstr(names, schema->name));
    }
}

static void a_header_row_has_all_columns(void **state)
{
    (void)state;
    char header[IHP__EXTRACT_HEADER_TEXT];
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        size_t length = ihp__extract_header((enum ihp__extract_file)f, header);
        assert_true(length < IHP__EXTRACT_HEADER_TEXT);
        assert_int_equal(strlen(header), length);
    }
    ihp__extract_header(IHP__EXTRACT_MEMBERS, header);
    assert_string_equal(header, "member_id,birth_date,sex,county,race_ethnicity\n");
}

/* A code has a list, every other column says in words what it allows. */
static void every_column_says_what_it_allows(void **state)
{
    (void)state;
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        const struct ihp__extract_schema *schema = &ihp__extract_schemas[f];
        assert_true(schema->columns <= IHP__EXTRACT_COLUMNS_MAX);
        for (size_t i = 0; i < schema->columns; i++) {
            const struct ihp__extract_column *column = &schema->column[i];
            assert_true((column->codes == NULL) != (column->allowed == NULL));
            assert_true(strlen(ihp__extract_allowed(column)) > 0);
            assert_int_equal(strcmp(column->kind, "text") == 0, column->longest > 0);
        }
    }
}

static void numbers_are_refused_where_zeros_count(void **state)
{
    (void)state;
    uint64_t claims = ihp__extract_texts(IHP__EXTRACT_CLAIMS);
    const uint64_t expected = 1u << IHP__EXTRACT_CLAIM_ID | 1u << IHP__EXTRACT_CLAIM_MEMBER |
                              1u << IHP__EXTRACT_CLAIM_STATUS | 1u << IHP__EXTRACT_CLAIM_PROCEDURE |
                              1u << IHP__EXTRACT_CLAIM_CLASS | 1u << IHP__EXTRACT_CLAIM_CATEGORY |
                              1u << IHP__EXTRACT_CLAIM_PAYER | 1u << IHP__EXTRACT_CLAIM_VERSION;
    assert_int_equal(claims, expected);
    assert_int_equal(ihp__extract_texts(IHP__EXTRACT_MORBIDITY),
                     1u << IHP__EXTRACT_MORBIDITY_MEMBER | 1u << IHP__EXTRACT_MORBIDITY_ACG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(docs_have_the_table_of_each_file),
        cmocka_unit_test(the_lists_of_names_have_every_file_once),
        cmocka_unit_test(a_header_row_has_all_columns),
        cmocka_unit_test(every_column_says_what_it_allows),
        cmocka_unit_test(numbers_are_refused_where_zeros_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
