/* timings.csv: what each rank took. It stands beside results.h5, not in it, because it differs between
 * equal runs and results.h5 does not. */
#include "result_internal.h"

static void add(struct ihp_table *table, int rank, const char *stage, double seconds,
                const struct ihp_rank_facts *facts)
{
    ihp_table_integer(table, rank);
    ihp_table_text(table, stage);
    ihp_table_ratio(table, seconds);
    ihp_table_integer(table, (int64_t)facts->peak_bytes);
}

enum ihp_status ihp_timings_write(const char *folder, const struct ihp_run_facts *facts,
                                  struct ihp_error *err)
{
    static const struct ihp_table_column columns[] = {{"rank", IHP_CELL_INTEGER},
                                                      {"stage", IHP_CELL_TEXT},
                                                      {"seconds", IHP_CELL_RATIO},
                                                      {"peak_bytes", IHP_CELL_INTEGER}};
    struct ihp_table table = {.name = "timings",
                              .column = columns,
                              .columns = sizeof columns / sizeof columns[0]};
    for (int r = 0; facts->rank != NULL && r < facts->ranks; r++) {
        const struct ihp_rank_facts *rank = &facts->rank[r];
#define IHP_STAGE_ADD(stage) add(&table, r, #stage, rank->stage, rank);
        IHP_STAGES(IHP_STAGE_ADD)
#undef IHP_STAGE_ADD
    }
    if (!ihp_table_whole(&table)) {
        ihp_fail_memory(err, "the table of timings");
    } else if (table.rows > 0) {
        ihp_table_write_csv(&table, folder, 0666, err);
    }
    ihp_table_free(&table);
    return err->status;
}
