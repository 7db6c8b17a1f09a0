/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import.h - import: a state extract (CSV files) becomes a store.
 *
 * Call `ihp_import`, in one process or on every rank of a communicator. It fills an
 * `ihp_import_report`: how much was imported, and which rows were bad, by kind.
 * `ihp_import_bad_kind_format` writes a kind as one line of text.
 *
 * There are two sorts of errors. An error of structure (a missing file or column, a file cut short)
 * ends the import at once with one message. Bad rows (a field that is not valid, a member that is
 * not in members.csv, a duplicate claim line) are counted by kind while reading goes on, so that
 * one import shows all of them. Any bad row makes the import fail, unless there is a quarantine
 * file for bad rows. Then the import has the result that it would have without these rows. It fails
 * all the same if more than `quarantine_limit` of the rows of a table are bad, and, unless
 * `allow_empty` is set, without a member or a claim line.
 *
 * The quarantine file has the columns file, line, reason and row; the last has the documented
 * columns of the bad row as CSV text. Of identical rows one is good and the others are bad. If rows
 * with the same key conflict, all of them are bad. The order of rows does not matter.
 *
 * The content of the store, the bad rows and the quarantine file do not depend on the order of rows
 * in the extract, nor on the number of ranks. Tables and buffers use at most `memory_bytes` on each
 * rank, and the process some 10 MiB more: claims are sorted through temporary files next to the
 * store. These files can be read by their owner alone, and they have no name while they are in use,
 * so that nothing of them is left. (Ranks on more than one machine need the names, and remove them
 * at the end.)
 *
 * Ranks share the work on the claims: each reads a chunk of the rows of a file, or some of several
 * compressed files, then sorts and writes the claims of a share of the members. Rank 0 alone reads
 * the small tables. All ranks must be able to read the extract, and to read and write next to the
 * store.
 */
#ifndef IHP_IMPORT_H
#define IHP_IMPORT_H

#include "ihp/error.h"

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Least memory of an import on each rank, and its default, in bytes. */
#define IHP_IMPORT_MEMORY_MIN     (UINT64_C(64) << 20)
#define IHP_IMPORT_MEMORY_DEFAULT (UINT64_C(1) << 30)

/* The largest share of a table's rows that may be bad with a quarantine file, by default. */
#define IHP_IMPORT_QUARANTINE_LIMIT 0.01

/* How far an import has come. */
struct ihp_import_progress {
    const char *stage;                /* a static text: "reading claims.csv" */
    uint64_t rows;                    /* of this stage so far */
    uint64_t bytes_done, bytes_total; /* of the file on disk; 0 if the stage reads no file */
};

/* Called at the start and the end of each stage, and now and then in between. */
typedef void (*ihp_import_progress_fn)(void *context, const struct ihp_import_progress *progress);

struct ihp_import_options {
    MPI_Comm comm;               /* the ranks that import; MPI_COMM_NULL: one process without MPI */
    const char *extract_dir;     /* the folder with members.csv and the others; NULL if the layout
                                    names the files of every required table */
    const char *layout_path;     /* what the State's files look like (docs/layouts.md); NULL: they
                                    are as docs/data.md describes them */
    const char *store_path;      /* the store to make; a link is written through */
    const char *quarantine_path; /* CSV file for bad rows, mode 0600; NULL: bad rows are refused */
    double quarantine_limit;     /* largest share of the rows of a table that may be bad with a
                                    quarantine file, to 1; 0: the default */
    bool allow_empty;            /* make a store without members or without claims */
    uint64_t memory_bytes;       /* of each rank; at least IHP_IMPORT_MEMORY_MIN; 0: the default */
    bool force;                  /* replace a store or quarantine file that exists */
    bool compress;               /* make the store in its compressed form */
    bool refuse_npis;            /* take an NPI whose check digit does not fit for blank */
    ihp_import_progress_fn progress; /* may be NULL; called on rank 0, for its share of the rows */
    void *progress_context;
    uint64_t run_lines; /* most claim lines to sort at once; 0: as many as memory allows */
};

/* How many line numbers are kept of a kind of bad row. */
#define IHP_IMPORT_FIRST_LINES 5

/* A kind of bad row: the file, what is wrong, how many rows, the lowest line numbers. */
struct ihp_import_bad_kind {
    char file[100];
    char reason[320];
    uint64_t rows;
    int64_t cents;       /* sum of the paid amounts of claim lines that have a valid one; else 0 */
    uint64_t unreadable; /* claim lines of which no amount can be read; their dollars are unknown */
    bool repeats;        /* each row repeats one that is imported, so that nothing is lost */
    uint64_t first_line[IHP_IMPORT_FIRST_LINES]; /* ascending */
    size_t first_lines;
};

/* What an import did. The first counts are those of the store. */
struct ihp_import_report {
    uint64_t members, spans, morbidity_rows, providers, lines;
    uint64_t social_risk_rows, coordination_rows, coordination_paid_rows;
    uint64_t rows_read; /* of all files, bad rows included */
    uint64_t bad_rows;  /* a row counts once, by the first error found in it */
    uint64_t sort_runs; /* sorted pieces of the claims that were written to temporary files; the one
                           number that depends on memory and ranks */
    struct ihp_import_bad_kind *bad_kind; /* owned; by file, then by first line */
    size_t bad_kinds;
    char
        *record; /* owned; after success the record of the import as JSON (docs/data.md); or NULL */
};

/* Imports an extract. Collective over `options->comm`, which is duplicated; all ranks give the same
 * options. With MPI_COMM_NULL MPI need not be initialized.
 *
 * Returns IHP_OK, IHP_ERR_USAGE for options that are not valid (too little memory; the message says
 * how much is needed), for a store or quarantine file that exists (without `force`), is a file of
 * the extract or is being written by another run, IHP_ERR_DATA for errors in the extract,
 * IHP_ERR_RUN if writing fails. After a failure no new store, quarantine file or temporary file is
 * left, a store that was there before is unchanged, and every rank has the same status and message.
 * `*report` (zero-initialized by the caller, freed with `ihp_import_report_clear`) is filled in on
 * rank 0 after success, and after a failure because of bad rows; otherwise it is unchanged.
 * `notices` may be NULL; rank 0 adds to them. */
IHP_API enum ihp_status ihp_import(const struct ihp_import_options *options,
                                   struct ihp_import_report *report, struct ihp_notices *notices,
                                   struct ihp_error *err);

/* Frees what a report owns and sets it to zero. */
IHP_API void ihp_import_report_clear(struct ihp_import_report *report);

/* Size of the longest text of `ihp_import_bad_kind_format`, with its NUL. */
#define IHP_IMPORT_BAD_KIND_TEXT 600

/* Writes "claims.csv: 3 rows: paid_date is before service_date; first on lines 12, 40, 77" into
 * `buffer`, and returns it. */
IHP_API const char *ihp_import_bad_kind_format(const struct ihp_import_bad_kind *kind,
                                               char buffer[IHP_IMPORT_BAD_KIND_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
