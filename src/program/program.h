/* SPDX-License-Identifier: GPL-3.0-or-later */
/* program.h - the program folder: the contract's data, from CSV into lookup structures.
 *
 * Start with `ihp__program_load`, which reads and checks the folder. `ihp__roster_index_create`
 * turns the rosters of one quarter into arrays by NPI number, which `ihp__roster_ihp_of_line` and
 * `ihp__roster_class` look up for each claim line. docs/data.md has the formats. Nothing here is
 * collective. Pointers that the lookups return are owned by the program.
 */
#ifndef IHP_PROGRAM_H
#define IHP_PROGRAM_H

#include "base/base.h"
#include "base/business_days.h"
#include "base/codes.h"
#include "base/hash_hex.h"

/* The claims cap of an IHP that elected none of its own [16.9], in cents. */
#define IHP__DEFAULT_CAP 20000000

/* Most IHPs of a program; their numbers fit 15 bits. */
#define IHP__PARTNERSHIPS_MAX 4096

/* Most taxonomies of a program. */
#define IHP__TAXONOMIES_MAX 1000000

/* Who terminated a contract, and why [6.1]. */
enum ihp__termination {
    IHP__TERMINATION_STATE_WITHOUT_CAUSE, /* [6.1.2.1] */
    IHP__TERMINATION_STATE_BREACH,        /* by the IHP, because the State breached it [6.1.3.3] */
    IHP__TERMINATION_INSUFFICIENT_FUNDS,  /* [6.1.2.3] */
    IHP__TERMINATION_IHP_WITHOUT_CAUSE,   /* [6.1.3.1] */
    IHP__TERMINATION_WITH_CAUSE           /* [6.1.2.2, 6.1.3.2] */
};

/* An Integrated Health Partnership (ihps.csv). Money in cents. */
struct ihp__partnership {
    char id[IHP__ID_MAX + 1];
    char *name;            /* owned by the program */
    int track;             /* 1 or 2 */
    bool all_in;           /* roster type [3.8.4]: all-in, else billing/treating */
    int64_t claims_cap;    /* 0: no cap */
    int64_t pbp;           /* population-based payment of the performance period */
    bool pbp_given;        /* ihps.csv has that amount */
    int64_t interim_paid;  /* already paid for the interim settlement; may be negative */
    bool interim_given;    /* ihps.csv has that amount */
    bool terminated;       /* the contract was terminated... */
    int32_t terminated_on; /* ...on this day, the last one in force */
    enum ihp__termination termination;
    uint64_t line; /* in ihps.csv */
};

/* A corridor of risk sharing [16.8.2.3]: ratios to the adjusted target, the IHP's share. */
struct ihp__corridor {
    int partnership; /* -1: the default for all IHPs */
    double from, to, share;
};

/* The expected trend of a year [16.4.2]. */
struct ihp__trend {
    int year;
    double rate, adjustment;
};

/* Class of a provider: specialty or primary care [2.30, 2.36]. A taxonomy whose rows have months
 * may have another class in another month; that of a line is decided by its month of service. */
enum ihp__provider_class { IHP__PROVIDER_SPE, IHP__PROVIDER_PCP, IHP__PROVIDER_BY_MONTH };

/* The months in which a row of codes.csv or taxonomy.csv is in force, both included [13.3.5.2].
 * Months since 1970-01; INT32_MIN and INT32_MAX for blanks. */
struct ihp__in_force {
    int32_t from, to;
};

/* A row of taxonomy.csv. */
struct ihp__class_row {
    uint32_t taxonomy; /* its number in the program's dictionary */
    uint8_t provider_class;
    struct ihp__in_force in_force;
    uint64_t line; /* in taxonomy.csv */
};

/* A service is a core service or not [Appendix 2]. Only IHP__SERVICE_INCLUDED has bit 0 set, so
 * that a pass over many lines need not compare. */
enum ihp__inclusion {
    IHP__SERVICE_UNKNOWN = 0,
    IHP__SERVICE_INCLUDED = 1,
    IHP__SERVICE_EXCLUDED = 2
};

/* Sets of codes.csv, as bits. */
#define IHP__CODE_EM          1u /* evaluation and management [13.3.5.1] */
#define IHP__CODE_HEALTH_HOME 2u /* care coordination [13.3.4.1] */

#define IHP__CODE_DATED 4u /* the sets depend on the month of service [13.3.5.2] */

struct ihp__code_range {
    unsigned set;
    struct ihp__in_force in_force;
    uint64_t line; /* in codes.csv */
    char from[IHP__PROCEDURE_LENGTH + 1], to[IHP__PROCEDURE_LENGTH + 1];
};

enum ihp__role { IHP__ROLE_BILLING, IHP__ROLE_TREATING };

/* A row of rosters.csv [3.8]. */
struct ihp__roster_row {
    int partnership;
    int32_t quarter;
    enum ihp__role role;
    int64_t npi;
    int designation; /* enum ihp__provider_class, -1 blank */
    char taxonomy[IHP__TAXONOMY_MAX + 1];
    uint64_t line; /* in rosters.csv */
};

/* Numbers of the population-based and the C&TC payment [15.2.4, 15.3.5, 5.2.1] (payment.csv), in
 * dollars per member and month; uplifts are fractions, in the order of enum ihp__uplift. */
#define IHP__PAYMENT_UPLIFTS 5
struct ihp__payment_terms {
    bool given;                       /* the folder has a payment.csv */
    double flat_first, flat_second;   /* below the 6th, below the 30th percentile */
    double linear_start, linear_step; /* below the 80th: start, and per 0.1 of relative risk */
    double log_start;                 /* from the 80th on */
    double top_start, top_end;        /* of the three highest categories */
    double ctc;
    double uplift[IHP__PAYMENT_UPLIFTS];
};

/* Most bytes of a payer: 64 characters of UTF-8. */
#define IHP__PAYER_MAX 256

/* What a payer paid for the interim settlement of an IHP [2.12, 5.4.2] (interim_payers.csv). */
struct ihp__interim_payer {
    int partnership;
    char payer[IHP__PAYER_MAX + 1];
    int64_t amount; /* cents; may be negative */
    uint64_t line;  /* in interim_payers.csv */
};

/* Returns the name of a number of payment.csv; NULL beyond the last one. */
const char *ihp__payment_name(size_t i);

/* Returns the name of an uplift (enum ihp__uplift) without "uplift_", such as "smi_and_sud"; NULL
 * beyond the last one. */
const char *ihp__payment_uplift_name(size_t uplift);

/* Returns the place of the number with ihp__payment_name(i). */
double *ihp__payment_number(struct ihp__payment_terms *terms, size_t i);

/* The State's decision on a member after review [4.6.4.2] (overrides.csv). */
struct ihp__override {
    char member_id[IHP__MEMBER_ID_MAX + 1];
    int year;
    int partnership; /* -1: none */
    uint64_t line;   /* in overrides.csv */
};

/* Months in which a county was affected by an extreme circumstance [5.9] (circumstances.csv). */
struct ihp__circumstance {
    uint32_t county; /* FIPS number */
    int32_t month_from, month_to;
    uint64_t line;
};

/* A day on which the State is closed (holidays.csv). */
struct ihp__holiday {
    int32_t day;
    uint64_t line;
};

/* The months of one year in which a county was affected; bit 0 is January. */
struct ihp__affected {
    uint32_t county; /* FIPS number */
    uint16_t months;
};

/* How a quality measure earns points [17.3, 17.4.2, 18.4]. */
enum ihp__scoring {
    IHP__SCORING_BENCHMARK,   /* achievement against a benchmark, or improvement */
    IHP__SCORING_PERCENTILE,  /* achievement by percentiles, or improvement */
    IHP__SCORING_CAHPS,       /* a survey's achievement against a benchmark, or improvement */
    IHP__SCORING_IMPROVEMENT, /* only improvement */
    IHP__SCORING_GAP,         /* equitable care */
    IHP__SCORING_POINTS       /* points are given */
};

/* Most rows of measures.csv. */
#define IHP__MEASURES_MAX 1000

/* Units in 1 of the numerator and denominator of a measure that is a ratio. */
#define IHP__RATIO_UNITS 1000000

/* Limits the name of a set of categories, in bytes. */
#define IHP__SET_MAX 40

/* A row of measures.csv: a quality measure, as it scores a track. */
struct ihp__measure {
    char id[IHP__MEASURE_MAX + 1];
    size_t first;               /* the first row with this id, by which other files refer to it */
    int section;                /* of the contract: 17 or 18 */
    int track;                  /* 1, 2, or 0: both */
    char *category;             /* owned by the program */
    char set[IHP__SET_MAX + 1]; /* of categories, such as a core set, or "" */
    double weight;              /* of the category: the same on each of its rows of a track */
    enum ihp__scoring scoring;
    bool lower_is_better, bonus;
    bool ratio; /* a quotient, such as observed to expected, which may exceed 1 */
};

/* Percentiles of a measure: the 30th, 40th, 50th, 60th, 70th and 80th. */
enum { IHP__PERCENTILES = 6 };

/* Benchmark and percentiles of a measure in a year (benchmarks.csv), NaN where there are none. */
struct ihp__benchmark {
    size_t measure; /* `first` of its rows */
    int year;
    double benchmark;
    double percentile[IHP__PERCENTILES]; /* from worse to better */
    bool comparable;                     /* with the year before [18.4.1] */
    uint64_t line;                       /* in benchmarks.csv */
};

/* The result of an IHP on a measure in a year (quality.csv). */
struct ihp__quality_row {
    int partnership;
    size_t measure; /* `first` of its rows */
    int year;
    char group[IHP__GROUP_MAX + 1]; /* race/ethnicity [18.4.9], "": everyone */
    int64_t numerator, denominator; /* up to 1e9, of a ratio in millionths; 0 and 0: no rate */
    bool sufficient;                /* the sample is large enough */
    double not_reporting;           /* share, 0 to 1 */
    double points;                  /* given directly, out of 2; NaN: none */
    uint64_t line;                  /* in quality.csv */
};

struct ihp__program {
    char *folder;
    struct ihp__partnership *partnership; /* in the order of ihps.csv */
    size_t partnerships;
    struct ihp__roster_row *roster; /* sorted by partnership, quarter, role, NPI */
    size_t roster_rows;
    struct ihp__dict *taxonomy; /* listed taxonomies */
    uint8_t *taxonomy_class;    /* enum ihp__provider_class of each */
    size_t taxonomy_capacity;
    struct ihp__class_row *class_row; /* sorted by taxonomy, first month, line */
    size_t class_rows;
    uint8_t inclusion[IHP__SERVICE_BYTES]; /* enum ihp__inclusion by service */
    struct ihp__code_range *code;
    size_t codes;
    struct ihp__corridor *corridor; /* sorted by partnership, from */
    size_t corridors;
    struct ihp__trend *trend;
    size_t trends;
    struct ihp__interim_payer *interim_payer; /* sorted by partnership, payer */
    size_t interim_payers;
    struct ihp__override *override_; /* sorted by member id, year */
    size_t overrides;
    struct ihp__payment_terms payment;
    struct ihp__circumstance *circumstance; /* sorted by county, month_from; they do not overlap */
    size_t circumstances;
    struct ihp__holiday *holiday; /* ascending; each year from the first to the last has one */
    size_t holidays;
    struct ihp__measure *measure; /* in the order of measures.csv */
    size_t measures;
    struct ihp__benchmark *benchmark; /* sorted by measure, year */
    size_t benchmarks;
    struct ihp__quality_row *quality; /* sorted by partnership, measure, year, group */
    size_t quality_rows;
    bool has_part2;                       /* part2.csv has a row [4.6.1.2] */
    uint8_t part2_service[IHP__SERVICES]; /* 1: of programs that treat substance use */
    struct ihp__code_range *part2_code;   /* the same for procedures; `set` is not used */
    size_t part2_codes;
    bool has_quality;          /* the folder has a quality.csv */
    char hash[IHP__HASH_TEXT]; /* of all files read, hexadecimal */
};

/* A file of the program folder, for help and documentation. */
struct ihp__program_file {
    const char *name;    /* without .csv */
    bool required;       /* a program folder must have it */
    const char *section; /* of the contract */
    const char *meaning; /* its contents */
};

/* Returns file `i` of a program folder, in the order of docs/data.md; NULL beyond the last one. */
const struct ihp__program_file *ihp__program_file(size_t i);

/* Reads the program folder. IHP_ERR_DATA names file, line, column, the value found and the values
 * allowed; a file with another name than the table's is refused. The caller frees with
 * `ihp__program_destroy`. */
enum ihp_status ihp__program_load(const char *folder, struct ihp__program **out,
                                  struct ihp_notices *notices, struct ihp_error *err);
void ihp__program_destroy(struct ihp__program **program);

/* Returns true if a text can be an ihp_id: 1 to IHP__ID_MAX characters that are harmless in the
 * names of files and groups. */
bool ihp__partnership_id_valid(const char *id);

/* Returns the number of the IHP with an id, or -1. */
int ihp__program_find(const struct ihp__program *program, const char *id);

/* Returns the class of a taxonomy by taxonomy.csv; SPE if it is not listed [3.8.4.2], BY_MONTH if
 * it depends on the month. */
enum ihp__provider_class ihp__program_class(const struct ihp__program *program,
                                            const char *taxonomy);

/* Returns the class that a taxonomy, by its number, has on a day by the `class_row` of a program;
 * SPE if no row of it is in force. */
enum ihp__provider_class ihp__class_on(const struct ihp__class_row *row, size_t rows,
                                       uint32_t number, int32_t day);

/* Returns the sets (IHP__CODE_*) that have a procedure code in some month, with IHP__CODE_DATED if
 * that depends on the month; none has a blank one. */
unsigned ihp__program_code_sets(const struct ihp__program *program, const char *code);

/* Days on which a procedure is in a set, both included. */
struct ihp__code_days {
    int32_t first, last;
    unsigned set;
};

/* The procedures whose sets depend on the month: the days of procedure p are `days[first[p]]` ..
 * `days[first[p + 1] - 1]`. */
struct ihp__dated_codes {
    uint32_t *first;             /* [procedures + 1], owned; NULL: no set depends on the month */
    struct ihp__code_days *days; /* owned */
};

/* Finds the sets of each procedure, and for those with IHP__CODE_DATED their days. The caller frees
 * `dated` with `ihp__dated_codes_free`. */
enum ihp_status ihp__program_code_table(const struct ihp__program *program,
                                        const char *const *procedure, size_t procedures,
                                        uint8_t *sets, struct ihp__dated_codes *dated,
                                        struct ihp_error *err);
void ihp__dated_codes_free(struct ihp__dated_codes *dated);

/* Returns the sets that have a procedure on a day. */
unsigned ihp__dated_codes_on(const struct ihp__dated_codes *dated, size_t procedure, int32_t day);

/* Returns true if part2.csv lists a procedure code [4.6.1.2]. */
bool ihp__program_part2_procedure(const struct ihp__program *program, const char *code);

/* Returns the corridors of an IHP, its own or else the default ones, and sets `*count`. */
const struct ihp__corridor *ihp__program_corridors(const struct ihp__program *program,
                                                   int partnership, size_t *count);

/* Returns the trend of a year, or NULL. */
const struct ihp__trend *ihp__program_trend(const struct ihp__program *program, int year);

/* Finds the counties that were affected in the year that begins with month `first_month`, in
 * ascending order [5.9]. The caller frees `*out`, also if `*count` is 0. */
enum ihp_status ihp__program_affected(const struct ihp__program *program, int32_t first_month,
                                      struct ihp__affected **out, size_t *count,
                                      struct ihp_error *err);

/* Gives the holidays by which due dates move [2.9]: those of holidays.csv in its years, the State's
 * in others. They borrow `*day`, which the caller frees. */
enum ihp_status ihp__program_holidays(const struct ihp__program *program, int32_t **day,
                                      struct ihp__holidays *holidays, struct ihp_error *err);

/* Refuses (IHP_ERR_DATA, with line and column of ihps.csv) a termination that is neither in the
 * base year, which ends a contract before it began, nor in the contract's performance years: the
 * four after the base year, or those up to the one that is settled [1.1, 1.2, 16.1]. */
enum ihp_status ihp__program_check_terminations(const struct ihp__program *program, int base_year,
                                                int performance_year, struct ihp_error *err);

/* Returns what the payers of an IHP paid for its interim settlement, in the order of their texts,
 * and sets `*count`; NULL if nothing says who paid it. */
const struct ihp__interim_payer *ihp__program_interim_payers(const struct ihp__program *program,
                                                             int partnership, size_t *count);

/* Orders struct ihp__interim_payer by partnership, payer and line, for qsort. */
int ihp__interim_payers_order(const void *a, const void *b);

/* Refuses (IHP_ERR_DATA, with line and column of interim_payers.csv) payers of an IHP who together
 * did not pay what ihps.csv has in interim_paid. A blank there is 0.00, or with `folder_named` what
 * the folder of the interim says, which is compared later [2.12]. */
enum ihp_status ihp__program_check_interim_payers(const struct ihp__program *program,
                                                  bool folder_named, struct ihp_error *err);

/* Returns true if a row of measures.csv is for a track. */
static inline bool ihp__measure_is_for(const struct ihp__measure *measure, int track)
{
    return measure->track == 0 || measure->track == track;
}

/* Returns the benchmarks of a measure (`first` of its rows) in a year, or NULL. */
const struct ihp__benchmark *ihp__program_benchmark(const struct ihp__program *program,
                                                    size_t measure, int year);

/* Returns the results of an IHP on a measure (`first` of its rows) in a year, and sets `*count`:
 * the result of everyone first if there is one, then those of groups in the order of their texts.
 */
const struct ihp__quality_row *ihp__program_quality(const struct ihp__program *program,
                                                    int partnership, size_t measure, int year,
                                                    size_t *count);

/* Writes a hash of the terms on which attribution, cost and target of a performance year depend:
 * IHPs in their order with track, roster type and cap, rosters up to the year's end, taxonomy,
 * categories, codes, corridors and the trend after the base year. Terms that are given later than
 * an interim settlement (amounts, quality, overrides, circumstances, terminations) do not change
 * it, nor do names, the order of rows and columns that are not used. */
void ihp__program_terms_hash(const struct ihp__program *program, int base_year,
                             int performance_year, char hex[IHP__HASH_TEXT]);

/* Writes the hash of the overrides of a year, which does not depend on the order of rows. */
void ihp__program_overrides_hash(const struct ihp__program *program, int year, char hex[33]);

/* ---- rosters of one quarter ------------------------------------------------------------------ */

/* Returns an IHP's roster in force in a quarter: the rows of its latest quarter that is not after
 * it [3.8.4.1, 3.8.5]. Sets `*count`, 0 if it has none yet. */
const struct ihp__roster_row *ihp__program_roster(const struct ihp__program *program,
                                                  int partnership, int32_t quarter, size_t *count);

/* Writes the digest of a roster: XXH3-128 of a line "billing,1234567893,PCP,207Q00000X" for each
 * row, in the order of `ihp__program_roster`. */
void ihp__roster_digest(const struct ihp__roster_row *row, size_t rows, char hex[IHP__HASH_TEXT]);

/* Returns the text of a termination in ihps.csv. */
const char *ihp__termination_text(enum ihp__termination termination);

/* Returns true if an IHP's contract is in force on a day: it was not terminated before [6.1]. */
bool ihp__partnership_in_force(const struct ihp__partnership *partnership, int32_t day);

/* Makes `*view` the program with the rosters that are in force on a day: without those of the IHPs
 * whose contract ended before. The view borrows everything from the program but `view->roster`,
 * which the caller frees. */
enum ihp_status ihp__program_in_force(const struct ihp__program *program, int32_t day,
                                      struct ihp__program *view, struct ihp_error *err);

/* Refuses (IHP_ERR_DATA, with the NPIs) rosters of a quarter under which one claim line could
 * belong to two IHPs. */
enum ihp_status ihp__rosters_check(const struct ihp__program *program, int32_t quarter,
                                   struct ihp_error *err);

/* An IHP that has an NPI on its roster, and the NPI's class on it as a treating provider. */
struct ihp__roster_entry {
    uint16_t partnership;
    uint8_t provider_class; /* enum ihp__provider_class */
};

/* The rosters of a quarter by NPI number, which is the position in the caller's array of NPIs. The
 * entries of NPI n are `entry[offset[n]]` .. `entry[offset[n + 1] - 1]`. */
struct ihp__roster_index {
    size_t npis;
    uint32_t *billing_offset, *treating_offset;
    struct ihp__roster_entry *billing, *treating;
    uint8_t *nppes_class; /* enum ihp__provider_class by NPI, from NPPES */
    bool *all_in;         /* by IHP */
    int16_t *owner; /* by billing NPI: the all-in IHP that owns all its lines; -1 if it is on no
                       list; IHP__OWNER_DEPENDS if the treating NPI decides; IHP__OWNER_TREATS if it
                       is on no billing list, but on a treating list */
    uint8_t *bills; /* by NPI: 1 if it is on a billing list, so that a line which it bills may
                       belong to an IHP */
    /* The taxonomies by which classes IHP__PROVIDER_BY_MONTH are found; numbers in `program`. */
    uint32_t *nppes_taxonomy;    /* by NPI: number of the taxonomy from NPPES */
    uint32_t *treating_taxonomy; /* by entry of `treating` */
    /* Those of the program, which owns them. `program` itself may be a view that is gone. */
    const struct ihp__class_row *class_row;
    size_t class_rows;
};
#define IHP__OWNER_DEPENDS (-2)
#define IHP__OWNER_TREATS  (-3)

/* Checks the rosters of `quarter` and builds their index. `npi` is in ascending order;
 * `nppes_taxonomy[n]` is the taxonomy of NPI n or NULL. The index borrows `class_row` of the
 * program, and nothing else. */
enum ihp_status ihp__roster_index_create(const struct ihp__program *program, int32_t quarter,
                                         const int64_t *npi, const char *const *nppes_taxonomy,
                                         size_t npis, struct ihp__roster_index **out,
                                         struct ihp_error *err);
void ihp__roster_index_destroy(struct ihp__roster_index **index);

/* Returns true if two indexes over the same NPIs give the same result for every line. */
bool ihp__roster_index_same(const struct ihp__roster_index *a, const struct ihp__roster_index *b);

/* Returns the IHP to which a claim line belongs, by the NPI numbers of its billing and treating
 * provider; -1 if it belongs to none [13.3.2, 3.8.4]. Number 0 is the blank NPI, on no roster. */
static inline int ihp__roster_ihp_of_line(const struct ihp__roster_index *index, uint32_t billing,
                                          uint32_t treating)
{
    int owner = index->owner[billing];
    if (owner != IHP__OWNER_DEPENDS) {
        return owner < 0 ? -1 : owner;
    }
    uint32_t end = index->billing_offset[billing + 1];
    for (uint32_t b = index->billing_offset[billing]; b < end; b++) {
        int partnership = index->billing[b].partnership;
        if (index->all_in[partnership]) {
            return partnership;
        }
        uint32_t last = index->treating_offset[treating + 1];
        for (uint32_t t = index->treating_offset[treating]; t < last; t++) {
            if (index->treating[t].partnership == partnership) {
                return partnership;
            }
        }
    }
    return -1;
}

/* Returns true if an NPI, by its number, is on a list of some roster: a billing list, or a treating
 * list that counts [13.3.1.3]. */
static inline bool ihp__roster_lists(const struct ihp__roster_index *index, uint32_t npi)
{
    return index->owner[npi] != -1;
}

/* Returns true if one of `count` billing NPIs, by their numbers, is on a billing list. If none is,
 * the lines that they bill belong to no IHP. */
bool ihp__roster_any_bills(const struct ihp__roster_index *index, const uint32_t *billing,
                           size_t count);

/* Returns the class of a treating provider on a line of an IHP (-1: of a non-IHP provider): that of
 * a billing/treating roster, else that of NPPES [3.8.4.2]. */
static inline enum ihp__provider_class ihp__roster_class(const struct ihp__roster_index *index,
                                                         int partnership, uint32_t treating)
{
    if (partnership >= 0 && !index->all_in[partnership]) {
        uint32_t last = index->treating_offset[treating + 1];
        for (uint32_t t = index->treating_offset[treating]; t < last; t++) {
            if (index->treating[t].partnership == partnership) {
                return (enum ihp__provider_class)index->treating[t].provider_class;
            }
        }
    }
    return (enum ihp__provider_class)index->nppes_class[treating];
}

/* Returns the same if that class depends on the month: the class on a day of service [13.3.5.2]. */
enum ihp__provider_class ihp__roster_class_on(const struct ihp__roster_index *index,
                                              int partnership, uint32_t treating, int32_t day);

#endif
