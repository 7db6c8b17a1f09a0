/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a job that stands beside a settlement in a result folder: payments,
 * reconciliation. */
#include "result_internal.h"

#include <unistd.h>

enum { NAME_BYTES = 80 };

static const char *file_name(const struct ihp__job_files *job, const char *ending,
                             char name[NAME_BYTES])
{
    snprintf(name, NAME_BYTES, "%s%s", job->name, ending);
    return name;
}

enum ihp_status ihp__job_files_check(const char *folder, const char *program, const char *name,
                                     bool force, struct ihp_error *err)
{
    char last[NAME_BYTES];
    snprintf(last, sizeof last, "%s.json", name);
    return ihp__folder_check(folder, program, last, force, err);
}

static bool is_of_payments(const char *name)
{
    static const char *const files[] = {"payments.json", "payments.h5", "payments.csv",
                                        "payments_quarter.csv", "payment_categories.csv"};
    return ihp__is_file_or_part(name, files, sizeof files / sizeof files[0]);
}

static bool is_of_reconciliation(const char *name)
{
    static const char *const files[] = {"reconcile.json", "reconcile.h5", "reconcile.csv"};
    return ihp__is_file_or_part(name, files, sizeof files / sizeof files[0]);
}

/* The job's .json first, as without it nothing is finished; then its files and what a killed run
 * left of them. */
static void remove_files(const char *folder, const struct ihp__job_files *job)
{
    char name[NAME_BYTES], path[IHP__PATH_MAX];
    if (ihp__path_join(path, sizeof path, folder, file_name(job, ".json", name), NULL) == IHP_OK) {
        unlink(path);
    }
    ihp__remove_files(folder, job->members != NULL ? is_of_payments : is_of_reconciliation);
    if (job->members != NULL &&
        ihp__path_join(path, sizeof path, folder, job->members, NULL) == IHP_OK) {
        ihp__remove_files(path, ihp__is_member_file);
        rmdir(path);
    }
}

enum ihp_status ihp__job_files_begin(const char *folder, const struct ihp__job_files *job,
                                     bool *made, struct ihp_error *err)
{
    if (ihp__folder_make(folder, made, err) == IHP_OK && !*made) {
        remove_files(folder, job);
    }
    return err->status;
}

void ihp__job_files_abandon(const char *folder, const struct ihp__job_files *job, bool made)
{
    remove_files(folder, job);
    if (made) {
        rmdir(folder);
    }
}

static enum ihp_status write_files(const char *folder, const struct ihp__job_files *job,
                                   json_t *manifest, const struct ihp__run_stats *stats,
                                   struct ihp_error *err)
{
    const struct ihp__h5_content content = {job->table, job->tables, manifest, NULL};
    char name[NAME_BYTES];
    if (ihp__tables_write_csv(job->table, job->tables, folder, 0666, err) != IHP_OK ||
        ihp__results_h5_write(folder, file_name(job, ".h5", name), &content, err) != IHP_OK) {
        return err->status;
    }
    if (json_object_set_new(manifest, "run", ihp__manifest_run(job->deck, stats)) != 0) {
        return ihp__fail_memory(err, "the manifest");
    }
    return ihp__json_write(folder, file_name(job, ".json", name), 0666, manifest, err);
}

enum ihp_status ihp__job_files_write(const char *folder, const struct ihp__job_files *job,
                                     const struct ihp_notices *notices,
                                     const struct ihp__run_stats *stats, struct ihp_error *err)
{
    json_t *manifest = ihp__manifest_job(job, notices);
    if (manifest == NULL) {
        return ihp__fail_memory(err, "the manifest");
    }
    enum ihp_status status = write_files(folder, job, manifest, stats, err);
    json_decref(manifest);
    return status;
}
