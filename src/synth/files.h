/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files.h - the files and folders of a synthetic state that rank 0 writes. Every file is written
 * under another name, and all get their names together, when the whole state is written. What was
 * there before is put aside just before that (base/aside.h), the deck first, without which nobody
 * takes a part of the state for the whole. If a name cannot be given, what this run made is
 * removed, and what was there before is put back.
 *
 * Nothing here is collective. */
#ifndef IHP_SYNTH_FILES_H
#define IHP_SYNTH_FILES_H

#include "base/target.h"
#include "synth/model.h"

#include <stdio.h>

struct ihp__synth_files;

/* Makes an empty list; NULL if memory is short. `force`: files that exist may be replaced. */
struct ihp__synth_files *ihp__synth_files_create(bool force, struct ihp_notices *notices);

/* Finds out if a run that was killed left the deck aside, which is to have the name `deck`; then
 * what it left of the other files is put back. Call it before the other functions. */
enum ihp_status ihp__synth_files_look(struct ihp__synth_files *files, const char *deck,
                                      struct ihp_error *err);

/* Puts back, or removes, what a killed run left of a file of a folder that it had put aside.
 * Without a folder `name` is its path. */
void ihp__synth_files_recover(const struct ihp__synth_files *files, const char *folder,
                              const char *name);

/* Makes a folder if it is missing, and takes its lease; its parent folder must exist. Refuses
 * (IHP_ERR_USAGE) a folder that another run is writing to. */
enum ihp_status ihp__synth_files_folder(struct ihp__synth_files *files, const char *folder,
                                        struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) a folder that has a CSV file which is not among `own`, because the file
 * would be read as part of this state, or that has one of `own`, unless files may be replaced.
 * `option` is for the message. */
enum ihp_status ihp__synth_files_check_folder(const struct ihp__synth_files *files,
                                              const char *folder, const char *option,
                                              const char *const *own, size_t count,
                                              struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) a file that exists, unless it may be replaced, or that is the output
 * `store`. */
enum ihp_status ihp__synth_files_check(const struct ihp__synth_files *files, const char *folder,
                                       const char *name, const struct ihp__target *store,
                                       struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) a file of the state that is the output `store`. */
enum ihp_status ihp__synth_files_check_store(const struct ihp__target *store, const char *path,
                                             struct ihp_error *err);

/* Takes the lease of a file that `ihp__synth_file_write` will write. */
enum ihp_status ihp__synth_files_lease(struct ihp__synth_files *files, const char *path,
                                       struct ihp_error *err);

/* Writes one file of a folder with a function that gets the model and the context. The file has no
 * name yet. */
typedef void (*ihp__synth_write_fn)(FILE *stream, const struct ihp__synth_model *model,
                                    const void *context);
struct ihp__synth_file {
    const char *folder, *name;
    ihp__synth_write_fn write;
    const void *context;
};
enum ihp_status ihp__synth_file_write(struct ihp__synth_files *files,
                                      const struct ihp__synth_file *file,
                                      const struct ihp__synth_model *model, struct ihp_error *err);

/* Puts what exists aside, if it may be replaced: the last file that was written, which is the deck,
 * then `store`, and then the others. */
enum ihp_status ihp__synth_files_put_aside(struct ihp__synth_files *files,
                                           const struct ihp__target *store, struct ihp_error *err);

/* Does the same with one more file. `path` has no links. */
enum ihp_status ihp__synth_files_aside(struct ihp__synth_files *files, const char *path,
                                       struct ihp_error *err);

/* Gives all files their names. */
enum ihp_status ihp__synth_files_name(struct ihp__synth_files *files, struct ihp_error *err);

/* Ends the leases and frees `*files`, which may be NULL. What is aside is removed. Unless `keep`,
 * the files and folders that this run made are removed, and what is aside is put back. */
void ihp__synth_files_end(struct ihp__synth_files **files, bool keep);

#endif
