/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of a compressed file on their way from the rank that decompresses it to those that parse
 * them. For each file the lead sends the header to all others, then blocks, then an end. Whoever
 * has parsed a block, or passes over it after an error, answers it, and then gets another one. */
#include "extract/hand_over.h"

#include "base/csv_cut.h"
#include "base/packed_read.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BLOCK_LEAST = 1 << 12, /* bytes of a block of a small file, and of a large one */
    BLOCK_MOST = 1 << 19,
    TEXT_MOST = 1 << 21, /* no row that has more bytes is read without an error */
    PIECE = 1 << 18,     /* of a block, after which a rank looks at its messages */
    AHEAD = 3,           /* blocks that a rank has at a time, with the one that it parses */
    BUFFERS_MOST = 12,
    TAG_BLOCK = 1,
    TAG_ANSWER = 2
};

enum kind { HEADER, ROWS, END };

/* A message. */
struct block {
    struct head {
        uint64_t kind, at, line, bytes_read, size;
    } head;
    char text[TEXT_MOST];
};

struct ihp__hand_over {
    struct ihp__import *import;
    struct block **block; /* owned, as are its blocks */
    MPI_Request *request; /* owned; of the message that a block is */
    size_t blocks;
    int *room;                /* owned; of each rank after the lead: how many blocks it may get */
    int *turn;                /* owned; the rank of each block, in the order of the first reading */
    size_t turns, turns_made; /* used, and room */
    size_t *first_turn;       /* owned; of each file of claims */

    /* of the file that is read */
    const struct ihp__import_file *file;
    size_t index;
    bool again;
    uint64_t *number;
    size_t current;   /* block that is filled, or that arrives */
    bool begun, done; /* the header is known; there is nothing more */
    size_t own;       /* block that this rank parses, and bytes of it that are parsed */
    size_t given;
    bool giving, continues; /* there is more of it; it goes on where this rank's last one ended */

    /* of the lead */
    struct ihp__packed_file *packed; /* owned */
    struct ihp_error failure;        /* of decompressing */
    uint64_t at, line;               /* of the text in the current block */
    size_t have, next_turn;
    bool quoted, within; /* that text begins within quotes, or within a row */
    bool ended;          /* there is no more text than that */
    bool alone;          /* the lead parses everything */
    bool others_failed;
    size_t under_way, unanswered; /* messages that are sent, blocks that others have */

    /* of the others */
    bool owes; /* an answer to the last block */
};

static bool is_lead(const struct ihp__hand_over *h)
{
    return h->import->rank == h->file->lead;
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* Returns how many buffers this rank needs. As a lead: one to fill, one to parse, and those that
 * are on their way. */
static size_t count_buffers(const struct ihp__import *import)
{
    const struct ihp__import_source *source = &import->source[IHP__EXTRACT_CLAIMS];
    size_t count = 0;
    for (size_t i = 0; i < source->files; i++) {
        const struct ihp__import_file *file = &source->file[i];
        size_t most = file->team <= 1 || file->part.none  ? 0
                      : file->lead != import->rank        ? 2
                      : file->team > BUFFERS_MOST / AHEAD ? BUFFERS_MOST
                                                          : AHEAD * (size_t)file->team;
        count = most > count ? most : count;
    }
    return count;
}

static bool make_buffers(struct ihp__hand_over *h)
{
    size_t files = h->import->source[IHP__EXTRACT_CLAIMS].files;
    h->blocks = count_buffers(h->import);
    h->block = calloc(h->blocks + 1, sizeof *h->block);
    h->request = calloc(h->blocks + 1, sizeof *h->request);
    h->room = calloc((size_t)h->import->ranks, sizeof *h->room);
    h->first_turn = calloc(files + 1, sizeof *h->first_turn);
    bool made = h->block != NULL && h->request != NULL && h->room != NULL && h->first_turn != NULL;
    for (size_t i = 0; made && i < h->blocks; i++) {
        h->request[i] = MPI_REQUEST_NULL;
        h->block[i] = malloc(sizeof *h->block[i]);
        made = h->block[i] != NULL;
    }
    return made;
}

enum ihp_status ihp__hand_over_create(struct ihp__import *import, struct ihp__hand_over **out,
                                      struct ihp_error *err)
{
    struct ihp__hand_over *h = calloc(1, sizeof *h);
    if (h == NULL) {
        return ihp__fail_memory(err, "reading compressed claims");
    }
    h->import = import;
    if (!make_buffers(h)) {
        ihp__hand_over_free(&h);
        return ihp__fail_memory(err, "reading compressed claims");
    }
    *out = h;
    return IHP_OK;
}

void ihp__hand_over_free(struct ihp__hand_over **hand_over)
{
    struct ihp__hand_over *h = *hand_over;
    if (h == NULL) {
        return;
    }
    for (size_t i = 0; h->block != NULL && i < h->blocks; i++) {
        free(h->block[i]);
    }
    free(h->block);
    free(h->request);
    free(h->room);
    free(h->turn);
    free(h->first_turn);
    free(h);
    *hand_over = NULL;
}

/* ---- messages -------------------------------------------------------------------------------- */

/* Lets others run while this rank waits. */
static void rest(unsigned *times)
{
    const struct timespec moment = {.tv_nsec = 50000};
    if (++*times < 100) {
        sched_yield();
    } else {
        nanosleep(&moment, NULL);
    }
}

static void send_block(struct ihp__hand_over *h, size_t b, int rank)
{
    struct block *block = h->block[b];
    MPI_Isend(block, (int)(sizeof block->head + block->head.size), MPI_BYTE, rank, TAG_BLOCK,
              h->import->comm, &h->request[b]);
    h->under_way++;
    h->unanswered++;
    h->room[rank - h->file->lead]--;
}

/* Takes note of messages that have arrived, and of answers. */
static void look(struct ihp__hand_over *h)
{
    for (size_t b = 0; b < h->blocks; b++) {
        int sent = 0;
        if (h->request[b] != MPI_REQUEST_NULL) {
            MPI_Test(&h->request[b], &sent, MPI_STATUS_IGNORE);
            h->under_way -= sent ? 1 : 0;
        }
    }
    for (int arrived = 1; arrived != 0;) {
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, TAG_ANSWER, h->import->comm, &arrived, &status);
        if (arrived) {
            int failed = 0;
            MPI_Recv(&failed, 1, MPI_INT, status.MPI_SOURCE, TAG_ANSWER, h->import->comm,
                     MPI_STATUS_IGNORE);
            h->room[status.MPI_SOURCE - h->file->lead]++;
            h->unanswered--;
            h->others_failed |= failed != 0;
        }
    }
}

static void send_all(const struct ihp__hand_over *h, const void *message, size_t size)
{
    for (int r = 1; r < h->file->team; r++) {
        MPI_Send(message, (int)size, MPI_BYTE, h->file->lead + r, TAG_BLOCK, h->import->comm);
    }
}

static void receive(struct ihp__hand_over *h)
{
    MPI_Irecv(h->block[h->current], (int)sizeof(struct block), MPI_BYTE, h->file->lead, TAG_BLOCK,
              h->import->comm, &h->request[h->current]);
}

/* ---- the lead: text -------------------------------------------------------------------------- */

/* Decompresses until the current block has `size` bytes, or up to the end or an error. */
static void fill(struct ihp__hand_over *h, size_t size)
{
    size_t got = 1;
    while (h->have < size && !h->ended && h->failure.status == IHP_OK) {
        if (ihp__packed_read(h->packed, h->block[h->current]->text + h->have, size - h->have, &got,
                             &h->failure) == IHP_OK) {
            h->have += got;
            h->ended = got == 0;
        }
    }
}

/* Returns true if more text can be put into the current block. */
static bool is_open(const struct ihp__hand_over *h)
{
    return !h->ended && h->failure.status == IHP_OK && h->have < TEXT_MOST;
}

/* Takes the first `size` bytes of the text as a block, and moves the rest to another one. */
static size_t take(struct ihp__hand_over *h, enum kind kind, size_t size)
{
    size_t taken = h->current, next = 0;
    struct block *block = h->block[taken];
    struct ihp__csv_marks marks = {0, 0};
    while (next == taken || h->request[next] != MPI_REQUEST_NULL) {
        next++; /* at most two less than all are on their way */
    }
    memcpy(h->block[next]->text, block->text + size, h->have - size);
    block->head =
        (struct head){.kind = kind,
                      .at = h->at,
                      .line = h->line,
                      .bytes_read = ihp__packed_offset(h->packed) / (uint64_t)h->file->team,
                      .size = size};
    ihp__csv_count_marks(block->text, size, &marks);
    h->at += size;
    h->line += marks.line_ends;
    h->quoted ^= marks.quotes % 2 != 0;
    h->have -= size;
    h->current = next;
    return taken;
}

/* Returns the size of a block of the file. There are several for each rank. */
static size_t block_size(const struct ihp__hand_over *h)
{
    uint64_t size = h->file->bytes / (8 * (uint64_t)h->file->team);
    return size < BLOCK_LEAST ? BLOCK_LEAST : size > BLOCK_MOST ? BLOCK_MOST : (size_t)size;
}

/* Finds the size of the next block: whole rows, or all that is left. */
static size_t find_block(struct ihp__hand_over *h)
{
    size_t wanted = block_size(h), size = 0;
    for (size_t most = wanted; size == 0; most += wanted) {
        fill(h, most < TEXT_MOST ? most : TEXT_MOST);
        if (h->ended || h->failure.status != IHP_OK) {
            return h->have;
        }
        size = ihp__csv_whole_rows(h->block[h->current]->text, h->have, h->quoted);
        if (size == 0 && !is_open(h)) {
            return h->have;
        }
    }
    return size;
}

/* Returns the size of the header, 0 if there is none. Without a header in the first block, which is
 * large, the lead reads the file alone. */
static size_t find_header(struct ihp__hand_over *h)
{
    const struct ihp__import_source *source = &h->import->source[IHP__EXTRACT_CLAIMS];
    size_t size = 0;
    if (ihp__import_format(source, h->file).header != NULL) {
        return 0;
    }
    for (size_t most = block_size(h); size == 0; most += block_size(h)) {
        bool more = is_open(h);
        fill(h, most < TEXT_MOST ? most : TEXT_MOST);
        size = ihp__csv_first_row(h->block[h->current]->text, h->have);
        if (size == 0 && !more) {
            h->alone = true;
            return 0;
        }
    }
    return size;
}

/* ---- the lead: who parses -------------------------------------------------------------------- */

/* Returns the rank with the fewest blocks, or the lead if all have enough, or if no buffer is left.
 */
static int find_rank(const struct ihp__hand_over *h)
{
    int best = 0, lead = h->file->lead;
    if (h->under_way + 2 >= h->blocks) {
        return lead;
    }
    for (int r = 1; r < h->file->team; r++) {
        best = h->room[r] > 0 && (best == 0 || h->room[r] > h->room[best]) ? r : best;
    }
    return lead + best;
}

/* Finds who parses the next block, at first; or who has parsed it, and waits for that rank. */
static enum ihp_status choose_rank(struct ihp__hand_over *h, bool own, int *rank,
                                   struct ihp_error *err)
{
    unsigned times = 0;
    if (h->again) {
        *rank = h->next_turn < h->turns ? h->turn[h->next_turn++] : h->file->lead;
        while (*rank != h->file->lead &&
               (h->room[*rank - h->file->lead] == 0 || h->under_way + 2 >= h->blocks)) {
            rest(&times);
            look(h);
        }
        return IHP_OK;
    }
    *rank = own ? h->file->lead : find_rank(h);
    if (!ihp__array_reserve(&h->turn, &h->turns_made, h->turns + 1, sizeof *h->turn)) {
        return ihp__fail_memory(err, "reading compressed claims");
    }
    h->turn[h->turns++] = *rank;
    return IHP_OK;
}

/* Gives the next piece of the block that this rank parses. */
static void give_piece(struct ihp__hand_over *h, struct ihp__csv_run *run)
{
    struct block *block = h->block[h->own];
    uint64_t at = block->head.at + h->given;
    uint64_t left = block->head.size - h->given, piece = PIECE - at % PIECE;
    *run = (struct ihp__csv_run){.bytes = block->text + h->given,
                                 .size = (size_t)(piece < left ? piece : left),
                                 .at = at,
                                 .line = block->head.line,
                                 .continues = h->continues || h->given > 0,
                                 .bytes_read = block->head.bytes_read};
    h->given += run->size;
    h->giving = h->given < block->head.size;
}

/* Begins to give a block to this rank. */
static void give(struct ihp__hand_over *h, size_t b, bool continues, struct ihp__csv_run *run)
{
    h->own = b;
    h->given = 0;
    h->continues = continues;
    if (!continues) {
        *h->number = (uint64_t)h->index << IHP__IMPORT_FILE_BIT | h->block[b]->head.at;
    }
    give_piece(h, run);
}

/* Ends the text on the lead, with the error of decompressing if there is one. */
static enum ihp_status end_text(struct ihp__hand_over *h, struct ihp__csv_run *run,
                                struct ihp_error *err)
{
    *run = (struct ihp__csv_run){.size = 0};
    h->done = true;
    if (h->failure.status == IHP_OK || h->others_failed) {
        return IHP_OK;
    }
    *h->number = (uint64_t)h->index << IHP__IMPORT_FILE_BIT | h->at;
    return ihp__fail(err, h->failure.status, "%s", h->failure.text);
}

/* Opens the file, and gives the header to all. `*size` is 0 if there is none. */
static enum ihp_status begin_text(struct ihp__hand_over *h, size_t *size, struct ihp__csv_run *run,
                                  struct ihp_error *err)
{
    h->begun = true;
    if (ihp__packed_open(h->file->path, &h->packed, err) != IHP_OK) {
        return err->status;
    }
    *size = find_header(h);
    if (*size > 0) {
        size_t b = take(h, HEADER, *size);
        send_all(h, h->block[b], sizeof(struct head) + *size);
        give(h, b, false, run);
    }
    return IHP_OK;
}

/* Gets the next run that the lead parses, and hands over the blocks before it. */
static enum ihp_status lead_next(struct ihp__hand_over *h, struct ihp__csv_run *run,
                                 struct ihp_error *err)
{
    size_t size = 0;
    if (h->giving) {
        look(h);
        give_piece(h, run);
        return IHP_OK;
    }
    if (!h->begun && (begin_text(h, &size, run, err) != IHP_OK || size > 0)) {
        return err->status;
    }
    while (!h->done) {
        look(h);
        size = find_block(h);
        if (size == 0 || h->others_failed) {
            return end_text(h, run, err);
        }
        const bool continues = h->within;
        int rank = h->file->lead;
        h->within = h->failure.status != IHP_OK ||
                    (!h->ended && size == h->have &&
                     ihp__csv_whole_rows(h->block[h->current]->text, size, h->quoted) != size);
        if (choose_rank(h, h->alone || continues || h->within, &rank, err) != IHP_OK) {
            return err->status;
        }
        size_t b = take(h, ROWS, size);
        if (rank == h->file->lead) {
            give(h, b, continues, run);
            return IHP_OK;
        }
        send_block(h, b, rank);
    }
    return end_text(h, run, err);
}

/* ---- the others ------------------------------------------------------------------------------ */

/* Answers the last block, and waits for the next message. Returns false at the end. */
static bool get_block(struct ihp__hand_over *h, int failed, size_t *b)
{
    unsigned times = 0;
    if (h->owes) {
        MPI_Send(&failed, 1, MPI_INT, h->file->lead, TAG_ANSWER, h->import->comm);
        h->owes = false;
    }
    if (h->done) {
        return false;
    }
    for (int arrived = 0; arrived == 0;) {
        MPI_Test(&h->request[h->current], &arrived, MPI_STATUS_IGNORE);
        if (arrived == 0) {
            rest(&times);
        }
    }
    *b = h->current;
    h->owes = h->block[*b]->head.kind == ROWS;
    h->done = h->block[*b]->head.kind == END;
    if (!h->done) { /* so that the next message is under way while this one is parsed */
        h->current = 1 - h->current;
        receive(h);
    }
    return !h->done;
}

/* ---- reading --------------------------------------------------------------------------------- */

void ihp__hand_over_begin(struct ihp__hand_over *h, size_t file, bool again, uint64_t *number)
{
    h->file = &h->import->source[IHP__EXTRACT_CLAIMS].file[file];
    h->index = file;
    h->again = again;
    h->number = number;
    h->current = 0;
    h->failure = (struct ihp_error){0};
    h->at = 0;
    h->line = 1;
    h->have = 0;
    h->begun = h->done = h->quoted = h->within = h->ended = h->alone = false;
    h->others_failed = h->owes = h->giving = false;
    if (!is_lead(h)) {
        receive(h);
        return;
    }
    for (int r = 0; r < h->file->team; r++) {
        h->room[r] = AHEAD;
    }
    if (!again) {
        h->first_turn[file] = h->turns;
    }
    h->next_turn = h->first_turn[file];
}

enum ihp_status ihp__hand_over_next(void *hand_over, struct ihp__csv_run *run,
                                    struct ihp_error *err)
{
    struct ihp__hand_over *h = hand_over;
    size_t b = 0;
    if (is_lead(h)) {
        return lead_next(h, run, err);
    }
    if (h->giving) {
        int arrived;
        MPI_Request_get_status(h->request[h->current], &arrived, MPI_STATUS_IGNORE);
        give_piece(h, run);
    } else if (get_block(h, 0, &b)) {
        give(h, b, false, run);
    } else {
        *run = (struct ihp__csv_run){.size = 0};
    }
    return IHP_OK;
}

void ihp__hand_over_end(struct ihp__hand_over *h)
{
    const struct head end = {.kind = END};
    unsigned times = 0;
    size_t b;
    if (!is_lead(h)) {
        while (get_block(h, 1, &b)) {
        }
        return;
    }
    ihp__packed_close(&h->packed);
    send_all(h, &end, sizeof end);
    for (look(h); h->unanswered > 0 || h->under_way > 0; look(h)) {
        rest(&times);
    }
}
