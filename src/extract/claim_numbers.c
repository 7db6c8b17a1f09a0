/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dictionary numbers of several ranks. A rank sends its entries with their uses to rank 0, which
 * adds them to its dictionaries and tells all ranks which number each entry of each rank has
 * become. */
#include "claims.h"
#include "ranks.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>

/* ---- joining --------------------------------------------------------------------------------- */

static void count_entries(const struct ex_import *x, uint64_t count[EX_DICTIONARIES])
{
    count[EX_PAYERS] = ihp__dict_count(x->payers.dict);
    count[EX_PROCEDURES] = ihp__dict_count(x->procedures.dict);
    count[EX_NPIS] = x->npis.count;
}

/* Collective: makes room for the numbers of all ranks and says where each begins. */
static enum ihp_status lay_out(struct ex_import *x, struct ex_numbers *numbers,
                               struct ihp_error *err)
{
    size_t all = EX_DICTIONARIES * (size_t)x->ranks;
    numbers->start = calloc(all + 1, sizeof *numbers->start);
    if (numbers->start == NULL) {
        ihp__fail_memory(err, "the dictionaries");
    }
    if (ihp__ex_agree(x, err) != IHP_OK) {
        return err->status;
    }
    count_entries(x, numbers->start + EX_DICTIONARIES * x->rank);
    ihp__sum_u64(x->comm, numbers->start, (int)all);
    uint64_t at = 0;
    for (size_t i = 0; i <= all; i++) {
        uint64_t count = numbers->start[i];
        numbers->start[i] = at;
        at += count;
    }
    return ihp__ex_reserve(x, &numbers->number, &numbers->capacity, (size_t)at + 1,
                           sizeof *numbers->number, NULL, err);
}

/* What a rank sends: uses of payers, procedures and NPIs, the NPIs, then the texts of payers and
 * procedures, each ended. */
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

/* Packs all; without `bytes` it only finds the size. */
static void pack_all(const struct ex_import *x, struct packing *p)
{
    p->size = 0;
    pack(p, x->payers.uses, ihp__dict_count(x->payers.dict) * sizeof *x->payers.uses);
    pack(p, x->procedures.uses, ihp__dict_count(x->procedures.dict) * sizeof *x->procedures.uses);
    for (size_t i = 0; i < x->npis.count; i++) {
        pack(p, &x->npis.entry[i].uses, sizeof x->npis.entry[i].uses);
    }
    for (size_t i = 0; i < x->npis.count; i++) {
        pack(p, &x->npis.entry[i].npi, sizeof x->npis.entry[i].npi);
    }
    pack_texts(p, x->payers.dict);
    pack_texts(p, x->procedures.dict);
}

struct joining {
    struct ex_import *x;
    struct ex_numbers *numbers;
};

static uint32_t *numbers_at(const struct joining *j, int source, enum ex_dictionary dictionary,
                            size_t *count)
{
    const uint64_t *start = j->numbers->start + EX_DICTIONARIES * source + (int)dictionary;
    *count = (size_t)(start[1] - start[0]);
    return j->numbers->number + start[0];
}

/* Adds a rank's texts to rank 0's. Moves on `*uses` and `*text`. */
static enum ihp_status join_texts(const struct joining *j, int source,
                                  enum ex_dictionary dictionary, const char **uses,
                                  const char **text, struct ihp_error *err)
{
    struct ex_counted *counted = dictionary == EX_PAYERS ? &j->x->payers : &j->x->procedures;
    size_t count;
    uint32_t *number = numbers_at(j, source, dictionary, &count);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(*text);
        int64_t found = ihp__dict_add(counted->dict, *text, length);
        if (found == -1) {
            return ihp__ex_counted_fail_full(counted, j->x->source[EX_CLAIMS].path, err);
        }
        if (found < 0 || !ihp__array_reserve(&counted->uses, &counted->capacity, (size_t)found + 1,
                                             sizeof *counted->uses)) {
            return ihp__fail_memory(err, "a dictionary");
        }
        uint64_t used;
        memcpy(&used, *uses, sizeof used);
        counted->uses[found] += used;
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
    uint32_t *number = numbers_at(j, source, EX_NPIS, &count);
    for (size_t i = 0; i < count; i++) {
        uint64_t used;
        int64_t npi;
        memcpy(&used, uses + i * sizeof used, sizeof used);
        memcpy(&npi, uses + (count + i) * sizeof used, sizeof npi);
        if (ihp__ex_npi_number(j->x, npi, NULL, &number[i], err) != IHP_OK) {
            return err->status;
        }
        j->x->npis.entry[number[i]].uses += used;
    }
    return IHP_OK;
}

static enum ihp_status join_rank(void *context, int source, const char *bytes, size_t size,
                                 struct ihp_error *err)
{
    const struct joining *j = context;
    const uint64_t *start = j->numbers->start + EX_DICTIONARIES * source;
    const char *payer_uses = bytes;
    const char *procedure_uses = bytes + (start[1] - start[0]) * sizeof(uint64_t);
    const char *npi_uses = bytes + (start[2] - start[0]) * sizeof(uint64_t);
    const char *text = npi_uses + 2 * (start[3] - start[2]) * sizeof(uint64_t);
    (void)size;
    if (join_npis(j, source, npi_uses, err) != IHP_OK ||
        join_texts(j, source, EX_PAYERS, &payer_uses, &text, err) != IHP_OK) {
        return err->status;
    }
    return join_texts(j, source, EX_PROCEDURES, &procedure_uses, &text, err);
}

enum ihp_status ihp__ex_numbers_join(struct ex_import *x, struct ex_numbers *numbers,
                                     struct ihp_error *err)
{
    struct joining j = {x, numbers};
    struct packing p = {0};
    if (lay_out(x, numbers, err) == IHP_OK && x->rank != 0) {
        pack_all(x, &p);
        p.bytes = malloc(p.size + 1);
        if (p.bytes == NULL) {
            ihp__fail_memory(err, "the dictionaries");
        } else {
            pack_all(x, &p);
        }
    }
    for (int d = 0; x->rank == 0 && err->status == IHP_OK && d < EX_DICTIONARIES; d++) {
        size_t count;
        uint32_t *number = numbers_at(&j, 0, (enum ex_dictionary)d, &count);
        for (size_t i = 0; i < count; i++) {
            number[i] = (uint32_t)i;
        }
    }
    if (ihp__ex_agree(x, err) == IHP_OK &&
        ihp__ex_gather(x, p.bytes, p.size, join_rank, &j, err) == IHP_OK) {
        count_entries(x, numbers->common);
        ihp__share_u64(x->comm, numbers->common, EX_DICTIONARIES);
        ihp__share_bytes(x->comm, numbers->number,
                         (size_t)numbers->start[EX_DICTIONARIES * x->ranks] *
                             sizeof *numbers->number);
    }
    free(p.bytes);
    return err->status;
}

void ihp__ex_numbers_free(struct ex_import *x, struct ex_numbers *numbers)
{
    ihp__ex_release(x, &numbers->number, &numbers->capacity, sizeof *numbers->number);
    ihp__ex_release(x, &numbers->taken, &numbers->taken_capacity, sizeof *numbers->taken);
    free(numbers->start);
    *numbers = (struct ex_numbers){0};
}

void ihp__ex_numbers_apply(const struct ex_numbers *numbers, int source, struct ex_claim *claim)
{
    const uint32_t *npi = ihp__ex_numbers_of(numbers, source, EX_NPIS);
    claim->payer = (uint16_t)ihp__ex_numbers_of(numbers, source, EX_PAYERS)[claim->payer];
    claim->procedure =
        (uint16_t)ihp__ex_numbers_of(numbers, source, EX_PROCEDURES)[claim->procedure];
    claim->billing = npi[claim->billing];
    claim->treating = npi[claim->treating];
}

/* ---- taking lines away ----------------------------------------------------------------------- */

static size_t common_entries(const struct ex_numbers *numbers)
{
    return (size_t)(numbers->common[EX_PAYERS] + numbers->common[EX_PROCEDURES] +
                    numbers->common[EX_NPIS]);
}

enum ihp_status ihp__ex_take_begin(struct ex_import *x, struct ex_numbers *numbers,
                                   struct ihp_error *err)
{
    return ihp__ex_reserve(x, &numbers->taken, &numbers->taken_capacity,
                           common_entries(numbers) + 1, sizeof *numbers->taken, NULL, err);
}

void ihp__ex_take(const struct ex_import *x, struct ex_numbers *numbers,
                  struct ex_claim_totals *totals, const struct ex_claim *claim)
{
    uint64_t *procedure = numbers->taken + numbers->common[EX_PAYERS];
    uint64_t *npi = procedure + numbers->common[EX_PROCEDURES];
    totals->lines--; /* below zero where another rank has read the line; the sum is right */
    totals->by_id_length[claim->id_length]--;
    totals->wide_amounts -= claim->amount > INT32_MAX || claim->amount < INT32_MIN;
    totals->by_member[ihp__ex_bin_of(x, claim->member)]--;
    numbers->taken[claim->payer]++;
    procedure[claim->procedure]++;
    npi[claim->billing]++;
    npi[claim->treating]++;
}

void ihp__ex_take_end(struct ex_import *x, struct ex_numbers *numbers)
{
    enum { PIECE = 1 << 26 };
    size_t all = common_entries(numbers);
    for (size_t at = 0; at < all; at += PIECE) {
        ihp__sum_u64(x->comm, numbers->taken + at, (int)(all - at < PIECE ? all - at : PIECE));
    }
    const uint64_t *taken = numbers->taken;
    for (size_t i = 0; x->rank == 0 && i < numbers->common[EX_PAYERS]; i++) {
        x->payers.uses[i] -= *taken++;
    }
    for (size_t i = 0; x->rank == 0 && i < numbers->common[EX_PROCEDURES]; i++) {
        x->procedures.uses[i] -= *taken++;
    }
    for (size_t i = 0; x->rank == 0 && i < numbers->common[EX_NPIS]; i++) {
        x->npis.entry[i].uses -= *taken++;
    }
}

/* ---- numbers of the store -------------------------------------------------------------------- */

/* Collective: from common numbers to those of the store. `map` has rank 0's for each dictionary. */
static enum ihp_status renumber(struct ex_import *x, struct ex_numbers *numbers,
                                uint32_t *const map[EX_DICTIONARIES], struct ihp_error *err)
{
    uint64_t begin[EX_DICTIONARIES + 1] = {0};
    for (int d = 0; d < EX_DICTIONARIES; d++) {
        begin[d + 1] = begin[d] + numbers->common[d];
    }
    size_t all = (size_t)begin[EX_DICTIONARIES];
    uint32_t *final = calloc(all + 1, sizeof *final);
    if (final == NULL) {
        ihp__fail_memory(err, "the dictionaries");
    }
    if (ihp__ex_agree(x, err) == IHP_OK) {
        for (int d = 0; x->rank == 0 && d < EX_DICTIONARIES; d++) {
            memcpy(final + begin[d], map[d], (size_t)numbers->common[d] * sizeof *final);
        }
        ihp__share_bytes(x->comm, final, all * sizeof *final);
        for (size_t i = 0; i < EX_DICTIONARIES * (size_t)x->ranks; i++) {
            const uint32_t *of = final + begin[i % EX_DICTIONARIES];
            for (uint64_t n = numbers->start[i]; n < numbers->start[i + 1]; n++) {
                numbers->number[n] = of[numbers->number[n]];
            }
        }
    }
    free(final);
    return err->status;
}

enum ihp_status ihp__ex_numbers_put(struct ex_import *x, struct ex_numbers *numbers,
                                    struct ihp_error *err)
{
    uint32_t *map[EX_DICTIONARIES] = {NULL};
    if (ihp__ex_counted_put(x, &x->payers, NULL, "payer", &map[EX_PAYERS], err) == IHP_OK &&
        ihp__ex_counted_put(x, &x->procedures, "", "procedure", &map[EX_PROCEDURES], err) ==
            IHP_OK &&
        ihp__ex_npis_put(x, &map[EX_NPIS], err) == IHP_OK) {
        renumber(x, numbers, map, err);
    }
    for (int d = 0; d < EX_DICTIONARIES; d++) {
        free(map[d]);
    }
    return err->status;
}
