/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp quality: scores quality from a program and a deck, without claims. */
#include "ihp/jobs.h"
#include "result/quality_tables.h"

/* Scores the program and writes and prints the scores. */
static enum ihp_status score(const struct ihp_quality_options *options,
                             const struct ihp__deck *deck, const struct ihp__program *program,
                             struct ihp_notices *notices, struct ihp_error *err)
{
    const struct ihp__quality quality = {program, &deck->policies, deck->performance.year};
    const char *folder = options->output != NULL ? options->output : deck->output;
    const struct ihp__output_request request = {.folder = folder,
                                                .program = program->folder,
                                                .group = IHP__FILES_RESULT,
                                                .force = true, /* the tables decide by themselves */
                                                .adds = true,
                                                .first = true};
    struct ihp__output output = {.begun = false};
    struct ihp__table measures = {0}, scores = {0};
    if (!program->has_quality) {
        return ihp__fail(
            err, IHP_ERR_DATA,
            "%s/quality.csv: is missing, and so is quality.csv.gz; without it there is "
            "nothing to score",
            program->folder);
    }
    if (ihp__quality_check(program, deck, err) == IHP_OK &&
        ihp__output_open(&output, &request, err) == IHP_OK &&
        ihp__quality_tables_create(&quality, &measures, &scores, err) == IHP_OK &&
        ihp__quality_write(&output, &measures, &scores, options->force, err) == IHP_OK &&
        options->report != NULL &&
        ihp__quality_print(options->report, &quality, &scores, err) == IHP_OK) {
        fprintf(options->report, "\nResults: %s\n", folder);
    }
    ihp__output_close(&output, notices, err);
    ihp__table_free(&measures);
    ihp__table_free(&scores);
    return err->status;
}

enum ihp_status ihp_quality_run(const struct ihp_quality_options *options,
                                struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__deck deck = {0};
    struct ihp__program *program = NULL;
    if (ihp__deck_load(options->deck_path, &deck, err) == IHP_OK &&
        ihp__program_load(deck.program, &program, notices, err) == IHP_OK &&
        score(options, &deck, program, notices, err) == IHP_OK && deck.settlement != IHP__FINAL) {
        ihp__notice_add(notices,
                        "the deck is of %s, which has no quality score [2.18]: these scores change "
                        "no amount of it",
                        ihp__settlement_name(&deck));
    }
    ihp__program_destroy(&program);
    ihp__deck_free(&deck);
    return err->status;
}
