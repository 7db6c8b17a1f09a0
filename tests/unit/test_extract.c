/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Import of an extract: the content of the store, order of rows, memory, errors of structure. */
#include "extract_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <zlib.h>

/* ---- the content of a store ------------------------------------------------------------------ */

static void columns_have_the_values_of_the_extract(void **state)
{
    struct fixture *f = *state;
    assert_imports(f);
    assert_int_equal(f->report.members, 3);
    assert_int_equal(f->report.lines, 4);
    assert_int_equal(f->report.rows_read, 3 + 3 + 4 + 3 + 2 + 1 + 1);
    struct ihp__store *store = open_store(f);
    const struct ihp__store_info *info = ihp__store_info(store);
    assert_int_equal(info->payers, 3);
    assert_string_equal(info->payer[1], "MCO-BLUE");
    assert_string_equal(info->acg[info->acgs - 1], "NONE");
    assert_string_equal(info->procedure[0], "");
    assert_int_equal(info->npis, 5);
    assert_true(info->npi[0] == -1 && info->npi[4] == 9000000099);
    assert_int_equal(info->npi_taxonomy[2], 0);
    assert_true(info->npi_taxonomy[4] == UINT32_MAX);
    assert_true(info->has_social_risk && info->has_care_coordination);
    assert_false(info->has_care_coordination_paid);

    struct ihp__members members = {0};
    assert_int_equal(ihp__store_read_members(store, (struct ihp__range){0, 3}, &members, &f->err),
                     0);
    assert_int_equal(members.span_offset[2], 1); /* M1, M10, M2 in text order */
    assert_int_equal(members.span[0].month_to, (9999 - 1970) * 12 + 11);
    assert_int_equal(members.span[1].month_from,
                     (2023 - 1970) * 12); /* the spans of M2 are sorted */
    assert_int_equal(members.span[1].major_program, IHP__MAJOR_PROGRAM_OTHER);
    assert_int_equal(members.span[2].payer, 2);
    assert_int_equal(members.morbidity_offset[3], 3);
    assert_int_equal(members.claim_offset[1], 1);
    assert_int_equal(members.claim_offset[2], 1);
    ihp__members_free(&members);

    struct ihp__claim_buffer *buffer;
    struct ihp__claims claims;
    unsigned all = (1u << IHP__CLAIM_COLUMNS) - 1;
    assert_int_equal(ihp__claim_buffer_create(store, all, 4, &buffer, &f->err), 0);
    assert_int_equal(ihp__store_read_claims(store, 0, 4, buffer, &claims, &f->err), 0);
    assert_memory_equal(claims.claim_id, "C3C1C1C2", 8);
    assert_int_equal(claims.line[1], 1);
    assert_int_equal(ihp__claim_amount(&claims, 1), -300);
    assert_int_equal(ihp__claim_amount(&claims, 2), 1250);
    assert_int_equal(claims.known_from[0], IHP__NEVER_KNOWN);
    assert_int_equal(claims.known_from[3], claims.paid_date[3]);
    assert_int_equal(claims.service[0], IHP__SERVICE_CLASS_OTHER * IHP__CATEGORIES + 1000);
    ihp__claim_buffer_destroy(&buffer);
    ihp__store_close(&store);
}

/* A span without a last month is open, as one that ends in 9999. */
static void a_blank_last_month_is_an_open_span(void **state)
{
    struct fixture *f = *state;
    put_file(f, ENROLLMENT,
             "member_id,month_from,month_to,program,payer,exclusion\n"
             "M1,2024-01,,MA,FFS,\nM10,2024-01,9999-12,MA,FFS,\n",
             NULL);
    assert_imports(f);
    struct ihp__store *store = open_store(f);
    struct ihp__members members = {0};
    assert_int_equal(ihp__store_read_members(store, (struct ihp__range){0, 2}, &members, &f->err),
                     0);
    assert_int_equal(members.span[0].month_to, (9999 - 1970) * 12 + 11);
    assert_int_equal(members.span[1].month_to, (9999 - 1970) * 12 + 11);
    ihp__members_free(&members);
    ihp__store_close(&store);
}

#define CLAIM(id, line, service, paid, amount)                                                     \
    id "," line ",M1," service "," paid ",P,,other,000,,,FFS," amount "\n"

static void extreme_values_are_kept(void **state)
{
    struct fixture *f = *state;
    char long_id[200];
    memset(long_id, 'x', 64);
    strcpy(long_id + 64, ",1,M1,2000-02-29,2000-02-29,P,,other,999,,,,1.00\n");
    put_file(f, CLAIMS,
             CLAIM_HEADER CLAIM("a", "-9223372036854775808", "1969-12-31", "1969-12-31", "0")
                 CLAIM("b", "9223372036854775807", "1970-01-02", "2149-06-05", "9999999999.99")
                     CLAIM("c", "0", "0001-01-01", "1970-01-01", "-9999999999.99")
                         CLAIM("d", "-0", "2149-06-06", "2149-06-06", "21474836.48")
                             CLAIM("e", "007", "2150-01-01", "9999-12-30", "+5"),
             long_id);
    assert_imports(f);
    struct ihp__store *store = open_store(f);
    assert_int_equal(ihp__store_info(store)->claim_id_width, 64);
    assert_true(ihp__store_info(store)->wide_amounts);
    struct ihp__claim_buffer *buffer;
    struct ihp__claims c;
    unsigned all = (1u << IHP__CLAIM_COLUMNS) - 1;
    assert_int_equal(ihp__claim_buffer_create(store, all, 6, &buffer, &f->err), 0);
    assert_int_equal(ihp__store_read_claims(store, 0, 6, buffer, &c, &f->err), 0);
    /* Sorted by service date before that is cut to 16 bits: c (year 1), a, b, x, d, e. */
    static const uint16_t service[] = {0, 0, 1, 11016, 65535, 65535};
    static const uint16_t known[] = {0, 0, 65534, 11016, 65534, 65534};
    static const int64_t amount[] = {-999999999999, 0, 999999999999, 100, 2147483648, 500};
    for (int i = 0; i < 6; i++) {
        assert_int_equal(c.service_date[i], service[i]);
        assert_int_equal(c.known_from[i], known[i]);
        assert_true(ihp__claim_amount(&c, (size_t)i) == amount[i]);
    }
    assert_true(c.line[1] == INT64_MIN && c.line[2] == INT64_MAX);
    assert_int_equal(c.paid_date[5], 65535);
    assert_int_equal(c.line[5], 7);
    ihp__claim_buffer_destroy(&buffer);
    ihp__store_close(&store);
}

/* Compares every text that looks like a date with ihp__day_parse, in the years that a store can
 * tell apart. */
static void every_day_is_parsed_as_by_base(void **state)
{
    struct fixture *f = *state;
    static uint16_t day[180 * 366];
    size_t days = 0, texts = 0;
    char path[256];
    snprintf(path, sizeof path, "%s/claims.csv", f->folder);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(CLAIM_HEADER, out);
    for (int i = 1970 * 14 * 33; i < 2149 * 14 * 33; i++, texts++) {
        char text[32];
        int32_t parsed;
        snprintf(text, sizeof text, "%04d-%02d-%02d", i / 33 / 14, i / 33 % 14, i % 33);
        fprintf(out, "C,%d,M1,%s,2149-01-01,P,,other,000,,,,0\n", i, text);
        if (ihp__day_parse(text, &parsed)) {
            day[days++] = (uint16_t)parsed;
        }
    }
    fclose(out);
    f->options.quarantine_path = f->quarantine;
    assert_imports(f);
    assert_int_equal(f->report.lines, days);
    assert_int_equal(f->report.bad_rows, texts - days);
    struct ihp__store *store = open_store(f);
    struct ihp__claim_buffer *buffer;
    struct ihp__claims c;
    assert_int_equal(ihp__claim_buffer_create(store, IHP__COLUMN_BIT(IHP__CLAIM_SERVICE_DATE), days,
                                              &buffer, &f->err),
                     0);
    assert_int_equal(ihp__store_read_claims(store, 0, days, buffer, &c, &f->err), 0);
    assert_memory_equal(c.service_date, day, days * sizeof day[0]);
    ihp__claim_buffer_destroy(&buffer);
    ihp__store_close(&store);
}

/* An extract without claims and without optional files, with a member that has the longest ID. */
static void an_extract_without_claims_imports(void **state)
{
    struct fixture *f = *state;
    put_file(f, CLAIMS, CLAIM_HEADER, NULL);
    put_file(f, MEMBERS, base[MEMBERS], "Az09-_78901234567890,0001-01-01,U,,\n");
    files_with(f, "social", true);
    files_with(f, "coordination", true);
    assert_imports(f);
    assert_int_equal(f->report.lines, 0);
    struct ihp__store *store = open_store(f);
    uint64_t member;
    bool found;
    assert_int_equal(
        ihp__store_find_member(store, "Az09-_78901234567890", &member, &found, &f->err), 0);
    assert_true(found && member == 0);
    assert_false(ihp__store_info(store)->has_social_risk);
    ihp__store_close(&store);
}

/* ---- order and memory ------------------------------------------------------------------------ */

enum { LINES = 2000 };

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Writes 2000 claim lines in shuffled order; five of them are bad or duplicates. */
static void put_claims(const struct fixture *f, uint32_t shuffle, const char *line_end, bool zip)
{
    char path[256];
    static int order[LINES];
    for (int i = 0; i < LINES; i++) {
        order[i] = i;
    }
    for (uint32_t i = LINES - 1; i > 0 && shuffle != 0; i--) {
        uint32_t j = next_random(&shuffle) % (i + 1);
        int kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
    files_with(f, "claims", true);
    snprintf(path, sizeof path, "%s/claims.csv%s", f->folder, zip ? ".gz" : "");
    gzFile out = gzopen(path, zip ? "wb" : "wbT");
    gzprintf(out, "%.*s%s", (int)strlen(CLAIM_HEADER) - 1, CLAIM_HEADER, line_end);
    for (int i = 0; i < LINES; i++) {
        uint32_t seed = (uint32_t)(order[i] == 7 ? 8 : order[i]) + 1; /* line 8 appears twice */
        int key = (int)seed, other = order[i] == 20 ? 1 : 0;          /* lines 20 and 21 conflict */
        key += other;
        uint32_t r = next_random(&seed);
        gzprintf(out, "%s%d,%d,M%s,2024-0%u-1%u,2024-%s-01,P,9%04u,other,%03u,90000%05u,,P%u,%u%s",
                 key % 3 == 0 ? "A" : "long-claim-id-", key / 4, key % 4,
                 order[i] == 30 ? "77"
                 : r % 2 == 0   ? "1"
                                : "2",
                 r % 9 + 1, r % 7, order[i] == 31 ? "00" : "12", r % 100, r % 1000, r % 500, r % 5,
                 r % 100000, line_end);
    }
    assert_int_equal(gzclose(out), Z_OK);
}

static void order_of_rows_and_memory_do_not_matter(void **state)
{
    struct fixture *f = *state;
    char first[33], hash[33];
    f->options.quarantine_path = f->quarantine;
    put_claims(f, 0, "\n", false);
    hash_of(f, first);
    assert_int_equal(f->report.bad_rows, 5);
    assert_int_equal(f->report.lines, LINES - 5);
    static const uint64_t run_lines[] = {1, 3, 100, 1999, 0};
    for (uint32_t i = 0; i < 5; i++) {
        f->options.run_lines = run_lines[i];
        put_claims(f, i + 99, i % 2 == 0 ? "\n" : "\r\n", i % 3 == 1);
        assert_string_equal(hash_of(f, hash), first);
        assert_int_equal(f->report.bad_rows, 5);
        if (run_lines[i] == 1) { /* more runs than one merge takes */
            assert_true(f->report.sort_runs > LINES);
        }
    }
    put_file(f, ENROLLMENT,
             "exclusion,payer,program,month_to,month_from,member_id,more\n"
             ",FFS,MCRE,9999-12,2024-03,M1,\n"
             "QMB,FFS,XX,2023-12,2023-01,M2,\n,MCO-RED,MA,2024-12,2024-01,M2,\n",
             NULL);
    put_file(f, MORBIDITY, "member_id,year,acg\nM1,2024,0300\nM2,2023,0100\nM2,2024,0300\n", NULL);
    assert_string_equal(hash_of(f, hash), first);
    assert_true(has_notice(f, "enrollment.csv: column 'more' is not used"));
    assert_true(has_notice(f, "claims.csv: if rows with one claim_id and line are an original, its "
                              "reversal and its replacement, give each its own value in the column "
                              "'version'"));
}

/* ---- errors of structure --------------------------------------------------------------------- */

static void expect_error(struct fixture *f, enum ihp_status status, const char *part)
{
    assert_int_equal(import(f), status);
    if (strstr(f->err.text, part) == NULL) {
        fail_msg("'%s' is not in '%s'", part, f->err.text);
    }
    assert_int_equal(f->report.bad_kinds, 0);
    assert_int_equal(files_with(f, "part", false) + files_with(f, "sort", false), 0);
    assert_int_equal(files_with(f, "bad", false), 0);
}

static void errors_of_structure_end_the_import(void **state)
{
    struct fixture *f = *state;
    f->options.quarantine_path = f->quarantine;
    write_text(f->store, "kept");
    put_file(f, CLAIMS, base[CLAIMS], "C9,1\n");
    expect_error(f, IHP_ERR_DATA, "claims.csv:6: the row has 2 fields where the header has 13");
    put_file(f, CLAIMS, "claim_id,line\n", NULL);
    expect_error(f, IHP_ERR_DATA, "claims.csv:1: column member_id is missing");
    put_claims(f, 0, "\n", true);
    char path[256];
    snprintf(path, sizeof path, "%s/claims.csv.gz", f->folder);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(truncate(path, info.st_size / 2), 0);
    expect_error(f, IHP_ERR_DATA, "claims.csv.gz");
    files_with(f, "claims", true);
    expect_error(f, IHP_ERR_DATA, "claims.csv: is missing");
    assert_string_equal(read_text(f->store), "kept");
    f->options.extract_dir = "no-such-folder";
    expect_error(f, IHP_ERR_DATA, "no-such-folder: is not a folder");
}

static void options_that_are_not_valid_are_refused(void **state)
{
    struct fixture *f = *state;
    f->options.memory_bytes = (UINT64_C(64) << 20) - 1;
    expect_error(f, IHP_ERR_USAGE, "give at least 64 MiB");
    f->options.memory_bytes = 0;
    f->options.quarantine_path = f->store;
    expect_error(f, IHP_ERR_USAGE, "cannot be the store and the quarantine file");
    char claims[256];
    snprintf(claims, sizeof claims, "%s/./claims.csv", f->folder);
    f->options.quarantine_path = claims;
    expect_error(f, IHP_ERR_USAGE, "is a file of the extract and would be overwritten");
    f->options.quarantine_path = NULL;
    f->options.store_path = f->folder;
    expect_error(f, IHP_ERR_USAGE, "is a folder");
    f->options.store_path = "no-such-folder/state.h5";
    expect_error(f, IHP_ERR_RUN, "no-such-folder/state.h5");
}

/* Tables that do not fit: 400,000 members in the least memory. */
static void members_that_do_not_fit_into_memory_are_refused(void **state)
{
    struct fixture *f = *state;
    char path[256];
    snprintf(path, sizeof path, "%s/members.csv", f->folder);
    FILE *out = fopen(path, "w");
    fputs("member_id,birth_date,sex,county\n", out);
    for (int i = 0; i < 400000; i++) {
        fprintf(out, "M%d,2000-01-01,F,\n", i);
    }
    fclose(out);
    f->options.memory_bytes = IHP_IMPORT_MEMORY_MIN;
    expect_error(f, IHP_ERR_USAGE, "does not fit into the given memory (64 MiB); give about ");
}

/* A full disk, imitated by a limit on the size of files. */
static void a_full_disk_leaves_no_store(void **state)
{
    struct fixture *f = *state;
    struct rlimit old, small;
    put_claims(f, 0, "\n", false);
    f->options.run_lines = 100;
    f->options.quarantine_path = f->quarantine;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 100000; /* enough for the small tables, but not for sorting the lines */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum ihp_status status = import(f);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(status, IHP_ERR_RUN);
    assert_non_null(strstr(f->err.text, "state.h5.sort-"));
    assert_non_null(strstr(f->err.text, "temporary file cannot be written (File too large)"));
    assert_int_equal(files_with(f, "h5", false) + files_with(f, "bad", false), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(columns_have_the_values_of_the_extract),
        TEST(a_blank_last_month_is_an_open_span),
        TEST(extreme_values_are_kept),
        TEST(every_day_is_parsed_as_by_base),
        TEST(an_extract_without_claims_imports),
        TEST(order_of_rows_and_memory_do_not_matter),
        TEST(errors_of_structure_end_the_import),
        TEST(options_that_are_not_valid_are_refused),
        TEST(members_that_do_not_fit_into_memory_are_refused),
        TEST(a_full_disk_leaves_no_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
