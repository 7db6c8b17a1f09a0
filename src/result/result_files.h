/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result_files.h - the one list of the files that commands write into an output folder.
 *
 * Everything about such a file is in its row: who writes it and when, its permission bits, who
 * may have it, and what it holds. Writing, the removal of an earlier run's files, `ihp
 * info`, the manual page and the table in docs/data.md follow from the list.
 *
 * Nothing here is collective.
 */
#ifndef IHP_RESULT_FILES_H
#define IHP_RESULT_FILES_H

#include "base/base.h"

/* Files that belong together: one of them is written last and makes the others finished. */
enum ihp__file_group {
    IHP__FILES_RESULT,         /* of a settlement */
    IHP__FILES_PAYMENTS,       /* next to a settlement's or alone */
    IHP__FILES_RECONCILIATION, /* the same */
    IHP__FILES_DERIVED,        /* made of these three, for people; taken out with them */
    IHP__FILES_PACKAGE,        /* the folder of all data packages */
    IHP__FILES_PACKAGE_OF_IHP, /* the folder of one IHP in it */
    IHP__FILES_NOTICES,        /* the folder of the notices */
    IHP__FILES_APPEAL,         /* the folder of the answers to error reports */
    IHP__FILE_GROUPS
};

enum ihp__file_form {
    IHP__FORM_CSV,
    IHP__FORM_HDF5,
    IHP__FORM_JSON,
    IHP__FORM_TEXT,
    IHP__FORM_HTML,
    IHP__FORM_XLSX
};

/* Who may have a file. */
enum ihp__file_access {
    IHP__ACCESS_PROTECTED, /* rows of members: protected health information */
    IHP__ACCESS_REVIEW,    /* numbers of members that are not suppressed, however small */
    IHP__ACCESS_MAILABLE   /* no numbers of members, or none that are too small to be shown */
};

struct ihp__result_file {
    enum ihp__file_group group;
    const char *folder; /* inside the group's folder: one file per IHP or payer; NULL: none */
    const char *name;
    enum ihp__file_form form;
    const char *commands; /* that write it */
    int mode;             /* permission bits, from which the umask is taken */
    const char *when;
    enum ihp__file_access access;
    const char *meaning;
};

/* Returns row `i` of the list, or NULL behind its end. The first row of a group is the file that is
 * written last; a package of one IHP has none, nor have derived files. */
const struct ihp__result_file *ihp__result_file(size_t i);

/* Returns the row of a file by its name in the group's folder, or NULL. */
const struct ihp__result_file *ihp__result_file_find(enum ihp__file_group group, const char *name);

/* Returns the row of a file of a group by its place: `folder` is the folder inside the group's, or
 * NULL. In a group of packages every folder is that of an IHP. A name that a killed run left, of an
 * unfinished file, is found if `parts`. Returns NULL for any other file. */
const struct ihp__result_file *ihp__result_file_at(enum ihp__file_group group, const char *folder,
                                                   const char *name, bool parts);

/* Returns true if a file in `folder`, or in no folder if that is NULL, has the name of a file of
 * any group, or the name that a killed run left of one. */
bool ihp__result_file_named(const char *folder, const char *name);

/* Returns true if the group has files in a folder of this name. */
bool ihp__result_folder_of(enum ihp__file_group group, const char *name);

/* Returns the name of the file that makes a group finished; NULL for a package of one IHP and for
 * derived files, each of which is whole by itself. */
const char *ihp__result_file_last(enum ihp__file_group group);

#define IHP__FILE_TEXT 64
/* Writes where a file is in the output folder, such as "attributed/IHP_ID.csv". Returns
 * `buffer`. */
const char *ihp__result_file_path(const struct ihp__result_file *file, char buffer[IHP__FILE_TEXT]);

/* Returns the word for a form or an access, as documents and `ihp info` have it. */
const char *ihp__file_form_text(enum ihp__file_form form);
const char *ihp__file_access_text(enum ihp__file_access access);

/* Prints the files of a folder that exist, for people: of each group that is finished there, and of
 * a settlement, payments and a reconciliation also of others. Returns IHP_ERR_RUN when memory is
 * short. */
enum ihp_status ihp__result_files_print(FILE *stream, const char *folder, struct ihp_error *err);

/* Removes the files of a group from a folder, and no others, with what a killed run left of them:
 * the file that makes them finished first. Symbolic links to folders are not followed. */
void ihp__result_files_remove(const char *folder, enum ihp__file_group group);

#endif
