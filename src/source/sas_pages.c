/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of a SAS table, checked before ReadStat sees them. The layout of the format is public
 * (FredHutch/sas7bdat-specification); ReadStat uses the same fields. */
#include "source/sas_pages.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const unsigned char magic[32] = {
    0,    0,    0,    0,    0,    0,    0,    0, 0,    0,    0,    0,    0xc2, 0xea, 0x81, 0x60,
    0xb3, 0x14, 0x11, 0xcf, 0xbd, 0x92, 0x08, 0, 0x09, 0xc7, 0x31, 0x8c, 0x18, 0x1f, 0x10, 0x11};

/* Bytes of the header that have meaning, at least, and the smallest and the greatest page. */
enum { HEADER_LEAST = 1024, PAGE_LEAST = 1024, PAGE_MOST = 1 << 24, HEAD_MOST = 40 };
static const uint64_t pages_most = 1 << 24;    /* what ReadStat takes */
static const uint64_t meta_most = 64ULL << 20; /* bytes that describe columns */

/* Of a page: its kind, in two bytes. */
enum {
    PAGE_KIND = 0x0f00,
    PAGE_DATA = 0x0100,
    PAGE_MIX = 0x0200,
    PAGE_OTHER = 0x9000, /* has nothing that is read */
    PAGE_DELETED = 0x0080
};

/* How a block of a page is stored. */
enum { STORED = 0, LEFT_OUT = 1, COMPRESSED = 4, COMPRESSED_DELETED = 5 };

/* What the first four bytes of a block that describes columns are. */
#define ROW_SIZE          0xf7f7f7f7u
#define COLUMN_SIZE       0xf6f6f6f6u
#define COUNTS            0xfffffc00u
#define COLUMN_FORMAT     0xfffffbfeu
#define COLUMN_ATTRIBUTES 0xfffffffcu
#define COLUMN_NAMES      0xffffffffu
#define COLUMN_ANY        0xfffffff8u /* the first bits of others */

static enum ihp_status fail(struct ihp__sas_pages *p, enum ihp_status status)
{
    p->status = p->status == IHP_OK ? status : p->status;
    return p->status;
}

static enum ihp_status fail_damaged(struct ihp__sas_pages *p, const char *found)
{
    return fail(p,
                ihp__fail(p->err, IHP_ERR_DATA,
                          "%s: is damaged or cut short (%s); get the file again", p->path, found));
}

static enum ihp_status fail_deleted(struct ihp__sas_pages *p)
{
    return fail(p, ihp__fail(p->err, IHP_ERR_DATA,
                             "%s: has rows that were deleted in SAS but are still in the file; "
                             "write the table again (data NEW; set OLD; run;)",
                             p->path));
}

/* ---- numbers --------------------------------------------------------------------------------- */

static uint64_t number_at(const struct ihp__sas_pages *p, const unsigned char *bytes, size_t size)
{
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++) {
        number = number << 8 | bytes[p->big_endian ? i : size - 1 - i];
    }
    return number;
}

static size_t length_bytes(const struct ihp__sas_pages *p)
{
    return p->wide ? 8 : 4;
}

static size_t head_bytes(const struct ihp__sas_pages *p)
{
    return p->wide ? 40 : 24;
}

static size_t pointer_bytes(const struct ihp__sas_pages *p)
{
    return p->wide ? 24 : 12;
}

/* ---- header ---------------------------------------------------------------------------------- */

/* Reads bytes of the file from `at` on. Returns false, with the error, if it has not so many. */
static bool read_at(struct ihp__sas_pages *p, uint64_t at, void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(p->fd, (char *)bytes + done, size - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            enum ihp_status status =
                ihp__fail_system(p->err, IHP_ERR_DATA, p->path, "cannot be read to its end");
            return fail(p, status) == IHP_OK;
        }
        if (got == 0) {
            return fail_damaged(p, "it ends too early") == IHP_OK;
        }
        done += (size_t)got;
    }
    return true;
}

static enum ihp_status read_header(struct ihp__sas_pages *p)
{
    unsigned char header[HEADER_LEAST];
    char found[120];
    if (p->size < HEADER_LEAST) {
        return fail_damaged(p, "it is shorter than a header");
    }
    if (!read_at(p, 0, header, sizeof header)) {
        return p->status;
    }
    if (memcmp(header, magic, sizeof magic) != 0 || header[37] > 1) {
        return fail_damaged(p, "its header is not that of a SAS table");
    }
    p->big_endian = header[37] == 0;
    p->wide = header[32] == 0x33;
    const unsigned char *sizes = header + 196 + (header[35] == 0x33 ? 4 : 0);
    p->header_bytes = number_at(p, sizes, 4);
    p->page_bytes = number_at(p, sizes + 4, 4);
    p->pages = number_at(p, sizes + 8, length_bytes(p));
    if (p->header_bytes < HEADER_LEAST || p->header_bytes > PAGE_MOST ||
        p->page_bytes < PAGE_LEAST || p->page_bytes > PAGE_MOST || p->pages == 0) {
        return fail_damaged(p, "its header is not valid");
    }
    if (p->pages > pages_most) {
        return fail(p, ihp__fail(p->err, IHP_ERR_DATA,
                                 "%s: has %" PRIu64 " pages, and at most %" PRIu64
                                 " can be read; write it with larger pages (BUFSIZE=) or as "
                                 "several tables",
                                 p->path, p->pages, pages_most));
    }
    uint64_t due = p->header_bytes + p->pages * p->page_bytes;
    if (p->size != due) {
        snprintf(found, sizeof found, "it has %" PRIu64 " bytes, and its header says %" PRIu64,
                 p->size, due);
        return fail_damaged(p, found);
    }
    return IHP_OK;
}

bool ihp__sas_pages_is(const char *path)
{
    unsigned char first[sizeof magic];
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is_sas = fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
                  read(fd, first, sizeof first) == sizeof first &&
                  memcmp(first, magic, sizeof magic) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return is_sas;
}

enum ihp_status ihp__sas_pages_open(struct ihp__sas_pages *pages, const char *path,
                                    struct ihp_error *err)
{
    struct stat info;
    *pages = (struct ihp__sas_pages){.path = path, .err = err, .loaded = UINT64_MAX};
    pages->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (pages->fd < 0 || fstat(pages->fd, &info) != 0) {
        return fail(pages, ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be opened"));
    }
    pages->size = (uint64_t)info.st_size;
    if (read_header(pages) != IHP_OK) {
        return pages->status;
    }
    pages->page = malloc(pages->page_bytes);
    return pages->page != NULL ? IHP_OK : fail(pages, ihp__fail_memory(err, path));
}

void ihp__sas_pages_close(struct ihp__sas_pages *pages)
{
    if (pages->fd >= 0) {
        close(pages->fd);
    }
    free(pages->page);
    pages->fd = -1;
    pages->page = NULL;
}

/* ---- what a page has ------------------------------------------------------------------------- */

/* The head of a page. */
struct head {
    uint64_t kind, blocks, pointers;
};

static struct head head_of(const struct ihp__sas_pages *p, const unsigned char *page)
{
    const unsigned char *end = page + head_bytes(p);
    return (struct head){number_at(p, end - 8, 2), number_at(p, end - 6, 2),
                         number_at(p, end - 4, 2)};
}

static bool is_data(struct head head)
{
    return (head.kind & PAGE_KIND) == PAGE_DATA;
}

static bool has_pointers(struct head head)
{
    return !is_data(head) && (head.kind & PAGE_OTHER) == 0;
}

/* A block of a page that is not a page of data. */
struct block {
    const unsigned char *bytes;
    uint64_t size;
    uint32_t signature;
    bool row; /* it is a row of a compressed table */
};

static bool describes_columns(uint32_t signature)
{
    return signature == ROW_SIZE || signature == COLUMN_SIZE || signature == COUNTS ||
           signature == COLUMN_FORMAT || (signature & COLUMN_ANY) == COLUMN_ANY;
}

/* Finds the block of a pointer; a block that is to be left out has the size 0. */
static enum ihp_status find_block(struct ihp__sas_pages *p, struct head head, size_t i,
                                  struct block *block)
{
    size_t length = length_bytes(p);
    const unsigned char *pointer = p->page + head_bytes(p) + i * pointer_bytes(p);
    uint64_t at = number_at(p, pointer, length), size = number_at(p, pointer + length, length);
    unsigned stored = pointer[2 * length];
    *block = (struct block){0};
    if (stored == COMPRESSED_DELETED) {
        return fail_deleted(p);
    }
    if (size == 0 || stored == LEFT_OUT) {
        return IHP_OK;
    }
    if (stored != STORED && stored != COMPRESSED) {
        return fail(p, ihp__fail(p->err, IHP_ERR_DATA,
                                 "%s: has compressed rows that were changed in place, which cannot "
                                 "be read; write the table again (data NEW; set OLD; run;)",
                                 p->path));
    }
    if (at > p->page_bytes || size > p->page_bytes - at ||
        at < head_bytes(p) + head.pointers * pointer_bytes(p) ||
        (stored == STORED && size < length)) {
        return fail_damaged(p, "a block is outside its page");
    }
    block->bytes = p->page + at;
    block->size = size;
    if (stored == STORED) {
        block->signature = (uint32_t)number_at(p, block->bytes, 4);
        if (p->big_endian && p->wide && block->signature == UINT32_MAX) {
            block->signature = (uint32_t)number_at(p, block->bytes + 4, 4);
        }
    }
    block->row = stored == COMPRESSED ||
                 (pointer[2 * length + 1] != 0 && !describes_columns(block->signature));
    return IHP_OK;
}

static enum ihp_status take_row_size(struct ihp__sas_pages *p, const struct block *block)
{
    size_t length = length_bytes(p);
    if (p->has_row_size || block->size < 16 * length) {
        return fail_damaged(p, "what it says of its rows is not valid");
    }
    p->has_row_size = true;
    p->row_bytes = number_at(p, block->bytes + 5 * length, length);
    p->rows = number_at(p, block->bytes + 6 * length, length);
    if (number_at(p, block->bytes + 7 * length, length) > 0) {
        return fail_deleted(p);
    }
    if (p->row_bytes > IHP__SAS_ROW_MAX || p->rows > INT32_MAX) {
        return fail(p, ihp__fail(p->err, IHP_ERR_DATA,
                                 "%s: has %" PRIu64 " rows of %" PRIu64
                                 " bytes; at most %d rows of %d bytes can be read; write it as "
                                 "several tables",
                                 p->path, p->rows, p->row_bytes, INT32_MAX, IHP__SAS_ROW_MAX));
    }
    return IHP_OK;
}

/* Counts what a block says of columns. */
static enum ihp_status take_columns(struct ihp__sas_pages *p, const struct block *block)
{
    size_t length = length_bytes(p);
    size_t head = 5 * length - (p->wide ? 12 : 0); /* of a list, before its entries and after */
    uint64_t listed = block->size >= head ? block->size - head : 0;
    p->meta_bytes += block->size;
    if (block->signature == ROW_SIZE) {
        return take_row_size(p, block);
    }
    if (block->signature == COLUMN_SIZE && block->size >= 2 * length) {
        p->columns = number_at(p, block->bytes + length, length);
    } else if (block->signature == COLUMN_NAMES) {
        p->names += listed / 8;
    } else if (block->signature == COLUMN_ATTRIBUTES) {
        p->attributes += listed / (p->wide ? 16 : 12);
    } else if (block->signature == COLUMN_FORMAT) {
        p->formats++;
    }
    bool is_list = block->signature == COLUMN_NAMES || block->signature == COLUMN_ATTRIBUTES;
    if ((is_list && block->size < head) || p->columns > IHP__SAS_COLUMNS_MAX ||
        p->names > IHP__SAS_COLUMNS_MAX || p->attributes > IHP__SAS_COLUMNS_MAX ||
        p->formats > IHP__SAS_COLUMNS_MAX || p->meta_bytes > meta_most) {
        return fail_damaged(p, "what it says of its columns is not valid");
    }
    return IHP_OK;
}

/* ---- pages for ReadStat ---------------------------------------------------------------------- */

/* Checks the pointers of the page that is loaded. With `take` it also takes what they say of
 * columns, and counts the rows; `*only_rows` becomes false if there is something else. */
static enum ihp_status check_pointers(struct ihp__sas_pages *p, bool take, uint64_t *rows,
                                      bool *only_rows)
{
    struct head head = head_of(p, p->page);
    struct block block;
    *rows = 0;
    *only_rows = true;
    /* After the pointers of a mixed page come rows, which begin at a multiple of 8 bytes. */
    uint64_t gap = (head.kind & PAGE_KIND) == PAGE_MIX ? 8 : 0;
    if (head.pointers * pointer_bytes(p) + gap > p->page_bytes - head_bytes(p)) {
        return fail_damaged(p, "a page has too many blocks");
    }
    for (size_t i = 0; i < head.pointers; i++) {
        if (find_block(p, head, i, &block) != IHP_OK) {
            return p->status;
        }
        *rows += block.row;
        *only_rows &= block.row || block.size == 0;
        if (take && !block.row && block.size > 0 && take_columns(p, &block) != IHP_OK) {
            return p->status;
        }
    }
    return IHP_OK;
}

/* Makes the head of a page of data without rows. */
static void make_head(const struct ihp__sas_pages *p, unsigned char head[HEAD_MOST])
{
    memset(head, 0, HEAD_MOST);
    head[head_bytes(p) - (p->big_endian ? 8 : 7)] = PAGE_DATA >> 8;
}

static bool is_in_run(const struct ihp__sas_pages *p, uint64_t page)
{
    return page >= p->run.first && page - p->run.first < p->run.pages;
}

/* Returns true if it is known that all rows of a page come before the first one that is needed. */
static bool is_before(const struct ihp__sas_pages *p, uint64_t page)
{
    return is_in_run(p, page) && page - p->run.first + 1 < p->run.pages &&
           p->rows_before + p->run.each <= p->first_row;
}

/* Reads a page and checks it. Of a page of data that is not needed at most the head is read. */
static bool load(struct ihp__sas_pages *p, uint64_t page, bool take)
{
    uint64_t at = p->header_bytes + page * p->page_bytes, rows;
    size_t head_size = head_bytes(p);
    bool only_rows = true;
    p->loaded = UINT64_MAX;
    if (take && is_before(p, page)) {
        make_head(p, p->page);
        p->rows_before += p->run.each;
        return true;
    }
    if (!read_at(p, at, p->page, head_size)) {
        return false;
    }
    struct head head = head_of(p, p->page);
    unsigned char *blocks = p->page + head_size - 6;
    rows = is_data(head) ? head.blocks : 0;
    if ((head.kind & PAGE_DELETED) != 0) {
        return fail_deleted(p) == IHP_OK;
    }
    if (take && is_data(head) && p->rows_before + rows <= p->first_row) {
        memset(blocks, 0, 2);
        p->rows_before += rows;
        return true;
    }
    if (!read_at(p, at + head_size, p->page + head_size, p->page_bytes - head_size) ||
        (has_pointers(head) && check_pointers(p, take, &rows, &only_rows) != IHP_OK)) {
        return false;
    }
    if (take && has_pointers(head) && only_rows && (head.kind & PAGE_KIND) != PAGE_MIX &&
        p->rows_before + rows <= p->first_row) {
        memset(blocks, 0, 4);
        p->rows_before += rows;
        return true;
    }
    p->loaded = take ? UINT64_MAX : page;
    p->bytes_read += take ? p->page_bytes : 0;
    return true;
}

/* Adds a page of data to the run. Returns false if it is not another one of its kind. */
static bool add_to_run(struct ihp__sas_run *run, uint64_t page, uint64_t rows, uint64_t *last)
{
    if (run->pages == 0) {
        *run = (struct ihp__sas_run){page, 0, rows};
        *last = rows;
    }
    bool fits = page == run->first + run->pages && *last == run->each && rows <= run->each;
    run->pages++;
    *last = rows;
    return fits;
}

enum ihp_status ihp__sas_pages_scan(struct ihp__sas_pages *pages)
{
    unsigned char head[HEAD_MOST];
    struct ihp__sas_run run = {0};
    uint64_t last = 0;
    bool fits = true;
    for (uint64_t page = 0; page < pages->pages; page++) {
        if (!read_at(pages, pages->header_bytes + page * pages->page_bytes, head,
                     head_bytes(pages))) {
            return pages->status;
        }
        struct head found = head_of(pages, head);
        if ((found.kind & PAGE_DELETED) != 0) {
            return fail_deleted(pages);
        }
        if (is_data(found)) {
            fits &= add_to_run(&run, page, found.blocks, &last);
            pages->data_rows += found.blocks;
        }
    }
    pages->run = fits ? run : (struct ihp__sas_run){0};
    return IHP_OK;
}

/* ReadStat reads a page in full where it takes it, and in two pieces where it looks for texts of
 * columns. */
size_t ihp__sas_pages_read(struct ihp__sas_pages *pages, void *bytes, size_t size)
{
    struct ihp__sas_pages *p = pages;
    uint64_t body = p->at - p->header_bytes;
    uint64_t page = body / p->page_bytes, in_page = body % p->page_bytes;
    if (p->status != IHP_OK || size == 0) {
        return 0;
    }
    bool head_only = in_page == 0 && size <= head_bytes(p);
    if (p->at >= p->header_bytes && head_only && is_in_run(p, page)) {
        unsigned char head[HEAD_MOST];
        make_head(p, head);
        memcpy(bytes, head, size);
    } else if (p->at < p->header_bytes || head_only) {
        if (!read_at(p, p->at, bytes, size)) {
            return 0;
        }
    } else if (page >= p->pages || size > p->page_bytes - in_page) {
        return fail_damaged(p, "it ends too early") == IHP_OK;
    } else {
        bool take = in_page == 0 && size == p->page_bytes;
        if ((take || p->loaded != page) && !load(p, page, take)) {
            return 0;
        }
        memcpy(bytes, p->page + in_page, size);
    }
    p->at += size;
    return size;
}
