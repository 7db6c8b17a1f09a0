/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.h - the HDF5 store: a state's members, enrollment and claims as columns.
 *
 * To read: `ihp__store_open`, then `ihp__store_partition` for the members of a rank,
 * `ihp__store_read_members` for their small tables, `ihp__store_read_claims` for claim lines and
 * `ihp__store_read_index` for the indexed ones among them. To write, alone or by all ranks of a
 * communicator: `ihp__store_create`, `ihp__store_put` or `ihp__store_put_part` for each column,
 * `ihp__store_claims_begin`, `ihp__store_claims_write` as often as needed, `ihp__store_commit`.
 *
 * The columns are those of the table in columns.h. The claim lines of a member are next to each
 * other, in order of service date, claim id and line; `offset[m]` .. `offset[m + 1] - 1` are the
 * rows of member m. Members are in text order of their ids. Everything read from a store is
 * compared with the digests that were written with it, and checked before it is used as an index or
 * a size.
 *
 * The index (group `index`) repeats the lines of some procedures, E&M and health-home ones, in
 * small columns of their own, and records where each calendar year starts among a member's lines.
 * It exists only for speed. The store says which procedures the index holds; a reader that needs
 * others reads all lines.
 *
 * Reading is not collective: every rank opens the file for itself, read-only. Writing is collective
 * where a function says so.
 */
#ifndef IHP_STORE_H
#define IHP_STORE_H

#include "base/base.h"
#include "base/codes.h"
#include "base/target.h"
#include "store/columns.h"

#include <mpi.h>

#define IHP__STORE_FORMAT  "ihp-store"
#define IHP__STORE_VERSION 1

/* The version of a store that has columns IHP__IF_USED: a program that does not know void dates and
 * dates of death would settle it wrongly. Its attribute `life` says which it has, as bits. */
#define IHP__STORE_VERSION_LIFE 2
enum { IHP__LIFE_VOID_DATES = 1, IHP__LIFE_VERSIONS = 2, IHP__LIFE_DEATH_DATES = 4, IHP__LIFE = 7 };

/* The version of a store that has digests (digest.h), which is what this program writes. It has the
 * attribute `life` in any case, and index/negative if it has an index. */
#define IHP__STORE_VERSION_DIGESTS 3

/* Returns where share `share` of `shares` starts when `total` is split into about equal shares. */
static inline uint64_t ihp__share_start(uint64_t total, int share, int shares)
{
    uint64_t s = (uint64_t)share, n = (uint64_t)shares;
    return total / n * s + total % n * s / n;
}

/* ---- what a store holds ---------------------------------------------------------------------- */

/* An enrollment span. Both months are included. `county` is the FIPS number, 0 if blank. */
struct ihp__span {
    int32_t month_from, month_to;
    uint32_t county;
    uint16_t payer;        /* number in dictionary/payer */
    uint8_t major_program; /* enum ihp__major_program */
    uint8_t exclusion;     /* enum ihp__exclusion */
};

/* A member's morbidity category in a year. */
struct ihp__morbidity {
    int16_t year;
    uint16_t acg; /* number in dictionary/acg */
};

/* The known_from of a line that is never known, and the latest known_from of any other line. */
#define IHP__NEVER_KNOWN  65535
#define IHP__KNOWN_LATEST 65534

/* The void_date of a line that is not void, or is void only from a day that no cut-off reaches. */
#define IHP__NEVER_VOID 65535

/* Returns the known_from of a line of a status: the day of payment of a paid line, or of one that
 * was paid until it became void. `void_date` is IHP__NEVER_VOID for a line without one. */
static inline uint16_t ihp__known_from(uint8_t status, uint16_t paid_date, uint16_t void_date)
{
    bool was_paid =
        status == IHP__CLAIM_PAID || (status == IHP__CLAIM_VOID && void_date != IHP__NEVER_VOID);
    uint16_t day = paid_date < IHP__KNOWN_LATEST ? paid_date : IHP__KNOWN_LATEST;
    return was_paid ? day : IHP__NEVER_KNOWN;
}

/* The death_date of a member of whom none is recorded. */
#define IHP__NO_DEATH INT32_MAX

/* Consecutive claim lines. Columns that were not requested, or that the store lacks, are NULL; if
 * amounts were requested, one of the two is not NULL. */
struct ihp__claims {
    uint64_t first; /* number of the first line in the store */
    size_t count;
    const uint16_t *service_date, *known_from, *service, *procedure, *paid_date, *payer;
    const uint16_t *void_date; /* NULL: no line of the store has one */
    const int32_t *amount32;   /* cents */
    const int64_t *amount64;   /* cents */
    const uint32_t *billing, *treating;
    const uint8_t *status;
    const int64_t *line;
    const char *claim_id; /* `claim_id_width` bytes each, without a NUL if full */
    size_t claim_id_width;
    const char *version; /* `version_width` bytes each, likewise; NULL: all are blank */
    size_t version_width;
};

/* Returns the paid amount of line i in cents. */
static inline int64_t ihp__claim_amount(const struct ihp__claims *claims, size_t i)
{
    return claims->amount32 != NULL ? claims->amount32[i] : claims->amount64[i];
}

/* ---- reading --------------------------------------------------------------------------------- */

struct ihp__store;

/* The attributes and dictionaries of a store, owned by the store. Texts of dictionaries are in text
 * order. NPIs are in ascending order; the first is the blank NPI (-1). */
struct ihp__store_info {
    const char *path;
    int format_version;
    unsigned life; /* IHP__LIFE_* */
    char program_version[32];
    char content_hash[33]; /* hexadecimal; equal contents have equal hashes */
    uint64_t members, lines;
    uint64_t spans, morbidity_rows, providers;
    size_t payers, acgs, procedures, npis, taxonomies, races;
    const char *const *payer, *const *acg, *const *procedure, *const *taxonomy, *const *race;
    const int64_t *npi;
    const uint32_t *npi_taxonomy; /* of each NPI: number in `taxonomy`, or UINT32_MAX for none */
    size_t claim_id_width, version_width; /* 0: the store has no versions */
    bool wide_amounts;
    bool has_void_dates, has_death_dates; /* as `life` says */
    bool has_digests;                     /* false: an earlier version wrote the store */
    uint64_t digests; /* blocks of all columns; an open store holds 8 bytes each */
    bool has_social_risk, has_care_coordination, has_care_coordination_paid;
    bool contiguous;        /* claim columns are plain arrays in the file */
    const uint8_t *indexed; /* of each procedure: 1 if the index holds its lines */
    uint64_t index_rows;
    int index_year, index_years; /* first calendar year of the index, and number of years */
    uint64_t file_bytes;
};

/* Opens a store and reads its dictionaries. The caller closes it. Fails with IHP_ERR_DATA if the
 * file is missing, not HDF5, cut short, of another format or version, or was not finished; if a
 * column is missing or has a wrong type or length; if the digests and attributes do not give the
 * hash of the contents; or if a dictionary is not in order. Every function that reads from the
 * store fails likewise if a block of a column does not have its digest. */
enum ihp_status ihp__store_open(const char *path, struct ihp__store **out, struct ihp_error *err);

/* Closes a store and sets `*store` to NULL. NULL is harmless. */
void ihp__store_close(struct ihp__store **store);

/* Returns what is known of an open store, valid until it is closed. */
const struct ihp__store_info *ihp__store_info(const struct ihp__store *store);

/* Adds a notice if a store was written by an earlier version, without digests. */
void ihp__store_note_digests(const struct ihp__store *store, struct ihp_notices *notices);

/* Consecutive members. */
struct ihp__range {
    uint64_t first, count;
};

/* Fails with IHP_ERR_DATA if the file of a store has been written to, removed, or replaced by a
 * file of another content hash or size since it was opened: what was read could then be a mixture
 * of the old and the new file. Not collective. */
enum ihp_status ihp__store_check_unchanged(const struct ihp__store *store, struct ihp_error *err);

/* Finds the members of part `part` of `parts`. Parts are contiguous and disjoint, together hold all
 * members, and have about equal numbers of claim lines. A part may be empty. */
enum ihp_status ihp__store_partition(const struct ihp__store *store, int part, int parts,
                                     struct ihp__range *range, struct ihp_error *err);

/* The small tables of a range of members. Row m of an offset array is member range.first + m.
 * Offsets count from the start of the array that they belong to, except `claim_offset`, which
 * counts lines of the store, and `index_offset`, which counts rows of the index. */
struct ihp__members {
    struct ihp__range range;
    uint64_t *span_offset, *morbidity_offset, *claim_offset; /* range.count + 1 each */
    uint64_t *index_offset;                                  /* range.count + 1 */
    uint32_t *year_line; /* range.count x (info.index_years + 1): where each year starts among the
                            member's lines, and where the last year ends */
    struct ihp__span *span;
    struct ihp__morbidity *morbidity;
    int32_t *birth_day;               /* range.count */
    int32_t *death_day;               /* range.count; NULL if the store has no death dates */
    struct ihp__members_space *space; /* private: the memory of all arrays */
    size_t index_capacity, year_capacity;
};

/* Reads the small tables of a range of members. The caller zero-initialises `*members` before the
 * first call; later calls reuse its memory. The caller frees it with `ihp__members_free`, also
 * after a failure. Fails with IHP_ERR_DATA if offsets decrease or point past the end, or if a
 * number is in no dictionary. */
enum ihp_status ihp__store_read_members(const struct ihp__store *store, struct ihp__range range,
                                        struct ihp__members *members, struct ihp_error *err);
void ihp__members_free(struct ihp__members *members);

/* A social risk factor of a member; both months are included [15.3.1]. */
struct ihp__social_risk_span {
    int32_t month_from, month_to;
    uint8_t factor; /* enum ihp__social_risk */
};

/* A month with a care-coordination payment [15.1.1]. */
struct ihp__coordination_month {
    int32_t month;
    uint8_t kind; /* enum ihp__coordination */
};

/* What payments, circumstances and packages need to know of a range of members besides enrollment
 * and claims. Row m of an array by member, or of offsets, is member range.first + m. Offsets count
 * from the start of the array that they belong to. Groups that the store lacks are empty. */
struct ihp__people {
    struct ihp__range range;
    int32_t *birth_day; /* days since 1970-01-01 */
    uint32_t *county;   /* FIPS number, 0 if blank */
    uint64_t *social_offset, *coordination_offset, *paid_offset;
    struct ihp__social_risk_span *social;
    struct ihp__coordination_month *coordination; /* care_coordination: as known now */
    struct ihp__coordination_month *paid;         /* care_coordination_paid: as known at payment */
};

/* The parts of `struct ihp__people`, as bits. */
enum { IHP__PEOPLE_BIRTH = 1, IHP__PEOPLE_COUNTY = 2, IHP__PEOPLE_PAYMENTS = 4 };

/* Reads the `parts` of a range of members; the arrays of other parts are NULL. The caller
 * zero-initialises `*people` before the first call; later calls free what an earlier one read. The
 * caller frees it with `ihp__people_free`, also after a failure. Fails with IHP_ERR_DATA if an
 * offset, month or code is not valid. */
enum ihp_status ihp__store_read_people(const struct ihp__store *store, struct ihp__range range,
                                       unsigned parts, struct ihp__people *people,
                                       struct ihp_error *err);
void ihp__people_free(struct ihp__people *people);

/* Reads the ids of a range of members, IHP__MEMBER_ID_MAX + 1 bytes each with a NUL at the end. The
 * caller frees `*ids`. */
enum ihp_status ihp__store_read_ids(const struct ihp__store *store, struct ihp__range range,
                                    char (**ids)[IHP__MEMBER_ID_MAX + 1], struct ihp_error *err);

/* Finds the number of the member with an id, by binary search. `*found` is false if there is none.
 */
enum ihp_status ihp__store_find_member(const struct ihp__store *store, const char *id,
                                       uint64_t *member, bool *found, struct ihp_error *err);

/* Buffers for claim lines, reused from batch to batch. */
struct ihp__claim_buffer;

/* Makes a buffer for `capacity` claim lines of a set of columns (IHP__COLUMN_BIT). The caller
 * destroys it. */
enum ihp_status ihp__claim_buffer_create(const struct ihp__store *store, unsigned columns,
                                         size_t capacity, struct ihp__claim_buffer **out,
                                         struct ihp_error *err);
void ihp__claim_buffer_destroy(struct ihp__claim_buffer **buffer);

/* Reads lines first .. first + count - 1 (`count` is at most the buffer's capacity) and checks
 * every number that will be used as an index. The claims point into the buffer until the next read.
 */
enum ihp_status ihp__store_read_claims(const struct ihp__store *store, uint64_t first, size_t count,
                                       struct ihp__claim_buffer *buffer, struct ihp__claims *claims,
                                       struct ihp_error *err);

/* Consecutive rows of the index: lines of the indexed procedures, in the order of the claims. */
struct ihp__index_rows {
    uint64_t first; /* number of the first row in the index */
    size_t count;
    const uint16_t *service_date, *known_from, *procedure;
    const uint32_t *billing, *treating;
    const uint16_t *void_date; /* NULL: no line of the store has one */
    const uint8_t *negative;   /* not 0: the amount is negative; NULL: the store does not say */
};

/* Returns true if a line is known on the day of a cut-off: it was paid by then, and it was not void
 * yet. A column `void_date` that is NULL has no void line. */
static inline bool ihp__known(const uint16_t *known_from, const uint16_t *void_date, size_t i,
                              uint16_t cutoff)
{
    return known_from[i] <= cutoff && (void_date == NULL || void_date[i] > cutoff);
}

/* Buffers for index rows, which grow as needed and are reused. */
struct ihp__index_buffer;

/* Makes an empty buffer; NULL if memory is short. The caller destroys it. */
struct ihp__index_buffer *ihp__index_buffer_create(void);
void ihp__index_buffer_destroy(struct ihp__index_buffer **buffer);

/* Reads index rows first .. first + count - 1 and checks them like claims. The rows point into the
 * buffer until the next read. */
enum ihp_status ihp__store_read_index(const struct ihp__store *store, uint64_t first, size_t count,
                                      struct ihp__index_buffer *buffer,
                                      struct ihp__index_rows *rows, struct ihp_error *err);

/* Reads everything and compares what a store says twice: the index with the claims, the order of
 * members and of each member's lines, and codes that no other function reads. Fails with
 * IHP_ERR_DATA and the name of the column that does not fit. */
enum ihp_status ihp__store_cross_check(const struct ihp__store *store, struct ihp_error *err);

/* What has been read of a store to compare it with its digests. */
struct ihp__verified {
    uint64_t columns, blocks, bytes;
};

/* Reads every column of a store and compares each block with its digest. Fails with IHP_ERR_DATA if
 * one is damaged, and names the first. A store without digests is only read. */
enum ihp_status ihp__store_verify(const struct ihp__store *store, struct ihp__verified *verified,
                                  struct ihp_error *err);

/* Returns true if rows row .. row_end - 1 of the index repeat lines among first .. end - 1 of the
 * claims, in their order. Where columns were not requested, and which lines the index lacks, only
 * `ihp__store_cross_check` sees. */
bool ihp__index_rows_fit(const struct ihp__index_rows *rows, size_t row, size_t row_end,
                         const struct ihp__claims *claims, size_t first, size_t end);

/* ---- writing --------------------------------------------------------------------------------- */

struct ihp__store_writer;

/* Collective over `comm`, which is duplicated. A writer without other ranks passes MPI_COMM_NULL
 * and needs no MPI. Starts a store under a temporary name next to `path`; the store takes its own
 * name when it is committed. The caller commits or abandons the writer. */
enum ihp_status ihp__store_create(const char *path, MPI_Comm comm, struct ihp__store_writer **out,
                                  struct ihp_error *err);

/* Collective. Writes a whole column of `count` elements from rank 0's data; the other ranks' data,
 * count and width are ignored. `width` is the width of texts in bytes, else 0. */
enum ihp_status ihp__store_put(struct ihp__store_writer *writer, enum ihp__column column,
                               size_t width, const void *data, uint64_t count,
                               struct ihp_error *err);

/* Elements of a column that one rank has: first .. first + count - 1 of `total`. */
struct ihp__elements {
    const void *data;
    uint64_t first, count, total;
    size_t width; /* of texts in bytes, else 0; the same on every rank */
};

/* Collective. Writes a column of which every rank has a part. Together the ranks must give each
 * element once. */
enum ihp_status ihp__store_put_part(struct ihp__store_writer *writer, enum ihp__column column,
                                    const struct ihp__elements *elements, struct ihp_error *err);

/* Collective. Writes the texts of rank 0's dictionary as a column. The dictionary of procedures
 * also decides what the index will hold: codes of the contract's lists
 * (`ihp__procedure_in_contract`). */
enum ihp_status ihp__store_put_dict(struct ihp__store_writer *writer, enum ihp__column column,
                                    const struct ihp__dict *dict, struct ihp_error *err);

/* Collective. Announces how many claim lines all ranks together will write. `claim_id_width` is
 * 1..128 bytes. `wide_amounts` is true if an amount needs 64 bits. */
enum ihp_status ihp__store_claims_begin(struct ihp__store_writer *writer, uint64_t lines,
                                        size_t claim_id_width, bool wide_amounts,
                                        struct ihp_error *err);

/* Not collective, with the same values on every rank, before `ihp__store_claims_begin`. Announces
 * that lines have void dates, and versions of up to `version_width` bytes (0: none has one). */
void ihp__store_claims_life(struct ihp__store_writer *writer, bool void_dates,
                            size_t version_width);

/* Not collective. Writes lines `first_line` and following; every column must be given (amount32 or
 * amount64, void dates and versions as announced). Calls may come in any order; over all ranks each
 * line must come once. */
enum ihp_status ihp__store_claims_write(struct ihp__store_writer *writer, uint64_t first_line,
                                        const struct ihp__claims *claims, struct ihp_error *err);

/* Not collective, on rank 0. Requests the compressed form of the store: columns in chunks with
 * HDF5's shuffle and deflate filters, which is smaller and slower to read. */
void ihp__store_set_compressed(struct ihp__store_writer *writer);

/* Not collective, on rank 0. Gives the store the name of an output (base/target.h), which refuses
 * to replace what exists; without this an existing store is replaced. The output must outlive the
 * writer, and its path is that of `ihp__store_create`. */
void ihp__store_set_target(struct ihp__store_writer *writer, const struct ihp__target *output);

/* Collective. Makes the index, writes the root attributes and closes the file: only its name is
 * missing. Fails if fewer lines came than were announced. A second call is harmless. */
enum ihp_status ihp__store_finish(struct ihp__store_writer *writer, struct ihp_error *err);

/* Not collective, on rank 0. Refuses (IHP_ERR_USAGE) a finished store whose output exists with
 * other bytes and may not be replaced. */
enum ihp_status ihp__store_check_name(const struct ihp__store_writer *writer,
                                      struct ihp_error *err);

/* Collective. Finishes the store, gives the file its name and frees `*writer`. On failure no file
 * is left. */
enum ihp_status ihp__store_commit(struct ihp__store_writer **writer, struct ihp_error *err);

/* Collective. Removes what was written and frees `*writer`. NULL is harmless. */
void ihp__store_abandon(struct ihp__store_writer **writer);

/* ---- HDF5 ------------------------------------------------------------------------------------ */

/* Keeps HDF5 from closing itself when MPI or the process ends, where it crashes or never ends if it
 * lacked memory or could not close a file before. Nothing is lost: every file is closed by then.
 * For a program, before it starts MPI or uses HDF5. */
void ihp__h5_stay_open(void);

#endif
