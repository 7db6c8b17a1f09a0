/* SPDX-License-Identifier: GPL-3.0-or-later */
/* package.h - who came and who left since an earlier data package, as the files of this room see
 * it. */
#ifndef IHP_RUN_PACKAGE_H
#define IHP_RUN_PACKAGE_H

#include "result/package.h"

/* The ids that a rank answers for, so that members whom the store no longer has are somebody's:
 * from `low` to before `high`. */
struct ihp__id_bounds {
    char low[IHP__MEMBER_ID_MAX + 1], high[IHP__MEMBER_ID_MAX + 1];
    bool any, has_high;
};

/* Collective over `comm`: from the ids of this rank's `count` members. */
void ihp__id_bounds_find(const char (*ids)[IHP__MEMBER_ID_MAX + 1], uint64_t count, MPI_Comm comm,
                         struct ihp__id_bounds *bounds);

/* The changes of an IHP that this rank answers for, by period and then in order of ids. */
struct ihp__package_changes {
    struct ihp__package_change *change; /* owned */
    size_t changes, capacity;
    struct ihp__package_moves moves; /* of this rank */
};

/* Not collective: finds them against `file`, the protected_members.csv of the earlier package; NULL
 * where that did not have the IHP. IHP_ERR_DATA for a file that no package has made. The caller
 * frees `change`, also after a failure. */
enum ihp_status ihp__package_changes_find(const char *file,
                                          const struct ihp__package_members *members,
                                          int partnership, const struct ihp__id_bounds *bounds,
                                          struct ihp__package_changes *changes,
                                          struct ihp_error *err);

#endif
