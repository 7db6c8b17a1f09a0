/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading a deck: the file, the YAML document that libyaml makes of it, and what a deck owns. */
#include "deck_read.h"
#include "deck_sweep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DECK_BYTES_MAX = 1 << 20 };

/* Reads the file into memory, so that its size is known before a parser sees it. */
static char *read_file(const char *path, size_t *size, struct ihp_error *err)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        ihp__fail(err, IHP_ERR_USAGE, "%s: the deck cannot be read (%s)", path, strerror(errno));
        return NULL;
    }
    char *text = malloc(DECK_BYTES_MAX + 1);
    if (text == NULL) {
        ihp__fail_memory(err, "the deck");
    } else {
        *size = fread(text, 1, DECK_BYTES_MAX + 1, file);
        if (ferror(file) != 0) {
            ihp__fail(err, IHP_ERR_USAGE, "%s: the deck cannot be read (%s)", path,
                      strerror(errno));
        } else if (*size > DECK_BYTES_MAX) {
            ihp__fail(err, IHP_ERR_USAGE, "%s: is longer than any deck (1 MiB)", path);
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
static void check_alone(struct ihp__deck_loading *l, yaml_parser_t *parser)
{
    yaml_document_t second;
    if (yaml_parser_load(parser, &second) == 0) {
        ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: is not YAML: %s", l->path,
                  parser->problem_mark.line + 1,
                  parser->problem != NULL ? parser->problem : "it cannot be read");
        return;
    }
    const yaml_node_t *root = yaml_document_get_root_node(&second);
    if (root != NULL) {
        ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: a second document begins; a deck is one", l->path,
                  ihp__deck_line_of(root));
    }
    yaml_document_delete(&second);
}

static enum ihp_status parse_text(struct ihp__deck_loading *l, const char *text, size_t size)
{
    yaml_parser_t parser;
    yaml_document_t document;
    if (yaml_parser_initialize(&parser) == 0) {
        return ihp__fail_memory(l->err, "the YAML parser");
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    if (yaml_parser_load(&parser, &document) == 0) {
        ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: is not YAML: %s", l->path,
                  parser.problem_mark.line + 1,
                  parser.problem != NULL ? parser.problem : "it cannot be read");
    } else {
        l->document = &document;
        ihp__deck_read(l);
        yaml_document_delete(&document);
        l->document = NULL;
        if (l->err->status == IHP_OK) {
            check_alone(l, &parser);
        }
    }
    yaml_parser_delete(&parser);
    return l->err->status;
}

enum ihp_status ihp__deck_load(const char *path, struct ihp__deck *deck, struct ihp_error *err)
{
    size_t size = 0;
    char *text = read_file(path, &size, err);
    struct ihp__deck_loading l = {
        .path = path, .bootstrap.name = "bootstrap", .sweep.name = "sweep", .err = err};
    if (text == NULL) {
        return err->status;
    }
    l.given = calloc(ihp__deck_specs, sizeof *l.given);
    l.line = calloc(ihp__deck_specs, sizeof *l.line);
    const char *slash = strrchr(path, '/');
    if (l.given == NULL || l.line == NULL) {
        ihp__fail_memory(err, "the deck");
    } else if (ihp__path_copy(l.deck.path, sizeof l.deck.path, path, err) == IHP_OK) {
        if (slash != NULL) {
            snprintf(l.folder, sizeof l.folder, "%.*s", slash == path ? 1 : (int)(slash - path),
                     path);
        }
        parse_text(&l, text, size);
    }
    if (err->status == IHP_OK) {
        *deck = l.deck;
    } else {
        ihp__deck_free(&l.deck);
    }
    free(text);
    free(l.given);
    free(l.line);
    return err->status;
}

void ihp__deck_free(struct ihp__deck *deck)
{
    ihp__sweep_free(&deck->sweep);
}

struct ihp__terms ihp__deck_terms(const struct ihp__deck *deck)
{
    return (struct ihp__terms){.base_paid_through = deck->base.paid_through,
                               .performance_paid_through = deck->performance.paid_through,
                               .threshold = deck->threshold,
                               .policies = deck->policies,
                               .changes = deck->changes};
}

void ihp__deck_apply(struct ihp__deck *deck, const struct ihp__terms *terms)
{
    deck->base.paid_through = terms->base_paid_through;
    deck->performance.paid_through = terms->performance_paid_through;
    deck->threshold = terms->threshold;
    deck->policies = terms->policies;
    deck->changes = terms->changes;
}
