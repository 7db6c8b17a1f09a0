/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Out of memory while files are read: whichever allocation fails, it is reported as that (exit code
 * 1) and never as bad data, and nothing is left behind. */
#include "program_folder.h"

#include <errno.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALLOCATOR_IS_TAKEN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)
#define ALLOCATOR_IS_TAKEN 1
#endif

#ifndef ALLOCATOR_IS_TAKEN

/* Allocations that still succeed (negative: all), and those that have not been freed. */
/* Volatile, because the compiler assumes that calls of malloc change no variable of the program. */
static volatile long allowed = -1, held;

static bool is_refused(void)
{
    if (allowed == 0) {
        errno = ENOMEM;
        return true;
    }
    allowed -= allowed > 0;
    held++;
    return false;
}

/* These take the place of the C library's functions in the whole process, zlib and libcsv too. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void __libc_free(void *old);

void *malloc(size_t size)
{
    return is_refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    if (is_refused()) {
        return NULL;
    }
    held -= old != NULL;
    return __libc_realloc(old, size);
}

void free(void *old)
{
    held -= old != NULL;
    __libc_free(old);
}

/* Lets each allocation of `step` fail in turn, until it succeeds. A failure that it can do without
 * (a notice) counts as success. Returns the number of failures reported. */
static size_t refuse_each(enum ihp_status (*step)(struct ihp_error *err))
{
    size_t reported = 0, succeeded = 0;
    for (long n = 0; succeeded < 20; n++) { /* in a row, beyond the last allocation */
        struct ihp_error err = {0};
        long before = held;
        allowed = n;
        enum ihp_status status = step(&err);
        bool used_up = allowed == 0;
        allowed = -1;
        assert_int_equal(status, err.status);
        if (status == IHP_OK) {
            succeeded = used_up ? 0 : succeeded + 1;
            continue;
        }
        succeeded = 0;
        reported++;
        if (status != IHP_ERR_RUN || strncmp(err.text, "out of memory for ", 18) != 0) {
            fail_msg("allocation %ld that fails is reported as %d, %s", n, status, err.text);
        }
        assert_int_equal(held, before);
    }
    return reported;
}

static const struct ihp__csv_column columns[] = {{"a", true}, {"b", true}};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    (void)context, (void)row, (void)err;
    return IHP_OK;
}

static enum ihp_status read_plain(struct ihp_error *err)
{
    return ihp__csv_read(in_folder("t.csv"), columns, 2, on_row, NULL, NULL, err);
}

static enum ihp_status read_gzip(struct ihp_error *err)
{
    return ihp__csv_read(in_folder("t.csv.gz"), columns, 2, on_row, NULL, NULL, err);
}

static enum ihp_status read_chunk(struct ihp_error *err)
{
    struct ihp__csv_chunk body;
    bool plain;
    if (ihp__csv_body(in_folder("t.csv"), columns, 2, &body, &plain, NULL, err) != IHP_OK) {
        return err->status;
    }
    assert_true(plain);
    return ihp__csv_read_chunk(in_folder("t.csv"), columns, 2, &body, on_row, NULL, err);
}

static void test_csv(void **state)
{
    (void)state;
    enum { FIELD = 300000 }; /* bytes, for which libcsv makes room many times */
    static char text[FIELD + 100] = "a,b\n1,\"";
    size_t size = strlen(text);
    memset(text + size, 'x', FIELD);
    memcpy(text + size + FIELD, "\"\n", 3);
    write_text(in_folder("t.csv"), text);
    append_gzip(in_folder("t.csv.gz"), text);
    assert_in_range(refuse_each(read_plain), 20, 100);
    assert_in_range(refuse_each(read_gzip), 20, 100);
    assert_in_range(refuse_each(read_chunk), 20, 100);
}

static enum ihp_status load_program(struct ihp_error *err)
{
    struct ihp__program *program = NULL;
    if (ihp__program_load(test_folder, &program, NULL, err) == IHP_OK) {
        ihp__program_destroy(&program);
    }
    assert_null(program);
    return err->status;
}

static void test_program(void **state)
{
    (void)state;
    write_program("overrides.csv", "member_id,year,ihp_id\nM1,2025,A\n");
    write_text(in_folder("circumstances.csv"),
               "county,month_from,month_to\n27001,2025-01,2025-01\n");
    write_text(in_folder("holidays.csv"), "day\n2026-12-24\n");
    write_text(in_folder("measures.csv"),
               "measure,section,category,weight,scoring,lower_is_better,track\n"
               "M,17,C,1,points,0,\n");
    write_text(in_folder("benchmarks.csv"), "measure,year\nM,2025\n");
    write_text(in_folder("quality.csv"),
               "ihp_id,year,measure,group,numerator,denominator,sufficient\nA,2025,M,,1,2,1\n");
    write_text(in_folder("part2.csv"),
               "kind,service_class,category,code_from,code_to\nprocedure,,,H0001,H0002\n");
    assert_in_range(refuse_each(load_program), 50, 1000);
}

static enum ihp_status write_file(struct ihp_error *err)
{
    struct ihp__outfile *out = NULL;
    if (ihp__outfile_open(in_folder("out"), 0600, &out, err) == IHP_OK) {
        ihp__outfile_abandon(&out);
    }
    return err->status;
}

static void test_outfile(void **state)
{
    (void)state;
    assert_in_range(refuse_each(write_file), 3, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_csv),
        IN_FOLDER(test_program),
        IN_FOLDER(test_outfile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    puts("skipped: the sanitizer has the allocator");
    return 0;
}

#endif
