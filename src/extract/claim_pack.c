/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A packed line is a head of 40 bytes, then the numbers that do not fit into the head (few lines
 * have any), the length of the version if there is one, and the texts. */
#include "extract/claim_pack.h"

#include <string.h>

enum { WIDE = 1, VERSION = 2 };

struct head {
    uint32_t member;
    int32_t service_day, paid_day;
    uint32_t billing, treating, row;
    int32_t amount;
    uint16_t service, payer, procedure;
    ihp__day16 void_date;
    uint8_t status, id_length, line, flags;
};

struct wide {
    uint64_t row;
    int64_t amount, line;
};

_Static_assert(sizeof(struct head) + sizeof(struct wide) + 1 + IHP__IMPORT_TEXTS_MAX <=
                   IHP__CLAIM_PACKED_MAX,
               "the longest packed line has room");

/* Returns true if a number of the line does not fit into the head. */
static bool is_wide(const struct ihp__import_claim *claim)
{
    return claim->row > UINT32_MAX || claim->amount > INT32_MAX || claim->amount < INT32_MIN ||
           claim->line > UINT8_MAX || claim->line < 0;
}

static size_t bytes_of(unsigned flags, size_t id_length, size_t version_length)
{
    return sizeof(struct head) + ((flags & WIDE) != 0 ? sizeof(struct wide) : 0) +
           ((flags & VERSION) != 0 ? 1 : 0) + id_length + version_length;
}

static unsigned flags_of(const struct ihp__import_claim *claim)
{
    return (is_wide(claim) ? WIDE : 0U) | (claim->version_length > 0 ? VERSION : 0U);
}

size_t ihp__import_claim_packed_bytes(const struct ihp__import_claim *claim)
{
    return bytes_of(flags_of(claim), claim->id_length, claim->version_length);
}

size_t ihp__import_claim_pack(const struct ihp__import_claim *claim, char *to)
{
    const unsigned flags = flags_of(claim);
    const size_t texts = (size_t)claim->id_length + claim->version_length;
    const struct head head = {.member = claim->member,
                              .service_day = claim->service_day,
                              .paid_day = claim->paid_day,
                              .billing = claim->billing,
                              .treating = claim->treating,
                              .row = (uint32_t)claim->row,
                              .amount = (int32_t)claim->amount,
                              .service = claim->service,
                              .payer = claim->payer,
                              .procedure = claim->procedure,
                              .void_date = claim->void_date,
                              .status = claim->status,
                              .id_length = claim->id_length,
                              .line = (uint8_t)claim->line,
                              .flags = (uint8_t)flags};
    char *at = to;
    memcpy(at, &head, sizeof head);
    at += sizeof head;
    if ((flags & WIDE) != 0) {
        const struct wide wide = {claim->row, claim->amount, claim->line};
        memcpy(at, &wide, sizeof wide);
        at += sizeof wide;
    }
    if ((flags & VERSION) != 0) {
        *at++ = (char)claim->version_length;
    }
    memcpy(at, claim->id, texts);
    return (size_t)(at - to) + texts;
}

/* Finds the length of the version and the bytes of the line; 0 bytes if they cannot be right. */
static size_t measure(const char *from, size_t ready, const struct head *head,
                      uint8_t *version_length)
{
    const unsigned flags = head->flags;
    *version_length = 0;
    if ((flags & VERSION) != 0) {
        const size_t at = bytes_of(flags, 0, 0) - 1;
        *version_length = at < ready ? (uint8_t)from[at] : 0;
    }
    const size_t bytes = bytes_of(flags, head->id_length, *version_length);
    const bool right = flags <= (WIDE | VERSION) && head->id_length <= IHP__CLAIM_ID_MAX &&
                       *version_length <= IHP__VERSION_MAX && bytes <= ready;
    return right ? bytes : 0;
}

size_t ihp__import_claim_unpack(const char *from, size_t ready, union ihp__import_claim_room *room)
{
    struct ihp__import_claim *claim = &room->claim;
    struct head head;
    uint8_t version_length;
    if (ready < sizeof head) {
        return 0;
    }
    memcpy(&head, from, sizeof head);
    const size_t bytes = measure(from, ready, &head, &version_length);
    if (bytes == 0) {
        return 0;
    }
    struct wide wide = {head.row, head.amount, head.line};
    if ((head.flags & WIDE) != 0) {
        memcpy(&wide, from + sizeof head, sizeof wide);
    }
    *claim = (struct ihp__import_claim){.row = wide.row,
                                        .amount = wide.amount,
                                        .line = wide.line,
                                        .member = head.member,
                                        .service_day = head.service_day,
                                        .paid_day = head.paid_day,
                                        .billing = head.billing,
                                        .treating = head.treating,
                                        .service = head.service,
                                        .payer = head.payer,
                                        .procedure = head.procedure,
                                        .void_date = head.void_date,
                                        .status = head.status,
                                        .id_length = head.id_length,
                                        .version_length = version_length};
    const size_t texts = (size_t)head.id_length + version_length;
    memcpy(claim->id, from + bytes - texts, texts);
    return bytes;
}
