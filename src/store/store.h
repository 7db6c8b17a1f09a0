/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.h - the HDF5 store: a state's members, enrollment and claims as columns.
 *
 * To read: `ihp__store_open`, then `ihp__store_partition` for the members of a rank,
 * `ihp__store_read_members` for their small tables, `ihp__store_read_claims` for a run of claim
 * lines and `ihp__store_read_index` for the indexed ones among them. To write, alone or by all
 * ranks of a communicator: `ihp__store_create`, `ihp__store_put` or `ihp__store_put_part` for each
 * column, `ihp__store_claims_begin`, `ihp__store_claims_write` as often as needed,
 * `ihp__store_commit`.
 *
 * The layout (docs/data.md) is columns: a member's claims lie side by side in order of service
 * date, claim id and line; `offset[m]` .. `offset[m + 1]` are the rows of member m. Members are in
 * text order of their ids. Anything read from a store is checked before it is used as an index or
 * size.
 *
 * The index (group `index`) repeats the lines of some procedures, E&M and health-home ones, in
 * small columns of their own, and says where each calendar year begins among a member's lines. It
 * serves speed alone: which procedures it holds stands beside it, and a reader that needs others
 * reads all lines.
 *
 * Reading is not collective: every rank opens the file for itself, read-only. Writing is, where
 * said.
 */
#ifndef IHP_STORE_H
#define IHP_STORE_H

#include "base/base.h"
#include "base/codes.h"

#include <mpi.h>

#define IHP__STORE_FORMAT  "ihp-store"
#define IHP__STORE_VERSION 1

/* Element types of columns. */
enum ihp__type {
    IHP__TYPE_U8,
    IHP__TYPE_U16,
    IHP__TYPE_I16,
    IHP__TYPE_U32,
    IHP__TYPE_I32,
    IHP__TYPE_I64,
    IHP__TYPE_U64,
    IHP__TYPE_TEXT /* NUL-padded, all of one width */
};

/* ---- what a store holds ---------------------------------------------------------------------- */

/* An enrollment span; months are inclusive. `county` is the FIPS number, 0 blank. */
struct ihp__span {
    int32_t month_from, month_to;
    uint32_t county;
    uint16_t payer;    /* number in the payer dictionary, which is in text order */
    uint8_t program;   /* enum ihp__program_code */
    uint8_t exclusion; /* enum ihp__exclusion */
};

/* A member's morbidity category of a year. */
struct ihp__morbidity {
    int16_t year;
    uint16_t acg; /* number in the ACG dictionary, which is in text order */
};

/* The columns of claims: symbol, dataset, type, unit or meaning.
 * AMOUNT is 64 bits wide where a store needs it; CLAIM_ID has the width of the longest id. */
#define IHP__CLAIM_COLUMN_LIST(X)                                                                  \
    X(SERVICE_DATE, "service_date", IHP__TYPE_U16,                                                 \
      "days since 1970-01-01; 0 that day or earlier, 65535 2149-06-06 or later")                   \
    X(KNOWN_FROM, "known_from", IHP__TYPE_U16,                                                     \
      "paid_date of a paid line, at most 65534; 65535 a line that is not paid")                    \
    X(SERVICE, "service", IHP__TYPE_U16,                                                           \
      "service class x 1002 + category of service (999E 1000, 999I 1001)")                         \
    X(AMOUNT, "paid_amount", IHP__TYPE_I32, "cents")                                               \
    X(PROCEDURE, "procedure", IHP__TYPE_U16, "number in dictionary/procedure")                     \
    X(BILLING, "billing_npi", IHP__TYPE_U32, "number in dictionary/npi")                           \
    X(TREATING, "treating_npi", IHP__TYPE_U32, "number in dictionary/npi")                         \
    X(PAID_DATE, "paid_date", IHP__TYPE_U16,                                                       \
      "days since 1970-01-01; 0 that day or earlier, 65535 2149-06-06 or later")                   \
    X(STATUS, "status", IHP__TYPE_U8, "0 P paid, 1 D denied, 2 V void")                            \
    X(PAYER, "payer", IHP__TYPE_U16, "number in dictionary/payer")                                 \
    X(LINE, "line", IHP__TYPE_I64, "line number within the claim")                                 \
    X(CLAIM_ID, "claim_id", IHP__TYPE_TEXT, "text, padded with NUL")

#define IHP__CLAIM_COLUMN_ENUM(symbol, name, type, units) IHP__CLAIM_##symbol,
enum ihp__claim_column { IHP__CLAIM_COLUMN_LIST(IHP__CLAIM_COLUMN_ENUM) IHP__CLAIM_COLUMNS };
#undef IHP__CLAIM_COLUMN_ENUM

/* A set of claim columns, as bits. */
#define IHP__COLUMN_BIT(column) (1u << (column))

/* A KNOWN_FROM of a line that is not paid, and the latest of one that is. */
#define IHP__NEVER_KNOWN  65535
#define IHP__KNOWN_LATEST 65534

/* A run of claim lines, columns that were not asked for NULL. Of the amounts one is not NULL. */
struct ihp__claims {
    uint64_t first; /* number of the first line in the store */
    size_t count;
    const uint16_t *service_date, *known_from, *service, *procedure, *paid_date, *payer;
    const int32_t *amount32; /* cents */
    const int64_t *amount64; /* cents */
    const uint32_t *billing, *treating;
    const uint8_t *status;
    const int64_t *line;
    const char *claim_id; /* `claim_id_width` bytes each, not ended when full */
    size_t claim_id_width;
};

/* The paid amount of line i in cents. */
static inline int64_t ihp__claim_amount(const struct ihp__claims *claims, size_t i)
{
    return claims->amount32 != NULL ? claims->amount32[i] : claims->amount64[i];
}

/* ---- reading --------------------------------------------------------------------------------- */

struct ihp__store;

/* What a store says of itself and its dictionaries; owned by the store. Number 0 of `npi` is the
 * blank NPI (-1). Dictionaries are in text order; `npi` ascends. */
struct ihp__store_info {
    const char *path;
    char program_version[32];
    char content_hash[33]; /* hexadecimal; equal contents have equal hashes */
    uint64_t members, lines;
    uint64_t spans, morbidity_rows, providers;
    size_t payers, acgs, procedures, npis, taxonomies, races;
    const char *const *payer, *const *acg, *const *procedure, *const *taxonomy, *const *race;
    const int64_t *npi;
    const uint32_t *npi_taxonomy; /* of each NPI: number in `taxonomy`, UINT32_MAX none */
    size_t claim_id_width;
    bool wide_amounts;
    bool has_social_risk, has_care_coordination, has_care_coordination_paid;
    bool contiguous;        /* claim columns are plain arrays in the file */
    const uint8_t *indexed; /* of each procedure: 1 when the index holds its lines */
    uint64_t index_rows;
    int index_year, index_years; /* first calendar year of the index, and how many */
    uint64_t file_bytes;
};

/* Opens a store and reads its dictionaries. Refuses, with IHP_ERR_DATA, a file that is not HDF5
 * or cut short, another format or version, a store that was not finished, columns that are
 * missing, of a wrong type or of unequal length, and dictionaries that are not in order. The
 * caller closes it. */
enum ihp_status ihp__store_open(const char *path, struct ihp__store **out, struct ihp_error *err);
void ihp__store_close(struct ihp__store **store);
const struct ihp__store_info *ihp__store_info(const struct ihp__store *store);

/* A contiguous run of members. */
struct ihp__range {
    uint64_t first, count;
};

/* Refuses (IHP_ERR_DATA) a store whose file has been written to, removed, or replaced by one of
 * another content hash or size since it was opened: what was read of it could be of two states.
 * Not collective. */
enum ihp_status ihp__store_check_unchanged(const struct ihp__store *store, struct ihp_error *err);

/* The members of part `part` of `parts`: contiguous, disjoint, together all members, with about
 * equal numbers of claim lines. May be empty. */
enum ihp_status ihp__store_partition(const struct ihp__store *store, int part, int parts,
                                     struct ihp__range *range, struct ihp_error *err);

/* The small tables of a range of members. Row m of an offset array is member range.first + m;
 * offsets count from the start of the array beside them, except `claim_offset`, which counts lines
 * of the store. */
struct ihp__members {
    struct ihp__range range;
    uint64_t *span_offset, *morbidity_offset, *claim_offset; /* range.count + 1 each */
    uint64_t *index_offset; /* range.count + 1; counts rows of the index */
    uint32_t *year_line; /* range.count x (info.index_years + 1): where each year begins among the
                            member's lines, and where the last one ends */
    struct ihp__span *span;
    struct ihp__morbidity *morbidity;
    struct ihp__members_space *space; /* private: the memory behind it all */
    size_t index_capacity, year_capacity;
};

/* Reads them. `*members` is zero-initialised by the caller before the first time; later reads
 * into it use its memory again. The caller frees it with `ihp__members_free`, also after a
 * failure. Offsets that go back or point past the end, and numbers no dictionary has, are
 * refused with IHP_ERR_DATA. */
enum ihp_status ihp__store_read_members(const struct ihp__store *store, struct ihp__range range,
                                        struct ihp__members *members, struct ihp_error *err);
void ihp__members_free(struct ihp__members *members);

/* A social risk factor of a member; months are inclusive [15.3.1]. */
struct ihp__social_risk_span {
    int32_t month_from, month_to;
    uint8_t factor; /* enum ihp__social_risk */
};

/* A month with a care-coordination payment [15.1.1]. */
struct ihp__coordination_month {
    int32_t month;
    uint8_t kind; /* enum ihp__coordination */
};

/* What payments, circumstances and packages ask of a range of members beside enrollment and
 * claims. Row m of an array by member, or of offsets, is member range.first + m; offsets count
 * from the start of the array beside them. Groups that the store lacks are empty. */
struct ihp__people {
    struct ihp__range range;
    int32_t *birth_day; /* days since 1970-01-01 */
    uint32_t *county;   /* FIPS number, 0 blank */
    uint64_t *social_offset, *coordination_offset, *paid_offset;
    struct ihp__social_risk_span *social;
    struct ihp__coordination_month *coordination; /* care_coordination: as is known now */
    struct ihp__coordination_month *paid; /* care_coordination_paid: as was known when paying */
};

/* Parts of them to read, as bits; the arrays of the others stay NULL. */
enum { IHP__PEOPLE_BIRTH = 1, IHP__PEOPLE_COUNTY = 2, IHP__PEOPLE_PAYMENTS = 4 };

/* Reads `parts` of them. `*people` is zero-initialised by the caller before the first time; what
 * an earlier read left is freed. The caller frees with `ihp__people_free`, also after a failure.
 * Offsets, months and codes that cannot be are refused with IHP_ERR_DATA. */
enum ihp_status ihp__store_read_people(const struct ihp__store *store, struct ihp__range range,
                                       unsigned parts, struct ihp__people *people,
                                       struct ihp_error *err);
void ihp__people_free(struct ihp__people *people);

/* The ids of a range of members, IHP__MEMBER_ID_MAX + 1 bytes each, ended; the caller frees them.
 */
enum ihp_status ihp__store_read_ids(const struct ihp__store *store, struct ihp__range range,
                                    char (**ids)[IHP__MEMBER_ID_MAX + 1], struct ihp_error *err);

/* The number of the member with an id, found by bisection; `*found` false when there is none. */
enum ihp_status ihp__store_find_member(const struct ihp__store *store, const char *id,
                                       uint64_t *member, bool *found, struct ihp_error *err);

/* Buffers for `capacity` claim lines of a set of columns (IHP__COLUMN_BIT), reused batch by
 * batch. */
struct ihp__claim_buffer;
enum ihp_status ihp__claim_buffer_create(const struct ihp__store *store, unsigned columns,
                                         size_t capacity, struct ihp__claim_buffer **out,
                                         struct ihp_error *err);
void ihp__claim_buffer_destroy(struct ihp__claim_buffer **buffer);

/* Reads lines first .. first + count - 1 (count at most the capacity) and checks every number that
 * will serve as an index. The claims point into the buffer until the next read. */
enum ihp_status ihp__store_read_claims(const struct ihp__store *store, uint64_t first, size_t count,
                                       struct ihp__claim_buffer *buffer, struct ihp__claims *claims,
                                       struct ihp_error *err);

/* A run of rows of the index: lines of the indexed procedures, in the order of the claims. */
struct ihp__index_rows {
    uint64_t first; /* number of the first row in the index */
    size_t count;
    const uint16_t *service_date, *known_from, *procedure;
    const uint32_t *billing, *treating;
};

/* Buffers for index rows, grown as needed and reused. */
struct ihp__index_buffer;
struct ihp__index_buffer *ihp__index_buffer_create(void);
void ihp__index_buffer_destroy(struct ihp__index_buffer **buffer);

/* Reads index rows first .. first + count - 1, checked like claims. The rows point into the buffer
 * until the next read. */
enum ihp_status ihp__store_read_index(const struct ihp__store *store, uint64_t first, size_t count,
                                      struct ihp__index_buffer *buffer,
                                      struct ihp__index_rows *rows, struct ihp_error *err);

/* ---- writing --------------------------------------------------------------------------------- */

struct ihp__store_writer;

/* Collective over `comm`, which is duplicated; a writer alone gives MPI_COMM_NULL and needs no MPI.
 * Starts a store beside `path`; it takes that name when committed. */
enum ihp_status ihp__store_create(const char *path, MPI_Comm comm, struct ihp__store_writer **out,
                                  struct ihp_error *err);

/* Collective. Writes one whole column "group/name" of `count` elements from rank 0's data (the
 * other ranks' is not looked at); `width` is the width of texts, else 0. `units` becomes an
 * attribute. Which columns a store must have: docs/data.md. */
enum ihp_status ihp__store_put(struct ihp__store_writer *writer, const char *name,
                               enum ihp__type type, size_t width, const void *data, uint64_t count,
                               const char *units, struct ihp_error *err);

/* Collective. The same for a column of `total` elements of which every rank has its own: elements
 * first .. first + count - 1. Together the ranks must give each element once. */
enum ihp_status ihp__store_put_part(struct ihp__store_writer *writer, const char *name,
                                    enum ihp__type type, size_t width, const void *data,
                                    uint64_t first, uint64_t count, uint64_t total,
                                    const char *units, struct ihp_error *err);

/* Collective. Texts of rank 0's dictionary as column "dictionary/name". The one of procedures also
 * says what the index will hold: codes of the contract's lists (`ihp__procedure_in_contract`). */
enum ihp_status ihp__store_put_dict(struct ihp__store_writer *writer, const char *name,
                                    const struct ihp__dict *dict, struct ihp_error *err);

/* Collective. Announces `lines` claim lines in all. `claim_id_width` is 1..64. */
enum ihp_status ihp__store_claims_begin(struct ihp__store_writer *writer, uint64_t lines,
                                        size_t claim_id_width, bool wide_amounts,
                                        struct ihp_error *err);

/* Not collective. Writes lines `first_line` and following; every column must be given (amount32 or
 * amount64 as announced). Calls may come in any order; over all ranks each line comes once. */
enum ihp_status ihp__store_claims_write(struct ihp__store_writer *writer, uint64_t first_line,
                                        const struct ihp__claims *claims, struct ihp_error *err);

/* Not collective, on rank 0. The store will be in its compressed form: columns in chunks with
 * HDF5's shuffle and deflate filters; smaller, and slower to read. */
void ihp__store_set_compressed(struct ihp__store_writer *writer);

/* Collective. Makes the index, writes the root attributes, closes, renames to the final name, frees
 * `*writer`. Refused when fewer lines came than were announced. On failure nothing is left. */
enum ihp_status ihp__store_commit(struct ihp__store_writer **writer, struct ihp_error *err);

/* Collective. Removes what was written and frees `*writer`. NULL is harmless. */
void ihp__store_abandon(struct ihp__store_writer **writer);

#endif
