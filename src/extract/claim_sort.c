/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting claim lines into runs, and merging the runs. */
#include "extract/claim_sort.h"
#include "extract/claim_exchange.h"
#include "extract/claim_merge.h"
#include "extract/ranks.h"

#include "base/agree.h"
#include "base/touch.h"

#include <stdlib.h>
#include <string.h>

enum {
    RUNS_AT_ONCE = 256,
    BLOCK_SHARE = 32,      /* of the memory, one part in so many is the block */
    BLOCK_LEAST = 1 << 22, /* but at least so many bytes, where there are twice as many */
    PREFETCH = 8,          /* lines */
    TOUCH_FIRST = 1 << 16, /* bytes that are taken from the system at a time */
    TOUCH_MOST = 1 << 22,
};

struct ihp__import_sorter {
    struct ihp__import *import;
    struct ihp__import_claim_order order;
    uint64_t memory, block_bytes;

    char *all;                          /* owned: the block, then the packed lines */
    struct ihp__import_block block;     /* lines that are not in a run */
    char *packed;                       /* in the memory, as are the lines of the block */
    size_t packed_bytes, used, touched; /* what is used, and what has been taken from the system */
    struct ihp__import_runs held;       /* runs in memory */

    struct ihp__temp_file **files; /* of all ranks, not owned; NULL for a sorter that works alone */
    struct ihp__temp_file *file;   /* its own: one of `files`, or owned; NULL until it is needed */
    struct ihp__import_runs written; /* runs in its own file, later those to merge */
    uint64_t runs_written;

    struct ihp__import_merge *merge; /* owned; NULL until all lines have been added */
};

static int text_order(const char *a, size_t a_length, const char *b, size_t b_length)
{
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order != 0 ? order : (int)a_length - (int)b_length;
}

int ihp__import_claim_key_order(const struct ihp__import_claim *a,
                                const struct ihp__import_claim *b)
{
    int order = text_order(a->id, a->id_length, b->id, b->id_length);
    order = order != 0 ? order : (a->line > b->line) - (a->line < b->line);
    return order != 0 ? order
                      : text_order(a->id + a->id_length, a->version_length, b->id + b->id_length,
                                   b->version_length);
}

uint64_t ihp__import_block_bytes(uint64_t memory)
{
    uint64_t bytes = memory / BLOCK_SHARE;
    bytes = bytes > BLOCK_LEAST ? bytes : BLOCK_LEAST;
    return bytes < memory / 2 ? bytes : memory / 2;
}

/* Takes the memory and divides it. */
static enum ihp_status take_memory(struct ihp__import_sorter *s, struct ihp_error *err)
{
    const uint64_t run_lines = s->import->options->run_lines;
    const size_t block = (size_t)s->block_bytes / 16 * 16;
    s->all = ihp__allocate_large((size_t)s->memory);
    if (s->all == NULL) {
        return ihp__fail_memory(err, "sorting the claims");
    }
    ihp__import_block_begin(&s->block, s->all, block);
    if (run_lines > 0 && run_lines < s->block.most_lines) {
        s->block.most_lines = (size_t)run_lines;
    }
    s->packed = s->all + block;
    s->packed_bytes = (size_t)s->memory - block;
    s->used = s->touched = 0;
    return IHP_OK;
}

static void give_memory_back(struct ihp__import_sorter *s)
{
    free(s->all);
    s->all = NULL;
}

enum ihp_status ihp__import_sorter_create(struct ihp__import *import, uint64_t memory,
                                          uint64_t block_bytes,
                                          const struct ihp__import_claim_order *order,
                                          struct ihp__temp_file **files,
                                          struct ihp__import_sorter **out, struct ihp_error *err)
{
    struct ihp__import_sorter *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return ihp__fail_memory(err, "sorting the claims");
    }
    s->import = import;
    s->order = *order;
    s->memory = memory;
    s->block_bytes = block_bytes;
    s->files = files;
    s->file = files != NULL ? files[import->rank] : NULL;
    if (take_memory(s, err) != IHP_OK) {
        ihp__import_sorter_destroy(&s);
        return err->status;
    }
    *out = s;
    return IHP_OK;
}

void ihp__import_sorter_destroy(struct ihp__import_sorter **sorter)
{
    if (sorter == NULL || *sorter == NULL) {
        return;
    }
    struct ihp__import_sorter *s = *sorter;
    ihp__import_merge_destroy(&s->merge);
    if (s->files == NULL) {
        ihp__temp_file_destroy(&s->file);
    }
    ihp__import_runs_free(&s->held);
    ihp__import_runs_free(&s->written);
    free(s->all);
    free(s);
    *sorter = NULL;
}

/* ---- runs in memory -------------------------------------------------------------------------- */

/* Takes memory for `bytes` more bytes of packed lines from the system. */
static void touch(struct ihp__import_sorter *s, size_t bytes)
{
    while (s->touched < s->used + bytes) {
        size_t more = s->touched < TOUCH_FIRST ? TOUCH_FIRST : s->touched;
        more = more < TOUCH_MOST ? more : TOUCH_MOST;
        more = more < s->packed_bytes - s->touched ? more : s->packed_bytes - s->touched;
        ihp__touch(s->packed + s->touched, more);
        s->touched += more;
    }
}

/* Packs the sorted lines of the block as a run behind the others; they fit. */
static enum ihp_status hold_run(struct ihp__import_sorter *s, struct ihp_error *err)
{
    struct ihp__import_run run = {.memory = s->packed, .source = (uint64_t)s->import->rank};
    const struct ihp__import_entry *entry = s->block.entry;
    touch(s, s->block.packed);
    ihp__import_runs_begin(&s->held, s->used, &run);
    for (size_t i = 0; i < s->block.lines; i++) {
        if (i + PREFETCH < s->block.lines) {
            __builtin_prefetch(entry[i + PREFETCH].claim);
        }
        if (!ihp__import_runs_mark(&s->held, &run, entry[i].key, s->used)) {
            return ihp__fail_memory(err, "the list of runs");
        }
        s->used += ihp__import_claim_pack(entry[i].claim, s->packed + s->used);
    }
    ihp__import_block_empty(&s->block);
    return ihp__import_runs_end(&s->held, &run, s->used, err);
}

/* ---- runs in the file ------------------------------------------------------------------------ */

/* Begins a run at the end of the sorter's file. */
static enum ihp_status begin_run(struct ihp__import_sorter *s, const struct ihp__import_runs *runs,
                                 struct ihp__import_run *run, struct ihp_error *err)
{
    if (s->file == NULL && ihp__temp_file_create(s->import->store.path, &s->file, err) != IHP_OK) {
        return err->status;
    }
    *run = (struct ihp__import_run){.file = s->file, .source = (uint64_t)s->import->rank};
    ihp__import_runs_begin(runs, ihp__temp_file_size(s->file), run);
    return IHP_OK;
}

static enum ihp_status append_line(struct ihp__import_sorter *s, struct ihp__import_runs *runs,
                                   const struct ihp__import_run *run, uint64_t key,
                                   const char *packed, size_t bytes, struct ihp_error *err)
{
    if (!ihp__import_runs_mark(runs, run, key, ihp__temp_file_size(s->file))) {
        return ihp__fail_memory(err, "the list of runs");
    }
    return ihp__temp_file_append(s->file, packed, bytes, err);
}

static enum ihp_status end_run(struct ihp__import_sorter *s, struct ihp__import_runs *runs,
                               struct ihp__import_run *run, struct ihp_error *err)
{
    s->runs_written++;
    return ihp__import_runs_end(runs, run, ihp__temp_file_size(s->file), err) == IHP_OK
               ? ihp__temp_file_flush(s->file, err)
               : err->status;
}

/* Writes the sorted lines of the block as a run of the file. */
static enum ihp_status write_block(struct ihp__import_sorter *s, struct ihp_error *err)
{
    char packed[IHP__CLAIM_PACKED_MAX];
    struct ihp__import_run run;
    if (begin_run(s, &s->written, &run, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < s->block.lines; i++) {
        const struct ihp__import_entry *entry = &s->block.entry[i];
        const size_t bytes = ihp__import_claim_pack(entry->claim, packed);
        if (append_line(s, &s->written, &run, entry->key, packed, bytes, err) != IHP_OK) {
            return err->status;
        }
    }
    ihp__import_block_empty(&s->block);
    return end_run(s, &s->written, &run, err);
}

static const struct ihp__import_key_range all_keys = {0, UINT64_MAX, false};

/* Merges `count` runs into one run at the end of the file, which is added to `*runs`. Those in
 * files are read through the memory, in which nothing else may be then. */
static enum ihp_status write_merged(struct ihp__import_sorter *s,
                                    const struct ihp__import_run *from, size_t count,
                                    struct ihp__import_runs *runs, struct ihp_error *err)
{
    struct ihp__import_run run;
    struct ihp__import_merge *merge = NULL;
    const struct ihp__import_claim *claim = NULL;
    const struct ihp__import_merge_input input = {from, count, all_keys, s->all, s->memory};
    if (begin_run(s, runs, &run, err) != IHP_OK ||
        ihp__import_merge_create(&input, &s->order, &merge, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status;
    while ((status = ihp__import_merge_next(merge, &claim, err)) == IHP_OK && claim != NULL) {
        const struct ihp__import_merged line = ihp__import_merge_last(merge);
        if ((status = append_line(s, runs, &run, line.key, line.packed, line.bytes, err)) !=
            IHP_OK) {
            break;
        }
    }
    ihp__import_merge_destroy(&merge);
    return status == IHP_OK ? end_run(s, runs, &run, err) : status;
}

/* Moves the runs in memory to the file, as one run. */
static enum ihp_status write_held(struct ihp__import_sorter *s, struct ihp_error *err)
{
    if (s->held.count > 0 &&
        write_merged(s, s->held.run, s->held.count, &s->written, err) != IHP_OK) {
        return err->status;
    }
    ihp__import_runs_free(&s->held);
    s->used = 0;
    return IHP_OK;
}

/* Sorts the block and makes a run of it, in memory if there is room. */
static enum ihp_status make_run(struct ihp__import_sorter *s, struct ihp_error *err)
{
    if (s->block.lines == 0) {
        return IHP_OK;
    }
    ihp__import_block_sort(&s->block, s->order.compare);
    if (s->block.packed > s->packed_bytes - s->used && write_held(s, err) != IHP_OK) {
        return err->status;
    }
    const bool fits = s->block.packed <= s->packed_bytes && s->import->options->run_lines == 0;
    return fits ? hold_run(s, err) : write_block(s, err);
}

enum ihp_status ihp__import_sorter_add(struct ihp__import_sorter *s,
                                       const struct ihp__import_claim *claim, struct ihp_error *err)
{
    if (!ihp__import_block_fits(&s->block, claim) && make_run(s, err) != IHP_OK) {
        return err->status;
    }
    ihp__import_block_add(&s->block, s->order.key(claim), claim);
    return IHP_OK;
}

/* Moves all lines to the file. */
static enum ihp_status write_all(struct ihp__import_sorter *s, struct ihp_error *err)
{
    return make_run(s, err) == IHP_OK ? write_held(s, err) : err->status;
}

enum ihp_status ihp__import_sorter_set_aside(struct ihp__import_sorter *s, struct ihp_error *err)
{
    if (write_all(s, err) == IHP_OK) {
        give_memory_back(s);
    }
    return err->status;
}

/* Merges all runs of the file in groups, so that fewer runs are left. */
static enum ihp_status merge_pass(struct ihp__import_sorter *s, size_t at_once,
                                  struct ihp_error *err)
{
    struct ihp__import_runs runs = {0};
    for (size_t first = 0; first < s->written.count; first += at_once) {
        size_t left = s->written.count - first;
        if (write_merged(s, s->written.run + first, left < at_once ? left : at_once, &runs, err) !=
            IHP_OK) {
            ihp__import_runs_free(&runs);
            return err->status;
        }
    }
    ihp__import_runs_free(&s->written);
    s->written = runs;
    return IHP_OK;
}

/* Writes all lines to the file and merges until there are at most `most` runs. */
static enum ihp_status end_runs(struct ihp__import_sorter *s, size_t at_once, size_t most,
                                struct ihp_error *err)
{
    if ((s->all != NULL && write_all(s, err) != IHP_OK) ||
        (s->all == NULL && take_memory(s, err) != IHP_OK)) {
        return err->status;
    }
    while (s->written.count > most) {
        if (merge_pass(s, at_once, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* ---- runs of all ranks ----------------------------------------------------------------------- */

/* What a rank appends to its file for the others: the number of its runs and marks, and where they
 * are. */
struct directory {
    uint64_t at, runs, marks;
};

static enum ihp_status publish_runs(struct ihp__import_sorter *s, struct directory *directory,
                                    struct ihp_error *err)
{
    *directory =
        (struct directory){ihp__temp_file_size(s->file), s->written.count, s->written.marks};
    const struct ihp__import_runs *runs = &s->written;
    if (runs->count > 0 &&
        (ihp__temp_file_append(s->file, runs->run, runs->count * sizeof *runs->run, err) !=
             IHP_OK ||
         ihp__temp_file_append(s->file, runs->mark, runs->marks * sizeof *runs->mark, err) !=
             IHP_OK)) {
        return err->status;
    }
    return ihp__import_rank_file_publish(s->import, s->file, err);
}

/* Adds the runs of a rank. They may have lines in the range. */
static enum ihp_status add_runs(struct ihp__import_sorter *s, int source,
                                const struct directory *directory,
                                const struct ihp__import_key_range *range,
                                struct ihp__import_runs *runs, struct ihp_error *err)
{
    struct ihp__temp_file *file = s->files[source];
    size_t count = (size_t)directory->runs, run_bytes = count * sizeof *runs->run;
    size_t mark_bytes = (size_t)directory->marks * sizeof(struct ihp__import_mark);
    if (count == 0 || range->empty) {
        return IHP_OK;
    }
    struct ihp__import_mark *mark = malloc(mark_bytes);
    if (mark == NULL ||
        !ihp__array_reserve(&runs->run, &runs->capacity, runs->count + count, sizeof *runs->run)) {
        free(mark);
        return ihp__fail_memory(err, "the list of runs");
    }
    struct ihp__import_run *added = runs->run + runs->count;
    if (ihp__temp_file_read(file, directory->at, added, run_bytes, err) == IHP_OK &&
        ihp__temp_file_read(file, directory->at + run_bytes, mark, mark_bytes, err) == IHP_OK) {
        for (size_t i = 0; i < count; i++) {
            added[i].file = file;
            ihp__import_run_skip(&added[i], mark, range->low);
        }
        runs->count += count;
    }
    free(mark);
    return err->status;
}

/* Replaces this rank's runs by those of all ranks. `directories` has three numbers of each rank. */
static enum ihp_status take_runs(struct ihp__import_sorter *s, const uint64_t *directories,
                                 const struct ihp__import_key_range *range, struct ihp_error *err)
{
    struct ihp__import_runs runs = {0};
    enum ihp_status status = IHP_OK;
    for (int r = 0; r < s->import->ranks && status == IHP_OK; r++) {
        const uint64_t *d = directories + 3 * r;
        const struct directory directory = {d[0], d[1], d[2]};
        status = add_runs(s, r, &directory, range, &runs, err);
    }
    ihp__import_runs_free(&s->written);
    s->written = runs;
    return status;
}

/* Collective: replaces this rank's runs by the runs of all ranks. */
static enum ihp_status join_runs(struct ihp__import_sorter *s,
                                 const struct ihp__import_key_range *range, struct ihp_error *err)
{
    int ranks = s->import->ranks;
    struct directory mine;
    if (publish_runs(s, &mine, err) != IHP_OK) {
        return err->status;
    }
    uint64_t *directories = calloc(3 * (size_t)ranks, sizeof *directories);
    if (directories == NULL) {
        return ihp__fail_memory(err, "the list of runs");
    }
    enum ihp_status status = ihp__import_agree(s->import, err);
    if (status == IHP_OK) {
        uint64_t *place = directories + 3 * s->import->rank;
        place[0] = mine.at;
        place[1] = mine.runs;
        place[2] = mine.marks;
        ihp__sum_u64(s->import->comm, directories, 3 * ranks);
        status = take_runs(s, directories, range, err);
    }
    free(directories);
    return status;
}

/* Collective: exchanges the runs of the ranks from memory to memory, so that this rank has those of
 * the range. Sets `*done` to false if they do not fit. */
static enum ihp_status exchange_runs(struct ihp__import_sorter *s,
                                     const struct ihp__import_key_range *range, bool *done,
                                     struct ihp_error *err)
{
    struct ihp__import_exchange x = {.import = s->import,
                                     .key = s->order.key,
                                     .range = *range,
                                     .ready = s->all != NULL && s->written.count == 0,
                                     .runs = &s->held};
    if (x.ready) {
        x.room = s->packed + s->used;
        x.room_bytes = s->packed_bytes - s->used;
    }
    if (ihp__import_exchange_runs(&x, done, err) == IHP_OK && *done) {
        ihp__import_runs_free(&s->held);
        s->held = x.got;
    } else {
        ihp__import_runs_free(&x.got);
    }
    return err->status;
}

/* Brings the lines of the range into runs of the file, and of those of other ranks, few enough for
 * one merge. Collective for sorters with files. */
static enum ihp_status gather_in_files(struct ihp__import_sorter *s,
                                       const struct ihp__import_key_range *range,
                                       struct ihp_error *err)
{
    size_t at_once = (size_t)(s->memory / IHP__IMPORT_MERGE_READ_MIN), most;
    at_once = at_once > RUNS_AT_ONCE ? RUNS_AT_ONCE : at_once;
    most = s->files == NULL ? at_once : at_once / (size_t)s->import->ranks;
    if (end_runs(s, at_once, most > 0 ? most : 1, err) != IHP_OK) {
        return err->status;
    }
    return s->files != NULL ? join_runs(s, range, err) : IHP_OK;
}

enum ihp_status ihp__import_sorter_finish(struct ihp__import_sorter *s,
                                          const struct ihp__import_key_range *range,
                                          struct ihp_error *err)
{
    if (s->all != NULL && make_run(s, err) != IHP_OK) {
        return err->status;
    }
    bool in_memory = s->all != NULL && s->written.count == 0;
    if ((s->files != NULL && exchange_runs(s, range, &in_memory, err) != IHP_OK) ||
        (!in_memory && gather_in_files(s, range, err) != IHP_OK)) {
        return err->status;
    }
    const struct ihp__import_runs *runs = in_memory ? &s->held : &s->written;
    const struct ihp__import_merge_input input = {
        runs->run, runs->count, s->files == NULL ? all_keys : *range, s->all, s->memory};
    return ihp__import_merge_create(&input, &s->order, &s->merge, err);
}

enum ihp_status ihp__import_sorter_next(struct ihp__import_sorter *s,
                                        const struct ihp__import_claim **claim,
                                        struct ihp_error *err)
{
    return ihp__import_merge_next(s->merge, claim, err);
}

uint64_t ihp__import_sorter_runs(const struct ihp__import_sorter *s)
{
    return s->runs_written;
}

int ihp__import_sorter_source(const struct ihp__import_sorter *s)
{
    return ihp__import_merge_last(s->merge).source;
}
