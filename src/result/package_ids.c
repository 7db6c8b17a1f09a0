/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The IHPs of a package.json, by the names of their folders. */
#include "result/package_ids.h"

#include "base/base.h"
#include "base/json_load.h"
#include "result/result_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Returns the id of an entry, or NULL if it could name something else than a folder in the package.
 */
static const char *id_of(const json_t *ihp)
{
    const char *id = json_string_value(json_object_get(ihp, "ihp_id"));
    return id == NULL || id[0] == '.' || id[0] == '\0' || strchr(id, '/') != NULL ? NULL : id;
}

static enum ihp_status take_ids(const json_t *ihps, struct ihp__package_ids *ids,
                                struct ihp_error *err)
{
    size_t capacity = 0;
    for (size_t i = 0; i < json_array_size(ihps); i++) {
        const char *id = id_of(json_array_get(ihps, i));
        if (id == NULL) {
            continue;
        }
        if (!ihp__array_reserve(&ids->id, &capacity, ids->count + 1, sizeof *ids->id) ||
            (ids->id[ids->count] = strdup(id)) == NULL) {
            ihp__package_ids_free(ids);
            return ihp__fail_memory(err, "the IHPs of the earlier package");
        }
        ids->count++;
    }
    return IHP_OK;
}

enum ihp_status ihp__package_ids_read(const char *folder, struct ihp__package_ids *ids,
                                      struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    json_error_t reason;
    json_t *json;
    *ids = (struct ihp__package_ids){NULL, 0};
    if (ihp__path_join(path, sizeof path, folder, ihp__result_file_last(IHP__FILES_PACKAGE), err) !=
        IHP_OK) {
        return err->status;
    }
    if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        return IHP_OK;
    }
    if (ihp__json_load_file(path, 0, &json, &reason, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = take_ids(json_object_get(json, "ihps"), ids, err);
    json_decref(json);
    return status;
}

bool ihp__package_ids_have(const struct ihp__package_ids *ids, const char *id)
{
    for (size_t i = 0; i < ids->count; i++) {
        if (strcmp(ids->id[i], id) == 0) {
            return true;
        }
    }
    return false;
}

void ihp__package_ids_free(struct ihp__package_ids *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        free(ids->id[i]);
    }
    free(ids->id);
    *ids = (struct ihp__package_ids){NULL, 0};
}
