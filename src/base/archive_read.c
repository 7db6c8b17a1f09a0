/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading zip and zstd files with libarchive, which forgives more than an import may: bytes in
 * front of a zip file and behind its directory, several files, text without its checksum. */
#include "base/archive_read.h"

#include "base/error.h"
#include "base/zip_frame.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 1 << 17 };

struct ihp__archive_file {
    char *path; /* owned */
    struct archive *archive;
    bool is_zip, empty;
};

static bool is_zip(const unsigned char *bytes, size_t size)
{
    return size >= 4 && memcmp(bytes, "PK\3\4", 4) == 0;
}

bool ihp__archive_begins(const unsigned char *bytes, size_t size)
{
    return is_zip(bytes, size) || (size >= 4 && memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0);
}

/* ---- errors ---------------------------------------------------------------------------------- */

static enum ihp_status fail_damaged(const struct ihp__archive_file *file, const char *found,
                                    struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: cannot be read to its end (%s); the file is cut short or damaged, get it "
                     "again",
                     file->path, found);
}

/* Reports what libarchive found. */
static enum ihp_status fail_archive(const struct ihp__archive_file *file, struct ihp_error *err)
{
    int number = archive_errno(file->archive);
    const char *text = archive_error_string(file->archive);
    if (number == ENOMEM) {
        return ihp__fail_memory(err, file->path);
    }
    if (number > 0 && number != EILSEQ && number != EINVAL) { /* those mean the format */
        errno = number;
        return ihp__fail_system(err, IHP_ERR_DATA, file->path, "cannot be read to its end");
    }
    return fail_damaged(file, text != NULL ? text : "not valid zip or zstd", err);
}

/* ---- opening --------------------------------------------------------------------------------- */

static enum ihp_status start(struct ihp__archive_file *file, struct ihp_error *err)
{
    file->archive = archive_read_new();
    if (file->archive == NULL) {
        return ihp__fail_memory(err, file->path);
    }
    if (file->is_zip) {
        archive_read_support_format_zip_seekable(file->archive);
    } else {
        archive_read_support_filter_zstd(file->archive);
        archive_read_support_format_raw(file->archive);
        archive_read_support_format_empty(file->archive);
    }
    if (archive_read_open_filename(file->archive, file->path, BLOCK_BYTES) != ARCHIVE_OK) {
        return fail_archive(file, err);
    }
    return IHP_OK;
}

static void stop(struct ihp__archive_file *file)
{
    if (file->archive != NULL) {
        archive_read_free(file->archive);
        file->archive = NULL;
    }
}

/* Returns true if the entry of a zip file holds data of somebody. */
static bool is_data(struct archive_entry *entry)
{
    static const char mac[] = "__MACOSX/";
    const char *name = archive_entry_pathname(entry);
    return archive_entry_filetype(entry) == AE_IFREG &&
           (name == NULL || strncmp(name, mac, sizeof mac - 1) != 0);
}

/* Goes to the next entry that holds data; `*found` is false at the end. */
static enum ihp_status next_entry(struct ihp__archive_file *file, bool *found,
                                  struct ihp_error *err)
{
    struct archive_entry *entry;
    for (;;) {
        int result = archive_read_next_header(file->archive, &entry);
        if (result != ARCHIVE_OK && result != ARCHIVE_EOF) {
            return fail_archive(file, err);
        }
        *found = result == ARCHIVE_OK;
        if (!*found || !file->is_zip || is_data(entry)) {
            return IHP_OK;
        }
    }
}

/* Checks that a zip file has one entry. */
static enum ihp_status check_one(struct ihp__archive_file *file, struct ihp_error *err)
{
    size_t entries = 0;
    bool found = true;
    while (found) {
        if (next_entry(file, &found, err) != IHP_OK) {
            return err->status;
        }
        entries += found;
    }
    return entries == 1
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_DATA,
                           "%s: has %zu files; a zip file must have exactly one (of a workbook of "
                           "Excel, save the sheet as 'CSV UTF-8')",
                           file->path, entries);
}

/* Checks that nothing is in front of a zip file's entries and nothing behind its directory. */
static enum ihp_status check_frame(const struct ihp__archive_file *file, struct ihp_error *err)
{
    const char *found;
    if (ihp__zip_frame_check(file->path, &found, err) != IHP_OK) {
        return err->status;
    }
    return found == NULL ? IHP_OK : fail_damaged(file, found, err);
}

/* Opens the archive and goes to its text. */
static enum ihp_status begin(struct ihp__archive_file *file, struct ihp_error *err)
{
    bool found;
    if (file->is_zip && (check_frame(file, err) != IHP_OK || start(file, err) != IHP_OK ||
                         check_one(file, err) != IHP_OK)) {
        return err->status;
    }
    stop(file);
    if (start(file, err) != IHP_OK || next_entry(file, &found, err) != IHP_OK) {
        return err->status;
    }
    if (found && !file->is_zip && archive_filter_code(file->archive, 0) != ARCHIVE_FILTER_ZSTD) {
        return fail_damaged(file, "not valid zstd", err);
    }
    file->empty = !found;
    return IHP_OK;
}

static enum ihp_status look(struct ihp__archive_file *file, struct ihp_error *err)
{
    unsigned char bytes[4];
    FILE *stream = fopen(file->path, "rb");
    if (stream == NULL) {
        return ihp__fail_system(err, IHP_ERR_DATA, file->path, "cannot be opened");
    }
    file->is_zip = is_zip(bytes, fread(bytes, 1, sizeof bytes, stream));
    fclose(stream);
    return IHP_OK;
}

enum ihp_status ihp__archive_open(const char *path, struct ihp__archive_file **out,
                                  struct ihp_error *err)
{
    struct ihp__archive_file *file = calloc(1, sizeof *file);
    if (file == NULL || (file->path = strdup(path)) == NULL) {
        free(file);
        return ihp__fail_memory(err, path);
    }
    if (look(file, err) != IHP_OK || begin(file, err) != IHP_OK) {
        ihp__archive_close(&file);
        return err->status;
    }
    *out = file;
    return IHP_OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

enum ihp_status ihp__archive_read(struct ihp__archive_file *file, void *data, size_t size,
                                  size_t *got, struct ihp_error *err)
{
    *got = 0;
    if (file->empty) {
        return IHP_OK;
    }
    la_ssize_t count = archive_read_data(file->archive, data, size);
    if (count < 0) { /* also a warning, such as that of a wrong checksum */
        return fail_archive(file, err);
    }
    *got = (size_t)count;
    return IHP_OK;
}

uint64_t ihp__archive_offset(const struct ihp__archive_file *file)
{
    la_int64_t bytes = archive_filter_bytes(file->archive, -1);
    return bytes > 0 ? (uint64_t)bytes : 0;
}

void ihp__archive_close(struct ihp__archive_file **file)
{
    if (file == NULL || *file == NULL) {
        return;
    }
    stop(*file);
    free((*file)->path);
    free(*file);
    *file = NULL;
}
