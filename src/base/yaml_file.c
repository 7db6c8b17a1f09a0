/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a YAML file into the document that libyaml makes of it. */
#include "base/yaml_file.h"

#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BYTES_MAX = 1 << 20 };

struct loading {
    const char *path, *noun;
    ihp__yaml_fn take;
    void *context;
    struct ihp_error *err;
};

/* ---- nodes ----------------------------------------------------------------------------------- */

size_t ihp__yaml_line(const yaml_node_t *node)
{
    return node->start_mark.line + 1;
}

const char *ihp__yaml_text(const yaml_node_t *node)
{
    if (node->type != YAML_SCALAR_NODE) {
        return NULL;
    }
    const char *text = (const char *)node->data.scalar.value;
    return strlen(text) == node->data.scalar.length ? text : NULL;
}

bool ihp__yaml_is_blank(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.length == 0;
}

const char *ihp__yaml_kind(const yaml_node_t *node)
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

/* ---- the file -------------------------------------------------------------------------------- */

static enum ihp_status fail_read(const struct loading *l)
{
    char what[80];
    int reason = errno;
    snprintf(what, sizeof what, "the %s cannot be read", l->noun);
    errno = reason;
    return ihp__fail_system(l->err, IHP_ERR_USAGE, l->path, what);
}

/* Reads the file into memory, so that its size is known before a parser sees it. `text` has room
 * for one byte more than a file may have. */
static enum ihp_status read_file(const struct loading *l, char *text, size_t *size)
{
    struct stat info;
    if (stat(l->path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
        /* Opening a pipe would wait until somebody writes to it. */
        return ihp__fail(l->err, IHP_ERR_USAGE, "%s: is not a file", l->path);
    }
    errno = 0;
    FILE *file = fopen(l->path, "rb");
    if (file == NULL) {
        return fail_read(l);
    }
    enum ihp_status status = IHP_OK;
    *size = fread(text, 1, BYTES_MAX + 1, file);
    if (ferror(file) != 0) {
        status = fail_read(l);
    } else if (*size > BYTES_MAX) {
        status =
            ihp__fail(l->err, IHP_ERR_USAGE, "%s: is longer than any %s (1 MiB)", l->path, l->noun);
    }
    fclose(file);
    return status;
}

static enum ihp_status fail_yaml(const struct loading *l, const yaml_parser_t *parser)
{
    /* libyaml forgets to set its error when it cannot copy the tag of a node, and only then. */
    if (parser->error == YAML_MEMORY_ERROR || parser->error == YAML_NO_ERROR) {
        return ihp__fail_memory(l->err, l->path);
    }
    return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: is not YAML: %s", l->path,
                     parser->problem_mark.line + 1,
                     parser->problem != NULL ? parser->problem : "it cannot be read");
}

/* Refuses a second document, which nothing would read. */
static enum ihp_status check_alone(const struct loading *l, yaml_parser_t *parser)
{
    yaml_document_t second;
    if (yaml_parser_load(parser, &second) == 0) {
        return fail_yaml(l, parser);
    }
    const yaml_node_t *root = yaml_document_get_root_node(&second);
    enum ihp_status status = IHP_OK;
    if (root != NULL) {
        status = ihp__fail(l->err, IHP_ERR_USAGE,
                           "%s:%zu: a second document begins; a %s is one document", l->path,
                           ihp__yaml_line(root), l->noun);
    }
    yaml_document_delete(&second);
    return status;
}

static enum ihp_status parse_document(const struct loading *l, yaml_parser_t *parser)
{
    yaml_document_t document;
    if (yaml_parser_load(parser, &document) == 0) {
        return fail_yaml(l, parser);
    }
    enum ihp_status status = l->take(l->context, &document, l->err);
    yaml_document_delete(&document);
    return status == IHP_OK ? check_alone(l, parser) : status;
}

static enum ihp_status parse_text(const struct loading *l, const char *text, size_t size)
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

enum ihp_status ihp__yaml_load(const char *path, const char *noun, ihp__yaml_fn take, void *context,
                               struct ihp_error *err)
{
    const struct loading l = {path, noun, take, context, err};
    size_t size = 0;
    char *text = malloc(BYTES_MAX + 1);
    if (text == NULL) {
        return ihp__fail_memory(err, path);
    }
    enum ihp_status status = read_file(&l, text, &size);
    if (status == IHP_OK) {
        status = parse_text(&l, text, size);
    }
    free(text);
    return status;
}
