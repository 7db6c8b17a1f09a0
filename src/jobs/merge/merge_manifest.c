/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks the manifests of blocks: each must be as ihp writes it for a block, and all of one run. */
#include "jobs/merge/merge.h"

#include "base/json_load.h"
#include "ihp/version.h"
#include "result/run_stats.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MANIFEST_BYTES_MAX = 16 << 20, RUN_DEPTH = 4 };

/* Entries of a block's manifest besides `run`, in the order in which they are written. */
static const char *const entries[] = {
    "format",  "format_version", "program_version", "deck",    "store",
    "program", "counts",         "import",          "notices", "part"};
enum { ENTRIES = sizeof entries / sizeof entries[0], GROUPS_FROM = 3, GROUPS_END = 8 };

static enum ihp_status damaged(const struct ihp__merge_block *p, const char *what,
                               struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s/manifest.json: %s: is not as ihp writes it; settle the block again",
                     p->folder, what);
}

static enum ihp_status load(struct ihp__merge_block *p, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    bool found;
    json_error_t error;
    if (ihp__path_join(path, sizeof path, p->folder, "manifest.json", err) != IHP_OK) {
        return err->status;
    }
    if (ihp__path_look(path, &info, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: has no manifest.json, so it is not a finished block", p->folder);
    }
    if (!S_ISREG(info.st_mode) || info.st_size > MANIFEST_BYTES_MAX) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: is not a file of at most %d bytes", path,
                         MANIFEST_BYTES_MAX);
    }
    if (ihp__json_load_file(path, JSON_REJECT_DUPLICATES, &p->manifest, &error, err) != IHP_OK) {
        return err->status;
    }
    return json_is_object(p->manifest)
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_DATA,
                           "%s:%d: is not a valid manifest; settle the block again", path,
                           p->manifest == NULL && error.line > 0 ? error.line : 1);
}

/* Returns true for a name that can stand in a message and become the name of an attribute. */
static bool is_plain(const char *key)
{
    return key[strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_.")] == '\0';
}

/* Returns true for a text, a number, a truth value or a list of numbers. */
static bool is_value(const json_t *value)
{
    const json_t *item;
    size_t i;
    json_array_foreach(value, i, item)
    {
        if (!json_is_number(item)) {
            return false;
        }
    }
    return json_is_string(value) || json_is_number(value) || json_is_boolean(value) ||
           json_is_array(value);
}

/* Returns true if a group holds nothing but values. */
static bool is_flat(const json_t *group)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)group, key, value)
    {
        if (!is_plain(key) || !is_value(value)) {
            return false;
        }
    }
    return json_is_object(group);
}

static bool is_shallow(const json_t *value, int depth)
{
    const char *key;
    json_t *inner;
    size_t i;
    if (depth == 0) {
        return !json_is_object(value) && !json_is_array(value);
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, inner)
    {
        if (!is_shallow(inner, depth - 1)) {
            return false;
        }
    }
    json_array_foreach(value, i, inner)
    {
        if (!is_shallow(inner, depth - 1)) {
            return false;
        }
    }
    return true;
}

static const char *text_of(const struct ihp__merge_block *p, const char *group, const char *key)
{
    const json_t *object = group == NULL ? p->manifest : json_object_get(p->manifest, group);
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

/* Checks the form of every entry but `part`. */
static enum ihp_status check_form(const struct ihp__merge_block *p, struct ihp_error *err)
{
    const json_t *notices = json_object_get(p->manifest, "notices");
    const json_t *run = json_object_get(p->manifest, "run");
    json_t *remark;
    size_t i;
    if (strcmp(text_of(p, NULL, "format"), "ihp-result") != 0 ||
        json_integer_value(json_object_get(p->manifest, "format_version")) !=
            IHP__MANIFEST_VERSION) {
        return damaged(p, "format", err);
    }
    if (strcmp(text_of(p, NULL, "program_version"), IHP_VERSION) != 0) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s/manifest.json: program_version: is not %s, which this "
                         "program is; settle and merge with one version",
                         p->folder, IHP_VERSION);
    }
    for (i = GROUPS_FROM; i < GROUPS_END; i++) {
        if (!is_flat(json_object_get(p->manifest, entries[i]))) {
            return damaged(p, entries[i], err);
        }
    }
    json_array_foreach(notices, i, remark)
    {
        if (!json_is_string(remark)) {
            return damaged(p, "notices", err);
        }
    }
    if (!json_is_array(notices)) {
        return damaged(p, "notices", err);
    }
    if (!json_is_object(run) || !is_shallow(run, RUN_DEPTH)) {
        return damaged(p, "run", err);
    }
    if (!ihp__timings_valid(run)) {
        return damaged(p, "run.timings", err);
    }
    size_t listed = json_object_get(p->manifest, "files") != NULL ? 2 : 0; /* and `hash` */
    return json_object_size(p->manifest) == ENTRIES + 1 + listed ? IHP_OK
                                                                 : damaged(p, "entries", err);
}

/* Returns a whole number of a group, or 0 where it is not one or is beyond `most`. */
static size_t number_of(const json_t *group, const char *key, int64_t most)
{
    json_int_t value = json_integer_value(json_object_get(group, key));
    return value < 1 || value > most ? 0 : (size_t)value;
}

/* Takes the block that the folder says it has, and checks that it can be that. */
static enum ihp_status check_block(struct ihp__merge_block *p, struct ihp_error *err)
{
    const json_t *part = json_object_get(p->manifest, "part");
    size_t scenarios = number_of(part, "scenarios", INT32_MAX);
    size_t blocks = number_of(part, "blocks", IHP__BLOCKS_MAX);
    const json_t *of_deck =
        json_object_get(json_object_get(p->manifest, "deck"), "sweep.scenarios");
    if (part == NULL) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s/manifest.json: part: is missing, so the folder is not a block of a "
                         "sweep; settle with --block",
                         p->folder);
    }
    if (json_object_size(part) != 5 ||
        !ihp__block_of(scenarios, number_of(part, "block", IHP__BLOCKS_MAX), blocks, &p->block) ||
        number_of(part, "first", INT32_MAX) != p->block.first + 1 ||
        number_of(part, "last", INT32_MAX) != p->block.end) {
        return damaged(p, "part", err);
    }
    if (!json_is_integer(of_deck) || json_integer_value(of_deck) != (json_int_t)scenarios) {
        return damaged(p, "deck.sweep.scenarios", err);
    }
    p->partnerships =
        number_of(json_object_get(p->manifest, "program"), "partnerships", IHP__PARTNERSHIPS_MAX);
    return p->partnerships > 0 ? IHP_OK : damaged(p, "program.partnerships", err);
}

enum ihp_status ihp__merge_block_open(struct ihp__merge_block *p, struct ihp_error *err)
{
    if (load(p, err) != IHP_OK) {
        return err->status;
    }
    /* A folder that is not a block is called that, and not damaged. */
    if (json_object_get(p->manifest, "part") == NULL) {
        return check_block(p, err);
    }
    return check_form(p, err) == IHP_OK ? check_block(p, err) : err->status;
}

const char *ihp__merge_deck_value(const struct ihp__merge_block *p, const char *key,
                                  char text[IHP__MANIFEST_TEXT])
{
    return ihp__manifest_text(json_object_get(p->manifest, "deck"), key, text);
}

/* Returns the key of a group in which two blocks differ, or NULL. */
static const char *differing_key(const json_t *a, const json_t *b)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)a, key, value)
    {
        if (!json_equal(value, json_object_get(b, key))) {
            return key;
        }
    }
    json_object_foreach((json_t *)(uintptr_t)b, key, value)
    {
        if (json_object_get(a, key) == NULL) {
            return key;
        }
    }
    return NULL;
}

enum ihp_status ihp__merge_same_run(const struct ihp__merge_block *a,
                                    const struct ihp__merge_block *b, struct ihp_error *err)
{
    if (a->block.blocks != b->block.blocks) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: is a block of %zu, and %s one of %zu; merge the blocks "
                         "of one division",
                         b->folder, b->block.blocks, a->folder, a->block.blocks);
    }
    for (size_t i = 0; i + 1 < ENTRIES; i++) { /* but `part` */
        const json_t *x = json_object_get(a->manifest, entries[i]);
        const json_t *y = json_object_get(b->manifest, entries[i]);
        const char *key = json_is_object(x) ? differing_key(x, y) : NULL;
        if (!json_equal(x, y)) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s/manifest.json: %s%s%.64s: is not as in %s, so they "
                             "are blocks of different runs",
                             b->folder, entries[i], key == NULL ? "" : ".", key == NULL ? "" : key,
                             a->folder);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__merge_same_block(const struct ihp__merge_block *a,
                                      const struct ihp__merge_block *b, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: has block %zu of %zu, and so has %s; give each block once", b->folder,
                     b->block.number, b->block.blocks, a->folder);
}
