/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: 8 bytes that say how a text is compressed and what is done to the file, and the text.
 *
 * The rows of a whole file are those of the text. A file that has lost its end, or has something
 * after its last member, is refused.
 *
 *     byte 0  0 to 3: gzip in as many members and one more; 4 to 7: in the blocks of BGZF, with the
 *             empty block at the end
 *     1, 2    where the text is divided
 *     3       what is done: 1 bytes are cut from the end, 2 bytes are added, 3 the empty block is
 *             left out, 4 a member's header is added, 5 zeros are added
 *     4       how many bytes */
#include "fuzz.h"

#include "base/csv.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>
#include <zlib.h>

enum { HEADER = 8, COLUMNS = 3, MEMBER_MAX = 3 * FUZZ_INPUT_MAX };
enum damage { WHOLE, CUT, ADDED, NO_END_BLOCK, ADDED_HEADER, ADDED_ZEROS, DAMAGES };

static const struct ihp__csv_column column[COLUMNS] = {{"a", true}, {"b", false}, {"c", true}};

/* What must be true of the rows of a file. */
enum expected { SAME, REFUSED, UNKNOWN };

/* A gzip file as it grows: where each of its members ends, and whether the member is empty. */
static unsigned char file[4 * MEMBER_MAX];
static size_t file_size;
static struct {
    size_t end;
    bool empty;
} made[6];
static size_t made_count;

/* Adds a member to the file, with the extra field of BGZF on request. */
static void add_member(const uint8_t *text, size_t size, bool bgzf)
{
    unsigned char extra[6] = {'B', 'C', 2, 0, 0, 0};
    gz_header header = {.extra = extra, .extra_len = sizeof extra, .os = 3};
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)text, .avail_in = (unsigned)size};
    stream.next_out = file + file_size;
    stream.avail_out = (unsigned)(sizeof file - file_size);
    if (deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
        (bgzf && deflateSetHeader(&stream, &header) != Z_OK) ||
        deflate(&stream, Z_FINISH) != Z_STREAM_END) {
        fuzz_fail("a member cannot be made");
    }
    size_t member = stream.total_out;
    deflateEnd(&stream);
    if (bgzf) { /* the number of bytes of the member less 1, after the 16 bytes before it */
        file[file_size + 16] = (unsigned char)(member - 1);
        file[file_size + 17] = (unsigned char)((member - 1) >> 8);
    }
    file_size += member;
    made[made_count].end = file_size;
    made[made_count++].empty = size == 0;
}

/* Makes the file whole. Returns false if the text does not fit the blocks of BGZF. */
static bool compress_text(const uint8_t *how, const uint8_t *text, size_t size, bool end_block)
{
    bool bgzf = how[0] % 8 >= 4;
    size_t members = how[0] % 4 + 1u, at = 0;
    if (bgzf && size > 40000) {
        return false;
    }
    file_size = 0;
    made_count = 0;
    for (size_t i = 0; i < members; i++) {
        size_t left = size - at;
        size_t part = i + 1 == members ? left : (how[1 + i % 2] < left ? how[1 + i % 2] : left);
        add_member(text + at, part, bgzf);
        at += part;
    }
    if (bgzf && end_block) {
        add_member(text, 0, true);
    }
    return true;
}

/* Cuts bytes from the end. A file that ends with a member is only known to be cut if it is BGZF. */
static enum expected cut_file(size_t count, bool bgzf)
{
    file_size -= count < file_size ? count : file_size - 1;
    for (size_t i = 0; i < made_count; i++) {
        if (made[i].end == file_size) {
            return bgzf && !made[i].empty ? REFUSED : UNKNOWN;
        }
    }
    return REFUSED;
}

static void add_bytes(const unsigned char *bytes, size_t count)
{
    memcpy(file + file_size, bytes, count);
    file_size += count;
}

/* Damages the file. */
static enum expected damage_file(enum damage damage, size_t count, bool bgzf)
{
    static const unsigned char header[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0x4c};
    unsigned char same[200];
    count = count % sizeof same + 1;
    switch (damage) {
    case CUT:
        return cut_file(count, bgzf);
    case ADDED:
    case ADDED_ZEROS:
        memset(same, damage == ADDED ? 'x' : 0, count);
        add_bytes(same, count);
        return REFUSED;
    case ADDED_HEADER:
        add_bytes(header, count < sizeof header ? count : sizeof header);
        return REFUSED;
    case NO_END_BLOCK:
        return !bgzf ? SAME : made[made_count - 1].empty ? UNKNOWN : REFUSED;
    default:
        return SAME;
    }
}

static enum ihp_status add_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    uint64_t *hash = context;
    (void)err;
    for (int i = 0; i < COLUMNS; i++) {
        *hash = XXH3_64bits_withSeed(row->field[i], row->length[i] + 1, *hash);
    }
    *hash = XXH3_64bits_withSeed(&row->line, sizeof row->line, *hash);
    return IHP_OK;
}

static enum ihp_status read_rows(const char *name, uint64_t *hash, struct ihp_error *err)
{
    struct ihp_notices notices = {0};
    enum ihp_status status =
        ihp__csv_read(fuzz_path(name), column, COLUMNS, add_row, hash, &notices, err);
    fuzz_check_notices(&notices);
    return status;
}

static void run(const uint8_t *data, size_t size)
{
    if (size < HEADER) {
        return;
    }
    const uint8_t *text = data + HEADER;
    size_t length = size - HEADER;
    enum damage damage = data[3] % DAMAGES;
    if (!compress_text(data, text, length, damage != NO_END_BLOCK)) {
        return;
    }
    enum expected expected = damage_file(damage, data[4], data[0] % 8 >= 4);
    struct ihp_error plain_err = {0}, err = {0};
    uint64_t plain = 1, hash = 1;
    /* A plain text that begins like a gzip file would be taken for one. */
    if (length >= 2 && text[0] == 0x1f && text[1] == 0x8b) {
        return;
    }
    fuzz_put("plain.csv", text, length);
    fuzz_put("file.csv", file, file_size);
    enum ihp_status plain_status = read_rows("plain.csv", &plain, &plain_err);
    enum ihp_status status = read_rows("file.csv", &hash, &err);
    if (expected == REFUSED && status == IHP_OK) {
        fuzz_fail("a file with damage %d is read", (int)damage);
    }
    if (expected == SAME && (status != plain_status || (status == IHP_OK && hash != plain))) {
        fuzz_fail("plain: %s; compressed: %s", plain_err.text, err.text);
    }
    fuzz_check(plain_status, &plain_err);
    fuzz_check(status, &err);
}

const struct fuzz_target fuzz_target = {.name = "fuzz_gzip", .run = run};
