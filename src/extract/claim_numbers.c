/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dictionary numbers of several ranks. Each rank sends its entries with their uses to rank 0. Rank
 * 0 adds them to its dictionaries and sends to all ranks which number each entry of each rank has.
 */
#include "extract/claims.h"
#include "extract/ranks.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>

/* ---- joining --------------------------------------------------------------------------------- */

static void count_entries(const struct ihp__import *import,
                          uint64_t count[IHP__IMPORT_DICTIONARIES])
{
    count[IHP__IMPORT_PAYERS] = ihp__dict_count(import->payers.texts);
    count[IHP__IMPORT_PROCEDURES] = ihp__dict_count(import->procedures.texts);
    count[IHP__IMPORT_NPIS] = import->npis.count;
}

/* Collective: makes room for the numbers of all ranks and finds where the numbers of each begin. */
static enum ihp_status lay_out(struct ihp__import *import, struct ihp__import_numbers *numbers,
                               struct ihp_error *err)
{
    size_t all = IHP__IMPORT_DICTIONARIES * (size_t)import->ranks;
    numbers->start = calloc(all + 1, sizeof *numbers->start);
    if (numbers->start == NULL) {
        return ihp__fail_memory(err, "the dictionaries");
    }
    if (ihp__import_agree(import, err) != IHP_OK) {
        return err->status;
    }
    count_entries(import, numbers->start + IHP__IMPORT_DICTIONARIES * import->rank);
    ihp__sum_u64(import->comm, numbers->start, (int)all);
    uint64_t at = 0;
    for (size_t i = 0; i <= all; i++) {
        uint64_t count = numbers->start[i];
        numbers->start[i] = at;
        at += count;
    }
    return ihp__import_reserve(import, &numbers->number, &numbers->capacity, (size_t)at + 1,
                               sizeof *numbers->number, NULL, err);
}

/* The bytes that a rank sends: the uses of payers, procedures and NPIs, the NPIs, then the texts of
 * payers and procedures, each with its NUL. */
struct packing {
    char *bytes;
    size_t size;
};

static void pack(struct packing *p, const void *bytes, size_t size)
{
    if (p->bytes != NULL && size > 0) {
        memcpy(p->bytes + p->size, bytes, size);
    }
    p->size += size;
}

static void pack_texts(struct packing *p, const struct ihp__dict *dict)
{
    for (size_t i = 0; i < ihp__dict_count(dict); i++) {
        const char *text = ihp__dict_text(dict, i);
        pack(p, text, strlen(text) + 1);
    }
}

/* Packs everything; without a buffer it only finds the size. */
static void pack_all(const struct ihp__import *import, struct packing *p)
{
    p->size = 0;
    pack(p, import->payers.uses,
         ihp__dict_count(import->payers.texts) * sizeof *import->payers.uses);
    pack(p, import->procedures.uses,
         ihp__dict_count(import->procedures.texts) * sizeof *import->procedures.uses);
    for (size_t i = 0; i < import->npis.count; i++) {
        pack(p, &import->npis.entry[i].uses, sizeof import->npis.entry[i].uses);
    }
    for (size_t i = 0; i < import->npis.count; i++) {
        pack(p, &import->npis.entry[i].npi, sizeof import->npis.entry[i].npi);
    }
    pack_texts(p, import->payers.texts);
    pack_texts(p, import->procedures.texts);
}

struct joining {
    struct ihp__import *import;
    struct ihp__import_numbers *numbers;
};

static uint32_t *numbers_at(const struct joining *j, int source,
                            enum ihp__import_dictionary dictionary, size_t *count)
{
    const uint64_t *start = j->numbers->start + IHP__IMPORT_DICTIONARIES * source + (int)dictionary;
    *count = (size_t)(start[1] - start[0]);
    return j->numbers->number + start[0];
}

/* Adds the texts of a rank to rank 0's dictionary. Advances `*uses` and `*text`. */
static enum ihp_status join_texts(const struct joining *j, int source,
                                  enum ihp__import_dictionary dictionary, const char **uses,
                                  const char **text, struct ihp_error *err)
{
    struct ihp__import_dict *dict =
        dictionary == IHP__IMPORT_PAYERS ? &j->import->payers : &j->import->procedures;
    size_t count;
    uint32_t *number = numbers_at(j, source, dictionary, &count);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(*text);
        int64_t found = ihp__dict_add(dict->texts, *text, length);
        if (found == -1) {
            return ihp__import_dict_fail_full(
                dict, j->import->source[IHP__EXTRACT_CLAIMS].file[0].path, err);
        }
        if (found < 0 || !ihp__array_reserve(&dict->uses, &dict->capacity, (size_t)found + 1,
                                             sizeof *dict->uses)) {
            return ihp__fail_memory(err, "a dictionary");
        }
        uint64_t used;
        memcpy(&used, *uses, sizeof used);
        dict->uses[found] += used;
        number[i] = (uint32_t)found;
        *uses += sizeof used;
        *text += length + 1;
    }
    return IHP_OK;
}

static enum ihp_status join_npis(const struct joining *j, int source, const char *uses,
                                 struct ihp_error *err)
{
    size_t count;
    uint32_t *number = numbers_at(j, source, IHP__IMPORT_NPIS, &count);
    for (size_t i = 0; i < count; i++) {
        uint64_t used;
        int64_t npi;
        memcpy(&used, uses + i * sizeof used, sizeof used);
        memcpy(&npi, uses + (count + i) * sizeof used, sizeof npi);
        if (ihp__import_npi_number(j->import, npi, NULL, &number[i], err) != IHP_OK) {
            return err->status;
        }
        j->import->npis.entry[number[i]].uses += used;
    }
    return IHP_OK;
}

static enum ihp_status join_rank(void *context, int source, const char *bytes, size_t size,
                                 struct ihp_error *err)
{
    const struct joining *j = context;
    const uint64_t *start = j->numbers->start + IHP__IMPORT_DICTIONARIES * source;
    const char *payer_uses = bytes;
    const char *procedure_uses = bytes + (start[1] - start[0]) * sizeof(uint64_t);
    const char *npi_uses = bytes + (start[2] - start[0]) * sizeof(uint64_t);
    const char *text = npi_uses + 2 * (start[3] - start[2]) * sizeof(uint64_t);
    (void)size;
    if (join_npis(j, source, npi_uses, err) != IHP_OK ||
        join_texts(j, source, IHP__IMPORT_PAYERS, &payer_uses, &text, err) != IHP_OK) {
        return err->status;
    }
    return join_texts(j, source, IHP__IMPORT_PROCEDURES, &procedure_uses, &text, err);
}

/* Packs the entries of a rank that sends them; rank 0 sends nothing. */
static enum ihp_status make_packing(const struct ihp__import *import, struct packing *p,
                                    struct ihp_error *err)
{
    if (import->rank == 0) {
        return IHP_OK;
    }
    pack_all(import, p);
    p->bytes = malloc(p->size + 1);
    if (p->bytes == NULL) {
        return ihp__fail_memory(err, "the dictionaries");
    }
    pack_all(import, p);
    return IHP_OK;
}

/* Rank 0's own numbers are the common ones. */
static void number_own_entries(const struct joining *j)
{
    for (int d = 0; d < IHP__IMPORT_DICTIONARIES; d++) {
        size_t count;
        uint32_t *number = numbers_at(j, 0, (enum ihp__import_dictionary)d, &count);
        for (size_t i = 0; i < count; i++) {
            number[i] = (uint32_t)i;
        }
    }
}

enum ihp_status ihp__import_numbers_join(struct ihp__import *import,
                                         struct ihp__import_numbers *numbers, struct ihp_error *err)
{
    struct joining j = {import, numbers};
    struct packing p = {0};
    if (lay_out(import, numbers, err) != IHP_OK || make_packing(import, &p, err) != IHP_OK ||
        ihp__import_agree(import, err) != IHP_OK) {
        free(p.bytes);
        return err->status;
    }
    if (import->rank == 0) {
        number_own_entries(&j);
    }
    enum ihp_status status = ihp__import_gather(import, p.bytes, p.size, join_rank, &j, err);
    free(p.bytes);
    if (status == IHP_OK) {
        count_entries(import, numbers->common);
        ihp__share_u64(import->comm, numbers->common, IHP__IMPORT_DICTIONARIES);
        ihp__share_bytes(import->comm, numbers->number,
                         (size_t)numbers->start[IHP__IMPORT_DICTIONARIES * import->ranks] *
                             sizeof *numbers->number);
    }
    return status;
}

void ihp__import_numbers_free(struct ihp__import *import, struct ihp__import_numbers *numbers)
{
    ihp__import_release(import, &numbers->number, &numbers->capacity, sizeof *numbers->number);
    ihp__import_release(import, &numbers->taken, &numbers->taken_capacity, sizeof *numbers->taken);
    free(numbers->start);
    *numbers = (struct ihp__import_numbers){0};
}

void ihp__import_numbers_apply(const struct ihp__import_numbers *numbers, int source,
                               struct ihp__import_claim *claim)
{
    const uint32_t *npi = ihp__import_numbers_of(numbers, source, IHP__IMPORT_NPIS);
    claim->payer =
        (uint16_t)ihp__import_numbers_of(numbers, source, IHP__IMPORT_PAYERS)[claim->payer];
    claim->procedure =
        (uint16_t)ihp__import_numbers_of(numbers, source, IHP__IMPORT_PROCEDURES)[claim->procedure];
    claim->billing = npi[claim->billing];
    claim->treating = npi[claim->treating];
}

/* ---- taking lines away ----------------------------------------------------------------------- */

static size_t common_entries(const struct ihp__import_numbers *numbers)
{
    return (size_t)(numbers->common[IHP__IMPORT_PAYERS] + numbers->common[IHP__IMPORT_PROCEDURES] +
                    numbers->common[IHP__IMPORT_NPIS]);
}

enum ihp_status ihp__import_take_begin(struct ihp__import *import,
                                       struct ihp__import_numbers *numbers, struct ihp_error *err)
{
    return ihp__import_reserve(import, &numbers->taken, &numbers->taken_capacity,
                               common_entries(numbers) + 1, sizeof *numbers->taken, NULL, err);
}

void ihp__import_take(const struct ihp__import *import, struct ihp__import_numbers *numbers,
                      struct ihp__import_totals *totals, const struct ihp__import_claim *claim)
{
    uint64_t *procedure = numbers->taken + numbers->common[IHP__IMPORT_PAYERS];
    uint64_t *npi = procedure + numbers->common[IHP__IMPORT_PROCEDURES];
    ihp__import_totals_add(import, totals, claim, -1);
    numbers->taken[claim->payer]++;
    procedure[claim->procedure]++;
    npi[claim->billing]++;
    npi[claim->treating]++;
}

void ihp__import_take_end(struct ihp__import *import, struct ihp__import_numbers *numbers)
{
    enum { PIECE = 1 << 26 };
    size_t all = common_entries(numbers);
    for (size_t at = 0; at < all; at += PIECE) {
        ihp__sum_u64(import->comm, numbers->taken + at, (int)(all - at < PIECE ? all - at : PIECE));
    }
    const uint64_t *taken = numbers->taken;
    for (size_t i = 0; import->rank == 0 && i < numbers->common[IHP__IMPORT_PAYERS]; i++) {
        import->payers.uses[i] -= *taken++;
    }
    for (size_t i = 0; import->rank == 0 && i < numbers->common[IHP__IMPORT_PROCEDURES]; i++) {
        import->procedures.uses[i] -= *taken++;
    }
    for (size_t i = 0; import->rank == 0 && i < numbers->common[IHP__IMPORT_NPIS]; i++) {
        import->npis.entry[i].uses -= *taken++;
    }
}

/* ---- numbers of the store -------------------------------------------------------------------- */

/* Collective: replaces the common numbers by those of the store. Rank 0's `map` has them for each
 * dictionary. `final` has room for the numbers of all dictionaries. */
static void renumber(const struct ihp__import *import, struct ihp__import_numbers *numbers,
                     uint32_t *const map[IHP__IMPORT_DICTIONARIES], uint32_t *final)
{
    uint64_t begin[IHP__IMPORT_DICTIONARIES + 1] = {0};
    for (int d = 0; d < IHP__IMPORT_DICTIONARIES; d++) {
        begin[d + 1] = begin[d] + numbers->common[d];
        if (import->rank == 0) {
            memcpy(final + begin[d], map[d], (size_t)numbers->common[d] * sizeof *final);
        }
    }
    ihp__share_bytes(import->comm, final, (size_t)begin[IHP__IMPORT_DICTIONARIES] * sizeof *final);
    for (size_t i = 0; i < IHP__IMPORT_DICTIONARIES * (size_t)import->ranks; i++) {
        const uint32_t *of = final + begin[i % IHP__IMPORT_DICTIONARIES];
        for (uint64_t n = numbers->start[i]; n < numbers->start[i + 1]; n++) {
            numbers->number[n] = of[numbers->number[n]];
        }
    }
}

/* Collective: writes the dictionaries. `map` (owned by the caller) receives rank 0's map of each.
 */
static enum ihp_status put_dictionaries(struct ihp__import *import,
                                        uint32_t *map[IHP__IMPORT_DICTIONARIES],
                                        struct ihp_error *err)
{
    if (ihp__import_dict_put(import, &import->payers, NULL, IHP__COLUMN_DICT_PAYER,
                             &map[IHP__IMPORT_PAYERS], err) != IHP_OK ||
        ihp__import_dict_put(import, &import->procedures, "", IHP__COLUMN_DICT_PROCEDURE,
                             &map[IHP__IMPORT_PROCEDURES], err) != IHP_OK) {
        return err->status;
    }
    return ihp__import_npis_put(import, &map[IHP__IMPORT_NPIS], err);
}

enum ihp_status ihp__import_numbers_put(struct ihp__import *import,
                                        struct ihp__import_numbers *numbers, struct ihp_error *err)
{
    uint32_t *map[IHP__IMPORT_DICTIONARIES] = {NULL};
    uint32_t *final = calloc(common_entries(numbers) + 1, sizeof *final);
    enum ihp_status status = final == NULL ? ihp__fail_memory(err, "the dictionaries")
                                           : put_dictionaries(import, map, err);
    if (status == IHP_OK && import->rank == 0) {
        status = ihp__control_keep_payers(&import->control, map[IHP__IMPORT_PAYERS],
                                          (size_t)numbers->common[IHP__IMPORT_PAYERS], err);
    }
    if (status == IHP_OK && (status = ihp__import_agree(import, err)) == IHP_OK) {
        renumber(import, numbers, map, final);
    }
    free(final);
    for (int d = 0; d < IHP__IMPORT_DICTIONARIES; d++) {
        free(map[d]);
    }
    return status;
}
