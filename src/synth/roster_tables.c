/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a program folder about its partnerships: ihps.csv, rosters.csv, trend.csv. */
#include "synth/folder.h"

#include "synth/random.h"

#include <math.h>

/* Every other partnership is all-in; the rosters of the rest also list treating providers. */
static bool all_in(int i)
{
    return i % 2 == 0;
}

/* Most have the contract's claims cap; some have another cap, or none. */
static int cap_dollars(int i)
{
    return i % 8 == 3 ? 100000 : i % 8 == 6 ? 50000 : i % 12 == 9 ? 0 : 200000;
}

int ihp__synth_track(int i)
{
    return i % 5 == 4 ? 1 : 2;
}

void ihp__synth_write_ihps(FILE *stream, const struct ihp__synth_model *model)
{
    fputs("ihp_id,name,track,roster_type,claims_cap,pbp_dollars,interim_paid\n", stream);
    for (int i = 0; i < model->options.ihps; i++) {
        const struct ihp__synth_partnership *p = &model->partnership[i];
        fprintf(stream, "%s,Synthetic Partnership %d,%d,%s,%d,", p->id, i + 1, ihp__synth_track(i),
                all_in(i) ? "all_in" : "billing_treating", cap_dollars(i));
        if (ihp__synth_track(i) == 2 && i % 3 == 0) { /* about $3 for each person and month */
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

/* Writes the row of a doctor. Some rows have a designation, some have a taxonomy, some neither. */
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

static void write_roster(FILE *stream, const struct ihp__synth_model *model, int i,
                         const char *quarter, uint32_t clinics)
{
    const struct ihp__synth_partnership *p = &model->partnership[i];
    const struct ihp__synth_providers *providers = &model->providers;
    for (uint32_t c = 0; c < clinics; c++) {
        uint32_t clinic = p->clinics.first + c;
        write_row(stream, p->id, quarter, "billing",
                  providers->npi[providers->range[IHP__SYNTH_PARTNER_CLINICS].first + clinic], "",
                  "");
        for (uint32_t d = 0; d < IHP__SYNTH_PARTNER_STAFF && !all_in(i); d++) {
            uint32_t doctor = clinic * IHP__SYNTH_PARTNER_STAFF + d;
            if (!ihp__synth_off_roster(doctor)) {
                write_doctor(stream, model, p->id, quarter, doctor);
            }
        }
    }
    /* A doctor of the next partnership of this kind also works here. */
    if (!all_in(i) && i + 2 < model->options.ihps) {
        write_doctor(stream, model, p->id, quarter,
                     model->partnership[i + 2].clinics.first * IHP__SYNTH_PARTNER_STAFF);
    }
}

void ihp__synth_write_rosters(FILE *stream, const struct ihp__synth_model *model)
{
    fputs("ihp_id,quarter,role,npi,designation,taxonomy\n", stream);
    for (int i = 0; i < model->options.ihps; i++) {
        uint32_t clinics = model->partnership[i].clinics.count;
        write_roster(stream, model, i, "2023Q1", clinics - clinics / 10);
        write_roster(stream, model, i, "2025Q1", clinics);
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
