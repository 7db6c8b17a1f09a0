/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Identifies a run by version, deck, store and program, and by what the job adds: texts in its
 * checkpoint that a later start compares with its own. */
#include "engine/saving.h"

#include "base/hash_hex.h"
#include "ihp/version.h"

#include <string.h>
#include <xxhash.h>

/* Keys of a run, such as paths, do not change what the run computes. */
static void hash_key(void *state, const struct ihp__deck_key *key)
{
    if (key->acts_on != IHP__ACTS_ON_RUN) {
        XXH3_128bits_update(state, key->path, strlen(key->path) + 1);
        XXH3_128bits_update(state, key->value, strlen(key->value) + 1);
    }
}

static enum ihp_status hash_deck(struct ihp__job *job, char hex[IHP__HASH_TEXT])
{
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) {
        return ihp__fail_memory(job->err, "a hash");
    }
    XXH3_128bits_reset(state);
    ihp__deck_each_key(&job->context.deck, hash_key, state);
    XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    ihp__hash_hex(hash.high64, hash.low64, hex);
    return IHP_OK;
}

enum ihp_status ihp__identity_make(struct ihp__job *job,
                                   const struct ihp__identity own[IHP__IDENTITIES_OF_JOB],
                                   struct ihp__identity identity[IHP__IDENTITIES])
{
    const struct ihp__store_info *store = job->context.info;
    struct ihp__identity *version = &identity[0], *deck = &identity[1], *data = &identity[2],
                         *program = &identity[3];
    *version = (struct ihp__identity){.name = "version of ihp"};
    *deck = (struct ihp__identity){.name = "deck"};
    *data = (struct ihp__identity){.name = "store"};
    *program = (struct ihp__identity){.name = "program folder"};
    snprintf(version->text, sizeof version->text, "%s", IHP_VERSION);
    snprintf(data->text, sizeof data->text, "%s, %llu bytes", store->content_hash,
             (unsigned long long)store->file_bytes);
    snprintf(program->text, sizeof program->text, "%s", job->context.program->hash);
    memcpy(&identity[IHP__IDENTITIES - IHP__IDENTITIES_OF_JOB], own,
           IHP__IDENTITIES_OF_JOB * sizeof *own);
    return hash_deck(job, deck->text);
}
