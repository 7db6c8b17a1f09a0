/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the PBP dollars of a settlement from payment runs and their reconciliation. */
#include "engine/payments.h"

#include "base/hash_hex.h"
#include "engine/paid_run.h"
#include "engine/reconciled.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static_assert(IHP__PAID_RUNS_MAX >= IHP__DECK_RUNS_MAX, "each run of a deck has a place");

struct taking {
    struct ihp__deck *deck;
    struct ihp__program *program;
    struct ihp__paid_run run[IHP__PAID_RUNS_MAX];
    size_t runs;
    int64_t *pbp; /* owned; [partnerships], cents */
    struct ihp_notices *notices;
    struct ihp_error *err;
};

/* ---- the runs -------------------------------------------------------------------------------- */

static enum ihp_status open_runs(struct taking *t)
{
    char period[IHP__PERIOD_TEXT];
    for (size_t i = 0; i < t->deck->payments.runs; i++) {
        t->runs++; /* so that the run is freed after an error, too */
        if (ihp__paid_run_open(t->deck->payments.folder[i], t->program, IHP__CHECK_TABLES,
                               &t->run[i], t->notices, t->err) != IHP_OK) {
            return t->err->status;
        }
    }
    return ihp__paid_runs_check(t->run, t->runs, ihp__period_first_month(&t->deck->performance),
                                ihp__period_last_month(&t->deck->performance),
                                ihp__period_months(&t->deck->performance, period), t->err);
}

/* Adds what the runs paid in a month. Returns false if no run covers the month. */
static bool add_month(const struct taking *t, int32_t month)
{
    for (size_t i = 0; i < t->runs; i++) {
        const struct ihp__paid_run *run = &t->run[i];
        if (ihp__paid_run_has(run, month)) {
            const int64_t *paid =
                run->pbp + (size_t)(month - run->first_month) * t->program->partnerships;
            for (size_t p = 0; p < t->program->partnerships; p++) {
                t->pbp[p] += paid[p];
            }
            return true;
        }
    }
    return false;
}

/* Adds up the months of the period, and notes those without a run. */
static void add_months(const struct taking *t)
{
    int32_t last = ihp__period_last_month(&t->deck->performance);
    int missing = 0;
    for (int32_t month = ihp__period_first_month(&t->deck->performance); month <= last; month++) {
        missing += !add_month(t, month);
    }
    if (missing > 0) {
        ihp__notice_add(t->notices,
                        "payments: no run has %d of the 12 months of the performance period, for "
                        "which pbp_dollars have nothing [16.8.2.2]",
                        missing);
    }
    ihp__paid_runs_note_ended(t->run, t->runs, ihp__period_first_month(&t->deck->performance), last,
                              t->program, t->notices);
}

/* ---- the reconciliation ---------------------------------------------------------------------- */

/* Subtracts what the reconciliation of the deck takes back. */
static enum ihp_status take_back(const struct taking *t)
{
    const struct ihp__reconciled_source source = {t->deck, t->program, t->run, t->runs, t->notices};
    if (t->deck->reconciliation[0] == '\0') {
        return IHP_OK;
    }
    if (ihp__reconciled_read(&source, t->pbp, t->err) != IHP_OK) {
        return t->err->status;
    }
    for (size_t p = 0; p < t->program->partnerships; p++) {
        if (t->pbp[p] < 0) {
            return ihp__fail(t->err, IHP_ERR_DATA,
                             "%s/reconcile.csv: more is taken back from %s than the deck's "
                             "payments paid; name the runs that were reconciled [15.5]",
                             t->deck->reconciliation, t->program->partnership[p].id);
        }
    }
    return IHP_OK;
}

/* ---- the program ----------------------------------------------------------------------------- */

/* Puts the amounts into the program; one in ihps.csv must be the same. */
static enum ihp_status set_amounts(const struct taking *t)
{
    for (size_t p = 0; p < t->program->partnerships; p++) {
        struct ihp__partnership *ihp = &t->program->partnership[p];
        char given[IHP__MONEY_TEXT], paid[IHP__MONEY_TEXT];
        if (ihp->pbp_given && ihp->pbp != t->pbp[p]) {
            return ihp__fail(t->err, IHP_ERR_DATA,
                             "%s/ihps.csv:%llu: column pbp_dollars: %s is not %s, which the deck's "
                             "payments come to; leave it blank [16.8.2.2]",
                             t->program->folder, (unsigned long long)ihp->line,
                             ihp__money_format(ihp->pbp, given),
                             ihp__money_format(t->pbp[p], paid));
        }
        ihp->pbp = t->pbp[p];
    }
    return IHP_OK;
}

/* Describes what was read: the same amounts from the same quarters read the same. */
static void describe(const struct taking *t)
{
    struct ihp__deck_payments *payments = &t->deck->payments;
    char hex[IHP__HASH_TEXT], first[IHP__DATE_TEXT], last[IHP__DATE_TEXT];
    XXH128_hash_t hash = XXH3_128bits(t->pbp, t->program->partnerships * sizeof *t->pbp);
    int32_t begins = INT32_MAX, ends = INT32_MIN;
    for (size_t i = 0; i < t->runs; i++) {
        int32_t end = t->run[i].first_month + t->run[i].months - 1;
        begins = t->run[i].first_month < begins ? t->run[i].first_month : begins;
        ends = end > ends ? end : ends;
    }
    ihp__hash_hex(hash.high64, hash.low64, hex);
    snprintf(payments->found, sizeof payments->found, "%zu runs of %s to %s%s, dollars %s", t->runs,
             ihp__month_format(begins, first), ihp__month_format(ends, last),
             t->deck->reconciliation[0] == '\0' ? "" : ", reconciled", hex);
    ihp__notice_add(t->notices,
                    "payments: pbp_dollars of each IHP are what %zu payment runs of %s to %s paid "
                    "in the performance period%s [16.8.2.2]",
                    t->runs, first, last,
                    t->deck->reconciliation[0] == '\0' ? "" : ", less their reconciliation");
}

enum ihp_status ihp__payments_read(struct ihp__deck *deck, struct ihp__program *program,
                                   struct ihp_notices *notices, struct ihp_error *err)
{
    struct taking t = {.deck = deck, .program = program, .notices = notices, .err = err};
    if (deck->payments.runs == 0) {
        return IHP_OK;
    }
    t.pbp = calloc(program->partnerships, sizeof *t.pbp);
    enum ihp_status status = t.pbp == NULL ? ihp__fail_memory(err, "the payments") : open_runs(&t);
    if (status == IHP_OK) {
        add_months(&t);
        status = take_back(&t);
    }
    if (status == IHP_OK) {
        status = set_amounts(&t);
    }
    if (status == IHP_OK) {
        describe(&t);
    }
    for (size_t i = 0; i < t.runs; i++) {
        ihp__paid_run_free(&t.run[i]);
    }
    free(t.pbp);
    return status;
}
