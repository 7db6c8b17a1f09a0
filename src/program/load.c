/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program folder as a whole: the table of its files, and their loading by that table. */
#include "program/load.h"

#include "base/hash_hex.h"
#include "base/nearest.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* The files, in the order in which they are read and enter the folder's hash. `terms` is NULL where
 * a file may change between an interim and its final settlement. */
static const struct file {
    struct ihp__program_file about;
    ihp__program_reader *read;
    ihp__program_terms *terms;
} files[] = {
    {{"ihps", true, "3.8.4, 6.1, 16.8.2, 16.9",
      "the IHPs: track, type of roster, claims cap, payments, termination"},
     ihp__read_partnerships,
     ihp__partnerships_terms},
    {{"rosters", true, "3.8", "the providers of each IHP by quarter"},
     ihp__read_rosters,
     ihp__rosters_terms},
    {{"taxonomy", true, "Appendix 1", "the class, PCP or SPE, of each provider taxonomy"},
     ihp__read_taxonomy,
     ihp__taxonomy_terms},
    {{"categories", true, "Appendix 2", "the categories of service that are core services"},
     ihp__read_categories,
     ihp__categories_terms},
    {{"codes", true, "13.3.4.1, 13.3.5.1", "procedure codes of visits and of care coordination"},
     ihp__read_codes,
     ihp__codes_terms},
    {{"corridors", true, "16.8.2.3", "each IHP's share of savings and losses"},
     ihp__read_corridors,
     ihp__corridors_terms},
    {{"trend", true, "16.4.2", "the expected trend of each year"},
     ihp__read_trend,
     ihp__trend_terms},
    {{"interim_payers", false, "2.12, 5.4.2", "what each payer paid for the interim settlement"},
     ihp__read_interim_payers,
     NULL},
    {{"overrides", false, "4.6.4.2", "the State's decisions on members after review"},
     ihp__read_overrides,
     NULL},
    {{"measures", false, "17, 18", "the quality measures, their weights and scoring"},
     ihp__read_measures,
     NULL},
    {{"benchmarks", false, "17.3.1, 18.4", "benchmarks and percentiles of the measures by year"},
     ihp__read_benchmarks,
     NULL},
    {{"quality", false, "17, 18", "each IHP's results on the measures; requires measures.csv"},
     ihp__read_quality,
     NULL},
    {{"circumstances", false, "5.9", "counties and months of extreme circumstances"},
     ihp__read_circumstances,
     NULL},
    {{"holidays", false, "2.9", "days on which the State is closed; ihp notices and appeal use it"},
     ihp__read_holidays,
     NULL},
    {{"payment", false, "15.2.4, 15.3.5, 5.2.1", "dollars and uplifts; ihp pay requires it"},
     ihp__read_payment,
     NULL},
    {{"part2", false, "4.6.1.2", "lines that data packages exclude; ihp package requires it"},
     ihp__read_part2,
     NULL},
};
enum { FILES = sizeof files / sizeof files[0] };

const struct ihp__program_file *ihp__program_file(size_t i)
{
    return i < FILES ? &files[i].about : NULL;
}

/* ---- which files the folder has -------------------------------------------------------------- */

static bool is_known(const char *file)
{
    for (size_t i = 0; i < FILES; i++) {
        size_t length = strlen(files[i].about.name);
        if (strncmp(file, files[i].about.name, length) == 0 &&
            ihp__csv_ending(file) == file + length) {
            return true;
        }
    }
    return false;
}

/* Refuses a file that the table does not have, so that a misspelled name is not overlooked. */
static enum ihp_status check_file(const char *folder, const char *file, struct ihp_error *err)
{
    static const char *const ignored[] = {".", "README", "LICENSE"};
    char name[FILES][32], meant[64] = "";
    const char *names[FILES];
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
        if (strncmp(file, ignored[i], strlen(ignored[i])) == 0) {
            return IHP_OK;
        }
    }
    if (is_known(file)) {
        return IHP_OK;
    }
    for (size_t i = 0; i < FILES; i++) {
        snprintf(name[i], sizeof name[i], "%s.csv", files[i].about.name);
        names[i] = name[i];
    }
    const char *near = ihp__nearest(file, names, FILES);
    if (near != NULL) {
        snprintf(meant, sizeof meant, " (did you mean %s?)", near);
    }
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s/%.80s: is not a file of a program folder%s; rename or remove it "
                     "(docs/data.md lists the files)",
                     folder, file, meant);
}

static enum ihp_status check_folder(const char *path, struct ihp_error *err)
{
    errno = 0;
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return ihp__fail_system(err, IHP_ERR_DATA, path, "the program folder cannot be read");
    }
    errno = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL; errno = 0) {
        if (check_file(path, entry->d_name, err) != IHP_OK) {
            errno = 0;
            break;
        }
    }
    enum ihp_status status = err->status;
    if (errno != 0) {
        status = ihp__fail_system(err, IHP_ERR_DATA, path, "the program folder cannot be read");
    }
    closedir(folder);
    return status;
}

/* ---- loading --------------------------------------------------------------------------------- */

/* Adds a file's name and contents to the hash, so that a result can say what it was made from. */
static enum ihp_status hash_file(XXH3_state_t *state, const char *path, struct ihp_error *err)
{
    if (ihp__csv_check_file(path, err) != IHP_OK) {
        return err->status;
    }
    errno = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
    }
    const char *name = ihp__path_base(path);
    XXH3_128bits_update(state, name, strlen(name) + 1);
    char chunk[16384];
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;) {
        XXH3_128bits_update(state, chunk, got);
    }
    enum ihp_status status = IHP_OK;
    if (ferror(file) != 0) {
        status = ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read to its end");
    }
    fclose(file);
    return status;
}

static enum ihp_status load_file(struct ihp__program_load *load, const struct file *file,
                                 XXH3_state_t *state, struct ihp_error *err)
{
    const char *folder = load->program->folder;
    char path[IHP__PATH_MAX];
    bool found;
    if (ihp__csv_find(folder, file->about.name, false, path, sizeof path, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found) {
        return file->about.required
                   ? ihp__fail(err, IHP_ERR_DATA,
                               "%s/%s.csv: is missing; a program folder requires it (%s) [%s]",
                               folder, file->about.name, file->about.meaning, file->about.section)
                   : IHP_OK;
    }
    if (hash_file(state, path, err) != IHP_OK) {
        return err->status;
    }
    return file->read(load, path, err);
}

static enum ihp_status load_files(struct ihp__program_load *load, struct ihp_error *err)
{
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) {
        return ihp__fail_memory(err, "a hash");
    }
    XXH3_128bits_reset(state);
    for (size_t i = 0; i < FILES; i++) {
        if (load_file(load, &files[i], state, err) != IHP_OK) {
            break;
        }
    }
    XXH128_hash_t hash = XXH3_128bits_digest(state);
    ihp__hash_hex(hash.high64, hash.low64, load->program->hash);
    XXH3_freeState(state);
    return err->status;
}

enum ihp_status ihp__program_load(const char *folder, struct ihp__program **out,
                                  struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__program_load load = {.program = calloc(1, sizeof *load.program),
                                     .notices = notices};
    if (load.program == NULL || (load.program->folder = strdup(folder)) == NULL ||
        (load.program->taxonomy = ihp__dict_create(IHP__TAXONOMIES_MAX)) == NULL) {
        ihp__program_destroy(&load.program);
        return ihp__fail_memory(err, "the program folder");
    }
    if (check_folder(folder, err) != IHP_OK || load_files(&load, err) != IHP_OK) {
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
    free(p->class_row);
    free(p->code);
    free(p->corridor);
    free(p->trend);
    free(p->interim_payer);
    free(p->override_);
    free(p->circumstance);
    free(p->holiday);
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

void ihp__program_terms_hash(const struct ihp__program *program, int base_year,
                             int performance_year, char hex[IHP__HASH_TEXT])
{
    struct ihp__terms_hash terms = {.base_year = base_year, .performance_year = performance_year};
    for (size_t i = 0; i < FILES; i++) {
        if (files[i].terms != NULL) {
            files[i].terms(&terms, program);
        }
    }
    ihp__hash_hex(terms.high, terms.low, hex);
}
