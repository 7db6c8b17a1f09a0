/* SPDX-License-Identifier: GPL-3.0-or-later */
/* package.json: written when a package is finished, and read from an earlier package. */
#include "result/package.h"

#include "base/json_load.h"
#include "result/file_list.h"
#include "result/manifest.h"
#include "result/manifest_value.h"

#include <string.h>

enum ihp_status ihp__package_finish(struct ihp__output *output, const struct ihp__result_input *in,
                                    const struct ihp_notices *notices, const char *previous,
                                    bool own_figures, struct ihp_error *err)
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
        json_object_set_new(json, "own_figures", json_boolean(own_figures)) != 0 ||
        json_object_set_new(json, "previous",
                            previous == NULL ? json_null() : json_string(previous)) != 0 ||
        json_array_size(ihps) != in->program->partnerships) {
        json_decref(json);
        return ihp__fail_memory(err, "package.json");
    }
    enum ihp_status status = ihp__output_finish(output, json, err);
    json_decref(json);
    return status;
}

/* ---- an earlier package ---------------------------------------------------------------------- */

/* Loads package.json of a folder. `*json` is NULL if there is none. */
static enum ihp_status load(const char *folder, json_t **json, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    json_error_t reason;
    struct stat info;
    bool found;
    *json = NULL;
    if (ihp__path_join(path, sizeof path, folder, ihp__result_file_last(IHP__FILES_PACKAGE), err) !=
            IHP_OK ||
        ihp__path_look(path, &info, &found, err) != IHP_OK || !found) {
        return err->status;
    }
    if (ihp__json_load_file(path, 0, json, &reason, err) != IHP_OK) {
        return err->status;
    }
    return *json != NULL ? IHP_OK
                         : ihp__fail(err, IHP_ERR_DATA, "%s:%d: is not valid JSON (%.100s)", path,
                                     reason.line, reason.text);
}

static const char *text_of(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text == NULL ? "" : text;
}

static enum ihp_status check_format(const char *folder, const json_t *json, struct ihp_error *err)
{
    return strcmp(text_of(json, "format"), "ihp-package") == 0 && ihp__manifest_is_known(json)
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE,
                           "%s: --previous: is not a finished package: it has no package.json that "
                           "this version can read; name the folder that an earlier 'ihp package' "
                           "made",
                           folder);
}

/* Refuses a package with another year. */
static enum ihp_status check_year(const char *folder, const json_t *json, const char *key, int year,
                                  struct ihp_error *err)
{
    char expected[16], text[IHP__MANIFEST_TEXT];
    const char *got = ihp__manifest_text(json_object_get(json, "deck"), key, text);
    snprintf(expected, sizeof expected, "%d", year);
    return strcmp(got, expected) == 0
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE,
                           "%s: --previous: its %s is '%.20s' and the deck's is %s; name a package "
                           "of the same years",
                           folder, key, got, expected);
}

/* Refuses a package of another performance period. A package of a quarterly statement has the month
 * with which its twelve months end: it must be one of the same year in which the deck's period
 * ends, or for the next quarterly statement any earlier one, and none after that. */
static enum ihp_status check_performance(const char *folder, const json_t *json,
                                         const struct ihp__period_spec *spec, struct ihp_error *err)
{
    const char *got = text_of(json_object_get(json, "deck"), "performance.through");
    int32_t through, last = ihp__period_last_month(spec);
    char month[IHP__DATE_TEXT];
    if (got[0] == '\0') {
        return check_year(folder, json, "performance.year", spec->year, err);
    }
    bool same_year = ihp__month_parse(got, &through) && 1970 + through / 12 == spec->year;
    if (ihp__month_parse(got, &through) && through <= last && (spec->through != 0 || same_year)) {
        return IHP_OK;
    }
    return ihp__fail(
        err, IHP_ERR_USAGE,
        "%s: --previous: its performance.through is '%.20s' and the deck's period ends "
        "with %s; name a package of an earlier quarter%s",
        folder, got, ihp__month_format(last, month), spec->through != 0 ? "" : " of that year");
}

/* Finds the IHPs that both packages have, and refuses a package without any. IHPs identify a
 * program: its rosters and terms change from quarter to quarter, and its hash with them. */
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
                             "%s: --previous: belongs to another program: its %s has another track "
                             "or roster_type than in ihps.csv; name a package of this program",
                             folder, own->id);
        }
        previous->has[p] = any = true;
    }
    return any ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE,
                           "%s: --previous: belongs to another program: it has no IHP of ihps.csv; "
                           "name a package of this program",
                           folder);
}

/* Reads the cut-off date, by which people know the earlier package. */
static enum ihp_status read_cutoff(const char *folder, const json_t *json,
                                   struct ihp__package_previous *previous, struct ihp_error *err)
{
    int32_t day;
    char date[IHP__DATE_TEXT];
    const json_t *deck = json_object_get(json, "deck");
    if (!ihp__day_parse(text_of(deck, "performance.paid_through"), &day)) {
        return ihp__fail(
            err, IHP_ERR_USAGE,
            "%s: --previous: its performance.paid_through is not a valid date; make the "
            "earlier package again",
            folder);
    }
    snprintf(previous->text, sizeof previous->text, "claims paid through %s",
             ihp__day_format(day, date));
    return IHP_OK;
}

enum ihp_status ihp__package_read_previous(const char *folder, const struct ihp__deck *deck,
                                           const struct ihp__program *program,
                                           struct ihp__package_previous *previous,
                                           struct ihp_notices *notices, struct ihp_error *err)
{
    json_t *json;
    if (load(folder, &json, err) != IHP_OK) {
        return err->status;
    }
    if ((json != NULL && ihp__file_list_check(folder, IHP__FILES_PACKAGE, json, IHP__CHECK_ALL,
                                              "--previous", notices, err) != IHP_OK) ||
        check_format(folder, json, err) != IHP_OK ||
        check_year(folder, json, "base.year", deck->base.year, err) != IHP_OK ||
        check_performance(folder, json, &deck->performance, err) != IHP_OK ||
        match_ihps(folder, json, program, previous, err) != IHP_OK ||
        read_cutoff(folder, json, previous, err) != IHP_OK) {
        json_decref(json);
        return err->status;
    }
    json_decref(json);
    return IHP_OK;
}
