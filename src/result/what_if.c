/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Knows the result of a what-if by its manifest. */
#include "result/what_if.h"

#include "base/json_load.h"

#include <string.h>
#include <sys/stat.h>

void ihp__what_if_take(const json_t *manifest, struct ihp__what_if *what_if)
{
    const size_t prefix = strlen(IHP__WHAT_IF);
    json_t *deck = json_object_get(manifest, "deck"), *value;
    const char *key;
    what_if->count = 0;
    json_object_foreach(deck, key, value)
    {
        char *text = what_if->set[what_if->count].value;
        if (strncmp(key, IHP__WHAT_IF, prefix) != 0) {
            continue;
        }
        what_if->set[what_if->count].key = key + prefix;
        if (json_is_string(value)) {
            snprintf(text, IHP__SET_VALUE_BYTES, "%s", json_string_value(value));
        } else if (json_is_number(value)) {
            snprintf(text, IHP__SET_VALUE_BYTES, "%.15g", json_number_value(value));
        } else {
            snprintf(text, IHP__SET_VALUE_BYTES, "%s", json_is_true(value) ? "true" : "false");
        }
        what_if->count++;
        if (what_if->count == IHP__SET_KEYS) {
            break;
        }
    }
}

enum ihp_status ihp__what_if_refuse(const json_t *manifest, const char *path, const char *use,
                                    struct ihp_error *err)
{
    struct ihp__what_if what_if;
    char text[IHP__WHAT_IF_TEXT];
    ihp__what_if_take(manifest, &what_if);
    return what_if.count == 0
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_DATA,
                           "%s: is a what-if (%s in place of the deck's values), which cannot %s; "
                           "settle the deck without --set",
                           path, ihp__what_if_format(&what_if, text), use);
}

enum ihp_status ihp__what_if_refuse_folder(const char *folder, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    struct ihp__what_if what_if = {.count = 0};
    json_t *manifest = NULL;
    json_error_t reason;
    bool found;
    if (ihp__path_join(path, sizeof path, folder, "manifest.json", err) != IHP_OK ||
        ihp__path_look(path, &info, &found, err) != IHP_OK || !found ||
        ihp__json_load_file(path, JSON_REJECT_DUPLICATES, &manifest, &reason, err) != IHP_OK) {
        return err->status;
    }
    ihp__what_if_take(manifest, &what_if); /* a damaged manifest says nothing */
    json_decref(manifest);
    return what_if.count == 0
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE,
                           "%s: has a what-if ('ihp settle --set'), and other files would be taken "
                           "for the deck's there; name another folder",
                           folder);
}
