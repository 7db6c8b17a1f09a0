/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.h - what the parts of the synthetic state share.
 *
 * A `sy_model` holds the options and everything drawn once for the whole state: partnerships,
 * providers, tables to draw from. It is the same on every rank. From it and a member's number come
 * a `sy_person` (person.c, enrollment.c), the person's `sy_visits` (visits.c) and their claim lines
 * (lines.c). Only src/synth includes this. Names beginning with `ihp__sy_` and `sy_` are of this
 * room only. */
#ifndef IHP_SYNTH_MODEL_H
#define IHP_SYNTH_MODEL_H

#include "base/base.h"
#include "base/codes.h"
#include "ihp/synth.h"
#include "store/store.h"

enum {
    SY_YEARS = 3,
    SY_MONTHS = 12 * SY_YEARS,
    SY_FIRST_YEAR = 2023,
    SY_FIRST_MONTH = (SY_FIRST_YEAR - 1970) * 12,
    SY_DAYS = 2200, /* days from the first that have a text: five years and more */
    SY_ACGS = 100,
    SY_ACG_NONE = SY_ACGS, /* "NONE", last in text order too */
    SY_PAYERS = 9,
    SY_RACES = 8,
    SY_COUNTIES = 87,
    SY_KINDS_MAX = 256,
    SY_CLAIM_ID = 10, /* bytes of a claim id */
};

/* Growth of amounts a year, and what trend.csv says of it. */
#define SY_TREND 0.03

/* Share of all members whose home is a partnership. About a third of all members are then
 * attributed, since some are not enrolled long enough and some see no doctor. */
#define SY_AT_PARTNERSHIPS 0.47

/* ---- the catalogue (catalogue.c) ------------------------------------------------------------- */

/* Groups of kinds of claim lines; a visit draws its first line from one and the others from one. */
enum sy_group {
    SY_EM_CHILD,
    SY_EM_ADULT,
    SY_EM_SPECIALTY,
    SY_TESTS,
    SY_DRUGS,
    SY_OUTPATIENT_FIRST,
    SY_OUTPATIENT_MORE,
    SY_INPATIENT_FIRST,
    SY_INPATIENT_MORE,
    SY_MENTAL_HEALTH,
    SY_DENTAL,
    SY_OTHER,
    SY_EXCLUDED,
    SY_UNLISTED,
    SY_HEALTH_HOME,
    SY_GROUPS
};

/* A kind of claim line: how often in its group, what it is, its mean price in dollars. */
struct sy_kind {
    enum sy_group group;
    int weight;
    enum ihp__service_class class_;
    const char *category, *procedure;
    int dollars;
};
extern const struct sy_kind ihp__sy_kinds[];
extern const size_t ihp__sy_kind_count; /* at most SY_KINDS_MAX */

/* In text order. */
extern const char *const ihp__sy_payers[SY_PAYERS];
extern const char *const ihp__sy_races[SY_RACES]; /* the first is blank */
extern const int ihp__sy_race_weights[SY_RACES];
extern const int ihp__sy_payer_weights[SY_PAYERS];

/* People of county number i in hundreds; its FIPS number is 27001 + 2 i. */
extern const int ihp__sy_county_people[SY_COUNTIES];

static inline uint32_t ihp__sy_county(size_t number)
{
    return 27001 + 2 * (uint32_t)number;
}

/* Longest text of an ACG or a member id, with its end. */
#define SY_ACG_TEXT    12
#define SY_MEMBER_TEXT (IHP__MEMBER_ID_MAX + 1)

/* "ACG001" .. "ACG100", "NONE". */
void ihp__sy_acg_text(unsigned acg, char text[SY_ACG_TEXT]);

/* "M0000000001" for member number 0: text order is the order of numbers. */
void ihp__sy_member_text(uint32_t member, char text[SY_MEMBER_TEXT]);

/* ---- providers (providers.c) ----------------------------------------------------------------- */

enum sy_block {
    SY_PARTNER_CLINICS,   /* billing NPIs on rosters, those of a partnership side by side */
    SY_PARTNER_DOCTORS,   /* SY_PARTNER_STAFF of each clinic, SY_PARTNER_PCPS of them first */
    SY_COMMUNITY_CLINICS, /* the first `community_primary` of them give primary care */
    SY_COMMUNITY_DOCTORS, /* SY_COMMUNITY_STAFF of each clinic */
    SY_HOSPITALS,
    SY_PHARMACIES,
    SY_DENTISTS,
    SY_AGENCIES,
    SY_BLOCKS
};
enum {
    SY_PARTNER_STAFF = 6,
    SY_PARTNER_PCPS = 4,
    SY_COMMUNITY_STAFF = 4,
    SY_COMMUNITY_PCPS = 3, /* at clinics of primary care */
};

/* Numbers of a block in dictionary/npi. */
struct sy_range {
    uint32_t first, count;
};

struct sy_providers {
    struct sy_range block[SY_BLOCKS];
    uint32_t community_primary;
    uint32_t count;    /* of all NPIs with the blank one, number 0 */
    int64_t *npi;      /* owned; by number */
    uint8_t *taxonomy; /* owned; number in `ihp__sy_taxonomies`, SY_NO_TAXONOMY none */
};
enum { SY_NO_TAXONOMY = 255 };

/* Taxonomies that providers have, in text order. */
extern const char *const ihp__sy_taxonomies[];
extern const size_t ihp__sy_taxonomy_count;

struct sy_model;
enum ihp_status ihp__sy_providers_make(struct sy_model *model, struct ihp_error *err);

/* Whether a doctor of a partner clinic (position in its block) is primary care. */
static inline bool ihp__sy_partner_is_pcp(uint32_t doctor)
{
    return doctor % SY_PARTNER_STAFF < SY_PARTNER_PCPS;
}

/* Whether he works there without being on the roster. */
static inline bool ihp__sy_off_roster(uint32_t doctor)
{
    return doctor % 17 == 3;
}

/* ---- the model (model.c) --------------------------------------------------------------------- */

struct sy_partnership {
    char id[IHP__ID_MAX + 1];
    double share;            /* of the people whose home is a partnership */
    double effect;           /* on amounts of the performance year: 1 + effect */
    double children;         /* share of children among its people */
    double severity;         /* shift of its people's morbidity */
    uint32_t county;         /* where most of its people live */
    struct sy_range clinics; /* positions in SY_PARTNER_CLINICS */
};

enum sy_visit_type {
    SY_PRIMARY,
    SY_SPECIALTY,
    SY_PHARMACY,
    SY_OUTPATIENT,
    SY_INPATIENT,
    SY_MENTAL,
    SY_DENTIST,
    SY_SUPPLIES,
    SY_NOT_CORE,
    SY_NOT_LISTED,
    SY_HOME_HEALTH, /* care coordination of a health home; not drawn by mix */
    SY_VISIT_TYPES
};

/* Mixes of visits: child or adult, light or heavy morbidity. */
enum { SY_MIXES = 4 };

/* Sizes of the tables to draw from, in bits of a word. */
enum {
    SY_KIND_BITS = 11,
    SY_MIX_BITS = 12,
    SY_MORE_BITS = 8,
    SY_LAG_BITS = 12,
    SY_PRICE_BITS = 12,
    SY_NORMAL_BITS = 12
};

struct sy_model {
    struct ihp_synth_options options;
    struct sy_partnership *partnership; /* owned; options.ihps of them */
    struct sy_providers providers;
    uint32_t *home_limit; /* owned; a word below limit k but not k - 1: home is partnership k */
    uint32_t county_limit[SY_COUNTIES]; /* likewise, by people */
    uint32_t payer_limit[SY_PAYERS], race_limit[SY_RACES];
    uint8_t kind_of[SY_GROUPS][1 << SY_KIND_BITS];
    uint8_t visit_of[SY_MIXES][1 << SY_MIX_BITS];
    uint8_t more_lines[SY_VISIT_TYPES][1 << SY_MORE_BITS];
    uint16_t lag[1 << SY_LAG_BITS];           /* days from service to payment */
    uint32_t price[1 << SY_PRICE_BITS];       /* of a line to its mean, in 1/4096 */
    double normal[(1 << SY_NORMAL_BITS) + 1]; /* quantiles; the ends are not used */
    double acg_cost[SY_ACGS];                 /* mean cost of a category to that of all */
    uint16_t kind_service[SY_KINDS_MAX];
    uint16_t kind_procedure[SY_KINDS_MAX]; /* number in dictionary/procedure, once that is known */
    int64_t kind_cents[SY_KINDS_MAX];
    uint16_t payer_number[SY_PAYERS]; /* number in dictionary/payer, likewise */
    int32_t first_day;                /* 2023-01-01 */
    int32_t month_start[SY_MONTHS + 1];
    char day_text[SY_DAYS][12]; /* "YYYY-MM-DD" of the days from the first */
};

/* Checks the options (IHP_ERR_USAGE) and makes the model. Not collective: alike on every rank. */
enum ihp_status ihp__sy_model_create(const struct ihp_synth_options *options, struct sy_model **out,
                                     struct ihp_error *err);
void ihp__sy_model_destroy(struct sy_model **model);

/* The standard normal quantile of a word. */
double ihp__sy_normal(const struct sy_model *model, uint32_t word);

/* The place of a word among ascending limits; the last where it is beyond all. */
uint32_t ihp__sy_among(const uint32_t *limit, uint32_t count, uint32_t word);

/* ---- a person (person.c, enrollment.c) ------------------------------------------------------- */

enum { SY_SPANS_MAX = SY_MONTHS + 1, SY_NOT_ENROLLED = 255, SY_RISKS_MAX = 10 };

struct sy_year {
    int home;        /* partnership, -1 a community clinic */
    uint32_t clinic; /* position in the block of clinics */
    unsigned acg;    /* SY_ACG_NONE: the grouper gave none */
    double severity; /* square root of the cost to be expected, to the mean */
    uint8_t mix;
    uint8_t months, month[12]; /* enrolled ones, months of the state */
    uint32_t price_q16;        /* factor on prices in 1/65536 */
};

struct sy_risk_row {
    int32_t month_from, month_to;
    uint8_t factor;
};

struct sy_person {
    uint32_t number;
    int32_t birth;
    uint32_t county;
    uint8_t sex, race;
    bool child; /* at the end of the three years */
    bool senior;
    bool health_home;
    uint8_t program[SY_MONTHS]; /* SY_NOT_ENROLLED where not enrolled */
    uint8_t exclusion[SY_MONTHS];
    uint8_t payer[SY_MONTHS];
    struct sy_year year[SY_YEARS];
    struct ihp__span span[SY_SPANS_MAX]; /* in store order; payers are numbers of ihp__sy_payers */
    size_t spans;
    struct sy_risk_row risk[SY_RISKS_MAX]; /* in store order */
    size_t risks;
    uint8_t coordination[SY_MONTHS]; /* enum ihp__coordination, SY_NOT_ENROLLED none */
};

/* Everything about a member but claims. */
void ihp__sy_person(const struct sy_model *model, uint32_t number, struct sy_person *person);

/* Parts of it, in this order: months with program, exclusion and payer; spans; social risk and care
 * coordination. */
void ihp__sy_enroll(const struct sy_model *model, struct sy_person *person);
void ihp__sy_circumstances(const struct sy_model *model, struct sy_person *person);

/* ---- visits (visits.c) ----------------------------------------------------------------------- */

/* A claim, and its reversal where `reversed`. Dates are days since 1970-01-01. */
struct sy_visit {
    uint16_t service, paid, reversal_paid;
    uint8_t type, lines, status, payer, year;
    bool reversed;
    uint32_t billing, treating; /* numbers in dictionary/npi */
    uint32_t index;             /* of its draws */
};

struct sy_visits {
    struct sy_visit *visit; /* owned */
    uint64_t *order;        /* owned; by service date: the low half is the place in `visit` */
    size_t count, capacity, order_capacity;
    uint64_t lines; /* claim lines, reversals too */
};

/* The visits of a person; `visits` is reused. False when memory is short. */
bool ihp__sy_visits(const struct sy_model *model, const struct sy_person *person,
                    struct sy_visits *visits);

/* Puts them in order. False when memory is short. */
bool ihp__sy_visits_sort(struct sy_visits *visits);
void ihp__sy_visits_free(struct sy_visits *visits);

/* ---- claim lines (lines.c) ------------------------------------------------------------------- */

/* Claim lines as columns, for `ihp__store_claims_write`; beside them the payer and kind of each as
 * numbers of the catalogue. */
struct sy_batch {
    size_t count, capacity;
    uint16_t *service_date, *known_from, *service, *procedure, *paid_date, *payer;
    int32_t *amount;
    uint32_t *billing, *treating;
    uint8_t *status, *kind, *payer_name;
    int64_t *line;
    char *claim_id;
};

/* Makes room for so many lines more; a batch begins as zeros. */
enum ihp_status ihp__sy_batch_reserve(struct sy_batch *batch, size_t lines, struct ihp_error *err);
void ihp__sy_batch_free(struct sy_batch *batch);

/* Adds the lines of a person's sorted visits; there must be room for visits->lines. */
void ihp__sy_lines(const struct sy_model *model, const struct sy_person *person,
                   const struct sy_visits *visits, struct sy_batch *batch);

#endif
