/* Hashes of claim keys in 256 buckets by their highest byte. Each bucket fills a block at a time;
 * full blocks stay in memory while there is room and go to a temporary file afterwards. To find
 * equal hashes a bucket at a time is put into a hash set, or a part of it when it is large. */
#include "claims.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { BUCKETS = 256, BLOCK_KEYS = 2048 };

struct key_block {
    uint64_t *hash; /* owned; NULL when the block lies in the file */
    uint64_t at;    /* in the file */
    uint8_t bucket;
};

struct ex_keys {
    char *beside; /* owned */
    size_t blocks_in_memory, most_in_memory;
    uint64_t *open[BUCKETS]; /* owned: the block of each bucket that fills */
    size_t in_open[BUCKETS], in_bucket[BUCKETS];
    struct key_block *full; /* owned */
    size_t blocks, capacity;
    struct ex_temp_file *file; /* owned; NULL while all is in memory */
    uint64_t *read_buffer;     /* owned */
};

enum ihp_status ihp_ex_keys_create(const char *beside, uint64_t memory, struct ex_keys **out,
                                   struct ihp_error *err)
{
    struct ex_keys *keys = calloc(1, sizeof *keys);
    if (keys != NULL) {
        keys->beside = strdup(beside);
        keys->read_buffer = malloc(BLOCK_KEYS * sizeof(uint64_t));
        keys->most_in_memory = (size_t)(memory / (BLOCK_KEYS * sizeof(uint64_t)));
    }
    if (keys == NULL || keys->beside == NULL || keys->read_buffer == NULL) {
        ihp_ex_keys_destroy(&keys);
        return ihp_fail_memory(err, "the keys of claims");
    }
    *out = keys;
    return IHP_OK;
}

void ihp_ex_keys_destroy(struct ex_keys **keys)
{
    if (keys == NULL || *keys == NULL) {
        return;
    }
    for (size_t b = 0; b < BUCKETS; b++) {
        free((*keys)->open[b]);
    }
    for (size_t i = 0; i < (*keys)->blocks; i++) {
        free((*keys)->full[i].hash);
    }
    free((*keys)->full);
    free((*keys)->read_buffer);
    free((*keys)->beside);
    ihp_ex_temp_destroy(&(*keys)->file);
    free(*keys);
    *keys = NULL;
}

uint64_t ihp_ex_claim_hash(const struct ex_claim *claim)
{
    /* Not the line as a seed: with short ids XXH3 then gives the same for unlike lines. */
    uint64_t hash = XXH3_64bits(claim->id, claim->id_length) +
                    (uint64_t)claim->line * UINT64_C(0x9e3779b97f4a7c15);
    return hash != 0 ? hash : 1; /* 0 is a free place of the hash set below */
}

/* Puts a full block away; the bucket then needs another. */
static enum ihp_status put_away(struct ex_keys *keys, uint8_t bucket, struct ihp_error *err)
{
    if (!ihp_array_reserve(&keys->full, &keys->capacity, keys->blocks + 1, sizeof *keys->full)) {
        return ihp_fail_memory(err, "the keys of claims");
    }
    struct key_block *block = &keys->full[keys->blocks];
    *block = (struct key_block){.bucket = bucket};
    if (keys->blocks_in_memory + BUCKETS < keys->most_in_memory) {
        block->hash = keys->open[bucket];
        keys->open[bucket] = NULL;
        keys->blocks_in_memory++;
    } else {
        if (keys->file == NULL && ihp_ex_temp_create(keys->beside, &keys->file, err) != IHP_OK) {
            return err->status;
        }
        block->at = ihp_ex_temp_size(keys->file);
        if (ihp_ex_temp_append(keys->file, keys->open[bucket], BLOCK_KEYS * sizeof(uint64_t),
                               err) != IHP_OK) {
            return err->status;
        }
    }
    keys->blocks++;
    keys->in_open[bucket] = 0;
    return IHP_OK;
}

enum ihp_status ihp_ex_keys_add(struct ex_keys *keys, uint64_t hash, struct ihp_error *err)
{
    uint8_t bucket = (uint8_t)(hash >> 56);
    if (keys->in_open[bucket] == BLOCK_KEYS && put_away(keys, bucket, err) != IHP_OK) {
        return err->status;
    }
    if (keys->open[bucket] == NULL) {
        keys->open[bucket] = malloc(BLOCK_KEYS * sizeof(uint64_t));
        if (keys->open[bucket] == NULL) {
            return ihp_fail_memory(err, "the keys of claims");
        }
    }
    keys->open[bucket][keys->in_open[bucket]++] = hash;
    keys->in_bucket[bucket]++;
    return IHP_OK;
}

/* ---- finding equal hashes -------------------------------------------------------------------- */

/* One look at a bucket: the hashes of part `part` of `parts`. */
struct look {
    struct ex_import *x;
    struct ex_candidates *candidates;
    uint64_t *set; /* open addressing, 0 free */
    size_t places; /* a power of two */
    uint64_t part, parts;
};

static enum ihp_status look_at(struct look *look, const uint64_t *hash, size_t count,
                               struct ihp_error *err)
{
    struct ex_candidates *candidates = look->candidates;
    for (size_t i = 0; i < count; i++) {
        if (look->parts > 1 && (hash[i] >> 32) % look->parts != look->part) {
            continue;
        }
        size_t at = (size_t)hash[i] & (look->places - 1);
        while (look->set[at] != 0 && look->set[at] != hash[i]) {
            at = (at + 1) & (look->places - 1);
        }
        if (look->set[at] == 0) {
            look->set[at] = hash[i];
            continue;
        }
        if (ihp_ex_reserve(look->x, &candidates->hash, &candidates->capacity, candidates->count + 1,
                           sizeof *candidates->hash, NULL, err) != IHP_OK) {
            return err->status;
        }
        candidates->hash[candidates->count++] = hash[i];
    }
    return IHP_OK;
}

static enum ihp_status look_at_bucket(struct ex_keys *keys, size_t bucket, struct look *look,
                                      struct ihp_error *err)
{
    memset(look->set, 0, look->places * sizeof *look->set);
    for (size_t i = 0; i < keys->blocks; i++) {
        const struct key_block *block = &keys->full[i];
        if (block->bucket != bucket) {
            continue;
        }
        if (block->hash == NULL && ihp_ex_temp_read(keys->file, block->at, keys->read_buffer,
                                                    BLOCK_KEYS * sizeof(uint64_t), err) != IHP_OK) {
            return err->status;
        }
        if (look_at(look, block->hash != NULL ? block->hash : keys->read_buffer, BLOCK_KEYS, err) !=
            IHP_OK) {
            return err->status;
        }
    }
    return look_at(look, keys->open[bucket], keys->in_open[bucket], err);
}

static int by_hash(const void *a, const void *b)
{
    uint64_t p, q;
    memcpy(&p, a, sizeof p);
    memcpy(&q, b, sizeof q);
    return (p > q) - (p < q);
}

static void sort_candidates(struct ex_candidates *candidates)
{
    if (candidates->count == 0) {
        return;
    }
    qsort(candidates->hash, candidates->count, sizeof *candidates->hash, by_hash);
    size_t kept = 1;
    for (size_t i = 1; i < candidates->count; i++) {
        if (candidates->hash[i] != candidates->hash[kept - 1]) {
            candidates->hash[kept++] = candidates->hash[i];
        }
    }
    candidates->count = kept;
}

/* Places of a hash set for `keys` hashes, at most three quarters full. */
static size_t places_for(size_t keys)
{
    size_t places = 1024;
    while (places / 4 * 3 < keys) {
        places *= 2;
    }
    return places;
}

enum ihp_status ihp_ex_keys_candidates(struct ex_import *x, struct ex_keys *keys,
                                       struct ex_candidates *candidates, struct ihp_error *err)
{
    enum { PART_KEYS = 1 << 19 }; /* hashes in the set at once: 8 MiB */
    size_t largest = 0;
    for (size_t b = 0; b < BUCKETS; b++) {
        largest = keys->in_bucket[b] > largest ? keys->in_bucket[b] : largest;
    }
    struct look look = {.x = x, .candidates = candidates};
    look.places = places_for(largest < PART_KEYS ? largest : PART_KEYS + PART_KEYS / 8);
    look.set = malloc(look.places * sizeof *look.set);
    if (look.set == NULL) {
        return ihp_fail_memory(err, "the keys of claims");
    }
    if (keys->file == NULL || ihp_ex_temp_flush(keys->file, err) == IHP_OK) {
        for (size_t b = 0; b < BUCKETS && err->status == IHP_OK; b++) {
            look.parts = keys->in_bucket[b] / PART_KEYS + 1;
            for (look.part = 0; look.part < look.parts && err->status == IHP_OK; look.part++) {
                look_at_bucket(keys, b, &look, err);
            }
        }
    }
    free(look.set);
    if (err->status == IHP_OK) {
        sort_candidates(candidates);
    }
    return err->status;
}
