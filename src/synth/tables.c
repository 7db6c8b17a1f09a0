/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small tables: rows collected member by member, and dictionaries of the values that occur. */
#include "synth/tables.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>

static const size_t row_size[IHP__SYNTH_TABLES] = {
    [IHP__SYNTH_SPANS] = sizeof(struct ihp__span),
    [IHP__SYNTH_MORBIDITY] = sizeof(struct ihp__morbidity),
    [IHP__SYNTH_RISKS] = sizeof(struct ihp__synth_risk_row),
    [IHP__SYNTH_COORDINATION] = sizeof(struct ihp__synth_coordination_row),
};

enum ihp_status ihp__synth_tables_create(uint32_t first, uint32_t members,
                                         struct ihp__synth_tables **out, struct ihp_error *err)
{
    struct ihp__synth_tables *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return ihp__fail_memory(err, "the members");
    }
    t->first = first;
    t->members = members;
    t->member = calloc((size_t)members + 1, sizeof *t->member);
    t->line_offset = calloc((size_t)members + 1, sizeof *t->line_offset);
    bool good = t->member != NULL && t->line_offset != NULL;
    for (int i = 0; i < IHP__SYNTH_TABLES; i++) {
        t->table[i].offset = calloc((size_t)members + 1, sizeof *t->table[i].offset);
        good = good && t->table[i].offset != NULL;
    }
    if (!good) {
        ihp__synth_tables_destroy(&t);
        return ihp__fail_memory(err, "the members");
    }
    *out = t;
    return IHP_OK;
}

void ihp__synth_tables_destroy(struct ihp__synth_tables **tables)
{
    if (tables == NULL || *tables == NULL) {
        return;
    }
    struct ihp__synth_tables *t = *tables;
    for (int i = 0; i < IHP__SYNTH_TABLES; i++) {
        free(t->table[i].row);
        free(t->table[i].offset);
    }
    ihp__dict_destroy(&t->payer);
    ihp__dict_destroy(&t->procedure);
    ihp__dict_destroy(&t->acg);
    ihp__dict_destroy(&t->race);
    ihp__dict_destroy(&t->taxonomy);
    free(t->npi_taxonomy);
    free(t->member);
    free(t->line_offset);
    free(t);
    *tables = NULL;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Returns the place of a new row; NULL if memory is short. */
static void *add_row(struct ihp__synth_tables *t, enum ihp__synth_table table)
{
    struct ihp__synth_rows *rows = &t->table[table];
    if (!ihp__array_reserve(&rows->row, &rows->capacity, rows->count + 1, row_size[table])) {
        return NULL;
    }
    return (char *)rows->row + rows->count++ * row_size[table];
}

static bool add_spans(struct ihp__synth_tables *t, const struct ihp__synth_person *p)
{
    for (size_t i = 0; i < p->spans; i++) {
        struct ihp__span *row = add_row(t, IHP__SYNTH_SPANS);
        if (row == NULL) {
            return false;
        }
        *row = p->span[i];
        t->uses.payer[p->span[i].payer]++;
    }
    return true;
}

/* A grouper sees only people who were enrolled in the year. */
static bool add_morbidity(struct ihp__synth_tables *t, const struct ihp__synth_person *p)
{
    for (int y = 0; y < IHP__SYNTH_YEARS; y++) {
        if (p->year[y].months == 0 || p->year[y].acg == IHP__SYNTH_ACG_NONE) {
            continue;
        }
        struct ihp__morbidity *row = add_row(t, IHP__SYNTH_MORBIDITY);
        if (row == NULL) {
            return false;
        }
        *row =
            (struct ihp__morbidity){(int16_t)(IHP__SYNTH_FIRST_YEAR + y), (uint16_t)p->year[y].acg};
        t->uses.acg[p->year[y].acg]++;
    }
    return true;
}

static bool add_circumstances(struct ihp__synth_tables *t, const struct ihp__synth_person *p)
{
    for (size_t i = 0; i < p->risks; i++) {
        struct ihp__synth_risk_row *row = add_row(t, IHP__SYNTH_RISKS);
        if (row == NULL) {
            return false;
        }
        *row = p->risk[i];
    }
    for (int m = 0; m < IHP__SYNTH_MONTHS; m++) {
        if (p->coordination[m] == IHP__SYNTH_NOT_ENROLLED) {
            continue;
        }
        struct ihp__synth_coordination_row *row = add_row(t, IHP__SYNTH_COORDINATION);
        if (row == NULL) {
            return false;
        }
        *row = (struct ihp__synth_coordination_row){IHP__SYNTH_FIRST_MONTH + m, p->coordination[m]};
    }
    return true;
}

enum ihp_status ihp__synth_tables_add(struct ihp__synth_tables *t,
                                      const struct ihp__synth_person *p, uint64_t lines,
                                      struct ihp_error *err)
{
    size_t m = t->filled++;
    t->member[m] = (struct ihp__synth_member_row){p->birth, p->county, p->race, p->sex};
    t->uses.race[p->race]++;
    if (!add_spans(t, p) || !add_morbidity(t, p) || !add_circumstances(t, p)) {
        return ihp__fail_memory(err, "the members");
    }
    for (int i = 0; i < IHP__SYNTH_TABLES; i++) {
        t->table[i].offset[m + 1] = t->table[i].count;
    }
    t->line_offset[m + 1] = t->line_offset[m] + lines;
    return IHP_OK;
}

/* ---- dictionaries ---------------------------------------------------------------------------- */

static bool add_text(struct ihp__dict *dict, const char *text)
{
    return ihp__dict_add(dict, text, strlen(text)) >= 0;
}

/* Makes a dictionary of the texts 0 .. count - 1 that occur, and of `always` unless it is NULL, in
 * text order; NULL if memory is short. */
static struct ihp__dict *used_texts(const char *const *text, const uint64_t *uses, size_t count,
                                    const char *always)
{
    struct ihp__dict *dict = ihp__dict_create(UINT16_MAX);
    uint32_t *renumbering = calloc(count + 2, sizeof *renumbering);
    bool good = dict != NULL && renumbering != NULL && (always == NULL || add_text(dict, always));
    for (size_t i = 0; good && i < count; i++) {
        good = uses[i] == 0 || add_text(dict, text[i]);
    }
    if (!good || !ihp__dict_sort(dict, renumbering)) {
        ihp__dict_destroy(&dict);
    }
    free(renumbering);
    return dict;
}

static void number_texts(const struct ihp__dict *dict, const char *const *text, size_t count,
                         uint16_t *number)
{
    for (size_t i = 0; i < count; i++) {
        int64_t found = ihp__dict_find(dict, text[i]);
        number[i] = found < 0 ? UINT16_MAX : (uint16_t)found; /* a text that occurs is found */
    }
}

static bool number_acgs(struct ihp__synth_tables *t)
{
    char room[IHP__SYNTH_ACGS + 1][IHP__SYNTH_ACG_TEXT];
    const char *text[IHP__SYNTH_ACGS + 1];
    for (unsigned a = 0; a <= IHP__SYNTH_ACGS; a++) {
        ihp__synth_acg_text(a, room[a]);
        text[a] = room[a];
    }
    t->acg = used_texts(text, t->uses.acg, IHP__SYNTH_ACGS, text[IHP__SYNTH_ACG_NONE]);
    if (t->acg != NULL) {
        number_texts(t->acg, text, IHP__SYNTH_ACGS + 1, t->acg_number);
    }
    return t->acg != NULL;
}

static bool number_procedures(struct ihp__synth_tables *t, struct ihp__synth_model *model)
{
    const char *text[IHP__SYNTH_KINDS_MAX] = {NULL};
    for (size_t i = 0; i < ihp__synth_kind_count; i++) {
        text[i] = ihp__synth_kinds[i].procedure;
    }
    t->procedure = used_texts(text, t->uses.kind, ihp__synth_kind_count, "");
    if (t->procedure != NULL) {
        number_texts(t->procedure, text, ihp__synth_kind_count, model->kind_procedure);
    }
    return t->procedure != NULL;
}

static bool number_taxonomies(struct ihp__synth_tables *t, const struct ihp__synth_model *model)
{
    const struct ihp__synth_providers *p = &model->providers;
    uint64_t uses[UINT8_MAX + 1] = {0};
    uint16_t number[UINT8_MAX + 1];
    for (uint32_t n = 1; n < p->count; n++) {
        uses[p->taxonomy[n]]++;
    }
    t->taxonomy = used_texts(ihp__synth_taxonomies, uses, ihp__synth_taxonomy_count, NULL);
    t->npi_taxonomy = malloc(p->count * sizeof *t->npi_taxonomy);
    if (t->taxonomy == NULL || t->npi_taxonomy == NULL) {
        return false;
    }
    number_texts(t->taxonomy, ihp__synth_taxonomies, ihp__synth_taxonomy_count, number);
    for (uint32_t n = 0; n < p->count; n++) {
        uint8_t taxonomy = p->taxonomy[n];
        t->npi_taxonomy[n] = taxonomy == IHP__SYNTH_NO_TAXONOMY ? UINT32_MAX : number[taxonomy];
    }
    return true;
}

/* Makes all dictionaries and the numbers of their texts. */
static enum ihp_status make_dictionaries(struct ihp__synth_tables *t,
                                         struct ihp__synth_model *model, struct ihp_error *err)
{
    t->payer = used_texts(ihp__synth_payers, t->uses.payer, IHP__SYNTH_PAYERS, NULL);
    t->race = used_texts(ihp__synth_races, t->uses.race, IHP__SYNTH_RACES, "");
    if (t->payer == NULL || t->race == NULL || !number_acgs(t) || !number_procedures(t, model) ||
        !number_taxonomies(t, model)) {
        return ihp__fail_memory(err, "the dictionaries");
    }
    number_texts(t->payer, ihp__synth_payers, IHP__SYNTH_PAYERS, t->payer_number);
    number_texts(t->race, ihp__synth_races, IHP__SYNTH_RACES, t->race_number);
    memcpy(model->payer_number, t->payer_number, sizeof model->payer_number);
    return IHP_OK;
}

enum ihp_status ihp__synth_tables_number(struct ihp__synth_tables *t,
                                         struct ihp__synth_model *model, MPI_Comm comm,
                                         struct ihp_error *err)
{
    ihp__sum_u64(comm, (uint64_t *)(void *)&t->uses, (int)(sizeof t->uses / sizeof(uint64_t)));
    for (int i = 0; i < IHP__SYNTH_TABLES; i++) {
        t->rows[i].all = t->table[i].count;
        t->rows[i].before = ihp__sum_before_u64(comm, t->rows[i].all);
        ihp__sum_u64(comm, &t->rows[i].all, 1);
    }
    t->lines.all = t->line_offset[t->members];
    t->lines.before = ihp__sum_before_u64(comm, t->lines.all);
    ihp__sum_u64(comm, &t->lines.all, 1);
    ihp__until_agreed(make_dictionaries(t, model, err));
    return ihp__agree(comm, err);
}
