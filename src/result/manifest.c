/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manifest: the inputs of a result, so that it can be computed again. */
#include "result/manifest.h"

#include "ihp/version.h"
#include "result/job_files.h"
#include "result/json.h"
#include "result/manifest_value.h"

#include <time.h>

/* The keys of a deck as they are collected. */
struct keys {
    json_t *json;
    bool whole; /* no key was lost because memory was short */
};

static void put_key(void *context, const struct ihp__deck_key *key)
{
    struct keys *keys = context;
    /* Paths differ between equal runs on two machines; they are in the entry `run`. */
    if (key->acts_on != IHP__ACTS_ON_RUN &&
        json_object_set_new(keys->json, key->path, ihp__manifest_value(key)) != 0) {
        keys->whole = false;
    }
}

static json_t *json_deck(const struct ihp__deck *deck)
{
    struct keys keys = {json_object(), true};
    ihp__deck_each_key(deck, put_key, &keys);
    return ihp__json_whole(keys.json, keys.whole);
}

static json_t *json_notices(const struct ihp_notices *notices)
{
    json_t *texts = json_array();
    bool whole = true;
    for (size_t i = 0; i < notices->count; i++) {
        whole = json_array_append_new(texts, ihp__json_text(notices->text[i])) == 0 && whole;
    }
    return ihp__json_whole(texts, whole);
}

static json_t *json_store(const struct ihp__store_info *store)
{
    return json_pack("{s:o, s:o, s:I, s:I}", "content_hash", ihp__json_text(store->content_hash),
                     "program_version", ihp__json_text(store->program_version), "members",
                     (json_int_t)store->members, "claim_lines", (json_int_t)store->lines);
}

static json_t *json_program(const struct ihp__program *program, const struct ihp__deck *deck)
{
    char terms_hash[33];
    ihp__program_terms_hash(program, deck->base.year, deck->performance.year, terms_hash);
    return json_pack("{s:s, s:s, s:I}", "hash", program->hash, "terms_hash", terms_hash,
                     "partnerships", (json_int_t)program->partnerships);
}

/* Marks the result as a block of a sweep, so that nobody takes it for the whole. The entry's name
 * belongs to the format. */
static json_t *add_block(json_t *manifest, const struct ihp__block *block)
{
    json_t *entry =
        json_pack("{s:I, s:I, s:I, s:I, s:I}", "block", (json_int_t)block->number, "blocks",
                  (json_int_t)block->blocks, "first", (json_int_t)block->first + 1, "last",
                  (json_int_t)block->end, "scenarios", (json_int_t)block->scenarios);
    return ihp__json_whole(manifest, json_object_set_new(manifest, "part", entry) == 0);
}

json_t *ihp__manifest_create(const struct ihp__result_input *in, const struct ihp_notices *notices)
{
    const int64_t *base = in->tally->period[IHP__BASE].attributed;
    const int64_t *performance = in->tally->period[IHP__PERFORMANCE].attributed;
    json_t *manifest = json_pack(
        "{s:s, s:i, s:s, s:o, s:o, s:o, s:{s:I, s:I, s:I, s:I, s:I, s:I}, s:o}", "format",
        "ihp-result", "format_version", IHP__MANIFEST_VERSION, "program_version", IHP_VERSION,
        "deck", json_deck(in->deck), "store", json_store(in->store), "program",
        json_program(in->program, in->deck), "counts", "members", (json_int_t)in->tally->store[0],
        "claim_lines", (json_int_t)in->tally->store[1], "attributed_base", (json_int_t)base[0],
        "attributed_performance", (json_int_t)performance[0], "negative_cost_base",
        (json_int_t)in->tally->period[IHP__BASE].negative[0], "negative_cost_performance",
        (json_int_t)in->tally->period[IHP__PERFORMANCE].negative[0], "notices",
        json_notices(notices));
    return in->block.blocks == 0 ? manifest : add_block(manifest, &in->block);
}

/* Returns the numbers of payment.csv, by which payments were made. */
static json_t *json_payment(const struct ihp__program *program)
{
    struct ihp__payment_terms terms = program->payment;
    json_t *numbers = json_object();
    bool whole = true;
    for (size_t i = 0; ihp__payment_name(i) != NULL; i++) {
        whole = json_object_set_new(numbers, ihp__payment_name(i),
                                    json_real(*ihp__payment_number(&terms, i))) == 0 &&
                whole;
    }
    return ihp__json_whole(numbers, whole);
}

/* Adds what a reconciliation is of, so that a settlement takes it only with the same payments. */
static json_t *add_paid(json_t *manifest, const struct ihp__job_files *job)
{
    json_t *paid = json_array();
    bool whole = true;
    for (size_t i = 0; i < job->runs; i++) {
        whole = json_array_append_new(paid, json_pack("{s:s, s:s}", "span", job->paid[i].span,
                                                      "hash", job->paid[i].hash)) == 0 &&
                whole;
    }
    paid = ihp__json_whole(paid, whole);
    whole = json_object_set_new(manifest, "paid", paid) == 0;
    whole =
        json_object_set_new(manifest, "overrides_hash", json_string(job->overrides)) == 0 && whole;
    return ihp__json_whole(manifest, whole);
}

json_t *ihp__manifest_job(const struct ihp__job_files *job, const struct ihp_notices *notices)
{
    json_t *manifest =
        json_pack("{s:s, s:i, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "format", "ihp-job",
                  "format_version", IHP__MANIFEST_VERSION, "program_version", IHP_VERSION, "job",
                  job->name, "span", job->span, "deck", json_deck(job->deck), "store",
                  json_store(job->store), "program", json_program(job->program, job->deck),
                  "payment", json_payment(job->program), "notices", json_notices(notices));
    return job->overrides == NULL ? manifest : add_paid(manifest, job);
}

json_t *ihp__manifest_run(const struct ihp__deck *deck, const struct ihp__run_stats *stats)
{
    const struct ihp__rank_timing most = ihp__timings_most(stats);
    char finished[IHP__MOMENT_TEXT];
    ihp__moment_format(time(NULL), finished);
    return json_pack(
        "{s:s, s:i, s:I, s:I, s:b, s:I, s:s*, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}",
        "finished", finished, "ranks", stats->ranks, "starts", (json_int_t)stats->starts,
        "batch_lines", (json_int_t)stats->batch_lines, "indexed", stats->indexed,
        "members_resampled", (json_int_t)stats->resampled, "instructions", stats->instructions,
        "claim_bytes_read_by_rank_0", (json_int_t)stats->read_bytes, "reduced_bytes_per_rank",
        (json_int_t)stats->reduced_bytes, "peak_bytes_of_a_rank", (json_int_t)most.peak_bytes,
        "deck", ihp__json_text(deck->path), "store", ihp__json_text(deck->store), "program",
        ihp__json_text(deck->program), "output", ihp__json_text(deck->output), "seconds",
        ihp__timings_seconds(&most), "timings", ihp__timings_create(stats));
}
