/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of an extract's folder that nothing reads: a table whose name has other letters would
 * otherwise be missing without a word. */
#include "extract/import.h"

#include "base/csv.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTICES = 10, STEM = 64, KNOWN = IHP__EXTRACT_FILES + 1 };

static const char *known_name(int i)
{
    return i < IHP__EXTRACT_FILES ? ihp__extract_schemas[i].name : "control";
}

/* Writes small letters for capitals, and '_' for '-'. Returns false if the name is too long. */
static bool fold(const char *name, char *text, size_t size)
{
    size_t length = strlen(name);
    for (size_t i = 0; i <= length && length < size; i++) {
        text[i] = name[i] == '-' ? '_' : (char)tolower((unsigned char)name[i]);
    }
    return length < size;
}

/* Returns where the ending of a table begins, whatever its letters; NULL for another file. */
static char *ending_of(char *folded)
{
    size_t length = strlen(folded), size = strlen(".sas7bdat");
    if (length > size && strcmp(folded + length - size, ".sas7bdat") == 0) {
        return folded + length - size;
    }
    size_t at = length - strlen(ihp__csv_ending(folded) == NULL ? "" : ihp__csv_ending(folded));
    return at < length ? folded + at : NULL;
}

/* Returns true if a layout names a file, or the import writes it. */
static bool is_named(const struct ihp__import *import, const char *name)
{
    const char *quarantine = import->options->quarantine_path;
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        for (size_t i = 0; i < import->source[f].files; i++) {
            if (strcmp(ihp__path_base(import->source[f].file[i].path), name) == 0) {
                return true;
            }
        }
    }
    return quarantine != NULL && strcmp(ihp__path_base(quarantine), name) == 0;
}

/* Returns the table that has a name but for capitals, and '-' for '_'; else NULL. */
static const char *table_of(const char *stem)
{
    char folded[STEM];
    for (int i = 0; i < KNOWN; i++) {
        if (fold(known_name(i), folded, sizeof folded) && strcmp(stem, folded) == 0) {
            return known_name(i);
        }
    }
    return NULL;
}

/* Looks at one file. `count` is the number of notices so far. */
static enum ihp_status look_at(struct ihp__import *import, const char *name, size_t *count,
                               struct ihp_error *err)
{
    const char *folder = import->options->extract_dir;
    char folded[NAME_MAX + 1];
    if (!fold(name, folded, sizeof folded) || is_named(import, name)) {
        return IHP_OK;
    }
    char *ending = ending_of(folded);
    if (ending == NULL) {
        return IHP_OK;
    }
    bool small = strcmp(name + (ending - folded), ending) == 0;
    *ending = '\0';
    const char *meant = table_of(folded);
    size_t length = meant == NULL ? 0 : strlen(meant);
    if (meant != NULL && small && strncmp(name, meant, length) == 0) {
        return IHP_OK;
    }
    if (meant != NULL && import->options->layout_path == NULL) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s/%.80s: is not read, as its name differs from '%s' in capitals, or in "
                         "'-' for '_'; rename or remove it",
                         folder, name, meant);
    }
    if ((*count)++ < NOTICES) {
        ihp__notice_add(import->notices,
                        "%s/%.80s: is not a file of an extract, so it is not read; if a table has "
                        "several files, or other names, name them in a layout",
                        folder, name);
    }
    return IHP_OK;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

enum ihp_status ihp__import_look_at_others(struct ihp__import *import, struct ihp_error *err)
{
    const char *folder = import->options->extract_dir;
    struct dirent **entry = NULL;
    size_t count = 0;
    int entries = folder == NULL ? 0 : scandir(folder, &entry, is_visible, by_name);
    if (entries < 0) {
        return ihp__fail_system(err, IHP_ERR_DATA, folder, "the folder cannot be read");
    }
    enum ihp_status status = IHP_OK;
    for (int i = 0; i < entries && status == IHP_OK; i++) {
        status = look_at(import, entry[i]->d_name, &count, err);
    }
    for (int i = 0; i < entries; i++) {
        free(entry[i]);
    }
    free(entry);
    if (count > NOTICES) {
        ihp__notice_add(import->notices, "%s: so are %zu more files", folder, count - NOTICES);
    }
    return status;
}
