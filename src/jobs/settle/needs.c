/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adds up what a run takes, term by term: each is the largest size of an array of engine/pass.c, of
 * bootstrap/, of a stage of this job or of the tables. */
#include "jobs/settle/needs.h"

#include "bootstrap/refit.h"
#include "engine/pass.h"

enum {
    ID_BYTES = 2 * (IHP__MEMBER_ID_MAX + 1), /* as the store has it, and as a text */
    READING_BYTES = 16 << 10,                /* rules, months and counts of a member under way */
    CELL_BYTES = 80,                         /* of a table: an array that doubles, and a text */
    ROW_BYTES = 96 /* of attributed/: half of the members in one file, doubled */
};

/* MPI needs as much memory again for a message that it adds up, piece by piece (ihp__tally_sum). */
#define PIECE_BYTES (UINT64_C(128) << 20)

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Returns an average of whole things, rounded up and at least 1, also of nothing. */
static uint64_t each(uint64_t all, uint64_t of)
{
    return of == 0 ? 1 : most(1, (all + of - 1) / of);
}

/* Returns the most members of a rank. Ranks get equal numbers of claim lines, not of members, so
 * this is a quarter more than an even share. */
static uint64_t members_of_rank(const struct ihp__work *w)
{
    uint64_t even = each(w->members, w->ranks);
    return w->ranks == 1 ? w->members : least(w->members, even + even / 4 + 1);
}

/* Returns what MPI takes to add up so many bytes of all ranks. */
static uint64_t exchanged(const struct ihp__work *w, uint64_t bytes)
{
    return w->ranks > 1 ? least(bytes, PIECE_BYTES) : 0;
}

/* ---- a pass ---------------------------------------------------------------------------------- */

/* Returns the bytes of a batch. With the index it has the lines without their procedures; lines
 * with procedures, of members that no batch holds; and, in arrays that double, 15 bytes of the
 * index and a place for each period. */
static uint64_t batch_bytes(const struct ihp__work *w)
{
    uint64_t voided = w->void_dates ? 2 : 0, line = (w->wide_amounts ? 22 : 18) + voided;
    uint64_t bytes =
        w->indexed ? line + (line + 2) + 2 * (15 + voided + 3 * sizeof(uint32_t)) : line + 2;
    return least(w->batch_lines, w->lines) * bytes;
}

/* Returns the bytes of the small tables of a block of members, as columns and as rows, in arrays
 * that double. */
static uint64_t block_bytes(const struct ihp__work *w, uint64_t members)
{
    uint64_t offsets = 5 * sizeof(uint64_t) + (w->index_years + 1) * sizeof(uint32_t);
    uint64_t spans = each(w->spans, w->members) * 2 * sizeof(struct ihp__span);
    uint64_t years = each(w->morbidity_rows, w->members) * 2 * sizeof(struct ihp__morbidity);
    return least(members, IHP__PASS_BLOCK_MEMBERS) * (2 * (offsets + spans + years) + ID_BYTES);
}

static uint64_t pass_bytes(const struct ihp__work *w, uint64_t members)
{
    return batch_bytes(w) + block_bytes(w, members) + w->most_readings * READING_BYTES +
           sizeof(struct ihp__line_sums) + (w->compressed ? IHP__NEEDS_CHUNKS : 0);
}

/* Returns the bytes of what is kept from the pass to the end. */
static uint64_t kept_bytes(const struct ihp__work *w, uint64_t members)
{
    uint64_t facts = w->member_files ? IHP__PERIODS * sizeof(struct ihp__member_fact) : 0;
    facts *= w->moved_files ? 2 : 1; /* as the interim judged them, too */
    uint64_t keys = w->replicates > 0 ? sizeof(uint64_t) : 0;
    return w->tallies * w->tally_bytes + w->most_view_bytes +
           members * (w->most_slots * sizeof(struct ihp__view_fact) + facts + keys);
}

/* ---- a bootstrap ----------------------------------------------------------------------------- */

/* Returns the number of IHPs whose replicates are made together. */
static uint64_t group_of(const struct ihp__work *w)
{
    uint64_t one = w->replicates * IHP__STATISTICS * sizeof(double);
    return least(w->partnerships, most(1, IHP__REPLICATE_BYTES / one));
}

/* Returns the bytes of replicates with fixed weights: six sums of each replicate and IHP; a
 * member's key and six values, for a quarter of the members twice. */
static uint64_t fixed_bytes(const struct ihp__work *w, uint64_t members)
{
    uint64_t columns = w->replicates + IHP__JACKKNIFE_GROUPS;
    uint64_t sums = group_of(w) * IHP__FIXED_QUANTITIES * columns * sizeof(int64_t);
    uint64_t record = (1 + IHP__FIXED_QUANTITIES) * sizeof(int64_t);
    return sums + exchanged(w, sums) + members * (record + record / 4);
}

/* Returns the bytes of a run of replicates: sums by cell and measures, of which MPI's reduction
 * holds two more copies. */
static uint64_t block_of_runs(const struct ihp__work *w, uint64_t sums, uint64_t measures)
{
    uint64_t room = IHP__REPLICATE_BYTES / sizeof(int64_t);
    uint64_t run =
        IHP__REFIT_RUN * (sums + 2 * measures) > room ? IHP__DRAWN_TOGETHER : IHP__REFIT_RUN;
    uint64_t runs = least(w->ranks, most(1, room / (run * measures)));
    uint64_t sent = runs * run * measures;
    return (run * (sums + measures) + sent * (w->ranks > 1 ? 3 : 1)) * sizeof(int64_t);
}

/* Returns the bytes of replicates with refitted weights: members sorted by cell, at first with
 * cells, values and what sorting needs, then in limbs. At most a quarter of the members is taken to
 * exceed the lowest cap. */
static uint64_t refit_bytes(const struct ihp__work *w, uint64_t members)
{
    uint64_t cells = least((1 + w->partnerships) * w->acgs + w->overrides, w->members);
    uint64_t quantities = 2 * (2 + w->caps), group = group_of(w);
    uint64_t measures = IHP__PERIODS * ((1 + w->caps + group) * w->acgs + group);
    uint64_t sums = cells * quantities;
    uint64_t groups = sums * IHP__JACKKNIFE_GROUPS * sizeof(int64_t);
    uint64_t limbs = members * (8 + 2 * (8 + 2 + 2 * 7) + (8 + 2 + 2 + 10 * w->caps) / 2);
    uint64_t sorting = members * (REFIT_SIDES * sizeof(uint32_t) + quantities * sizeof(int64_t) +
                                  3 * sizeof(size_t) + sizeof(uint32_t));
    uint64_t left_out = measures * (IHP__JACKKNIFE_GROUPS + 1) * sizeof(int64_t);
    return groups + limbs +
           most(sorting, most(block_of_runs(w, sums, measures), left_out + exchanged(w, left_out)));
}

static uint64_t bootstrap_bytes(const struct ihp__work *w, uint64_t members)
{
    if (w->replicates == 0) {
        return 0;
    }
    uint64_t columns = (w->replicates + IHP__JACKKNIFE_GROUPS) * sizeof(double);
    uint64_t values = group_of(w) * IHP__STATISTICS * columns;
    uint64_t deck = w->scenario_replicates ? w->partnerships * columns : 0;
    return deck + values +
           (w->refit ? refit_bytes(w, members) + exchanged(w, values) : fixed_bytes(w, members));
}

/* ---- all ------------------------------------------------------------------------------------- */

static uint64_t memory_of(const struct ihp__work *w, uint64_t members)
{
    uint64_t after = most(bootstrap_bytes(w, members), exchanged(w, w->most_view_bytes));
    uint64_t files = w->member_files ? members * (ID_BYTES + ROW_BYTES) : 0;
    return IHP__NEEDS_PROCESS + w->ranks * IHP__NEEDS_PEER + IHP__NEEDS_CHECKPOINT + w->head_bytes +
           kept_bytes(w, members) + pass_bytes(w, members) + most(after, files) +
           w->table_cells * CELL_BYTES;
}

/* Returns the seconds of all passes. A pass with the deck's two readings counts as one; each
 * further reading adds a quarter, each further decision of a reading a sixty-fourth. */
static double reading_seconds(const struct ihp__work *w)
{
    double readings = (double)w->readings - IHP__PERIODS * (double)w->passes;
    double decisions = (double)w->views - (double)w->readings;
    double passes = (double)w->passes + readings / 4 + decisions / 64;
    return passes * (double)w->bytes / ((double)w->ranks * w->rate * 1e6);
}

/* Returns the seconds of the bootstrap. All ranks share the drawing, and at most one rank for each
 * IHP settles replicates. Refitted weights are drawn again for each group of IHPs. */
static double drawing_seconds(const struct ihp__work *w)
{
    if (w->replicates == 0) {
        return 0;
    }
    double cases = w->scenario_replicates ? 1 + (double)w->scenarios : 1;
    double groups = w->refit ? (double)each(w->partnerships, group_of(w)) : 1;
    double replicates = (double)w->replicates;
    double draw = (double)w->members * replicates * groups /
                  ((double)w->ranks * (w->refit ? IHP__NEEDS_REFIT : IHP__NEEDS_FIXED));
    double settle = replicates * (double)w->partnerships * IHP__NEEDS_REPLICATE /
                    (double)least(w->ranks, w->partnerships);
    return cases * (draw + settle);
}

struct ihp__needs ihp__needs_of(const struct ihp__work *w)
{
    uint64_t members = members_of_rank(w);
    return (struct ihp__needs){
        .members = members,
        .bytes = memory_of(w, members),
        .start = IHP__NEEDS_START,
        .read = reading_seconds(w),
        .draw = drawing_seconds(w),
        .settle = (double)w->scenarios * (double)w->partnerships * IHP__NEEDS_SCENARIO,
    };
}
