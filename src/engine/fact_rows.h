/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fact_rows.h - members' facts as rows of bytes, for a checkpoint.
 *
 * A row has the facts of both periods, of each what a member file shows, or the fact under one
 * view. The unpack functions refuse numbers beyond those of the program and the store.
 */
#ifndef IHP_ENGINE_FACT_ROWS_H
#define IHP_ENGINE_FACT_ROWS_H

#include "engine/view_fact.h"
#include "member/member.h"

/* The context of the functions below. */
struct ihp__fact_rows {
    struct ihp__member_fact *fact;    /* [members][IHP__PERIODS] */
    struct ihp__view_fact *view_fact; /* [members] */
    size_t partnerships, acgs;
};
enum { IHP__FACT_ROW = 16 * IHP__PERIODS, IHP__VIEW_FACT_ROW = 14 };

/* For ihp__pack_fn and ihp__unpack_fn of checkpoint.h. */
void ihp__member_fact_pack(const void *rows, uint64_t place, size_t count, unsigned char *bytes);
bool ihp__member_fact_unpack(void *rows, uint64_t place, size_t count, const unsigned char *bytes);
void ihp__view_fact_pack(const void *rows, uint64_t place, size_t count, unsigned char *bytes);
bool ihp__view_fact_unpack(void *rows, uint64_t place, size_t count, const unsigned char *bytes);

#endif
