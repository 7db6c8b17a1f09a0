/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result_readme.h - README.md of a result folder, and its like for payments and a reconciliation:
 * what each file there is, who may have it, and what each column means.
 *
 * Nothing here is collective.
 */
#ifndef IHP_RESULT_README_H
#define IHP_RESULT_README_H

#include "result/result_files.h"

/* Writes the README of a group into `folder`, where the other files already are except those that
 * are always there. `finished` is a folder that has other files of the group, or NULL. Equal
 * folders get equal bytes. Returns IHP_ERR_RUN when it cannot be written. */
enum ihp_status ihp__result_readme_write(const char *folder, const char *finished,
                                         enum ihp__file_group group, struct ihp_error *err);

#endif
