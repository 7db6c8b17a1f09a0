/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalog of claim lines, payers, races and counties. Prices and weights are invented, so
 * that the whole looks like a Medicaid program. */
#include "synth/model.h"

#define PROF IHP__SERVICE_CLASS_PROFESSIONAL
#define OUTP IHP__SERVICE_CLASS_OUTPATIENT
#define INPT IHP__SERVICE_CLASS_INPATIENT
#define MHCD IHP__SERVICE_CLASS_MH_CD
#define OTHR IHP__SERVICE_CLASS_OTHER
#define LTCR IHP__SERVICE_CLASS_LONG_TERM_CARE
#define DRUG IHP__SERVICE_CLASS_PHARMACY

const struct ihp__synth_kind ihp__synth_kinds[] = {
    /* E&M visits of children in primary care */
    {IHP__SYNTH_EM_CHILD, 30, PROF, "043", "99213", 84},
    {IHP__SYNTH_EM_CHILD, 14, PROF, "043", "99214", 122},
    {IHP__SYNTH_EM_CHILD, 8, PROF, "043", "99212", 52},
    {IHP__SYNTH_EM_CHILD, 3, PROF, "043", "99211", 24},
    {IHP__SYNTH_EM_CHILD, 4, PROF, "043", "99203", 105},
    {IHP__SYNTH_EM_CHILD, 3, PROF, "091", "99213", 80},
    {IHP__SYNTH_EM_CHILD, 9, PROF, "040", "99391", 110},
    {IHP__SYNTH_EM_CHILD, 10, PROF, "040", "99392", 117},
    {IHP__SYNTH_EM_CHILD, 9, PROF, "040", "99393", 116},
    {IHP__SYNTH_EM_CHILD, 6, PROF, "040", "99394", 127},
    {IHP__SYNTH_EM_CHILD, 1, PROF, "040", "99381", 122},
    {IHP__SYNTH_EM_CHILD, 1, PROF, "040", "99383", 132},
    {IHP__SYNTH_EM_CHILD, 2, OUTP, "082", "99213", 165},
    {IHP__SYNTH_EM_CHILD, 1, OUTP, "083", "99213", 150},
    /* E&M visits of adults in primary care */
    {IHP__SYNTH_EM_ADULT, 36, PROF, "043", "99213", 88},
    {IHP__SYNTH_EM_ADULT, 28, PROF, "043", "99214", 128},
    {IHP__SYNTH_EM_ADULT, 6, PROF, "043", "99212", 54},
    {IHP__SYNTH_EM_ADULT, 3, PROF, "043", "99215", 178},
    {IHP__SYNTH_EM_ADULT, 5, PROF, "043", "99203", 110},
    {IHP__SYNTH_EM_ADULT, 3, PROF, "043", "99204", 165},
    {IHP__SYNTH_EM_ADULT, 4, PROF, "091", "99214", 118},
    {IHP__SYNTH_EM_ADULT, 4, PROF, "043", "99395", 118},
    {IHP__SYNTH_EM_ADULT, 5, PROF, "043", "99396", 126},
    {IHP__SYNTH_EM_ADULT, 1, PROF, "043", "99385", 130},
    {IHP__SYNTH_EM_ADULT, 1, PROF, "043", "G0439", 130},
    {IHP__SYNTH_EM_ADULT, 1, PROF, "043", "99441", 55},
    {IHP__SYNTH_EM_ADULT, 1, PROF, "043", "99442", 90},
    {IHP__SYNTH_EM_ADULT, 3, OUTP, "082", "99213", 170},
    {IHP__SYNTH_EM_ADULT, 2, OUTP, "083", "99214", 160},
    /* E&M visits of specialists */
    {IHP__SYNTH_EM_SPECIALTY, 30, PROF, "043", "99214", 130},
    {IHP__SYNTH_EM_SPECIALTY, 28, PROF, "043", "99213", 90},
    {IHP__SYNTH_EM_SPECIALTY, 10, PROF, "043", "99204", 168},
    {IHP__SYNTH_EM_SPECIALTY, 9, PROF, "043", "99203", 112},
    {IHP__SYNTH_EM_SPECIALTY, 5, PROF, "043", "99215", 180},
    {IHP__SYNTH_EM_SPECIALTY, 3, PROF, "043", "99205", 220},
    {IHP__SYNTH_EM_SPECIALTY, 3, PROF, "043", "99308", 72},
    {IHP__SYNTH_EM_SPECIALTY, 2, PROF, "043", "99309", 95},
    {IHP__SYNTH_EM_SPECIALTY, 2, PROF, "043", "99348", 80},
    {IHP__SYNTH_EM_SPECIALTY, 2, OUTP, "043", "99213", 95},
    /* lines of a visit after the first: laboratory, imaging, shots, small procedures */
    {IHP__SYNTH_TESTS, 10, PROF, "080", "85025", 11},
    {IHP__SYNTH_TESTS, 9, PROF, "080", "80053", 15},
    {IHP__SYNTH_TESTS, 4, PROF, "080", "80061", 18},
    {IHP__SYNTH_TESTS, 4, PROF, "080", "83036", 13},
    {IHP__SYNTH_TESTS, 4, PROF, "080", "84443", 23},
    {IHP__SYNTH_TESTS, 5, PROF, "080", "87880", 17},
    {IHP__SYNTH_TESTS, 5, PROF, "080", "81001", 5},
    {IHP__SYNTH_TESTS, 3, PROF, "080", "87491", 48},
    {IHP__SYNTH_TESTS, 3, PROF, "080", "87635", 51},
    {IHP__SYNTH_TESTS, 8, PROF, "080", "36415", 8},
    {IHP__SYNTH_TESTS, 3, OUTP, "080", "80307", 62},
    {IHP__SYNTH_TESTS, 8, PROF, "043", "90471", 22},
    {IHP__SYNTH_TESTS, 5, PROF, "043", "90472", 12},
    {IHP__SYNTH_TESTS, 4, PROF, "043", "90686", 21},
    {IHP__SYNTH_TESTS, 2, PROF, "040", "90707", 80},
    {IHP__SYNTH_TESTS, 2, PROF, "040", "90715", 38},
    {IHP__SYNTH_TESTS, 4, PROF, "040", "96110", 12},
    {IHP__SYNTH_TESTS, 4, PROF, "043", "96127", 6},
    {IHP__SYNTH_TESTS, 2, PROF, "079", "71046", 34},
    {IHP__SYNTH_TESTS, 2, PROF, "079", "73030", 38},
    {IHP__SYNTH_TESTS, 2, PROF, "079", "76805", 145},
    {IHP__SYNTH_TESTS, 1, PROF, "079", "77067", 138},
    {IHP__SYNTH_TESTS, 1, OUTP, "079", "70450", 180},
    {IHP__SYNTH_TESTS, 1, OUTP, "079", "74177", 420},
    {IHP__SYNTH_TESTS, 1, OUTP, "079", "70553", 510},
    {IHP__SYNTH_TESTS, 2, PROF, "043", "93000", 17},
    {IHP__SYNTH_TESTS, 1, PROF, "043", "17110", 110},
    {IHP__SYNTH_TESTS, 1, PROF, "043", "20610", 68},
    {IHP__SYNTH_TESTS, 2, PROF, "043", "99000", 6},
    {IHP__SYNTH_TESTS, 1, PROF, "043", "94010", 36},
    {IHP__SYNTH_TESTS, 1, PROF, "078", "92014", 105},
    {IHP__SYNTH_TESTS, 1, PROF, "058", "92551", 12},
    /* drugs, without a procedure code */
    {IHP__SYNTH_DRUGS, 1760, DRUG, "030", "", 34},
    {IHP__SYNTH_DRUGS, 220, DRUG, "030", "", 310},
    {IHP__SYNTH_DRUGS, 16, DRUG, "030", "", 3400},
    {IHP__SYNTH_DRUGS, 4, DRUG, "030", "", 9500},
    /* hospital outpatient, emergency and therapy */
    {IHP__SYNTH_OUTPATIENT_FIRST, 24, OUTP, "007", "99283", 250},
    {IHP__SYNTH_OUTPATIENT_FIRST, 14, OUTP, "007", "99284", 430},
    {IHP__SYNTH_OUTPATIENT_FIRST, 6, OUTP, "007", "99282", 150},
    {IHP__SYNTH_OUTPATIENT_FIRST, 5, OUTP, "007", "99285", 640},
    {IHP__SYNTH_OUTPATIENT_FIRST, 6, OUTP, "056", "45378", 900},
    {IHP__SYNTH_OUTPATIENT_FIRST, 4, OUTP, "056", "29881", 1800},
    {IHP__SYNTH_OUTPATIENT_FIRST, 4, OUTP, "056", "69436", 1300},
    {IHP__SYNTH_OUTPATIENT_FIRST, 12, OUTP, "051", "97110", 62},
    {IHP__SYNTH_OUTPATIENT_FIRST, 6, OUTP, "053", "92507", 78},
    {IHP__SYNTH_OUTPATIENT_FIRST, 6, OUTP, "054", "97530", 74},
    {IHP__SYNTH_OUTPATIENT_FIRST, 5, OUTP, "020", "G0299", 110},
    {IHP__SYNTH_OUTPATIENT_FIRST, 1, OUTP, "087", "90999", 240},
    {IHP__SYNTH_OUTPATIENT_FIRST, 1, OUTP, "999E", "", 90},
    {IHP__SYNTH_OUTPATIENT_MORE, 12, OUTP, "080", "85025", 12},
    {IHP__SYNTH_OUTPATIENT_MORE, 12, OUTP, "080", "80053", 17},
    {IHP__SYNTH_OUTPATIENT_MORE, 6, OUTP, "080", "84484", 22},
    {IHP__SYNTH_OUTPATIENT_MORE, 5, OUTP, "080", "81001", 6},
    {IHP__SYNTH_OUTPATIENT_MORE, 8, OUTP, "079", "71046", 60},
    {IHP__SYNTH_OUTPATIENT_MORE, 4, OUTP, "079", "70450", 190},
    {IHP__SYNTH_OUTPATIENT_MORE, 3, OUTP, "079", "74177", 430},
    {IHP__SYNTH_OUTPATIENT_MORE, 7, OUTP, "007", "96374", 110},
    {IHP__SYNTH_OUTPATIENT_MORE, 7, OUTP, "007", "J7030", 9},
    {IHP__SYNTH_OUTPATIENT_MORE, 5, OUTP, "007", "J1885", 12},
    {IHP__SYNTH_OUTPATIENT_MORE, 5, OUTP, "007", "J2405", 8},
    {IHP__SYNTH_OUTPATIENT_MORE, 8, OUTP, "007", "", 95},
    {IHP__SYNTH_OUTPATIENT_MORE, 6, OUTP, "051", "97140", 48},
    {IHP__SYNTH_OUTPATIENT_MORE, 4, PROF, "041", "00810", 170},
    {IHP__SYNTH_OUTPATIENT_MORE, 6, PROF, "043", "93010", 9},
    /* inpatient stays: the stay, then services during the stay */
    {IHP__SYNTH_INPATIENT_FIRST, 78, INPT, "001", "", 9800},
    {IHP__SYNTH_INPATIENT_FIRST, 5, INPT, "006", "", 16000},
    {IHP__SYNTH_INPATIENT_FIRST, 5, INPT, "014", "", 8200},
    {IHP__SYNTH_INPATIENT_FIRST, 1, INPT, "015", "", 26000},
    {IHP__SYNTH_INPATIENT_FIRST, 6, INPT, "074", "", 9000},
    {IHP__SYNTH_INPATIENT_FIRST, 3, INPT, "999I", "", 5200},
    {IHP__SYNTH_INPATIENT_FIRST, 2, INPT, "999E", "", 4800},
    {IHP__SYNTH_INPATIENT_MORE, 26, PROF, "043", "99232", 74},
    {IHP__SYNTH_INPATIENT_MORE, 14, PROF, "043", "99233", 106},
    {IHP__SYNTH_INPATIENT_MORE, 10, PROF, "043", "99223", 190},
    {IHP__SYNTH_INPATIENT_MORE, 8, PROF, "043", "99238", 75},
    {IHP__SYNTH_INPATIENT_MORE, 4, PROF, "043", "59400", 1900},
    {IHP__SYNTH_INPATIENT_MORE, 6, PROF, "041", "01967", 390},
    {IHP__SYNTH_INPATIENT_MORE, 3, PROF, "090", "59409", 900},
    {IHP__SYNTH_INPATIENT_MORE, 8, PROF, "079", "71045", 12},
    {IHP__SYNTH_INPATIENT_MORE, 6, PROF, "080", "88305", 62},
    {IHP__SYNTH_INPATIENT_MORE, 4, PROF, "043", "99291", 230},
    /* mental health and chemical dependency */
    {IHP__SYNTH_MENTAL_HEALTH, 22, MHCD, "046", "90837", 135},
    {IHP__SYNTH_MENTAL_HEALTH, 14, MHCD, "046", "90834", 98},
    {IHP__SYNTH_MENTAL_HEALTH, 5, MHCD, "046", "90832", 70},
    {IHP__SYNTH_MENTAL_HEALTH, 5, MHCD, "046", "90791", 158},
    {IHP__SYNTH_MENTAL_HEALTH, 5, MHCD, "046", "90853", 32},
    {IHP__SYNTH_MENTAL_HEALTH, 4, MHCD, "034", "90847", 104},
    {IHP__SYNTH_MENTAL_HEALTH, 7, MHCD, "035", "H2014", 66},
    {IHP__SYNTH_MENTAL_HEALTH, 6, MHCD, "046", "H2017", 60},
    {IHP__SYNTH_MENTAL_HEALTH, 6, MHCD, "048", "97153", 150},
    {IHP__SYNTH_MENTAL_HEALTH, 6, MHCD, "071", "T2023", 210},
    {IHP__SYNTH_MENTAL_HEALTH, 8, MHCD, "062", "H2035", 92},
    {IHP__SYNTH_MENTAL_HEALTH, 3, MHCD, "062", "H0020", 20},
    {IHP__SYNTH_MENTAL_HEALTH, 1, MHCD, "063", "H2036", 260},
    {IHP__SYNTH_MENTAL_HEALTH, 1, MHCD, "029", "H0019", 390},
    {IHP__SYNTH_MENTAL_HEALTH, 1, MHCD, "999I", "", 80},
    /* dental */
    {IHP__SYNTH_DENTAL, 20, OTHR, "045", "D0120", 27},
    {IHP__SYNTH_DENTAL, 6, OTHR, "045", "D0140", 38},
    {IHP__SYNTH_DENTAL, 6, OTHR, "045", "D0150", 45},
    {IHP__SYNTH_DENTAL, 14, OTHR, "045", "D0274", 32},
    {IHP__SYNTH_DENTAL, 12, OTHR, "045", "D1110", 52},
    {IHP__SYNTH_DENTAL, 14, OTHR, "045", "D1120", 36},
    {IHP__SYNTH_DENTAL, 12, OTHR, "045", "D1206", 20},
    {IHP__SYNTH_DENTAL, 7, OTHR, "045", "D1351", 29},
    {IHP__SYNTH_DENTAL, 7, OTHR, "045", "D2391", 88},
    {IHP__SYNTH_DENTAL, 4, OTHR, "045", "D7140", 92},
    {IHP__SYNTH_DENTAL, 1, OTHR, "045", "D2740", 540},
    /* supplies and other core services */
    {IHP__SYNTH_OTHER, 10, OTHR, "032", "A4253", 36},
    {IHP__SYNTH_OTHER, 8, OTHR, "032", "T4527", 74},
    {IHP__SYNTH_OTHER, 6, OTHR, "032", "E0601", 68},
    {IHP__SYNTH_OTHER, 3, OTHR, "032", "E1390", 120},
    {IHP__SYNTH_OTHER, 8, OTHR, "075", "V2020", 38},
    {IHP__SYNTH_OTHER, 6, PROF, "078", "92340", 30},
    {IHP__SYNTH_OTHER, 2, OTHR, "076", "L3000", 190},
    {IHP__SYNTH_OTHER, 1, OTHR, "077", "V5261", 1150},
    {IHP__SYNTH_OTHER, 8, OTHR, "005", "T2022", 310},
    {IHP__SYNTH_OTHER, 6, PROF, "044", "T1016", 42},
    {IHP__SYNTH_OTHER, 6, PROF, "057", "98941", 34},
    {IHP__SYNTH_OTHER, 5, PROF, "055", "11721", 40},
    {IHP__SYNTH_OTHER, 4, PROF, "088", "T1030", 70},
    {IHP__SYNTH_OTHER, 1, PROF, "089", "T1000", 430},
    /* services that are not core services */
    {IHP__SYNTH_EXCLUDED, 20, OTHR, "036", "T2003", 34},
    {IHP__SYNTH_EXCLUDED, 10, OTHR, "036", "S0215", 21},
    {IHP__SYNTH_EXCLUDED, 4, OTHR, "037", "A0429", 290},
    {IHP__SYNTH_EXCLUDED, 4, OTHR, "037", "A0425", 60},
    {IHP__SYNTH_EXCLUDED, 22, LTCR, "038", "T1019", 160},
    {IHP__SYNTH_EXCLUDED, 6, LTCR, "106", "H2032", 110},
    {IHP__SYNTH_EXCLUDED, 5, LTCR, "095", "S5170", 9},
    {IHP__SYNTH_EXCLUDED, 5, LTCR, "107", "S5150", 140},
    {IHP__SYNTH_EXCLUDED, 5, LTCR, "104", "H2023", 105},
    {IHP__SYNTH_EXCLUDED, 4, LTCR, "108", "T2031", 420},
    {IHP__SYNTH_EXCLUDED, 3, LTCR, "011", "", 1500},
    {IHP__SYNTH_EXCLUDED, 5, OTHR, "052", "T1018", 90},
    {IHP__SYNTH_EXCLUDED, 4, OTHR, "100", "T1013", 48},
    {IHP__SYNTH_EXCLUDED, 3, PROF, "143", "", 165},
    /* pairs of class and category that categories.csv does not list */
    {IHP__SYNTH_UNLISTED, 5, PROF, "140", "99199", 60},
    {IHP__SYNTH_UNLISTED, 3, OTHR, "999E", "A9270", 45},
    {IHP__SYNTH_UNLISTED, 2, OUTP, "131", "", 120},
    /* care coordination of health homes */
    {IHP__SYNTH_HEALTH_HOME, 1, PROF, "044", "S0280", 160},
    {IHP__SYNTH_HEALTH_HOME, 7, PROF, "044", "S0281", 105},
};
const size_t ihp__synth_kind_count = sizeof ihp__synth_kinds / sizeof ihp__synth_kinds[0];
_Static_assert(sizeof ihp__synth_kinds / sizeof ihp__synth_kinds[0] <= IHP__SYNTH_KINDS_MAX,
               "kinds fit 8 bits");

const char *const ihp__synth_payers[IHP__SYNTH_PAYERS] = {"FFS",     "MCO-BIRCH", "MCO-CEDAR",
                                                          "MCO-ELM", "MCO-LARCH", "MCO-MAPLE",
                                                          "MCO-OAK", "MCO-PINE",  "MCO-SPRUCE"};
const int ihp__synth_payer_weights[IHP__SYNTH_PAYERS] = {18, 24, 4, 3, 6, 5, 8, 14, 18};

const char *const ihp__synth_races[IHP__SYNTH_RACES] = {
    "", "American Indian", "Asian", "Black", "Hispanic", "Other", "Pacific Islander", "White"};
const int ihp__synth_race_weights[IHP__SYNTH_RACES] = {7, 4, 8, 18, 11, 3, 1, 48};

/* 27001 Aitkin to 27173 Yellow Medicine, about as in the census of 2020. */
const int ihp__synth_county_people[IHP__SYNTH_COUNTIES] = {
    157, 3639, 352, 462,  412, 52,  691,  259, 362,  1069, 301,  126,   566,  653, 85,
    56,  115,  661, 4399, 209, 390, 139,  212, 309,  476,  61,   12816, 188,  213, 411,
    450, 100,  160, 437,  42,  121, 67,   109, 38,   287,  56,   253,   368,  54,  90,
    200, 234,  265, 340,  400, 82,  344,  223, 64,   1628, 601,  140,   289,  94,  312,
    113, 5524, 39,  154,  147, 671, 97,   153, 2002, 1509, 972,  148,   1583, 374, 97,
    98,  253,  34,  214,  141, 190, 2676, 113, 65,   497,  1413, 95,
};

void ihp__synth_acg_text(unsigned acg, char text[IHP__SYNTH_ACG_TEXT])
{
    if (acg == IHP__SYNTH_ACG_NONE) {
        snprintf(text, IHP__SYNTH_ACG_TEXT, "NONE");
    } else {
        snprintf(text, IHP__SYNTH_ACG_TEXT, "ACG%03u", (acg + 1) % 1000);
    }
}

void ihp__synth_member_text(uint32_t member, char text[IHP__SYNTH_MEMBER_TEXT])
{
    snprintf(text, IHP__SYNTH_MEMBER_TEXT, "M%010llu", (unsigned long long)member + 1);
}
