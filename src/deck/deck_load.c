/* Loading a deck: libyaml makes the document with the line of every node, the table of keys says what
 * may stand in it, and the run-out rules of 16.6 are checked last. */
#include "deck_keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { KEY_BYTES = 128, GROUPS_MAX = 8, DECK_BYTES_MAX = 1 << 20 };

struct loading {
    const char *path;
    char folder[IHP_PATH_MAX];
    yaml_document_t *document;
    struct ihp_deck deck;
    bool *given;  /* by key of the table */
    size_t *line; /* on which a key was given */
    size_t group_line[GROUPS_MAX]; /* on which groups were given, in order of `group` */
    char group[GROUPS_MAX][KEY_BYTES];
    size_t groups;
    struct ihp_error *err;
};

static size_t line_of(const yaml_node_t *node)
{
    return node->start_mark.line + 1;
}

static const char *kind_of(const yaml_node_t *node)
{
    switch (node->type) {
    case YAML_SCALAR_NODE:
        return "a single value";
    case YAML_SEQUENCE_NODE:
        return "a list";
    case YAML_MAPPING_NODE:
        return "a group of keys";
    default:
        return "nothing";
    }
}

/* A scalar's text, or NULL for other nodes and texts with NUL bytes. */
static const char *scalar_text(const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE) {
        return NULL;
    }
    const char *text = (const char *)node->data.scalar.value;
    return strlen(text) == node->data.scalar.length ? text : NULL;
}

/* Whether the table or the later keys have `path` as a group ("base" of "base.year"). */
static bool is_group(const char *path)
{
    size_t length = strlen(path);
    for (size_t i = 0; i < ihp_deck_specs; i++) {
        if (strncmp(ihp_deck_spec[i].path, path, length) == 0 &&
            ihp_deck_spec[i].path[length] == '.') {
            return true;
        }
    }
    return false;
}

static enum ihp_status fail_unknown(struct loading *l, size_t line, const char *key)
{
    for (size_t i = 0; i < ihp_deck_laters; i++) {
        if (strcmp(ihp_deck_later[i].path, key) == 0) {
            return ihp_fail(l->err, IHP_ERR_USAGE,
                            "%s:%zu: %s: not part of this version (%s); take the key away", l->path,
                            line, key, ihp_deck_later[i].what);
        }
    }
    char keys[700] = "";
    const char *dot = strrchr(key, '.');
    size_t prefix = dot == NULL ? 0 : (size_t)(dot - key) + 1, used = 0;
    for (size_t i = 0; i < ihp_deck_specs; i++) {
        const char *path = ihp_deck_spec[i].path;
        if (strncmp(path, key, prefix) == 0 && used < sizeof keys) {
            size_t size = strcspn(path + prefix, ".");
            char word[64];
            snprintf(word, sizeof word, " %.*s", (int)(size < 60 ? size : 60), path + prefix);
            if (strstr(keys, word) == NULL) {
                used += (size_t)snprintf(keys + used, sizeof keys - used, "%s", word);
            }
        }
    }
    return ihp_fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s: unknown key; the keys here are:%s", l->path,
                    line, key, keys);
}

static enum ihp_status set_key(struct loading *l, size_t spec, const yaml_node_t *node,
                               size_t key_line)
{
    const struct ihp_deck_spec *key = &ihp_deck_spec[spec];
    const char *text = scalar_text(node);
    if (l->given[spec]) {
        return ihp_fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s: was given on line %zu already; keep one",
                        l->path, key_line, key->path, l->line[spec]);
    }
    /* A quoted number is a text, and this key wants none. */
    bool quoted = text != NULL && node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    bool wants_plain = key->type == IHP_DECK_INTEGER || key->type == IHP_DECK_DECIMAL ||
                       key->type == IHP_DECK_BOOLEAN;
    if (text == NULL || (quoted && wants_plain) || !ihp_deck_set(&l->deck, key, text, l->folder)) {
        char saw[96];
        snprintf(saw, sizeof saw, text == NULL ? "%s" : quoted && wants_plain ? "text '%.60s'"
                                                                              : "'%.60s'",
                 text == NULL ? kind_of(node) : text);
        return ihp_fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s: %s is not allowed; expected %s", l->path,
                        line_of(node), key->path, saw, key->allowed);
    }
    l->given[spec] = true;
    l->line[spec] = key_line;
    return IHP_OK;
}

static enum ihp_status read_mapping(struct loading *l, const yaml_node_t *mapping,
                                    const char *prefix);

/* Whether a group was given before, which is a fault; remembers it otherwise. */
static bool group_given(struct loading *l, const char *path, size_t line)
{
    for (size_t i = 0; i < l->groups; i++) {
        if (strcmp(l->group[i], path) == 0) {
            ihp_fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s: was given on line %zu already; keep one",
                     l->path, line, path, l->group_line[i]);
            return true;
        }
    }
    if (l->groups < GROUPS_MAX) {
        snprintf(l->group[l->groups], KEY_BYTES, "%s", path);
        l->group_line[l->groups++] = line;
    }
    return false;
}

static enum ihp_status read_pair(struct loading *l, const yaml_node_pair_t *pair, const char *prefix)
{
    const yaml_node_t *key_node = yaml_document_get_node(l->document, pair->key);
    const yaml_node_t *value = yaml_document_get_node(l->document, pair->value);
    const char *name = scalar_text(key_node);
    char path[KEY_BYTES];
    if (name == NULL || snprintf(path, sizeof path, "%s%.60s", prefix, name) >= KEY_BYTES) {
        return ihp_fail(l->err, IHP_ERR_USAGE, "%s:%zu: a key is no text", l->path,
                        line_of(key_node));
    }
    bool dotted = strchr(name, '.') != NULL; /* keys nest; a dot is only how messages name them */
    for (size_t i = 0; i < ihp_deck_specs && !dotted; i++) {
        if (strcmp(ihp_deck_spec[i].path, path) == 0) {
            return set_key(l, i, value, line_of(key_node));
        }
    }
    if (dotted || !is_group(path)) {
        return fail_unknown(l, line_of(key_node), path);
    }
    if (group_given(l, path, line_of(key_node))) {
        return l->err->status;
    }
    if (value->type == YAML_SCALAR_NODE && value->data.scalar.length == 0) {
        return IHP_OK; /* "policies:" with nothing below */
    }
    if (value->type != YAML_MAPPING_NODE) {
        return ihp_fail(l->err, IHP_ERR_USAGE,
                        "%s:%zu: %s: %s is not allowed; expected a group of keys", l->path,
                        line_of(value), path, kind_of(value));
    }
    char below[KEY_BYTES + 2];
    snprintf(below, sizeof below, "%s.", path);
    return read_mapping(l, value, below);
}

/* Depth is bounded: below a group the table has keys only. */
static enum ihp_status read_mapping(struct loading *l, const yaml_node_t *mapping,
                                    const char *prefix)
{
    const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
    for (; pair < mapping->data.mapping.pairs.top; pair++) {
        if (read_pair(l, pair, prefix) != IHP_OK) {
            return l->err->status;
        }
    }
    return IHP_OK;
}

static enum ihp_status read_defaults(struct loading *l)
{
    for (size_t i = 0; i < ihp_deck_specs; i++) {
        const struct ihp_deck_spec *key = &ihp_deck_spec[i];
        if (l->given[i]) {
            continue;
        }
        if (key->fallback == NULL) {
            return ihp_fail(l->err, IHP_ERR_USAGE, "%s: %s: is missing; add %s (%s)", l->path,
                            key->path, key->allowed, key->help);
        }
        ihp_deck_set(&l->deck, key, key->fallback, "");
    }
    return IHP_OK;
}

static size_t line_given(const struct loading *l, const char *path)
{
    for (size_t i = 0; i < ihp_deck_specs; i++) {
        if (strcmp(ihp_deck_spec[i].path, path) == 0) {
            return l->line[i];
        }
    }
    return 0;
}

/* Run-out that the kind of settlement allows [16.6.1.1]. */
static enum ihp_status check_runout(struct loading *l)
{
    const struct ihp_deck *deck = &l->deck;
    char date[IHP_DATE_TEXT];
    int32_t base_least = ihp_day_of_civil(deck->base.year + 1, 12, 31);
    int32_t final_least = ihp_day_of_civil(deck->performance.year + 1, 12, 31);
    int32_t interim_most = ihp_day_of_civil(deck->performance.year + 1, 3, 31);
    if (deck->performance.year <= deck->base.year) {
        return ihp_fail(l->err, IHP_ERR_USAGE,
                        "%s:%zu: performance.year: %d is not allowed; expected a year after the base "
                        "year %d [16.1]",
                        l->path, line_given(l, "performance.year"), deck->performance.year,
                        deck->base.year);
    }
    if (deck->allow_nonstandard_runout) {
        return IHP_OK;
    }
    const char *advice = "or set allow_nonstandard_runout: true";
    if (deck->base.paid_through < base_least) {
        return ihp_fail(l->err, IHP_ERR_USAGE,
                        "%s:%zu: base.paid_through: less than 12 months of run-out [16.6.1.1]; "
                        "expected %s or later, %s",
                        l->path, line_given(l, "base.paid_through"), ihp_day_format(base_least, date),
                        advice);
    }
    size_t line = line_given(l, "performance.paid_through");
    if (deck->settlement == IHP_FINAL && deck->performance.paid_through < final_least) {
        return ihp_fail(l->err, IHP_ERR_USAGE,
                        "%s:%zu: performance.paid_through: a final settlement needs at least 12 "
                        "months of run-out [16.6.1.1]; expected %s or later, %s",
                        l->path, line, ihp_day_format(final_least, date), advice);
    }
    if (deck->settlement == IHP_INTERIM && deck->performance.paid_through > interim_most) {
        return ihp_fail(l->err, IHP_ERR_USAGE,
                        "%s:%zu: performance.paid_through: an interim settlement has at most 3 "
                        "months of run-out [16.6.1.1]; expected %s or earlier, %s",
                        l->path, line, ihp_day_format(interim_most, date), advice);
    }
    return IHP_OK;
}

static enum ihp_status read_document(struct loading *l)
{
    const yaml_node_t *root = yaml_document_get_root_node(l->document);
    if (root == NULL || root->type != YAML_MAPPING_NODE) {
        return ihp_fail(l->err, IHP_ERR_USAGE, "%s:1: is no deck; expected keys such as 'store: "
                        "state.h5'", l->path);
    }
    if (read_mapping(l, root, "") != IHP_OK || read_defaults(l) != IHP_OK) {
        return l->err->status;
    }
    return check_runout(l);
}

/* Reads the file into memory, so that its size is known before a parser sees it. */
static char *read_file(const char *path, size_t *size, struct ihp_error *err)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        ihp_fail(err, IHP_ERR_USAGE, "%s: the deck cannot be read (%s)", path, strerror(errno));
        return NULL;
    }
    char *text = malloc(DECK_BYTES_MAX + 1);
    if (text == NULL) {
        ihp_fail_memory(err, "the deck");
    } else {
        *size = fread(text, 1, DECK_BYTES_MAX + 1, file);
        if (ferror(file) != 0) {
            ihp_fail(err, IHP_ERR_USAGE, "%s: the deck cannot be read (%s)", path, strerror(errno));
        } else if (*size > DECK_BYTES_MAX) {
            ihp_fail(err, IHP_ERR_USAGE, "%s: is longer than any deck (1 MiB)", path);
        }
    }
    fclose(file);
    if (err->status != IHP_OK) {
        free(text);
        return NULL;
    }
    return text;
}

/* A deck is one document: what stood in a second one would be lost without a word. */
static void check_alone(struct loading *l, yaml_parser_t *parser)
{
    yaml_document_t second;
    if (yaml_parser_load(parser, &second) == 0) {
        ihp_fail(l->err, IHP_ERR_USAGE, "%s:%zu: is not YAML: %s", l->path,
                 parser->problem_mark.line + 1,
                 parser->problem != NULL ? parser->problem : "it cannot be read");
        return;
    }
    const yaml_node_t *root = yaml_document_get_root_node(&second);
    if (root != NULL) {
        ihp_fail(l->err, IHP_ERR_USAGE, "%s:%zu: a second document begins; a deck is one", l->path,
                 line_of(root));
    }
    yaml_document_delete(&second);
}

static enum ihp_status parse_text(struct loading *l, const char *text, size_t size)
{
    yaml_parser_t parser;
    yaml_document_t document;
    if (yaml_parser_initialize(&parser) == 0) {
        return ihp_fail_memory(l->err, "the YAML parser");
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    if (yaml_parser_load(&parser, &document) == 0) {
        ihp_fail(l->err, IHP_ERR_USAGE, "%s:%zu: is not YAML: %s", l->path,
                 parser.problem_mark.line + 1,
                 parser.problem != NULL ? parser.problem : "it cannot be read");
    } else {
        l->document = &document;
        read_document(l);
        yaml_document_delete(&document);
        l->document = NULL;
        if (l->err->status == IHP_OK) {
            check_alone(l, &parser);
        }
    }
    yaml_parser_delete(&parser);
    return l->err->status;
}

enum ihp_status ihp_deck_load(const char *path, struct ihp_deck *deck, struct ihp_error *err)
{
    size_t size = 0;
    char *text = read_file(path, &size, err);
    struct loading l = {.path = path, .err = err};
    if (text == NULL) {
        return err->status;
    }
    l.given = calloc(ihp_deck_specs, sizeof *l.given);
    l.line = calloc(ihp_deck_specs, sizeof *l.line);
    const char *slash = strrchr(path, '/');
    if (l.given == NULL || l.line == NULL) {
        ihp_fail_memory(err, "the deck");
    } else if (strlen(path) >= IHP_PATH_MAX) {
        ihp_fail(err, IHP_ERR_USAGE, "%.100s...: the path is too long", path);
    } else {
        snprintf(l.deck.path, sizeof l.deck.path, "%s", path);
        if (slash != NULL) {
            snprintf(l.folder, sizeof l.folder, "%.*s", slash == path ? 1 : (int)(slash - path),
                     path);
        }
        parse_text(&l, text, size);
    }
    if (err->status == IHP_OK) {
        *deck = l.deck;
    }
    free(text);
    free(l.given);
    free(l.line);
    return err->status;
}
