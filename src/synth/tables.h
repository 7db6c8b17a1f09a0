/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tables.h - the small tables of a rank's members, kept in memory, and the values that occur.
 *
 * The first pass over the members fills them with `ihp__synth_tables_add`.
 * `ihp__synth_tables_number` makes dictionaries of the values that occur on any rank.
 * `ihp__synth_tables_put` writes the columns. */
#ifndef IHP_SYNTH_TABLES_H
#define IHP_SYNTH_TABLES_H

#include "synth/model.h"

struct ihp__synth_member_row {
    int32_t birth;
    uint32_t county;
    uint16_t race; /* first the number in ihp__synth_races, then that in dictionary/race */
    uint8_t sex;
};
struct ihp__synth_coordination_row {
    int32_t month;
    uint8_t kind;
};

enum ihp__synth_table {
    IHP__SYNTH_SPANS,
    IHP__SYNTH_MORBIDITY,
    IHP__SYNTH_RISKS,
    IHP__SYNTH_COORDINATION,
    IHP__SYNTH_TABLES
};

/* Rows of a table by member: member m has rows offset[m] .. offset[m + 1] - 1. */
struct ihp__synth_rows {
    void *row; /* owned; struct ihp__span, ihp__morbidity, ihp__synth_risk_row,
                  ihp__synth_coordination_row */
    size_t count, capacity;
    uint64_t *offset; /* owned; of members + 1 */
};

/* How often values occur. It only matters whether they do, so counting may stop early. */
struct ihp__synth_uses {
    uint64_t kind[IHP__SYNTH_KINDS_MAX], payer[IHP__SYNTH_PAYERS], acg[IHP__SYNTH_ACGS + 1],
        race[IHP__SYNTH_RACES];
};

struct ihp__synth_tables {
    uint32_t first, members;              /* this rank's, of all */
    struct ihp__synth_member_row *member; /* owned */
    struct ihp__synth_rows table[IHP__SYNTH_TABLES];
    uint64_t *line_offset; /* owned; of members + 1 */
    struct ihp__synth_uses uses;
    size_t filled; /* members that were added */
    struct {
        uint64_t before, all; /* rows on the ranks before this one, and on all */
    } rows[IHP__SYNTH_TABLES], lines;
    struct ihp__dict *payer, *procedure, *acg, *race, *taxonomy; /* owned; of all ranks */
    uint16_t payer_number[IHP__SYNTH_PAYERS], acg_number[IHP__SYNTH_ACGS + 1],
        race_number[IHP__SYNTH_RACES];
    uint32_t *npi_taxonomy; /* owned; by NPI number */
};

enum ihp_status ihp__synth_tables_create(uint32_t first, uint32_t members,
                                         struct ihp__synth_tables **out, struct ihp_error *err);
void ihp__synth_tables_destroy(struct ihp__synth_tables **tables);

/* Adds the next member, with the number of its claim lines. Not collective. */
enum ihp_status ihp__synth_tables_add(struct ihp__synth_tables *tables,
                                      const struct ihp__synth_person *person, uint64_t lines,
                                      struct ihp_error *err);

/* Collective over `comm`. Counts the rows of all ranks and makes the dictionaries. Sets the numbers
 * of procedures and payers in the model. */
enum ihp_status ihp__synth_tables_number(struct ihp__synth_tables *tables,
                                         struct ihp__synth_model *model, MPI_Comm comm,
                                         struct ihp_error *err);

/* Collective over the writer's communicator. `ihp__synth_tables_put` writes the columns that an
 * import writes before the claims, in the order of an import; `ihp__synth_tables_put_lines` writes
 * the column after them. `last_rank` is true on the rank that has the last members. */
enum ihp_status ihp__synth_tables_put(struct ihp__synth_tables *tables,
                                      const struct ihp__synth_model *model, bool last_rank,
                                      struct ihp__store_writer *writer, struct ihp_error *err);
enum ihp_status ihp__synth_tables_put_lines(struct ihp__synth_tables *tables,
                                            const struct ihp__synth_model *model, bool last_rank,
                                            struct ihp__store_writer *writer,
                                            struct ihp_error *err);

#endif
