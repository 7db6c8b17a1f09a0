/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of the packages: making and removing it, README.txt and package.json. */
#include "result/package.h"

#include "ihp/version.h"
#include "result/folder.h"
#include "result/manifest.h"

#include <string.h>
#include <unistd.h>

/* ---- making and removing --------------------------------------------------------------------- */

enum ihp_status ihp__package_check(const char *folder, const char *program, bool force,
                                   struct ihp_error *err)
{
    return ihp__folder_check(folder, program, IHP__FILES_PACKAGE, force, err);
}

static void remove_ihp(const char *folder, const char *ihp_id)
{
    char path[IHP__PATH_MAX];
    if (ihp__path_join(path, sizeof path, folder, ihp_id, NULL) == IHP_OK) {
        ihp__result_files_remove(path, IHP__FILES_PACKAGE_OF_IHP);
        rmdir(path);
    }
}

/* Returns package.json, or NULL if it cannot be read; `*fault` then has jansson's reason. */
static json_t *load_json(const char *folder, json_error_t *fault)
{
    char path[IHP__PATH_MAX];
    *fault = (json_error_t){0};
    return ihp__path_join(path, sizeof path, folder, ihp__result_file_last(IHP__FILES_PACKAGE),
                          NULL) == IHP_OK
               ? json_load_file(path, 0, fault)
               : NULL;
}

/* Returns the id of an entry of package.json, or NULL if it could name something else than a folder
 * in the package. */
static const char *json_ihp_id(const json_t *ihp)
{
    const char *id = json_string_value(json_object_get(ihp, "ihp_id"));
    return id == NULL || id[0] == '.' || id[0] == '\0' || strchr(id, '/') != NULL ? NULL : id;
}

/* Removes the files that `ihp package` writes, and no others: package.json first, because it makes
 * the package finished; then those of the IHPs that it named and of the program's. */
static void remove_package(const char *folder, const struct ihp__program *program)
{
    json_error_t fault;
    json_t *json = load_json(folder, &fault), *ihp;
    size_t i;
    ihp__result_files_remove(folder, IHP__FILES_PACKAGE);
    json_array_foreach(json_object_get(json, "ihps"), i, ihp)
    {
        if (json_ihp_id(ihp) != NULL) {
            remove_ihp(folder, json_ihp_id(ihp));
        }
    }
    json_decref(json);
    for (size_t p = 0; p < program->partnerships; p++) {
        remove_ihp(folder, program->partnership[p].id);
    }
}

enum ihp_status ihp__package_begin(const char *folder, const struct ihp__program *program,
                                   bool *made, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    if (ihp__make_parents(folder, err) != IHP_OK ||
        ihp__private_folder_make(folder, made, err) != IHP_OK) {
        return err->status;
    }
    if (!*made) {
        remove_package(folder, program);
    }
    for (size_t p = 0; p < program->partnerships; p++) {
        if (ihp__path_join(path, sizeof path, folder, program->partnership[p].id, err) != IHP_OK ||
            ihp__private_folder_take(path, err) != IHP_OK) {
            ihp__package_abandon(folder, program, *made);
            return err->status;
        }
    }
    return IHP_OK;
}

void ihp__package_abandon(const char *folder, const struct ihp__program *program, bool made)
{
    remove_package(folder, program);
    if (made) {
        rmdir(folder);
    }
}

/* ---- README.txt ------------------------------------------------------------------------------ */

static void put_period(FILE *out, const char *name, const struct ihp__period_spec *spec)
{
    char date[IHP__DATE_TEXT];
    fprintf(out, "%s: dates of service in %d, claims paid through %s\n", name, spec->year,
            ihp__day_format(spec->paid_through, date));
}

static void put_readme(FILE *out, const struct ihp__result_input *in, int partnership,
                       const char *previous)
{
    const struct ihp__partnership *p = &in->program->partnership[partnership];
    fprintf(out, "Data package of %s (%s) [4.6.2]\n%s settlement calculation\n\n", p->id, p->name,
            in->deck->settlement == IHP__FINAL ? "Final" : "Interim");
    put_period(out, "Base period", &in->deck->base);
    put_period(out, "Performance period", &in->deck->performance);
    fprintf(out, "Earlier package that changes are told from: %s\n",
            previous == NULL ? "none" : previous);
    fprintf(out, "Store: %s\nProgram folder: %s\nMade by ihp %s\n\n", in->store->content_hash,
            in->program->hash, IHP_VERSION);
    fputs(
        "PROTECTED, health information of members; keep as the contract asks [9]:\n"
        "  protected_members.csv  attributed members: date of birth, reason, months, cost, risk\n",
        out);
    if (previous != NULL) {
        fputs("  protected_changes.csv  members who came or left since the earlier package\n", out);
    }
    fputs("\nNot protected:\n"
          "  settlement.csv         the settlement calculation\n"
          "  payer_split.csv        its parts by payer\n"
          "  attribution.csv        members by reason [13.3] and window (1 the period, 2 "
          "look-back)\n",
          out);
    if (previous != NULL) {
        fputs("  changes.csv            members who came or left, by reason\n", out);
    }
    fputs("\nCost of a member leaves out claim lines of programs that treat substance use (42 CFR\n"
          "Part 2) [4.6.1.2]; the settlement has all lines. Blank figures rest on fewer than 11\n"
          "members, or would tell such a figure or what was left out. No file has the cost of a\n"
          "provider, an episode, a code or an encounter [4.6.5].\n",
          out);
}

enum ihp_status ihp__package_tables_write(const char *folder, const struct ihp__result_input *input,
                                          int partnership,
                                          const struct ihp__table table[IHP__PACKAGE_TABLES],
                                          const char *previous, struct ihp_error *err)
{
    static const char name[] = "README.txt";
    char path[IHP__PATH_MAX];
    struct ihp__outfile *out;
    if (ihp__folder_write_tables(folder, IHP__FILES_PACKAGE_OF_IHP, table, IHP__PACKAGE_TABLES,
                                 err) != IHP_OK ||
        ihp__path_join(path, sizeof path, folder, name, err) != IHP_OK ||
        ihp__outfile_open(path, ihp__result_file_find(IHP__FILES_PACKAGE_OF_IHP, name)->mode, &out,
                          err) != IHP_OK) {
        return err->status;
    }
    put_readme(ihp__outfile_stream(out), input, partnership, previous);
    return ihp__outfile_commit(&out, err);
}

/* ---- package.json ---------------------------------------------------------------------------- */

enum ihp_status ihp__package_finish(const char *folder, const struct ihp__result_input *in,
                                    const struct ihp_notices *notices, const char *previous,
                                    struct ihp_error *err)
{
    json_t *json = ihp__manifest_create(in, notices), *ihps = json_array();
    for (size_t p = 0; p < in->program->partnerships; p++) {
        const struct ihp__partnership *ihp = &in->program->partnership[p];
        json_array_append_new(ihps, json_pack("{s:s, s:i, s:s}", "ihp_id", ihp->id, "track",
                                              ihp->track, "roster_type",
                                              ihp->all_in ? "all_in" : "billing_treating"));
    }
    json_object_del(json, "counts");
    if (json_object_set_new(json, "format", json_string("ihp-package")) != 0 ||
        json_object_set_new(json, "ihps", ihps) != 0 ||
        json_object_set_new(json, "previous",
                            previous == NULL ? json_null() : json_string(previous)) != 0 ||
        json_array_size(ihps) != in->program->partnerships) {
        json_decref(json);
        return ihp__fail_memory(err, "package.json");
    }
    enum ihp_status status = ihp__folder_write_json(
        folder, IHP__FILES_PACKAGE, ihp__result_file_last(IHP__FILES_PACKAGE), json, err);
    json_decref(json);
    return status;
}

/* ---- an earlier package ---------------------------------------------------------------------- */

static const char *text_of(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text == NULL ? "" : text;
}

static enum ihp_status check_format(const char *folder, const json_t *json, struct ihp_error *err)
{
    return strcmp(text_of(json, "format"), "ihp-package") == 0 &&
                   json_integer_value(json_object_get(json, "format_version")) == 1
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE,
                           "%s: --previous: is no finished package: no package.json that this "
                           "version reads; name the folder that an earlier 'ihp package' made",
                           folder);
}

/* Years are texts in the manifest, as in the deck. */
static enum ihp_status check_year(const char *folder, const json_t *json, const char *key, int year,
                                  struct ihp_error *err)
{
    char wanted[16];
    const char *saw = text_of(json_object_get(json, "deck"), key);
    snprintf(wanted, sizeof wanted, "%d", year);
    return strcmp(saw, wanted) == 0
               ? IHP_OK
               : ihp__fail(
                     err, IHP_ERR_USAGE,
                     "%s: --previous: its %s is '%.20s', the deck's %s; name a package of the "
                     "same years",
                     folder, key, saw, wanted);
}

/* A program is known by its IHPs: rosters and terms change from quarter to quarter, so its hash
 * does. */
static enum ihp_status match_ihps(const char *folder, const json_t *json,
                                  const struct ihp__program *program,
                                  struct ihp__package_previous *previous, struct ihp_error *err)
{
    json_t *ihp;
    size_t i;
    bool any = false;
    json_array_foreach(json_object_get(json, "ihps"), i, ihp)
    {
        int p = ihp__program_find(program, text_of(ihp, "ihp_id"));
        if (p < 0) {
            continue;
        }
        const struct ihp__partnership *own = &program->partnership[p];
        if (json_integer_value(json_object_get(ihp, "track")) != own->track ||
            strcmp(text_of(ihp, "roster_type"), own->all_in ? "all_in" : "billing_treating") != 0) {
            return ihp__fail(err, IHP_ERR_USAGE,
                             "%s: --previous: is of another program: its %s has another track or "
                             "roster_type than in ihps.csv; name a package of this program",
                             folder, own->id);
        }
        previous->has[p] = any = true;
    }
    return any ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE,
                           "%s: --previous: is of another program: it has no IHP of ihps.csv; name "
                           "a package of this program",
                           folder);
}

/* What tells the earlier package from others, for people. */
static enum ihp_status read_cutoff(const char *folder, const json_t *json,
                                   struct ihp__package_previous *previous, struct ihp_error *err)
{
    int32_t day;
    char date[IHP__DATE_TEXT];
    const json_t *deck = json_object_get(json, "deck");
    if (!ihp__day_parse(text_of(deck, "performance.paid_through"), &day)) {
        return ihp__fail(
            err, IHP_ERR_USAGE,
            "%s: --previous: its performance.paid_through is no date; make the earlier "
            "package again",
            folder);
    }
    snprintf(previous->text, sizeof previous->text, "claims paid through %s",
             ihp__day_format(day, date));
    return IHP_OK;
}

enum ihp_status ihp__package_read_previous(const char *folder, const struct ihp__deck *deck,
                                           const struct ihp__program *program,
                                           struct ihp__package_previous *previous,
                                           struct ihp_error *err)
{
    json_error_t fault;
    json_t *json = load_json(folder, &fault);
    if (json == NULL && json_error_code(&fault) == json_error_out_of_memory) {
        return ihp__fail_memory(err, "the earlier package.json");
    }
    if (check_format(folder, json, err) != IHP_OK ||
        check_year(folder, json, "base.year", deck->base.year, err) != IHP_OK ||
        check_year(folder, json, "performance.year", deck->performance.year, err) != IHP_OK ||
        match_ihps(folder, json, program, previous, err) != IHP_OK ||
        read_cutoff(folder, json, previous, err) != IHP_OK) {
        json_decref(json);
        return err->status;
    }
    json_decref(json);
    return IHP_OK;
}
