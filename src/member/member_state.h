/* SPDX-License-Identifier: GPL-3.0-or-later */
/* member_state.h - the work space for one member, for the files of this room. */
#ifndef IHP_MEMBER_STATE_H
#define IHP_MEMBER_STATE_H

#include "member/netting.h"

/* Words of 64 bits with a bit for every set of twelve months. */
#define IHP__MONTH_SETS 64

struct ihp__period_state {
    struct ihp__months months;
    uint64_t enough_months[IHP__MONTH_SETS]; /* sets that are enough under some decision [13.3.2] */
    bool enough;                             /* the member's are */
    struct ihp__counts counts[2];            /* the period, the look-back */
    struct ihp__net_day day;                 /* lines of a day that may take each other away */
    ihp__day16 day_of;                       /* the day of these lines */
    bool unclear;        /* only the procedures of all lines show what a reversal takes */
    uint64_t *visited;   /* bit per IHP; owned */
    bool any_visit;      /* any bit of `visited` */
    bool visited_before; /* a line of the look-back opens the gate */
    int64_t cost;
    int64_t part2; /* the part of the cost in marked lines, if the rules mark lines */
    uint32_t lines;
    uint16_t affected; /* months lived in an affected county [5.9] */
};

/* The work space of a rank. */
struct ihp__member_state {
    const struct ihp__period_rules *rules;
    size_t count; /* of rules */
    size_t visited_words;
    int32_t horizon_first;        /* the first month of any period */
    int horizon_months;           /* up to the last month of any; 0 if there are too many */
    const struct ihp__span *span; /* of the member; borrowed */
    size_t spans;
    struct ihp__aside spare; /* for readings whose lines are not summed; owned */
    size_t spare_capacity;
    struct netted_rows {
        struct ihp__net_space space;   /* owned */
        struct ihp__index_rows rows;   /* those in it */
        uint16_t cutoff;               /* of the run-out under which they were netted */
        bool ready;                    /* for the member in hand */
    } netted[IHP__PERIODS];            /* rows of the index that are left after netting */
    struct ihp__period_state period[]; /* [count] */
};

/* Notes a line of the period at an IHP that opens the gate [13.3.2]. */
static inline void ihp__period_mark_visit(struct ihp__period_state *period, int partnership)
{
    period->visited[partnership / 64] |= UINT64_C(1) << (partnership % 64);
    period->any_visit = true;
}

/* Returns false if the gate is closed under every decision of the rules, so that no counts are
 * needed: no line of the period, first .. end - 1 of the member's, is billed by an NPI on a billing
 * list, nor is one before it if some decision asks for visits of the look-back [13.3.2]. `billing`
 * has the NPIs of the member's lines. This costs less than to count, and then to search all lines.
 */
bool ihp__lines_may_visit(const struct ihp__period_rules *rules, const uint32_t *billing,
                          size_t first, size_t end);

/* Adds the counted lines among first .. end - 1 of `claims`, which are all of one member and of the
 * period, to the member's cost, and sets the others aside. */
void ihp__costs_add(const struct ihp__period_rules *rules, struct ihp__period_state *period,
                    const struct ihp__claims *claims, size_t first, size_t end,
                    struct ihp__aside *aside);

#endif
