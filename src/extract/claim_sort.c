/* Claim lines in a block of memory: gathered, sorted, written as runs. */
#include "claim_sort.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINE_BYTES = 72, /* of a record with a claim id of usual length; divides the block */
    RUNS_AT_ONCE = 256,
    SMALL_GROUP = 12,
    PREFETCH = 8,
};

/* What is sorted: the key beside its record. */
struct entry {
    uint64_t key;
    const struct ex_claim *claim;
};

struct ex_sorter {
    struct ex_claim_order order;
    char *beside; /* owned */
    uint64_t memory;
    size_t most_lines;

    char *block;         /* owned: entries, as many again to sort through, records */
    struct entry *entry; /* in the block, as are those below */
    struct entry *spare;
    char *record;
    size_t record_bytes, used, lines;

    struct ex_temp_file *file; /* owned; NULL while nothing was written */
    struct ex_runs runs;
    uint64_t runs_written;

    struct ex_merge *merge; /* owned; NULL when all lines are in the block */
    size_t next;            /* line of the block to give */
};

int ihp_ex_claim_id_order(const struct ex_claim *a, const struct ex_claim *b)
{
    size_t shorter = a->id_length < b->id_length ? a->id_length : b->id_length;
    int order = memcmp(a->id, b->id, shorter);
    return order != 0 ? order : (int)a->id_length - (int)b->id_length;
}

static enum ihp_status take_block(struct ex_sorter *s, struct ihp_error *err)
{
    size_t lines = (size_t)(s->memory / (LINE_BYTES + 2 * sizeof(struct entry)));
    s->block = malloc((size_t)s->memory);
    if (s->block == NULL) {
        return ihp_fail_memory(err, "sorting the claims");
    }
    if (s->most_lines == 0 || s->most_lines > lines) {
        s->most_lines = lines;
    }
    s->entry = (struct entry *)(void *)s->block;
    s->spare = s->entry + lines;
    s->record = (char *)(s->spare + lines);
    s->record_bytes = (size_t)s->memory - 2 * lines * sizeof(struct entry);
    return IHP_OK;
}

enum ihp_status ihp_ex_sorter_create(const char *beside, uint64_t memory, uint64_t run_lines,
                                     ex_claim_key_fn key, ex_claim_compare_fn compare,
                                     struct ex_sorter **out, struct ihp_error *err)
{
    struct ex_sorter *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return ihp_fail_memory(err, "sorting the claims");
    }
    s->order = (struct ex_claim_order){key, compare};
    s->memory = memory / 16 * 16;
    s->most_lines = (size_t)run_lines;
    s->beside = strdup(beside);
    if (s->beside == NULL || take_block(s, err) != IHP_OK) {
        ihp_ex_sorter_destroy(&s);
        return ihp_fail_memory(err, "sorting the claims");
    }
    *out = s;
    return IHP_OK;
}

void ihp_ex_sorter_destroy(struct ex_sorter **sorter)
{
    if (sorter == NULL || *sorter == NULL) {
        return;
    }
    struct ex_sorter *s = *sorter;
    ihp_ex_merge_destroy(&s->merge);
    ihp_ex_temp_destroy(&s->file);
    free(s->runs.run);
    free(s->block);
    free(s->beside);
    free(s);
    *sorter = NULL;
}

/* ---- sorting the block ----------------------------------------------------------------------- */

/* Sorts by key, one byte after the other from the lowest, leaving out bytes that are all alike.
 * The sorted entries may end up in either array: `s->entry` is the one. */
static void sort_by_key(struct ex_sorter *s)
{
    size_t count[8][256];
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
        struct entry *sorted = s->spare;
        s->spare = s->entry;
        s->entry = sorted;
    }
}

static void sort_small(struct entry *entry, size_t count, ex_claim_compare_fn compare)
{
    for (size_t i = 1; i < count; i++) {
        struct entry moving = entry[i];
        size_t at = i;
        while (at > 0 && compare(entry[at - 1].claim, moving.claim) > 0) {
            entry[at] = entry[at - 1];
            at--;
        }
        entry[at] = moving;
    }
}

/* Merge sort of entries of one key, which no member of a real extract makes long. */
static void sort_large(struct entry *entry, struct entry *spare, size_t count,
                       ex_claim_compare_fn compare)
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

static void sort_block(struct ex_sorter *s)
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

static enum ihp_status end_run(struct ex_sorter *s, struct ex_runs *runs, struct ex_temp_file *file,
                               uint64_t began, struct ihp_error *err)
{
    if (!ihp_array_reserve(&runs->run, &runs->capacity, runs->count + 1, sizeof *runs->run)) {
        return ihp_fail_memory(err, "the list of runs");
    }
    runs->run[runs->count++] = (struct ex_run){began, ihp_ex_temp_size(file)};
    s->runs_written++;
    return ihp_ex_temp_flush(file, err);
}

static enum ihp_status write_run(struct ex_sorter *s, struct ihp_error *err)
{
    if (s->lines == 0) {
        return IHP_OK;
    }
    sort_block(s);
    if (s->file == NULL && ihp_ex_temp_create(s->beside, &s->file, err) != IHP_OK) {
        return err->status;
    }
    uint64_t began = ihp_ex_temp_size(s->file);
    for (size_t i = 0; i < s->lines; i++) {
        if (i + PREFETCH < s->lines) {
            __builtin_prefetch(s->entry[i + PREFETCH].claim);
        }
        const struct ex_claim *claim = s->entry[i].claim;
        if (ihp_ex_temp_append(s->file, claim, EX_CLAIM_BYTES(claim->id_length), err) != IHP_OK) {
            return err->status;
        }
    }
    s->lines = s->used = 0;
    return end_run(s, &s->runs, s->file, began, err);
}

enum ihp_status ihp_ex_sorter_add(struct ex_sorter *s, const struct ex_claim *claim,
                                  struct ihp_error *err)
{
    size_t bytes = EX_CLAIM_BYTES(claim->id_length);
    if ((s->lines == s->most_lines || bytes > s->record_bytes - s->used) &&
        write_run(s, err) != IHP_OK) {
        return err->status;
    }
    memcpy(s->record + s->used, claim, bytes);
    const struct ex_claim *held = (const struct ex_claim *)(void *)(s->record + s->used);
    s->entry[s->lines++] = (struct entry){s->order.key(held), held};
    s->used += bytes;
    return IHP_OK;
}

enum ihp_status ihp_ex_sorter_set_aside(struct ex_sorter *s, struct ihp_error *err)
{
    if (write_run(s, err) == IHP_OK) {
        free(s->block);
        s->block = NULL;
    }
    return err->status;
}

/* Merges `count` runs, from number `first`, into one run of another file. */
static enum ihp_status merge_group(struct ex_sorter *s, size_t first, size_t count,
                                   struct ex_temp_file *file, struct ex_runs *runs,
                                   struct ihp_error *err)
{
    uint64_t began = ihp_ex_temp_size(file);
    struct ex_merge *merge = NULL;
    const struct ex_claim *claim = NULL;
    enum ihp_status status = ihp_ex_merge_create(s->file, s->runs.run + first, count, &s->order,
                                                 s->block, s->memory, &merge, err);
    while (status == IHP_OK && (status = ihp_ex_merge_next(merge, &claim, err)) == IHP_OK &&
           claim != NULL) {
        status = ihp_ex_temp_append(file, claim, EX_CLAIM_BYTES(claim->id_length), err);
    }
    ihp_ex_merge_destroy(&merge);
    return status == IHP_OK ? end_run(s, runs, file, began, err) : status;
}

/* Merges all runs by groups, so that there are fewer. */
static enum ihp_status merge_pass(struct ex_sorter *s, size_t at_once, struct ihp_error *err)
{
    struct ex_temp_file *file = NULL;
    struct ex_runs runs = {0};
    enum ihp_status status = ihp_ex_temp_create(s->beside, &file, err);
    for (size_t first = 0; first < s->runs.count && status == IHP_OK; first += at_once) {
        size_t left = s->runs.count - first;
        status = merge_group(s, first, left < at_once ? left : at_once, file, &runs, err);
    }
    if (status != IHP_OK) {
        ihp_ex_temp_destroy(&file);
        free(runs.run);
        return status;
    }
    ihp_ex_temp_destroy(&s->file);
    free(s->runs.run);
    s->file = file;
    s->runs = runs;
    return IHP_OK;
}

enum ihp_status ihp_ex_sorter_finish(struct ex_sorter *s, struct ihp_error *err)
{
    if (s->runs.count == 0) {
        sort_block(s);
        return IHP_OK;
    }
    if (write_run(s, err) != IHP_OK || (s->block == NULL && take_block(s, err) != IHP_OK)) {
        return err->status;
    }
    size_t at_once = (size_t)(s->memory / EX_MERGE_READ_MIN);
    if (at_once > RUNS_AT_ONCE) {
        at_once = RUNS_AT_ONCE;
    }
    while (s->runs.count > at_once) {
        if (merge_pass(s, at_once, err) != IHP_OK) {
            return err->status;
        }
    }
    return ihp_ex_merge_create(s->file, s->runs.run, s->runs.count, &s->order, s->block, s->memory,
                               &s->merge, err);
}

enum ihp_status ihp_ex_sorter_next(struct ex_sorter *s, const struct ex_claim **claim,
                                   struct ihp_error *err)
{
    if (s->merge != NULL) {
        return ihp_ex_merge_next(s->merge, claim, err);
    }
    if (s->next + PREFETCH < s->lines) {
        __builtin_prefetch(s->entry[s->next + PREFETCH].claim);
    }
    *claim = s->next < s->lines ? s->entry[s->next++].claim : NULL;
    return IHP_OK;
}

uint64_t ihp_ex_sorter_runs(const struct ex_sorter *s)
{
    return s->runs_written;
}
