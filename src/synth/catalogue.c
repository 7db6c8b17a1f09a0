/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What claims of the synthetic state are about. Prices and weights are invented; they are chosen so
 * that the whole looks like a Medicaid program. */
#include "model.h"

#define PROF IHP__CLASS_PROFESSIONAL
#define OUTP IHP__CLASS_OUTPATIENT
#define INPT IHP__CLASS_INPATIENT
#define MHCD IHP__CLASS_MH_CD
#define OTHR IHP__CLASS_OTHER
#define LTCR IHP__CLASS_LONG_TERM_CARE
#define DRUG IHP__CLASS_PHARMACY

const struct sy_kind ihp__sy_kinds[] = {
    /* E&M visits of children in primary care */
    {SY_EM_CHILD, 30, PROF, "043", "99213", 84},
    {SY_EM_CHILD, 14, PROF, "043", "99214", 122},
    {SY_EM_CHILD, 8, PROF, "043", "99212", 52},
    {SY_EM_CHILD, 3, PROF, "043", "99211", 24},
    {SY_EM_CHILD, 4, PROF, "043", "99203", 105},
    {SY_EM_CHILD, 3, PROF, "091", "99213", 80},
    {SY_EM_CHILD, 9, PROF, "040", "99391", 110},
    {SY_EM_CHILD, 10, PROF, "040", "99392", 117},
    {SY_EM_CHILD, 9, PROF, "040", "99393", 116},
    {SY_EM_CHILD, 6, PROF, "040", "99394", 127},
    {SY_EM_CHILD, 1, PROF, "040", "99381", 122},
    {SY_EM_CHILD, 1, PROF, "040", "99383", 132},
    {SY_EM_CHILD, 2, OUTP, "082", "99213", 165},
    {SY_EM_CHILD, 1, OUTP, "083", "99213", 150},
    /* E&M visits of adults in primary care */
    {SY_EM_ADULT, 36, PROF, "043", "99213", 88},
    {SY_EM_ADULT, 28, PROF, "043", "99214", 128},
    {SY_EM_ADULT, 6, PROF, "043", "99212", 54},
    {SY_EM_ADULT, 3, PROF, "043", "99215", 178},
    {SY_EM_ADULT, 5, PROF, "043", "99203", 110},
    {SY_EM_ADULT, 3, PROF, "043", "99204", 165},
    {SY_EM_ADULT, 4, PROF, "091", "99214", 118},
    {SY_EM_ADULT, 4, PROF, "043", "99395", 118},
    {SY_EM_ADULT, 5, PROF, "043", "99396", 126},
    {SY_EM_ADULT, 1, PROF, "043", "99385", 130},
    {SY_EM_ADULT, 1, PROF, "043", "G0439", 130},
    {SY_EM_ADULT, 1, PROF, "043", "99441", 55},
    {SY_EM_ADULT, 1, PROF, "043", "99442", 90},
    {SY_EM_ADULT, 3, OUTP, "082", "99213", 170},
    {SY_EM_ADULT, 2, OUTP, "083", "99214", 160},
    /* E&M visits of specialists */
    {SY_EM_SPECIALTY, 30, PROF, "043", "99214", 130},
    {SY_EM_SPECIALTY, 28, PROF, "043", "99213", 90},
    {SY_EM_SPECIALTY, 10, PROF, "043", "99204", 168},
    {SY_EM_SPECIALTY, 9, PROF, "043", "99203", 112},
    {SY_EM_SPECIALTY, 5, PROF, "043", "99215", 180},
    {SY_EM_SPECIALTY, 3, PROF, "043", "99205", 220},
    {SY_EM_SPECIALTY, 3, PROF, "043", "99308", 72},
    {SY_EM_SPECIALTY, 2, PROF, "043", "99309", 95},
    {SY_EM_SPECIALTY, 2, PROF, "043", "99348", 80},
    {SY_EM_SPECIALTY, 2, OUTP, "043", "99213", 95},
    /* what goes with a visit: laboratory, imaging, shots, small procedures */
    {SY_TESTS, 10, PROF, "080", "85025", 11},
    {SY_TESTS, 9, PROF, "080", "80053", 15},
    {SY_TESTS, 4, PROF, "080", "80061", 18},
    {SY_TESTS, 4, PROF, "080", "83036", 13},
    {SY_TESTS, 4, PROF, "080", "84443", 23},
    {SY_TESTS, 5, PROF, "080", "87880", 17},
    {SY_TESTS, 5, PROF, "080", "81001", 5},
    {SY_TESTS, 3, PROF, "080", "87491", 48},
    {SY_TESTS, 3, PROF, "080", "87635", 51},
    {SY_TESTS, 8, PROF, "080", "36415", 8},
    {SY_TESTS, 3, OUTP, "080", "80307", 62},
    {SY_TESTS, 8, PROF, "043", "90471", 22},
    {SY_TESTS, 5, PROF, "043", "90472", 12},
    {SY_TESTS, 4, PROF, "043", "90686", 21},
    {SY_TESTS, 2, PROF, "040", "90707", 80},
    {SY_TESTS, 2, PROF, "040", "90715", 38},
    {SY_TESTS, 4, PROF, "040", "96110", 12},
    {SY_TESTS, 4, PROF, "043", "96127", 6},
    {SY_TESTS, 2, PROF, "079", "71046", 34},
    {SY_TESTS, 2, PROF, "079", "73030", 38},
    {SY_TESTS, 2, PROF, "079", "76805", 145},
    {SY_TESTS, 1, PROF, "079", "77067", 138},
    {SY_TESTS, 1, OUTP, "079", "70450", 180},
    {SY_TESTS, 1, OUTP, "079", "74177", 420},
    {SY_TESTS, 1, OUTP, "079", "70553", 510},
    {SY_TESTS, 2, PROF, "043", "93000", 17},
    {SY_TESTS, 1, PROF, "043", "17110", 110},
    {SY_TESTS, 1, PROF, "043", "20610", 68},
    {SY_TESTS, 2, PROF, "043", "99000", 6},
    {SY_TESTS, 1, PROF, "043", "94010", 36},
    {SY_TESTS, 1, PROF, "078", "92014", 105},
    {SY_TESTS, 1, PROF, "058", "92551", 12},
    /* drugs: no procedure */
    {SY_DRUGS, 1760, DRUG, "030", "", 34},
    {SY_DRUGS, 220, DRUG, "030", "", 310},
    {SY_DRUGS, 16, DRUG, "030", "", 3400},
    {SY_DRUGS, 4, DRUG, "030", "", 9500},
    /* hospital outpatient, emergency and therapy */
    {SY_OUTPATIENT_FIRST, 24, OUTP, "007", "99283", 250},
    {SY_OUTPATIENT_FIRST, 14, OUTP, "007", "99284", 430},
    {SY_OUTPATIENT_FIRST, 6, OUTP, "007", "99282", 150},
    {SY_OUTPATIENT_FIRST, 5, OUTP, "007", "99285", 640},
    {SY_OUTPATIENT_FIRST, 6, OUTP, "056", "45378", 900},
    {SY_OUTPATIENT_FIRST, 4, OUTP, "056", "29881", 1800},
    {SY_OUTPATIENT_FIRST, 4, OUTP, "056", "69436", 1300},
    {SY_OUTPATIENT_FIRST, 12, OUTP, "051", "97110", 62},
    {SY_OUTPATIENT_FIRST, 6, OUTP, "053", "92507", 78},
    {SY_OUTPATIENT_FIRST, 6, OUTP, "054", "97530", 74},
    {SY_OUTPATIENT_FIRST, 5, OUTP, "020", "G0299", 110},
    {SY_OUTPATIENT_FIRST, 1, OUTP, "087", "90999", 240},
    {SY_OUTPATIENT_FIRST, 1, OUTP, "999E", "", 90},
    {SY_OUTPATIENT_MORE, 12, OUTP, "080", "85025", 12},
    {SY_OUTPATIENT_MORE, 12, OUTP, "080", "80053", 17},
    {SY_OUTPATIENT_MORE, 6, OUTP, "080", "84484", 22},
    {SY_OUTPATIENT_MORE, 5, OUTP, "080", "81001", 6},
    {SY_OUTPATIENT_MORE, 8, OUTP, "079", "71046", 60},
    {SY_OUTPATIENT_MORE, 4, OUTP, "079", "70450", 190},
    {SY_OUTPATIENT_MORE, 3, OUTP, "079", "74177", 430},
    {SY_OUTPATIENT_MORE, 7, OUTP, "007", "96374", 110},
    {SY_OUTPATIENT_MORE, 7, OUTP, "007", "J7030", 9},
    {SY_OUTPATIENT_MORE, 5, OUTP, "007", "J1885", 12},
    {SY_OUTPATIENT_MORE, 5, OUTP, "007", "J2405", 8},
    {SY_OUTPATIENT_MORE, 8, OUTP, "007", "", 95},
    {SY_OUTPATIENT_MORE, 6, OUTP, "051", "97140", 48},
    {SY_OUTPATIENT_MORE, 4, PROF, "041", "00810", 170},
    {SY_OUTPATIENT_MORE, 6, PROF, "043", "93010", 9},
    /* inpatient stays: the stay, then services during it */
    {SY_INPATIENT_FIRST, 78, INPT, "001", "", 9800},
    {SY_INPATIENT_FIRST, 5, INPT, "006", "", 16000},
    {SY_INPATIENT_FIRST, 5, INPT, "014", "", 8200},
    {SY_INPATIENT_FIRST, 1, INPT, "015", "", 26000},
    {SY_INPATIENT_FIRST, 6, INPT, "074", "", 9000},
    {SY_INPATIENT_FIRST, 3, INPT, "999I", "", 5200},
    {SY_INPATIENT_FIRST, 2, INPT, "999E", "", 4800},
    {SY_INPATIENT_MORE, 26, PROF, "043", "99232", 74},
    {SY_INPATIENT_MORE, 14, PROF, "043", "99233", 106},
    {SY_INPATIENT_MORE, 10, PROF, "043", "99223", 190},
    {SY_INPATIENT_MORE, 8, PROF, "043", "99238", 75},
    {SY_INPATIENT_MORE, 4, PROF, "043", "59400", 1900},
    {SY_INPATIENT_MORE, 6, PROF, "041", "01967", 390},
    {SY_INPATIENT_MORE, 3, PROF, "090", "59409", 900},
    {SY_INPATIENT_MORE, 8, PROF, "079", "71045", 12},
    {SY_INPATIENT_MORE, 6, PROF, "080", "88305", 62},
    {SY_INPATIENT_MORE, 4, PROF, "043", "99291", 230},
    /* mental health and chemical dependency */
    {SY_MENTAL_HEALTH, 22, MHCD, "046", "90837", 135},
    {SY_MENTAL_HEALTH, 14, MHCD, "046", "90834", 98},
    {SY_MENTAL_HEALTH, 5, MHCD, "046", "90832", 70},
    {SY_MENTAL_HEALTH, 5, MHCD, "046", "90791", 158},
    {SY_MENTAL_HEALTH, 5, MHCD, "046", "90853", 32},
    {SY_MENTAL_HEALTH, 4, MHCD, "034", "90847", 104},
    {SY_MENTAL_HEALTH, 7, MHCD, "035", "H2014", 66},
    {SY_MENTAL_HEALTH, 6, MHCD, "046", "H2017", 60},
    {SY_MENTAL_HEALTH, 6, MHCD, "048", "97153", 150},
    {SY_MENTAL_HEALTH, 6, MHCD, "071", "T2023", 210},
    {SY_MENTAL_HEALTH, 8, MHCD, "062", "H2035", 92},
    {SY_MENTAL_HEALTH, 3, MHCD, "062", "H0020", 20},
    {SY_MENTAL_HEALTH, 1, MHCD, "063", "H2036", 260},
    {SY_MENTAL_HEALTH, 1, MHCD, "029", "H0019", 390},
    {SY_MENTAL_HEALTH, 1, MHCD, "999I", "", 80},
    /* dental */
    {SY_DENTAL, 20, OTHR, "045", "D0120", 27},
    {SY_DENTAL, 6, OTHR, "045", "D0140", 38},
    {SY_DENTAL, 6, OTHR, "045", "D0150", 45},
    {SY_DENTAL, 14, OTHR, "045", "D0274", 32},
    {SY_DENTAL, 12, OTHR, "045", "D1110", 52},
    {SY_DENTAL, 14, OTHR, "045", "D1120", 36},
    {SY_DENTAL, 12, OTHR, "045", "D1206", 20},
    {SY_DENTAL, 7, OTHR, "045", "D1351", 29},
    {SY_DENTAL, 7, OTHR, "045", "D2391", 88},
    {SY_DENTAL, 4, OTHR, "045", "D7140", 92},
    {SY_DENTAL, 1, OTHR, "045", "D2740", 540},
    /* supplies and other core services */
    {SY_OTHER, 10, OTHR, "032", "A4253", 36},
    {SY_OTHER, 8, OTHR, "032", "T4527", 74},
    {SY_OTHER, 6, OTHR, "032", "E0601", 68},
    {SY_OTHER, 3, OTHR, "032", "E1390", 120},
    {SY_OTHER, 8, OTHR, "075", "V2020", 38},
    {SY_OTHER, 6, PROF, "078", "92340", 30},
    {SY_OTHER, 2, OTHR, "076", "L3000", 190},
    {SY_OTHER, 1, OTHR, "077", "V5261", 1150},
    {SY_OTHER, 8, OTHR, "005", "T2022", 310},
    {SY_OTHER, 6, PROF, "044", "T1016", 42},
    {SY_OTHER, 6, PROF, "057", "98941", 34},
    {SY_OTHER, 5, PROF, "055", "11721", 40},
    {SY_OTHER, 4, PROF, "088", "T1030", 70},
    {SY_OTHER, 1, PROF, "089", "T1000", 430},
    /* services that are not core services */
    {SY_EXCLUDED, 20, OTHR, "036", "T2003", 34},
    {SY_EXCLUDED, 10, OTHR, "036", "S0215", 21},
    {SY_EXCLUDED, 4, OTHR, "037", "A0429", 290},
    {SY_EXCLUDED, 4, OTHR, "037", "A0425", 60},
    {SY_EXCLUDED, 22, LTCR, "038", "T1019", 160},
    {SY_EXCLUDED, 6, LTCR, "106", "H2032", 110},
    {SY_EXCLUDED, 5, LTCR, "095", "S5170", 9},
    {SY_EXCLUDED, 5, LTCR, "107", "S5150", 140},
    {SY_EXCLUDED, 5, LTCR, "104", "H2023", 105},
    {SY_EXCLUDED, 4, LTCR, "108", "T2031", 420},
    {SY_EXCLUDED, 3, LTCR, "011", "", 1500},
    {SY_EXCLUDED, 5, OTHR, "052", "T1018", 90},
    {SY_EXCLUDED, 4, OTHR, "100", "T1013", 48},
    {SY_EXCLUDED, 3, PROF, "143", "", 165},
    /* pairs of class and category that categories.csv does not list */
    {SY_UNLISTED, 5, PROF, "140", "99199", 60},
    {SY_UNLISTED, 3, OTHR, "999E", "A9270", 45},
    {SY_UNLISTED, 2, OUTP, "131", "", 120},
    /* care coordination of health homes */
    {SY_HEALTH_HOME, 1, PROF, "044", "S0280", 160},
    {SY_HEALTH_HOME, 7, PROF, "044", "S0281", 105},
};
const size_t ihp__sy_kind_count = sizeof ihp__sy_kinds / sizeof ihp__sy_kinds[0];
_Static_assert(sizeof ihp__sy_kinds / sizeof ihp__sy_kinds[0] <= SY_KINDS_MAX, "kinds fit 8 bits");

const char *const ihp__sy_payers[SY_PAYERS] = {"FFS",     "MCO-BIRCH", "MCO-CEDAR",
                                               "MCO-ELM", "MCO-LARCH", "MCO-MAPLE",
                                               "MCO-OAK", "MCO-PINE",  "MCO-SPRUCE"};
const int ihp__sy_payer_weights[SY_PAYERS] = {18, 24, 4, 3, 6, 5, 8, 14, 18};

const char *const ihp__sy_races[SY_RACES] = {
    "", "American Indian", "Asian", "Black", "Hispanic", "Other", "Pacific Islander", "White"};
const int ihp__sy_race_weights[SY_RACES] = {7, 4, 8, 18, 11, 3, 1, 48};

/* 27001 Aitkin to 27173 Yellow Medicine, about as the census of 2020 has them. */
const int ihp__sy_county_people[SY_COUNTIES] = {
    157, 3639, 352, 462,  412, 52,  691,  259, 362,  1069, 301,  126,   566,  653, 85,
    56,  115,  661, 4399, 209, 390, 139,  212, 309,  476,  61,   12816, 188,  213, 411,
    450, 100,  160, 437,  42,  121, 67,   109, 38,   287,  56,   253,   368,  54,  90,
    200, 234,  265, 340,  400, 82,  344,  223, 64,   1628, 601,  140,   289,  94,  312,
    113, 5524, 39,  154,  147, 671, 97,   153, 2002, 1509, 972,  148,   1583, 374, 97,
    98,  253,  34,  214,  141, 190, 2676, 113, 65,   497,  1413, 95,
};

void ihp__sy_acg_text(unsigned acg, char text[SY_ACG_TEXT])
{
    if (acg == SY_ACG_NONE) {
        snprintf(text, SY_ACG_TEXT, "NONE");
    } else {
        snprintf(text, SY_ACG_TEXT, "ACG%03u", (acg + 1) % 1000);
    }
}

void ihp__sy_member_text(uint32_t member, char text[SY_MEMBER_TEXT])
{
    snprintf(text, SY_MEMBER_TEXT, "M%010llu", (unsigned long long)member + 1);
}
