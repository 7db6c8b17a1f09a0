/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract's tables for a program folder, as inputs/program-defaults has them. */
#include "folder.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* Appendix 2. */
static const struct {
    const char *service_class, *category, *name;
    char included;
} services[] = {
    {"inpatient", "001", "INPATIENT HOSPITAL GENERAL", 'I'},
    {"inpatient", "006", "INPATIENT HOSP REHABILITATION", 'I'},
    {"inpatient", "014", "INPATIENT HOSPITAL IMD", 'I'},
    {"inpatient", "015", "INPATIENT LONG-TERM HOSPITAL", 'I'},
    {"inpatient", "074", "INP HOSPITAL NON DRG (psych contract beds)", 'I'},
    {"inpatient", "999E", "UNCATEGORIZED - EXCLUDED", 'I'},
    {"inpatient", "999I", "UNCATEGORIZED - INCLUDED", 'I'},
    {"long_term_care", "011", "NURSING FACILITY LEVEL I", 'E'},
    {"long_term_care", "013", "ICF-MR", 'E'},
    {"long_term_care", "017", "NURSING FACILITY LEVEL II", 'E'},
    {"long_term_care", "019", "DAY TRAINING AND HABILITATION", 'E'},
    {"long_term_care", "021", "CONSUMER DIRECTED CARE", 'E'},
    {"long_term_care", "033", "MODIFICATIONS AND ADAPTATIONS", 'E'},
    {"long_term_care", "038", "PERSONAL CARE SERVICES", 'E'},
    {"long_term_care", "084", "SWING BED SERVICES", 'E'},
    {"long_term_care", "092", "NUTRITION SERVICES", 'E'},
    {"long_term_care", "093", "CHORE", 'E'},
    {"long_term_care", "094", "COMPANION SERVICES", 'E'},
    {"long_term_care", "095", "HOME DELIVERED MEALS", 'E'},
    {"long_term_care", "096", "HOMEMAKER SERVICES", 'E'},
    {"long_term_care", "102", "ADULT DAY CARE", 'E'},
    {"long_term_care", "104", "SUPPORTED EMPLOYMENT SERVICES", 'E'},
    {"long_term_care", "105", "SUPPORTED LIVING SERVICES", 'E'},
    {"long_term_care", "106", "STRUCTURED DAY PROGRAM SVC", 'E'},
    {"long_term_care", "107", "RESPITE CARE", 'E'},
    {"long_term_care", "108", "ASSISTED LIVING SERVICES", 'E'},
    {"long_term_care", "109", "INDEPENDENT LIVING SKILLS", 'E'},
    {"long_term_care", "110", "IN-HOME FAMILY SUPPORT", 'E'},
    {"long_term_care", "111", "DEV DISABILITIES SCREENING", 'E'},
    {"long_term_care", "114", "EXTENDED HOME HEALTH AIDE", 'E'},
    {"long_term_care", "116", "EXTENDED MEDICAL SUPPLIES/DME", 'E'},
    {"long_term_care", "119", "EXTENDED PERSONAL CARE", 'E'},
    {"long_term_care", "122", "EXTENDED PRIVATE DUTY NURSING", 'E'},
    {"long_term_care", "126", "EXTENDED TRANSPORTATION", 'E'},
    {"mh_cd", "029", "RTC - MENTAL HEALTH", 'I'},
    {"mh_cd", "034", "FAMILY COUNSELING & TRAINING", 'I'},
    {"mh_cd", "035", "BEHAVIORAL PROGRAM SERVICES", 'I'},
    {"mh_cd", "046", "MENTAL HEALTH", 'I'},
    {"mh_cd", "048", "EARLY INTENSE DEV BEHAVE INTER", 'I'},
    {"mh_cd", "062", "CONSOLIDATED TREATMENT FUND", 'I'},
    {"mh_cd", "063", "CTF EXTND CARE/HALFWAY HOUSE", 'I'},
    {"mh_cd", "071", "CASE MGMNT MENTAL HEALTH - SPMI/SED", 'I'},
    {"mh_cd", "113", "PASARR - MENTAL HEALTH", 'I'},
    {"mh_cd", "999E", "UNCATEGORIZED - EXCLUDED", 'I'},
    {"mh_cd", "999I", "UNCATEGORIZED - INCLUDED", 'I'},
    {"other", "005", "CHILD WLFR TARGETED CASE MGMNT", 'I'},
    {"other", "032", "MEDICAL SUPPLY/DME", 'I'},
    {"other", "036", "TRANSPORT, SPECIAL", 'E'},
    {"other", "037", "TRANSPORT, AMBULANCE", 'E'},
    {"other", "045", "DENTAL", 'I'},
    {"other", "052", "IEP (Individual Education Plan for children with disabilities)", 'E'},
    {"other", "075", "EYEGASSES/CONTACT LENSES", 'I'},
    {"other", "076", "PROSTHETICS AND ORTHOTICS", 'I'},
    {"other", "077", "HEARING AIDS", 'I'},
    {"other", "100", "ACCESS SERVICES", 'E'},
    {"other", "103", "FOSTER CARE", 'E'},
    {"outpatient", "007", "OUTPATIENT HOSPITAL SERVICES", 'I'},
    {"outpatient", "020", "HOME HEALTH SERVICES", 'I'},
    {"outpatient", "025", "UNKNOWN (Birth Center Facility Fee)", 'I'},
    {"outpatient", "041", "ANESTHESIA", 'I'},
    {"outpatient", "043", "PHYSICIAN SERVICES", 'I'},
    {"outpatient", "051", "PHYSICAL THERAPY", 'I'},
    {"outpatient", "053", "SPEECH THERAPY", 'I'},
    {"outpatient", "054", "OCCUPATIONAL THERAPY", 'I'},
    {"outpatient", "056", "AMBULATORY SURGERY", 'I'},
    {"outpatient", "058", "AUDIOLOGY", 'I'},
    {"outpatient", "072", "HOSPICE", 'I'},
    {"outpatient", "078", "VISION", 'I'},
    {"outpatient", "079", "RADIOLOGY, TECHNICAL COMPONENT", 'I'},
    {"outpatient", "080", "LABORATORY", 'I'},
    {"outpatient", "082", "FED QUALIFIED HEALTH CNTR SVC", 'I'},
    {"outpatient", "083", "RURAL HEALTH CLINIC SERVICES", 'I'},
    {"outpatient", "087", "END-STAGE RENAL DIALYSIS", 'E'},
    {"outpatient", "088", "PUBLIC HEALTH NURSING", 'I'},
    {"outpatient", "089", "PRIVATE DUTY NURSING", 'I'},
    {"outpatient", "118", "EXTENDED OCCUPATIONAL THERAPY", 'I'},
    {"outpatient", "121", "EXTENDED PHYSICAL THERAPY", 'I'},
    {"outpatient", "999E", "UNCATEGORIZED - EXCLUDED", 'E'},
    {"pharmacy", "030", "Pharmacy", 'I'},
    {"professional", "020", "HOME HEALTH SERVICES", 'I'},
    {"professional", "022", "UNKNOWN (Transitional Services)", 'E'},
    {"professional", "040", "CHILD AND TEEN CHECKUP", 'I'},
    {"professional", "041", "ANESTHESIA", 'I'},
    {"professional", "043", "PHYSICIAN SERVICES", 'I'},
    {"professional", "044", "CASE MANAGEMENT OTHER", 'I'},
    {"professional", "051", "PHYSICAL THERAPY", 'I'},
    {"professional", "053", "SPEECH THERAPY", 'I'},
    {"professional", "054", "OCCUPATIONAL THERAPY", 'I'},
    {"professional", "055", "PODIATRY", 'I'},
    {"professional", "057", "CHIROPRACTIC", 'I'},
    {"professional", "058", "AUDIOLOGY", 'I'},
    {"professional", "078", "VISION", 'I'},
    {"professional", "079", "RADIOLOGY, TECHNICAL COMPONENT", 'I'},
    {"professional", "080", "LABORATORY", 'I'},
    {"professional", "088", "PUBLIC HEALTH NURSING", 'I'},
    {"professional", "089", "PRIVATE DUTY NURSING", 'I'},
    {"professional", "090", "NURSE MIDWIFE SERVICES", 'I'},
    {"professional", "091", "NURSE PRACTITIONER SERVICES", 'I'},
    {"professional", "143", "BUY-IN PART B", 'E'},
};

/* 13.3.5.1 and 13.3.4.1. */
static const struct {
    const char *set, *from, *to;
} codes[] = {
    {"em", "99201", "99215"},          {"em", "99304", "99350"}, {"em", "99381", "99387"},
    {"em", "99391", "99397"},          {"em", "99441", "99443"}, {"em", "G0402", "G0402"},
    {"em", "G0438", "G0438"},          {"em", "G0439", "G0439"}, {"health_home", "S0280", "S0280"},
    {"health_home", "S0281", "S0281"},
};

/* 16.8.2.3, Table 2. */
static const char *const corridors[][3] = {
    {"0.90", "0.98", "0.50"},
    {"0.98", "1.00", "0.50"},
    {"1.00", "1.02", "0.50"},
    {"1.02", "1.10", "0.50"},
};

/* Appendix 1 only links to the State's list; this is a short one of our own. */
static const char *const taxonomies[][2] = {
    {"207Q00000X", "PCP"}, {"207QA0000X", "PCP"}, {"207QA0505X", "PCP"}, {"207QG0300X", "PCP"},
    {"208D00000X", "PCP"}, {"207R00000X", "PCP"}, {"207RA0000X", "PCP"}, {"207RG0300X", "PCP"},
    {"208000000X", "PCP"}, {"2080A0000X", "PCP"}, {"2083P0901X", "PCP"}, {"363LF0000X", "PCP"},
    {"363LP0200X", "PCP"}, {"363LA2200X", "PCP"}, {"363LP2300X", "PCP"}, {"363LW0102X", "PCP"},
    {"363AM0700X", "PCP"}, {"367A00000X", "PCP"}, {"207V00000X", "SPE"},
};

/* 15.2.4, Table 1, and 5.2.1. The contract names the uplifts [15.3.5] without amounts: these are
 * made up. */
static const char *const payments[][2] = {
    {"flat_first", "1.00"},
    {"flat_second", "2.00"},
    {"linear_start", "2.30"},
    {"linear_step", "0.275"},
    {"log_start", "6.00"},
    {"top_start", "17.12"},
    {"top_end", "30.17"},
    {"ctc", "1.00"},
    {"uplift_smi_and_sud", "0.30"},
    {"uplift_smi_or_sud", "0.15"},
    {"uplift_homeless_or_incarcerated", "0.20"},
    {"uplift_cpi_or_parent_spmi", "0.25"},
    {"uplift_parent_smi_or_sud", "0.40"},
};

void ihp__sy_write_categories(FILE *stream, const struct sy_model *model)
{
    (void)model;
    fputs("service_class,category,name,included\n", stream);
    for (size_t i = 0; i < COUNT_OF(services); i++) {
        fprintf(stream, "%s,%s,", services[i].service_class, services[i].category);
        ihp__csv_put(stream, services[i].name);
        fprintf(stream, ",%c\n", services[i].included);
    }
}

void ihp__sy_write_codes(FILE *stream, const struct sy_model *model)
{
    (void)model;
    fputs("set,code_from,code_to\n", stream);
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        fprintf(stream, "%s,%s,%s\n", codes[i].set, codes[i].from, codes[i].to);
    }
}

void ihp__sy_write_corridors(FILE *stream, const struct sy_model *model)
{
    (void)model;
    fputs("ihp_id,from,to,ihp_share\n", stream);
    for (size_t i = 0; i < COUNT_OF(corridors); i++) {
        fprintf(stream, ",%s,%s,%s\n", corridors[i][0], corridors[i][1], corridors[i][2]);
    }
}

void ihp__sy_write_taxonomy(FILE *stream, const struct sy_model *model)
{
    (void)model;
    fputs("taxonomy,class\n", stream);
    for (size_t i = 0; i < COUNT_OF(taxonomies); i++) {
        fprintf(stream, "%s,%s\n", taxonomies[i][0], taxonomies[i][1]);
    }
}

void ihp__sy_write_payment(FILE *stream, const struct sy_model *model)
{
    (void)model;
    fputs("name,value\n", stream);
    for (size_t i = 0; i < COUNT_OF(payments); i++) {
        fprintf(stream, "%s,%s\n", payments[i][0], payments[i][1]);
    }
}
