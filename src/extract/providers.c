/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Providers: the taxonomy of each NPI, as in NPPES. */
#include "fields.h"
#include "table.h"

#include <stdlib.h>

struct provider_row {
    uint64_t row; /* first, as ihp__import_table_resolve asks */
    int64_t npi;
    uint16_t taxonomy; /* in order of arrival */
    bool has_taxonomy;
};

struct providers_stage {
    struct ihp__import *import;
    struct ihp__import_table table;
    struct ihp__import_dict taxonomies;
    struct ihp__import_drops drops;
    uint32_t *map;
};

static enum ihp_status on_provider(void *context, const struct ihp__import_row *row,
                                   struct ihp_error *err)
{
    struct providers_stage *s = context;
    struct provider_row provider = {.row = row->number};
    struct ihp__import_reason bad;
    if (!ihp__import_parse_npi(row, PROVIDER_NPI, false, &provider.npi, &bad) ||
        !ihp__import_check_text(row, PROVIDER_TAXONOMY, true, IHP__TAXONOMY_MAX,
                                "a NUCC code of at most 10 characters, or blank", &bad)) {
        return ihp__import_bad_rows_add(s->import, row, &bad, err);
    }
    provider.has_taxonomy = row->csv->length[PROVIDER_TAXONOMY] > 0;
    if (provider.has_taxonomy && ihp__import_dict_number(&s->taxonomies, row, PROVIDER_TAXONOMY,
                                                         &provider.taxonomy, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_table_add(s->import, &s->table, &provider, row, err);
}

static int by_npi(const void *a, const void *b)
{
    const struct provider_row *p = a, *q = b;
    return (p->npi > q->npi) - (p->npi < q->npi);
}

static int by_npi_and_row(const void *a, const void *b)
{
    const struct provider_row *p = a, *q = b;
    int order = by_npi(a, b);
    return order != 0 ? order : (p->row > q->row) - (p->row < q->row);
}

static int by_taxonomy(const void *a, const void *b)
{
    const struct provider_row *p = a, *q = b;
    return p->has_taxonomy != q->has_taxonomy || p->taxonomy != q->taxonomy;
}

static enum ihp_status take_providers(struct providers_stage *s, struct ihp_error *err)
{
    const struct provider_row *row = s->table.row;
    for (size_t i = 0; i < s->table.count; i++) {
        if (row[i].has_taxonomy) {
            s->taxonomies.uses[row[i].taxonomy]++;
        }
    }
    if (ihp__import_dict_put(s->import, &s->taxonomies, NULL, IHP__COLUMN_DICT_TAXONOMY, &s->map,
                             err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < s->table.count; i++) {
        uint32_t number;
        if (ihp__import_npi_number(s->import, row[i].npi, NULL, &number, err) != IHP_OK) {
            return err->status;
        }
        struct ihp__import_npi *npi = &s->import->npis.entry[number];
        npi->uses++;
        npi->taxonomy = row[i].has_taxonomy ? s->map[row[i].taxonomy] : UINT32_MAX;
    }
    s->import->report.providers = s->table.count;
    return IHP_OK;
}

enum ihp_status ihp__import_providers(struct ihp__import *import, struct ihp_error *err)
{
    static const char *const reason[] = {
        [IHP__IMPORT_IDENTICAL] = "npi stands more than once; this row repeats another",
        [IHP__IMPORT_CONFLICTING] = "npi stands more than once, with different taxonomies"};
    struct providers_stage s = {.import = import, .table = {.size = sizeof(struct provider_row)}};
    if (ihp__import_dict_init(&s.taxonomies, "taxonomies", err) == IHP_OK &&
        ihp__import_read(import, IHP__EXTRACT_PROVIDERS, false, on_provider, &s, err) == IHP_OK) {
        if (s.table.count > 0) {
            qsort(s.table.row, s.table.count, s.table.size, by_npi_and_row);
        }
        if (ihp__import_table_resolve(import, &s.table, by_npi, by_taxonomy, &s.drops, err) ==
                IHP_OK &&
            ihp__import_drops_report(import, IHP__EXTRACT_PROVIDERS, &s.drops, reason, err) ==
                IHP_OK) {
            take_providers(&s, err);
        }
    }
    free(s.map);
    ihp__import_drops_free(import, &s.drops);
    ihp__import_dict_free(&s.taxonomies);
    ihp__import_table_free(import, &s.table);
    return err->status;
}
