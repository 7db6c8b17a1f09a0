/* SPDX-License-Identifier: GPL-3.0-or-later */
/* extract_fixture.h - a small extract in a temporary folder, for the tests of import.
 *
 * `base` is an extract without errors. Tests replace its files or add rows to them. Two imports are
 * compared by the content hash of their stores. */
#ifndef IHP_TEST_EXTRACT_FIXTURE_H
#define IHP_TEST_EXTRACT_FIXTURE_H

#include "base/base.h"
#include "ihp/import.h"
#include "store/store.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h> /* after the headers it needs */

enum { MEMBERS, ENROLLMENT, CLAIMS, MORBIDITY, PROVIDERS, SOCIAL_RISK, COORDINATION, FILES };

static const char *const file_name[FILES] = {"members",          "enrollment", "claims",
                                             "morbidity",        "providers",  "social_risk",
                                             "care_coordination"};

#define CLAIM_HEADER                                                                               \
    "claim_id,line,member_id,service_date,paid_date,status,procedure,service_class,category,"      \
    "billing_npi,treating_npi,payer,paid_amount\n"

static const char *const base[FILES] = {
    "member_id,birth_date,sex,county,race_ethnicity\n"
    "M2,1980-02-29,F,27053,White\nM1,2020-12-31,M,,\nM10,1950-01-01,U,27003,Black\n",
    "member_id,month_from,month_to,program,payer,exclusion\n"
    "M2,2024-01,2024-12,MA,MCO-RED,\nM1,2024-03,9999-12,MCRE,FFS,\n"
    "M2,2023-01,2023-12,XX,FFS,QMB\n",
    CLAIM_HEADER
    "C2,1,M2,2024-05-05,2024-06-01,P,99213,professional,043,9000000001,9000000011,FFS,100.00\n"
    "C1,2,M2,2024-05-05,2024-06-01,D,,pharmacy,030,,,FFS,12.5\n"
    "C1,1,M2,2024-05-05,2024-06-01,P,,inpatient,999I,9000000001,,MCO-BLUE,-3\n"
    "C3,1,M1,2024-01-01,2024-01-01,V,J1234,other,999E,,9000000012,MCO-RED,0\n",
    "member_id,year,acg\nM2,2024,0300\nM2,2023,0100\nM1,2024,0300\n",
    "npi,taxonomy\n9000000011,207Q00000X\n9000000099,\n",
    "member_id,month_from,month_to,factor\nM2,2024-01,2024-06,smi\n",
    "member_id,month,kind\nM2,2024-02,HCH\n",
};

struct fixture {
    char folder[64], store[96], quarantine[96];
    struct ihp_import_options options;
    struct ihp_import_report report;
    struct ihp_notices notices;
    struct ihp_error err;
};

static inline void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* Writes a file of the extract: `text`, then `more` unless it is NULL. */
static inline void put_file(const struct fixture *f, int file, const char *text, const char *more)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s.csv", f->folder, file_name[file]);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fprintf(out, "%s%s", text, more == NULL ? "" : more);
    assert_int_equal(fclose(out), 0);
}

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    snprintf(f->folder, sizeof f->folder, "extract-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->store, sizeof f->store, "%s/state.h5", f->folder);
    snprintf(f->quarantine, sizeof f->quarantine, "%s/bad", f->folder);
    f->options = (struct ihp_import_options){
        .comm = MPI_COMM_NULL,
        .extract_dir = f->folder,
        .store_path = f->store,
        .force = true, /* tests import several times */
        .quarantine_limit = 1,
        .allow_empty = true,
        /* The least. The address sanitizer marks all of a block as it is allocated and freed, which
         * takes half a second for the memory of an import by default. */
        .memory_bytes = IHP_IMPORT_MEMORY_MIN};
    for (int i = 0; i < FILES; i++) {
        put_file(f, i, base[i], NULL);
    }
    *state = f;
    return 0;
}

/* Counts the files of the folder that have `part` in their name, and removes them on request. */
static inline int files_with(const struct fixture *f, const char *part, bool remove_them)
{
    DIR *folder = opendir(f->folder);
    assert_non_null(folder);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.' && strstr(entry->d_name, part) != NULL) {
            char path[400];
            snprintf(path, sizeof path, "%s/%s", f->folder, entry->d_name);
            count++;
            if (remove_them) {
                unlink(path);
            }
        }
    }
    closedir(folder);
    return count;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    files_with(f, "", true);
    rmdir(f->folder);
    ihp_import_report_clear(&f->report);
    ihp_notices_clear(&f->notices);
    free(f);
    return 0;
}

static inline enum ihp_status import(struct fixture *f)
{
    ihp_import_report_clear(&f->report);
    f->err = (struct ihp_error){0};
    return ihp_import(&f->options, &f->report, &f->notices, &f->err);
}

static inline void assert_imports(struct fixture *f)
{
    if (import(f) != IHP_OK) {
        fail_msg("%s", f->err.text);
    }
    assert_int_equal(files_with(f, "part", false) + files_with(f, "sort", false), 0);
}

static inline struct ihp__store *open_store(struct fixture *f)
{
    struct ihp__store *store = NULL;
    if (ihp__store_open(f->store, &store, &f->err) != IHP_OK) {
        fail_msg("%s", f->err.text);
    }
    return store;
}

/* Imports and returns the content hash. */
static inline const char *hash_of(struct fixture *f, char hash[33])
{
    assert_imports(f);
    struct ihp__store *store = open_store(f);
    memcpy(hash, ihp__store_info(store)->content_hash, 33);
    ihp__store_close(&store);
    return hash;
}

static inline bool has_notice(const struct fixture *f, const char *text)
{
    for (size_t i = 0; i < f->notices.count; i++) {
        if (strcmp(f->notices.text[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static inline char *read_text(const char *path)
{
    static char text[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

#endif
