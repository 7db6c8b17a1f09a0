/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inflate.h - decompressing gzip members, piece by piece.
 *
 * Where the program was built with ISA-L, zlib reads the header of a member, and ISA-L, which is
 * several times faster, the rest. Elsewhere zlib reads all of it. Both need the same few hundred
 * kilobytes for a member of any size. Nothing here is collective.
 */
#ifndef IHP_BASE_INFLATE_H
#define IHP_BASE_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ihp__inflater;

/* Bytes that a run may give back (`used` below 0), so that they must stay in front of its input. */
enum { IHP__INFLATE_BACK = 8 };

enum ihp__inflate_result {
    IHP__INFLATE_GOES_ON, /* more input or more room is needed */
    IHP__INFLATE_ENDED,   /* the member has ended, and its checksum is right */
    IHP__INFLATE_DAMAGED,
    IHP__INFLATE_NO_MEMORY
};

/* One step: input and room of at most a gigabyte each, and what became of them. */
struct ihp__inflate_run {
    const unsigned char *input;
    size_t size;
    void *text;
    size_t room;
    ptrdiff_t used; /* bytes of the input; below 0: the last bytes of earlier runs are not used */
    size_t got;     /* bytes of text */
};

/* Makes an inflater, with zlib alone if `fast` is false. Returns NULL if memory is short. The
 * caller frees it. */
struct ihp__inflater *ihp__inflater_create(bool fast);
void ihp__inflater_free(struct ihp__inflater **inflater);

/* Begins a member, whose first byte is the first of the next run. Returns false if memory is
 * short. */
bool ihp__inflater_begin(struct ihp__inflater *inflater);

enum ihp__inflate_result ihp__inflater_run(struct ihp__inflater *inflater,
                                           struct ihp__inflate_run *run);

/* Returns what is wrong with a damaged member. ISA-L does not say much. */
const char *ihp__inflater_problem(const struct ihp__inflater *inflater);

/* After the end of a member: returns true if it is a block of BGZF (its extra field has a subfield
 * "BC" of two bytes), and whether the member has any text. */
bool ihp__inflater_is_block(const struct ihp__inflater *inflater);
bool ihp__inflater_has_text(const struct ihp__inflater *inflater);

#endif
