/* SPDX-License-Identifier: GPL-3.0-or-later */
/* synth_measure.h - properties of a synthetic state, read from its store and program folder.
 *
 * The code is simple on purpose: consecutive months, sums over lines. It shares nothing with the
 * rooms under test but the reading of files. Costs are those of a final settlement of 2025. */
#ifndef IHP_TEST_SYNTH_MEASURE_H
#define IHP_TEST_SYNTH_MEASURE_H

#include "program/program.h"
#include "store/hdf5_util.h"

#include <hdf5.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEASURED_ACGS = 200, MEASURE_YEAR = 2025 };

struct measures {
    uint64_t members, lines;
    uint64_t children, most_lines;
    uint64_t em, health_home, denied, voided, negative, excluded, unlisted;
    uint64_t no_procedure, no_billing, fee_for_service;
    uint64_t within_90_days, beyond_548_days;
    uint64_t enough[2]; /* members who are enrolled long enough in 2024 and 2025 */
    uint64_t without_acg, above_200000, costly;
    double mean_cost, cv_cost;      /* per year and member who is enrolled long enough; dollars */
    double acg_pmpm[MEASURED_ACGS]; /* cents; by category */
    uint64_t acg_members[MEASURED_ACGS];
};

struct measuring {
    const struct ihp__store_info *info;
    const struct ihp__program *program;
    struct ihp__members members;
    struct measures *m;
    double
        cost[2]; /* sums of costs and of their squares, over members who are enrolled long enough */
    double acg_cost[MEASURED_ACGS], acg_months[MEASURED_ACGS];
};

/* Returns the qualifying months of a calendar year. `*enough` is the result of the rule of six
 * consecutive months and nine in all. */
static inline int measure_months(const struct measuring *g, size_t member, int year, bool *enough)
{
    int count = 0, run = 0, longest = 0;
    for (int32_t month = (year - 1970) * 12; month < (year - 1969) * 12; month++) {
        bool good = false, bad = false;
        for (uint64_t s = g->members.span_offset[member]; s < g->members.span_offset[member + 1];
             s++) {
            const struct ihp__span *span = &g->members.span[s];
            if (month >= span->month_from && month <= span->month_to) {
                good = good || span->major_program != IHP__MAJOR_PROGRAM_OTHER;
                bad = bad || span->exclusion != IHP__EXCLUSION_NONE;
            }
        }
        run = good && !bad ? run + 1 : 0;
        count += good && !bad ? 1 : 0;
        longest = run > longest ? run : longest;
    }
    *enough = count >= 9 && longest >= 6;
    return count;
}

static inline void measure_line(struct measuring *g, const struct ihp__claims *c, size_t i,
                                int64_t *cost)
{
    struct measures *m = g->m;
    const char *procedure = g->info->procedure[c->procedure[i]];
    unsigned sets = ihp__program_code_sets(g->program, procedure);
    int inclusion = g->program->inclusion[c->service[i]];
    int64_t amount = ihp__claim_amount(c, i);
    m->em += (sets & IHP__CODE_EM) != 0;
    m->health_home += (sets & IHP__CODE_HEALTH_HOME) != 0;
    m->denied += c->status[i] == IHP__CLAIM_DENIED;
    m->voided += c->status[i] == IHP__CLAIM_VOID;
    m->negative += amount < 0;
    m->excluded += inclusion == IHP__SERVICE_EXCLUDED;
    m->unlisted += inclusion == IHP__SERVICE_UNKNOWN;
    m->no_procedure += procedure[0] == '\0';
    m->no_billing += c->billing[i] == 0;
    m->fee_for_service += strcmp(g->info->payer[c->payer[i]], "FFS") == 0;
    m->within_90_days += c->paid_date[i] - c->service_date[i] <= 90;
    m->beyond_548_days += c->paid_date[i] - c->service_date[i] > 548;
    if (c->service_date[i] >= ihp__day_of_civil(MEASURE_YEAR, 1, 1) &&
        c->service_date[i] <= ihp__day_of_civil(MEASURE_YEAR, 12, 31) &&
        c->known_from[i] <= ihp__day_of_civil(MEASURE_YEAR + 1, 12, 31) &&
        inclusion == IHP__SERVICE_INCLUDED) {
        *cost += amount;
    }
}

static inline void measure_member(struct measuring *g, size_t member, int64_t cents)
{
    struct measures *m = g->m;
    bool enough;
    measure_months(g, member, MEASURE_YEAR - 1, &enough);
    m->enough[0] += enough;
    int months = measure_months(g, member, MEASURE_YEAR, &enough);
    if (!enough) {
        return;
    }
    m->enough[1]++;
    m->above_200000 += cents > 20000000;
    g->cost[0] += (double)cents;
    g->cost[1] += (double)cents * (double)cents;
    for (uint64_t r = g->members.morbidity_offset[member];
         r < g->members.morbidity_offset[member + 1]; r++) {
        const struct ihp__morbidity *morbidity = &g->members.morbidity[r];
        if (morbidity->year == MEASURE_YEAR && morbidity->acg < MEASURED_ACGS) {
            m->acg_members[morbidity->acg]++;
            g->acg_cost[morbidity->acg] += (double)cents;
            g->acg_months[morbidity->acg] += months;
            return;
        }
    }
    m->without_acg++;
}

static inline void measure_results(struct measuring *g)
{
    struct measures *m = g->m;
    double n = (double)m->enough[1], mean = g->cost[0] / n;
    m->mean_cost = mean / 100;
    m->cv_cost = sqrt(g->cost[1] / n - mean * mean) / mean;
    for (size_t a = 0; a < MEASURED_ACGS; a++) {
        m->acg_pmpm[a] = g->acg_months[a] > 0 ? g->acg_cost[a] / g->acg_months[a] : 0;
    }
}

/* Counts members under 18 at the end of the year. The engine itself does not read dates of birth.
 */
static inline uint64_t count_children(const char *store_path, uint64_t members)
{
    int32_t *birth = calloc(members, sizeof *birth);
    hid_t file = ihp__h5_open_file(store_path); /* the store is open, too */
    hid_t column = H5Dopen2(file, "members/birth_date", H5P_DEFAULT);
    uint64_t children = 0;
    if (birth != NULL &&
        H5Dread(column, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, birth) >= 0) {
        for (uint64_t m = 0; m < members; m++) {
            children += birth[m] > ihp__day_of_civil(MEASURE_YEAR - 18, 12, 31);
        }
    }
    H5Dclose(column);
    H5Fclose(file);
    free(birth);
    return children;
}

/* Measures every member of an open store. It reads member by member, which is slow. */
static inline enum ihp_status measure_store(const struct ihp__store *store, struct measuring *g,
                                            struct ihp__claim_buffer *buffer, struct ihp_error *err)
{
    struct measures *m = g->m;
    for (size_t i = 0; i < g->info->members; i++) {
        uint64_t first = g->members.claim_offset[i];
        size_t count = (size_t)(g->members.claim_offset[i + 1] - first);
        struct ihp__claims claims;
        int64_t cost = 0;
        m->most_lines = count > m->most_lines ? count : m->most_lines;
        if (ihp__store_read_claims(store, first, count, buffer, &claims, err) != IHP_OK) {
            return err->status;
        }
        for (size_t n = 0; n < count; n++) {
            measure_line(g, &claims, n, &cost);
        }
        measure_member(g, i, cost);
    }
    measure_results(g);
    return IHP_OK;
}

/* Measures a store with its program folder. */
static inline enum ihp_status measure(const char *store_path, const char *program_folder,
                                      struct measures *m, struct ihp_error *err)
{
    enum { ROOM = 100000, ALL_COLUMNS = (1 << IHP__CLAIM_COLUMNS) - 1 };
    struct ihp__store *store = NULL;
    struct ihp__program *program = NULL;
    struct ihp__claim_buffer *buffer = NULL;
    struct measuring g = {.m = m};
    *m = (struct measures){0};
    if (ihp__program_load(program_folder, &program, NULL, err) == IHP_OK &&
        ihp__store_open(store_path, &store, err) == IHP_OK) {
        g.info = ihp__store_info(store);
        g.program = program;
        m->members = g.info->members;
        m->lines = g.info->lines;
        m->children = count_children(store_path, g.info->members);
        struct ihp__range all = {0, g.info->members};
        if (ihp__store_read_members(store, all, &g.members, err) == IHP_OK &&
            ihp__claim_buffer_create(store, ALL_COLUMNS, ROOM, &buffer, err) == IHP_OK &&
            measure_store(store, &g, buffer, err) != IHP_OK) {
            *m = (struct measures){0};
        }
        ihp__claim_buffer_destroy(&buffer);
        ihp__members_free(&g.members);
    }
    ihp__store_close(&store);
    ihp__program_destroy(&program);
    return err->status;
}

#endif
