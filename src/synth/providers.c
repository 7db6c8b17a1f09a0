/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The providers: consecutive NPIs for each type, ascending, so that the number of an NPI is its
 * position. */
#include "synth/model.h"
#include "synth/random.h"

#include "base/npi.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define IHP__SYNTH_FIRST_NPI                                                                       \
    INT64_C(9100000001) /* of the first type; each next type begins 100,000,000 later */

const char *const ihp__synth_taxonomies[] = {
    "1041C0700X", "1223G0001X", "152W00000X", "207N00000X", "207Q00000X", "207R00000X",
    "207RC0000X", "207RG0100X", "207V00000X", "207X00000X", "208000000X", "2080A0000X",
    "2084P0800X", "251B00000X", "261QF0400X", "261QP2300X", "282N00000X", "332B00000X",
    "3336C0003X", "343900000X", "363AM0700X", "363LF0000X", "363LP0200X",
};
const size_t ihp__synth_taxonomy_count =
    sizeof ihp__synth_taxonomies / sizeof ihp__synth_taxonomies[0];

/* Taxonomies of providers. */
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

static const char *const *taxonomies_of(const struct ihp__synth_providers *p,
                                        enum ihp__synth_provider_type type, uint32_t position)
{
    switch (type) {
    case IHP__SYNTH_PARTNER_CLINICS:
    case IHP__SYNTH_COMMUNITY_CLINICS:
        return clinic;
    case IHP__SYNTH_PARTNER_DOCTORS:
        return ihp__synth_partner_is_pcp(position) ? primary_care : specialty;
    case IHP__SYNTH_COMMUNITY_DOCTORS:
        return position / IHP__SYNTH_COMMUNITY_STAFF < p->community_primary &&
                       position % IHP__SYNTH_COMMUNITY_STAFF < IHP__SYNTH_COMMUNITY_PCPS
                   ? primary_care
                   : specialty;
    case IHP__SYNTH_HOSPITALS:
        return hospital;
    case IHP__SYNTH_PHARMACIES:
        return pharmacy;
    case IHP__SYNTH_DENTISTS:
        return dentist;
    case IHP__SYNTH_AGENCIES:
    case IHP__SYNTH_PROVIDER_TYPES:
        break;
    }
    return agency;
}

static uint8_t taxonomy_number(const char *text)
{
    for (size_t i = 0; i < ihp__synth_taxonomy_count; i++) {
        if (strcmp(ihp__synth_taxonomies[i], text) == 0) {
            return (uint8_t)i;
        }
    }
    return IHP__SYNTH_NO_TAXONOMY;
}

/* Draws one of the list; one provider in 150 has no taxonomy. */
static uint8_t draw_taxonomy(const struct ihp__synth_model *model,
                             enum ihp__synth_provider_type type, uint32_t position)
{
    struct ihp__synth_words draw =
        ihp__synth_draw(model->options.seed, 0, IHP__SYNTH_FOR_PROVIDERS, (uint32_t)type, position);
    const char *const *list = taxonomies_of(&model->providers, type, position);
    uint32_t entries = 0;
    while (entries < LIST_MAX && list[entries] != NULL) {
        entries++;
    }
    if (ihp__synth_pick(draw.w[0], 150) == 0) {
        return IHP__SYNTH_NO_TAXONOMY;
    }
    return taxonomy_number(list[ihp__synth_pick(draw.w[1], entries)]);
}

/* Returns `most` for a state of 1.5 million members, fewer for a smaller one, at least `least`. */
static uint32_t scaled(uint64_t members, uint32_t least, uint32_t most)
{
    uint64_t count = members * most / 1500000;
    return count < least ? least : count > most ? most : (uint32_t)count;
}

/* Divides clinics among the partnerships in proportion to their people, 40 each in the mean. */
static uint32_t share_clinics(struct ihp__synth_model *model)
{
    size_t partnerships = (size_t)model->options.ihps;
    double mean = scaled(model->options.members, 4, 40), people = 0;
    uint32_t first = 0;
    for (size_t i = 0; i < partnerships; i++) {
        people += model->partnership[i].share;
    }
    for (size_t i = 0; i < partnerships; i++) {
        struct ihp__synth_partnership *p = &model->partnership[i];
        double clinics = round(mean * (double)partnerships * p->share / people);
        p->clinics = (struct ihp__synth_range){first, clinics < 3 ? 3 : (uint32_t)clinics};
        first += p->clinics.count;
    }
    return first;
}

enum ihp_status ihp__synth_providers_make(struct ihp__synth_model *model, struct ihp_error *err)
{
    struct ihp__synth_providers *p = &model->providers;
    uint64_t members = model->options.members;
    uint32_t partner_clinics = share_clinics(model);
    uint32_t community_clinics = scaled(members, 60, 5000);
    uint32_t count[IHP__SYNTH_PROVIDER_TYPES] = {
        [IHP__SYNTH_PARTNER_CLINICS] = partner_clinics,
        [IHP__SYNTH_PARTNER_DOCTORS] = partner_clinics * IHP__SYNTH_PARTNER_STAFF,
        [IHP__SYNTH_COMMUNITY_CLINICS] = community_clinics,
        [IHP__SYNTH_COMMUNITY_DOCTORS] = community_clinics * IHP__SYNTH_COMMUNITY_STAFF,
        [IHP__SYNTH_HOSPITALS] = scaled(members, 8, 120),
        [IHP__SYNTH_PHARMACIES] = scaled(members, 20, 900),
        [IHP__SYNTH_DENTISTS] = scaled(members, 20, 1200),
        [IHP__SYNTH_AGENCIES] = scaled(members, 20, 800),
    };
    p->community_primary = community_clinics * 7 / 10;
    p->count = 1;
    for (size_t t = 0; t < IHP__SYNTH_PROVIDER_TYPES; t++) {
        p->range[t] = (struct ihp__synth_range){p->count, count[t]};
        p->count += count[t];
    }
    p->npi = malloc(p->count * sizeof *p->npi);
    p->taxonomy = malloc(p->count);
    if (p->npi == NULL || p->taxonomy == NULL) {
        return ihp__fail_memory(err, "the providers");
    }
    p->npi[0] = IHP__NPI_BLANK;
    p->taxonomy[0] = IHP__SYNTH_NO_TAXONOMY;
    for (uint32_t t = 0; t < IHP__SYNTH_PROVIDER_TYPES; t++) {
        for (uint32_t i = 0; i < count[t]; i++) {
            p->npi[p->range[t].first + i] = IHP__SYNTH_FIRST_NPI + (int64_t)t * 100000000 + i;
            p->taxonomy[p->range[t].first + i] =
                draw_taxonomy(model, (enum ihp__synth_provider_type)t, i);
        }
    }
    return IHP_OK;
}
