/* SPDX-License-Identifier: GPL-3.0-or-later */
/* program_folder.h - a small valid program folder, one file of which a test may replace or add.
 */
#ifndef IHP_TEST_PROGRAM_FOLDER_H
#define IHP_TEST_PROGRAM_FOLDER_H

#include "files.h"
#include "program/program.h"

/* Four IHPs: A and B all-in, C and D billing/treating. */
#define IHPS                                                                                       \
    "ihp_id,name,track,roster_type,claims_cap,pbp_dollars,interim_paid,terminated_on,"             \
    "termination\n"
#define IHPS_ROWS                                                                                  \
    IHPS "A,Alpha,1,all_in,,,,,\nB,\"Beta, Inc.\",2,all_in,0,100.5,-20.25,,\n"                     \
         "C,Gamma,2,billing_treating,50000,,,,\nD,Delta,2,billing_treating,200000,,,,\n"
#define ROSTERS "ihp_id,quarter,role,npi,designation,taxonomy\n"

static const struct {
    const char *name, *text;
} program_file[] = {
    {"ihps.csv", IHPS_ROWS},
    {"rosters.csv", ROSTERS "A,2025Q4,billing,1000000001,,\nB,2025Q4,billing,1000000002,,\n"
                            "C,2025Q4,billing,1000000003,,\nC,2025Q4,treating,2000000003,PCP,\n"},
    {"taxonomy.csv", "taxonomy,class\n207Q00000X,PCP\n207R00000X,PCP\n208600000X,SPE\n"},
    {"categories.csv", "service_class,category,name,included\nprofessional,043,Visits,I\n"
                       "inpatient,043,Stays,E\npharmacy,999E,Rest,E\npharmacy,999I,Rest,I\n"},
    {"codes.csv", "set,code_from,code_to\nem,99202,99215\nhealth_home,S0280,S0281\n"},
    {"corridors.csv", "ihp_id,from,to,ihp_share\n,0.98,1.00,0.5\n,0.90,0.98,0.5\n"
                      ",1.00,1.02,0.5\n,1.02,1.10,0.5\n"},
    {"trend.csv", "year,rate,adjustment\n2024,0.03,\n2025,0.041,-0.004\n"},
};
enum { PROGRAM_FILES = sizeof program_file / sizeof program_file[0] };

/* Writes the folder. `text` replaces the file `name`, or is added as that; NULL for neither. */
static inline void write_program(const char *name, const char *text)
{
    for (size_t i = 0; i < PROGRAM_FILES; i++) {
        write_text(in_folder(program_file[i].name), program_file[i].text);
    }
    if (name != NULL) {
        write_text(in_folder(name), text);
    }
}

/* Loads the folder as `write_program` makes it; it must be valid. */
static inline struct ihp__program *loaded_program(const char *name, const char *text,
                                                  struct ihp_notices *notices)
{
    struct ihp__program *program = NULL;
    struct ihp_error err = {0};
    write_program(name, text);
    if (ihp__program_load(test_folder, &program, notices, &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
    return program;
}

/* Checks that the folder is refused with a message that begins with "FOLDER/" and `begins`, and
 * contains `part`. */
static inline void assert_program_refused(const char *name, const char *text, const char *begins,
                                          const char *part)
{
    struct ihp__program *program = NULL;
    struct ihp_error err = {0};
    char begin[PATH_BYTES];
    write_program(name, text);
    if (ihp__program_load(test_folder, &program, NULL, &err) == IHP_OK) {
        fail_msg("%s is not refused: %s", name, text);
    }
    assert_null(program);
    snprintf(begin, sizeof begin, "%s", in_folder(begins));
    assert_error(&err, IHP_ERR_DATA, begin);
    assert_memory_equal(err.text, begin, strlen(begin));
    assert_error(&err, IHP_ERR_DATA, part);
}

/* Rows of a file after its header, how the refusal begins after the name of the file, and another
 * part of it. */
struct refusal {
    const char *rows, *begins, *part;
};

static inline void assert_refusals(const char *file, const char *header,
                                   const struct refusal *refusal, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[2000], begins[200];
        snprintf(text, sizeof text, "%s%s", header, refusal[i].rows);
        snprintf(begins, sizeof begins, "%s%s", file, refusal[i].begins);
        assert_program_refused(file, text, begins, refusal[i].part);
    }
}
#define ASSERT_REFUSALS(file, header, cases)                                                       \
    assert_refusals(file, header, cases, sizeof cases / sizeof cases[0])

#endif
