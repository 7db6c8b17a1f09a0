/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dictionaries of texts and NPIs, numbered as they arrive and renumbered in order when they are
 * written. */
#include "extract/ranks.h"

#include "base/npi.h"

#include <stdlib.h>
#include <string.h>

enum { TEXTS_MAX = 65535 }; /* numbers in a store take 16 bits */

/* ---- texts ----------------------------------------------------------------------------------- */

enum ihp_status ihp__import_dict_init(struct ihp__import_dict *dict, const char *plural,
                                      struct ihp_error *err)
{
    dict->plural = plural;
    dict->texts = ihp__dict_create(TEXTS_MAX);
    return dict->texts != NULL ? IHP_OK : ihp__fail_memory(err, "a dictionary");
}

void ihp__import_dict_free(struct ihp__import_dict *dict)
{
    ihp__dict_destroy(&dict->texts);
    free(dict->uses);
    *dict = (struct ihp__import_dict){0};
}

enum ihp_status ihp__import_dict_fail_full(const struct ihp__import_dict *dict, const char *path,
                                           struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: has more than %d different %s; a store can have no more", path, TEXTS_MAX,
                     dict->plural);
}

enum ihp_status ihp__import_dict_number(struct ihp__import_dict *dict,
                                        const struct ihp__import_row *row, int column,
                                        uint16_t *number, struct ihp_error *err)
{
    int64_t found = ihp__dict_add(dict->texts, row->field[column], row->length[column]);
    if (found == -1) {
        return ihp__import_dict_fail_full(dict, row->csv->file, err);
    }
    if (found < 0 ||
        !ihp__array_reserve(&dict->uses, &dict->capacity, (size_t)found + 1, sizeof *dict->uses)) {
        return ihp__fail_memory(err, "a dictionary");
    }
    *number = (uint16_t)found;
    return IHP_OK;
}

/* Makes a dictionary of the texts in use, in text order; NULL if memory is short. */
static struct ihp__dict *used_texts(const struct ihp__import_dict *dict, const char *always,
                                    uint32_t *renumbering)
{
    struct ihp__dict *used = ihp__dict_create(SIZE_MAX);
    bool good =
        used != NULL && (always == NULL || ihp__dict_add(used, always, strlen(always)) >= 0);
    for (size_t i = 0; good && i < ihp__dict_count(dict->texts); i++) {
        const char *text = ihp__dict_text(dict->texts, i);
        good = dict->uses[i] == 0 || ihp__dict_add(used, text, strlen(text)) >= 0;
    }
    if (!good || !ihp__dict_sort(used, renumbering)) {
        ihp__dict_destroy(&used);
    }
    return used;
}

enum ihp_status ihp__import_dict_put(struct ihp__import *import,
                                     const struct ihp__import_dict *dict, const char *always,
                                     enum ihp__column column, uint32_t **map, struct ihp_error *err)
{
    size_t count = ihp__dict_count(dict->texts);
    uint32_t *fresh = malloc((count + 2) * sizeof *fresh); /* first the renumbering, then the map */
    struct ihp__dict *used = fresh == NULL ? NULL : used_texts(dict, always, fresh);
    if (used == NULL) {
        free(fresh);
        return ihp__fail_memory(err, "a dictionary");
    }
    for (size_t i = 0; i < count; i++) {
        int64_t number = ihp__dict_find(used, ihp__dict_text(dict->texts, i));
        fresh[i] = number < 0 ? UINT32_MAX : (uint32_t)number;
    }
    if (ihp__import_put_dict(import, column, used, err) != IHP_OK) {
        free(fresh);
        fresh = NULL;
    } else {
        *map = fresh;
    }
    ihp__dict_destroy(&used);
    return err->status;
}

/* ---- NPIs ------------------------------------------------------------------------------------ */

static size_t slot_of(const struct ihp__import_npis *npis, int64_t npi)
{
    uint64_t mixed = (uint64_t)npi * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(mixed >> 32) & (npis->slots - 1);
    while (npis->slot[at] != 0 && npis->entry[npis->slot[at] - 1].npi != npi) {
        at = (at + 1) & (npis->slots - 1);
    }
    return at;
}

static enum ihp_status grow_slots(struct ihp__import *import, size_t slots,
                                  const struct ihp__import_row *row, struct ihp_error *err)
{
    struct ihp__import_npis *npis = &import->npis;
    uint32_t *fresh = NULL;
    size_t capacity = 0;
    if (ihp__import_reserve(import, &fresh, &capacity, slots, sizeof *fresh, row, err) != IHP_OK) {
        return err->status;
    }
    ihp__import_release(import, &npis->slot, &npis->slot_capacity, sizeof *npis->slot);
    npis->slot = fresh;
    npis->slots = npis->slot_capacity = capacity; /* a reserved size is a power of two */
    for (size_t i = 0; i < npis->count; i++) {
        npis->slot[slot_of(npis, npis->entry[i].npi)] = (uint32_t)i + 1;
    }
    return IHP_OK;
}

enum ihp_status ihp__import_npi_number(struct ihp__import *import, int64_t npi,
                                       const struct ihp__import_row *row, uint32_t *number,
                                       struct ihp_error *err)
{
    struct ihp__import_npis *npis = &import->npis;
    size_t at = slot_of(npis, npi);
    if (npis->slot[at] != 0) {
        *number = npis->slot[at] - 1;
        return IHP_OK;
    }
    if (2 * (npis->count + 1) > npis->slots) {
        if (grow_slots(import, 2 * npis->slots, row, err) != IHP_OK) {
            return err->status;
        }
        at = slot_of(npis, npi);
    }
    if (ihp__import_reserve(import, &npis->entry, &npis->capacity, npis->count + 1,
                            sizeof *npis->entry, row, err) != IHP_OK) {
        return err->status;
    }
    npis->entry[npis->count] =
        (struct ihp__import_npi){npi, 0, UINT32_MAX, !ihp__npi_check_digit_fits(npi)};
    *number = (uint32_t)npis->count++;
    npis->slot[at] = *number + 1;
    return IHP_OK;
}

enum ihp_status ihp__import_npis_init(struct ihp__import *import, struct ihp_error *err)
{
    uint32_t blank;
    if (grow_slots(import, 1024, NULL, err) != IHP_OK ||
        ihp__import_npi_number(import, IHP__NPI_BLANK, NULL, &blank, err) != IHP_OK) {
        return err->status;
    }
    import->npis.entry[blank].uses = 1; /* every store has it */
    return IHP_OK;
}

void ihp__import_npis_free(struct ihp__import_npis *npis)
{
    free(npis->entry);
    free(npis->slot);
    *npis = (struct ihp__import_npis){0};
}

struct ordered_npi {
    int64_t npi;
    uint32_t number;
};

static int by_npi(const void *a, const void *b)
{
    const struct ordered_npi *p = a, *q = b;
    return (p->npi > q->npi) - (p->npi < q->npi);
}

/* Sorts the numbers of the NPIs in use by NPI; returns how many there are. */
static size_t order_npis(const struct ihp__import_npis *npis, struct ordered_npi *order)
{
    size_t used = 0;
    for (size_t i = 0; i < npis->count; i++) {
        if (npis->entry[i].uses > 0) {
            order[used++] = (struct ordered_npi){npis->entry[i].npi, (uint32_t)i};
        }
    }
    qsort(order, used, sizeof *order, by_npi);
    return used;
}

/* The columns of the NPIs in use. */
struct npi_columns {
    struct ordered_npi *order;
    int64_t *npi;
    uint32_t *taxonomy;
};

/* Fills in the columns and the map from the number of arrival to that of the store; returns how
 * many NPIs are in use. */
static size_t fill_columns(const struct ihp__import_npis *npis, struct npi_columns *columns,
                           uint32_t *map)
{
    size_t used = order_npis(npis, columns->order);
    for (size_t i = 0; i < used; i++) {
        columns->npi[i] = columns->order[i].npi;
        columns->taxonomy[i] = npis->entry[columns->order[i].number].taxonomy;
        map[columns->order[i].number] = (uint32_t)i;
    }
    return used;
}

static enum ihp_status put_columns(struct ihp__import *import, struct npi_columns *columns,
                                   uint32_t *map, struct ihp_error *err)
{
    size_t used = fill_columns(&import->npis, columns, map);
    if (ihp__import_put(import, IHP__COLUMN_DICT_NPI, 0, columns->npi, used, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_put(import, IHP__COLUMN_DICT_NPI_TAXONOMY, 0, columns->taxonomy, used, err);
}

enum ihp_status ihp__import_npis_put(struct ihp__import *import, uint32_t **map,
                                     struct ihp_error *err)
{
    size_t count = import->npis.count;
    struct npi_columns columns = {.order = malloc(count * sizeof *columns.order),
                                  .npi = malloc(count * sizeof *columns.npi),
                                  .taxonomy = malloc(count * sizeof *columns.taxonomy)};
    uint32_t *made = calloc(count, sizeof *made);
    enum ihp_status status;
    if (columns.order == NULL || columns.npi == NULL || columns.taxonomy == NULL || made == NULL) {
        status = ihp__fail_memory(err, "the NPIs");
    } else {
        status = put_columns(import, &columns, made, err);
    }
    free(columns.order);
    free(columns.npi);
    free(columns.taxonomy);
    if (status == IHP_OK) {
        *map = made;
    } else {
        free(made);
    }
    return status;
}
