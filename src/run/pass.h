/* pass.h - one pass over the claims of a range of members. */
#ifndef IHP_RUN_PASS_H
#define IHP_RUN_PASS_H

#include "context.h"

/* Where the time of a pass went, in seconds. */
struct ihp_pass_time {
    double read, decide;
};

/* Not collective: runs the member rules over `range` in batches of `batch_lines` claim lines and adds
 * to `tally`. `fact` (range.count x IHP_PERIODS) receives the facts unless NULL. */
enum ihp_status ihp_pass(const struct ihp_context *context, struct ihp_range range,
                         uint64_t batch_lines, struct ihp_tally *tally, struct ihp_fact *fact,
                         ihp_progress_fn progress, void *progress_context,
                         struct ihp_pass_time *time, struct ihp_error *err);

#endif
