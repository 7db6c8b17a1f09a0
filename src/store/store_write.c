/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a store's claims by position, and finishing the store: index, attributes, final name. */
#include "store_writer.h"

#include "base/agree.h"
#include "base/hash_hex.h"
#include "base/sync.h"
#include "ihp/version.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

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
        if (claims_have(w, c) && ihp__writer_column(w, ihp__column_of_claim(c), width, lines,
                                                    &w->claim[c], err) != IHP_OK) {
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

/* Returns a hash of the void date and version of line i, keyed by `seed`, which is the hash of a
 * line that has neither. */
static uint64_t hash_life(const struct ihp__claims *claims, size_t i, uint64_t seed)
{
    const char *version =
        claims->version == NULL ? "" : claims->version + i * claims->version_width;
    size_t length = strnlen(version, claims->version_width);
    if (claims->void_date != NULL && claims->void_date[i] != IHP__NEVER_VOID) {
        seed = XXH3_64bits_withSeed(&claims->void_date[i], sizeof claims->void_date[i], seed);
    }
    return length == 0 ? seed : XXH3_64bits_withSeed(version, length, ~seed);
}

/* Returns the hash of one line, keyed by its position, over all its columns. The padding of texts
 * is left out, as their width depends on other lines. */
static uint64_t hash_line(const struct ihp__claims *claims, size_t i, uint64_t position)
{
    struct {
        int64_t amount, line;
        uint32_t billing, treating;
        uint16_t service_date, known_from, service, procedure, paid_date, payer, status, id_length;
        char id[IHP__CLAIM_ID_MAX];
    } packed;
    const char *id = claims->claim_id + i * claims->claim_id_width;
    size_t length = strnlen(id, claims->claim_id_width);
    packed.amount = ihp__claim_amount(claims, i);
    packed.line = claims->line[i];
    packed.billing = claims->billing[i];
    packed.treating = claims->treating[i];
    packed.service_date = claims->service_date[i];
    packed.known_from = claims->known_from[i];
    packed.service = claims->service[i];
    packed.procedure = claims->procedure[i];
    packed.paid_date = claims->paid_date[i];
    packed.payer = claims->payer[i];
    packed.status = claims->status[i];
    packed.id_length = (uint16_t)length;
    memcpy(packed.id, id, length);
    return hash_life(
        claims, i,
        XXH3_64bits_withSeed(&packed, offsetof(__typeof__(packed), id) + length, position));
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
        if (claims_have(w, c) && ihp__raw_write(&w->shared, &w->claim[c], first_line, claims->count,
                                                data, err) != IHP_OK) {
            return err->status;
        }
    }
    for (size_t i = 0; i < claims->count; i++) {
        w->claim_hash += hash_line(claims, i, first_line + i);
    }
    w->written += claims->count;
    return IHP_OK;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Writes the attributes of the root. `complete` is last: a store without it was not finished. */
static bool put_root(struct ihp__store_writer *w)
{
    char hash[IHP__HASH_TEXT];
    XXH128_hash_t chain = XXH3_128bits_digest(w->chain);
    unsigned life = (w->void_dates ? IHP__LIFE_VOID_DATES : 0u) |
                    (w->version_width > 0 ? IHP__LIFE_VERSIONS : 0u) |
                    (w->death_dates ? IHP__LIFE_DEATH_DATES : 0u);
    uint64_t version = life != 0 ? IHP__STORE_VERSION_LIFE : IHP__STORE_VERSION;
    ihp__hash_hex(chain.high64, chain.low64, hash);
    return ihp__h5_put_text_attribute(w->shared.file, "format", IHP__STORE_FORMAT) &&
           ihp__h5_put_u64_attribute(w->shared.file, "format_version", version) &&
           (life == 0 || ihp__h5_put_u64_attribute(w->shared.file, "life", life)) &&
           ihp__h5_put_text_attribute(w->shared.file, "program_version", IHP_VERSION) &&
           ihp__h5_put_u64_attribute(w->shared.file, "members", w->members) &&
           ihp__h5_put_u64_attribute(w->shared.file, "claim_lines", w->lines) &&
           ihp__h5_put_u64_attribute(w->shared.file, "enrollment_spans", w->spans) &&
           ihp__h5_put_u64_attribute(w->shared.file, "morbidity_rows", w->morbidity_rows) &&
           ihp__h5_put_text_attribute(w->shared.file, "content_hash", hash) &&
           ihp__h5_put_u64_attribute(w->shared.file, "complete", 1);
}

/* Collective. Checks that every announced line came, and adds the claims to the hash. */
static enum ihp_status end_claims(struct ihp__store_writer *w, struct ihp_error *err)
{
    uint64_t sums[2] = {w->written, w->claim_hash};
    ihp__sum_u64(w->shared.comm, sums, 2);
    if (w->offset.element == 0 || w->indexed == NULL) {
        ihp__error_set(err, IHP_ERR_RUN,
                       "%s: claims/offset or dictionary/procedure was not written", w->shared.path);
    } else if (!w->claims_begun || sums[0] != w->lines) {
        ihp__error_set(err, IHP_ERR_RUN, "%s: %llu of %llu announced claim lines were written",
                       w->shared.path, (unsigned long long)sums[0], (unsigned long long)w->lines);
    }
    ihp__writer_chain_hash(w, "claims", w->lines, sums[1]);
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
    bool done = ihp__h5_pack(w->shared.part, packed);
    umask(old_mask);
    int fd = done ? open(packed, O_RDONLY | O_CLOEXEC) : -1;
    done = fd >= 0 && ihp__sync_file(fd, w->shared.path) && rename(packed, w->shared.part) == 0;
    int reason = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (!done) {
        unlink(packed);
    }
    free(packed);
    errno = reason;
    return done;
}

/* Rank 0: writes the attributes, closes the file, waits until it is on the disk, renames it, and
 * waits until the new name is on the disk. */
static enum ihp_status finish_file(struct ihp__store_writer *w, struct ihp_error *err)
{
    errno = 0;
    if (!put_root(w)) {
        return ihp__shared_fail(&w->shared, "the attributes", err);
    }
    if (!ihp__shared_end(&w->shared) || (w->compressed && !compress_part(w)) ||
        rename(w->shared.part, w->shared.path) != 0 || !ihp__sync_folder_of(w->shared.path)) {
        return ihp__shared_fail(&w->shared, "the store", err);
    }
    return IHP_OK;
}

/* Collective. Finishes the store under its name. */
static enum ihp_status finish(struct ihp__store_writer *w, struct ihp_error *err)
{
    if (end_claims(w, err) != IHP_OK || ihp__store_make_index(w, err) != IHP_OK ||
        ihp__shared_sync(&w->shared, err) != IHP_OK) {
        return err->status;
    }
    if (w->shared.rank == 0) {
        ihp__until_agreed(finish_file(w, err));
    }
    return ihp__agree(w->shared.comm, err);
}

enum ihp_status ihp__store_commit(struct ihp__store_writer **writer, struct ihp_error *err)
{
    enum ihp_status status = finish(*writer, err);
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
