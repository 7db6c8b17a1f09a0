/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index of a store: lines of some procedures repeated in small columns, and where each
 * calendar year begins among a member's lines. It is made from the claims just written, by all
 * ranks, each for a run of members: once to count, once to write. */
#include "store_writer.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_MEMBERS = 16384,
    BLOCK_LINES = 65536,
    YEARS_MAX = 8, /* a settlement with its look-back needs four */
    FIRST_YEAR = 1970,
    CALENDAR_YEARS = 180 /* that 16-bit days reach */
};

struct index_columns {
    struct ihp__raw_column offset, year_line, service_date, known_from, procedure, billing,
        treating;
};

struct indexing {
    struct ihp__store_writer *w;
    uint64_t first, count; /* members of this rank */
    ihp__day16 year_start[YEARS_MAX + 1];
    int year, years;
    uint64_t rows, row; /* of this rank; next row to write */
    bool writing;
    struct index_columns columns;
    /* work space */
    uint64_t *offset;     /* [BLOCK_MEMBERS + 1] */
    uint64_t *row_offset; /* [BLOCK_MEMBERS + 1] */
    uint32_t *year_line;  /* [BLOCK_MEMBERS x (YEARS_MAX + 1)] */
    uint16_t *day, *procedure, *known, *out16[3];
    uint32_t *billing, *treating, *out32[2];
    size_t out; /* rows gathered */
    struct ihp_error *err;
};

/* ---- which years ----------------------------------------------------------------------------- */

static ihp__day16 year_start(int year)
{
    return ihp__day16_of_day(ihp__day_of_civil(year, 1, 1));
}

/* Lines by calendar year over this rank's share of the lines. */
static enum ihp_status count_years(struct indexing *x, uint64_t lines[CALENDAR_YEARS])
{
    struct ihp__store_writer *w = x->w;
    uint64_t n = (uint64_t)w->shared.ranks, r = (uint64_t)w->shared.rank;
    uint64_t line = w->lines / n * r + w->lines % n * r / n;
    uint64_t end = w->lines / n * (r + 1) + w->lines % n * (r + 1) / n;
    uint8_t *year_of_day = malloc(65536);
    if (year_of_day == NULL) {
        return ihp__fail_memory(x->err, "the index");
    }
    for (int year = 0; year < CALENDAR_YEARS; year++) {
        size_t start = year_start(FIRST_YEAR + year), next = year_start(FIRST_YEAR + year + 1);
        next = year == CALENDAR_YEARS - 1 || next == IHP__DAY16_AFTER ? 65536 : next;
        memset(year_of_day + start, year, next - start);
    }
    while (line < end && x->err->status == IHP_OK) {
        uint64_t count = end - line < BLOCK_LINES ? end - line : BLOCK_LINES;
        if (ihp__raw_read(&w->shared, &w->claim[IHP__CLAIM_SERVICE_DATE], line, count, x->day,
                          x->err) == IHP_OK) {
            for (uint64_t i = 0; i < count; i++) {
                lines[year_of_day[x->day[i]]]++;
            }
        }
        line += count;
    }
    free(year_of_day);
    return x->err->status;
}

/* Collective: the run of at most YEARS_MAX years that holds the most lines, the earliest of
 * equals. */
static enum ihp_status choose_years(struct indexing *x)
{
    uint64_t lines[CALENDAR_YEARS] = {0}, best = 0;
    count_years(x, lines);
    ihp__sum_u64(x->w->shared.comm, lines, CALENDAR_YEARS);
    for (int first = 0; first + YEARS_MAX <= CALENDAR_YEARS; first++) {
        uint64_t sum = 0;
        for (int y = 0; y < YEARS_MAX; y++) {
            sum += lines[first + y];
        }
        if (sum > best || first == 0) {
            best = sum;
            x->year = FIRST_YEAR + first;
        }
    }
    x->years = YEARS_MAX;
    /* The first such run may begin with empty years, and end with some. */
    while (x->years > 1 && lines[x->year + x->years - 1 - FIRST_YEAR] == 0) {
        x->years--;
    }
    while (x->years > 1 && lines[x->year - FIRST_YEAR] == 0) {
        x->year++;
        x->years--;
    }
    for (int y = 0; y <= x->years; y++) {
        x->year_start[y] = year_start(x->year + y);
    }
    return ihp__agree(x->w->shared.comm, x->err);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static enum ihp_status flush_rows(struct indexing *x)
{
    const struct {
        const struct ihp__raw_column *column;
        const void *data;
    } parts[] = {{&x->columns.service_date, x->out16[0]},
                 {&x->columns.known_from, x->out16[1]},
                 {&x->columns.procedure, x->out16[2]},
                 {&x->columns.billing, x->out32[0]},
                 {&x->columns.treating, x->out32[1]}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && x->err->status == IHP_OK; i++) {
        ihp__raw_write(&x->w->shared, parts[i].column, x->row, x->out, parts[i].data, x->err);
    }
    x->row += x->out;
    x->out = 0;
    return x->err->status;
}

static enum ihp_status gather_row(struct indexing *x, size_t i)
{
    if (x->out == BLOCK_LINES && flush_rows(x) != IHP_OK) {
        return x->err->status;
    }
    x->out16[0][x->out] = x->day[i];
    x->out16[1][x->out] = x->known[i];
    x->out16[2][x->out] = x->procedure[i];
    x->out32[0][x->out] = x->billing[i];
    x->out32[1][x->out] = x->treating[i];
    x->out++;
    return IHP_OK;
}

/* Lines first .. first + count - 1 into the work space: what counting needs, or all that is
 * repeated. */
static enum ihp_status load_lines(struct indexing *x, uint64_t first, uint64_t count)
{
    const struct ihp__raw_column *claim = x->w->claim;
    ihp__raw_read(&x->w->shared, &claim[IHP__CLAIM_PROCEDURE], first, count, x->procedure, x->err);
    ihp__raw_read(&x->w->shared, &claim[IHP__CLAIM_SERVICE_DATE], first, count, x->day, x->err);
    if (x->writing && x->err->status == IHP_OK) {
        ihp__raw_read(&x->w->shared, &claim[IHP__CLAIM_KNOWN_FROM], first, count, x->known, x->err);
        ihp__raw_read(&x->w->shared, &claim[IHP__CLAIM_BILLING], first, count, x->billing, x->err);
        ihp__raw_read(&x->w->shared, &claim[IHP__CLAIM_TREATING], first, count, x->treating,
                      x->err);
    }
    return x->err->status;
}

/* Line `line` of member m of the block, whose lines begin at `start`; days ascend. */
static enum ihp_status take_line(struct indexing *x, size_t m, size_t i, uint64_t line,
                                 uint64_t start)
{
    uint32_t *years = x->year_line + m * (size_t)(x->years + 1);
    for (int y = 0; y <= x->years; y++) {
        if (x->day[i] < x->year_start[y]) {
            years[y] = (uint32_t)(line + 1 - start); /* the year begins after this line at least */
        }
    }
    if (x->procedure[i] >= x->w->procedures || !x->w->indexed[x->procedure[i]]) {
        return IHP_OK;
    }
    x->row_offset[m + 1]++;
    return x->writing ? gather_row(x, i) : IHP_OK;
}

/* One block of members: rows counted by member, or gathered and the member columns written. */
static enum ihp_status take_block(struct indexing *x, uint64_t first, size_t members)
{
    struct ihp__store_writer *w = x->w;
    if (ihp__raw_read(&w->shared, &w->offset, first, members + 1, x->offset, x->err) != IHP_OK) {
        return x->err->status;
    }
    memset(x->row_offset, 0, (members + 1) * sizeof *x->row_offset);
    memset(x->year_line, 0, members * (size_t)(x->years + 1) * sizeof *x->year_line);
    uint64_t row_before = x->row + x->out, loaded = 0, loaded_end = 0;
    for (size_t m = 0; m < members; m++) {
        for (uint64_t line = x->offset[m]; line < x->offset[m + 1]; line++) {
            if (line >= loaded_end) {
                uint64_t left = x->offset[members] - line;
                loaded = line;
                loaded_end = line + (left < BLOCK_LINES ? left : BLOCK_LINES);
                if (load_lines(x, loaded, loaded_end - loaded) != IHP_OK) {
                    return x->err->status;
                }
            }
            if (take_line(x, m, (size_t)(line - loaded), line, x->offset[m]) != IHP_OK) {
                return x->err->status;
            }
        }
    }
    if (!x->writing) {
        for (size_t m = 0; m < members; m++) {
            x->rows += x->row_offset[m + 1];
        }
        return IHP_OK;
    }
    x->row_offset[0] = row_before;
    for (size_t m = 0; m < members; m++) {
        x->row_offset[m + 1] += x->row_offset[m];
    }
    ihp__raw_write(&w->shared, &x->columns.offset, first, members + 1, x->row_offset, x->err);
    return ihp__raw_write(&w->shared, &x->columns.year_line, first * (uint64_t)(x->years + 1),
                          members * (uint64_t)(x->years + 1), x->year_line, x->err);
}

static enum ihp_status take_members(struct indexing *x, bool writing)
{
    x->writing = writing;
    for (uint64_t done = 0; done < x->count && x->err->status == IHP_OK; done += BLOCK_MEMBERS) {
        uint64_t left = x->count - done;
        take_block(x, x->first + done, (size_t)(left < BLOCK_MEMBERS ? left : BLOCK_MEMBERS));
    }
    if (writing && x->err->status == IHP_OK) {
        flush_rows(x);
    }
    return ihp__agree(x->w->shared.comm, x->err);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Collective: the datasets of the index for `total` rows. */
static enum ihp_status make_columns(struct indexing *x, uint64_t total)
{
    struct ihp__store_writer *w = x->w;
    struct index_columns *c = &x->columns;
    const struct {
        const char *name;
        enum ihp__type type;
        uint64_t count;
        const char *units;
        struct ihp__raw_column *column;
    } wanted[] = {
        {"index/offset", IHP__TYPE_U64, w->members + 1, "rows of the index before a member's",
         &c->offset},
        {"index/year_line", IHP__TYPE_U32, w->members * (uint64_t)(x->years + 1),
         "for each member, years + 1 numbers: lines of the member before each year's first",
         &c->year_line},
        {"index/service_date", IHP__TYPE_U16, total, "as in claims", &c->service_date},
        {"index/known_from", IHP__TYPE_U16, total, "as in claims", &c->known_from},
        {"index/procedure", IHP__TYPE_U16, total, "as in claims", &c->procedure},
        {"index/billing_npi", IHP__TYPE_U32, total, "as in claims", &c->billing},
        {"index/treating_npi", IHP__TYPE_U32, total, "as in claims", &c->treating},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (ihp__writer_column(w, wanted[i].name, wanted[i].type, 0, wanted[i].count,
                               wanted[i].units, wanted[i].column, x->err) != IHP_OK) {
            return x->err->status;
        }
    }
    return IHP_OK;
}

/* Collective: which procedures and years the index holds; the last offset, which no member ends. */
static enum ihp_status describe(struct indexing *x, uint64_t total)
{
    struct ihp__store_writer *w = x->w;
    struct ihp__raw_column column;
    if (ihp__writer_column(w, "index/procedure_indexed", IHP__TYPE_U8, 0, w->procedures,
                           "1: the index holds the lines of this procedure", &column,
                           x->err) != IHP_OK) {
        return x->err->status;
    }
    if (w->shared.rank == 0) {
        ihp__raw_write(&w->shared, &column, 0, w->procedures, w->indexed, x->err);
        ihp__raw_write(&w->shared, &x->columns.offset, w->members, 1, &total, x->err);
        if (x->err->status == IHP_OK &&
            (!ihp__h5_put_u64_attribute(w->shared.file, "index_rows", total) ||
             !ihp__h5_put_u64_attribute(w->shared.file, "index_year", (uint64_t)x->year) ||
             !ihp__h5_put_u64_attribute(w->shared.file, "index_years", (uint64_t)x->years))) {
            ihp__fail(x->err, IHP_ERR_RUN, "%s: the index cannot be written", w->shared.path);
        }
    }
    return ihp__agree(w->shared.comm, x->err);
}

static bool work_space(struct indexing *x)
{
    x->offset = malloc((BLOCK_MEMBERS + 1) * sizeof *x->offset);
    x->row_offset = malloc((BLOCK_MEMBERS + 1) * sizeof *x->row_offset);
    x->year_line = malloc(BLOCK_MEMBERS * (YEARS_MAX + 1) * sizeof *x->year_line);
    uint16_t **narrow[] = {&x->day,      &x->procedure, &x->known,
                           &x->out16[0], &x->out16[1],  &x->out16[2]};
    uint32_t **wide[] = {&x->billing, &x->treating, &x->out32[0], &x->out32[1]};
    bool done = x->offset != NULL && x->row_offset != NULL && x->year_line != NULL;
    for (size_t i = 0; i < sizeof narrow / sizeof narrow[0]; i++) {
        *narrow[i] = malloc(BLOCK_LINES * sizeof **narrow[i]);
        done = done && *narrow[i] != NULL;
    }
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        *wide[i] = malloc(BLOCK_LINES * sizeof **wide[i]);
        done = done && *wide[i] != NULL;
    }
    return done;
}

static void work_space_free(struct indexing *x)
{
    void *owned[] = {x->offset,   x->row_offset, x->year_line, x->day,      x->procedure,
                     x->known,    x->out16[0],   x->out16[1],  x->out16[2], x->billing,
                     x->treating, x->out32[0],   x->out32[1]};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
        free(owned[i]);
    }
}

enum ihp_status ihp__store_make_index(struct ihp__store_writer *w, struct ihp_error *err)
{
    struct indexing x = {.w = w, .err = err};
    uint64_t n = (uint64_t)w->shared.ranks, r = (uint64_t)w->shared.rank;
    x.first = w->members / n * r + w->members % n * r / n;
    x.count = w->members / n * (r + 1) + w->members % n * (r + 1) / n - x.first;
    if (!work_space(&x)) {
        ihp__fail_memory(err, "the index");
    }
    if (ihp__agree(w->shared.comm, err) == IHP_OK && choose_years(&x) == IHP_OK &&
        take_members(&x, false) == IHP_OK) {
        uint64_t total = x.rows;
        x.row = ihp__sum_before_u64(w->shared.comm, x.rows);
        ihp__sum_u64(w->shared.comm, &total, 1);
        if (make_columns(&x, total) == IHP_OK && take_members(&x, true) == IHP_OK) {
            describe(&x, total);
        }
    }
    work_space_free(&x);
    return err->status;
}
