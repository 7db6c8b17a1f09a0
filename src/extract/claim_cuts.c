/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking the cuts between the chunks of claims that were guessed (claim_chunks.c).
 *
 * A file is cut at the first line end of each rank's share of the bytes that is not inside quotes.
 * Whether a share begins inside quotes was guessed from its text. If the guesses are right, each
 * chunk has an even number of quotes. And if each has, the guesses are right, from the first chunk
 * on: no cut is inside quotes then, and there is none between a share's beginning and its cut. So
 * the chunks are the same as if all quotes had been counted first, which takes reading the files
 * twice. A file that keeps the rules of quoting cannot be cut at a wrong place. */
#include "extract/import.h"
#include "extract/ranks.h"

#include "base/agree.h"

#include <stdlib.h>

/* Collective: sets `lines[i * ranks + r]` to the line on which the chunk of rank r ends in file i,
 * counted from its own beginning, but on rank 0 from that of the file. Returns how many chunks have
 * an odd number of quotes. */
static uint64_t count(struct ihp__import *import, uint64_t *lines, size_t numbers)
{
    const struct ihp__import_source *source = &import->source[IHP__EXTRACT_CLAIMS];
    const size_t ranks = (size_t)import->ranks, rank = (size_t)import->rank;
    uint64_t odd = 0;
    for (size_t i = 0; i < source->files; i++) {
        const struct ihp__import_file *file = &source->file[i];
        if (file->guessed) {
            lines[i * ranks + rank] = file->part.chunk.line + file->marks.line_ends;
            odd += file->marks.quotes % 2;
        }
    }
    lines[numbers - 1] = odd;
    ihp__sum_u64(import->comm, lines, (int)numbers);
    return lines[numbers - 1];
}

/* Replaces the numbers of lines in each chunk by those before it, and moves what was counted. */
static void move(struct ihp__import *import, uint64_t *lines)
{
    const struct ihp__import_source *source = &import->source[IHP__EXTRACT_CLAIMS];
    const size_t ranks = (size_t)import->ranks, rank = (size_t)import->rank;
    for (size_t i = 0; i < source->files; i++) {
        struct ihp__import_file *file = &source->file[i];
        uint64_t before = 0;
        for (size_t r = 0; r < ranks; r++) {
            const uint64_t own = lines[i * ranks + r];
            lines[i * ranks + r] = before;
            before += own;
        }
        if (file->guessed) {
            file->part.chunk.line += lines[i * ranks + rank];
            ihp__import_bad_rows_move(import, file, lines[i * ranks + rank]);
            file->guessed = false;
        }
    }
}

enum ihp_status ihp__import_claims_check_cuts(struct ihp__import *import, struct ihp_error *err)
{
    if (!import->guessed) {
        return IHP_OK;
    }
    const size_t numbers = import->source[IHP__EXTRACT_CLAIMS].files * (size_t)import->ranks + 1;
    uint64_t *lines = calloc(numbers, sizeof *lines);
    ihp__until_agreed(lines != NULL ? IHP_OK : ihp__fail_memory(err, "the list of files"));
    if (ihp__import_agree(import, err) != IHP_OK) {
        free(lines);
        return err->status;
    }
    if (count(import, lines, numbers) > 0) {
        free(lines);
        return ihp__fail(err, IHP_ERR_DATA, "claims: a quote is out of place");
    }
    move(import, lines);
    import->guessed = false;
    import->bad_rows.lines_before = lines;
    return IHP_OK;
}
