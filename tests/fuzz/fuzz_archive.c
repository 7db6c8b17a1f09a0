/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: 4 bytes that say how a text is compressed and what is done to the file, and the text.
 *
 * The rows of a whole file are those of the text. A file that has lost its end, or has something
 * after it, is refused. A zip file of which a byte differs is refused or has the same rows.
 *
 *     byte 0  0: zip; 1: zip without compression; 2: zstd; 3: the text is the file
 *     1       what is done: 1 bytes are cut from the end, 2 bytes are added, 3 zeros are added, 4 a
 *             byte is changed
 *     2, 3    how many bytes, or which byte */
#include "fuzz.h"

#include "base/csv.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <xxhash.h>

enum { HEADER = 4, COLUMNS = 3 };
enum form { ZIP, STORED, ZSTD, AS_IT_IS, FORMS };
enum damage { WHOLE, CUT, ADDED, ADDED_ZEROS, CHANGED, DAMAGES };

static const struct ihp__csv_column column[COLUMNS] = {{"a", true}, {"b", false}, {"c", true}};

static unsigned char file[4 * FUZZ_INPUT_MAX + 4096];
static size_t file_size;

static void check(int result, const char *step)
{
    if (result != ARCHIVE_OK) {
        fuzz_fail("the archive cannot be made: %s", step);
    }
}

static void compress_text(enum form form, const uint8_t *text, size_t size)
{
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    if (form == ZSTD) {
        check(archive_write_add_filter_zstd(archive), "zstd");
        check(archive_write_set_format_raw(archive), "raw");
    } else {
        check(archive_write_set_format_zip(archive), "zip");
        check(archive_write_set_options(archive, form == ZIP ? "zip:compression=deflate"
                                                             : "zip:compression=store"),
              "options");
    }
    check(archive_write_set_bytes_in_last_block(archive, 1), "block");
    check(archive_write_open_memory(archive, file, sizeof file, &file_size), "open");
    archive_entry_set_pathname(entry, "claims.csv");
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, (la_int64_t)size);
    check(archive_write_header(archive, entry), "header");
    if (size > 0 && archive_write_data(archive, text, size) < 0) {
        fuzz_fail("the archive cannot be written");
    }
    check(archive_write_close(archive), "close");
    archive_write_free(archive);
    archive_entry_free(entry);
}

/* Damages the file. Returns true if it must be refused. */
static bool damage_file(enum damage damage, size_t number)
{
    size_t count = number % 200 + 1;
    if (damage == CUT) {
        if (count + 4 > file_size) { /* what is left would be plain text */
            return false;
        }
        file_size -= count;
    } else if (damage == ADDED || damage == ADDED_ZEROS) {
        memset(file + file_size, damage == ADDED ? 'x' : 0, count);
        file_size += count;
    } else if (damage == CHANGED && file_size > 4) {
        file[4 + number % (file_size - 4)] ^= (unsigned char)(1 + number % 255);
    }
    return damage == CUT || damage == ADDED || damage == ADDED_ZEROS;
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
    enum form form = data[0] % FORMS;
    enum damage damage = data[1] % DAMAGES;
    struct ihp_error plain_err = {0}, err = {0};
    uint64_t plain = 1, hash = 1;
    if (form == AS_IT_IS) {
        fuzz_put("file.csv", text, length);
        fuzz_check(read_rows("file.csv", &hash, &err), &err);
        return;
    }
    if (length >= 4 && (memcmp(text, "PK\3\4", 4) == 0 || memcmp(text, "\x1f\x8b", 2) == 0 ||
                        memcmp(text, "\x28\xb5\x2f\xfd", 4) == 0)) {
        return; /* the plain text would be taken for a compressed one */
    }
    compress_text(form, text, length);
    size_t whole_size = file_size;
    bool refused = damage_file(damage, data[2] + 256u * data[3]);
    fuzz_put("plain.csv", text, length);
    fuzz_put("file.csv", file, file_size);
    enum ihp_status plain_status = read_rows("plain.csv", &plain, &plain_err);
    enum ihp_status status = read_rows("file.csv", &hash, &err);
    if (refused && status == IHP_OK) {
        fuzz_fail("a file of form %d with damage %d is read", (int)form, (int)damage);
    }
    bool same = status == plain_status && (status != IHP_OK || hash == plain);
    if ((damage == WHOLE || (damage == CUT && file_size == whole_size)) && !same) {
        fuzz_fail("plain: %s; compressed: %s", plain_err.text, err.text);
    }
    if (damage == CHANGED && form != ZSTD && status == IHP_OK && !same) {
        fuzz_fail("a changed zip file is read");
    }
    fuzz_check(plain_status, &plain_err);
    fuzz_check(status, &err);
}

const struct fuzz_target fuzz_target = {.name = "fuzz_archive", .run = run};
