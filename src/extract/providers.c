/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importing providers.csv: the taxonomy of each NPI in NPPES. */
#include "extract/fields.h"
#include "extract/table.h"
#include "extract/values.h"

#include "base/npi.h"

#include <stdlib.h>

struct provider_row {
    uint64_t row; /* ihp__import_table_resolve requires it to be first */
    int64_t npi;
    uint16_t taxonomy; /* in order of arrival */
    bool has_taxonomy;
};

struct providers_import {
    struct ihp__import *import;
    struct ihp__import_table table;
    struct ihp__import_dict taxonomies;
    struct ihp__import_drops drops;
    uint32_t *map;
};

/* Counts an NPI that cannot be one. Returns true if its row is left out. */
static bool is_left_out(struct ihp__import *import, int64_t npi)
{
    struct ihp__import_values *values = import->values;
    bool wrong = !ihp__npi_check_digit_fits(npi), refused = import->options->refuse_npis;
    if (ihp__npi_is_placeholder(npi)) {
        values->providers_placeholder++;
        return true;
    }
    values->providers_left_out += wrong && refused;
    values->providers_wrong += wrong && !refused;
    return wrong && refused;
}

static enum ihp_status on_provider(void *context, struct ihp__import_row *row,
                                   struct ihp_error *err)
{
    struct providers_import *p = context;
    struct provider_row provider = {.row = row->number};
    struct ihp__import_reason reason;
    if (!ihp__import_parse_npi(row, IHP__EXTRACT_PROVIDER_NPI, &provider.npi, &reason)) {
        return ihp__import_bad_rows_add(p->import, row, &reason, err);
    }
    ihp__import_read_taxonomy(row, IHP__EXTRACT_PROVIDER_TAXONOMY);
    if (is_left_out(p->import, provider.npi)) {
        return IHP_OK;
    }
    ihp__import_row_keep(row);
    provider.has_taxonomy = row->length[IHP__EXTRACT_PROVIDER_TAXONOMY] > 0;
    if (provider.has_taxonomy &&
        ihp__import_dict_number(&p->taxonomies, row, IHP__EXTRACT_PROVIDER_TAXONOMY,
                                &provider.taxonomy, err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_table_add(p->import, &p->table, &provider, row, err);
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

static enum ihp_status take_providers(struct providers_import *p, struct ihp_error *err)
{
    const struct provider_row *row = p->table.row;
    for (size_t i = 0; i < p->table.count; i++) {
        if (row[i].has_taxonomy) {
            p->taxonomies.uses[row[i].taxonomy]++;
        }
    }
    if (ihp__import_dict_put(p->import, &p->taxonomies, NULL, IHP__COLUMN_DICT_TAXONOMY, &p->map,
                             err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < p->table.count; i++) {
        uint32_t number;
        if (ihp__import_npi_number(p->import, row[i].npi, NULL, &number, err) != IHP_OK) {
            return err->status;
        }
        struct ihp__import_npi *npi = &p->import->npis.entry[number];
        npi->uses++;
        npi->taxonomy = row[i].has_taxonomy ? p->map[row[i].taxonomy] : UINT32_MAX;
    }
    p->import->report.providers = p->table.count;
    return IHP_OK;
}

static enum ihp_status import_providers(struct providers_import *p, struct ihp_error *err)
{
    static const char *const reason[] = {[IHP__IMPORT_IDENTICAL] = "duplicate npi (identical rows)",
                                         [IHP__IMPORT_CONFLICTING] =
                                             "duplicate npi (conflicting taxonomies)"};
    if (ihp__import_dict_init(&p->taxonomies, "taxonomies", err) != IHP_OK ||
        ihp__import_read(p->import, IHP__EXTRACT_PROVIDERS, false, on_provider, p, err) != IHP_OK) {
        return err->status;
    }
    if (p->table.count > 0) {
        qsort(p->table.row, p->table.count, p->table.size, by_npi_and_row);
    }
    if (ihp__import_table_resolve(p->import, &p->table, by_npi, by_taxonomy, &p->drops, err) !=
            IHP_OK ||
        ihp__import_drops_report(p->import, IHP__EXTRACT_PROVIDERS, &p->drops, reason, err) !=
            IHP_OK) {
        return err->status;
    }
    return take_providers(p, err);
}

enum ihp_status ihp__import_providers(struct ihp__import *import, struct ihp_error *err)
{
    struct providers_import p = {.import = import, .table = {.size = sizeof(struct provider_row)}};
    enum ihp_status status = import_providers(&p, err);
    free(p.map);
    ihp__import_drops_free(import, &p.drops);
    ihp__import_dict_free(&p.taxonomies);
    ihp__import_table_free(import, &p.table);
    return status;
}
