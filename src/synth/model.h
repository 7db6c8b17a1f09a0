/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.h - what the files of the synthetic state share.
 *
 * An `ihp__synth_model` has the options and everything that is drawn once for the whole state:
 * partnerships, providers, tables to draw from. It is the same on every rank. The model and a
 * member's number give an `ihp__synth_person` (person.c, enrollment.c), the person's
 * `ihp__synth_visits` (visits.c) and their claim lines (lines.c).
 *
 * Only src/synth includes this header. Nothing here is collective. */
#ifndef IHP_SYNTH_MODEL_H
#define IHP_SYNTH_MODEL_H

#include "base/base.h"
#include "base/codes.h"
#include "ihp/synth.h"
#include "store/claim_batch.h"
#include "store/store.h"

enum {
    IHP__SYNTH_YEARS = 3,
    IHP__SYNTH_MONTHS = 12 * IHP__SYNTH_YEARS,
    IHP__SYNTH_FIRST_YEAR = 2023,
    IHP__SYNTH_FIRST_MONTH = (IHP__SYNTH_FIRST_YEAR - 1970) * 12,
    IHP__SYNTH_DAYS = 2200, /* days that have a text in the model: more than six years */
    IHP__SYNTH_ACGS = 100,
    IHP__SYNTH_ACG_NONE = IHP__SYNTH_ACGS, /* "NONE", also the last in text order */
    IHP__SYNTH_PAYERS = 9,
    IHP__SYNTH_RACES = 8,
    IHP__SYNTH_COUNTIES = 87,
    IHP__SYNTH_KINDS_MAX = 256,
    IHP__SYNTH_CLAIM_ID = 10, /* bytes of a claim id */
};

/* Yearly growth of amounts, which is also the rate in trend.csv. */
#define IHP__SYNTH_TREND 0.03

/* Share of all members whose home is a partnership. About a third of all members are then
 * attributed, since some are not enrolled long enough and some see no doctor. */
#define IHP__SYNTH_AT_PARTNERSHIPS 0.47

/* ---- the catalog (catalog.c) ------------------------------------------------------------- */

/* Groups of kinds of claim lines. A visit draws its first line from one group and the other lines
 * from another. */
enum ihp__synth_group {
    IHP__SYNTH_EM_CHILD,
    IHP__SYNTH_EM_ADULT,
    IHP__SYNTH_EM_SPECIALTY,
    IHP__SYNTH_TESTS,
    IHP__SYNTH_DRUGS,
    IHP__SYNTH_OUTPATIENT_FIRST,
    IHP__SYNTH_OUTPATIENT_MORE,
    IHP__SYNTH_INPATIENT_FIRST,
    IHP__SYNTH_INPATIENT_MORE,
    IHP__SYNTH_MENTAL_HEALTH,
    IHP__SYNTH_DENTAL,
    IHP__SYNTH_OTHER,
    IHP__SYNTH_EXCLUDED,
    IHP__SYNTH_UNLISTED,
    IHP__SYNTH_HEALTH_HOME,
    IHP__SYNTH_GROUPS
};

/* A kind of claim line: its weight in the group, its codes, its mean price in dollars. */
struct ihp__synth_kind {
    enum ihp__synth_group group;
    int weight;
    enum ihp__service_class service_class;
    const char *category, *procedure;
    int dollars;
};
extern const struct ihp__synth_kind ihp__synth_kinds[];
extern const size_t ihp__synth_kind_count; /* at most IHP__SYNTH_KINDS_MAX */

/* In text order. */
extern const char *const ihp__synth_payers[IHP__SYNTH_PAYERS];
extern const char *const ihp__synth_races[IHP__SYNTH_RACES]; /* the first is blank */
extern const int ihp__synth_race_weights[IHP__SYNTH_RACES];
extern const int ihp__synth_payer_weights[IHP__SYNTH_PAYERS];

/* People of county number i, in hundreds. */
extern const int ihp__synth_county_people[IHP__SYNTH_COUNTIES];

static inline uint32_t ihp__synth_county(size_t number)
{
    return 27001 + 2 * (uint32_t)number;
}

/* Size of the text of an ACG or a member ID, with its NUL. */
#define IHP__SYNTH_ACG_TEXT    12
#define IHP__SYNTH_MEMBER_TEXT (IHP__MEMBER_ID_MAX + 1)

/* Writes "ACG001" .. "ACG100" or "NONE". */
void ihp__synth_acg_text(unsigned acg, char text[IHP__SYNTH_ACG_TEXT]);

/* Writes a member ID, "M0000000001" for member number 0. The text order of IDs is the order of
 * numbers. */
void ihp__synth_member_text(uint32_t member, char text[IHP__SYNTH_MEMBER_TEXT]);

/* ---- providers (providers.c) ----------------------------------------------------------------- */

/* Partner clinics have the billing NPIs on rosters; those of a partnership are consecutive. Each
 * has IHP__SYNTH_PARTNER_STAFF doctors, and the first IHP__SYNTH_PARTNER_PCPS of them are primary
 * care. Community clinics are on no roster; the first `community_primary` of them give primary
 * care, and each has IHP__SYNTH_COMMUNITY_STAFF doctors. */
enum ihp__synth_provider_type {
    IHP__SYNTH_PARTNER_CLINICS,
    IHP__SYNTH_PARTNER_DOCTORS,
    IHP__SYNTH_COMMUNITY_CLINICS,
    IHP__SYNTH_COMMUNITY_DOCTORS,
    IHP__SYNTH_HOSPITALS,
    IHP__SYNTH_PHARMACIES,
    IHP__SYNTH_DENTISTS,
    IHP__SYNTH_AGENCIES,
    IHP__SYNTH_PROVIDER_TYPES
};
enum {
    IHP__SYNTH_PARTNER_STAFF = 6,
    IHP__SYNTH_PARTNER_PCPS = 4,
    IHP__SYNTH_COMMUNITY_STAFF = 4,
    IHP__SYNTH_COMMUNITY_PCPS = 3, /* at clinics of primary care */
};

/* Consecutive numbers: of the providers of a type in dictionary/npi, or of clinics among their
 * type. */
struct ihp__synth_range {
    uint32_t first, count;
};

struct ihp__synth_providers {
    struct ihp__synth_range range[IHP__SYNTH_PROVIDER_TYPES];
    uint32_t community_primary;
    uint32_t count;    /* of all NPIs, with the blank one, which has number 0 */
    int64_t *npi;      /* owned; by number */
    uint8_t *taxonomy; /* owned; number in `ihp__synth_taxonomies`, IHP__SYNTH_NO_TAXONOMY: none */
};
enum { IHP__SYNTH_NO_TAXONOMY = 255 };

/* Taxonomies that providers have, in text order. */
extern const char *const ihp__synth_taxonomies[];
extern const size_t ihp__synth_taxonomy_count;

struct ihp__synth_model;

/* Draws the providers of the model. */
enum ihp_status ihp__synth_providers_make(struct ihp__synth_model *model, struct ihp_error *err);

/* Returns true if a doctor, a position among the partner doctors, is primary care. */
static inline bool ihp__synth_partner_is_pcp(uint32_t doctor)
{
    return doctor % IHP__SYNTH_PARTNER_STAFF < IHP__SYNTH_PARTNER_PCPS;
}

/* Returns true if the doctor works at the clinic without being on the roster. */
static inline bool ihp__synth_off_roster(uint32_t doctor)
{
    return doctor % 17 == 3;
}

/* ---- the model (model.c) --------------------------------------------------------------------- */

struct ihp__synth_partnership {
    char id[IHP__ID_MAX + 1];
    double share;    /* of all people whose home is a partnership */
    double effect;   /* amounts of the performance year are multiplied by 1 + effect */
    double children; /* share of children among its people */
    double severity; /* shift of its people's morbidity */
    uint32_t county; /* in which half of its people live */
    struct ihp__synth_range clinics; /* positions among the partner clinics */
};

enum ihp__synth_visit_type {
    IHP__SYNTH_PRIMARY,
    IHP__SYNTH_SPECIALTY,
    IHP__SYNTH_PHARMACY,
    IHP__SYNTH_OUTPATIENT,
    IHP__SYNTH_INPATIENT,
    IHP__SYNTH_MENTAL,
    IHP__SYNTH_DENTIST,
    IHP__SYNTH_SUPPLIES,
    IHP__SYNTH_NOT_CORE,
    IHP__SYNTH_NOT_LISTED,
    IHP__SYNTH_HOME_HEALTH, /* care coordination of a health home; not part of a mix */
    IHP__SYNTH_VISIT_TYPES
};

/* Mixes of visits: child or adult, light or heavy morbidity. */
enum { IHP__SYNTH_MIXES = 4 };

/* Sizes of the tables to draw from, in bits of a word. */
enum {
    IHP__SYNTH_KIND_BITS = 11,
    IHP__SYNTH_MIX_BITS = 12,
    IHP__SYNTH_MORE_BITS = 8,
    IHP__SYNTH_LAG_BITS = 12,
    IHP__SYNTH_PRICE_BITS = 12,
    IHP__SYNTH_NORMAL_BITS = 12
};

struct ihp__synth_model {
    struct ihp_synth_options options;
    struct ihp__synth_partnership *partnership; /* owned; options.ihps of them */
    struct ihp__synth_providers providers;
    /* Ascending limits of a word (`ihp__synth_among`), by size: of partnerships, and one more for
     * people whose home is none of them; of counties; of payers; of races. */
    uint32_t *home_limit; /* owned */
    uint32_t county_limit[IHP__SYNTH_COUNTIES];
    uint32_t payer_limit[IHP__SYNTH_PAYERS], race_limit[IHP__SYNTH_RACES];
    /* Tables to draw from with the bits of a word. */
    uint8_t kind_of[IHP__SYNTH_GROUPS][1 << IHP__SYNTH_KIND_BITS];
    uint8_t visit_of[IHP__SYNTH_MIXES][1 << IHP__SYNTH_MIX_BITS];
    uint8_t more_lines[IHP__SYNTH_VISIT_TYPES][1 << IHP__SYNTH_MORE_BITS];
    uint16_t lag[1 << IHP__SYNTH_LAG_BITS];     /* days from service to payment */
    uint32_t price[1 << IHP__SYNTH_PRICE_BITS]; /* of a line relative to its mean, in 1/4096 */
    double normal[(1 << IHP__SYNTH_NORMAL_BITS) + 1]; /* quantiles; the ends are not used */
    double acg_cost[IHP__SYNTH_ACGS];                 /* mean cost relative to that of all */
    /* Kinds of claim lines and payers. Their numbers in the store are set by
     * `ihp__synth_tables_number`. */
    uint16_t kind_service[IHP__SYNTH_KINDS_MAX];
    int64_t kind_cents[IHP__SYNTH_KINDS_MAX];
    uint16_t kind_procedure[IHP__SYNTH_KINDS_MAX]; /* number in dictionary/procedure */
    uint16_t payer_number[IHP__SYNTH_PAYERS];      /* number in dictionary/payer */
    /* The calendar. */
    int32_t first_day; /* 2023-01-01 */
    int32_t month_start[IHP__SYNTH_MONTHS + 1];
    char day_text[IHP__SYNTH_DAYS][12]; /* "YYYY-MM-DD" of the first day and those after it */
};

/* Checks the options (IHP_ERR_USAGE) and makes the model, the same on every rank. */
enum ihp_status ihp__synth_model_create(const struct ihp_synth_options *options,
                                        struct ihp__synth_model **out, struct ihp_error *err);
void ihp__synth_model_destroy(struct ihp__synth_model **model);

/* Returns the standard normal quantile of a word. */
double ihp__synth_normal(const struct ihp__synth_model *model, uint32_t word);

/* Returns the number of the first limit above a word; the last number if there is none. */
uint32_t ihp__synth_among(const uint32_t *limit, uint32_t count, uint32_t word);

/* ---- a person (person.c, enrollment.c) ------------------------------------------------------- */

enum {
    IHP__SYNTH_SPANS_MAX = IHP__SYNTH_MONTHS + 1,
    IHP__SYNTH_NOT_ENROLLED = 255,
    IHP__SYNTH_RISKS_MAX = 10
};

struct ihp__synth_year {
    int home;        /* partnership; -1: a community clinic */
    uint32_t clinic; /* position among the clinics of that type */
    unsigned acg;    /* IHP__SYNTH_ACG_NONE: the grouper gave no category */
    double severity; /* square root of the expected cost relative to the mean */
    uint8_t mix;
    uint8_t months, month[12]; /* with enrollment; months are counted from the first year */
    uint32_t price_q16;        /* factor on prices, in 1/65536 */
};

struct ihp__synth_risk_row {
    int32_t month_from, month_to;
    uint8_t factor;
};

struct ihp__synth_person {
    uint32_t number;
    int32_t birth;
    uint32_t county;
    uint8_t sex, race;
    bool child; /* at the end of the three years */
    bool senior;
    bool health_home;
    /* By month; IHP__SYNTH_NOT_ENROLLED in a month without enrollment. */
    uint8_t major_program[IHP__SYNTH_MONTHS];
    uint8_t exclusion[IHP__SYNTH_MONTHS], payer[IHP__SYNTH_MONTHS];
    uint8_t coordination[IHP__SYNTH_MONTHS]; /* enum ihp__coordination; NOT_ENROLLED: none */
    struct ihp__synth_year year[IHP__SYNTH_YEARS];
    /* In the order of a store. Payers are numbers of `ihp__synth_payers`. */
    struct ihp__span span[IHP__SYNTH_SPANS_MAX];
    size_t spans;
    struct ihp__synth_risk_row risk[IHP__SYNTH_RISKS_MAX];
    size_t risks;
};

/* Makes everything about a member but claims. */
void ihp__synth_person(const struct ihp__synth_model *model, uint32_t number,
                       struct ihp__synth_person *person);

/* Steps of `ihp__synth_person`: the months of enrollment and the spans; then social risk and care
 * coordination. */
void ihp__synth_enroll(const struct ihp__synth_model *model, struct ihp__synth_person *person);
void ihp__synth_circumstances(const struct ihp__synth_model *model,
                              struct ihp__synth_person *person);

/* ---- visits (visits.c) ----------------------------------------------------------------------- */

/* A claim, and its reversal if `reversed`. Dates are days since 1970-01-01. */
struct ihp__synth_visit {
    uint16_t service, paid, reversal_paid;
    uint8_t type, lines, status, payer, year;
    bool reversed;
    uint32_t billing, treating; /* numbers in dictionary/npi */
    uint32_t index;             /* of its draws */
};

struct ihp__synth_visits {
    struct ihp__synth_visit *visit; /* owned */
    uint64_t *order; /* owned; sorted by service date; the low half is the position in `visit` */
    size_t count, capacity, order_capacity;
    uint64_t lines; /* claim lines, those of reversals included */
};

/* Draws the visits of a person; `visits` is reused. Returns false if memory is short. */
bool ihp__synth_visits(const struct ihp__synth_model *model, const struct ihp__synth_person *person,
                       struct ihp__synth_visits *visits);

/* Sorts the visits by service date. Returns false if memory is short. */
bool ihp__synth_visits_sort(struct ihp__synth_visits *visits);
void ihp__synth_visits_free(struct ihp__synth_visits *visits);

/* ---- claim lines (lines.c) ------------------------------------------------------------------- */

/* Claim lines to be written, and the kind and payer of each as numbers of the catalog. */
struct ihp__synth_batch {
    struct ihp__claim_batch claims;
    uint8_t *kind, *payer; /* owned */
    size_t kind_capacity, payer_capacity;
};

/* Makes room for more lines. A batch is zero-initialized. */
enum ihp_status ihp__synth_batch_reserve(struct ihp__synth_batch *batch, size_t lines,
                                         struct ihp_error *err);
void ihp__synth_batch_free(struct ihp__synth_batch *batch);

/* Adds the lines of a person's sorted visits. There must be room for visits->lines lines. */
void ihp__synth_lines(const struct ihp__synth_model *model, const struct ihp__synth_person *person,
                      const struct ihp__synth_visits *visits, struct ihp__synth_batch *batch);

#endif
