/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The providers: blocks of NPIs, ascending, so that an NPI's number is its place. */
#include "model.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SY_FIRST_NPI                                                                               \
    INT64_C(9100000001) /* of the first block; the next begin 100,000,000 further */

const char *const ihp__sy_taxonomies[] = {
    "1041C0700X", "1223G0001X", "152W00000X", "207N00000X", "207Q00000X", "207R00000X",
    "207RC0000X", "207RG0100X", "207V00000X", "207X00000X", "208000000X", "2080A0000X",
    "2084P0800X", "251B00000X", "261QF0400X", "261QP2300X", "282N00000X", "332B00000X",
    "3336C0003X", "343900000X", "363AM0700X", "363LF0000X", "363LP0200X",
};
const size_t ihp__sy_taxonomy_count = sizeof ihp__sy_taxonomies / sizeof ihp__sy_taxonomies[0];

/* Taxonomies of the providers of a sort. */
enum { LIST_MAX = 8 };
static const char *const primary_care[LIST_MAX] = {"207Q00000X", "207R00000X", "208000000X",
                                                   "2080A0000X", "363AM0700X", "363LF0000X",
                                                   "363LP0200X", "207Q00000X"};
static const char *const specialty[LIST_MAX] = {"1041C0700X", "152W00000X", "2084P0800X",
                                                "207N00000X", "207RC0000X", "207RG0100X",
                                                "207V00000X", "207X00000X"};
static const char *const clinic[LIST_MAX] = {"261QP2300X", "261QP2300X", "261QF0400X"};
static const char *const hospital[LIST_MAX] = {"282N00000X"};
static const char *const pharmacy[LIST_MAX] = {"3336C0003X"};
static const char *const dentist[LIST_MAX] = {"1223G0001X"};
static const char *const agency[LIST_MAX] = {"251B00000X", "332B00000X", "343900000X"};

static const char *const *taxonomies_of(const struct sy_providers *p, enum sy_block block,
                                        uint32_t place)
{
    switch (block) {
    case SY_PARTNER_CLINICS:
    case SY_COMMUNITY_CLINICS:
        return clinic;
    case SY_PARTNER_DOCTORS:
        return ihp__sy_partner_is_pcp(place) ? primary_care : specialty;
    case SY_COMMUNITY_DOCTORS:
        return place / SY_COMMUNITY_STAFF < p->community_primary &&
                       place % SY_COMMUNITY_STAFF < SY_COMMUNITY_PCPS
                   ? primary_care
                   : specialty;
    case SY_HOSPITALS:
        return hospital;
    case SY_PHARMACIES:
        return pharmacy;
    case SY_DENTISTS:
        return dentist;
    case SY_AGENCIES:
    case SY_BLOCKS:
        break;
    }
    return agency;
}

static uint8_t taxonomy_number(const char *text)
{
    for (size_t i = 0; i < ihp__sy_taxonomy_count; i++) {
        if (strcmp(ihp__sy_taxonomies[i], text) == 0) {
            return (uint8_t)i;
        }
    }
    return SY_NO_TAXONOMY;
}

/* One of the list; one provider in 150 has none. */
static uint8_t draw_taxonomy(const struct sy_model *model, enum sy_block block, uint32_t place)
{
    struct sy_words draw =
        ihp__sy_draw(model->options.seed, 0, SY_FOR_PROVIDERS, (uint32_t)block, place);
    const char *const *list = taxonomies_of(&model->providers, block, place);
    uint32_t entries = 0;
    while (entries < LIST_MAX && list[entries] != NULL) {
        entries++;
    }
    if (ihp__sy_pick(draw.w[0], 150) == 0) {
        return SY_NO_TAXONOMY;
    }
    return taxonomy_number(list[ihp__sy_pick(draw.w[1], entries)]);
}

/* `most` of a state of 1.5 million members, fewer of a smaller one, at least `least`. */
static uint32_t scaled(uint64_t members, uint32_t least, uint32_t most)
{
    uint64_t count = members * most / 1500000;
    return count < least ? least : count > most ? most : (uint32_t)count;
}

/* Clinics of the partnerships: 40 each in the mean, in proportion to their people. */
static uint32_t share_clinics(struct sy_model *model)
{
    size_t partnerships = (size_t)model->options.ihps;
    double mean = scaled(model->options.members, 4, 40), people = 0;
    uint32_t first = 0;
    for (size_t k = 0; k < partnerships; k++) {
        people += model->partnership[k].share;
    }
    for (size_t k = 0; k < partnerships; k++) {
        struct sy_partnership *p = &model->partnership[k];
        double clinics = round(mean * (double)partnerships * p->share / people);
        p->clinics = (struct sy_range){first, clinics < 3 ? 3 : (uint32_t)clinics};
        first += p->clinics.count;
    }
    return first;
}

enum ihp_status ihp__sy_providers_make(struct sy_model *model, struct ihp_error *err)
{
    struct sy_providers *p = &model->providers;
    uint64_t members = model->options.members;
    uint32_t partner_clinics = share_clinics(model);
    uint32_t community_clinics = scaled(members, 60, 5000);
    uint32_t count[SY_BLOCKS] = {
        [SY_PARTNER_CLINICS] = partner_clinics,
        [SY_PARTNER_DOCTORS] = partner_clinics * SY_PARTNER_STAFF,
        [SY_COMMUNITY_CLINICS] = community_clinics,
        [SY_COMMUNITY_DOCTORS] = community_clinics * SY_COMMUNITY_STAFF,
        [SY_HOSPITALS] = scaled(members, 8, 120),
        [SY_PHARMACIES] = scaled(members, 20, 900),
        [SY_DENTISTS] = scaled(members, 20, 1200),
        [SY_AGENCIES] = scaled(members, 20, 800),
    };
    p->community_primary = community_clinics * 7 / 10;
    p->count = 1;
    for (size_t b = 0; b < SY_BLOCKS; b++) {
        p->block[b] = (struct sy_range){p->count, count[b]};
        p->count += count[b];
    }
    p->npi = malloc(p->count * sizeof *p->npi);
    p->taxonomy = malloc(p->count);
    if (p->npi == NULL || p->taxonomy == NULL) {
        return ihp__fail_memory(err, "the providers");
    }
    p->npi[0] = IHP__NPI_BLANK;
    p->taxonomy[0] = SY_NO_TAXONOMY;
    for (uint32_t b = 0; b < SY_BLOCKS; b++) {
        for (uint32_t i = 0; i < count[b]; i++) {
            p->npi[p->block[b].first + i] = SY_FIRST_NPI + (int64_t)b * 100000000 + i;
            p->taxonomy[p->block[b].first + i] = draw_taxonomy(model, (enum sy_block)b, i);
        }
    }
    return IHP_OK;
}
