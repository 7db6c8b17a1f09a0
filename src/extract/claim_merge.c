/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merging runs of claim lines with a heap of the next line of each run. */
#include "extract/claim_merge.h"

#include <stdlib.h>
#include <string.h>

enum {
    READ_MOST = 1 << 18, /* larger buffers would save few calls and lose the processor's cache */
    PREFETCH = 512       /* bytes; many runs in turn are more than a processor foresees */
};

/* A run that is read line by line; a run in a file through a buffer. */
struct reader {
    struct ihp__import_run rest; /* the part that is neither returned nor in the buffer */
    char *buffer;                /* NULL for a run in memory */
    size_t size;
    const char *at, *end;              /* what is ready to be returned */
    const char *last;                  /* the line that was returned last, which ends at `at` */
    union ihp__import_claim_room room; /* that line, unpacked */
};

struct head {
    uint64_t key;
    const struct ihp__import_claim *claim;
    size_t reader;
};

struct ihp__import_merge {
    struct ihp__import_claim_order order;
    struct ihp__import_key_range range;
    struct reader *reader; /* owned */
    struct head *heap;     /* owned; the lowest line is first */
    size_t heads;
    bool begun; /* the first head has been returned; it must move on before the next one is */
};

static enum ihp_status fill(struct reader *reader, struct ihp_error *err)
{
    size_t kept = (size_t)(reader->end - reader->at);
    memmove(reader->buffer, reader->at, kept);
    uint64_t left = reader->rest.end - reader->rest.at;
    size_t bytes = left < reader->size - kept ? (size_t)left : reader->size - kept;
    if (ihp__temp_file_read(reader->rest.file, reader->rest.at, reader->buffer + kept, bytes,
                            err) != IHP_OK) {
        return err->status;
    }
    reader->rest.at += bytes;
    reader->at = reader->buffer;
    reader->end = reader->buffer + kept + bytes;
    return IHP_OK;
}

/* Reads the next line of a run; NULL at its end. */
static enum ihp_status read_line(struct reader *reader, const struct ihp__import_claim **claim,
                                 struct ihp_error *err)
{
    if ((size_t)(reader->end - reader->at) < IHP__CLAIM_PACKED_MAX &&
        reader->rest.at < reader->rest.end && fill(reader, err) != IHP_OK) {
        return err->status;
    }
    const size_t ready = (size_t)(reader->end - reader->at);
    *claim = NULL;
    if (ready == 0) {
        return IHP_OK;
    }
    const size_t bytes = ihp__import_claim_unpack(reader->at, ready, &reader->room);
    if (bytes == 0) {
        return ihp__fail(err, IHP_ERR_RUN,
                         "a temporary file for sorting is damaged; check the disk that the "
                         "store is on");
    }
    reader->last = reader->at;
    reader->at += bytes;
    __builtin_prefetch(reader->at + PREFETCH);
    *claim = &reader->room.claim;
    return IHP_OK;
}

/* Reads the next line of a run into `*head`. Sets `*any` to false if the run has no more line up to
 * the end of the range. */
static enum ihp_status read_head(struct ihp__import_merge *merge, size_t reader, struct head *head,
                                 bool *any, struct ihp_error *err)
{
    const struct ihp__import_claim *claim = NULL;
    if (read_line(&merge->reader[reader], &claim, err) != IHP_OK) {
        return err->status;
    }
    *any = claim != NULL;
    if (*any) {
        *head = (struct head){merge->order.key(claim), claim, reader};
        *any = head->key <= merge->range.last;
    }
    return IHP_OK;
}

static bool before(const struct ihp__import_merge *merge, const struct head *a,
                   const struct head *b)
{
    return a->key != b->key ? a->key < b->key : merge->order.compare(a->claim, b->claim) < 0;
}

/* Moves the head at `at` down to its place. */
static void sift_down(struct ihp__import_merge *merge, size_t at)
{
    struct head moving = merge->heap[at];
    for (size_t child; (child = 2 * at + 1) < merge->heads; at = child) {
        if (child + 1 < merge->heads &&
            before(merge, &merge->heap[child + 1], &merge->heap[child])) {
            child++;
        }
        if (!before(merge, &merge->heap[child], &moving)) {
            break;
        }
        merge->heap[at] = merge->heap[child];
    }
    merge->heap[at] = moving;
}

/* Reads the first line of a run within the range. */
static enum ihp_status start_reader(struct ihp__import_merge *merge, size_t r,
                                    struct ihp_error *err)
{
    struct head *head = &merge->heap[merge->heads];
    bool any = false;
    do {
        if (read_head(merge, r, head, &any, err) != IHP_OK) {
            return err->status;
        }
    } while (any && head->key < merge->range.low);
    merge->heads += any;
    return IHP_OK;
}

/* Divides the memory among the runs in files. */
static enum ihp_status give_buffers(struct ihp__import_merge *merge,
                                    const struct ihp__import_merge_input *input,
                                    struct ihp_error *err)
{
    size_t in_files = 0;
    char *memory = input->memory;
    for (size_t r = 0; r < input->count; r++) {
        in_files += input->run[r].file != NULL;
    }
    size_t size = in_files > 0 ? (size_t)(input->bytes / in_files) : 0;
    size = size < READ_MOST ? size : READ_MOST;
    if (in_files > 0 && size < 2 * IHP__CLAIM_PACKED_MAX) {
        return ihp__fail_memory(err, "merging the claims");
    }
    for (size_t r = 0; r < input->count; r++) {
        struct reader *reader = &merge->reader[r];
        reader->rest = input->run[r];
        if (reader->rest.file != NULL) {
            reader->buffer = memory;
            reader->size = size;
            reader->at = reader->end = memory;
            memory += size;
        } else {
            reader->at = reader->rest.memory + reader->rest.at;
            reader->end = reader->rest.memory + reader->rest.end;
            reader->rest.at = reader->rest.end;
        }
    }
    return IHP_OK;
}

static enum ihp_status start_readers(struct ihp__import_merge *merge,
                                     const struct ihp__import_merge_input *input,
                                     struct ihp_error *err)
{
    if (give_buffers(merge, input, err) != IHP_OK) {
        return err->status;
    }
    for (size_t r = 0; r < input->count; r++) {
        if (start_reader(merge, r, err) != IHP_OK) {
            return err->status;
        }
    }
    for (size_t i = merge->heads / 2; i-- > 0;) {
        sift_down(merge, i);
    }
    return IHP_OK;
}

enum ihp_status ihp__import_merge_create(const struct ihp__import_merge_input *input,
                                         const struct ihp__import_claim_order *order,
                                         struct ihp__import_merge **out, struct ihp_error *err)
{
    struct ihp__import_merge *merge = calloc(1, sizeof *merge);
    if (merge != NULL) {
        merge->order = *order;
        merge->range = input->range;
        merge->reader = calloc(input->count + 1, sizeof *merge->reader);
        merge->heap = calloc(input->count + 1, sizeof *merge->heap);
    }
    if (merge == NULL || merge->reader == NULL || merge->heap == NULL) {
        ihp__import_merge_destroy(&merge);
        return ihp__fail_memory(err, "merging the claims");
    }
    if (start_readers(merge, input, err) != IHP_OK) {
        ihp__import_merge_destroy(&merge);
        return err->status;
    }
    *out = merge;
    return IHP_OK;
}

void ihp__import_merge_destroy(struct ihp__import_merge **merge)
{
    if (merge == NULL || *merge == NULL) {
        return;
    }
    free((*merge)->reader);
    free((*merge)->heap);
    free(*merge);
    *merge = NULL;
}

enum ihp_status ihp__import_merge_next(struct ihp__import_merge *merge,
                                       const struct ihp__import_claim **claim,
                                       struct ihp_error *err)
{
    if (merge->begun && merge->heads > 0) {
        struct head next;
        bool any = false;
        if (read_head(merge, merge->heap[0].reader, &next, &any, err) != IHP_OK) {
            return err->status;
        }
        merge->heap[0] = any ? next : merge->heap[--merge->heads];
        if (merge->heads > 0) {
            sift_down(merge, 0);
        }
    }
    merge->begun = true;
    *claim = merge->heads > 0 ? merge->heap[0].claim : NULL;
    return IHP_OK;
}

struct ihp__import_merged ihp__import_merge_last(const struct ihp__import_merge *merge)
{
    const struct head *head = &merge->heap[0];
    const struct reader *reader = &merge->reader[head->reader];
    return (struct ihp__import_merged){.key = head->key,
                                       .packed = reader->last,
                                       .bytes = (size_t)(reader->at - reader->last),
                                       .source = (int)reader->rest.source};
}
