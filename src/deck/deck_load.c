/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading a deck: the file, and the YAML document that libyaml makes of it. */
#include "deck_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DECK_BYTES_MAX = 1 << 20 };

/* Reads an open file into `text`, which has room for one byte more than a deck may have. */
static enum ihp_status read_open(FILE *file, const char *path, char *text, size_t *size,
                                 struct ihp_error *err)
{
    *size = fread(text, 1, DECK_BYTES_MAX + 1, file);
    if (ferror(file) != 0) {
        return ihp__fail_system(err, IHP_ERR_USAGE, path, "the deck cannot be read");
    }
    return *size <= DECK_BYTES_MAX
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE, "%s: is longer than any deck (1 MiB)", path);
}

/* Reads the file into memory, so that its size is known before a parser sees it. */
static enum ihp_status read_file(const char *path, char *text, size_t *size, struct ihp_error *err)
{
    errno = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return ihp__fail_system(err, IHP_ERR_USAGE, path, "the deck cannot be read");
    }
    enum ihp_status status = read_open(file, path, text, size, err);
    fclose(file);
    return status;
}

static enum ihp_status fail_yaml(struct ihp__deck_loading *l, const yaml_parser_t *parser)
{
    /* libyaml forgets to set its error when it cannot copy the tag of a node, and only then. */
    if (parser->error == YAML_MEMORY_ERROR || parser->error == YAML_NO_ERROR) {
        return ihp__fail_memory(l->err, l->path);
    }
    return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: is not YAML: %s", l->path,
                     parser->problem_mark.line + 1,
                     parser->problem != NULL ? parser->problem : "it cannot be read");
}

/* Refuses a second document: a deck is one, and nothing would read the second. */
static enum ihp_status check_alone(struct ihp__deck_loading *l, yaml_parser_t *parser)
{
    yaml_document_t second;
    if (yaml_parser_load(parser, &second) == 0) {
        return fail_yaml(l, parser);
    }
    const yaml_node_t *root = yaml_document_get_root_node(&second);
    enum ihp_status status = IHP_OK;
    if (root != NULL) {
        status = ihp__fail(l->err, IHP_ERR_USAGE,
                           "%s:%zu: a second document begins; a deck is one document", l->path,
                           ihp__deck_line_of(root));
    }
    yaml_document_delete(&second);
    return status;
}

static enum ihp_status parse_document(struct ihp__deck_loading *l, yaml_parser_t *parser)
{
    yaml_document_t document;
    if (yaml_parser_load(parser, &document) == 0) {
        return fail_yaml(l, parser);
    }
    l->document = &document;
    enum ihp_status status = ihp__deck_read(l);
    yaml_document_delete(&document);
    l->document = NULL;
    return status == IHP_OK ? check_alone(l, parser) : status;
}

static enum ihp_status parse_text(struct ihp__deck_loading *l, const char *text, size_t size)
{
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0) {
        return ihp__fail_memory(l->err, "the YAML parser");
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    enum ihp_status status = parse_document(l, &parser);
    yaml_parser_delete(&parser);
    return status;
}

/* Keeps the deck's path, and the folder that its paths are relative to. */
static enum ihp_status set_folder(struct ihp__deck_loading *l)
{
    const char *slash = strrchr(l->path, '/');
    if (ihp__path_copy(l->deck.path, sizeof l->deck.path, l->path, l->err) != IHP_OK) {
        return l->err->status;
    }
    if (slash != NULL) {
        snprintf(l->folder, sizeof l->folder, "%.*s", slash == l->path ? 1 : (int)(slash - l->path),
                 l->path);
    }
    return IHP_OK;
}

enum ihp_status ihp__deck_load(const char *path, struct ihp__deck *deck, struct ihp_error *err)
{
    struct ihp__deck_loading l = {
        .path = path, .bootstrap.name = "bootstrap", .sweep.name = "sweep", .err = err};
    size_t size = 0;
    char *text = malloc(DECK_BYTES_MAX + 1);
    l.given = calloc(ihp__deck_specs, sizeof *l.given);
    l.line = calloc(ihp__deck_specs, sizeof *l.line);
    enum ihp_status status = IHP_OK;
    if (text == NULL || l.given == NULL || l.line == NULL) {
        status = ihp__fail_memory(err, "the deck");
    } else if ((status = read_file(path, text, &size, err)) == IHP_OK &&
               (status = set_folder(&l)) == IHP_OK) {
        status = parse_text(&l, text, size);
    }
    if (status == IHP_OK) {
        *deck = l.deck;
    } else {
        ihp__deck_free(&l.deck);
    }
    free(text);
    free(l.given);
    free(l.line);
    return status;
}
