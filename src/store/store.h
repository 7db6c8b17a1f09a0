/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.h - the HDF5 store: a state's members, enrollment and claims as columns.
 *
 * To read: `ihp_store_open`, then `ihp_store_partition` for the members of a rank,
 * `ihp_store_read_members` for their small tables, `ihp_store_read_claims` for a run of claim lines
 * and `ihp_store_read_index` for the indexed ones among them. To write, alone or by all ranks of a
 * communicator: `ihp_store_create`, `ihp_store_put` or `ihp_store_put_part` for each column,
 * `ihp_store_claims_begin`, `ihp_store_claims_write` as often as needed, `ihp_store_commit`.
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

#define IHP_STORE_FORMAT  "ihp-store"
#define IHP_STORE_VERSION 1

/* Element types of columns. */
enum ihp_type {
    IHP_TYPE_U8,
    IHP_TYPE_U16,
    IHP_TYPE_I16,
    IHP_TYPE_U32,
    IHP_TYPE_I32,
    IHP_TYPE_I64,
    IHP_TYPE_U64,
    IHP_TYPE_TEXT /* NUL-padded, all of one width */
};

/* ---- what a store holds ---------------------------------------------------------------------- */

/* An enrollment span; months are inclusive. `county` is the FIPS number, 0 blank. */
struct ihp_span {
    int32_t month_from, month_to;
    uint32_t county;
    uint16_t payer;    /* number in the payer dictionary, which is in text order */
    uint8_t program;   /* enum ihp_program_code */
    uint8_t exclusion; /* enum ihp_exclusion */
};

/* A member's morbidity category of a year. */
struct ihp_morbidity {
    int16_t year;
    uint16_t acg; /* number in the ACG dictionary, which is in text order */
};

/* The columns of claims: symbol, dataset, type, unit or meaning.
 * AMOUNT is 64 bits wide where a store needs it; CLAIM_ID has the width of the longest id. */
#define IHP_CLAIM_COLUMN_LIST(X)                                                                   \
    X(SERVICE_DATE, "service_date", IHP_TYPE_U16,                                                  \
      "days since 1970-01-01; 0 that day or earlier, 65535 2149-06-06 or later")                   \
    X(KNOWN_FROM, "known_from", IHP_TYPE_U16,                                                      \
      "paid_date of a paid line, at most 65534; 65535 a line that is not paid")                    \
    X(SERVICE, "service", IHP_TYPE_U16,                                                            \
      "service class x 1002 + category of service (999E 1000, 999I 1001)")                         \
    X(AMOUNT, "paid_amount", IHP_TYPE_I32, "cents")                                                \
    X(PROCEDURE, "procedure", IHP_TYPE_U16, "number in dictionary/procedure")                      \
    X(BILLING, "billing_npi", IHP_TYPE_U32, "number in dictionary/npi")                            \
    X(TREATING, "treating_npi", IHP_TYPE_U32, "number in dictionary/npi")                          \
    X(PAID_DATE, "paid_date", IHP_TYPE_U16,                                                        \
      "days since 1970-01-01; 0 that day or earlier, 65535 2149-06-06 or later")                   \
    X(STATUS, "status", IHP_TYPE_U8, "0 P paid, 1 D denied, 2 V void")                             \
    X(PAYER, "payer", IHP_TYPE_U16, "number in dictionary/payer")                                  \
    X(LINE, "line", IHP_TYPE_I64, "line number within the claim")                                  \
    X(CLAIM_ID, "claim_id", IHP_TYPE_TEXT, "text, padded with NUL")

#define IHP_CLAIM_COLUMN_ENUM(symbol, name, type, units) IHP_CLAIM_##symbol,
enum ihp_claim_column { IHP_CLAIM_COLUMN_LIST(IHP_CLAIM_COLUMN_ENUM) IHP_CLAIM_COLUMNS };
#undef IHP_CLAIM_COLUMN_ENUM

/* A set of claim columns, as bits. */
#define IHP_COLUMN_BIT(column) (1u << (column))

/* A KNOWN_FROM of a line that is not paid, and the latest of one that is. */
#define IHP_NEVER_KNOWN  65535
#define IHP_KNOWN_LATEST 65534

/* A run of claim lines, columns that were not asked for NULL. Of the amounts one is not NULL. */
struct ihp_claims {
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
static inline int64_t ihp_claim_amount(const struct ihp_claims *claims, size_t i)
{
    return claims->amount32 != NULL ? claims->amount32[i] : claims->amount64[i];
}

/* ---- reading --------------------------------------------------------------------------------- */

struct ihp_store;

/* What a store says of itself and its dictionaries; owned by the store. Number 0 of `npi` is the
 * blank NPI (-1). Dictionaries are in text order; `npi` ascends. */
struct ihp_store_info {
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
enum ihp_status ihp_store_open(const char *path, struct ihp_store **out, struct ihp_error *err);
void ihp_store_close(struct ihp_store **store);
const struct ihp_store_info *ihp_store_info(const struct ihp_store *store);

/* A contiguous run of members. */
struct ihp_range {
    uint64_t first, count;
};

/* Refuses (IHP_ERR_DATA) a store whose file has been written to, removed, or replaced by one of
 * another content hash or size since it was opened: what was read of it could be of two states.
 * Not collective. */
enum ihp_status ihp_store_check_unchanged(const struct ihp_store *store, struct ihp_error *err);

/* The members of part `part` of `parts`: contiguous, disjoint, together all members, with about
 * equal numbers of claim lines. May be empty. */
enum ihp_status ihp_store_partition(const struct ihp_store *store, int part, int parts,
                                    struct ihp_range *range, struct ihp_error *err);

/* The small tables of a range of members. Row m of an offset array is member range.first + m;
 * offsets count from the start of the array beside them, except `claim_offset`, which counts lines
 * of the store. */
struct ihp_members {
    struct ihp_range range;
    uint64_t *span_offset, *morbidity_offset, *claim_offset; /* range.count + 1 each */
    uint64_t *index_offset; /* range.count + 1; counts rows of the index */
    uint32_t *year_line; /* range.count x (info.index_years + 1): where each year begins among the
                            member's lines, and where the last one ends */
    struct ihp_span *span;
    struct ihp_morbidity *morbidity;
    struct ihp_members_space *space; /* private: the memory behind it all */
    size_t index_capacity, year_capacity;
};

/* Reads them. `*members` is zero-initialised by the caller before the first time; later reads
 * into it use its memory again. The caller frees it with `ihp_members_free`, also after a
 * failure. Offsets that go back or point past the end, and numbers no dictionary has, are
 * refused with IHP_ERR_DATA. */
enum ihp_status ihp_store_read_members(const struct ihp_store *store, struct ihp_range range,
                                       struct ihp_members *members, struct ihp_error *err);
void ihp_members_free(struct ihp_members *members);

/* A social risk factor of a member; months are inclusive [15.3.1]. */
struct ihp_social_risk_span {
    int32_t month_from, month_to;
    uint8_t factor; /* enum ihp_social_risk */
};

/* A month with a care-coordination payment [15.1.1]. */
struct ihp_coordination_month {
    int32_t month;
    uint8_t kind; /* enum ihp_coordination */
};

/* What payments, circumstances and packages ask of a range of members beside enrollment and
 * claims. Row m of an array by member, or of offsets, is member range.first + m; offsets count
 * from the start of the array beside them. Groups that the store lacks are empty. */
struct ihp_people {
    struct ihp_range range;
    int32_t *birth_day; /* days since 1970-01-01 */
    uint32_t *county;   /* FIPS number, 0 blank */
    uint64_t *social_offset, *coordination_offset, *paid_offset;
    struct ihp_social_risk_span *social;
    struct ihp_coordination_month *coordination; /* care_coordination: as is known now */
    struct ihp_coordination_month *paid; /* care_coordination_paid: as was known when paying */
};

/* Parts of them to read, as bits; the arrays of the others stay NULL. */
enum { IHP_PEOPLE_BIRTH = 1, IHP_PEOPLE_COUNTY = 2, IHP_PEOPLE_PAYMENTS = 4 };

/* Reads `parts` of them. `*people` is zero-initialised by the caller before the first time; what
 * an earlier read left is freed. The caller frees with `ihp_people_free`, also after a failure.
 * Offsets, months and codes that cannot be are refused with IHP_ERR_DATA. */
enum ihp_status ihp_store_read_people(const struct ihp_store *store, struct ihp_range range,
                                      unsigned parts, struct ihp_people *people,
                                      struct ihp_error *err);
void ihp_people_free(struct ihp_people *people);

/* The ids of a range of members, IHP_MEMBER_ID_MAX + 1 bytes each, ended; the caller frees them. */
enum ihp_status ihp_store_read_ids(const struct ihp_store *store, struct ihp_range range,
                                   char (**ids)[IHP_MEMBER_ID_MAX + 1], struct ihp_error *err);

/* The number of the member with an id, found by bisection; `*found` false when there is none. */
enum ihp_status ihp_store_find_member(const struct ihp_store *store, const char *id,
                                      uint64_t *member, bool *found, struct ihp_error *err);

/* Buffers for `capacity` claim lines of a set of columns (IHP_COLUMN_BIT), reused batch by
 * batch. */
struct ihp_claim_buffer;
enum ihp_status ihp_claim_buffer_create(const struct ihp_store *store, unsigned columns,
                                        size_t capacity, struct ihp_claim_buffer **out,
                                        struct ihp_error *err);
void ihp_claim_buffer_destroy(struct ihp_claim_buffer **buffer);

/* Reads lines first .. first + count - 1 (count at most the capacity) and checks every number that
 * will serve as an index. The claims point into the buffer until the next read. */
enum ihp_status ihp_store_read_claims(const struct ihp_store *store, uint64_t first, size_t count,
                                      struct ihp_claim_buffer *buffer, struct ihp_claims *claims,
                                      struct ihp_error *err);

/* A run of rows of the index: lines of the indexed procedures, in the order of the claims. */
struct ihp_index_rows {
    uint64_t first; /* number of the first row in the index */
    size_t count;
    const uint16_t *service_date, *known_from, *procedure;
    const uint32_t *billing, *treating;
};

/* Buffers for index rows, grown as needed and reused. */
struct ihp_index_buffer;
struct ihp_index_buffer *ihp_index_buffer_create(void);
void ihp_index_buffer_destroy(struct ihp_index_buffer **buffer);

/* Reads index rows first .. first + count - 1, checked like claims. The rows point into the buffer
 * until the next read. */
enum ihp_status ihp_store_read_index(const struct ihp_store *store, uint64_t first, size_t count,
                                     struct ihp_index_buffer *buffer, struct ihp_index_rows *rows,
                                     struct ihp_error *err);

/* ---- writing --------------------------------------------------------------------------------- */

struct ihp_store_writer;

/* Collective over `comm`, which is duplicated; a writer alone gives MPI_COMM_NULL and needs no MPI.
 * Starts a store beside `path`; it takes that name when committed. */
enum ihp_status ihp_store_create(const char *path, MPI_Comm comm, struct ihp_store_writer **out,
                                 struct ihp_error *err);

/* Collective. Writes one whole column "group/name" of `count` elements from rank 0's data (the
 * other ranks' is not looked at); `width` is the width of texts, else 0. `units` becomes an
 * attribute. Which columns a store must have: docs/data.md. */
enum ihp_status ihp_store_put(struct ihp_store_writer *writer, const char *name, enum ihp_type type,
                              size_t width, const void *data, uint64_t count, const char *units,
                              struct ihp_error *err);

/* Collective. The same for a column of `total` elements of which every rank has its own: elements
 * first .. first + count - 1. Together the ranks must give each element once. */
enum ihp_status ihp_store_put_part(struct ihp_store_writer *writer, const char *name,
                                   enum ihp_type type, size_t width, const void *data,
                                   uint64_t first, uint64_t count, uint64_t total,
                                   const char *units, struct ihp_error *err);

/* Collective. Texts of rank 0's dictionary as column "dictionary/name". The one of procedures also
 * says what the index will hold: codes of the contract's lists (`ihp_procedure_in_contract`). */
enum ihp_status ihp_store_put_dict(struct ihp_store_writer *writer, const char *name,
                                   const struct ihp_dict *dict, struct ihp_error *err);

/* Collective. Announces `lines` claim lines in all. `claim_id_width` is 1..64. */
enum ihp_status ihp_store_claims_begin(struct ihp_store_writer *writer, uint64_t lines,
                                       size_t claim_id_width, bool wide_amounts,
                                       struct ihp_error *err);

/* Not collective. Writes lines `first_line` and following; every column must be given (amount32 or
 * amount64 as announced). Calls may come in any order; over all ranks each line comes once. */
enum ihp_status ihp_store_claims_write(struct ihp_store_writer *writer, uint64_t first_line,
                                       const struct ihp_claims *claims, struct ihp_error *err);

/* Not collective, on rank 0. The store will be in its compressed form: columns in chunks with
 * HDF5's shuffle and deflate filters; smaller, and slower to read. */
void ihp_store_set_compressed(struct ihp_store_writer *writer);

/* Collective. Makes the index, writes the root attributes, closes, renames to the final name, frees
 * `*writer`. Refused when fewer lines came than were announced. On failure nothing is left. */
enum ihp_status ihp_store_commit(struct ihp_store_writer **writer, struct ihp_error *err);

/* Collective. Removes what was written and frees `*writer`. NULL is harmless. */
void ihp_store_abandon(struct ihp_store_writer **writer);

#endif
