/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp package: settles a deck and hands each IHP its own part of it [4.6.2]. The claims are judged
 * line by line in the one pass, so that what must be left out of a member's cost is known. */
#include "package.h"

#include "settling.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct packaging {
    const struct ihp_package_options *options;
    struct ihp__settling s;
    char folder[IHP__PATH_MAX];
    uint8_t *part2_procedure; /* by procedure number */
    struct ihp__package_sums sums;
    struct ihp__package_previous previous;
    char (*ids)[IHP__MEMBER_ID_MAX + 1];
    struct ihp__people people;
    struct ihp__package_members members;
    struct ihp__package_changes *changes; /* [partnerships]; NULL without an earlier package */
    bool begun, made;
};

/* ---- opening --------------------------------------------------------------------------------- */

/* What part2.csv lists, as the rules look it up. */
static enum ihp_status mark_lines(struct packaging *k)
{
    const struct ihp__context *c = &k->s.context;
    k->part2_procedure = calloc(c->info->procedures + 1, 1);
    k->s.part2 = calloc((size_t)k->s.range.count * IHP__PERIODS + 1, sizeof *k->s.part2);
    if (k->part2_procedure == NULL || k->s.part2 == NULL) {
        return ihp__fail_memory(k->s.err, "claim lines that are left out");
    }
    for (size_t i = 0; i < c->info->procedures; i++) {
        k->part2_procedure[i] = ihp__program_part2_procedure(c->program, c->info->procedure[i]);
    }
    for (int period = 0; period < IHP__PERIODS; period++) {
        k->s.rules[period].part2_service = c->program->part2_service;
        k->s.rules[period].part2_procedure = k->part2_procedure;
    }
    return IHP_OK;
}

static enum ihp_status check_part2(const struct packaging *k)
{
    const struct ihp__program *program = k->s.context.program;
    return program->has_part2
               ? IHP_OK
               : ihp__fail(k->s.err, IHP_ERR_DATA,
                           "%s/part2.csv: is missing or lists nothing, so claim lines of programs "
                           "that treat substance use could not be left out [4.6.1.2]; put the "
                           "State's list there (inputs/program-defaults has one to start from)",
                           program->folder);
}

static enum ihp_status find_folder(struct packaging *k)
{
    const char *given = k->options->folder, *output = k->s.context.deck.output;
    if ((given == NULL ? ihp__path_join(k->folder, sizeof k->folder, output, "package", k->s.err)
                       : ihp__path_copy(k->folder, sizeof k->folder, given, k->s.err)) != IHP_OK) {
        return k->s.err->status;
    }
    return ihp__package_check(k->folder, k->s.context.deck.program, k->options->force, k->s.err);
}

static enum ihp_status open_previous(struct packaging *k)
{
    const struct ihp__context *c = &k->s.context;
    struct stat own, earlier;
    if (k->options->previous == NULL) {
        return IHP_OK;
    }
    k->previous.has = calloc(c->program->partnerships, sizeof *k->previous.has);
    if (k->previous.has == NULL) {
        return ihp__fail_memory(k->s.err, "the earlier package");
    }
    if (stat(k->folder, &own) == 0 && stat(k->options->previous, &earlier) == 0 &&
        own.st_dev == earlier.st_dev && own.st_ino == earlier.st_ino) {
        return ihp__fail(k->s.err, IHP_ERR_USAGE,
                         "%s: --previous: is the folder that this package goes to; name another "
                         "with -o",
                         k->options->previous);
    }
    return ihp__package_read_previous(k->options->previous, &c->deck, c->program, &k->previous,
                                      k->s.err);
}

/* Collective: ranks that were told different things would wait for each other. */
static enum ihp_status check_same_input(struct packaging *k)
{
    char told[2 * IHP__PATH_MAX + 1] = "";
    const char *previous = k->options->previous == NULL ? "" : k->options->previous;
    memcpy(told, k->folder, strlen(k->folder));
    memcpy(told + IHP__PATH_MAX, previous, strnlen(previous, IHP__PATH_MAX));
    told[2 * IHP__PATH_MAX] = (char)k->options->force;
    return ihp__context_check_same(&k->s.context, told, sizeof told, k->s.comm, k->s.err);
}

/* Takes what the interim paid from its folder, where the deck names one [2.12]. */
static enum ihp_status take_interim(struct packaging *k)
{
    struct ihp__settling *s = &k->s;
    return s->context.deck.interim[0] == '\0'
               ? IHP_OK
               : ihp__interim_read(&s->context, &s->bridge.interim, s->notices, s->err);
}

static enum ihp_status open_all(struct packaging *k)
{
    struct ihp__settling *s = &k->s;
    if (ihp__context_open(k->options->deck_path, &s->context, s->notices, s->err) == IHP_OK &&
        check_part2(k) == IHP_OK && take_interim(k) == IHP_OK &&
        ihp__store_partition(s->context.store, s->rank, s->ranks, &s->range, s->err) == IHP_OK) {
        ihp__deck_free(&s->context.deck); /* its sweep; a package is of the deck's own reading */
        s->context.deck.bootstrap.replicates = 0;
        s->context.deck.bootstrap_scenarios = 0;
        if (ihp__settling_plan(s, 0) == IHP_OK && mark_lines(k) == IHP_OK &&
            find_folder(k) == IHP_OK) {
            open_previous(k);
        }
    }
    if (ihp__agree(s->comm, s->err) == IHP_OK && check_same_input(k) == IHP_OK) {
        ihp__watch_open(&s->watch, k->folder);
    }
    return s->err->status;
}

/* ---- what is shown --------------------------------------------------------------------------- */

/* Collective: numbers of members of all ranks, and what is written of this rank's members. */
static enum ihp_status sum_members(struct packaging *k)
{
    struct ihp__settling *s = &k->s;
    const struct ihp__context *c = &s->context;
    ihp__package_sums_create(c->program->partnerships, c->info->payers, &k->sums, s->err);
    for (size_t i = 0; i < s->range.count * IHP__PERIODS && s->err->status == IHP_OK; i++) {
        const struct ihp__member_fact *fact = &s->fact[i];
        if (fact->partnership >= 0) {
            ihp__package_sums_add(&k->sums, (enum ihp__period)(i % IHP__PERIODS), fact, s->part2[i],
                                  c->cap[c->cap_of[fact->partnership]]);
        }
    }
    if (s->err->status == IHP_OK &&
        ihp__store_read_ids(c->store, s->range, &k->ids, s->err) == IHP_OK) {
        ihp__store_read_people(c->store, s->range, IHP__PEOPLE_BIRTH, &k->people, s->err);
    }
    if (ihp__agree(s->comm, s->err) != IHP_OK) {
        return s->err->status;
    }
    if (!ihp__tally_sum(k->sums.block, k->sums.size, s->comm)) {
        ihp__fail(s->err, IHP_ERR_RUN, "MPI could not add the sums of the ranks");
    }
    k->members = (struct ihp__package_members){s->range, s->fact, s->part2,
                                               (const char(*)[IHP__MEMBER_ID_MAX + 1]) k->ids,
                                               k->people.birth_day};
    return ihp__agree(s->comm, s->err);
}

static void note_hidden(struct packaging *k, int partnership, const struct ihp__shown *shown)
{
    const char *id = k->s.context.program->partnership[partnership].id;
    for (int period = 0; period < IHP__PERIODS; period++) {
        const char *name = ihp__period_text((enum ihp__period)period);
        if (!shown->members[period]) {
            ihp__notice_add(k->s.notices,
                            "%s: too few members in the %s period: what rests on them is blank in "
                            "its settlement.csv and payer_split.csv",
                            id, name);
        } else if (!shown->cost[period]) {
            ihp__notice_add(
                k->s.notices,
                "%s: fewer than 11 members of the %s period have cost that is left out: "
                "figures that would tell it are blank in its settlement.csv and "
                "payer_split.csv [4.6.1.2]",
                id, name);
        }
    }
}

/* ---- an earlier package ---------------------------------------------------------------------- */

/* Collective: who came to an IHP and who left; `moves` become those of all ranks. */
static enum ihp_status find_changes_of(struct packaging *k, int p,
                                       const struct ihp__id_bounds *bounds)
{
    struct ihp__settling *s = &k->s;
    struct ihp__package_changes *changes = &k->changes[p];
    char file[IHP__PATH_MAX];
    int length = snprintf(file, sizeof file, "%s/%s/protected_members.csv", k->options->previous,
                          s->context.program->partnership[p].id);
    if (length < 0 || (size_t)length >= sizeof file) {
        ihp__until_agreed(ihp__fail_long_path(s->err, k->options->previous, sizeof file));
    } else {
        ihp__package_changes_find(k->previous.has[p] ? file : NULL, &k->members, p, bounds, changes,
                                  s->err);
    }
    if (ihp__agree(s->comm, s->err) == IHP_OK &&
        !ihp__tally_sum((int64_t *)&changes->moves, sizeof changes->moves / sizeof(int64_t),
                        s->comm)) {
        ihp__fail(s->err, IHP_ERR_RUN, "MPI could not add the changes of the ranks");
    }
    return ihp__agree(s->comm, s->err);
}

/* Collective: the changes of all IHPs, before anything is written. */
static enum ihp_status find_changes(struct packaging *k)
{
    struct ihp__settling *s = &k->s;
    struct ihp__id_bounds bounds;
    size_t count = s->context.program->partnerships;
    if (k->options->previous == NULL) {
        return IHP_OK;
    }
    ihp__id_bounds_find(k->members.ids, s->range.count, s->comm, &bounds);
    k->changes = calloc(count, sizeof *k->changes);
    if (k->changes == NULL) {
        ihp__fail_memory(s->err, "the changes since the earlier package");
    }
    ihp__agree(s->comm, s->err);
    for (size_t p = 0; p < count && s->err->status == IHP_OK; p++) {
        find_changes_of(k, (int)p, &bounds);
    }
    return s->err->status;
}

/* ---- an IHP ---------------------------------------------------------------------------------- */

/* Rank 0: the files that are not protected. */
static void write_tables(struct packaging *k, const char *folder, int p,
                         const struct ihp__shown *shown)
{
    struct ihp__settling *s = &k->s;
    const struct ihp__package_moves *moves = k->changes == NULL ? NULL : &k->changes[p].moves;
    struct ihp__table table[IHP__PACKAGE_TABLES] = {0};
    struct ihp__result_input input = ihp__settling_result(s);
    if (ihp__package_tables_create(&input, s->table, p, shown, moves, table, s->err) == IHP_OK) {
        ihp__package_tables_write(folder, &input, p, table, moves == NULL ? NULL : k->previous.text,
                                  s->err);
    }
    for (int t = 0; t < IHP__PACKAGE_TABLES; t++) {
        ihp__table_free(&table[t]);
    }
}

/* Collective. */
static enum ihp_status write_ihp(struct packaging *k, int p)
{
    struct ihp__settling *s = &k->s;
    struct ihp__result_input input = ihp__settling_result(s);
    struct ihp__shown shown = {0};
    char folder[IHP__PATH_MAX];
    if (ihp__path_join(folder, sizeof folder, k->folder, s->context.program->partnership[p].id,
                       s->err) == IHP_OK &&
        ihp__shown_decide(&input, &k->sums, p, &shown, s->err) == IHP_OK) {
        note_hidden(k, p, &shown);
    }
    if (ihp__agree(s->comm, s->err) == IHP_OK &&
        ihp__package_members_write(folder, &input, p, &k->members, &shown, s->comm, s->err) ==
            IHP_OK &&
        (k->changes == NULL ||
         ihp__package_changes_write(folder, k->changes[p].change, k->changes[p].changes, s->comm,
                                    s->err) == IHP_OK)) {
        if (s->rank == 0) {
            write_tables(k, folder, p, &shown);
        }
        ihp__agree(s->comm, s->err);
    }
    ihp__shown_free(&shown);
    return s->err->status;
}

/* Collective: the folder is begun by rank 0 alone, and ended by it with package.json. */
static enum ihp_status write_all(struct packaging *k)
{
    struct ihp__settling *s = &k->s;
    const struct ihp__program *program = s->context.program;
    ihp__store_check_unchanged(s->context.store, s->err);
    if (ihp__agree(s->comm, s->err) == IHP_OK && s->rank == 0) {
        k->begun = ihp__package_begin(k->folder, program, &k->made, s->err) == IHP_OK;
    }
    ihp__agree(s->comm, s->err);
    for (size_t p = 0; p < program->partnerships && s->err->status == IHP_OK; p++) {
        write_ihp(k, (int)p);
    }
    if (s->rank == 0 && s->err->status == IHP_OK) {
        struct ihp__result_input input = ihp__settling_result(s);
        ihp__package_finish(k->folder, &input, s->notices,
                            k->options->previous == NULL ? NULL : k->previous.text, s->err);
    }
    return ihp__agree(s->comm, s->err);
}

static void print_report(const struct packaging *k)
{
    const struct ihp__deck *deck = &k->s.context.deck;
    char date[IHP__DATE_TEXT];
    fprintf(k->options->report,
            "Packages of %zu IHPs for %d against base year %d, claims paid through %s\n\n"
            "Results: %s\n",
            k->s.context.program->partnerships, deck->performance.year, deck->base.year,
            ihp__day_format(deck->performance.paid_through, date), k->folder);
}

static void clean_up(struct packaging *k)
{
    if (k->s.err->status != IHP_OK && k->begun) {
        ihp__package_abandon(k->folder, k->s.context.program, k->made);
    }
    free(k->part2_procedure);
    free(k->s.part2);
    free(k->previous.has);
    for (size_t p = 0; k->changes != NULL && p < k->s.context.program->partnerships; p++) {
        free(k->changes[p].change);
    }
    free(k->changes);
    free(k->ids);
    ihp__people_free(&k->people);
    ihp__package_sums_free(&k->sums);
    ihp__settling_end(&k->s);
}

enum ihp_status ihp_package(const struct ihp_package_options *options, MPI_Comm comm,
                            struct ihp_notices *notices, struct ihp_error *err)
{
    const struct ihp_settle_options settle = {.deck_path = options->deck_path,
                                              .member_files = true, /* keep the members' facts */
                                              .no_index = true,     /* it has no procedures */
                                              .progress = options->progress,
                                              .progress_context = options->progress_context};
    struct packaging k = {.options = options,
                          .s = {.options = &settle, .notices = notices, .err = err}};
    if (ihp__settling_start(&k.s, "package", comm) != IHP_OK) {
        return err->status;
    }
    if (open_all(&k) == IHP_OK && ihp__settling_take_claims(&k.s) == IHP_OK &&
        ihp__settling_settle(&k.s) == IHP_OK && sum_members(&k) == IHP_OK &&
        find_changes(&k) == IHP_OK && write_all(&k) == IHP_OK && k.s.rank == 0 &&
        options->report != NULL) {
        print_report(&k);
    }
    clean_up(&k);
    return err->status;
}
