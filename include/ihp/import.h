/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import.h - import: a state extract (CSV files) becomes a store.
 *
 * Call `ihp_import`, alone or on every rank of a communicator. What came of it stands in an
 * `ihp_import_report`: how much was imported, and which rows were bad, by kind;
 * `ihp_import_bad_kind_format` puts a kind into one line.
 *
 * Faults are of two sorts. A fault of structure (a missing file or column, a file cut short) stops
 * the import at once with one message. Bad rows (a field that does not parse, a member that is not
 * in members.csv, a claim line that stands twice) are counted by kind while reading goes on, so
 * that one import shows all of them. Any bad row makes the import fail, unless a quarantine file
 * takes the bad rows; then the rest is imported, as if they had not been in the extract.
 *
 * The quarantine file has columns file, line, reason and row, the last being the documented columns
 * of the bad row as CSV text. Of rows that stand twice and say the same one is good and the others
 * are bad; when they contradict each other all are bad; the order of rows does not matter.
 *
 * The store's contents do not depend on the order of rows in the extract, nor on the number of
 * ranks; nor do faults and the quarantine file. Tables and buffers take at most `memory_bytes` a
 * rank, the process some 10 MiB more: claims are sorted through temporary files beside the store,
 * which only their owner can read and which have no name while they are in use, so that nothing of
 * them stays behind. (Ranks on more than one machine need the names, and remove them at the end.)
 *
 * Ranks share the work on claims.csv when it is plain: each reads a part of its rows, then sorts
 * and writes a part of the members. A claims.csv.gz is read by rank 0 alone, as are the small
 * files. All ranks must be able to read the extract, and to read and write beside the store.
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

/* Least memory of an import a rank, and what it takes when not told, in bytes. */
#define IHP_IMPORT_MEMORY_MIN     (UINT64_C(64) << 20)
#define IHP_IMPORT_MEMORY_DEFAULT (UINT64_C(1) << 30)

/* How far an import is. */
struct ihp_import_progress {
    const char *stage;                /* a static text: "reading claims.csv" */
    uint64_t rows;                    /* of this stage so far */
    uint64_t bytes_done, bytes_total; /* of the file as it lies on disk; 0 where no file is read */
};

/* Called at the start and the end of each stage and now and then between. */
typedef void (*ihp_import_progress_fn)(void *context, const struct ihp_import_progress *progress);

struct ihp_import_options {
    MPI_Comm comm;               /* the ranks that import; MPI_COMM_NULL: this process alone */
    const char *extract_dir;     /* the folder with members.csv and the others */
    const char *store_path;      /* replaced when, and only when, the import succeeds */
    const char *quarantine_path; /* CSV file for bad rows, mode 0600; NULL: bad rows are refused */
    uint64_t memory_bytes;       /* a rank; at least IHP_IMPORT_MEMORY_MIN; 0: the default */
    bool compress;               /* the store in its compressed form */
    ihp_import_progress_fn progress; /* may be NULL; called on rank 0, of its share of the rows */
    void *progress_context;
    uint64_t run_lines; /* for tests: most claim lines sorted at once; 0: as memory allows */
};

/* Most line numbers kept of a kind of fault. */
#define IHP_IMPORT_FIRST_LINES 5

/* A kind of bad row: in which file, what is wrong, how many rows, the lowest line numbers. */
struct ihp_import_bad_kind {
    char file[40];
    char reason[320];
    uint64_t rows;
    uint64_t first_line[IHP_IMPORT_FIRST_LINES]; /* ascending */
    size_t first_lines;
};

/* What an import did. Counts are of what is in the store. */
struct ihp_import_report {
    uint64_t members, spans, morbidity_rows, providers, lines;
    uint64_t social_risk_rows, coordination_rows, coordination_paid_rows;
    uint64_t rows_read; /* of all files, bad ones too */
    uint64_t bad_rows;  /* a row is counted once, under the first fault found in it */
    uint64_t sort_runs; /* sorted pieces of the claims written to temporary files; the
                           one number that depends on memory and ranks */
    struct ihp_import_bad_kind *bad_kind; /* owned; by file, then by first line */
    size_t bad_kinds;
};

/* Imports an extract. Collective over `options->comm`, which is duplicated; all ranks give the same
 * options. With MPI_COMM_NULL MPI need not be initialised.
 *
 * Returns IHP_OK, and IHP_ERR_USAGE for options that cannot be (too little memory, with how much is
 * needed), IHP_ERR_DATA for an extract that is at fault, IHP_ERR_RUN when writing fails. After a
 * failure no store, no quarantine file and no temporary file is left, and a store that was there
 * before is untouched; every rank has the same status and message. `*report` (zero-initialised by
 * the caller, freed with `ihp_import_report_clear`) is filled, on rank 0, on success and where bad
 * rows are the cause of failure; it is untouched otherwise. `notices` may be NULL; they are rank
 * 0's. */
IHP_API enum ihp_status ihp_import(const struct ihp_import_options *options,
                                   struct ihp_import_report *report, struct ihp_notices *notices,
                                   struct ihp_error *err);

/* Frees what a report owns and zeroes it. */
IHP_API void ihp_import_report_clear(struct ihp_import_report *report);

/* The longest text of `ihp_import_bad_kind_format`, with its end. */
#define IHP_IMPORT_BAD_KIND_TEXT 600

/* "claims.csv: 3 rows: paid_date before service_date; first on lines 12, 40, 77" into `buffer`,
 * which is returned. */
IHP_API const char *ihp_import_bad_kind_format(const struct ihp_import_bad_kind *kind,
                                               char buffer[IHP_IMPORT_BAD_KIND_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
