/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hashes of claim keys in 256 buckets by their highest byte. Each bucket fills a block at a time.
 * Full blocks stay in memory while there is room; later ones go to a temporary file. To find equal
 * hashes, each bucket is put into a hash set in turn; a large bucket in several passes. With
 * several ranks each rank looks at some of the buckets, with the blocks of all ranks, which are
 * then in files. */
#include "extract/claims.h"
#include "extract/ranks.h"

#include "base/agree.h"
#include "base/touch.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL /* a call for a short text costs more than its hash */
#include <xxhash.h>

enum {
    BUCKETS = 256,
    BLOCK_KEYS = 2048,
    SLAB_MOST = 1024,   /* blocks: 16 MiB, next to which a gap of up to 2 MiB is small */
    PASS_KEYS = 1 << 19 /* hashes of a pass over a bucket: 8 MiB in the set */
};

struct key_block {
    uint64_t *hash;                    /* in a slab; NULL if the block is in the file */
    const struct ihp__temp_file *file; /* not owned */
    uint64_t at;                       /* in the file */
    uint32_t bucket, count;
};

struct ihp__import_keys {
    struct ihp__import *import;
    size_t blocks_in_memory, most_in_memory;
    uint64_t **slab; /* owned, as is each: memory for blocks, in order of use */
    size_t slabs, slab_capacity, slab_blocks, blocks_taken;
    uint64_t *open[BUCKETS]; /* in a slab: the block of each bucket that is being filled */
    size_t in_open[BUCKETS], in_bucket[BUCKETS];
    struct key_block *full; /* owned; in the end all blocks, full or not */
    size_t blocks, capacity;
    struct ihp__temp_file **files; /* of all ranks, owned; NULL for a single rank */
    struct ihp__temp_file *file;   /* its own: one of `files`, or owned; NULL until it is needed */
    uint64_t *read_buffer;         /* owned */
};

enum ihp_status ihp__import_keys_create(struct ihp__import *import, uint64_t memory,
                                        struct ihp__import_keys **out, struct ihp_error *err)
{
    struct ihp__import_keys *keys = calloc(1, sizeof *keys);
    if (keys != NULL) {
        keys->import = import;
        keys->read_buffer = malloc(BLOCK_KEYS * sizeof(uint64_t));
        keys->most_in_memory = (size_t)(memory / (BLOCK_KEYS * sizeof(uint64_t)));
        keys->slab_blocks = keys->most_in_memory > BUCKETS ? keys->most_in_memory : BUCKETS;
        keys->slab_blocks = keys->slab_blocks < SLAB_MOST ? keys->slab_blocks : SLAB_MOST;
    }
    if (keys == NULL || keys->read_buffer == NULL) {
        ihp__import_keys_destroy(&keys);
        return ihp__fail_memory(err, "the keys of claims");
    }
    if (import->ranks > 1 &&
        ihp__import_rank_files_open(import, "keys", &keys->files, err) != IHP_OK) {
        ihp__import_keys_destroy(&keys);
        return err->status;
    }
    keys->file = keys->files != NULL ? keys->files[import->rank] : NULL;
    *out = keys;
    return IHP_OK;
}

void ihp__import_keys_destroy(struct ihp__import_keys **keys)
{
    if (keys == NULL || *keys == NULL) {
        return;
    }
    for (size_t i = 0; i < (*keys)->slabs; i++) {
        free((*keys)->slab[i]);
    }
    free((*keys)->slab);
    free((*keys)->full);
    free((*keys)->read_buffer);
    if ((*keys)->files != NULL) {
        ihp__import_rank_files_close((*keys)->import, &(*keys)->files);
    } else {
        ihp__temp_file_destroy(&(*keys)->file);
    }
    free(*keys);
    *keys = NULL;
}

uint64_t ihp__import_claim_hash(const struct ihp__import_claim *claim)
{
    /* The line is not the seed: with short IDs XXH3 then gives equal hashes for different lines. */
    uint64_t hash = XXH3_64bits(claim->id, claim->id_length) +
                    (uint64_t)claim->line * UINT64_C(0x9e3779b97f4a7c15);
    if (claim->version_length > 0) {
        hash = XXH3_64bits_withSeed(claim->id + claim->id_length, claim->version_length, hash);
    }
    return hash != 0 ? hash : 1; /* 0 marks a free place of the hash set below */
}

static enum ihp_status write_block(struct ihp__import_keys *keys, struct key_block *block,
                                   const uint64_t *hash, struct ihp_error *err)
{
    if (keys->file == NULL &&
        ihp__temp_file_create(keys->import->store.path, &keys->file, err) != IHP_OK) {
        return err->status;
    }
    block->file = keys->file;
    block->at = ihp__temp_file_size(keys->file);
    return ihp__temp_file_append(keys->file, hash, block->count * sizeof *hash, err);
}

/* Adds the open block of a bucket, full or not, to the list. The bucket has no open block then. */
static enum ihp_status close_block(struct ihp__import_keys *keys, uint8_t bucket,
                                   struct ihp_error *err)
{
    if (!ihp__array_reserve(&keys->full, &keys->capacity, keys->blocks + 1, sizeof *keys->full)) {
        return ihp__fail_memory(err, "the keys of claims");
    }
    struct key_block *block = &keys->full[keys->blocks];
    *block = (struct key_block){.bucket = bucket, .count = (uint32_t)keys->in_open[bucket]};
    if (keys->blocks_in_memory + BUCKETS < keys->most_in_memory || block->count < BLOCK_KEYS) {
        block->hash = keys->open[bucket];
        keys->open[bucket] = NULL;
        keys->blocks_in_memory++;
    } else if (write_block(keys, block, keys->open[bucket], err) != IHP_OK) {
        return err->status;
    }
    keys->blocks++;
    keys->in_bucket[bucket] += keys->in_open[bucket];
    keys->in_open[bucket] = 0;
    return IHP_OK;
}

/* Takes memory for a block. Blocks are written to in random order, so they lie close together in
 * large pages. */
static enum ihp_status take_block(struct ihp__import_keys *keys, uint64_t **block,
                                  struct ihp_error *err)
{
    if (keys->blocks_taken == keys->slabs * keys->slab_blocks) {
        uint64_t *slab = ihp__allocate_large(keys->slab_blocks * BLOCK_KEYS * sizeof **block);
        if (slab == NULL || !ihp__array_reserve(&keys->slab, &keys->slab_capacity, keys->slabs + 1,
                                                sizeof *keys->slab)) {
            free(slab);
            return ihp__fail_memory(err, "the keys of claims");
        }
        keys->slab[keys->slabs++] = slab;
    }
    *block = keys->slab[keys->slabs - 1] + keys->blocks_taken++ % keys->slab_blocks * BLOCK_KEYS;
    return IHP_OK;
}

enum ihp_status ihp__import_keys_add(struct ihp__import_keys *keys, uint64_t hash,
                                     struct ihp_error *err)
{
    uint8_t bucket = (uint8_t)(hash >> 56);
    if (keys->in_open[bucket] == BLOCK_KEYS && close_block(keys, bucket, err) != IHP_OK) {
        return err->status;
    }
    if (keys->open[bucket] == NULL && take_block(keys, &keys->open[bucket], err) != IHP_OK) {
        return err->status;
    }
    keys->open[bucket][keys->in_open[bucket]++] = hash;
    return IHP_OK;
}

/* ---- blocks of all ranks --------------------------------------------------------------------- */

/* Writes all blocks to the file, and after them a list of the blocks. */
static enum ihp_status publish_blocks(struct ihp__import_keys *keys, uint64_t *list_at,
                                      struct ihp_error *err)
{
    for (size_t i = 0; i < keys->blocks; i++) {
        struct key_block *block = &keys->full[i];
        if (block->hash != NULL && write_block(keys, block, block->hash, err) != IHP_OK) {
            return err->status;
        }
        block->hash = NULL;
    }
    *list_at = ihp__temp_file_size(keys->file);
    if (keys->blocks > 0 &&
        ihp__temp_file_append(keys->file, keys->full, keys->blocks * sizeof *keys->full, err) !=
            IHP_OK) {
        return err->status;
    }
    return ihp__import_rank_file_publish(keys->import, keys->file, err);
}

/* Adds the blocks of a rank that belong to this rank's buckets. */
static enum ihp_status add_blocks(struct ihp__import_keys *keys, int source, uint64_t list_at,
                                  uint64_t blocks, struct ihp_error *err)
{
    uint64_t ranks = (uint64_t)keys->import->ranks, rank = (uint64_t)keys->import->rank;
    uint64_t first = BUCKETS * rank / ranks, end = BUCKETS * (rank + 1) / ranks;
    struct ihp__temp_file *file = keys->files[source];
    for (uint64_t i = 0; i < blocks; i++) {
        struct key_block block;
        if (ihp__temp_file_read(file, list_at + i * sizeof block, &block, sizeof block, err) !=
            IHP_OK) {
            return err->status;
        }
        if (block.bucket < first || block.bucket >= end) {
            continue;
        }
        if (!ihp__array_reserve(&keys->full, &keys->capacity, keys->blocks + 1,
                                sizeof *keys->full)) {
            return ihp__fail_memory(err, "the keys of claims");
        }
        block.file = file;
        keys->full[keys->blocks++] = block;
        keys->in_bucket[block.bucket] += block.count;
    }
    return IHP_OK;
}

static enum ihp_status add_all_blocks(struct ihp__import_keys *keys, const uint64_t *list_at,
                                      const uint64_t *blocks, struct ihp_error *err)
{
    keys->blocks = 0;
    memset(keys->in_bucket, 0, sizeof keys->in_bucket);
    for (int r = 0; r < keys->import->ranks; r++) {
        if (add_blocks(keys, r, list_at[r], blocks[r], err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* Collective: each rank gets the blocks of its buckets from all ranks. */
static enum ihp_status exchange_blocks(struct ihp__import_keys *keys, struct ihp_error *err)
{
    struct ihp__import *import = keys->import;
    size_t ranks = (size_t)import->ranks;
    uint64_t list_at = 0;
    if (publish_blocks(keys, &list_at, err) != IHP_OK) {
        return err->status;
    }
    uint64_t *each = calloc(2 * ranks, sizeof *each);
    if (each == NULL) {
        return ihp__fail_memory(err, "the keys of claims");
    }
    enum ihp_status status = ihp__import_agree(import, err);
    if (status == IHP_OK) {
        ihp__import_each(import, list_at, each);
        ihp__import_each(import, keys->blocks, each + ranks);
        status = add_all_blocks(keys, each, each + ranks, err);
    }
    free(each);
    return status;
}

/* ---- finding equal hashes -------------------------------------------------------------------- */

/* A pass over a bucket, which looks at one in `passes` of its hashes. */
struct pass {
    struct ihp__import *import;
    struct ihp__import_candidates *candidates;
    uint64_t *set; /* open addressing; 0: free */
    size_t places; /* a power of two */
    uint64_t number, passes;
};

static enum ihp_status look_at_hashes(struct pass *pass, const uint64_t *hash, size_t count,
                                      struct ihp_error *err)
{
    struct ihp__import_candidates *candidates = pass->candidates;
    for (size_t i = 0; i < count; i++) {
        if (pass->passes > 1 && (hash[i] >> 32) % pass->passes != pass->number) {
            continue;
        }
        size_t at = (size_t)hash[i] & (pass->places - 1);
        while (pass->set[at] != 0 && pass->set[at] != hash[i]) {
            at = (at + 1) & (pass->places - 1);
        }
        if (pass->set[at] == 0) {
            pass->set[at] = hash[i];
            continue;
        }
        if (ihp__import_reserve(pass->import, &candidates->hash, &candidates->capacity,
                                candidates->count + 1, sizeof *candidates->hash, NULL,
                                err) != IHP_OK) {
            return err->status;
        }
        candidates->hash[candidates->count++] = hash[i];
    }
    return IHP_OK;
}

static enum ihp_status look_at_bucket(struct ihp__import_keys *keys, size_t bucket,
                                      struct pass *pass, struct ihp_error *err)
{
    memset(pass->set, 0, pass->places * sizeof *pass->set);
    for (size_t i = 0; i < keys->blocks; i++) {
        const struct key_block *block = &keys->full[i];
        if (block->bucket != bucket) {
            continue;
        }
        if (block->hash == NULL &&
            ihp__temp_file_read(block->file, block->at, keys->read_buffer,
                                block->count * sizeof(uint64_t), err) != IHP_OK) {
            return err->status;
        }
        if (look_at_hashes(pass, block->hash != NULL ? block->hash : keys->read_buffer,
                           block->count, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

static int by_hash(const void *a, const void *b)
{
    uint64_t p, q;
    memcpy(&p, a, sizeof p);
    memcpy(&q, b, sizeof q);
    return (p > q) - (p < q);
}

static void sort_candidates(struct ihp__import_candidates *candidates)
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

/* Returns the number of places of a hash set for `keys` hashes, at most three quarters of them
 * used.
 */
static size_t places_for(size_t keys)
{
    size_t places = 1024;
    while (places / 4 * 3 < keys) {
        places *= 2;
    }
    return places;
}

static enum ihp_status look_at_buckets(struct ihp__import_keys *keys, struct pass *pass,
                                       struct ihp_error *err)
{
    for (size_t b = 0; b < BUCKETS; b++) {
        pass->passes = keys->in_bucket[b] / PASS_KEYS + 1;
        for (pass->number = 0; pass->number < pass->passes; pass->number++) {
            if (look_at_bucket(keys, b, pass, err) != IHP_OK) {
                return err->status;
            }
        }
    }
    return IHP_OK;
}

/* Finds the candidates in this rank's buckets. */
static enum ihp_status find_candidates(struct ihp__import_keys *keys,
                                       struct ihp__import_candidates *candidates,
                                       struct ihp_error *err)
{
    size_t largest = 0;
    for (size_t b = 0; b < BUCKETS; b++) {
        largest = keys->in_bucket[b] > largest ? keys->in_bucket[b] : largest;
    }
    struct pass pass = {.import = keys->import, .candidates = candidates};
    pass.places = places_for(largest < PASS_KEYS ? largest : PASS_KEYS + PASS_KEYS / 8);
    pass.set = malloc(pass.places * sizeof *pass.set);
    if (pass.set == NULL) {
        return ihp__fail_memory(err, "the keys of claims");
    }
    enum ihp_status status = look_at_buckets(keys, &pass, err);
    free(pass.set);
    if (status == IHP_OK) {
        sort_candidates(candidates);
    }
    return status;
}

enum ihp_status ihp__import_keys_candidates(struct ihp__import_keys *keys,
                                            struct ihp__import_candidates *candidates,
                                            struct ihp_error *err)
{
    for (size_t b = 0; b < BUCKETS; b++) {
        if (keys->in_open[b] > 0 && close_block(keys, (uint8_t)b, err) != IHP_OK) {
            return err->status;
        }
    }
    if ((keys->files != NULL && exchange_blocks(keys, err) != IHP_OK) ||
        (keys->files == NULL && keys->file != NULL &&
         ihp__temp_file_flush(keys->file, err) != IHP_OK) ||
        find_candidates(keys, candidates, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_share_list(keys->import, &candidates->hash, &candidates->count,
                                  &candidates->capacity, err);
}
