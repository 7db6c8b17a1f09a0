/* SPDX-License-Identifier: GPL-3.0-or-later */
/* package.h - who came to an IHP and who left it since an earlier data package, as the files of
 * this job share it. */
#ifndef IHP_JOBS_PACKAGE_H
#define IHP_JOBS_PACKAGE_H

#include "result/package.h"

/* The IDs that a rank answers for, from `low` to before `high`: every ID belongs to one rank, also
 * that of a member whom the store no longer has. */
struct ihp__id_bounds {
    char low[IHP__MEMBER_ID_MAX + 1], high[IHP__MEMBER_ID_MAX + 1];
    bool any, has_high;
};

/* Finds them from the IDs of this rank's `count` members. Collective over `comm`. */
void ihp__id_bounds_find(const char (*ids)[IHP__MEMBER_ID_MAX + 1], uint64_t count, MPI_Comm comm,
                         struct ihp__id_bounds *bounds);

/* The changes of an IHP that this rank answers for, by period and then in order of IDs. */
struct ihp__package_changes {
    struct ihp__package_change *change; /* owned */
    size_t changes, capacity;
    struct ihp__package_moves moves; /* of this rank */
};

/* Finds the changes against `file`, the protected_members.csv of the earlier package, or against
 * nothing (NULL) if that did not have the IHP. Fails with IHP_ERR_DATA for a file that is not as a
 * package writes it. Not collective. The caller frees `change`, also after a failure. */
enum ihp_status ihp__package_changes_find(const char *file,
                                          const struct ihp__package_members *members,
                                          int partnership, const struct ihp__id_bounds *bounds,
                                          struct ihp__package_changes *changes,
                                          struct ihp_error *err);

/* Writes the report of an IHP and, if ihp was built with libxlsxwriter, its workbook, from the
 * tables of its package. The tables are not needed after that: what must not become a formula is
 * hidden in them. Not collective; rank 0 calls. Returns IHP_ERR_RUN when a file cannot be written.
 */
enum ihp_status ihp__package_documents_write(const char *folder,
                                             const struct ihp__result_input *input, int partnership,
                                             struct ihp__table table[IHP__PACKAGE_TABLES],
                                             struct ihp_notices *notices, struct ihp_error *err);

/* Says in a notice if packages lack the workbook, because ihp was built without libxlsxwriter. */
void ihp__package_documents_note(struct ihp_notices *notices);

#endif
