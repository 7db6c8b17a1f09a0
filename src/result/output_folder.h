/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output_folder.h - an output folder that appears whole: a run writes its files into a private
 * folder next to the output, and puts that folder in the output's place when every file is on disk.
 *
 * `ihp__output_open` looks at the output before any work and takes its lease; `ihp__output_begin`
 * makes the private folder, into whose `path` the run writes; `ihp__output_finish` writes the file
 * that makes the group finished, and gives the folder its name. What the output had besides the
 * files of the group is carried over: files of other groups, and the user's own. Until then the
 * output is as it was, also with --force, and if the run fails it stays so. `ihp__output_close`
 * takes a failed run back and ends the lease.
 *
 * Where the output cannot be replaced as a whole, because it is a mount point, has another owner,
 * or nothing can be made next to it, the private folder is inside the output and its files are
 * renamed one by one, the last file last. A notice says so.
 *
 * Only `ihp__output_begin` is collective. Rank 0 finishes; every rank opens and closes.
 */
#ifndef IHP_OUTPUT_FOLDER_H
#define IHP_OUTPUT_FOLDER_H

#include "base/lease.h"
#include "result/result_files.h"

#include <jansson.h>
#include <mpi.h>
#include <sys/types.h>

/* What a run asks of its output; all borrowed to the end of the run. */
struct ihp__output_request {
    const char *folder;  /* as the user named it */
    const char *program; /* the program folder, which is refused; "" if there is none */
    enum ihp__file_group group;
    bool force;  /* a finished group is replaced */
    bool closed; /* a new folder is only for its owner */
    bool adds;   /* files of the group that the run does not write stay */
    bool first;  /* this rank is rank 0, or the only one */
};

struct ihp__output {
    struct ihp__output_request request;
    char folder[IHP__PATH_MAX]; /* where the files will be: links have been followed */
    char path[IHP__PATH_MAX];   /* where they are written */
    char made[IHP__PATH_MAX];   /* the uppermost folder that was made for the output; "": none */
    bool begun, in_place, folder_made;
    int unfinished; /* of `path`, for signals */
    mode_t mode;    /* of the finished folder */
    struct ihp__lease *lease;
    /* Notices about the output. They are not part of a result, so that a run which took
     * over a lease has the same manifest as any other. */
    struct ihp_notices notices;
};

/* Refuses (IHP_ERR_USAGE) an output that is the program folder, that has the group finished unless
 * `force`, or that another run is writing to; and (IHP_ERR_RUN) one that cannot be written to.
 * Finishes what a killed run left. Only the first rank takes the lease. The caller closes the
 * output whatever the status. */
enum ihp_status ihp__output_open(struct ihp__output *output,
                                 const struct ihp__output_request *request, struct ihp_error *err);

/* Makes the private folder and gives every rank its path. Collective over `comm`, which may be
 * MPI_COMM_NULL. Returns the same status on every rank. */
enum ihp_status ihp__output_begin(struct ihp__output *output, MPI_Comm comm, struct ihp_error *err);

/* Writes `manifest`, with the list of the files, as the last file of the group, and puts the folder
 * in its place. */
enum ihp_status ihp__output_finish(struct ihp__output *output, json_t *manifest,
                                   struct ihp_error *err);

/* Puts the folder in its place as it is: for files that have no last one. */
enum ihp_status ihp__output_put(struct ihp__output *output, struct ihp_error *err);

/* Removes what was written unless it was put in its place, ends the lease, and adds what there is
 * to say about the output to `notices`. A message that names the private folder names the output
 * instead. An output that was not opened may be closed. */
void ihp__output_close(struct ihp__output *output, struct ihp_notices *notices,
                       struct ihp_error *err);

#endif
