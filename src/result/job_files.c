/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a job next to a settlement in a result folder: payments, reconciliation. */
#include "result/job_files.h"

#include "result/folder.h"
#include "result/manifest.h"
#include "result/result_readme.h"
#include "result/results_h5.h"

static enum ihp_status write_files(struct ihp__output *output, const struct ihp__job_files *job,
                                   json_t *manifest, const struct ihp__run_stats *stats,
                                   struct ihp_error *err)
{
    const struct ihp__h5_content content = {job->table, job->tables, manifest, NULL};
    char name[IHP__FILE_TEXT];
    snprintf(name, sizeof name, "%s.h5", job->name);
    if (ihp__folder_write_tables(output->path, job->group, job->table, job->tables, err) !=
            IHP_OK ||
        ihp__result_readme_write(output->path, NULL, job->group, err) != IHP_OK ||
        ihp__results_h5_write(output->path, name, &content, err) != IHP_OK) {
        return err->status;
    }
    if (json_object_set_new(manifest, "run", ihp__manifest_run(job->deck, stats)) != 0) {
        return ihp__fail_memory(err, "the manifest");
    }
    return ihp__output_finish(output, manifest, err);
}

enum ihp_status ihp__job_files_write(struct ihp__output *output, const struct ihp__job_files *job,
                                     const struct ihp_notices *notices,
                                     const struct ihp__run_stats *stats, struct ihp_error *err)
{
    json_t *manifest = ihp__manifest_job(job, notices);
    if (manifest == NULL) {
        return ihp__fail_memory(err, "the manifest");
    }
    enum ihp_status status = write_files(output, job, manifest, stats, err);
    json_decref(manifest);
    return status;
}
