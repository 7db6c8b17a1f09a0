/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp merge: puts the blocks of a sweep together into the result of the undivided run. Everything
 * is read and checked before the output folder is touched. */
#include "jobs/merge/merge.h"

#include "ihp/jobs.h"
#include "result/file_list.h"
#include "result/folder.h"
#include "result/json.h"
#include "result/result_folder.h"
#include "result/run_status.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct merging {
    const struct ihp_merge_options *options;
    struct ihp__merge_block *given;
    struct ihp__merge_block **of; /* by block, from 0 */
    size_t blocks;
    struct ihp__table table[IHP__TABLES];
    struct ihp__output output;
    struct ihp_notices *notices;
    struct ihp_error *err;
};

/* ---- the blocks ------------------------------------------------------------------------------ */

static enum ihp_status open_blocks(struct merging *m)
{
    for (size_t i = 0; i < m->options->folders; i++) {
        m->given[i].folder = m->options->folder[i];
        if (ihp__merge_block_open(&m->given[i], m->err) != IHP_OK) {
            return m->err->status;
        }
        if (i > 0 && ihp__merge_same_run(&m->given[0], &m->given[i], m->err) != IHP_OK) {
            return m->err->status;
        }
    }
    return IHP_OK;
}

/* Puts the blocks in their order. */
static enum ihp_status place_blocks(struct merging *m)
{
    m->blocks = m->given[0].block.blocks;
    m->of = calloc(m->blocks, sizeof(struct ihp__merge_block *));
    if (m->of == NULL) {
        return ihp__fail_memory(m->err, "the blocks");
    }
    for (size_t i = 0; i < m->options->folders; i++) {
        struct ihp__merge_block **at = &m->of[m->given[i].block.number - 1];
        if (*at != NULL) {
            return ihp__merge_same_block(*at, &m->given[i], m->err);
        }
        *at = &m->given[i];
    }
    return IHP_OK;
}

/* Adds "7 to 9" to a list, or "..." once where no more fits. */
static void list_run(char *list, size_t size, size_t first, size_t last)
{
    char text[64];
    size_t used = strlen(list);
    if (used >= 3 && strcmp(list + used - 3, "...") == 0) {
        return;
    }
    int length = first == last ? snprintf(text, sizeof text, "%zu", first)
                               : snprintf(text, sizeof text, "%zu to %zu", first, last);
    bool fits = used + (size_t)length + 8 < size;
    snprintf(list + used, size - used, "%s%s", used > 0 ? ", " : "", fits ? text : "...");
}

static enum ihp_status check_missing(struct merging *m)
{
    char list[400] = "";
    size_t missing = 0, first = 0;
    for (size_t b = 0; b < m->blocks; b++) {
        if (m->of[b] != NULL) {
            continue;
        }
        size_t last = b;
        while (last + 1 < m->blocks && m->of[last + 1] == NULL) {
            last++;
        }
        list_run(list, sizeof list, b + 1, last + 1);
        first = missing == 0 ? b + 1 : first;
        missing += last - b + 1;
        b = last;
    }
    if (missing == 0) {
        return IHP_OK;
    }
    return ihp__fail(m->err, IHP_ERR_DATA,
                     "block%s %s of %zu %s missing; run 'ihp settle DECK --block "
                     "%zu/%zu -o FOLDER'%s",
                     missing == 1 ? "" : "s", list, m->blocks, missing == 1 ? "is" : "are", first,
                     m->blocks, missing == 1 ? "" : " and so on");
}

/* Opens the output, which must not be one of the folders it is made from, nor the program folder of
 * the run. */
static enum ihp_status open_output(struct merging *m)
{
    const char *output = m->options->output;
    const json_t *run = json_object_get(m->given[0].manifest, "run");
    const char *program = json_string_value(json_object_get(run, "program"));
    for (size_t i = 0; i < m->options->folders; i++) {
        if (ihp__is_same_place(output, m->given[i].folder)) {
            return ihp__fail(m->err, IHP_ERR_USAGE, "%s: --output: is a block; name another folder",
                             output);
        }
    }
    const struct ihp__output_request request = {.folder = output,
                                                .program = program == NULL ? "" : program,
                                                .group = IHP__FILES_RESULT,
                                                .force = m->options->force,
                                                .first = true};
    return ihp__output_open(&m->output, &request, m->err);
}

/* Checks that each block has the files that its run wrote. */
static enum ihp_status check_files(struct merging *m)
{
    for (size_t b = 0; b < m->blocks; b++) {
        if (ihp__file_list_check(m->of[b]->folder, IHP__FILES_RESULT, m->of[b]->manifest,
                                 IHP__CHECK_ALL, NULL, m->notices, m->err) != IHP_OK) {
            return m->err->status;
        }
    }
    return IHP_OK;
}

static enum ihp_status read_tables(struct merging *m)
{
    const struct ihp__merge_block *first = m->of[0];
    if (ihp__merge_read_own(first, m->table, m->err) != IHP_OK) {
        return m->err->status;
    }
    for (size_t b = 0; b < m->blocks; b++) {
        if (b > 0 && ihp__merge_same_own(first, m->of[b], m->table, m->err) != IHP_OK) {
            return m->err->status;
        }
        if (ihp__merge_read_scenarios(m->of[b], m->table, m->err) != IHP_OK) {
            return m->err->status;
        }
    }
    return m->table[IHP__TABLE_READINGS].columns > 0
               ? ihp__merge_order_readings(m->table, first->partnerships, m->err)
               : IHP_OK;
}

/* ---- the merged folder ----------------------------------------------------------------------- */

/* Makes the entry of what may differ between equal runs: where the result is, and the same entry of
 * each block. */
static json_t *run_of(const struct merging *m)
{
    char finished[IHP__MOMENT_TEXT];
    json_t *parts = json_array();
    for (size_t b = 0; b < m->blocks; b++) {
        json_t *part = json_pack("{s:I, s:o}", "block", (json_int_t)b + 1, "folder",
                                 ihp__json_text(m->of[b]->folder));
        if (part == NULL ||
            json_object_update(part, json_object_get(m->of[b]->manifest, "run")) != 0 ||
            json_array_append(parts, part) != 0) {
            json_decref(part);
            json_decref(parts);
            return NULL;
        }
        json_decref(part);
    }
    return json_pack("{s:s, s:o, s:o}", "finished", ihp__moment_format(time(NULL), finished),
                     "output", ihp__json_text(m->options->output), "parts", parts);
}

/* Copies the member files of the first block that has them. */
static enum ihp_status copy_member_files(struct merging *m)
{
    bool found = false;
    for (size_t b = 0; b < m->blocks && !found; b++) {
        if (ihp__merge_member_files(m->of[b], &m->table[IHP__TABLE_SETTLEMENT], m->output.path,
                                    &found, m->err) != IHP_OK) {
            return m->err->status;
        }
    }
    return IHP_OK;
}

/* Fills the folder that is begun, and puts it in its place. The manifest is that of the blocks
 * without the entries of a single block. */
static enum ihp_status fill(struct merging *m)
{
    if (copy_member_files(m) != IHP_OK) {
        return m->err->status;
    }
    json_t *manifest = ihp__json_copy(m->of[0]->manifest);
    bool whole = manifest != NULL && json_object_del(manifest, "part") == 0 &&
                 json_object_del(manifest, "run") == 0;
    json_object_del(manifest, "files"); /* of the blocks, unless an earlier version made them */
    json_object_del(manifest, "hash");
    enum ihp_status status =
        whole ? ihp__result_fill(&m->output, m->table, manifest, run_of(m), m->err)
              : ihp__fail_memory(m->err, "the manifest");
    json_decref(manifest);
    return status;
}

/* Removes a status file of the folder: it would be that of an earlier run with another result. */
static void forget_status(const struct merging *m)
{
    struct ihp_error ignored = {0};
    char path[IHP__PATH_MAX];
    if (ihp__run_status_path(m->options->output, path, &ignored) == IHP_OK) {
        unlink(path);
    }
}

static enum ihp_status write_folder(struct merging *m)
{
    if (ihp__output_begin(&m->output, MPI_COMM_NULL, m->err) != IHP_OK || fill(m) != IHP_OK) {
        return m->err->status;
    }
    forget_status(m);
    return IHP_OK;
}

static void end(struct merging *m)
{
    ihp__output_close(&m->output, m->notices, m->err);
    for (int t = 0; t < IHP__TABLES; t++) {
        ihp__table_free(&m->table[t]);
    }
    for (size_t i = 0; m->given != NULL && i < m->options->folders; i++) {
        json_decref(m->given[i].manifest);
    }
    free(m->given);
    free(m->of);
}

enum ihp_status ihp_merge(const struct ihp_merge_options *options, struct ihp_notices *notices,
                          struct ihp_error *err)
{
    struct merging m = {.options = options, .notices = notices, .err = err};
    if (options->folders == 0 || options->output == NULL || options->output[0] == '\0') {
        return ihp__fail(err, IHP_ERR_USAGE, "a block and an output folder are required");
    }
    m.given = calloc(options->folders, sizeof *m.given);
    if (m.given == NULL) {
        return ihp__fail_memory(err, "the blocks");
    }
    if (open_blocks(&m) == IHP_OK && place_blocks(&m) == IHP_OK && check_missing(&m) == IHP_OK &&
        open_output(&m) == IHP_OK && read_tables(&m) == IHP_OK && check_files(&m) == IHP_OK &&
        write_folder(&m) == IHP_OK && options->report != NULL) {
        fprintf(options->report, "%zu scenarios of %zu block%s\n\nResults: %s\n",
                m.of[0]->block.scenarios, m.blocks, m.blocks == 1 ? "" : "s", options->output);
    }
    end(&m);
    return err->status;
}
