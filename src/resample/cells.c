/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cells.c - sorts members for weighted sums by cell. */
#include "resample/cells.h"

#include <stdlib.h>
#include <string.h>

/* ---- order ----------------------------------------------------------------------------------- */

/* Sorts the numbers in `order` by their labels 0 .. labels - 1, IHP__NO_CELL last. Numbers with
 * equal labels keep their order. Returns false if memory is short. */
static bool sort_by(const uint32_t *label, size_t labels, size_t *order, size_t count)
{
    size_t *next = calloc(labels + 2, sizeof *next);
    size_t *from = malloc((count + 1) * sizeof *from);
    const bool whole = next != NULL && from != NULL;
    if (whole) {
        memcpy(from, order, count * sizeof *from);
        for (size_t i = 0; i < count; i++) {
            next[(label[from[i]] == IHP__NO_CELL ? labels : label[from[i]]) + 1]++;
        }
        for (size_t l = 0; l < labels; l++) {
            next[l + 1] += next[l];
        }
        for (size_t i = 0; i < count; i++) {
            order[next[label[from[i]] == IHP__NO_CELL ? labels : label[from[i]]]++] = from[i];
        }
    }
    free(next);
    free(from);
    return whole;
}

/* Orders members by their cell on the first side, then on the second and so on, so that members of
 * a cell are together as far as possible. Members without any cell are left out. Returns false if
 * memory is short. */
static bool order_members(const struct ihp__cell_members *members, size_t *order, size_t *count)
{
    for (size_t m = 0; m < members->members; m++) {
        order[m] = m;
    }
    for (size_t s = members->sides; s-- > 0;) {
        if (!sort_by(members->side[s].cell, members->side[s].cells, order, members->members)) {
            return false;
        }
    }
    *count = members->members;
    while (*count > 0) {
        bool any = false;
        for (size_t s = 0; s < members->sides; s++) {
            any = any || members->side[s].cell[order[*count - 1]] != IHP__NO_CELL;
        }
        if (any) {
            break;
        }
        --*count;
    }
    return true;
}

/* ---- limbs ----------------------------------------------------------------------------------- */

/* Removes the lowest limb, -256 .. 255, from a value and returns it. */
static int16_t take_limb(int64_t *value)
{
    const int64_t base = 2 * CELLS_LIMB_MAX;
    const int64_t limb =
        (int64_t)(((uint64_t)*value + CELLS_LIMB_MAX) % (uint64_t)base) - CELLS_LIMB_MAX;
    *value = (*value - limb) / base;
    return (int16_t)limb;
}

/* Returns the number of limbs that a quantity needs, none if it is always 0. The last limb is
 * within -256 .. 256. */
static size_t limbs_needed(const struct ihp__cell_side *of, size_t members, size_t quantity)
{
    int64_t least = 0, most = 0;
    for (size_t m = 0; m < members; m++) {
        const bool none = of->cell[m] == IHP__NO_CELL;
        const int64_t value = none ? 0 : of->value[m * of->quantities + quantity];
        least = value < least ? value : least;
        most = value > most ? value : most;
    }
    size_t limbs = least < 0 || most > 0;
    for (; least < -CELLS_LIMB_MAX || most > CELLS_LIMB_MAX; limbs++) {
        take_limb(&least);
        take_limb(&most);
    }
    return limbs;
}

/* Lists the limbs of all quantities of a side. Returns false if memory is short. */
static bool plan_limbs(const struct ihp__cell_side *of, size_t members, struct cells_side *side)
{
    side->quantities = of->quantities;
    side->limb = calloc(of->quantities * CELLS_LIMBS_MAX, sizeof *side->limb);
    for (size_t q = 0; side->limb != NULL && q < of->quantities; q++) {
        const size_t needed = limbs_needed(of, members, q);
        for (size_t i = 0; i < needed; i++) {
            side->limb[side->limbs++] = (struct cells_limb){q, (unsigned)i * CELLS_LIMB_BITS};
        }
    }
    return side->limb != NULL;
}

/* Splits the values of a member into limbs. */
static void split(const struct cells_side *side, const int64_t *value, int16_t *limb)
{
    int64_t left = 0;
    for (size_t l = 0; l < side->limbs; l++) {
        left = side->limb[l].shift == 0 ? value[side->limb[l].quantity] : left;
        const bool last = l + 1 == side->limbs || side->limb[l + 1].shift == 0;
        limb[l] = last ? (int16_t)left : take_limb(&left);
    }
}

/* ---- a side ---------------------------------------------------------------------------------- */

/* Sorts the positions of the ordered members by chunk, then by the cell on a side. */
static bool order_side(const struct ihp__cell_members *members, size_t s, const size_t *order,
                       size_t count, size_t *position)
{
    uint32_t *label = malloc((count + 1) * sizeof *label);
    bool whole = label != NULL;
    for (size_t i = 0; whole && i < count; i++) {
        position[i] = i;
        label[i] = members->side[s].cell[order[i]];
    }
    whole = whole && sort_by(label, members->side[s].cells, position, count);
    for (size_t i = 0; whole && i < count; i++) {
        label[i] = (uint32_t)(i / CELLS_CHUNK);
    }
    whole = whole && sort_by(label, count / CELLS_CHUNK + 1, position, count);
    free(label);
    return whole;
}

/* Puts members into their places, and notes the runs of members with the same cell. */
static void fill_side(const struct ihp__cell_members *members, size_t s, const size_t *order,
                      const size_t *position, size_t count, struct cells_side *side)
{
    size_t placed = 0, runs = 0, chunk = SIZE_MAX;
    uint32_t last = IHP__NO_CELL;
    for (size_t i = 0; i < count; i++) {
        const size_t m = order[position[i]];
        const uint32_t cell = members->side[s].cell[m];
        last = position[i] / CELLS_CHUNK == chunk ? last : IHP__NO_CELL;
        chunk = position[i] / CELLS_CHUNK;
        if (cell != IHP__NO_CELL) {
            side->member[placed] = (uint16_t)(position[i] % CELLS_CHUNK);
            split(side, members->side[s].value + m * side->quantities,
                  side->value + placed * side->limbs);
            placed++;
            runs += cell != last;
            side->run[runs - 1].cell = cell;
            side->run[runs - 1].members++;
            last = cell;
        }
        side->run_end[chunk] = runs;
    }
}

/* Makes one side. Returns false if memory is short. */
static bool make_side(const struct ihp__cell_members *members, size_t s, const size_t *order,
                      size_t count, struct cells_side *side)
{
    size_t *position = malloc((count + 1) * sizeof *position);
    bool whole = position != NULL && plan_limbs(&members->side[s], members->members, side) &&
                 order_side(members, s, order, count, position);
    if (whole) {
        side->run = calloc(count + 1, sizeof *side->run);
        side->run_end = calloc(count / CELLS_CHUNK + 1, sizeof *side->run_end);
        side->member = calloc(count + 1, sizeof *side->member);
        side->value = calloc((count + 1) * (side->limbs + 1), sizeof *side->value);
        whole = side->run != NULL && side->run_end != NULL && side->member != NULL &&
                side->value != NULL;
    }
    if (whole) {
        fill_side(members, s, order, position, count, side);
    }
    free(position);
    return whole;
}

/* ---- all sides ------------------------------------------------------------------------------- */

static bool fill_cells(const struct ihp__cell_members *members, struct ihp__cells *cells)
{
    size_t *order = malloc((members->members + 1) * sizeof *order);
    bool whole = order != NULL && order_members(members, order, &cells->members);
    if (whole) {
        cells->key = calloc(cells->members + 1, sizeof *cells->key);
        cells->weight = aligned_alloc(64, sizeof(int16_t[CELLS_CHUNK][CELLS_ROW]));
        whole = cells->key != NULL && cells->weight != NULL;
    }
    for (size_t i = 0; whole && i < cells->members; i++) {
        cells->key[i] = members->key[order[i]];
    }
    for (size_t s = 0; whole && s < members->sides; s++) {
        whole = make_side(members, s, order, cells->members, &cells->side[s]);
    }
    if (whole) { /* weights that are never drawn are multiplied too */
        memset(cells->weight, 0, sizeof(int16_t[CELLS_CHUNK][CELLS_ROW]));
    }
    free(order);
    return whole;
}

enum ihp_status ihp__cells_create(const struct ihp__cell_members *members, struct ihp__cells **out,
                                  struct ihp_error *err)
{
    struct ihp__cells *cells = calloc(1, sizeof *cells);
    if (cells != NULL) {
        cells->sides = members->sides;
    }
    if (cells == NULL || !fill_cells(members, cells)) {
        ihp__cells_destroy(&cells);
        return ihp__fail_memory(err, "members by cell of a bootstrap");
    }
    *out = cells;
    return IHP_OK;
}

void ihp__cells_destroy(struct ihp__cells **cells)
{
    if (cells == NULL || *cells == NULL) {
        return;
    }
    for (size_t s = 0; s < (*cells)->sides; s++) {
        struct cells_side *side = &(*cells)->side[s];
        free(side->limb);
        free(side->run);
        free(side->run_end);
        free(side->member);
        free(side->value);
    }
    free((*cells)->key);
    free((*cells)->weight);
    free(*cells);
    *cells = NULL;
}
