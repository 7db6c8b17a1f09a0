/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import.h - what the stages of an import share: the files, their rows, the memory, the faults.
 *
 * Only src/extract includes it. A stage reads one file (`ihp__import_read`), turns each row into a
 * record or a fault (fields.h, `ihp__import_bad_rows_add`), and puts columns into the store
 * (table.h, claims.h). Names beginning with `ihp__ex_` and `ex_` are of this room only. */
#ifndef IHP_EXTRACT_IMPORT_H
#define IHP_EXTRACT_IMPORT_H

#include "base/base.h"
#include "ihp/import.h"
#include "store/store.h"

#include <mpi.h>

/* The files of an extract, in the order they are read. */
enum ihp__extract_file {
    IHP__EXTRACT_MEMBERS,
    IHP__EXTRACT_ENROLLMENT,
    IHP__EXTRACT_MORBIDITY,
    IHP__EXTRACT_PROVIDERS,
    IHP__EXTRACT_SOCIAL_RISK,
    IHP__EXTRACT_COORDINATION,
    IHP__EXTRACT_COORDINATION_PAID,
    IHP__EXTRACT_CLAIMS,
    IHP__EXTRACT_FILES
};

/* Columns of each file, in the documented order. */
enum { MEMBER_ID, MEMBER_BIRTH, MEMBER_SEX, MEMBER_COUNTY, MEMBER_RACE };
enum { SPAN_MEMBER, SPAN_FROM, SPAN_TO, SPAN_PROGRAM, SPAN_PAYER, SPAN_EXCLUSION, SPAN_COUNTY };
enum { MORBIDITY_MEMBER, MORBIDITY_YEAR, MORBIDITY_ACG };
enum { PROVIDER_NPI, PROVIDER_TAXONOMY };
enum { RISK_MEMBER, RISK_FROM, RISK_TO, RISK_FACTOR };
enum { COORDINATION_MEMBER, COORDINATION_MONTH, COORDINATION_KIND };
enum {
    CLAIM_ID,
    CLAIM_LINE,
    CLAIM_MEMBER,
    CLAIM_SERVICE_DATE,
    CLAIM_PAID_DATE,
    CLAIM_STATUS,
    CLAIM_PROCEDURE,
    CLAIM_CLASS,
    CLAIM_CATEGORY,
    CLAIM_BILLING,
    CLAIM_TREATING,
    CLAIM_PAYER,
    CLAIM_AMOUNT
};

struct ihp__extract_schema {
    const char *name;  /* without .csv */
    const char *stage; /* for progress */
    bool required;
    const struct ihp__csv_column *column;
    size_t columns;
};
extern const struct ihp__extract_schema ihp__extract_schemas[IHP__EXTRACT_FILES];

/* A file as it was found. */
struct ihp__import_source {
    char path[4096];
    bool found;
    uint64_t bytes;
    int64_t changed_s, changed_ns; /* last change, to notice one between two readings */
};

/* One row of a file. */
struct ihp__import_row {
    const struct ihp__csv_row *csv;
    enum ihp__extract_file file;
    uint64_t number; /* ascends in the file, over all ranks; the same at each reading */
};

/* Why a row is bad: "COLUMN is SAW; expected EXPECTED", or without a column SAW. All static. */
struct ihp__import_reason {
    const char *column, *saw, *expected;
};

struct ihp__temp_file;

/* Bad rows by kind, and the quarantine file when there is one. */
struct ihp__import_bad_rows {
    struct ihp_import_bad_kind *kind; /* owned */
    enum ihp__extract_file *file;     /* of each kind; owned */
    size_t kinds, capacity, file_capacity;
    uint64_t rows;
    uint64_t rows_elsewhere;         /* bad rows other ranks have found, as far as this one knows */
    struct ihp__outfile *quarantine; /* rank 0's; owned, or NULL */
    struct ihp__temp_file *
        *set_aside;   /* owned; the quarantined rows of other ranks, of each a file */
    uint64_t *copied; /* owned; bytes of each that are in the quarantine file */
    char *text;       /* a row as CSV text, reused */
    size_t text_size, text_capacity;
};

/* Memory that tables take, against what they may take. */
struct ihp__import_memory {
    uint64_t given; /* the option */
    uint64_t limit; /* for tables: what is given less a reserve for claims and libraries */
    uint64_t used;
};

/* From member id to number: a hash table with the ids inside it, since each of very many claims
 * looks one up and the memory it touches is what that costs. */
struct ihp__import_member_slot {
    char id[IHP__MEMBER_ID_MAX]; /* padded with NUL */
    uint32_t number;             /* of the member + 1; 0 free */
};
struct ihp__import_member_index {
    size_t count;
    struct ihp__import_member_slot *slot; /* owned; a power of two, at most three quarters used */
    size_t slots;
};

/* A text dictionary that knows how many kept rows use an entry, so that an entry only dropped rows
 * used can be left out. Numbers are in order of arrival. */
struct ihp__import_dict {
    struct ihp__dict *dict; /* owned */
    uint64_t *uses;         /* owned */
    size_t capacity;
    const char *what; /* for messages: "payers" */
};

/* The same for NPIs; number 0 is the blank one. */
struct ihp__import_npi {
    int64_t npi;
    uint64_t uses;
    uint32_t taxonomy; /* number in dictionary/taxonomy, UINT32_MAX none */
};
struct ihp__import_npis {
    struct ihp__import_npi *entry; /* owned */
    size_t count, capacity;
    uint32_t *slot; /* owned: number + 1, 0 free; a power of two, at most half used */
    size_t slots, slot_capacity;
};

/* An import under way. Small files are rank 0's: on other ranks their tables are empty. */
struct ihp__import {
    const struct ihp_import_options *options;
    MPI_Comm comm; /* owned; MPI_COMM_NULL for a process alone */
    int rank, ranks;
    bool one_node;    /* all ranks share a machine */
    bool failed;      /* the ranks have agreed on a fault */
    uint64_t process; /* of rank 0, for names that all ranks know */
    struct ihp_notices *notices;
    struct ihp__import_source source[IHP__EXTRACT_FILES];
    struct ihp__csv_chunk claims; /* this rank's rows of claims.csv when it is read in parts */
    bool in_chunks;
    struct ihp__import_memory memory;
    struct ihp__import_bad_rows bad_rows;
    struct ihp__import_member_index members;
    struct ihp__import_dict payers, procedures;
    struct ihp__import_npis npis;
    uint16_t *span_payer; /* owned: payer of each span, numbers in order of arrival */
    size_t span_capacity;
    struct ihp__store_writer *writer; /* owned */
    struct ihp_import_report report;  /* counts; its faults are filled at the end */
};

/* Whether rows that are read will get into a store: not when bad rows have made the import fail. */
static inline bool ihp__import_keeps_rows(const struct ihp__import *import)
{
    return import->bad_rows.rows + import->bad_rows.rows_elsewhere == 0 ||
           import->options->quarantine_path != NULL;
}

/* ---- ranks.c (more of it in ranks.h) --------------------------------------------------------- */

/* Collective, and to be called before each collective step: a fault of one becomes that of all. */
enum ihp_status ihp__import_agree(struct ihp__import *import, struct ihp_error *err);

/* Collective: agrees, then writes rank 0's column or dictionary as `ihp__store_put` and
 * `ihp__store_put_dict` do. */
enum ihp_status ihp__import_put(struct ihp__import *import, enum ihp__column column, size_t width,
                                const void *data, uint64_t count, struct ihp_error *err);
enum ihp_status ihp__import_put_dict(struct ihp__import *import, enum ihp__column column,
                                     const struct ihp__dict *dict, struct ihp_error *err);

/* ---- files.c --------------------------------------------------------------------------------- */

typedef enum ihp_status (*ihp__import_row_fn)(void *context, const struct ihp__import_row *row,
                                              struct ihp_error *err);

/* Finds all files; a required one that is missing is a fault. */
enum ihp_status ihp__import_find_files(struct ihp__import *import, struct ihp_error *err);

/* Reads a file that was found, from its beginning. `again`: not for the first time; the file must
 * not have changed, and its rows are not counted again. Small files are read by rank 0, claims.csv
 * in parts by all, or by rank 0 where it cannot be cut; a rank that has nothing to read returns. */
enum ihp_status ihp__import_read(struct ihp__import *import, enum ihp__extract_file file,
                                 bool again, ihp__import_row_fn row_fn, void *context,
                                 struct ihp_error *err);

/* Bytes this rank reads of a file, from its beginning or that of its part. */
uint64_t ihp__import_bytes_to_read(const struct ihp__import *import, enum ihp__extract_file file);

/* Tells how far a stage without a file is. */
void ihp__import_progress(const struct ihp__import *import, const char *stage, uint64_t rows);

/* ---- bad_rows.c --------------------------------------------------------------------------------
 */

/* Opens the quarantine file where one was asked for. */
enum ihp_status ihp__import_bad_rows_begin(struct ihp__import *import, struct ihp_error *err);

/* Collective, before the first claim is read: makes files for quarantined rows of other ranks. */
enum ihp_status ihp__import_bad_rows_share(struct ihp__import *import, struct ihp_error *err);

/* Collective: brings kinds and quarantined rows of all ranks to rank 0, and their number to all. */
enum ihp_status ihp__import_bad_rows_collect(struct ihp__import *import, struct ihp_error *err);

/* Counts a bad row and quarantines it. */
enum ihp_status ihp__import_bad_rows_add(struct ihp__import *import,
                                         const struct ihp__import_row *row,
                                         const struct ihp__import_reason *bad,
                                         struct ihp_error *err);

/* Puts the kinds into the report, which owns them from then on. */
void ihp__import_bad_rows_publish(struct ihp__import *import);
void ihp__import_bad_rows_free(struct ihp__import *import);

/* ---- memory.c -------------------------------------------------------------------------------- */

/* Divides what is given between tables and claims. */
enum ihp_status ihp__import_memory_begin(struct ihp__import *import, struct ihp_error *err);

/* `ihp__array_reserve` that counts. When memory does not suffice, the fault says about how much
 * does: `row`, which may be NULL, tells how much of its file has been read. */
enum ihp_status ihp__import_reserve(struct ihp__import *import, void *array, size_t *capacity,
                                    size_t need, size_t size, const struct ihp__import_row *row,
                                    struct ihp_error *err);

/* Frees an array (the address of the pointer is given), and zeroes pointer and capacity. */
void ihp__import_release(struct ihp__import *import, void *array, size_t *capacity, size_t size);

/* Bytes that sorting claims may take; what is then left is for dictionaries and offsets to grow. */
uint64_t ihp__import_memory_for_claims(struct ihp__import *import);

/* ---- dictionaries.c -------------------------------------------------------------------------- */

enum ihp_status ihp__import_dict_init(struct ihp__import_dict *counted, const char *what,
                                      struct ihp_error *err);
void ihp__import_dict_free(struct ihp__import_dict *counted);

/* Says that a file brings more than the 65535 texts a dictionary takes, a fault of structure. */
enum ihp_status ihp__import_dict_fail_full(const struct ihp__import_dict *counted, const char *path,
                                           struct ihp_error *err);

/* The number of a text, added when new, its use not yet counted. */
enum ihp_status ihp__import_dict_number(struct ihp__import_dict *counted,
                                        const struct ihp__import_row *row, int column,
                                        uint16_t *number, struct ihp_error *err);

/* Writes rank 0's entries in use, and `always` where it is not NULL, as dictionary `name` in text
 * order. `*map` (owned by the caller) leads from number of arrival to number in the store. */
enum ihp_status ihp__import_dict_put(struct ihp__import *import,
                                     const struct ihp__import_dict *counted, const char *always,
                                     enum ihp__column column, uint32_t **map,
                                     struct ihp_error *err);

enum ihp_status ihp__import_npis_init(struct ihp__import *import, struct ihp_error *err);
void ihp__import_npis_free(struct ihp__import_npis *npis);

/* The number of an NPI, added when new, its use not yet counted. `row` as in `ihp__import_reserve`.
 */
enum ihp_status ihp__import_npi_number(struct ihp__import *import, int64_t npi,
                                       const struct ihp__import_row *row, uint32_t *number,
                                       struct ihp_error *err);

/* Writes dictionary/npi and dictionary/npi_taxonomy; `*map` as above. */
enum ihp_status ihp__import_npis_put(struct ihp__import *import, uint32_t **map,
                                     struct ihp_error *err);

/* ---- the stages ------------------------------------------------------------------------------ */

/* members.c: reads members.csv, builds the index, writes the members. */
enum ihp_status ihp__import_members(struct ihp__import *import, struct ihp_error *err);
void ihp__import_member_index_free(struct ihp__import_member_index *members);

/* The number of a member; false when there is none of that id. */
bool ihp__import_member_find(const struct ihp__import_member_index *members, const char *id,
                             size_t length, uint32_t *number);

/* Says that this member will be asked for soon, so that memory has it at hand by then. */
void ihp__import_member_expect(const struct ihp__import_member_index *members, const char *id,
                               size_t length);

/* small_tables.c, providers.c: each reads its file and writes its columns. Of a file that is
 * optional and not there nothing is written. */
enum ihp_status ihp__import_enrollment(struct ihp__import *import, struct ihp_error *err);
enum ihp_status ihp__import_morbidity(struct ihp__import *import, struct ihp_error *err);
enum ihp_status ihp__import_social_risk(struct ihp__import *import, struct ihp_error *err);
enum ihp_status ihp__import_coordination(struct ihp__import *import, enum ihp__extract_file file,
                                         struct ihp_error *err);
enum ihp_status ihp__import_providers(struct ihp__import *import, struct ihp_error *err);

/* claim_chunks.c. Collective: cuts claims.csv into parts of whole rows, one a rank, where it is
 * plain and there is more than one rank. */
enum ihp_status ihp__import_claims_cut(struct ihp__import *import, struct ihp_error *err);

/* claims.c: reads, sorts and writes the claims, then what had to wait for them: the dictionaries of
 * payers, procedures and NPIs, and the payers of enrollment spans. */
enum ihp_status ihp__import_claims(struct ihp__import *import, struct ihp_error *err);

#endif
