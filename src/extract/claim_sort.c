/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting claim lines in a block of memory and writing them as runs. */
#include "extract/claim_sort.h"
#include "extract/claim_exchange.h"
#include "extract/ranks.h"

#include "base/agree.h"
#include "base/search.h"
#include "base/touch.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINE_BYTES =
        72, /* of a record with a claim ID of usual length; decides how the block is divided */
    RUNS_AT_ONCE = 256,
    MARK_BYTES = 1 << 16, /* about as many bytes lie between two marks */
    SMALL_GROUP = 12,
    PREFETCH = 8,
    TOUCH_FIRST = 1 << 16, /* bytes of records that are taken from the system at a time */
    TOUCH_MOST = 1 << 22,
};

struct ihp__import_sorter {
    struct ihp__import *import;
    struct ihp__import_claim_order order;
    uint64_t memory;
    size_t most_lines, room_lines; /* most lines at once; entries that the block has room for */

    char *block;                     /* owned: entries, as many again for sorting, then records */
    struct ihp__import_entry *entry; /* in the block, as are the next two */
    struct ihp__import_entry *spare;
    char *record;
    size_t record_bytes, used, lines;
    size_t touched; /* bytes of records that have been taken from the system */

    struct ihp__temp_file **files; /* of all ranks, not owned; NULL for a sorter that works alone */
    struct ihp__temp_file *file;   /* its own: one of `files`, or owned; NULL until it is needed */
    struct ihp__import_runs runs;  /* in its own file, later those to merge */
    struct ihp__import_mark *mark; /* owned; with `files` only */
    size_t marks, mark_capacity;
    uint64_t runs_written;

    struct ihp__import_merge *merge; /* owned; NULL if all lines are in the block */
    size_t next;                     /* the next line of the block to return */
    struct ihp__import_area *area;   /* owned: where lines of other ranks are in the block */
    size_t areas;
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

static enum ihp_status take_block(struct ihp__import_sorter *s, struct ihp_error *err)
{
    size_t lines = (size_t)(s->memory / (LINE_BYTES + 2 * sizeof(struct ihp__import_entry)));
    s->block = malloc((size_t)s->memory);
    if (s->block == NULL) {
        return ihp__fail_memory(err, "sorting the claims");
    }
    if (s->most_lines == 0 || s->most_lines > lines) {
        s->most_lines = lines;
    }
    s->room_lines = lines;
    s->touched = 0;
    s->entry = (struct ihp__import_entry *)(void *)s->block;
    s->spare = s->entry + lines;
    s->record = (char *)(s->spare + lines);
    s->record_bytes = (size_t)s->memory - 2 * lines * sizeof(struct ihp__import_entry);
    return IHP_OK;
}

enum ihp_status ihp__import_sorter_create(struct ihp__import *import, uint64_t memory,
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
    s->memory = memory / 16 * 16;
    s->most_lines = (size_t)import->options->run_lines;
    s->files = files;
    s->file = files != NULL ? files[import->rank] : NULL;
    if (take_block(s, err) != IHP_OK) {
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
    free(s->runs.run);
    free(s->mark);
    free(s->area);
    free(s->block);
    free(s);
    *sorter = NULL;
}

/* ---- sorting the block ----------------------------------------------------------------------- */

/* Returns true if the keys ascend, as they do where a file is written in the order of a store. */
static bool is_sorted(const struct ihp__import_sorter *s)
{
    size_t i = 1;
    while (i < s->lines && s->entry[i - 1].key <= s->entry[i].key) {
        i++;
    }
    return i >= s->lines;
}

/* Sorts by key, byte by byte from the lowest; a byte that is the same in all keys is left out. The
 * sorted entries may end up in either array; `s->entry` points to it. */
static void sort_by_key(struct ihp__import_sorter *s)
{
    size_t count[8][256];
    if (is_sorted(s)) {
        return;
    }
    memset(count, 0, sizeof count);
    for (size_t i = 0; i < s->lines; i++) {
        for (unsigned b = 0; b < 8; b++) {
            count[b][s->entry[i].key >> (8 * b) & 0xff]++;
        }
    }
    for (unsigned b = 0; b < 8; b++) {
        if (count[b][s->entry[0].key >> (8 * b) & 0xff] == s->lines) {
            continue;
        }
        size_t at = 0;
        for (unsigned v = 0; v < 256; v++) {
            size_t here = count[b][v];
            count[b][v] = at;
            at += here;
        }
        for (size_t i = 0; i < s->lines; i++) {
            s->spare[count[b][s->entry[i].key >> (8 * b) & 0xff]++] = s->entry[i];
        }
        struct ihp__import_entry *sorted = s->spare;
        s->spare = s->entry;
        s->entry = sorted;
    }
}

static void sort_small(struct ihp__import_entry *entry, size_t count,
                       ihp__import_claim_compare_fn compare)
{
    for (size_t i = 1; i < count; i++) {
        struct ihp__import_entry moving = entry[i];
        size_t at = i;
        while (at > 0 && compare(entry[at - 1].claim, moving.claim) > 0) {
            entry[at] = entry[at - 1];
            at--;
        }
        entry[at] = moving;
    }
}

/* Merge sort of entries of one key. In a real extract no member has many on one day. */
static void sort_large(struct ihp__import_entry *entry, struct ihp__import_entry *spare,
                       size_t count, ihp__import_claim_compare_fn compare)
{
    for (size_t i = 0; i < count; i += SMALL_GROUP) {
        sort_small(entry + i, count - i < SMALL_GROUP ? count - i : SMALL_GROUP, compare);
    }
    for (size_t width = SMALL_GROUP; width < count; width *= 2) {
        for (size_t first = 0; first < count; first += 2 * width) {
            size_t middle = count - first < width ? count : first + width;
            size_t end = count - first < 2 * width ? count : first + 2 * width;
            size_t a = first, b = middle;
            for (size_t to = first; to < end; to++) {
                bool from_a =
                    b == end || (a < middle && compare(entry[a].claim, entry[b].claim) <= 0);
                spare[to] = entry[from_a ? a++ : b++];
            }
        }
        memcpy(entry, spare, count * sizeof *entry);
    }
}

static void sort_block(struct ihp__import_sorter *s)
{
    if (s->lines < 2) {
        return;
    }
    sort_by_key(s);
    for (size_t first = 0, end; first < s->lines; first = end) {
        for (end = first + 1; end < s->lines && s->entry[end].key == s->entry[first].key; end++) {
        }
        if (end - first <= SMALL_GROUP) {
            sort_small(s->entry + first, end - first, s->order.compare);
        } else {
            sort_large(s->entry + first, s->spare + first, end - first, s->order.compare);
        }
    }
}

/* ---- runs ------------------------------------------------------------------------------------ */

/* Begins a run at the end of the sorter's file. */
static struct ihp__import_run begin_run(const struct ihp__import_sorter *s)
{
    return (struct ihp__import_run){.at = ihp__temp_file_size(s->file),
                                    .first_mark = s->marks,
                                    .file = s->file,
                                    .source = (uint64_t)s->import->rank};
}

static enum ihp_status append_line(struct ihp__import_sorter *s, const struct ihp__import_run *run,
                                   const struct ihp__import_claim *claim, struct ihp_error *err)
{
    uint64_t at = ihp__temp_file_size(s->file);
    if (s->files != NULL &&
        (s->marks == run->first_mark || at - s->mark[s->marks - 1].at >= MARK_BYTES)) {
        if (!ihp__array_reserve(&s->mark, &s->mark_capacity, s->marks + 1, sizeof *s->mark)) {
            return ihp__fail_memory(err, "the list of runs");
        }
        s->mark[s->marks++] = (struct ihp__import_mark){s->order.key(claim), at};
    }
    return ihp__temp_file_append(s->file, claim, ihp__import_claim_bytes(claim), err);
}

static enum ihp_status end_run(struct ihp__import_sorter *s, struct ihp__import_runs *runs,
                               struct ihp__import_run run, struct ihp_error *err)
{
    if (!ihp__array_reserve(&runs->run, &runs->capacity, runs->count + 1, sizeof *runs->run)) {
        return ihp__fail_memory(err, "the list of runs");
    }
    run.end = ihp__temp_file_size(s->file);
    run.marks = s->marks - run.first_mark;
    runs->run[runs->count++] = run;
    s->runs_written++;
    return ihp__temp_file_flush(s->file, err);
}

static enum ihp_status write_run(struct ihp__import_sorter *s, struct ihp_error *err)
{
    if (s->lines == 0) {
        return IHP_OK;
    }
    sort_block(s);
    if (s->file == NULL && ihp__temp_file_create(s->import->store.path, &s->file, err) != IHP_OK) {
        return err->status;
    }
    struct ihp__import_run run = begin_run(s);
    for (size_t i = 0; i < s->lines; i++) {
        if (i + PREFETCH < s->lines) {
            __builtin_prefetch(s->entry[i + PREFETCH].claim);
        }
        if (append_line(s, &run, s->entry[i].claim, err) != IHP_OK) {
            return err->status;
        }
    }
    s->lines = s->used = 0;
    return end_run(s, &s->runs, run, err);
}

/* Takes memory for more records, and for their entries. */
static void touch_more(struct ihp__import_sorter *s)
{
    size_t bytes = s->touched < TOUCH_FIRST ? TOUCH_FIRST : s->touched;
    bytes = bytes < TOUCH_MOST ? bytes : TOUCH_MOST;
    bytes = bytes < s->record_bytes - s->touched ? bytes : s->record_bytes - s->touched;
    size_t lines = bytes / LINE_BYTES;
    lines = lines < s->room_lines - s->lines ? lines : s->room_lines - s->lines;
    ihp__touch(s->record + s->touched, bytes);
    ihp__touch(s->entry + s->lines, lines * sizeof *s->entry);
    s->touched += bytes;
}

enum ihp_status ihp__import_sorter_add(struct ihp__import_sorter *s,
                                       const struct ihp__import_claim *claim, struct ihp_error *err)
{
    size_t bytes = ihp__import_claim_bytes(claim);
    if ((s->lines == s->most_lines || bytes > s->record_bytes - s->used) &&
        write_run(s, err) != IHP_OK) {
        return err->status;
    }
    if (s->used + bytes > s->touched) {
        touch_more(s);
    }
    memcpy(s->record + s->used, claim, bytes);
    const struct ihp__import_claim *held =
        (const struct ihp__import_claim *)(void *)(s->record + s->used);
    s->entry[s->lines++] = (struct ihp__import_entry){s->order.key(held), held};
    s->used += bytes;
    return IHP_OK;
}

enum ihp_status ihp__import_sorter_set_aside(struct ihp__import_sorter *s, struct ihp_error *err)
{
    if (write_run(s, err) == IHP_OK) {
        free(s->block);
        s->block = NULL;
    }
    return err->status;
}

static const struct ihp__import_key_range all_keys = {0, UINT64_MAX, false};

/* Merges `count` runs, from number `first`, into one run at the end of the file. */
static enum ihp_status merge_group(struct ihp__import_sorter *s, size_t first, size_t count,
                                   struct ihp__import_runs *runs, struct ihp_error *err)
{
    struct ihp__import_run run = begin_run(s);
    struct ihp__import_merge *merge = NULL;
    const struct ihp__import_claim *claim = NULL;
    const struct ihp__import_merge_input input = {s->runs.run + first, count, all_keys, s->block,
                                                  s->memory};
    enum ihp_status status = ihp__import_merge_create(&input, &s->order, &merge, err);
    while (status == IHP_OK && (status = ihp__import_merge_next(merge, &claim, err)) == IHP_OK &&
           claim != NULL) {
        status = append_line(s, &run, claim, err);
    }
    ihp__import_merge_destroy(&merge);
    return status == IHP_OK ? end_run(s, runs, run, err) : status;
}

/* Merges all runs in groups, so that fewer runs are left. */
static enum ihp_status merge_pass(struct ihp__import_sorter *s, size_t at_once,
                                  struct ihp_error *err)
{
    struct ihp__import_runs runs = {0};
    enum ihp_status status = IHP_OK;
    for (size_t first = 0; first < s->runs.count && status == IHP_OK; first += at_once) {
        size_t left = s->runs.count - first;
        status = merge_group(s, first, left < at_once ? left : at_once, &runs, err);
    }
    if (status != IHP_OK) {
        free(runs.run);
        return status;
    }
    free(s->runs.run);
    s->runs = runs;
    return IHP_OK;
}

/* Writes the lines of the block and merges until there are at most `most` runs. */
static enum ihp_status end_runs(struct ihp__import_sorter *s, size_t at_once, size_t most,
                                struct ihp_error *err)
{
    if (write_run(s, err) != IHP_OK || (s->block == NULL && take_block(s, err) != IHP_OK)) {
        return err->status;
    }
    while (s->runs.count > most) {
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
    *directory = (struct directory){ihp__temp_file_size(s->file), s->runs.count, s->marks};
    if (s->runs.count > 0 &&
        (ihp__temp_file_append(s->file, s->runs.run, s->runs.count * sizeof *s->runs.run, err) !=
             IHP_OK ||
         ihp__temp_file_append(s->file, s->mark, s->marks * sizeof *s->mark, err) != IHP_OK)) {
        return err->status;
    }
    return ihp__import_rank_file_publish(s->import, s->file, err);
}

/* Moves the beginning of a run to the last mark before the range, so that few lines are read for
 * nothing. Lines of one key may be on both sides of a mark. */
static void skip_to(struct ihp__import_run *run, const struct ihp__import_mark *mark, uint64_t low)
{
    size_t at; /* of the first mark that does not have a lower key */
    IHP__LOWER_BOUND(at, (size_t)run->marks, mark[run->first_mark + at].key < low);
    if (at > 0) {
        run->at = mark[run->first_mark + at - 1].at;
    }
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
            skip_to(&added[i], mark, range->low);
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
    free(s->runs.run);
    s->runs = runs;
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

/* Collective: exchanges the lines of the ranks from memory to memory and sorts those of the range.
 * Sets `*done` to false if they do not fit. */
static enum ihp_status exchange_lines(struct ihp__import_sorter *s,
                                      const struct ihp__import_key_range *range, bool *done,
                                      struct ihp_error *err)
{
    struct ihp__import_exchange x = {.import = s->import,
                                     .key = s->order.key,
                                     .range = *range,
                                     .ready = s->block != NULL && s->runs.count == 0 &&
                                              s->import->options->run_lines == 0,
                                     .entry = s->entry,
                                     .lines = s->lines,
                                     .record = s->record,
                                     .used = s->used,
                                     .record_bytes = s->record_bytes,
                                     .got = s->spare,
                                     .most = s->room_lines};
    enum ihp_status status = ihp__import_exchange_lines(&x, done, err);
    s->area = x.area;
    s->areas = x.areas;
    if (status == IHP_OK && *done) {
        s->spare = s->entry;
        s->entry = x.got;
        s->lines = x.got_lines;
        sort_block(s);
    }
    return status;
}

enum ihp_status ihp__import_sorter_finish(struct ihp__import_sorter *s,
                                          const struct ihp__import_key_range *range,
                                          struct ihp_error *err)
{
    bool in_memory = false;
    if (s->files == NULL && s->runs.count == 0) {
        sort_block(s);
        return IHP_OK;
    }
    if (s->files != NULL && exchange_lines(s, range, &in_memory, err) != IHP_OK) {
        return err->status;
    }
    if (in_memory) {
        return IHP_OK;
    }
    size_t at_once = (size_t)(s->memory / IHP__IMPORT_MERGE_READ_MIN), most;
    at_once = at_once > RUNS_AT_ONCE ? RUNS_AT_ONCE : at_once;
    most = s->files == NULL ? at_once : at_once / (size_t)s->import->ranks;
    if (end_runs(s, at_once, most > 0 ? most : 1, err) != IHP_OK ||
        (s->files != NULL && join_runs(s, range, err) != IHP_OK)) {
        return err->status;
    }
    const struct ihp__import_merge_input input = {
        s->runs.run, s->runs.count, s->files == NULL ? all_keys : *range, s->block, s->memory};
    return ihp__import_merge_create(&input, &s->order, &s->merge, err);
}

enum ihp_status ihp__import_sorter_next(struct ihp__import_sorter *s,
                                        const struct ihp__import_claim **claim,
                                        struct ihp_error *err)
{
    if (s->merge != NULL) {
        return ihp__import_merge_next(s->merge, claim, err);
    }
    if (s->next + PREFETCH < s->lines) {
        __builtin_prefetch(s->entry[s->next + PREFETCH].claim);
    }
    *claim = s->next < s->lines ? s->entry[s->next++].claim : NULL;
    return IHP_OK;
}

uint64_t ihp__import_sorter_runs(const struct ihp__import_sorter *s)
{
    return s->runs_written;
}

int ihp__import_sorter_source(const struct ihp__import_sorter *s)
{
    if (s->merge != NULL) {
        return ihp__import_merge_source(s->merge);
    }
    const char *line = (const char *)s->entry[s->next - 1].claim;
    if (line < s->record + s->used) {
        return s->import->rank;
    }
    size_t at;
    IHP__LOWER_BOUND(at, s->areas, s->area[at].end <= line);
    return s->area[at].source;
}
