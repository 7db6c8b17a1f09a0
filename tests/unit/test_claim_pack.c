/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packing claim lines: each number at the edges of what the short form keeps, texts of every
 * length, and bytes that are not those of a line. */
#include "extract/claim_pack.h"
#include "files.h"

static union ihp__import_claim_room usual(void)
{
    union ihp__import_claim_room room;
    memset(&room, 0, sizeof room);
    room.claim = (struct ihp__import_claim){.row = 4000000000,
                                            .amount = -2147483647,
                                            .line = 254,
                                            .member = UINT32_MAX,
                                            .service_day = INT32_MIN,
                                            .paid_day = INT32_MAX,
                                            .billing = 3000000001,
                                            .treating = 3000000002,
                                            .service = 65531,
                                            .payer = 65532,
                                            .procedure = 65533,
                                            .void_date = 65534,
                                            .status = 2};
    return room;
}

/* Packs and unpacks; returns the bytes. */
static size_t check(const union ihp__import_claim_room *line)
{
    char packed[IHP__CLAIM_PACKED_MAX + 1];
    union ihp__import_claim_room back;
    memset(packed, 0x5a, sizeof packed);
    memset(&back, 0, sizeof back);
    const size_t bytes = ihp__import_claim_pack(&line->claim, packed + 1);
    assert_int_equal(bytes, ihp__import_claim_packed_bytes(&line->claim));
    assert_true(bytes <= IHP__CLAIM_PACKED_MAX);
    for (size_t ready = 0; ready < bytes; ready++) {
        assert_int_equal(ihp__import_claim_unpack(packed + 1, ready, &back), 0);
    }
    memset(&back, 0, sizeof back);
    assert_int_equal(ihp__import_claim_unpack(packed + 1, bytes, &back), bytes);
    assert_memory_equal(&back, line, sizeof back);
    return bytes;
}

static void test_numbers(void **state)
{
    (void)state;
    union ihp__import_claim_room line = usual();
    assert_int_equal(check(&line), 40);
    const struct {
        uint64_t row;
        int64_t amount, line;
        size_t bytes;
    } edges[] = {{0, 0, 0, 40},
                 {UINT32_MAX, INT32_MAX, UINT8_MAX, 40},
                 {UINT32_MAX, INT32_MIN, 0, 40},
                 {UINT64_C(1) + UINT32_MAX, 0, 0, 64},
                 {UINT64_MAX, 0, 0, 64},
                 {0, INT64_C(1) + INT32_MAX, 0, 64},
                 {0, INT64_C(-1) + INT32_MIN, 0, 64},
                 {0, INT64_MIN, 0, 64},
                 {0, INT64_MAX, 0, 64},
                 {0, 0, UINT8_MAX + 1, 64},
                 {0, 0, -1, 64},
                 {0, 0, INT64_MIN, 64},
                 {0, 0, INT64_MAX, 64}};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        line.claim.row = edges[i].row;
        line.claim.amount = edges[i].amount;
        line.claim.line = edges[i].line;
        assert_int_equal(check(&line), edges[i].bytes);
    }
}

static void test_texts(void **state)
{
    (void)state;
    for (size_t id = 0; id <= IHP__CLAIM_ID_MAX; id++) {
        for (size_t version = 0; version <= IHP__VERSION_MAX; version++) {
            for (int wide = 0; wide < 2; wide++) {
                union ihp__import_claim_room line = usual();
                line.claim.line = wide != 0 ? 256 : 1;
                line.claim.id_length = (uint8_t)id;
                line.claim.version_length = (uint8_t)version;
                for (size_t c = 0; c < id + version; c++) {
                    line.claim.id[c] = (char)(' ' + (c * 7 + id) % 95);
                }
                assert_int_equal(check(&line), 40U + (wide != 0 ? 24U : 0U) + id + version +
                                                   (version > 0 ? 1U : 0U));
            }
        }
    }
}

static void test_damage(void **state)
{
    (void)state;
    char packed[2 * IHP__CLAIM_PACKED_MAX] = {0};
    union ihp__import_claim_room line = usual(), back;
    line.claim.id_length = IHP__CLAIM_ID_MAX;
    line.claim.version_length = IHP__VERSION_MAX;
    const size_t bytes = ihp__import_claim_pack(&line.claim, packed);
    for (size_t at = 36; at < 41; at++) { /* lengths and flags */
        for (unsigned value = 0; value < 256; value++) {
            const char kept = packed[at];
            packed[at] = (char)value;
            assert_true(ihp__import_claim_unpack(packed, sizeof packed, &back) <=
                        IHP__CLAIM_PACKED_MAX);
            packed[at] = kept;
        }
    }
    packed[37] = (char)(IHP__CLAIM_ID_MAX + 1);
    assert_int_equal(ihp__import_claim_unpack(packed, sizeof packed, &back), 0);
    packed[37] = (char)IHP__CLAIM_ID_MAX;
    packed[39] = 4;
    assert_int_equal(ihp__import_claim_unpack(packed, sizeof packed, &back), 0);
    packed[39] = 2;
    packed[40] = (char)(IHP__VERSION_MAX + 1);
    assert_int_equal(ihp__import_claim_unpack(packed, sizeof packed, &back), 0);
    packed[40] = (char)IHP__VERSION_MAX;
    assert_int_equal(ihp__import_claim_unpack(packed, sizeof packed, &back), bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers), cmocka_unit_test(test_texts),
                                       cmocka_unit_test(test_damage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
