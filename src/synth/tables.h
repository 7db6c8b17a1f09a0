/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tables.h - the small tables of a rank's members, gathered in memory, and which values occur.
 *
 * The first pass over the members fills them with `ihp__sy_tables_add`; `ihp__sy_tables_number`
 * makes the dictionaries of what occurs on any rank; `ihp__sy_tables_put` writes the columns. */
#ifndef IHP_SYNTH_TABLES_H
#define IHP_SYNTH_TABLES_H

#include "model.h"

struct sy_member_row {
    int32_t birth;
    uint32_t county;
    uint16_t race; /* of ihp__sy_races, then number in dictionary/race */
    uint8_t sex;
};
struct sy_coordination_row {
    int32_t month;
    uint8_t kind;
};

enum sy_table { SY_SPANS, SY_MORBIDITY, SY_RISKS, SY_COORDINATION, SY_TABLES };

/* Rows of a table by member: those of member m are offset[m] .. offset[m + 1] - 1. */
struct sy_rows {
    void *row; /* owned; struct ihp__span, ihp__morbidity, sy_risk_row, sy_coordination_row */
    size_t count, capacity;
    uint64_t *offset; /* owned; of members + 1 */
};

/* How often values occur; more than 0 is what matters, so counting may stop early. */
struct sy_uses {
    uint64_t kind[SY_KINDS_MAX], payer[SY_PAYERS], acg[SY_ACGS + 1], race[SY_RACES];
};

struct sy_tables {
    uint32_t first, members;      /* this rank's, of all */
    struct sy_member_row *member; /* owned */
    struct sy_rows table[SY_TABLES];
    uint64_t *line_offset; /* owned; of members + 1 */
    struct sy_uses uses;
    size_t filled; /* members that were added */
    struct {
        uint64_t before, all; /* rows on the ranks before this one, and on all */
    } rows[SY_TABLES], lines;
    struct ihp__dict *payer, *procedure, *acg, *race, *taxonomy; /* owned; of all ranks */
    uint16_t payer_number[SY_PAYERS], acg_number[SY_ACGS + 1], race_number[SY_RACES];
    uint32_t *npi_taxonomy; /* owned; by NPI number */
};

enum ihp_status ihp__sy_tables_create(uint32_t first, uint32_t members, struct sy_tables **out,
                                      struct ihp_error *err);
void ihp__sy_tables_destroy(struct sy_tables **tables);

/* Adds the next member, with the number of its claim lines. Not collective. */
enum ihp_status ihp__sy_tables_add(struct sy_tables *tables, const struct sy_person *person,
                                   uint64_t lines, struct ihp_error *err);

/* Collective over `comm`. Counts rows over ranks and makes the dictionaries; tells the model the
 * numbers of procedures and payers. */
enum ihp_status ihp__sy_tables_number(struct sy_tables *tables, struct sy_model *model,
                                      MPI_Comm comm, struct ihp_error *err);

/* Collective over the writer's communicator: everything an import writes before the claims, and in
 * that order; `ihp__sy_tables_put_lines` what it writes after them. `last_rank`: this rank's
 * members are the last. */
enum ihp_status ihp__sy_tables_put(struct sy_tables *tables, const struct sy_model *model,
                                   bool last_rank, struct ihp__store_writer *writer,
                                   struct ihp_error *err);
enum ihp_status ihp__sy_tables_put_lines(struct sy_tables *tables, const struct sy_model *model,
                                         bool last_rank, struct ihp__store_writer *writer,
                                         struct ihp_error *err);

#endif
