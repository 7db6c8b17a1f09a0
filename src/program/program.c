/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program folder as a whole: which files may stand in it, their order of reading, lookups. */
#include "program_internal.h"

#include "base/hash_hex.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <xxhash.h>

/* Every file a program folder may hold. */
static const char *const known_files[] = {
    "ihps",      "rosters",  "taxonomy",   "categories", "codes",         "corridors", "trend",
    "overrides", "measures", "benchmarks", "quality",    "circumstances", "payment",   "part2",
};
enum { KNOWN_FILES = sizeof known_files / sizeof known_files[0] };

static bool is_known(const char *file)
{
    for (size_t i = 0; i < KNOWN_FILES; i++) {
        size_t length = strlen(known_files[i]);
        if (strncmp(file, known_files[i], length) == 0 &&
            (strcmp(file + length, ".csv") == 0 || strcmp(file + length, ".csv.gz") == 0)) {
            return true;
        }
    }
    return false;
}

static enum ihp_status check_file(struct ihp__program_load *load, const char *file,
                                  struct ihp_error *err)
{
    if (file[0] == '.' || strncmp(file, "README", 6) == 0 || strncmp(file, "LICENSE", 7) == 0 ||
        is_known(file)) {
        return IHP_OK;
    }
    return ihp__fail(
        err, IHP_ERR_DATA,
        "%s/%.80s: is no file of a program folder; the files are listed in docs/data.md",
        load->program->folder, file);
}

static enum ihp_status check_folder(struct ihp__program_load *load, struct ihp_error *err)
{
    DIR *folder = opendir(load->program->folder);
    if (folder == NULL) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: the program folder cannot be read (%s)",
                         load->program->folder, strerror(errno));
    }
    for (struct dirent *entry; err->status == IHP_OK && (entry = readdir(folder)) != NULL;) {
        check_file(load, entry->d_name, err);
    }
    closedir(folder);
    return err->status;
}

static enum ihp_status hash_file(XXH3_state_t *state, const char *path, struct ihp_error *err)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: cannot be read (%s)", path, strerror(errno));
    }
    const char *name = ihp__path_base(path);
    XXH3_128bits_update(state, name, strlen(name) + 1);
    char chunk[16384];
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;) {
        XXH3_128bits_update(state, chunk, got);
    }
    fclose(file);
    return IHP_OK;
}

/* A hash over the files read, so that a result can say what it came from. */
static enum ihp_status hash_folder(struct ihp__program *program, struct ihp_error *err)
{
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) {
        return ihp__fail_memory(err, "a hash");
    }
    XXH3_128bits_reset(state);
    for (size_t i = 0; i < KNOWN_FILES; i++) {
        char path[IHP__PROGRAM_PATH_BYTES];
        bool found;
        if (ihp__csv_find(program->folder, known_files[i], false, path, sizeof path, &found, err) ==
                IHP_OK &&
            found) {
            hash_file(state, path, err);
        }
    }
    XXH128_hash_t hash = XXH3_128bits_digest(state);
    ihp__hash_hex(hash.high64, hash.low64, program->hash);
    XXH3_freeState(state);
    return err->status;
}

enum ihp_status ihp__program_has_file(const struct ihp__program *program, const char *name,
                                      bool *found, struct ihp_error *err)
{
    char path[IHP__PROGRAM_PATH_BYTES];
    return ihp__csv_find(program->folder, name, false, path, sizeof path, found, err);
}

enum ihp_status ihp__program_read_file(struct ihp__program_load *load, const char *name,
                                       bool required, const struct ihp__csv_column *columns,
                                       size_t count, ihp__csv_row_fn row_fn, struct ihp_error *err)
{
    char path[IHP__PROGRAM_PATH_BYTES];
    bool found;
    if (ihp__csv_find(load->program->folder, name, required, path, sizeof path, &found, err) !=
        IHP_OK) {
        return err->status;
    }
    return found ? ihp__csv_read(path, columns, count, row_fn, load, load->notices, err) : IHP_OK;
}

const char *ihp__quote(const char *text, char buffer[64])
{
    snprintf(buffer, 64, "'%.40s'", text);
    return buffer;
}

enum ihp_status ihp__program_field_partnership(const struct ihp__program *program,
                                               const struct ihp__csv_row *row, size_t field,
                                               int *partnership, struct ihp_error *err)
{
    int found = ihp__program_find(program, row->field[field]);
    if (found < 0) {
        char saw[64];
        return ihp__fail_field(err, row, "ihp_id", ihp__quote(row->field[field], saw),
                               "an ihp_id of ihps.csv");
    }
    *partnership = found;
    return IHP_OK;
}

enum ihp_status ihp__program_load(const char *folder, struct ihp__program **out,
                                  struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__program_load load = {.program = calloc(1, sizeof *load.program),
                                     .notices = notices};
    if (load.program == NULL || (load.program->folder = strdup(folder)) == NULL ||
        (load.program->taxonomy = ihp__dict_create(1000000)) == NULL) {
        ihp__program_destroy(&load.program);
        return ihp__fail_memory(err, "the program folder");
    }
    if (check_folder(&load, err) != IHP_OK ||
        ihp__program_read_partnerships(&load, err) != IHP_OK ||
        ihp__program_read_tables(&load, err) != IHP_OK ||
        ihp__program_read_circumstances(&load, err) != IHP_OK ||
        ihp__program_read_measures(&load, err) != IHP_OK ||
        ihp__program_read_quality(&load, err) != IHP_OK ||
        ihp__program_read_rosters(&load, err) != IHP_OK ||
        ihp__program_read_payment(&load, err) != IHP_OK ||
        ihp__program_read_part2(&load, err) != IHP_OK || hash_folder(load.program, err) != IHP_OK) {
        ihp__program_destroy(&load.program);
        return err->status;
    }
    *out = load.program;
    return IHP_OK;
}

void ihp__program_destroy(struct ihp__program **program)
{
    if (program == NULL || *program == NULL) {
        return;
    }
    struct ihp__program *p = *program;
    for (size_t i = 0; i < p->partnerships; i++) {
        free(p->partnership[i].name);
    }
    free(p->partnership);
    free(p->roster);
    ihp__dict_destroy(&p->taxonomy);
    free(p->taxonomy_class);
    free(p->code);
    free(p->corridor);
    free(p->trend);
    free(p->override_);
    free(p->circumstance);
    for (size_t i = 0; i < p->measures; i++) {
        free(p->measure[i].category);
    }
    free(p->measure);
    free(p->benchmark);
    free(p->quality);
    free(p->part2_code);
    free(p->folder);
    free(p);
    *program = NULL;
}

int ihp__program_find(const struct ihp__program *program, const char *id)
{
    for (size_t i = 0; i < program->partnerships; i++) {
        if (strcmp(program->partnership[i].id, id) == 0) {
            return (int)i;
        }
    }
    return -1;
}

enum ihp__class ihp__program_class(const struct ihp__program *program, const char *taxonomy)
{
    int64_t listed = ihp__dict_find(program->taxonomy, taxonomy);
    return listed < 0 ? IHP__CLASS_SPE : (enum ihp__class)program->taxonomy_class[listed];
}

unsigned ihp__program_code_sets(const struct ihp__program *program, const char *code)
{
    unsigned sets = 0;
    if (strlen(code) != IHP__PROCEDURE_LENGTH) {
        return 0;
    }
    for (size_t i = 0; i < program->codes; i++) {
        const struct ihp__code_range *range = &program->code[i];
        if (strcmp(code, range->from) >= 0 && strcmp(code, range->to) <= 0) {
            sets |= range->set;
        }
    }
    return sets;
}

const struct ihp__corridor *ihp__program_corridors(const struct ihp__program *program,
                                                   int partnership, size_t *count)
{
    for (int wanted = partnership;; wanted = -1) {
        size_t first = 0, found = 0;
        for (size_t i = 0; i < program->corridors; i++) {
            if (program->corridor[i].partnership == wanted) {
                first = found == 0 ? i : first;
                found++;
            }
        }
        if (found > 0 || wanted == -1) {
            *count = found;
            return program->corridor + first;
        }
    }
}

const struct ihp__trend *ihp__program_trend(const struct ihp__program *program, int year)
{
    for (size_t i = 0; i < program->trends; i++) {
        if (program->trend[i].year == year) {
            return &program->trend[i];
        }
    }
    return NULL;
}
