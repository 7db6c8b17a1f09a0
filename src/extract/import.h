/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import.h - what the files of an import share: its context, the rows of a file, memory, bad rows.
 *
 * Each file of the extract is read with `ihp__import_read`, which calls a function for each row.
 * That function makes a record of the row (fields.h) or reports the row as bad
 * (`ihp__import_bad_rows_add`). The records become columns of the store (table.h, claims.h).
 *
 * Only src/extract includes this header. Functions are not collective unless their comment says so;
 * ranks.h explains how ranks keep together. */
#ifndef IHP_EXTRACT_IMPORT_H
#define IHP_EXTRACT_IMPORT_H

#include "base/aside.h"
#include "base/base.h"
#include "base/path.h"
#include "extract/control_sums.h"
#include "extract/record.h"
#include "extract/schema.h"
#include "ihp/import.h"
#include "source/source.h"
#include "store/store.h"

#include <mpi.h>

/* A file on disk. */
struct ihp__import_file {
    char path[IHP__PATH_MAX];
    uint64_t bytes;
    int64_t changed_s, changed_ns; /* last change, to notice a change between two readings */
    char delimiter;                /* as the file shows it; 0: as the format of its table says */
    struct ihp__source_part part;  /* what this rank reads of it */
    int lead, team;                /* ranks that share it as one compressed file (hand_over.h): the
                                      first one and how many; `team` is 0 for other files */
    uint64_t to_read;              /* bytes of that */
    bool guessed;                  /* where the ranks cut it was guessed and not checked yet */
    struct ihp__csv_marks marks;   /* of the chunk, when it has been read */
    uint64_t left_out;             /* trailer rows that were left out */
    bool open_end;                 /* the last row has no line end */
};

/* The files of a table of the extract, which together are the table: one, or those of a layout. */
struct ihp__import_source {
    bool found;                    /* there is a file */
    struct ihp__import_file *file; /* owned; in the order in which they count as one file */
    size_t files, capacity;
    struct ihp__csv_format format; /* of all files; each rank sets it alike; owns nothing */
};

struct ihp__control_file;
struct ihp__hand_over;
struct ihp__import_values;
struct ihp__import_layout;

/* The number of a row has its file above this bit and its place in the file below. */
enum { IHP__IMPORT_FILE_BIT = 44 };

/* One row of a file. Its fields are those of `csv` until a value has to be converted (values.h);
 * `csv` keeps what the file has, for the quarantine file. */
struct ihp__import_row {
    const struct ihp__csv_row *csv;
    const char *const *field;
    const size_t *length;
    enum ihp__extract_file file;
    bool again;          /* the file is read once more, so nothing is counted */
    uint64_t number;     /* ascends in the table, over all ranks; the same at each reading */
    uint64_t bytes_read; /* of this rank's parts of the table's files so far */
    struct ihp__import_values *values; /* has room for converted fields */
    unsigned changes;                  /* how many fields were converted */
    bool wrong_npi;                    /* an NPI has a wrong check digit; set for claims */
};

/* Begins a row. */
static inline void ihp__import_row_begin(struct ihp__import_row *row,
                                         const struct ihp__csv_row *csv)
{
    row->csv = csv;
    row->field = csv->field;
    row->length = csv->length;
    row->changes = 0;
}

/* Why a row is bad: "COLUMN PROBLEM; use ALLOWED", where no problem is given "COLUMN is not a valid
 * KIND; use ALLOWED", and without a column "PROBLEM". The text is static. */
struct ihp__import_reason {
    const struct ihp__extract_column *column;
    const char *problem;
    bool repeats; /* the row says the same as another, which is imported */
};

struct ihp__temp_file;

/* Bad rows by kind, and the quarantine file. */
struct ihp__import_bad_rows {
    struct ihp_import_bad_kind *kind; /* owned */
    enum ihp__extract_file *file;     /* of each kind; owned */
    size_t kinds, capacity, file_capacity;
    uint64_t rows;
    uint64_t rows_elsewhere;           /* bad rows of other ranks, as far as this rank knows */
    struct ihp__outfile *quarantine;   /* rank 0's; owned; NULL without a quarantine file */
    struct ihp__temp_file **set_aside; /* owned; a file of each rank for its quarantined rows */
    uint64_t *copied;                  /* owned; bytes of each that rank 0 has copied */
    uint64_t *lines_before;            /* owned; to add to the lines of the rows that are copied:
                                          of each file of claims and each rank. NULL: 0 */
    char *text;                        /* owned; a row as CSV text, reused */
    size_t text_size, text_capacity;
};

/* Memory of the tables, in bytes. */
struct ihp__import_memory {
    uint64_t given; /* the option */
    uint64_t limit; /* of tables: the given memory less a reserve for claims and libraries */
    uint64_t used;
};

/* The number of each member by ID: a hash table with the IDs inside it. Each claim line looks one
 * up, and the memory that it touches decides how long this takes. */
struct ihp__import_member_slot {
    char id[IHP__MEMBER_ID_MAX]; /* padded with NUL */
    uint32_t number;             /* of the member + 1; 0: the slot is free */
};
struct ihp__import_member_index {
    size_t count;
    struct ihp__import_member_slot *slot; /* owned; at most three quarters are used */
    size_t slots;                         /* a power of two; 0: there are no members */
    uint64_t lengths;                     /* bit n: an ID has n characters */
};

/* A dictionary of texts that counts the kept rows of each text, so that texts of dropped rows alone
 * can be left out of the store. Texts are numbered in order of arrival. */
struct ihp__import_dict {
    struct ihp__dict *texts; /* owned */
    uint64_t *uses;          /* owned */
    size_t capacity;
    const char *plural; /* for messages: "payers" */
};

/* The same for NPIs. Number 0 is the blank NPI. */
struct ihp__import_npi {
    int64_t npi;
    uint64_t uses;
    uint32_t taxonomy; /* number in dictionary/taxonomy; UINT32_MAX: none */
    bool wrong;        /* the check digit does not fit */
};
struct ihp__import_npis {
    struct ihp__import_npi *entry; /* owned */
    size_t count, capacity;
    uint32_t *slot;              /* owned: number + 1, 0: free; at most half are used */
    size_t slots, slot_capacity; /* a power of two */
};

/* An import under way. Rank 0 reads all files but claims.csv; the tables of the other ranks are
 * empty. */
struct ihp__import {
    const struct ihp_import_options *options;
    MPI_Comm comm; /* owned; MPI_COMM_NULL for a process without MPI */
    int rank, ranks;
    bool one_node;    /* all ranks are on one machine */
    bool failed;      /* the ranks have agreed on an error */
    uint64_t process; /* number of rank 0's process, for names that all ranks know */
    struct ihp_notices *notices;
    struct ihp__import_layout *layout; /* owned; NULL without a layout */
    struct ihp__import_source source[IHP__EXTRACT_FILES];
    bool divided;                     /* each rank has its part of the claims */
    bool counts_quotes;               /* guesses nowhere where to cut files of claims */
    bool guessed;                     /* some file is `guessed`; the same on all ranks */
    struct ihp__hand_over *hand_over; /* owned; NULL if no team of ranks shares a file of claims */
    uint64_t failed_at;               /* number of the row of claims at which this rank failed */
    struct ihp__import_memory memory;
    struct ihp__import_bad_rows bad_rows;
    struct ihp__control_sums control;
    struct ihp__control_file *control_file; /* owned */
    struct ihp__record record;              /* of this rank; in the end of all ranks, on rank 0 */
    struct ihp__import_member_index members;
    struct ihp__import_member_index bad_members; /* with bad rows; may have good ones, too */
    char (*bad_id)[IHP__MEMBER_ID_MAX]; /* owned; their IDs, padded, as rank 0 reads them */
    size_t bad_ids, bad_id_capacity;
    struct ihp__import_dict payers, procedures;
    struct ihp__import_npis npis;
    struct ihp__import_values *values; /* owned */
    uint16_t *span_payer;              /* owned: payer of each span, numbered in order of arrival */
    size_t span_capacity;
    struct ihp__target store;         /* its lease is rank 0's; every rank has its path */
    struct ihp__target quarantine;    /* rank 0's */
    bool quarantine_made;             /* it has its name, which nothing had */
    struct ihp__asides asides;        /* what the store and the quarantine file replace */
    struct ihp__store_writer *writer; /* owned */
    struct ihp_import_report report;  /* its kinds of bad rows are filled in at the end */
};

/* Returns true if the rows that are read will get into a store. They will not after a bad row,
 * unless there is a quarantine file; reading goes on anyway, to find all bad rows. */
static inline bool ihp__import_keeps_rows(const struct ihp__import *import)
{
    return import->bad_rows.rows + import->bad_rows.rows_elsewhere == 0 ||
           import->options->quarantine_path != NULL;
}

/* ---- files.c --------------------------------------------------------------------------------- */

typedef enum ihp_status (*ihp__import_row_fn)(void *context, struct ihp__import_row *row,
                                              struct ihp_error *err);

/* Adds a file to those of a table. */
enum ihp_status ihp__import_add_file(struct ihp__import_source *source, const char *path,
                                     struct ihp_error *err);

/* Finds all files of tables that have none yet, on rank 0. A missing required file is an error. */
enum ihp_status ihp__import_find_files(struct ihp__import *import, struct ihp_error *err);

/* On rank 0, after the files are found: notes files of tables in the folder of the extract that
 * are not read, and refuses one whose name is that of a table but for capitals, or '-' for '_'. */
enum ihp_status ihp__import_look_at_others(struct ihp__import *import, struct ihp_error *err);

/* Collective: gives every rank the files that rank 0 has found. */
enum ihp_status ihp__import_share_files(struct ihp__import *import, struct ihp_error *err);
void ihp__import_files_free(struct ihp__import *import);

/* Returns the format of a file of a table. */
static inline struct ihp__csv_format ihp__import_format(const struct ihp__import_source *source,
                                                        const struct ihp__import_file *file)
{
    struct ihp__csv_format format = source->format;
    format.delimiter = format.delimiter != 0 ? format.delimiter : file->delimiter;
    format.any_case = true;
    return format;
}

/* Reads the rows of a table, file after file, from the beginning. With `again` it is read once
 * more: no file may have changed, and rows are not counted again. Rank 0 reads the small tables.
 * All ranks read the claims, each its part of the files. A rank with nothing to read returns at
 * once. Collective where a team of ranks shares a file of claims. */
enum ihp_status ihp__import_read(struct ihp__import *import, enum ihp__extract_file file,
                                 bool again, ihp__import_row_fn row_fn, void *context,
                                 struct ihp_error *err);

/* Collective, after the first reading of the claims: says what the ranks have found at the ends of
 * the files. */
enum ihp_status ihp__import_note_ends(struct ihp__import *import, struct ihp_error *err);

/* Returns the number of bytes that this rank reads of a table. */
static inline uint64_t ihp__import_bytes_to_read(const struct ihp__import *import,
                                                 enum ihp__extract_file file)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < import->source[file].files; i++) {
        bytes += import->source[file].file[i].to_read;
    }
    return bytes;
}

/* Reports the progress of a stage that reads no file. */
void ihp__import_progress(const struct ihp__import *import, const char *stage, uint64_t rows);

/* ---- bad_rows.c ------------------------------------------------------------------------------ */

/* Collective, before the first claim is read: makes room for the bad rows of all ranks. */
enum ihp_status ihp__import_bad_rows_share(struct ihp__import *import, struct ihp_error *err);

/* Adds what is in front of this rank's chunk to the lines of its bad rows in a file of claims,
 * which it has counted from there. */
void ihp__import_bad_rows_move(struct ihp__import *import, const struct ihp__import_file *file,
                               uint64_t lines);

/* Collective: brings the kinds and quarantined rows of all ranks to rank 0, and their number to all
 * ranks. */
enum ihp_status ihp__import_bad_rows_collect(struct ihp__import *import, struct ihp_error *err);

/* Counts a bad row and quarantines it. */
enum ihp_status ihp__import_bad_rows_add(struct ihp__import *import,
                                         const struct ihp__import_row *row,
                                         const struct ihp__import_reason *reason,
                                         struct ihp_error *err);

/* Sorts the kinds by file and first line. */
void ihp__import_bad_rows_sort(struct ihp__import *import);

/* Moves the kinds into the report, which owns them from then on. */
void ihp__import_bad_rows_publish(struct ihp__import *import);
void ihp__import_bad_rows_free(struct ihp__import *import);

/* ---- quarantine.c ---------------------------------------------------------------------------- */

/* Opens the quarantine file if the options name one. */
enum ihp_status ihp__import_quarantine_begin(struct ihp__import *import, struct ihp_error *err);

/* Collective: makes files for the quarantined rows of each rank, if there is a quarantine file. */
enum ihp_status ihp__import_quarantine_share(struct ihp__import *import, struct ihp_error *err);

/* Adds a row of a file, with the reason why it is bad. */
enum ihp_status ihp__import_quarantine_add(struct ihp__import *import,
                                           const struct ihp__import_row *row, const char *file,
                                           const char *reason, struct ihp_error *err);

/* Collective: brings the rows of all ranks into the quarantine file. */
enum ihp_status ihp__import_quarantine_collect(struct ihp__import *import, struct ihp_error *err);
void ihp__import_quarantine_free(struct ihp__import *import);

/* ---- import_limits.c ------------------------------------------------------------------------- */

/* On rank 0, when the counters of all ranks have been added: refuses an extract of which too many
 * rows of a table are bad, and one without members or claims, unless the options allow it. */
enum ihp_status ihp__import_limits_check(const struct ihp__import *import, struct ihp_error *err);

/* ---- import_record.c ------------------------------------------------------------------------- */

/* Collective, when everything has been read and written: adds the counters and control totals of
 * all ranks, checks the limits, and gives the store its record. */
enum ihp_status ihp__import_record_make(struct ihp__import *import, struct ihp_error *err);

/* ---- memory.c -------------------------------------------------------------------------------- */

/* Divides the given memory between tables and claims. */
enum ihp_status ihp__import_memory_begin(struct ihp__import *import, struct ihp_error *err);

/* Makes room in an array as `ihp__array_reserve` does, within the limit. The error says about how
 * much memory is enough; `row`, which may be NULL, shows how much of its file has been read. */
enum ihp_status ihp__import_reserve(struct ihp__import *import, void *array, size_t *capacity,
                                    size_t need, size_t size, const struct ihp__import_row *row,
                                    struct ihp_error *err);

/* Frees an array, given the address of the pointer, and sets pointer and capacity to zero. */
void ihp__import_release(struct ihp__import *import, void *array, size_t *capacity, size_t size);

/* Returns how many bytes the sorting of claims may take. What is left then is for dictionaries and
 * offsets. */
uint64_t ihp__import_memory_for_claims(struct ihp__import *import);

/* ---- dictionaries.c -------------------------------------------------------------------------- */

enum ihp_status ihp__import_dict_init(struct ihp__import_dict *dict, const char *plural,
                                      struct ihp_error *err);
void ihp__import_dict_free(struct ihp__import_dict *dict);

/* Reports that a file has more than the 65,535 texts that a dictionary of the store can have. */
enum ihp_status ihp__import_dict_fail_full(const struct ihp__import_dict *dict, const char *path,
                                           struct ihp_error *err);

/* Finds the number of a text and adds the text if it is new. Its use is not counted yet. */
enum ihp_status ihp__import_dict_number(struct ihp__import_dict *dict,
                                        const struct ihp__import_row *row, int column,
                                        uint16_t *number, struct ihp_error *err);

/* Collective: writes rank 0's texts that are in use, and the text `always` unless it is NULL, as
 * a dictionary in text order. `*map` (owned by the caller) leads from the number in order of
 * arrival to the number in the store. */
enum ihp_status ihp__import_dict_put(struct ihp__import *import,
                                     const struct ihp__import_dict *dict, const char *always,
                                     enum ihp__column column, uint32_t **map,
                                     struct ihp_error *err);

enum ihp_status ihp__import_npis_init(struct ihp__import *import, struct ihp_error *err);
void ihp__import_npis_free(struct ihp__import_npis *npis);

/* Finds the number of an NPI and adds it if it is new. Its use is not counted yet. `row` is as in
 * `ihp__import_reserve`. */
enum ihp_status ihp__import_npi_number(struct ihp__import *import, int64_t npi,
                                       const struct ihp__import_row *row, uint32_t *number,
                                       struct ihp_error *err);

/* Collective: writes dictionary/npi and dictionary/npi_taxonomy; `*map` is as above. */
enum ihp_status ihp__import_npis_put(struct ihp__import *import, uint32_t **map,
                                     struct ihp_error *err);

/* ---- member_index.c -------------------------------------------------------------------------- */

/* IDs in an array, padded with NUL: that of member m is at `id + m * stride`. */
struct ihp__import_member_ids {
    const char *id;
    size_t stride, count;
};

/* Makes the index of some members, in order of their numbers. */
enum ihp_status ihp__import_member_index_build(struct ihp__import *import,
                                               struct ihp__import_member_index *index,
                                               const struct ihp__import_member_ids *ids,
                                               struct ihp_error *err);
void ihp__import_member_index_free(struct ihp__import_member_index *index);

/* Collective: copies rank 0's index to every rank. */
enum ihp_status ihp__import_member_index_share(struct ihp__import *import,
                                               struct ihp__import_member_index *index,
                                               struct ihp_error *err);

/* Keeps the member ID of a bad row of members.csv for the index of bad members. */
enum ihp_status ihp__import_bad_member_add(struct ihp__import *import,
                                           const struct ihp__import_row *row,
                                           struct ihp_error *err);

/* Finds the number of a member. Returns false if there is no such member. */
bool ihp__import_member_find(const struct ihp__import_member_index *index, const char *id,
                             size_t length, uint32_t *number);

/* Returns true if there is a member whose ID differs from a text only in the number of zeros in
 * front. With `fewer` it must have fewer of them. */
bool ihp__import_member_near(const struct ihp__import_member_index *index, const char *id,
                             size_t length, bool fewer);

/* Fetches the place of a member into the cache, for a look-up that follows soon. */
void ihp__import_member_expect(const struct ihp__import_member_index *index, const char *id,
                               size_t length);

/* ---- one function for each file -------------------------------------------------------------- */

/* Each of these is collective, reads its file and writes its columns. For an optional file that the
 * extract lacks nothing is written. */
enum ihp_status ihp__import_members(struct ihp__import *import, struct ihp_error *err);
enum ihp_status ihp__import_enrollment(struct ihp__import *import, struct ihp_error *err);
enum ihp_status ihp__import_morbidity(struct ihp__import *import, struct ihp_error *err);
enum ihp_status ihp__import_providers(struct ihp__import *import, struct ihp_error *err);
enum ihp_status ihp__import_social_risk(struct ihp__import *import, struct ihp_error *err);
enum ihp_status ihp__import_coordination(struct ihp__import *import, enum ihp__extract_file file,
                                         struct ihp_error *err);

/* Reads, sorts and writes the claims, then the columns that had to wait for them: the dictionaries
 * of payers, procedures and NPIs, and the payers of enrollment spans. */
enum ihp_status ihp__import_claims(struct ihp__import *import, struct ihp_error *err);

/* Collective, where there is more than one rank: divides the claims among ranks. Each plain file is
 * cut into chunks of whole rows, one for each rank, by a guess from the text around each cut where
 * that is possible. Compressed files are dealt. */
enum ihp_status ihp__import_claims_cut(struct ihp__import *import, struct ihp_error *err);

/* Collective, when the claims have been read once: refuses files (IHP_ERR_DATA) that were cut at a
 * wrong place. Tells each rank on which line its chunk begins, and moves its bad rows there. */
enum ihp_status ihp__import_claims_check_cuts(struct ihp__import *import, struct ihp_error *err);

/* Deals the compressed files, of which `size` tells the form, to single ranks or to teams of ranks
 * that share them. Every rank does this alike. */
enum ihp_status ihp__import_claims_deal(struct ihp__import *import,
                                        const struct ihp__source_size *size, struct ihp_error *err);

#endif
