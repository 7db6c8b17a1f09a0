/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hash of the terms: equal exactly when the terms that a settlement depends on are equal. */
#include "program_folder.h"

static void hash_with(const char *name, const char *text, char hash[IHP__HASH_TEXT])
{
    struct ihp__program *program = loaded_program(name, text, NULL);
    ihp__program_terms_hash(program, 2024, 2025, hash);
    ihp__program_destroy(&program);
}

/* Other texts of a file, and whether the terms are still the same. */
static const struct {
    const char *name, *text;
    bool same;
} cases[] = {
    /* later terms, or the same ones written differently */
    {"ihps.csv",
     IHPS "A,Alpha renamed,1,all_in,,7,8,,\nB,b,2,all_in,0,,,2025-06-30,with_cause\n"
          "C,Gamma,2,billing_treating,50000,,,,\nD,Delta,2,billing_treating,200000,,,,\n",
     true},
    {"circumstances.csv", "county,month_from,month_to\n27001,2025-01,2025-01\n", true},
    {"holidays.csv", "day\n2026-12-24\n", true},
    {"overrides.csv", "member_id,year,ihp_id\nM1,2025,A\n", true},
    {"interim_payers.csv", "ihp_id,payer,amount\nB,FFS,-20.25\n", true},
    {"trend.csv", "year,rate,adjustment\n2026,0.5,\n2025,0.041,-0.004\n", true},
    {"trend.csv", "year,rate,adjustment\n2025,0.041,-0.005\n", false},
    {"taxonomy.csv", "taxonomy,class\n208600000X,SPE\n207R00000X,PCP\n207Q00000X,PCP\n", true},
    {"taxonomy.csv", "taxonomy,class\n208600000X,PCP\n207R00000X,PCP\n207Q00000X,PCP\n", false},
    {"codes.csv", "set,code_from,code_to\nhealth_home,S0280,S0281\nem,99202,99215\n", true},
    {"codes.csv", "set,code_from,code_to\nhealth_home,S0280,S0281\nem,99202,99216\n", false},
    /* months after the performance year, 2025, do not matter; others do */
    {"codes.csv",
     "set,code_from,code_to,from,to\nhealth_home,S0280,S0281,,\nem,99202,99215,,2025-12\n"
     "em,99202,99216,2026-01,\n",
     true},
    {"codes.csv",
     "set,code_from,code_to,from,to\nhealth_home,S0280,S0281,,\nem,99202,99215,,2025-11\n", false},
    {"codes.csv",
     "set,code_from,code_to,from,to\nhealth_home,S0280,S0281,,\nem,99202,99215,2024-01,\n", false},
    {"taxonomy.csv",
     "taxonomy,class,from,to\n208600000X,SPE,,\n207R00000X,PCP,,2026-01\n207Q00000X,PCP,,\n"
     "207R00000X,SPE,2026-02,\n208000000X,PCP,2026-01,\n",
     true},
    {"taxonomy.csv",
     "taxonomy,class,from,to\n208600000X,SPE,,\n207R00000X,PCP,2025-12,\n207Q00000X,PCP,,\n",
     false},
    {"categories.csv",
     "service_class,category,name,included\nprofessional,043,Visits,E\n"
     "inpatient,043,Stays,E\npharmacy,999E,Rest,E\npharmacy,999I,Rest,I\n",
     false},
    {"corridors.csv",
     "ihp_id,from,to,ihp_share\n,0.98,1.00,0.5\n,0.90,0.98,0.5\n"
     ",1.00,1.02,0.5\n,1.02,1.10,0.6\n",
     false},
    {"rosters.csv",
     ROSTERS "A,2025Q4,billing,1000000001,,\nB,2025Q4,billing,1000000002,,\n"
             "C,2025Q4,treating,2000000003,PCP,\nA,2026Q1,billing,1000000009,,\n"
             "C,2025Q4,billing,1000000003,,\n",
     true},
    {"rosters.csv",
     ROSTERS "A,2025Q4,billing,1000000001,,\nB,2025Q4,billing,1000000002,,\n"
             "C,2025Q4,billing,1000000003,,\nC,2025Q4,treating,2000000003,SPE,\n",
     false},
    {"ihps.csv",
     IHPS "A,Alpha,2,all_in,,,,,\nB,b,2,all_in,0,,,,\n"
          "C,Gamma,2,billing_treating,50000,,,,\nD,Delta,2,billing_treating,200000,,,,\n",
     false},
    {"ihps.csv",
     IHPS "A,Alpha,1,all_in,1,,,,\nB,b,2,all_in,0,,,,\n"
          "C,Gamma,2,billing_treating,50000,,,,\nD,Delta,2,billing_treating,200000,,,,\n",
     false},
    {"ihps.csv",
     IHPS "B,b,2,all_in,0,,,,\nA,Alpha,1,all_in,,,,,\n"
          "C,Gamma,2,billing_treating,50000,,,,\nD,Delta,2,billing_treating,200000,,,,\n",
     false},
};

static void test_terms_hash(void **state)
{
    (void)state;
    char plain[IHP__HASH_TEXT], other[IHP__HASH_TEXT];
    hash_with(NULL, NULL, plain);
    assert_int_equal(strlen(plain), 32);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        hash_with(cases[i].name, cases[i].text, other);
        if ((strcmp(plain, other) == 0) != cases[i].same) {
            fail_msg("%s, case %zu: the hash is %s", cases[i].name, i, other);
        }
        unlink(in_folder("circumstances.csv"));
        unlink(in_folder("holidays.csv"));
        unlink(in_folder("overrides.csv"));
    }
}

/* Other versions made these hashes: an interim's manifest and a checkpoint hold them. */
static void test_hashes_of_other_versions(void **state)
{
    (void)state;
    char terms[IHP__HASH_TEXT];
    struct ihp__program *program =
        loaded_program("overrides.csv", "member_id,year,ihp_id\nM1,2025,A\n", NULL);
    ihp__program_terms_hash(program, 2024, 2025, terms);
    assert_string_equal(terms, "57530b89ebc8b5c5d95164a8e4f208ca");
    assert_string_equal(program->hash, "fc2500816e779c0e2514577d5e3b7ccb");
    ihp__program_destroy(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_terms_hash),
        IN_FOLDER(test_hashes_of_other_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
