/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claims.csv in parts of whole rows. A line end ends a row unless it stands inside quotes, and that
 * is so where the number of quote characters before it is odd: each rank counts those of an equal
 * share of the bytes, and the sum over the ranks before tells how its share begins. (Where a file
 * breaks the rules of quoting, the rank whose part has the first such place refuses it there.) */
#include "import.h"

#include "base/agree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 20, COUNT_BYTES = 128 };

/* An equal share of the bytes, and the first row that begins in it. */
struct share {
    const char *path;
    int fd;
    char *buffer; /* owned */
    uint64_t first, end;
    uint64_t quotes, line_ends; /* in it; later before it */
    uint64_t row, row_line;     /* UINT64_MAX: no row begins in it */
};

static enum ihp_status read_bytes(struct share *share, uint64_t at, size_t size,
                                  struct ihp_error *err)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(share->fd, share->buffer + done, size - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return ihp__fail(err, IHP_ERR_DATA, "%s: cannot be read to its end (%s)", share->path,
                             got < 0 ? strerror(errno) : "it became shorter");
        }
        done += (size_t)got;
    }
    return IHP_OK;
}

static size_t piece_of(const struct share *share, uint64_t at)
{
    return share->end - at < READ_BYTES ? (size_t)(share->end - at) : READ_BYTES;
}

/* Counts in groups so short that a byte holds a count, so that the compiler counts many at once. */
static void count_marks(struct share *share, size_t size)
{
    const char *text = share->buffer;
    for (size_t first = 0; first < size; first += COUNT_BYTES) {
        size_t end = size - first < COUNT_BYTES ? size : first + COUNT_BYTES;
        uint8_t quotes = 0, line_ends = 0;
        for (size_t i = first; i < end; i++) {
            quotes = (uint8_t)(quotes + (text[i] == '"'));
            line_ends = (uint8_t)(line_ends + (text[i] == '\n'));
        }
        share->quotes += quotes;
        share->line_ends += line_ends;
    }
}

static enum ihp_status count_share(struct share *share, struct ihp_error *err)
{
    for (uint64_t at = share->first; at < share->end;) {
        size_t size = piece_of(share, at);
        if (read_bytes(share, at, size, err) != IHP_OK) {
            return err->status;
        }
        count_marks(share, size);
        at += size;
    }
    return IHP_OK;
}

/* Finds the first row of the share, `quotes` and `line_ends` being those before it. */
static enum ihp_status find_row(struct share *share, struct ihp_error *err)
{
    bool quoted = share->quotes % 2 != 0, after_end = false;
    uint64_t line = share->line_ends;
    if (share->first < share->end && share->first > 0) {
        if (read_bytes(share, share->first - 1, 1, err) != IHP_OK) {
            return err->status;
        }
        after_end = !quoted && (share->buffer[0] == '\n' || share->buffer[0] == '\r');
    }
    for (uint64_t at = share->first; at < share->end;) {
        size_t size = piece_of(share, at);
        if (!after_end && read_bytes(share, at, size, err) != IHP_OK) {
            return err->status;
        }
        for (size_t i = 0; i < size; i++) {
            if (after_end) {
                share->row = at + i;
                share->row_line = line;
                return IHP_OK;
            }
            char c = share->buffer[i];
            quoted ^= c == '"';
            line += c == '\n';
            after_end = !quoted && (c == '\n' || c == '\r');
        }
        at += size;
    }
    return IHP_OK;
}

/* Collective: this rank's part is from its first row to that of the next share that has one. */
static void join_chunks(struct ihp__import *import, const struct share *share, uint64_t end,
                        uint64_t *each)
{
    size_t ranks = (size_t)import->ranks, rank = (size_t)import->rank;
    memset(each, 0, 2 * ranks * sizeof *each);
    each[rank] = share->row;
    each[ranks + rank] = share->row_line;
    ihp__sum_u64(import->comm, each, (int)(2 * ranks));
    uint64_t row = end, line = 0;
    for (size_t r = ranks; r-- > rank;) {
        if (r == rank) {
            import->claims.end = row;
        }
        if (each[r] != UINT64_MAX) {
            row = each[r];
            line = each[ranks + r];
        }
    }
    import->claims.first = row;
    import->claims.line = line;
}

static enum ihp_status cut(struct ihp__import *import, const struct ihp__csv_chunk *body,
                           struct share *share, struct ihp_error *err)
{
    uint64_t size = body->end - body->first, ranks = (uint64_t)import->ranks,
             rank = (uint64_t)import->rank;
    share->first = body->first + size / ranks * rank + size % ranks * rank / ranks;
    share->end = body->first + size / ranks * (rank + 1) + size % ranks * (rank + 1) / ranks;
    share->row = UINT64_MAX;
    share->fd = open(share->path, O_RDONLY | O_CLOEXEC);
    share->buffer = malloc(READ_BYTES);
    uint64_t *each = malloc(2 * ranks * sizeof *each);
    if (share->fd < 0) {
        ihp__fail(err, IHP_ERR_DATA, "%s: cannot be opened (%s)", share->path, strerror(errno));
    } else if (share->buffer == NULL || each == NULL) {
        ihp__fail_memory(err, "reading claims.csv in parts");
    } else {
        count_share(share, err);
    }
    if (ihp__import_agree(import, err) == IHP_OK) {
        share->quotes = ihp__sum_before_u64(import->comm, share->quotes);
        share->line_ends = body->line + ihp__sum_before_u64(import->comm, share->line_ends);
        if (rank == 0) {
            share->row = body->first;
            share->row_line = body->line;
        } else {
            find_row(share, err);
        }
    }
    if (ihp__import_agree(import, err) == IHP_OK) {
        join_chunks(import, share, body->end, each);
        import->in_chunks = true;
    }
    free(each);
    return err->status;
}

enum ihp_status ihp__import_claims_cut(struct ihp__import *import, struct ihp_error *err)
{
    const struct ihp__extract_schema *spec = &ihp__extract_schemas[IHP__EXTRACT_CLAIMS];
    struct share share = {.path = import->source[IHP__EXTRACT_CLAIMS].path, .fd = -1};
    struct ihp__csv_chunk body = {0};
    bool plain = false;
    if (import->ranks == 1) {
        return IHP_OK;
    }
    ihp__csv_body(share.path, spec->column, spec->columns, &body, &plain,
                  import->rank == 0 ? import->notices : NULL, err);
    if (ihp__import_agree(import, err) == IHP_OK && plain) {
        cut(import, &body, &share, err);
    }
    if (share.fd >= 0) {
        close(share.fd);
    }
    free(share.buffer);
    return err->status;
}
