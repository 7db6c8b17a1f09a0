/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading a deck. */
#include "deck_read.h"

#include <stdlib.h>
#include <string.h>

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

static enum ihp_status take_document(void *context, yaml_document_t *document,
                                     struct ihp_error *err)
{
    struct ihp__deck_loading *l = context;
    if (set_folder(l) != IHP_OK) {
        return err->status;
    }
    l->document = document;
    enum ihp_status status = ihp__deck_read(l);
    l->document = NULL;
    return status;
}

enum ihp_status ihp__deck_load(const char *path, struct ihp__deck *deck, struct ihp_error *err)
{
    return ihp__deck_load_with(path, NULL, deck, err);
}

enum ihp_status ihp__deck_load_with(const char *path, const struct ihp__settings *settings,
                                    struct ihp__deck *deck, struct ihp_error *err)
{
    struct ihp__deck_loading l = {.path = path,
                                  .bootstrap.name = "bootstrap",
                                  .sweep.name = "sweep",
                                  .settings = settings,
                                  .err = err};
    l.given = calloc(ihp__deck_specs, sizeof *l.given);
    l.line = calloc(ihp__deck_specs, sizeof *l.line);
    enum ihp_status status = l.given == NULL || l.line == NULL
                                 ? ihp__fail_memory(err, "the deck")
                                 : ihp__yaml_load(path, "deck", take_document, &l, err);
    if (status == IHP_OK) {
        *deck = l.deck;
    } else {
        ihp__deck_free(&l.deck);
    }
    free(l.given);
    free(l.line);
    return status;
}
