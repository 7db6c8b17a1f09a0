/* The files of a job that stands beside a settlement in a result folder: payments,
 * reconciliation. */
#include "result_internal.h"

#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES = 80 };

static const char *file_name(const struct ihp_job *job, const char *ending, char name[NAME_BYTES])
{
    snprintf(name, NAME_BYTES, "%s%s", job->name, ending);
    return name;
}

enum ihp_status ihp_job_check(const char *folder, const char *name, bool force,
                              struct ihp_error *err)
{
    char path[IHP_PATH_MAX], file[NAME_BYTES];
    struct stat info;
    snprintf(file, sizeof file, "%s.json", name);
    if (!ihp_path_join(path, sizeof path, folder, file)) {
        return ihp_fail(err, IHP_ERR_USAGE, "%.200s: the path is too long", folder);
    }
    if (stat(folder, &info) == 0 && !S_ISDIR(info.st_mode)) {
        return ihp_fail(err, IHP_ERR_USAGE, "%s: output: is not a folder; name another", folder);
    }
    if (!force && stat(path, &info) == 0) {
        return ihp_fail(err, IHP_ERR_USAGE,
                        "%s: output: has finished %s; name another folder with -o or give --force",
                        folder, name);
    }
    return IHP_OK;
}

static void remove_file(const char *folder, const char *name)
{
    char path[IHP_PATH_MAX];
    if (ihp_path_join(path, sizeof path, folder, name)) {
        unlink(path);
    }
}

/* The job's .json first, as without it nothing is finished. */
static void remove_files(const char *folder, const struct ihp_job *job)
{
    char name[NAME_BYTES];
    remove_file(folder, file_name(job, ".json", name));
    remove_file(folder, file_name(job, ".h5", name));
    for (size_t t = 0; t < job->tables; t++) {
        snprintf(name, sizeof name, "%s.csv", job->table[t].name);
        remove_file(folder, name);
    }
}

enum ihp_status ihp_job_write(const char *folder, const struct ihp_job *job,
                              const struct ihp_notices *notices, struct ihp_error *err)
{
    bool made;
    char name[NAME_BYTES];
    if (ihp_folder_make(folder, &made, err) != IHP_OK) {
        return err->status;
    }
    remove_files(folder, job);
    json_t *manifest = ihp_manifest_job(job, notices);
    if (manifest == NULL) {
        ihp_fail_memory(err, "the manifest");
    }
    for (size_t t = 0; t < job->tables && err->status == IHP_OK; t++) {
        ihp_table_write_csv(&job->table[t], folder, err);
    }
    if (err->status == IHP_OK &&
        ihp_results_h5_write(folder, file_name(job, ".h5", name), job->table, job->tables, manifest,
                             err) == IHP_OK) {
        ihp_manifest_write(folder, file_name(job, ".json", name), manifest, err);
    }
    json_decref(manifest);
    if (err->status != IHP_OK) {
        remove_files(folder, job);
        if (made) {
            rmdir(folder);
        }
    }
    return err->status;
}
