/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate_ranks - runs each rank's part of a settlement in turn, in one process
 *
 *   simulate_ranks DECK RANKS
 *
 * scripts/bench.sh shows with it what a job of more ranks than there are cores would cost: what
 * each rank opens, passes and adds up, without waiting for other ranks or for a network. Each rank
 * opens everything anew, as a process of its own would. The sums of all parts must be those of one
 * part that has all members; otherwise the program ends with 1. It prints a line for each
 * measurement: a name and numbers. */
#include "engine/pass.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What the parts took, in CPU seconds unless stated otherwise: the store is in the page cache, and
 * other work on the machine does not count. */
struct measured {
    double store, open, open_bytes, pass, claim_bytes, other_bytes, add;
    double *part;     /* the pass of each part, [ranks] */
    uint64_t *member; /* [ranks] */
};

static _Noreturn void stop(const char *what)
{
    fprintf(stderr, "simulate_ranks: %s\n", what);
    exit(1);
}

static void check(enum ihp_status status, const struct ihp_error *err)
{
    if (status != IHP_OK) {
        stop(err->text);
    }
}

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Returns the bytes that this process has read so far, from whatever file. */
static double bytes_read(void)
{
    double bytes = 0;
    FILE *file = fopen("/proc/self/io", "r");
    if (file == NULL || fscanf(file, "rchar: %lf", &bytes) != 1) {
        stop("/proc/self/io cannot be read");
    }
    fclose(file);
    return bytes;
}

/* Opens what a rank opens, and takes the time: all together, and the store alone once more. */
static void open_all(const char *deck, struct ihp__context *context, struct ihp_notices *notices,
                     struct measured *m)
{
    struct ihp_error err = {0};
    struct ihp__store *store = NULL;
    double before = bytes_read(), start = cpu();
    check(ihp__context_open(deck, context, notices, &err), &err);
    double end = cpu();
    m->open += end - start;
    m->open_bytes += bytes_read() - before;
    check(ihp__store_open(context->deck.store, &store, &err), &err);
    m->store += cpu() - end;
    ihp__store_close(&store);
}

/* Adds the pass over part `part` of `parts` to `tally`. */
static void run_part(const char *deck, int part, int parts, struct ihp__tally **tally,
                     struct measured *m)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    struct ihp__context context = {0};
    struct ihp__range range;
    struct ihp__pass_cost cost = {0};
    struct ihp__tally *own = NULL;
    open_all(deck, &context, &notices, m);
    double before = bytes_read();
    check(ihp__store_partition(context.store, part, parts, &range, &err), &err);
    check(ihp__tally_create(&context.shape, &own, &err), &err);
    double start = cpu();
    check(ihp__pass(&context, range,
                    &(struct ihp__pass_options){.stage = "pass",
                                                .batch_lines = IHP_BATCH_LINES,
                                                .use_index = true,
                                                .rules = context.rules,
                                                .rule_count = IHP__PERIODS},
                    &(struct ihp__pass_sums){.tally = own}, &cost, &err),
          &err);
    m->part[part] = cpu() - start;
    m->claim_bytes += (double)cost.bytes;
    m->other_bytes += bytes_read() - before - (double)cost.bytes;
    m->member[part] = range.count;
    m->pass += m->part[part];
    if (*tally == NULL) {
        check(ihp__tally_create(&context.shape, tally, &err), &err);
    }
    start = cpu();
    for (size_t i = 0; i < own->size; i++) {
        (*tally)->block[i] += own->block[i];
    }
    m->add += cpu() - start;
    ihp__tally_destroy(&own);
    ihp__context_close(&context);
    ihp_notices_clear(&notices);
}

static struct ihp__tally *run_parts(const char *deck, int parts, struct measured *m)
{
    struct ihp__tally *tally = NULL;
    m->part = calloc((size_t)parts, sizeof *m->part);
    m->member = calloc((size_t)parts, sizeof *m->member);
    if (m->part == NULL || m->member == NULL) {
        stop("out of memory");
    }
    for (int part = 0; part < parts; part++) {
        run_part(deck, part, parts, &tally, m);
    }
    return tally;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(struct measured *m, int parts)
{
    uint64_t least = UINT64_MAX, most = 0;
    for (int part = 0; part < parts; part++) {
        least = m->member[part] < least ? m->member[part] : least;
        most = m->member[part] > most ? m->member[part] : most;
    }
    qsort(m->part, (size_t)parts, sizeof *m->part, ascending);
    printf("members %llu %llu\n", (unsigned long long)least, (unsigned long long)most);
    printf("open %.6f\nstore %.6f\nopen_bytes %.0f\n", m->open / parts, m->store / parts,
           m->open_bytes / parts);
    printf("pass %.6f %.6f %.6f %.6f\n", m->part[0], m->part[parts / 2], m->part[parts - 1],
           m->pass);
    printf("claim_bytes %.0f\nother_bytes %.0f\n", m->claim_bytes / parts, m->other_bytes / parts);
    printf("add %.9f\n", m->add / parts);
}

int main(int argc, char **argv)
{
    struct measured one = {0}, all = {0};
    int parts = argc == 3 ? atoi(argv[2]) : 0;
    if (parts < 1) {
        stop("call it with a deck and a number of ranks");
    }
    MPI_Init(&argc, &argv);
    struct ihp__tally *whole = run_parts(argv[1], 1, &one), *sum = run_parts(argv[1], parts, &all);
    bool same = whole->size == sum->size &&
                memcmp(whole->block, sum->block, sum->size * sizeof(int64_t)) == 0;
    print(&all, parts);
    printf("one %.6f\nbytes %zu\n", one.pass, sum->size * sizeof(int64_t));
    MPI_Finalize();
    return same ? 0 : (fprintf(stderr, "simulate_ranks: the sums of the parts differ\n"), 1);
}
