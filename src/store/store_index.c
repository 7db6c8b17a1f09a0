/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making the index of a store: lines of some procedures repeated in small columns, and where each
 * calendar year starts among a member's lines. All ranks make it from the claims just written, each
 * for its share of the members, in two passes: the first counts rows, the second writes them. */
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

struct indexing {
    struct ihp__store_writer *w;
    uint64_t first, count; /* members of this rank */
    ihp__day16 year_start[YEARS_MAX + 1];
    int year, years;    /* first calendar year of the index, and number of years */
    uint64_t rows, row; /* rows of this rank; number of the next row to write */
    bool writing;       /* the second pass */
    /* work space */
    uint64_t *line_offset;                         /* [BLOCK_MEMBERS + 1] */
    uint64_t *row_offset;                          /* [BLOCK_MEMBERS + 1] */
    uint32_t *year_line;                           /* [BLOCK_MEMBERS x (YEARS_MAX + 1)] */
    uint16_t *day, *procedure, *known, *voided;    /* lines read, [BLOCK_LINES] each */
    uint32_t *billing, *treating;                  /* likewise */
    uint16_t *out_day, *out_known, *out_procedure; /* rows gathered, [BLOCK_LINES] each */
    uint16_t *out_voided;                          /* likewise */
    uint32_t *out_billing, *out_treating;          /* likewise */
    int64_t *amount;                               /* lines read, as wide as the store's amounts */
    uint8_t *out_negative;                         /* rows gathered */
    size_t out;                                    /* number of rows gathered */
    struct ihp_error *err;
};

/* ---- which years ----------------------------------------------------------------------------- */

static ihp__day16 year_start(int year)
{
    return ihp__day16_of_day(ihp__day_of_civil(year, 1, 1));
}

/* Counts lines by calendar year over this rank's share of the lines. */
static enum ihp_status count_years(struct indexing *indexing, uint64_t lines[CALENDAR_YEARS])
{
    struct ihp__store_writer *w = indexing->w;
    const struct ihp__shared_file *file = &w->shared;
    uint64_t line = ihp__share_start(w->lines, file->rank, file->ranks);
    uint64_t end = ihp__share_start(w->lines, file->rank + 1, file->ranks);
    enum ihp_status status = IHP_OK;
    uint8_t *year_of_day = malloc(65536);
    if (year_of_day == NULL) {
        return ihp__fail_memory(indexing->err, "the index");
    }
    for (int year = 0; year < CALENDAR_YEARS; year++) {
        size_t start = year_start(FIRST_YEAR + year), next = year_start(FIRST_YEAR + year + 1);
        next = year == CALENDAR_YEARS - 1 || next == IHP__DAY16_AFTER ? 65536 : next;
        memset(year_of_day + start, year, next - start);
    }
    while (line < end && status == IHP_OK) {
        uint64_t count = end - line < BLOCK_LINES ? end - line : BLOCK_LINES;
        status = ihp__raw_read(file, &w->column[IHP__COLUMN_CLAIM_SERVICE_DATE].raw, line, count,
                               indexing->day, indexing->err);
        for (uint64_t i = 0; status == IHP_OK && i < count; i++) {
            lines[year_of_day[indexing->day[i]]]++;
        }
        line += count;
    }
    free(year_of_day);
    return status;
}

/* Collective. Chooses the consecutive years, at most YEARS_MAX, that have the most lines; the
 * earliest ones if several have as many. */
static enum ihp_status choose_years(struct indexing *indexing)
{
    uint64_t lines[CALENDAR_YEARS] = {0}, best = 0;
    ihp__until_agreed(count_years(indexing, lines));
    ihp__sum_u64(indexing->w->shared.comm, lines, CALENDAR_YEARS);
    for (int first = 0; first + YEARS_MAX <= CALENDAR_YEARS; first++) {
        uint64_t sum = 0;
        for (int y = 0; y < YEARS_MAX; y++) {
            sum += lines[first + y];
        }
        if (sum > best || first == 0) {
            best = sum;
            indexing->year = FIRST_YEAR + first;
        }
    }
    indexing->years = YEARS_MAX;
    /* These years may start and end with years without lines. */
    while (indexing->years > 1 && lines[indexing->year + indexing->years - 1 - FIRST_YEAR] == 0) {
        indexing->years--;
    }
    while (indexing->years > 1 && lines[indexing->year - FIRST_YEAR] == 0) {
        indexing->year++;
        indexing->years--;
    }
    for (int y = 0; y <= indexing->years; y++) {
        indexing->year_start[y] = year_start(indexing->year + y);
    }
    return ihp__agree(indexing->w->shared.comm, indexing->err);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Returns true if the rows have a column: void dates only if the claims do. */
static bool rows_have(const struct indexing *indexing, int column)
{
    return column != IHP__INDEX_VOID_DATE || indexing->w->void_dates;
}

/* Writes the rows gathered. */
static enum ihp_status flush_rows(struct indexing *indexing)
{
    const void *const data[IHP__INDEX_COLUMNS] = {[IHP__INDEX_SERVICE_DATE] = indexing->out_day,
                                                  [IHP__INDEX_KNOWN_FROM] = indexing->out_known,
                                                  [IHP__INDEX_PROCEDURE] = indexing->out_procedure,
                                                  [IHP__INDEX_BILLING] = indexing->out_billing,
                                                  [IHP__INDEX_TREATING] = indexing->out_treating,
                                                  [IHP__INDEX_VOID_DATE] = indexing->out_voided,
                                                  [IHP__INDEX_NEGATIVE] = indexing->out_negative};
    for (int c = 0; c < IHP__INDEX_COLUMNS; c++) {
        if (rows_have(indexing, c) &&
            ihp__writer_write(indexing->w, ihp__column_of_index(c), indexing->row, indexing->out,
                              data[c], indexing->err) != IHP_OK) {
            return indexing->err->status;
        }
    }
    indexing->row += indexing->out;
    indexing->out = 0;
    return IHP_OK;
}

/* Returns 1 if the amount of line i of the lines read is negative, else 0. */
static uint8_t is_negative(const struct indexing *indexing, size_t i)
{
    int32_t narrow = 0;
    if (indexing->w->wide_amounts) {
        return indexing->amount[i] < 0;
    }
    memcpy(&narrow, (const char *)indexing->amount + i * sizeof narrow, sizeof narrow);
    return narrow < 0;
}

/* Gathers line i of the lines read as a row. */
static enum ihp_status gather_row(struct indexing *indexing, size_t i)
{
    if (indexing->out == BLOCK_LINES && flush_rows(indexing) != IHP_OK) {
        return indexing->err->status;
    }
    indexing->out_day[indexing->out] = indexing->day[i];
    indexing->out_known[indexing->out] = indexing->known[i];
    indexing->out_procedure[indexing->out] = indexing->procedure[i];
    indexing->out_billing[indexing->out] = indexing->billing[i];
    indexing->out_treating[indexing->out] = indexing->treating[i];
    indexing->out_voided[indexing->out] = indexing->voided[i];
    indexing->out_negative[indexing->out] = is_negative(indexing, i);
    indexing->out++;
    return IHP_OK;
}

/* Reads lines first .. first + count - 1 into the work space: the columns that counting needs, or
 * all columns that rows repeat. */
static enum ihp_status load_lines(struct indexing *indexing, uint64_t first, uint64_t count)
{
    const struct {
        enum ihp__claim_column column;
        void *data;
        bool to_count, to_write;
    } loads[] = {{IHP__CLAIM_PROCEDURE, indexing->procedure, true, true},
                 {IHP__CLAIM_SERVICE_DATE, indexing->day, false, true},
                 {IHP__CLAIM_KNOWN_FROM, indexing->known, false, true},
                 {IHP__CLAIM_BILLING, indexing->billing, false, true},
                 {IHP__CLAIM_TREATING, indexing->treating, false, true},
                 {IHP__CLAIM_AMOUNT, indexing->amount, false, true},
                 {IHP__CLAIM_VOID_DATE, indexing->voided, false, indexing->w->void_dates}};
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        if ((indexing->writing ? loads[i].to_write : loads[i].to_count) &&
            ihp__raw_read(&indexing->w->shared,
                          &indexing->w->column[ihp__column_of_claim((int)loads[i].column)].raw,
                          first, count, loads[i].data, indexing->err) != IHP_OK) {
            return indexing->err->status;
        }
    }
    return IHP_OK;
}

/* Notes which years line `line` of member m of the block comes before. The member's lines start at
 * `start`, and their days ascend; the line is line i of those read. */
static void note_years(const struct indexing *indexing, size_t m, size_t i, uint64_t line,
                       uint64_t start)
{
    uint32_t *years = indexing->year_line + m * (size_t)(indexing->years + 1);
    for (int y = 0; y <= indexing->years; y++) {
        if (indexing->day[i] < indexing->year_start[y]) {
            years[y] = (uint32_t)(line + 1 - start); /* the year starts after this line */
        }
    }
}

/* Takes line `line` of member m of the block, whose lines start at `start`; it is line i of those
 * read. */
static enum ihp_status take_line(struct indexing *indexing, size_t m, size_t i, uint64_t line,
                                 uint64_t start)
{
    if (indexing->writing) {
        note_years(indexing, m, i, line, start);
    }
    if (indexing->procedure[i] >= indexing->w->procedures ||
        !indexing->w->indexed[indexing->procedure[i]]) {
        return IHP_OK;
    }
    indexing->row_offset[m + 1]++;
    return indexing->writing ? gather_row(indexing, i) : IHP_OK;
}

/* Takes all lines of a block of `members` members, whose line offsets have been read. */
static enum ihp_status take_lines(struct indexing *indexing, size_t members)
{
    uint64_t loaded = 0, loaded_end = 0;
    for (size_t m = 0; m < members; m++) {
        for (uint64_t line = indexing->line_offset[m]; line < indexing->line_offset[m + 1];
             line++) {
            if (line >= loaded_end) {
                uint64_t left = indexing->line_offset[members] - line;
                loaded = line;
                loaded_end = line + (left < BLOCK_LINES ? left : BLOCK_LINES);
                if (load_lines(indexing, loaded, loaded_end - loaded) != IHP_OK) {
                    return indexing->err->status;
                }
            }
            if (take_line(indexing, m, (size_t)(line - loaded), line, indexing->line_offset[m]) !=
                IHP_OK) {
                return indexing->err->status;
            }
        }
    }
    return IHP_OK;
}

/* Takes one block of members: counts their rows, or gathers the rows and writes the columns by
 * member. */
static enum ihp_status take_block(struct indexing *indexing, uint64_t first, size_t members)
{
    struct ihp__store_writer *w = indexing->w;
    const uint64_t years = (uint64_t)(indexing->years + 1),
                   row_before = indexing->row + indexing->out;
    if (ihp__raw_read(&w->shared, &w->column[IHP__COLUMN_LINE_OFFSET].raw, first, members + 1,
                      indexing->line_offset, indexing->err) != IHP_OK) {
        return indexing->err->status;
    }
    memset(indexing->row_offset, 0, (members + 1) * sizeof *indexing->row_offset);
    memset(indexing->year_line, 0, members * (size_t)years * sizeof *indexing->year_line);
    if (take_lines(indexing, members) != IHP_OK) {
        return indexing->err->status;
    }
    if (!indexing->writing) {
        for (size_t m = 0; m < members; m++) {
            indexing->rows += indexing->row_offset[m + 1];
        }
        return IHP_OK;
    }
    indexing->row_offset[0] = row_before;
    for (size_t m = 0; m < members; m++) {
        indexing->row_offset[m + 1] += indexing->row_offset[m];
    }
    return ihp__writer_write(w, IHP__COLUMN_INDEX_OFFSET, first, members, indexing->row_offset,
                             indexing->err) != IHP_OK
               ? indexing->err->status
               : ihp__writer_write(w, IHP__COLUMN_INDEX_YEAR_LINE, first * years, members * years,
                                   indexing->year_line, indexing->err);
}

/* Takes this rank's members, block by block. */
static enum ihp_status take_own_members(struct indexing *indexing)
{
    for (uint64_t done = 0; done < indexing->count; done += BLOCK_MEMBERS) {
        uint64_t left = indexing->count - done;
        if (take_block(indexing, indexing->first + done,
                       (size_t)(left < BLOCK_MEMBERS ? left : BLOCK_MEMBERS)) != IHP_OK) {
            return indexing->err->status;
        }
    }
    return indexing->writing ? flush_rows(indexing) : IHP_OK;
}

/* Collective. Makes one of the two passes over all members. */
static enum ihp_status take_members(struct indexing *indexing, bool writing)
{
    indexing->writing = writing;
    ihp__until_agreed(take_own_members(indexing));
    return ihp__agree(indexing->w->shared.comm, indexing->err);
}

/* ---- the whole index ------------------------------------------------------------------------- */

/* Collective. Makes the datasets of the index for `total` rows. */
static enum ihp_status make_columns(struct indexing *indexing, uint64_t total)
{
    struct ihp__store_writer *w = indexing->w;
    if (ihp__writer_column(w, IHP__COLUMN_INDEX_OFFSET, 0, w->members + 1, indexing->err) !=
            IHP_OK ||
        ihp__writer_column(w, IHP__COLUMN_INDEX_YEAR_LINE, 0,
                           w->members * (uint64_t)(indexing->years + 1), indexing->err) != IHP_OK) {
        return indexing->err->status;
    }
    for (int c = 0; c < IHP__INDEX_COLUMNS; c++) {
        if (rows_have(indexing, c) &&
            ihp__writer_column(w, ihp__column_of_index(c), 0, total, indexing->err) != IHP_OK) {
            return indexing->err->status;
        }
    }
    return IHP_OK;
}

/* Rank 0: writes which procedures and years the index holds, and the last offset, which belongs to
 * no member. */
static enum ihp_status write_description(struct indexing *indexing, uint64_t total)
{
    struct ihp__store_writer *w = indexing->w;
    const hid_t file = w->shared.file;
    if (ihp__writer_write(w, IHP__COLUMN_INDEX_PROCEDURE_INDEXED, 0, w->procedures, w->indexed,
                          indexing->err) != IHP_OK ||
        ihp__writer_write(w, IHP__COLUMN_INDEX_OFFSET, w->members, 1, &total, indexing->err) !=
            IHP_OK) {
        return indexing->err->status;
    }
    if (!ihp__h5_put_u64_attribute(file, "index_rows", total) ||
        !ihp__h5_put_u64_attribute(file, "index_year", (uint64_t)indexing->year) ||
        !ihp__h5_put_u64_attribute(file, "index_years", (uint64_t)indexing->years)) {
        return ihp__fail(indexing->err, IHP_ERR_RUN, "%s: the index cannot be written",
                         w->shared.path);
    }
    return IHP_OK;
}

/* Collective. Writes what describes the index. */
static enum ihp_status describe(struct indexing *indexing, uint64_t total)
{
    struct ihp__store_writer *w = indexing->w;
    if (ihp__writer_column(w, IHP__COLUMN_INDEX_PROCEDURE_INDEXED, 0, w->procedures,
                           indexing->err) != IHP_OK) {
        return indexing->err->status;
    }
    w->index_rows = total;
    w->index_year = indexing->year;
    w->index_years = indexing->years;
    if (w->shared.rank == 0) {
        ihp__until_agreed(write_description(indexing, total));
    }
    return ihp__agree(w->shared.comm, indexing->err);
}

static bool work_space(struct indexing *indexing)
{
    indexing->line_offset = malloc((BLOCK_MEMBERS + 1) * sizeof *indexing->line_offset);
    indexing->row_offset = malloc((BLOCK_MEMBERS + 1) * sizeof *indexing->row_offset);
    indexing->year_line = malloc(BLOCK_MEMBERS * (YEARS_MAX + 1) * sizeof *indexing->year_line);
    uint16_t **narrow[] = {&indexing->day,     &indexing->procedure, &indexing->known,
                           &indexing->out_day, &indexing->out_known, &indexing->out_procedure,
                           &indexing->voided,  &indexing->out_voided};
    uint32_t **wide[] = {&indexing->billing, &indexing->treating, &indexing->out_billing,
                         &indexing->out_treating};
    indexing->amount = malloc(BLOCK_LINES * sizeof *indexing->amount);
    indexing->out_negative = malloc(BLOCK_LINES);
    bool done = indexing->line_offset != NULL && indexing->row_offset != NULL &&
                indexing->year_line != NULL && indexing->amount != NULL &&
                indexing->out_negative != NULL;
    for (size_t i = 0; i < sizeof narrow / sizeof narrow[0]; i++) {
        *narrow[i] = calloc(BLOCK_LINES, sizeof **narrow[i]);
        done = done && *narrow[i] != NULL;
    }
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        *wide[i] = malloc(BLOCK_LINES * sizeof **wide[i]);
        done = done && *wide[i] != NULL;
    }
    return done;
}

static void work_space_free(struct indexing *indexing)
{
    void *owned[] = {indexing->line_offset,  indexing->row_offset,  indexing->year_line,
                     indexing->day,          indexing->procedure,   indexing->known,
                     indexing->out_day,      indexing->out_known,   indexing->out_procedure,
                     indexing->billing,      indexing->treating,    indexing->out_billing,
                     indexing->out_treating, indexing->voided,      indexing->out_voided,
                     indexing->amount,       indexing->out_negative};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
        free(owned[i]);
    }
}

/* Collective. Makes the index, with work space that this rank may lack. */
static enum ihp_status make_index(struct indexing *indexing)
{
    MPI_Comm comm = indexing->w->shared.comm;
    if (ihp__agree(comm, indexing->err) != IHP_OK || choose_years(indexing) != IHP_OK ||
        take_members(indexing, false) != IHP_OK) {
        return indexing->err->status;
    }
    uint64_t total = indexing->rows;
    indexing->row = ihp__sum_before_u64(comm, indexing->rows);
    ihp__sum_u64(comm, &total, 1);
    if (make_columns(indexing, total) != IHP_OK || take_members(indexing, true) != IHP_OK) {
        return indexing->err->status;
    }
    return describe(indexing, total);
}

enum ihp_status ihp__store_make_index(struct ihp__store_writer *w, struct ihp_error *err)
{
    struct indexing indexing = {.w = w, .err = err};
    indexing.first = ihp__share_start(w->members, w->shared.rank, w->shared.ranks);
    indexing.count =
        ihp__share_start(w->members, w->shared.rank + 1, w->shared.ranks) - indexing.first;
    if (!work_space(&indexing)) {
        ihp__until_agreed(ihp__fail_memory(err, "the index"));
    }
    enum ihp_status status = make_index(&indexing);
    work_space_free(&indexing);
    return status;
}
