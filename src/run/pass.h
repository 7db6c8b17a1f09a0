/* pass.h - one pass over the claims of a range of members. */
#ifndef IHP_RUN_PASS_H
#define IHP_RUN_PASS_H

#include "context.h"

struct ihp_pass_options {
    uint64_t batch_lines;
    bool use_index; /* where it holds all that counts */
    ihp_progress_fn progress; /* may be NULL */
    void *progress_context;
};

/* Where the time of a pass went, in seconds, and what was read of the claims. */
struct ihp_pass_cost {
    double read, decide;
    uint64_t bytes;
    bool indexed;
    double magnitude; /* sum of |amount| in cents where amounts are 64 bits wide, else 0 */
};

/* Refuses (IHP_ERR_DATA) a sum of magnitudes whose sums could leave 64 bits. */
enum ihp_status ihp_pass_check_magnitude(const struct ihp_context *context, double magnitude,
                                         struct ihp_error *err);

/* Not collective: runs the member rules over `range` in batches of `batch_lines` claim lines and adds
 * to `tally`. `fact` (range.count x IHP_PERIODS) receives the facts unless NULL. */
enum ihp_status ihp_pass(const struct ihp_context *context, struct ihp_range range,
                         const struct ihp_pass_options *options, struct ihp_tally *tally,
                         struct ihp_fact *fact, struct ihp_pass_cost *cost, struct ihp_error *err);

#endif
