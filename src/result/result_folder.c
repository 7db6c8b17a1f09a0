/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result folder of a settlement: filled, with the manifest last. */
#include "result/result_folder.h"

#include "result/folder.h"
#include "result/import_record.h"
#include "result/manifest.h"
#include "result/result_readme.h"
#include "result/results_h5.h"

enum ihp_status ihp__result_fill(struct ihp__output *output,
                                 const struct ihp__table table[IHP__TABLES], json_t *manifest,
                                 json_t *run, struct ihp_error *err)
{
    const char *folder = output->path;
    const struct ihp__h5_content content = {table, IHP__TABLES, manifest, IHP__TIMINGS};
    enum ihp_status status =
        ihp__folder_write_tables(folder, IHP__FILES_RESULT, table, IHP__TABLES, err);
    if (status == IHP_OK) {
        status = ihp__result_readme_write(folder, NULL, IHP__FILES_RESULT, err);
    }
    if (status == IHP_OK) {
        status = ihp__results_h5_write(folder, "results.h5", &content, err);
    }
    if (json_object_set_new(manifest, "run", run) != 0) { /* consumes `run` in any case */
        return ihp__fail_memory(err, "the manifest");
    }
    if (status != IHP_OK ||
        ihp__timings_write(folder, json_object_get(manifest, "run"), err) != IHP_OK) {
        return err->status;
    }
    return ihp__output_finish(output, manifest, err);
}

enum ihp_status ihp__result_write(struct ihp__output *output, const struct ihp__result_input *input,
                                  const struct ihp__table table[IHP__TABLES],
                                  const struct ihp_notices *notices,
                                  const struct ihp__run_stats *stats, struct ihp_error *err)
{
    json_t *manifest = ihp__manifest_create(input, notices);
    if (manifest == NULL ||
        json_object_set_new(manifest, "import", ihp__record_summary(input->import_record)) != 0) {
        json_decref(manifest);
        return ihp__fail_memory(err, "the manifest");
    }
    enum ihp_status status =
        ihp__result_fill(output, table, manifest, ihp__manifest_run(input->deck, stats), err);
    json_decref(manifest);
    return status;
}
