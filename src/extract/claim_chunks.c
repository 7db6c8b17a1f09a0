/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claims divided among ranks: compressed files are dealt (claim_deal.c), plain ones are cut
 * into chunks of whole rows. A line end ends a row unless it is inside quotes, and it is inside
 * quotes if the number of quote characters before it is odd.
 *
 * Each rank has an equal share of the bytes, and looks at the first megabyte: the text around a
 * quote nearly always shows on which side of it the field is (Ge, Li, Eilebrecht, Chandramouli,
 * Kossmann: Speculative distributed CSV data parsing for big data analytics, SIGMOD 2019). The
 * guess is checked when the claims have been read (claim_cuts.c). Where the text of some share does
 * not show it, and after a file was refused, each rank counts the quotes in its share, and the sum
 * over the ranks before it shows how its share begins. (Where a file breaks the rules of quoting,
 * the rank whose chunk has the first such place refuses the file there.) */
#include "extract/layouts.h"
#include "extract/ranks.h"

#include "base/agree.h"
#include "base/csv_cut.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 20 };

/* A rank's share of the bytes, and the first row that begins in it. */
struct share {
    const char *path;
    int fd;
    char *buffer; /* owned */
    uint64_t first, end;
    char delimiter;              /* between fields */
    struct ihp__csv_marks marks; /* in the share; later, before the share */
    uint64_t row, row_line;      /* of the first row; UINT64_MAX: no row begins in the share */
};

static enum ihp_status read_bytes(struct share *share, uint64_t at, size_t size,
                                  struct ihp_error *err)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(share->fd, share->buffer + done, size - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return ihp__fail_system(err, IHP_ERR_DATA, share->path, "cannot be read to the end");
        }
        if (got == 0) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s: cannot be read to the end (the file became shorter)",
                             share->path);
        }
        done += (size_t)got;
    }
    return IHP_OK;
}

static size_t piece_of(const struct share *share, uint64_t at)
{
    return share->end - at < READ_BYTES ? (size_t)(share->end - at) : READ_BYTES;
}

static enum ihp_status count_share(struct share *share, struct ihp_error *err)
{
    for (uint64_t at = share->first; at < share->end;) {
        size_t size = piece_of(share, at);
        if (read_bytes(share, at, size, err) != IHP_OK) {
            return err->status;
        }
        ihp__csv_count_marks(share->buffer, size, &share->marks);
        at += size;
    }
    return IHP_OK;
}

/* Finds out from its text whether the share of a rank that is not the first begins inside quotes.
 * The marks are then set as if they were counted from the beginning of the share's chunk. */
static enum ihp_status look_at_share(struct share *share, const struct ihp__csv_chunk *body,
                                     bool *shows, struct ihp_error *err)
{
    const uint64_t left = body->end - share->first;
    const size_t size = left < READ_BYTES ? (size_t)left : READ_BYTES;
    bool quoted = false;
    *shows = true;
    if (share->first > body->first) {
        char before;
        if (read_bytes(share, share->first - 1, 1, err) != IHP_OK) {
            return err->status;
        }
        before = share->buffer[0];
        if (read_bytes(share, share->first, size, err) != IHP_OK) {
            return err->status;
        }
        const struct ihp__csv_piece piece = {
            share->buffer, size, before, size == left, share->delimiter, IHP__CSV_ROW_MAX};
        *shows = ihp__csv_shows_side(&piece, &quoted);
    }
    share->marks = (struct ihp__csv_marks){quoted, 0};
    return IHP_OK;
}

/* Finds the first row of the share. The marks are those before the share. */
static enum ihp_status find_row(struct share *share, struct ihp_error *err)
{
    bool quoted = share->marks.quotes % 2 != 0, after_end = false;
    uint64_t line = share->marks.line_ends;
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

/* Collective: sets this rank's chunk of a file. It reaches from its first row to the first row of
 * the next share that has one, or to `end`. `each` has room for two numbers of each rank. */
static void set_chunk(const struct ihp__import *import, const struct share *share, uint64_t end,
                      uint64_t *each, struct ihp__import_file *file)
{
    struct ihp__source_part *part = &file->part;
    *part = (struct ihp__source_part){.none = false};
    size_t ranks = (size_t)import->ranks, rank = (size_t)import->rank;
    memset(each, 0, 2 * ranks * sizeof *each);
    each[rank] = share->row;
    each[ranks + rank] = share->row_line;
    ihp__sum_u64(import->comm, each, (int)(2 * ranks));
    uint64_t row = end, line = 0;
    for (size_t r = ranks; r-- > rank;) {
        if (r == rank) {
            part->chunk.end = row;
        }
        if (each[r] != UINT64_MAX) {
            row = each[r];
            line = each[ranks + r];
        }
    }
    part->chunk.first = row;
    part->chunk.line = line;
    file->to_read = part->chunk.end - part->chunk.first;
}

static enum ihp_status open_share(const struct ihp__import *import,
                                  const struct ihp__csv_chunk *body, struct share *share,
                                  struct ihp_error *err)
{
    uint64_t size = body->end - body->first;
    uint64_t ranks = (uint64_t)import->ranks, rank = (uint64_t)import->rank;
    share->first = body->first + size / ranks * rank + size % ranks * rank / ranks;
    share->end = body->first + size / ranks * (rank + 1) + size % ranks * (rank + 1) / ranks;
    share->row = UINT64_MAX;
    share->fd = open(share->path, O_RDONLY | O_CLOEXEC);
    if (share->fd < 0) {
        return ihp__fail_system(err, IHP_ERR_DATA, share->path, "cannot be opened");
    }
    share->buffer = malloc(READ_BYTES);
    return share->buffer != NULL ? IHP_OK : ihp__fail_memory(err, "reading claims in chunks");
}

/* Collective: finds out from the texts of all shares whether they begin inside quotes. Sets
 * `*guessed` if all show that. */
static enum ihp_status guess(struct ihp__import *import, const struct ihp__csv_chunk *body,
                             struct share *share, bool *guessed, struct ihp_error *err)
{
    bool shows = true;
    if ((import->rank > 0 && look_at_share(share, body, &shows, err) != IHP_OK) ||
        ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    uint64_t silent = !shows;
    ihp__sum_u64(import->comm, &silent, 1);
    *guessed = silent == 0;
    return IHP_OK;
}

/* Collective: counts the marks before this rank's share. */
static enum ihp_status count_before(struct ihp__import *import, const struct ihp__csv_chunk *body,
                                    struct share *share, struct ihp_error *err)
{
    share->marks = (struct ihp__csv_marks){0, 0};
    if (count_share(share, err) != IHP_OK || ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    share->marks.quotes = ihp__sum_before_u64(import->comm, share->marks.quotes);
    share->marks.line_ends = body->line + ihp__sum_before_u64(import->comm, share->marks.line_ends);
    return IHP_OK;
}

/* Collective: finds the first row of this rank's share. If that is a guess, its line is not known
 * yet: it is 0. */
static enum ihp_status find_first_row(struct ihp__import *import, const struct ihp__csv_chunk *body,
                                      struct share *share, bool *guessed, struct ihp_error *err)
{
    *guessed = false;
    if ((!import->counts_quotes && guess(import, body, share, guessed, err) != IHP_OK) ||
        (!*guessed && count_before(import, body, share, err) != IHP_OK)) {
        return err->status;
    }
    if (import->rank == 0) {
        share->row = body->first;
        share->row_line = body->line;
        return IHP_OK;
    }
    if (find_row(share, err) != IHP_OK) {
        return err->status;
    }
    share->row_line = *guessed ? 0 : share->row_line;
    return IHP_OK;
}

static enum ihp_status cut_share(struct ihp__import *import, const struct ihp__csv_chunk *body,
                                 struct share *share, struct ihp__import_file *file,
                                 struct ihp_error *err)
{
    if (open_share(import, body, share, err) != IHP_OK ||
        find_first_row(import, body, share, &file->guessed, err) != IHP_OK) {
        return err->status;
    }
    uint64_t *each = malloc(2 * (size_t)import->ranks * sizeof *each);
    if (each == NULL) {
        return ihp__fail_memory(err, "reading claims in chunks");
    }
    if (ihp__import_agree(import, err) == IHP_OK) {
        set_chunk(import, share, body->end, each, file);
        import->guessed = import->guessed || file->guessed;
    }
    free(each);
    return err->status;
}

/* Collective: cuts a plain file. */
static enum ihp_status cut(struct ihp__import *import, struct ihp__import_file *file,
                           const struct ihp__csv_chunk *body, struct ihp_error *err)
{
    const struct ihp__import_source *source = &import->source[IHP__EXTRACT_CLAIMS];
    const char delimiter = ihp__import_format(source, file).delimiter;
    struct share share = {
        .path = file->path, .fd = -1, .delimiter = delimiter != 0 ? delimiter : ','};
    enum ihp_status status = cut_share(import, body, &share, file, err);
    if (share.fd >= 0) {
        close(share.fd);
    }
    free(share.buffer);
    return status;
}

/* ---- all files ------------------------------------------------------------------------------- */

/* Gives this rank its rows of the SAS tables. */
static void divide_tables(const struct ihp__import *import, const struct ihp__source_size *size)
{
    const struct ihp__import_source *source = &import->source[IHP__EXTRACT_CLAIMS];
    uint64_t ranks = (uint64_t)import->ranks, rank = (uint64_t)import->rank;
    for (size_t i = 0; i < source->files; i++) {
        if (size[i].form == IHP__SOURCE_SAS) {
            uint64_t first = size[i].sas.rows * rank / ranks;
            uint64_t end = size[i].sas.rows * (rank + 1) / ranks;
            source->file[i].part = (struct ihp__source_part){.none = first == end,
                                                             .first_row = first,
                                                             .rows = end - first,
                                                             .run = size[i].sas.run};
            source->file[i].to_read = source->file[i].bytes / ranks;
        }
    }
}

/* Measures all files. */
static enum ihp_status measure(const struct ihp__import *import, struct ihp__source_size *size,
                               struct ihp_error *err)
{
    const struct ihp__import_source *source = &import->source[IHP__EXTRACT_CLAIMS];
    struct ihp__import_columns columns;
    ihp__import_columns_of(import, IHP__EXTRACT_CLAIMS, &columns);
    for (size_t i = 0; i < source->files; i++) {
        const struct ihp__csv_format format = ihp__import_format(source, &source->file[i]);
        const struct ihp__source_input input = {
            .path = source->file[i].path, .format = &format, .texts = columns.texts};
        if (ihp__source_measure(&input, columns.column, columns.count, &size[i], import->notices,
                                err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

static enum ihp_status divide(struct ihp__import *import, struct ihp__source_size *size,
                              struct ihp_error *err)
{
    struct ihp__import_source *source = &import->source[IHP__EXTRACT_CLAIMS];
    /* Measuring a SAS table looks at every page. */
    ihp__until_agreed(import->rank == 0 ? measure(import, size, err) : IHP_OK);
    if (ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    ihp__share_bytes(import->comm, size, source->files * sizeof *size);
    if (ihp__import_claims_deal(import, size, err) != IHP_OK ||
        ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    divide_tables(import, size);
    for (size_t i = 0; i < source->files; i++) {
        if (size[i].form == IHP__SOURCE_PLAIN &&
            cut(import, &source->file[i], &size[i].body, err) != IHP_OK) {
            return err->status;
        }
    }
    import->divided = true;
    return IHP_OK;
}

enum ihp_status ihp__import_claims_cut(struct ihp__import *import, struct ihp_error *err)
{
    if (import->ranks == 1) {
        return IHP_OK;
    }
    struct ihp__source_size *size =
        calloc(import->source[IHP__EXTRACT_CLAIMS].files + 1, sizeof *size);
    enum ihp_status status =
        size != NULL ? divide(import, size, err) : ihp__fail_memory(err, "the list of files");
    free(size);
    return status;
}
