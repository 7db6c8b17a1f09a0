/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which ranks read which compressed files. The ranks form teams of nearly equal size, and each file
 * goes to one team, the largest first to the team that has the least to do. A team of one rank
 * reads its files alone. In a larger one the first rank decompresses the files, and all parse what
 * it hands on (hand_over.h). Of some numbers of teams, the one is taken with which all files are
 * read soonest. */
#include "extract/hand_over.h"
#include "extract/ranks.h"

#include <stdlib.h>

/* How long parsing takes, if decompressing takes 1. It decides nothing but how the work is shared.
 */
enum { PARSING = 4 };

/* A compressed file, and the team that reads it. */
struct dealt {
    uint64_t bytes, team;
    size_t file;
};

struct dealing {
    struct dealt *dealt; /* owned; the largest file first */
    size_t files;
    uint64_t ranks;
    uint64_t *load; /* owned; bytes that each team reads */
};

static uint64_t first_rank(const struct dealing *d, uint64_t teams, uint64_t team)
{
    return d->ranks * team / teams;
}

static uint64_t team_size(const struct dealing *d, uint64_t teams, uint64_t team)
{
    return first_rank(d, teams, team + 1) - first_rank(d, teams, team);
}

/* Returns how long a team takes for some bytes: as long as their work, shared by its ranks, but at
 * least as long as it takes one rank to decompress them. */
static double time_of(double bytes, uint64_t size)
{
    double shared = bytes * (1 + PARSING) / (double)size;
    return shared > bytes ? shared : bytes;
}

/* Deals the files to a number of teams. Returns how long the slowest one takes. */
static double deal(struct dealing *d, uint64_t teams)
{
    double slowest = 0;
    for (uint64_t t = 0; t < teams; t++) {
        d->load[t] = 0;
    }
    for (size_t i = 0; i < d->files; i++) {
        struct dealt *dealt = &d->dealt[i];
        double least = 0;
        for (uint64_t t = 0; t < teams; t++) {
            double time = time_of((double)(d->load[t] + dealt->bytes), team_size(d, teams, t));
            if (t == 0 || time < least) {
                least = time;
                dealt->team = t;
            }
        }
        d->load[dealt->team] += dealt->bytes;
        slowest = least > slowest ? least : slowest;
    }
    return slowest;
}

/* Returns the best number of teams. Small teams are better where they take as long. */
static uint64_t choose_teams(struct dealing *d)
{
    uint64_t best = 1;
    double least = 0;
    for (uint64_t teams = d->ranks < d->files ? d->ranks : d->files, first = teams; teams > 0;
         teams /= 2) {
        double time = deal(d, teams);
        if (teams == first || time < 0.98 * least) {
            best = teams;
            least = time;
        }
    }
    return best;
}

/* Sets what this rank reads of each compressed file. Returns true if any team shares one. */
static bool set_parts(const struct ihp__import *import, const struct dealing *d, uint64_t teams,
                      struct ihp__import_file *file)
{
    bool any = false;
    for (size_t i = 0; i < d->files; i++) {
        const struct dealt *dealt = &d->dealt[i];
        struct ihp__import_file *f = &file[dealt->file];
        uint64_t lead = first_rank(d, teams, dealt->team), size = team_size(d, teams, dealt->team);
        uint64_t rank = (uint64_t)import->rank;
        bool mine = rank >= lead && rank < lead + size;
        f->part = (struct ihp__source_part){.none = !mine, .whole = mine};
        f->lead = (int)lead;
        f->team = size > 1 ? (int)size : 0;
        f->to_read = mine ? 1 + f->bytes / size : 0;
        any |= size > 1;
    }
    return any;
}

static int by_size(const void *a, const void *b)
{
    const struct dealt *p = a, *q = b;
    return p->bytes != q->bytes ? (p->bytes < q->bytes) - (p->bytes > q->bytes)
                                : (p->file > q->file) - (p->file < q->file);
}

/* Deals the files. Sets `*shared` if any team shares one. */
static void deal_all(struct ihp__import *import, struct dealing *d,
                     const struct ihp__source_size *size, bool *shared)
{
    struct ihp__import_source *source = &import->source[IHP__EXTRACT_CLAIMS];
    for (size_t i = 0; i < source->files; i++) {
        if (size[i].form == IHP__SOURCE_COMPRESSED) {
            d->dealt[d->files++] = (struct dealt){.bytes = source->file[i].bytes, .file = i};
        }
    }
    if (d->files > 0) {
        qsort(d->dealt, d->files, sizeof *d->dealt, by_size);
        uint64_t teams = choose_teams(d);
        deal(d, teams);
        *shared = set_parts(import, d, teams, source->file);
    }
}

enum ihp_status ihp__import_claims_deal(struct ihp__import *import,
                                        const struct ihp__source_size *size, struct ihp_error *err)
{
    struct dealing d = {.ranks = (uint64_t)import->ranks};
    bool shared = false;
    d.dealt = calloc(import->source[IHP__EXTRACT_CLAIMS].files + 1, sizeof *d.dealt);
    d.load = calloc((size_t)import->ranks, sizeof *d.load);
    bool made = d.dealt != NULL && d.load != NULL;
    if (made) {
        deal_all(import, &d, size, &shared);
    }
    free(d.dealt);
    free(d.load);
    if (!made) {
        return ihp__fail_memory(err, "the list of files");
    }
    return shared ? ihp__hand_over_create(import, &import->hand_over, err) : IHP_OK;
}
