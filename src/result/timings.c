/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timings.h5: the seconds and the memory of each rank at each stage. results.h5 only has a link to
 * it, because timings differ between equal runs and results.h5 does not. */
#include "ihp/version.h"
#include "result/json.h"
#include "result/results_h5.h"
#include "result/run_stats.h"

static const char *const stages[] = {
#define IHP__STAGE_NAME(stage) #stage,
    IHP__JOB_STAGES(IHP__STAGE_NAME)
#undef IHP__STAGE_NAME
};
enum { STAGES = sizeof stages / sizeof stages[0] };

json_t *ihp__timings_seconds(const struct ihp__rank_timing *rank)
{
    json_t *seconds = json_object();
    bool whole = true;
#define IHP__STAGE_PUT(stage)                                                                      \
    whole = json_object_set_new(seconds, #stage, ihp__json_measured(rank->stage)) == 0 && whole;
    IHP__JOB_STAGES(IHP__STAGE_PUT)
#undef IHP__STAGE_PUT
    return ihp__json_whole(seconds, whole);
}

json_t *ihp__timings_create(const struct ihp__run_stats *stats)
{
    json_t *timings = json_array();
    bool whole = true;
    for (int r = 0; stats->rank != NULL && r < stats->ranks; r++) {
        const struct ihp__rank_timing *rank = &stats->rank[r];
        json_t *entry =
            json_pack("{s:i, s:I, s:o}", "rank", r, "peak_bytes", (json_int_t)rank->peak_bytes,
                      "seconds", ihp__timings_seconds(rank));
        whole = json_array_append_new(timings, entry) == 0 && whole;
    }
    return ihp__json_whole(timings, whole);
}

struct ihp__rank_timing ihp__timings_most(const struct ihp__run_stats *stats)
{
    struct ihp__rank_timing most = {0};
    for (int r = 0; stats->rank != NULL && r < stats->ranks; r++) {
        const struct ihp__rank_timing *rank = &stats->rank[r];
#define IHP__STAGE_MOST(stage) most.stage = rank->stage > most.stage ? rank->stage : most.stage;
        IHP__JOB_STAGES(IHP__STAGE_MOST)
        IHP__STAGE_MOST(peak_bytes)
#undef IHP__STAGE_MOST
    }
    return most;
}

/* Returns true if an entry is a number that is not negative. */
static bool is_amount(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) && json_number_value(value) >= 0;
}

/* Returns true if `timing` is the entry of a rank, with all stages and nothing else. */
static bool is_rank(const json_t *timing, size_t rank)
{
    const json_t *seconds = json_object_get(timing, "seconds");
    const json_t *number = json_object_get(timing, "rank");
    bool good = json_object_size(timing) == 3 && json_is_integer(number) &&
                json_integer_value(number) == (json_int_t)rank &&
                json_is_integer(json_object_get(timing, "peak_bytes")) &&
                is_amount(timing, "peak_bytes") && json_object_size(seconds) == STAGES;
    for (size_t s = 0; good && s < STAGES; s++) {
        good = is_amount(seconds, stages[s]);
    }
    return good;
}

bool ihp__timings_valid(const json_t *run)
{
    const json_t *timings = json_object_get(run, "timings");
    size_t ranks = json_array_size(timings);
    bool good = json_is_array(timings) &&
                (json_int_t)ranks == json_integer_value(json_object_get(run, "ranks"));
    for (size_t r = 0; good && r < ranks; r++) {
        good = is_rank(json_array_get(timings, r), r);
    }
    return good;
}

/* Adds the rows of a run: `block` is 0 for a whole run. */
static void add_run(struct ihp__table *table, json_int_t block, const json_t *run)
{
    json_t *timing;
    size_t r;
    json_array_foreach(json_object_get(run, "timings"), r, timing)
    {
        const json_t *seconds = json_object_get(timing, "seconds");
        for (size_t s = 0; s < STAGES; s++) {
            ihp__table_integer(table, block);
            ihp__table_integer(table, (int64_t)r);
            ihp__table_text(table, stages[s]);
            ihp__table_ratio(table, json_number_value(json_object_get(seconds, stages[s])));
            ihp__table_integer(table, json_integer_value(json_object_get(timing, "peak_bytes")));
        }
    }
}

enum ihp_status ihp__timings_write(const char *folder, const json_t *run, struct ihp_error *err)
{
    static const struct ihp__table_column columns[] = {{"part", IHP__CELL_INTEGER},
                                                       {"rank", IHP__CELL_INTEGER},
                                                       {"stage", IHP__CELL_TEXT},
                                                       {"seconds", IHP__CELL_SECONDS},
                                                       {"peak_bytes", IHP__CELL_INTEGER}};
    struct ihp__table table = IHP__TABLE_OF(IHP__TIMINGS, columns);
    json_t *part, *head = json_pack("{s:s, s:i, s:s}", "format", "ihp-timings", "format_version", 1,
                                    "program_version", IHP_VERSION);
    size_t i;
    add_run(&table, 0, run);
    json_array_foreach(json_object_get(run, "parts"), i, part)
    {
        add_run(&table, json_integer_value(json_object_get(part, "block")), part);
    }
    const struct ihp__h5_content content = {&table, 1, head, NULL};
    enum ihp_status status = head == NULL || !ihp__table_whole(&table)
                                 ? ihp__fail_memory(err, "the table of timings")
                                 : ihp__results_h5_write(folder, IHP__TIMINGS ".h5", &content, err);
    json_decref(head);
    ihp__table_free(&table);
    return status;
}
