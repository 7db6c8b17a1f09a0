/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target.h - a file that a run is asked to write, such as a store: what it may be, the lease of it,
 * and giving it its name. Nothing that exists is replaced unless the user said so, and an input of
 * the run is never replaced.
 *
 * `ihp__target_begin` follows symbolic links once: the run writes to what they name. The file is
 * written under another name, and `ihp__target_name` gives it its own. Nothing here is collective.
 */
#ifndef IHP_TARGET_H
#define IHP_TARGET_H

#include "base/lease.h"
#include "base/path.h"

#include <stdbool.h>

/* Begins with zeros. */
struct ihp__target {
    const char *given;           /* the path as the user gave it, for messages; not owned */
    char path[IHP__PATH_MAX];    /* without links: what to write */
    bool force;                  /* what exists may be replaced */
    struct ihp_notices *notices; /* not owned; may be NULL */
    struct ihp__lease *lease;    /* owned */
};

/* Finds what the output really is, takes its lease, and removes what killed runs left of it.
 * Refuses (IHP_ERR_USAGE) a folder, a device and an output that another run is writing. `path` must
 * outlive the output. */
enum ihp_status ihp__target_begin(struct ihp__target *output, const char *path, bool force,
                                  struct ihp_notices *notices, struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) an output that exists, unless it may be replaced. */
enum ihp_status ihp__target_check_new(const struct ihp__target *output, struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) to replace a file whose content does not begin with `begins` (at most 512
 * bytes), as every earlier output of its kind does; an empty file may be replaced. `what` is for
 * the message: "report". It is for a command that cannot know all inputs of the user. */
enum ihp_status ihp__target_check_earlier(const struct ihp__target *output, const char *begins,
                                          const char *what, struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) an output that is the same file as `input`, or that lies in `input` if
 * that is a folder or is the same file as one in it. `what` is for the message: "the run deck".
 * `input` may be NULL or missing. */
enum ihp_status ihp__target_check_input(const struct ihp__target *output, const char *input,
                                        const char *what, struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) two outputs that are the same file. `what` is for the message: "the store
 * and the deck". */
enum ihp_status ihp__target_check_other(const struct ihp__target *output, const char *other,
                                        const char *what, struct ihp_error *err);

/* Does the same before the finished file `part` gets the name: an output that has the very same
 * bytes is accepted. */
enum ihp_status ihp__target_check_part(const struct ihp__target *output, const char *part,
                                       struct ihp_error *err);

/* Gives the finished file `part` the name of the output, if this run still has the lease, and waits
 * until the name is on disk. A file that exists and has the very same bytes is left as it is, with
 * a notice, and `part` is removed. `part` stays on failure. */
enum ihp_status ihp__target_name(const struct ihp__target *output, const char *part,
                                 struct ihp_error *err);

/* Ends the lease. A second call is harmless. */
void ihp__target_end(struct ihp__target *output);

#endif
