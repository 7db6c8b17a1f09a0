/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a program that are about its partnerships: terms, rosters, trend. */
#include "synth/folder.h"

#include "synth/random.h"

#include <math.h>

/* Every other roster names treating providers too. */
static bool all_in(int k)
{
    return k % 2 == 0;
}

/* Most have the contract's cap; some elect another, or none. */
static int cap_dollars(int k)
{
    return k % 8 == 3 ? 100000 : k % 8 == 6 ? 50000 : k % 12 == 9 ? 0 : 200000;
}

int ihp__synth_track(int k)
{
    return k % 5 == 4 ? 1 : 2;
}

void ihp__synth_write_ihps(FILE *stream, const struct ihp__synth_model *model)
{
    fputs("ihp_id,name,track,roster_type,claims_cap,pbp_dollars,interim_paid\n", stream);
    for (int k = 0; k < model->options.ihps; k++) {
        const struct ihp__synth_partnership *p = &model->partnership[k];
        fprintf(stream, "%s,Synthetic Partnership %d,%d,%s,%d,", p->id, k + 1, ihp__synth_track(k),
                all_in(k) ? "all_in" : "billing_treating", cap_dollars(k));
        if (ihp__synth_track(k) == 2 &&
            k % 3 == 0) { /* about $3 for each of its people and months */
            fprintf(stream, "%.0f.00", floor((double)model->options.members / 3 * p->share * 36));
        }
        fputs(",\n", stream);
    }
}

static void write_row(FILE *stream, const char *id, const char *quarter, const char *role,
                      int64_t npi, const char *designation, const char *taxonomy)
{
    fprintf(stream, "%s,%s,%s,%lld,%s,%s\n", id, quarter, role, (long long)npi, designation,
            taxonomy);
}

/* A doctor's row: some are designated, of some the taxonomy is given, of the others neither. */
static void write_doctor(FILE *stream, const struct ihp__synth_model *model, const char *id,
                         const char *quarter, uint32_t doctor)
{
    uint32_t number = model->providers.range[IHP__SYNTH_PARTNER_DOCTORS].first + doctor;
    uint8_t known = model->providers.taxonomy[number];
    const char *designation = "", *taxonomy = "";
    if (doctor % 5 < 2) {
        designation = ihp__synth_partner_is_pcp(doctor) ? "PCP" : "SPE";
    } else if (doctor % 5 == 2 && known != IHP__SYNTH_NO_TAXONOMY) {
        taxonomy = ihp__synth_taxonomies[known];
    }
    write_row(stream, id, quarter, "treating", model->providers.npi[number], designation, taxonomy);
}

static void write_roster(FILE *stream, const struct ihp__synth_model *model, int k,
                         const char *quarter, uint32_t clinics)
{
    const struct ihp__synth_partnership *p = &model->partnership[k];
    const struct ihp__synth_providers *providers = &model->providers;
    for (uint32_t c = 0; c < clinics; c++) {
        uint32_t clinic = p->clinics.first + c;
        write_row(stream, p->id, quarter, "billing",
                  providers->npi[providers->range[IHP__SYNTH_PARTNER_CLINICS].first + clinic], "",
                  "");
        for (uint32_t d = 0; d < IHP__SYNTH_PARTNER_STAFF && !all_in(k); d++) {
            uint32_t doctor = clinic * IHP__SYNTH_PARTNER_STAFF + d;
            if (!ihp__synth_off_roster(doctor)) {
                write_doctor(stream, model, p->id, quarter, doctor);
            }
        }
    }
    /* A doctor of the next such partnership works here too. */
    if (!all_in(k) && k + 2 < model->options.ihps) {
        write_doctor(stream, model, p->id, quarter,
                     model->partnership[k + 2].clinics.first * IHP__SYNTH_PARTNER_STAFF);
    }
}

void ihp__synth_write_rosters(FILE *stream, const struct ihp__synth_model *model)
{
    fputs("ihp_id,quarter,role,npi,designation,taxonomy\n", stream);
    for (int k = 0; k < model->options.ihps; k++) {
        uint32_t clinics = model->partnership[k].clinics.count;
        write_roster(stream, model, k, "2023Q1", clinics - clinics / 10);
        write_roster(stream, model, k, "2025Q1", clinics);
    }
}

void ihp__synth_write_trend(FILE *stream, const struct ihp__synth_model *model)
{
    (void)model;
    fputs("year,rate\n", stream);
    for (int y = 0; y < IHP__SYNTH_YEARS; y++) {
        fprintf(stream, "%d,%.4f\n", IHP__SYNTH_FIRST_YEAR + y, IHP__SYNTH_TREND);
    }
}
