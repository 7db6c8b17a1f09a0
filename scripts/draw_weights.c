/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draw_weights - measures how long N processes need to draw bootstrap weights and do nothing with
 * them
 *
 *   draw_weights MEMBERS REPLICATES [PROCESSES] [--sums SEGMENTS] [--cells CELLS]
 *   draw_weights --instructions
 *
 * scripts/bench.sh compares the bootstrap with this program. Each process draws the weights of its
 * share of the members for all replicates, into a buffer that stays in the cache. With --sums it
 * then makes weighted sums of six quantities (two costs, two counts of months, two risk scores)
 * over members in that many segments. With --cells it makes sums of three quantities in two groups
 * of that many cells, 32 replicates at a time; a member's second cell is close to its first. For
 * each measurement the program prints one line: the number of weights, the seconds from the start
 * of the first process to the end of the last one, and the CPU seconds of all processes. The
 * environment variable IHP_INSTRUCTIONS chooses the instructions, as for ihp; the second form
 * prints the names that this processor allows, the fastest first. */
#include "resample/resample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    TILE = 1024,
    QUANTITIES = 6,
    CELL_QUANTITIES = 3,
    GROUPS = 2,
    CELL_REPLICATES = 32,
    NEAR = 16
};

struct share {
    size_t members, segments, cells;
    uint32_t replicates;
    uint64_t *key;
    int64_t *value[QUANTITIES]; /* [members] */
    int64_t *cell_value[GROUPS];
    uint32_t *cell[GROUPS];
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Returns the CPU seconds of all processes that have ended. */
static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);
    if (memory == NULL) {
        fprintf(stderr, "draw_weights: out of memory\n");
        exit(1);
    }
    return memory;
}

/* Returns a number evenly spread over 0 .. n - 1: a hash of `number`. */
static uint64_t spread(uint64_t number, uint64_t n)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    return ihp__member_key(text) % n;
}

static void fill(struct share *share)
{
    static const uint64_t below[QUANTITIES] = {20000000, 20000000, 13, 13, 1 << 30, 1 << 30};
    share->key = allocate(share->members, sizeof *share->key);
    for (size_t q = 0; q < QUANTITIES; q++) {
        share->value[q] = allocate(share->members, sizeof *share->value[q]);
    }
    for (size_t g = 0; g < GROUPS; g++) {
        share->cell[g] = allocate(share->members, sizeof *share->cell[g]);
        share->cell_value[g] =
            allocate(share->members * CELL_QUANTITIES, sizeof *share->cell_value[g]);
    }
    for (size_t m = 0; m < share->members; m++) {
        share->key[m] = spread(m, UINT64_MAX);
        for (size_t q = 0; q < QUANTITIES; q++) {
            share->value[q][m] = (int64_t)spread(m * QUANTITIES + q, below[q]);
            share->cell_value[q % GROUPS][m * CELL_QUANTITIES + q / GROUPS] = share->value[q][m];
        }
        for (size_t g = 0; g < GROUPS && share->cells > 0; g++) {
            const uint64_t cell = spread(m * GROUPS + g, share->cells), moved = cell % NEAR;
            share->cell[g][m] =
                (uint32_t)(g == 0 ? cell : (share->cell[0][m] + moved) % share->cells);
        }
    }
}

static int draw(const struct share *share)
{
    int16_t *weight = allocate(IHP__DRAWN_TOGETHER * TILE, sizeof *weight);
    uint64_t *prepared = allocate(2 * TILE, sizeof *prepared);
    for (size_t from = 0; from < share->members; from += TILE) {
        const size_t left = share->members - from, members = left < TILE ? left : TILE;
        ihp__weights_prepare(1, share->key + from, members, prepared);
        for (uint32_t b = 0; b * IHP__DRAWN_TOGETHER < share->replicates; b++) {
            ihp__weights_draw(1, prepared, members, b, TILE, weight);
        }
    }
    free(prepared);
    free(weight);
    return 0;
}

static int add_up(const struct share *share)
{
    struct ihp_error err = {0};
    struct ihp__segment *segment = allocate(share->segments, sizeof *segment);
    for (size_t s = 0; s < share->segments; s++) {
        const size_t from = share->members * s / share->segments;
        segment[s] =
            (struct ihp__segment){.members = share->members * (s + 1) / share->segments - from,
                                  .key = share->key + from,
                                  .quantities = QUANTITIES};
        for (size_t q = 0; q < QUANTITIES; q++) {
            segment[s].value[q] = share->value[q] + from;
            segment[s].sum[q] = allocate(share->replicates, sizeof(int64_t));
        }
    }
    /* The process ends right after this, which frees its memory. */
    const struct ihp__draws draws = {1, 0, share->replicates};
    return ihp__resample_sums(&draws, segment, share->segments, NULL, NULL, &err) != IHP_OK;
}

static int add_up_by_cell(const struct share *share)
{
    struct ihp_error err = {0};
    struct ihp__cell_members members = {
        .members = share->members, .key = share->key, .sides = GROUPS};
    int64_t *sum[GROUPS];
    for (size_t g = 0; g < GROUPS; g++) {
        sum[g] = allocate(share->cells * CELL_QUANTITIES * CELL_REPLICATES, sizeof *sum[g]);
        members.side[g] = (struct ihp__cell_side){share->cell[g], share->cells, CELL_QUANTITIES,
                                                  share->cell_value[g]};
    }
    struct ihp__cells *cells = NULL;
    if (ihp__cells_create(&members, &cells, &err) != IHP_OK) {
        return 1;
    }
    for (uint32_t first = 0; first < share->replicates; first += CELL_REPLICATES) {
        const uint32_t left = share->replicates - first;
        const struct ihp__draws draws = {1, first, left < CELL_REPLICATES ? left : CELL_REPLICATES};
        ihp__resample_cells(&draws, cells, sum);
    }
    return 0;
}

/* Lets every process do the work on its prepared share, and prints how long that took. */
static int measure(const char *name, int (*work)(const struct share *), const struct share *share,
                   int processes)
{
    double start = now(), used = cpu_seconds();
    for (int p = 0; p < processes; p++) {
        pid_t child = fork();
        if (child == 0) {
            _exit(work(&share[p]));
        }
        if (child < 0) {
            fprintf(stderr, "draw_weights: cannot start a process (%s)\n", strerror(errno));
            return 1;
        }
    }
    int failed = 0;
    for (int status; wait(&status) > 0;) {
        failed |= status;
    }
    uint64_t weights = 0;
    for (int p = 0; p < processes; p++) {
        weights += (uint64_t)share[p].members * share[p].replicates;
    }
    printf("%s %llu %.6f %.6f\n", name, (unsigned long long)weights, now() - start,
           cpu_seconds() - used);
    fflush(stdout);
    return failed != 0;
}

/* Prints the instructions that this processor has, a name on each line. */
static int print_instructions(void)
{
    for (size_t i = 0; ihp__instructions_listed(i) != NULL; i++) {
        printf("%s\n", ihp__instructions_listed(i));
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--instructions") == 0) {
        return print_instructions();
    }
    size_t number[3] = {0, 0, 1}, segments = 0, cells = 0, given = 0;
    for (int a = 1; a < argc; a++) {
        if (strcmp(argv[a], "--sums") == 0 && a + 1 < argc) {
            segments = strtoull(argv[++a], NULL, 10);
        } else if (strcmp(argv[a], "--cells") == 0 && a + 1 < argc) {
            cells = strtoull(argv[++a], NULL, 10);
        } else if (given < 3) {
            number[given++] = strtoull(argv[a], NULL, 10);
        } else {
            given = 0;
            break;
        }
    }
    if (given < 2 || number[2] < 1 || number[2] > 1024 || number[1] > UINT32_MAX / 2) {
        fprintf(stderr, "usage: draw_weights MEMBERS REPLICATES [PROCESSES] [--sums SEGMENTS] "
                        "[--cells CELLS]\n");
        return 2;
    }
    struct ihp_error err = {0};
    if (ihp__instructions_choose(&err) != IHP_OK) {
        fprintf(stderr, "draw_weights: %s\n", err.text);
        return 2;
    }
    struct share *share = allocate(number[2], sizeof *share);
    for (size_t p = 0; p < number[2]; p++) {
        share[p] =
            (struct share){.members = number[0] * (p + 1) / number[2] - number[0] * p / number[2],
                           .segments = segments,
                           .cells = cells,
                           .replicates = (uint32_t)number[1]};
        fill(&share[p]);
    }
    int failed = measure("draw", draw, share, (int)number[2]);
    failed |= segments > 0 && measure("sums", add_up, share, (int)number[2]);
    failed |= cells > 0 && measure("cells", add_up_by_cell, share, (int)number[2]);
    return failed;
}
