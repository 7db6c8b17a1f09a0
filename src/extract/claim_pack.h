/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claim_pack.h - claim lines in few bytes, as they wait to be merged.
 *
 * A large import spends much of its time on memory that it touches for the first time, so lines
 * that wait in memory, or in temporary files, are kept short. */
#ifndef IHP_EXTRACT_CLAIM_PACK_H
#define IHP_EXTRACT_CLAIM_PACK_H

#include "base/codes.h"
#include "extract/import.h"

/* A claim line. Its claim ID follows without a NUL, and then its version. A record is a multiple of
 * 8 bytes long. Dictionary numbers are in order of arrival. */
struct ihp__import_claim {
    uint64_t row;   /* number in the file */
    int64_t amount; /* cents */
    int64_t line;
    uint32_t member;
    int32_t service_day, paid_day;
    uint32_t billing, treating;
    uint16_t service, payer, procedure;
    ihp__day16 void_date; /* IHP__NEVER_VOID: none */
    uint8_t status, id_length, version_length;
    char id[];
};

/* Returns the bytes of a record. */
static inline size_t ihp__import_claim_bytes(const struct ihp__import_claim *claim)
{
    size_t texts = (size_t)claim->id_length + claim->version_length;
    return (offsetof(struct ihp__import_claim, id) + texts + 7) / 8 * 8;
}

/* A claim line with room for the longest texts. */
enum { IHP__IMPORT_TEXTS_MAX = IHP__CLAIM_ID_MAX + IHP__VERSION_MAX };
union ihp__import_claim_room {
    struct ihp__import_claim claim;
    uint64_t words[(offsetof(struct ihp__import_claim, id) + IHP__IMPORT_TEXTS_MAX + 7) / 8];
};

/* The most bytes of a packed line. */
enum { IHP__CLAIM_PACKED_MAX = 68 + IHP__IMPORT_TEXTS_MAX };

/* Returns the bytes of a line when it is packed. */
size_t ihp__import_claim_packed_bytes(const struct ihp__import_claim *claim);

/* Packs a line into `to`, which may have any alignment. Returns the bytes it takes there. */
size_t ihp__import_claim_pack(const struct ihp__import_claim *claim, char *to);

/* Unpacks the line that begins at `from`, where `ready` bytes can be read. Returns the bytes that
 * it takes there; 0 if these bytes are not those of a packed line. */
size_t ihp__import_claim_unpack(const char *from, size_t ready, union ihp__import_claim_room *room);

#endif
