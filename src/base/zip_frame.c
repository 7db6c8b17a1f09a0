/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking where a zip file and its directory begin and end, by the records of the format: entries
 * of the directory ("PK\1\2"), its end ("PK\5\6"), and for large files a second end before it
 * ("PK\6\6") with a locator ("PK\6\7"). Numbers have their lowest byte first. */
#include "base/zip_frame.h"

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum {
    ENTRY_BYTES = 46,
    END_BYTES = 22,
    END64_BYTES = 56,
    LOCATOR_BYTES = 20,
    TAIL_BYTES = END_BYTES + 65535 /* an end with the longest comment */
};

/* Where the directory is, and where what is behind it begins. */
struct directory {
    uint64_t from, size, end;
};

static uint64_t number(const unsigned char *bytes, size_t count)
{
    uint64_t value = 0;
    while (count > 0) {
        value = value << 8 | bytes[--count];
    }
    return value;
}

static bool is_record(const unsigned char *bytes, const char *mark)
{
    return memcmp(bytes, mark, 4) == 0;
}

/* Reads bytes at a position of the file; false if it has fewer, or cannot be read. */
static bool read_at(FILE *stream, uint64_t at, unsigned char *bytes, size_t count)
{
    return at <= INT64_MAX && fseeko(stream, (off_t)at, SEEK_SET) == 0 &&
           fread(bytes, 1, count, stream) == count;
}

/* Finds the end of the directory that ends with the file. */
static bool find_end(const unsigned char *tail, size_t size, size_t *at)
{
    for (*at = size; (*at)-- > 0;) {
        if (size - *at >= END_BYTES && is_record(tail + *at, "PK\5\6") &&
            number(tail + *at + 20, 2) == size - *at - END_BYTES) {
            return true;
        }
    }
    return false;
}

/* Takes the directory from the second end of a large file, which the locator in front of the end
 * names. Returns false if the locator and the second end are not one behind the other. */
static bool read_end64(FILE *stream, const unsigned char *locator, struct directory *directory)
{
    unsigned char end[END64_BYTES];
    const uint64_t at = number(locator + 8, 8), locator_at = directory->end - LOCATOR_BYTES;
    if (at >= locator_at || !read_at(stream, at, end, sizeof end) || !is_record(end, "PK\6\6") ||
        number(end + 4, 8) != locator_at - at - 12) {
        return false;
    }
    *directory = (struct directory){number(end + 48, 8), number(end + 40, 8), at};
    return true;
}

/* Returns where an entry of the directory says that its file is. `extra` are the fields behind its
 * name, of which one has the numbers that are too large for the entry. */
static uint64_t place_of(const unsigned char entry[ENTRY_BYTES], const unsigned char *extra,
                         size_t extra_bytes)
{
    const uint64_t place = number(entry + 42, 4);
    if (place != UINT32_MAX) {
        return place;
    }
    size_t skipped = number(entry + 20, 4) == UINT32_MAX ? 8 : 0;
    skipped += number(entry + 24, 4) == UINT32_MAX ? 8 : 0;
    for (size_t i = 0; i + 4 <= extra_bytes;) {
        const size_t length = (size_t)number(extra + i + 2, 2);
        if (number(extra + i, 2) == 1 && length >= skipped + 8 && i + 4 + length <= extra_bytes) {
            return number(extra + i + 4 + skipped, 8);
        }
        i += 4 + length;
    }
    return place;
}

/* Looks for the entry whose file is at the beginning. Returns false if the directory cannot be read
 * to its end. */
static bool find_first(FILE *stream, const struct directory *directory, bool *has_first)
{
    unsigned char entry[ENTRY_BYTES], extra[UINT16_MAX];
    uint64_t at = directory->from;
    *has_first = false;
    while (at < directory->end) {
        if (!read_at(stream, at, entry, sizeof entry) || !is_record(entry, "PK\1\2")) {
            return false;
        }
        const uint64_t name = number(entry + 28, 2), extras = number(entry + 30, 2);
        if (!read_at(stream, at + ENTRY_BYTES + name, extra, (size_t)extras)) {
            return false;
        }
        *has_first = *has_first || place_of(entry, extra, (size_t)extras) == 0;
        at += ENTRY_BYTES + name + extras + number(entry + 32, 2);
    }
    return at == directory->end;
}

/* Returns what is wrong with the file, or NULL. */
static const char *judge(FILE *stream, unsigned char tail[TAIL_BYTES], uint64_t size)
{
    static const char in_front[] = "bytes are in front of the zip file, as in files that 'cat' has "
                                   "joined";
    const uint64_t first = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
    const size_t count = (size_t)(size - first);
    unsigned char locator[LOCATOR_BYTES];
    size_t at;
    bool has_first;
    if (!read_at(stream, first, tail, count) || !find_end(tail, count, &at)) {
        return "it does not end with the directory of a zip file";
    }
    struct directory directory = {number(tail + at + 16, 4), number(tail + at + 12, 4), first + at};
    if (directory.end >= LOCATOR_BYTES &&
        read_at(stream, directory.end - LOCATOR_BYTES, locator, sizeof locator) &&
        is_record(locator, "PK\6\7") && !read_end64(stream, locator, &directory)) {
        return in_front;
    }
    if (directory.size > directory.end || directory.from != directory.end - directory.size) {
        return in_front;
    }
    if (!find_first(stream, &directory, &has_first)) {
        return "the directory of the zip file is damaged";
    }
    return has_first || directory.size == 0 ? NULL : in_front;
}

enum ihp_status ihp__zip_frame_check(const char *path, const char **found, struct ihp_error *err)
{
    unsigned char *tail = malloc(TAIL_BYTES);
    FILE *stream = tail != NULL ? fopen(path, "rb") : NULL;
    enum ihp_status status = IHP_OK;
    *found = NULL;
    if (stream == NULL) {
        status = tail == NULL ? ihp__fail_memory(err, path)
                              : ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be opened");
    } else {
        off_t size = fseeko(stream, 0, SEEK_END) == 0 ? ftello(stream) : 0;
        *found = judge(stream, tail, size > 0 ? (uint64_t)size : 0);
        if (ferror(stream)) {
            status = ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read to its end");
        }
        fclose(stream);
    }
    free(tail);
    return status;
}
