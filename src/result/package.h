/* SPDX-License-Identifier: GPL-3.0-or-later */
/* package.h - the quarterly data packages [4.6.2]: tables and folders.
 *
 * `ihp__package_folders_make` makes the folders of the IHPs in an output that is begun. For each
 * IHP, `ihp__package_tables_create` makes the tables that are not protected, from what shown.h lets
 * an IHP see, and `ihp__package_tables_write` writes them; `ihp__package_members_write` and
 * `ihp__package_changes_write` write the protected files. `ihp__package_finish` ends with
 * package.json, so that a folder which has one is whole.
 *
 * Rules: docs/methodology.md, "Data package". Collective where said; otherwise rank 0 calls.
 */
#ifndef IHP_PACKAGE_H
#define IHP_PACKAGE_H

#include "result/output_folder.h"
#include "result/shown.h"
#include "store/store.h"

#include <mpi.h>

/* ---- changes since an earlier package -------------------------------------------------------- */

/* Reasons of a change: those of attribution, and two for members who left. */
enum { IHP__CHANGE_OTHER_IHP = IHP__REASONS, IHP__CHANGE_NOT_IN_STORE, IHP__CHANGE_REASONS };
const char *ihp__change_reason_text(int reason);

/* A member who joined or left. */
struct ihp__package_change {
    char member_id[IHP__MEMBER_ID_MAX + 1];
    int32_t birth_day;
    enum ihp__period period;
    bool in;
    int reason_now;  /* below IHP__CHANGE_REASONS */
    int reason_then; /* -1: the member was not attributed to the IHP then */
};

/* Numbers of an IHP's changes; only int64_t, so that they can be summed over ranks. */
struct ihp__package_moves {
    int64_t in[IHP__PERIODS][IHP__CHANGE_REASONS], out[IHP__PERIODS][IHP__CHANGE_REASONS];
    struct ihp__population then[IHP__PERIODS]; /* of the earlier package */
};

/* ---- the tables ------------------------------------------------------------------------------ */

enum {
    IHP__PACKAGE_SETTLEMENT,
    IHP__PACKAGE_PAYER_SPLIT,
    IHP__PACKAGE_ATTRIBUTION,
    IHP__PACKAGE_CHANGES, /* without columns where there is no earlier package */
    IHP__PACKAGE_TERMS,
    IHP__PACKAGE_RISK_SCORES,
    IHP__PACKAGE_BRIDGE, /* without columns where the settlement has no bridge */
    IHP__PACKAGE_TABLES
};

/* Fills the tables of an IHP that are not protected, from those of the settlement; `moves` is NULL
 * without an earlier package. The caller frees each. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__package_tables_create(const struct ihp__result_input *input,
                                           const struct ihp__table settlement[IHP__TABLES],
                                           int partnership, const struct ihp__shown *shown,
                                           const struct ihp__package_moves *moves,
                                           struct ihp__table table[IHP__PACKAGE_TABLES],
                                           struct ihp_error *err);

/* Fills an IHP's rows of bridge.csv, from that of the settlement. Its amounts are blank where
 * `settlement`, the table of the package, has no final amount. The caller frees the table. Returns
 * IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__package_bridge_fill(const struct ihp__table *bridge,
                                         const struct ihp__table *settlement, const char *ihp_id,
                                         struct ihp__table *table, struct ihp_error *err);

/* Returns true if a bridge.csv has the final amounts of a settlement, in the order of the IHPs. */
bool ihp__package_bridge_fits(const struct ihp__table *bridge,
                              const struct ihp__result_input *input);

/* ---- the folder ------------------------------------------------------------------------------ */

/* Makes a folder for each IHP (mode 0700) in `folder`. */
enum ihp_status ihp__package_folders_make(const char *folder, const struct ihp__program *program,
                                          struct ihp_error *err);

/* The members of this rank, and the columns that are written of them. */
struct ihp__package_members {
    struct ihp__range range;
    const struct ihp__member_fact *fact; /* [range.count][IHP__PERIODS] */
    const int64_t *left_out;             /* the same: cents of the lines that are left out */
    const char (*ids)[IHP__MEMBER_ID_MAX + 1];
    const int32_t *birth_day;
};

/* Collective over `comm`. Writes protected_members.csv of an IHP into its folder (mode 0600). */
enum ihp_status ihp__package_members_write(const char *folder,
                                           const struct ihp__result_input *input, int partnership,
                                           const struct ihp__package_members *members,
                                           const struct ihp__shown *shown, MPI_Comm comm,
                                           struct ihp_error *err);

/* Collective over `comm`. Writes protected_changes.csv (mode 0600) from this rank's changes, by
 * period and then in the order of ids. */
enum ihp_status ihp__package_changes_write(const char *folder,
                                           const struct ihp__package_change *change, size_t changes,
                                           MPI_Comm comm, struct ihp_error *err);

/* Writes the files of an IHP that are not protected, README.txt among them (mode 0600). */
enum ihp_status ihp__package_tables_write(const char *folder, const struct ihp__result_input *input,
                                          int partnership,
                                          const struct ihp__table table[IHP__PACKAGE_TABLES],
                                          const char *previous, struct ihp_error *err);

/* Writes package.json, last (mode 0600), and finishes the output. `previous` describes the earlier
 * package, or is NULL; `own_figures` is as of ihp__shown_decide. */
enum ihp_status ihp__package_finish(struct ihp__output *output,
                                    const struct ihp__result_input *input,
                                    const struct ihp_notices *notices, const char *previous,
                                    bool own_figures, struct ihp_error *err);

/* What the package.json of an earlier package says: it must fit this one. */
struct ihp__package_previous {
    bool *has; /* [partnerships], the caller's: the earlier package has the IHP */
    char text[IHP__DATE_TEXT + 40]; /* which one it is, for people */
};

/* Reads it. Returns IHP_ERR_USAGE for a folder that is not a finished package, or one of other
 * years or of another program: no IHP is in both, or one has another track or type of roster; and
 * IHP_ERR_DATA for one of which a file has changed since it was made. */
enum ihp_status ihp__package_read_previous(const char *folder, const struct ihp__deck *deck,
                                           const struct ihp__program *program,
                                           struct ihp__package_previous *previous,
                                           struct ihp_notices *notices, struct ihp_error *err);

#endif
