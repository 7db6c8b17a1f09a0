/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a store's claims by position, and finishing the store: index, attributes, final name. */
#include "store_writer.h"

#include "base/agree.h"
#include "base/sync.h"
#include "base/unfinished.h"
#include "ihp/version.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- claims ---------------------------------------------------------------------------------- */

void ihp__store_claims_life(struct ihp__store_writer *w, bool void_dates, size_t version_width)
{
    w->void_dates = void_dates;
    w->version_width = version_width;
}

/* Returns true if the claims of the store have a column. */
static bool claims_have(const struct ihp__store_writer *w, int column)
{
    return (column != IHP__CLAIM_VOID_DATE || w->void_dates) &&
           (column != IHP__CLAIM_VERSION || w->version_width > 0);
}

enum ihp_status ihp__store_claims_begin(struct ihp__store_writer *w, uint64_t lines,
                                        size_t claim_id_width, bool wide_amounts,
                                        struct ihp_error *err)
{
    if (lines > UINT32_MAX) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: %llu claim lines are too many; a store can have at most %llu",
                         w->shared.path, (unsigned long long)lines, (unsigned long long)UINT32_MAX);
    }
    w->lines = lines;
    w->claim_id_width = claim_id_width;
    w->wide_amounts = wide_amounts;
    w->claims_begun = true;
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        size_t width = c == IHP__CLAIM_CLAIM_ID  ? claim_id_width
                       : c == IHP__CLAIM_VERSION ? w->version_width
                                                 : 0;
        if (claims_have(w, c) &&
            ihp__writer_column(w, ihp__column_of_claim(c), width, lines, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

static const void *claim_data(const struct ihp__claims *claims, enum ihp__claim_column column)
{
    switch (column) {
    case IHP__CLAIM_SERVICE_DATE:
        return claims->service_date;
    case IHP__CLAIM_KNOWN_FROM:
        return claims->known_from;
    case IHP__CLAIM_SERVICE:
        return claims->service;
    case IHP__CLAIM_AMOUNT:
        return claims->amount32 != NULL ? (const void *)claims->amount32 : claims->amount64;
    case IHP__CLAIM_PROCEDURE:
        return claims->procedure;
    case IHP__CLAIM_BILLING:
        return claims->billing;
    case IHP__CLAIM_TREATING:
        return claims->treating;
    case IHP__CLAIM_PAID_DATE:
        return claims->paid_date;
    case IHP__CLAIM_STATUS:
        return claims->status;
    case IHP__CLAIM_PAYER:
        return claims->payer;
    case IHP__CLAIM_LINE:
        return claims->line;
    case IHP__CLAIM_CLAIM_ID:
        return claims->claim_id;
    case IHP__CLAIM_VOID_DATE:
        return claims->void_date;
    case IHP__CLAIM_VERSION:
        return claims->version;
    case IHP__CLAIM_COLUMNS:
        break;
    }
    return NULL;
}

enum ihp_status ihp__store_claims_write(struct ihp__store_writer *w, uint64_t first_line,
                                        const struct ihp__claims *claims, struct ihp_error *err)
{
    if (first_line > w->lines || claims->count > w->lines - first_line) {
        return ihp__fail(err, IHP_ERR_RUN,
                         "%s: more claim lines were written than announced (%llu)", w->shared.path,
                         (unsigned long long)w->lines);
    }
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        const void *data = claim_data(claims, (enum ihp__claim_column)c);
        if (claims_have(w, c) && ihp__writer_write(w, ihp__column_of_claim(c), first_line,
                                                   claims->count, data, err) != IHP_OK) {
            return err->status;
        }
    }
    w->written += claims->count;
    return IHP_OK;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Writes the attributes of the root. `complete` is last: a store without it was not finished. */
static bool put_root(struct ihp__store_writer *w)
{
    const hid_t file = w->shared.file;
    return ihp__h5_put_text_attribute(file, "format", IHP__STORE_FORMAT) &&
           ihp__h5_put_u64_attribute(file, "format_version", IHP__STORE_VERSION_DIGESTS) &&
           ihp__h5_put_u64_attribute(file, "life", ihp__writer_life(w)) &&
           ihp__h5_put_text_attribute(file, "program_version", IHP_VERSION) &&
           ihp__h5_put_u64_attribute(file, "members", w->members) &&
           ihp__h5_put_u64_attribute(file, "claim_lines", w->lines) &&
           ihp__h5_put_u64_attribute(file, "enrollment_spans", w->spans) &&
           ihp__h5_put_u64_attribute(file, "morbidity_rows", w->morbidity_rows) &&
           ihp__h5_put_text_attribute(file, "content_hash", w->content_hash) &&
           ihp__h5_put_u64_attribute(file, "complete", 1);
}

/* Collective. Checks that every announced line came. */
static enum ihp_status end_claims(struct ihp__store_writer *w, struct ihp_error *err)
{
    uint64_t written = w->written;
    ihp__sum_u64(w->shared.comm, &written, 1);
    if (w->column[IHP__COLUMN_LINE_OFFSET].digest == NULL || w->indexed == NULL) {
        ihp__error_set(err, IHP_ERR_RUN,
                       "%s: claims/offset or dictionary/procedure was not written", w->shared.path);
    } else if (!w->claims_begun || written != w->lines) {
        ihp__error_set(err, IHP_ERR_RUN, "%s: %llu of %llu announced claim lines were written",
                       w->shared.path, (unsigned long long)written, (unsigned long long)w->lines);
    }
    return ihp__agree(w->shared.comm, err);
}

void ihp__store_set_compressed(struct ihp__store_writer *w)
{
    w->compressed = true;
}

/* Rank 0: replaces the finished temporary file by its compressed form. Returns false on failure. */
static bool compress_part(struct ihp__store_writer *w)
{
    size_t size = strlen(w->shared.part) + 8;
    char *packed = malloc(size);
    if (packed == NULL) {
        return false;
    }
    snprintf(packed, size, "%s-packed", w->shared.part);
    unlink(packed);
    mode_t old_mask = umask(077);
    int unfinished = 0;
    bool done = ihp__h5_pack(w->shared.part, packed, &unfinished);
    umask(old_mask);
    int fd = done ? open(packed, O_RDONLY | O_CLOEXEC) : -1;
    done = fd >= 0 && ihp__sync_file(fd, w->shared.path);
    ihp__unfinished_hold(); /* until the list has the file that has this name then */
    done = done && rename(packed, w->shared.part) == 0;
    int reason = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (!done) {
        unlink(packed);
    }
    ihp__unfinished_done(&unfinished);
    ihp__unfinished_done(&w->shared.unfinished);
    w->shared.unfinished = ihp__unfinished_add(w->shared.part); /* another file now */
    ihp__unfinished_release();
    free(packed);
    errno = reason;
    return done;
}

/* Rank 0: writes the attributes, closes the file, and waits until it is on the disk. */
static enum ihp_status finish_file(struct ihp__store_writer *w, struct ihp_error *err)
{
    errno = 0;
    if (!ihp__writer_put_record(w) || !put_root(w)) {
        return ihp__shared_fail(&w->shared, "the attributes", err);
    }
    if (!ihp__shared_end(&w->shared) || (w->compressed && !compress_part(w))) {
        return ihp__shared_fail(&w->shared, "the store", err);
    }
    return IHP_OK;
}

/* Rank 0: renames the file, and waits until the new name is on the disk. */
static enum ihp_status name_file(struct ihp__store_writer *w, struct ihp_error *err)
{
    if (w->output != NULL) {
        return ihp__target_name(w->output, w->shared.part, err);
    }
    errno = 0;
    return rename(w->shared.part, w->shared.path) == 0 && ihp__sync_folder_of(w->shared.path)
               ? IHP_OK
               : ihp__shared_fail(&w->shared, "the store", err);
}

void ihp__store_set_target(struct ihp__store_writer *w, const struct ihp__target *output)
{
    w->output = output;
}

enum ihp_status ihp__store_check_name(const struct ihp__store_writer *w, struct ihp_error *err)
{
    return w->output == NULL ? IHP_OK : ihp__target_check_part(w->output, w->shared.part, err);
}

enum ihp_status ihp__store_finish(struct ihp__store_writer *w, struct ihp_error *err)
{
    if (w->finished) {
        return IHP_OK;
    }
    if (end_claims(w, err) != IHP_OK || ihp__store_make_index(w, err) != IHP_OK ||
        ihp__writer_put_digests(w, err) != IHP_OK || ihp__shared_sync(&w->shared, err) != IHP_OK) {
        return err->status;
    }
    if (w->shared.rank == 0) {
        ihp__until_agreed(finish_file(w, err));
    }
    w->finished = ihp__agree(w->shared.comm, err) == IHP_OK;
    return err->status;
}

enum ihp_status ihp__store_commit(struct ihp__store_writer **writer, struct ihp_error *err)
{
    struct ihp__store_writer *w = *writer;
    enum ihp_status status = ihp__store_finish(w, err);
    if (status == IHP_OK) {
        if (w->shared.rank == 0) {
            ihp__until_agreed(name_file(w, err));
        }
        status = ihp__agree(w->shared.comm, err);
    }
    if (status != IHP_OK) {
        ihp__store_abandon(writer);
        return status;
    }
    ihp__writer_free(writer);
    return IHP_OK;
}

void ihp__store_abandon(struct ihp__store_writer **writer)
{
    if (writer == NULL || *writer == NULL) {
        return;
    }
    ihp__shared_drop(&(*writer)->shared);
    ihp__writer_free(writer);
}
