/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dealing compressed files of claims to ranks and teams of ranks. */
#include "extract/hand_over.h"
#include "files.h"

/* What becomes of files of these sizes on some ranks: for each file its first rank and the number
 * of ranks, as "0+2 2 ..."; a rank alone has no number. Checks that all ranks see it alike. */
static const char *deal(int ranks, const uint64_t *bytes, size_t files)
{
    static char seen[2000];
    char first[2000] = "";
    for (int rank = 0; rank < ranks; rank++) {
        struct ihp__import_file file[64] = {{.path = ""}};
        struct ihp__source_size size[64] = {{.form = IHP__SOURCE_COMPRESSED}};
        struct ihp__import *import = calloc(1, sizeof *import);
        struct ihp_error err = {0};
        size_t used = 0;
        assert_non_null(import);
        import->rank = rank;
        import->ranks = ranks;
        import->source[IHP__EXTRACT_CLAIMS].file = file;
        import->source[IHP__EXTRACT_CLAIMS].files = files;
        for (size_t i = 0; i < files; i++) {
            file[i].bytes = bytes[i];
            size[i].form = IHP__SOURCE_COMPRESSED;
        }
        assert_int_equal(ihp__import_claims_deal(import, size, &err), IHP_OK);
        for (size_t i = 0; i < files; i++) {
            int count = file[i].team == 0 ? 1 : file[i].team;
            bool mine = rank >= file[i].lead && rank < file[i].lead + count;
            assert_int_equal(file[i].part.none, !mine);
            assert_int_equal(file[i].to_read > 0, mine);
            used += (size_t)snprintf(seen + used, sizeof seen - used, count > 1 ? "%d+%d " : "%d ",
                                     file[i].lead, count);
        }
        if (rank == 0) {
            memcpy(first, seen, sizeof first);
        }
        assert_string_equal(seen, first);
        ihp__hand_over_free(&import->hand_over);
        free(import);
    }
    return seen;
}

static void test_deal(void **state)
{
    (void)state;
    const uint64_t even[12] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
    const uint64_t uneven[3] = {10, 1000, 20};
    assert_string_equal(deal(2, even, 1), "0+2 ");
    assert_string_equal(deal(64, even, 1), "0+64 ");
    assert_string_equal(deal(2, even, 2), "0 1 ");
    assert_string_equal(deal(2, even, 3), "0+2 0+2 0+2 ");
    assert_string_equal(deal(2, even, 12), "0 1 0 1 0 1 0 1 0 1 0 1 ");
    assert_string_equal(deal(4, even, 2), "0+2 2+2 ");
    assert_string_equal(deal(3, even, 12), "0 1 2 0 1 2 0 1 2 0 1 2 ");
    assert_string_equal(deal(8, even, 12), "0+2 2+2 4+2 6+2 0+2 2+2 4+2 6+2 0+2 2+2 4+2 6+2 ");
    assert_string_equal(deal(2, uneven, 3), "0+2 0+2 0+2 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_deal)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
