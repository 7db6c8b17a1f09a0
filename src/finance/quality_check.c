/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of what quality scores are made from, before any score is made. */
#include "quality_internal.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Refuses a row of quality.csv whose rate has no benchmark or percentiles to be scored by. */
static enum ihp_status check_benchmark(const struct ihp__program *program,
                                       const struct ihp__quality_row *row, struct ihp_error *err)
{
    const struct ihp__benchmark *b = ihp__program_benchmark(program, row->measure, row->year);
    for (size_t m = row->measure; m < program->measures; m++) {
        const struct ihp__measure *measure = &program->measure[m];
        bool benchmark = ihp__scored_by_benchmark(measure->scoring);
        if (measure->first != row->measure ||
            !ihp__measure_is_for(measure, program->partnership[row->partnership].track) ||
            (!benchmark && measure->scoring != IHP__SCORING_PERCENTILE)) {
            continue;
        }
        if (b == NULL || isnan(benchmark ? b->benchmark : b->percentile[0])) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s/benchmarks.csv: has no %s of '%s' for %d; line %" PRIu64
                             " of quality.csv requires %s; add %s",
                             program->folder, benchmark ? "benchmark" : "percentiles", measure->id,
                             row->year, row->line, benchmark ? "it" : "them",
                             benchmark ? "it" : "them");
        }
    }
    return IHP_OK;
}

/* Refuses a reference group that is not a group of any equitable care measure. Without groups,
 * nothing is compared with the reference group. */
static enum ihp_status check_reference(const struct ihp__program *program,
                                       const struct ihp__deck *deck,
                                       const struct ihp__policies *policies, struct ihp_error *err)
{
    const char *other = NULL;
    for (size_t i = 0; i < program->quality_rows; i++) {
        const struct ihp__quality_row *row = &program->quality[i];
        if (program->measure[row->measure].scoring == IHP__SCORING_GAP && row->group[0] != '\0') {
            if (strcmp(row->group, policies->reference_group) == 0) {
                return IHP_OK;
            }
            other = row->group;
        }
    }
    return other == NULL
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE,
                           "%s: policies.reference_group: '%s' is not a group of an equitable care "
                           "measure in %s/quality.csv; one of its groups is '%s' [18.4.9.2]",
                           deck->path, policies->reference_group, program->folder, other);
}

enum ihp_status ihp__quality_check(const struct ihp__program *program, const struct ihp__deck *deck,
                                   struct ihp_error *err)
{
    for (size_t i = 0; i < program->quality_rows; i++) {
        const struct ihp__quality_row *row = &program->quality[i];
        if (row->year == deck->performance.year && row->group[0] == '\0' && row->sufficient &&
            row->denominator > 0 && isnan(row->points) &&
            check_benchmark(program, row, err) != IHP_OK) {
            return err->status;
        }
    }
    if (check_reference(program, deck, &deck->policies, err) != IHP_OK) {
        return err->status;
    }
    size_t scenarios = deck->sweep == NULL ? 0 : deck->sweep->scenarios;
    for (size_t i = 0; i < scenarios; i++) {
        if (check_reference(program, deck, &deck->sweep->scenario[i].terms.policies, err) !=
            IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}
