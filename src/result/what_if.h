/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what_if.h - results of a run that set values in place of its deck's, as their manifests say.
 *
 * Nobody is paid by a what-if, so no other job takes one for a settlement. Nothing here is
 * collective.
 */
#ifndef IHP_WHAT_IF_H
#define IHP_WHAT_IF_H

#include "deck/deck.h"

#include <jansson.h>

/* Takes what the run set from the manifest of its result. Keys are borrowed from it. */
void ihp__what_if_take(const json_t *manifest, struct ihp__what_if *what_if);

/* Refuses (IHP_ERR_DATA) the manifest of a what-if, which messages call `path`; `use` completes
 * "which cannot ...", such as "be an interim settlement [2.12]". */
enum ihp_status ihp__what_if_refuse(const json_t *manifest, const char *path, const char *use,
                                    struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) to write other files into the folder of a what-if. */
enum ihp_status ihp__what_if_refuse_folder(const char *folder, struct ihp_error *err);

#endif
