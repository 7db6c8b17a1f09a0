/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gzip members by zlib, or by zlib and ISA-L. ISA-L could read headers too, but then a damaged
 * header would be reported in other words than where there is no ISA-L. */
#include "base/inflate.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#ifdef IHP_ISAL
#include <isa-l/igzip_lib.h>
#endif

enum {
    EXTRA_BYTES = 512,     /* of a member's extra field that are looked at */
    GZIP_WINDOW = 15 + 16, /* for inflateInit2: the largest window, and a gzip header */
    TRAILER_BYTES = 8
};

struct ihp__inflater {
    z_stream zlib;
    bool has_zlib, has_text;
    gz_header header; /* of the member that is read */
    unsigned char extra[EXTRA_BYTES];
    const char *problem; /* static */
#ifdef IHP_ISAL
    struct inflate_state *isal; /* owned; NULL: zlib alone */
    unsigned char trailer[TRAILER_BYTES];
    size_t trailer_size;
#endif
};

struct ihp__inflater *ihp__inflater_create(bool fast)
{
    struct ihp__inflater *inflater = calloc(1, sizeof *inflater);
#ifdef IHP_ISAL
    if (inflater != NULL && fast) {
        inflater->isal = calloc(1, sizeof *inflater->isal);
        if (inflater->isal == NULL) {
            free(inflater);
            return NULL;
        }
    }
#else
    (void)fast;
#endif
    return inflater;
}

void ihp__inflater_free(struct ihp__inflater **inflater)
{
    if (*inflater == NULL) {
        return;
    }
    if ((*inflater)->has_zlib) {
        inflateEnd(&(*inflater)->zlib);
    }
#ifdef IHP_ISAL
    free((*inflater)->isal);
#endif
    free(*inflater);
    *inflater = NULL;
}

bool ihp__inflater_begin(struct ihp__inflater *inflater)
{
    int result = inflater->has_zlib ? inflateReset(&inflater->zlib)
                                    : inflateInit2(&inflater->zlib, GZIP_WINDOW);
    if (result != Z_OK) {
        return false;
    }
    inflater->has_zlib = true;
    inflater->has_text = false;
    inflater->problem = NULL;
    inflater->header = (gz_header){.extra = inflater->extra, .extra_max = EXTRA_BYTES};
    inflateGetHeader(&inflater->zlib, &inflater->header);
#ifdef IHP_ISAL
    inflater->trailer_size = 0;
    if (inflater->isal != NULL) {
        isal_inflate_init(inflater->isal);
        inflater->isal->crc_flag = ISAL_GZIP_NO_HDR; /* counts the checksum, but reads no trailer */
    }
#endif
    return true;
}

/* ---- zlib ------------------------------------------------------------------------------------ */

/* Runs zlib up to the end of the member, or with Z_BLOCK, of the header. */
static enum ihp__inflate_result run_zlib(struct ihp__inflater *inflater,
                                         struct ihp__inflate_run *run, int flush)
{
    z_stream *zlib = &inflater->zlib;
    zlib->next_in = (unsigned char *)(uintptr_t)run->input; /* zlib only reads there */
    zlib->avail_in = (uInt)run->size;
    zlib->next_out = run->text;
    zlib->avail_out = (uInt)run->room;
    int result = inflate(zlib, flush);
    run->used = (ptrdiff_t)(run->size - zlib->avail_in);
    run->got = run->room - zlib->avail_out;
    switch (result) {
    case Z_STREAM_END:
        return IHP__INFLATE_ENDED;
    case Z_OK:
    case Z_BUF_ERROR:
        return IHP__INFLATE_GOES_ON;
    case Z_MEM_ERROR:
        return IHP__INFLATE_NO_MEMORY;
    default:
        inflater->problem = zlib->msg != NULL ? zlib->msg : "not valid gzip";
        return IHP__INFLATE_DAMAGED;
    }
}

/* ---- ISA-L ----------------------------------------------------------------------------------- */

#ifdef IHP_ISAL

static uint32_t number_at(const unsigned char *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* Reads the trailer: checksum and length of the text. */
static enum ihp__inflate_result read_trailer(struct ihp__inflater *inflater,
                                             struct ihp__inflate_run *run)
{
    size_t count = TRAILER_BYTES - inflater->trailer_size;
    count = run->size < count ? run->size : count;
    memcpy(inflater->trailer + inflater->trailer_size, run->input, count);
    inflater->trailer_size += count;
    run->used = (ptrdiff_t)count;
    if (inflater->trailer_size < TRAILER_BYTES) {
        return IHP__INFLATE_GOES_ON;
    }
    if (number_at(inflater->trailer) != inflater->isal->crc) {
        inflater->problem = "incorrect data check";
    } else if (number_at(inflater->trailer + 4) != inflater->isal->total_out) {
        inflater->problem = "incorrect length check";
    }
    return inflater->problem == NULL ? IHP__INFLATE_ENDED : IHP__INFLATE_DAMAGED;
}

/* Decompresses. At the end of the data ISA-L may have taken bytes behind it, which are given back.
 */
static enum ihp__inflate_result run_isal(struct ihp__inflater *inflater,
                                         struct ihp__inflate_run *run)
{
    struct inflate_state *isal = inflater->isal;
    isal->next_in = (unsigned char *)(uintptr_t)run->input; /* ISA-L only reads there */
    isal->avail_in = (uint32_t)run->size;
    isal->next_out = run->text;
    isal->avail_out = (uint32_t)run->room;
    int result = isal_inflate(isal);
    run->used = isal->next_in - run->input;
    run->got = run->room - isal->avail_out;
    if (result < 0) {
        inflater->problem = "not valid gzip";
        return IHP__INFLATE_DAMAGED;
    }
    if (isal->block_state == ISAL_BLOCK_FINISH) {
        run->used -= isal->read_in_length / 8;
        isal->read_in_length = 0;
    }
    return IHP__INFLATE_GOES_ON;
}

#endif

/* ---- both ------------------------------------------------------------------------------------ */

enum ihp__inflate_result ihp__inflater_run(struct ihp__inflater *inflater,
                                           struct ihp__inflate_run *run)
{
    enum ihp__inflate_result result;
    run->used = 0;
    run->got = 0;
#ifdef IHP_ISAL
    if (inflater->isal == NULL) {
        result = run_zlib(inflater, run, Z_NO_FLUSH);
    } else if (inflater->header.done != 1) {
        result = run_zlib(inflater, run, Z_BLOCK);
    } else if (inflater->isal->block_state == ISAL_BLOCK_FINISH) {
        result = read_trailer(inflater, run);
    } else {
        result = run_isal(inflater, run);
    }
#else
    result = run_zlib(inflater, run, Z_NO_FLUSH);
#endif
    inflater->has_text |= run->got > 0;
    return result;
}

const char *ihp__inflater_problem(const struct ihp__inflater *inflater)
{
    return inflater->problem;
}

bool ihp__inflater_is_block(const struct ihp__inflater *inflater)
{
    const unsigned char *extra = inflater->extra;
    size_t size = inflater->header.extra == NULL ? 0 : inflater->header.extra_len;
    size = size < EXTRA_BYTES ? size : EXTRA_BYTES;
    for (size_t at = 0; at + 4 <= size;) {
        size_t length = extra[at + 2] + 256u * extra[at + 3];
        if (extra[at] == 'B' && extra[at + 1] == 'C' && length == 2) {
            return true;
        }
        at += 4 + length;
    }
    return false;
}

bool ihp__inflater_has_text(const struct ihp__inflater *inflater)
{
    return inflater->has_text;
}
