/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scans a store once: claims in batches, then members in blocks. */
#include "jobs/check/check_scan.h"

#include "base/npi.h"
#include "engine/claims_judge.h"

#include <stdlib.h>
#include <string.h>

enum { SCAN_LINES = 65536, SCAN_MEMBERS = 65536 };

static const unsigned scan_columns =
    IHP__COLUMN_BIT(IHP__CLAIM_SERVICE_DATE) | IHP__COLUMN_BIT(IHP__CLAIM_PAID_DATE) |
    IHP__COLUMN_BIT(IHP__CLAIM_STATUS) | IHP__COLUMN_BIT(IHP__CLAIM_SERVICE) |
    IHP__COLUMN_BIT(IHP__CLAIM_PAYER) | IHP__COLUMN_BIT(IHP__CLAIM_BILLING) |
    IHP__COLUMN_BIT(IHP__CLAIM_TREATING) | IHP__COLUMN_BIT(IHP__CLAIM_AMOUNT) |
    IHP__COLUMN_BIT(IHP__CLAIM_VOID_DATE) | IHP__COLUMN_BIT(IHP__CLAIM_CLAIM_ID) |
    IHP__COLUMN_BIT(IHP__CLAIM_KNOWN_FROM) | IHP__COLUMN_BIT(IHP__CLAIM_PROCEDURE);

/* The lines so far of one claim and day, which follow each other in a store. */
struct run {
    char id[IHP__CLAIM_ID_MAX];
    int64_t amount;
    uint32_t lines;
    ihp__day16 day;
    uint8_t service_class;
    uint16_t payer;
    bool varies; /* some line has another amount or service class than the first */
};

/* Ends the run of a claim. An amount that every line of a claim has may be that of the claim. */
static void end_claim(struct ihp__check_scan *scan, const struct run *run)
{
    enum { LINES_LEAST = 3 };
    bool several = run->lines >= LINES_LEAST;
    bool one_amount = several && !run->varies && run->amount != 0;
    if (several) {
        scan->several[run->service_class]++;
        scan->repeated[run->service_class] += one_amount;
        scan->payer[run->payer].several++;
        scan->payer[run->payer].one_amount += one_amount;
    }
}

static void follow_claim(struct ihp__check_scan *scan, struct run *run,
                         const struct ihp__claims *claims, size_t i)
{
    const char *id = claims->claim_id + i * claims->claim_id_width;
    int64_t amount = ihp__claim_amount(claims, i);
    uint8_t service_class = (uint8_t)(claims->service[i] / IHP__CATEGORIES);
    if (run->lines > 0 && run->day == claims->service_date[i] &&
        memcmp(run->id, id, claims->claim_id_width) == 0) {
        run->lines++;
        run->varies |= run->amount != amount || run->service_class != service_class;
        return;
    }
    end_claim(scan, run);
    *run = (struct run){.amount = amount,
                        .lines = 1,
                        .day = claims->service_date[i],
                        .payer = claims->payer[i],
                        .service_class = service_class};
    memcpy(run->id, id, claims->claim_id_width);
}

static int year_of_day16(ihp__day16 day)
{
    int year, month, date;
    ihp__civil_of_day(day, &year, &month, &date);
    return day == IHP__DAY16_BEFORE ? IHP__CHECK_FIRST_YEAR : year;
}

/* A scan of claims that is under way. */
struct scanning {
    struct ihp__check_scan *scan;
    const struct ihp__deck *deck; /* NULL: none */
    struct run run;
    struct ihp__reversal_day day;
    ihp__day16 day_of; /* the lines in `day`, */
    uint64_t member;   /* and their member */
    bool short_of_memory;
};

static void scan_line(struct ihp__check_scan *scan, const struct ihp__claims *claims, size_t i)
{
    int64_t amount = ihp__claim_amount(claims, i);
    ihp__day16 service = claims->service_date[i], paid = claims->paid_date[i];
    scan->status[claims->status[i]]++;
    scan->service_class[claims->service[i] / IHP__CATEGORIES]++;
    scan->service[claims->service[i]]++;
    scan->payer[claims->payer[i]].lines++;
    scan->year[year_of_day16(service) - IHP__CHECK_FIRST_YEAR]++;
    scan->npi_seen[claims->billing[i]] |= IHP__SEEN_BILLING;
    scan->npi_seen[claims->treating[i]] |= IHP__SEEN_TREATING;
    scan->procedure_seen[claims->procedure[i]] = 1;
    scan->treating_lines[claims->treating[i]]++;
    scan->wrong_npi_lines +=
        scan->npi_wrong[claims->billing[i]] | scan->npi_wrong[claims->treating[i]];
    scan->void_dates += claims->void_date != NULL && claims->void_date[i] != IHP__NEVER_VOID;
    scan->negative += amount < 0;
    scan->zero += amount == 0;
    scan->implausible += amount > IHP__IMPLAUSIBLE_CENTS || amount < -IHP__IMPLAUSIBLE_CENTS;
    scan->service_first = service < scan->service_first ? service : scan->service_first;
    scan->service_last = service > scan->service_last ? service : scan->service_last;
    scan->paid_first = paid < scan->paid_first ? paid : scan->paid_first;
    scan->paid_last = paid > scan->paid_last ? paid : scan->paid_last;
}

static bool enrolled_between(const struct ihp__members *members, size_t m, int32_t first,
                             int32_t last)
{
    for (uint64_t s = members->span_offset[m]; s < members->span_offset[m + 1]; s++) {
        if (members->span[s].month_from <= last && members->span[s].month_to >= first) {
            return true;
        }
    }
    return false;
}

/* Adds a line of a member of a block to its month, if it is or was paid. */
static void scan_month(struct scanning *s, const struct ihp__claims *claims, size_t i,
                       const struct ihp__members *members, size_t m)
{
    int32_t cutoff = ihp__claims_cutoff(s->deck, ihp__month_of_day(claims->service_date[i]));
    bool known = ihp__known(claims->known_from, claims->void_date, i,
                            (uint16_t)(cutoff < IHP__KNOWN_LATEST ? cutoff : IHP__KNOWN_LATEST));
    if (claims->known_from[i] == IHP__NEVER_KNOWN) {
        return;
    }
    struct ihp__payer_month_line line = {
        .service_date = claims->service_date[i],
        .paid_date = claims->paid_date[i],
        .payer = claims->payer[i],
        .service_class = (uint8_t)(claims->service[i] / IHP__CATEGORIES),
        .known = known,
        .cents = ihp__claim_amount(claims, i),
        .member = s->member,
    };
    s->short_of_memory |= !ihp__payer_months_add(&s->scan->months, &line, true);
    int32_t month = ihp__month_of_day(line.service_date);
    if (known && !enrolled_between(members, m, month, month)) {
        s->short_of_memory |= !ihp__payer_months_add(&s->scan->without, &line, false);
    }
    s->scan->payer[line.payer].paid += known;
    s->scan->payer[line.payer].paid_zero += known && line.cents == 0;
}

/* Counts what the lines of a member and day say together, and empties the day. */
static void end_day(struct scanning *s)
{
    ihp__reversals_sort(&s->day);
    ihp__reversals_repeated(&s->day, s->scan->payer);
    s->scan->unmatched += ihp__reversals_unmatched(&s->day);
}

/* Returns a hash of a claim id (FNV-1a). */
static uint64_t claim_hash(const struct ihp__claims *claims, size_t i)
{
    const char *id = claims->claim_id + i * claims->claim_id_width;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t c = 0; c < claims->claim_id_width && id[c] != '\0'; c++) {
        hash = (hash ^ (unsigned char)id[c]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* Adds a line to those of its member and day, if it was paid. */
static void scan_reversal(struct scanning *s, const struct ihp__claims *claims, size_t i,
                          uint64_t member)
{
    struct ihp__reversal_day *day = &s->day;
    int64_t amount = ihp__claim_amount(claims, i);
    if (s->member != member || s->day_of != claims->service_date[i]) {
        end_day(s);
        s->member = member;
        s->day_of = claims->service_date[i];
    }
    if (claims->status[i] == IHP__CLAIM_DENIED || amount == 0) {
        return;
    }
    if (!ihp__array_reserve(&day->line, &day->capacity, day->lines + 1, sizeof *day->line)) {
        s->short_of_memory = true;
        return;
    }
    day->line[day->lines++] =
        (struct ihp__reversal_line){.amount = amount < 0 ? (int64_t)(0 - (uint64_t)amount) : amount,
                                    .billing = claims->billing[i],
                                    .treating = claims->treating[i],
                                    .procedure = claims->procedure[i],
                                    .service = claims->service[i],
                                    .payer = claims->payer[i],
                                    .claim = claim_hash(claims, i),
                                    .negative = amount < 0,
                                    .paid = claims->status[i] == IHP__CLAIM_PAID};
    day->negative |= amount < 0;
}

/* Scans the lines of a block of members. */
static enum ihp_status scan_block(struct scanning *s, const struct ihp__store *store,
                                  const struct ihp__members *members,
                                  struct ihp__claim_buffer *buffer, struct ihp_error *err)
{
    const uint64_t *offset = members->claim_offset;
    uint64_t end = offset[members->range.count];
    size_t m = 0;
    for (uint64_t first = offset[0]; first < end; first += SCAN_LINES) {
        struct ihp__claims claims;
        size_t count = end - first < SCAN_LINES ? (size_t)(end - first) : SCAN_LINES;
        if (ihp__store_read_claims(store, first, count, buffer, &claims, err) != IHP_OK) {
            return err->status;
        }
        for (size_t i = 0; i < count; i++) {
            while (first + i >= offset[m + 1]) {
                m++;
            }
            scan_reversal(s, &claims, i, members->range.first + m);
            scan_line(s->scan, &claims, i);
            scan_month(s, &claims, i, members, m);
            follow_claim(s->scan, &s->run, &claims, i);
        }
    }
    return s->short_of_memory ? ihp__fail_memory(err, "the check") : IHP_OK;
}

static enum ihp_status scan_claims(const struct ihp__store *store, const struct ihp__deck *deck,
                                   struct ihp__check_scan *scan, struct ihp_error *err)
{
    struct ihp__claim_buffer *buffer;
    struct ihp__members members = {0};
    struct scanning s = {.scan = scan, .deck = deck};
    uint64_t all = ihp__store_info(store)->members;
    if (ihp__claim_buffer_create(store, scan_columns, SCAN_LINES, &buffer, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = IHP_OK;
    for (uint64_t first = 0; first < all && status == IHP_OK; first += SCAN_MEMBERS) {
        struct ihp__range range = {first, all - first < SCAN_MEMBERS ? all - first : SCAN_MEMBERS};
        status = ihp__store_read_members(store, range, &members, err);
        if (status == IHP_OK) {
            status = scan_block(&s, store, &members, buffer, err);
        }
    }
    end_claim(scan, &s.run);
    end_day(&s);
    free(s.day.line);
    ihp__members_free(&members);
    ihp__claim_buffer_destroy(&buffer);
    return status;
}

/* Finds the years of service that lines have, in which morbidity is looked for. */
static enum ihp_status find_years(struct ihp__check_scan *scan, struct ihp_error *err)
{
    int first = 0, last = IHP__CHECK_YEARS - 1;
    while (first <= last && scan->year[first] == 0) {
        first++;
    }
    while (last > first && scan->year[last] == 0) {
        last--;
    }
    scan->year_first = IHP__CHECK_FIRST_YEAR + first;
    scan->year_last = IHP__CHECK_FIRST_YEAR + last;
    scan->without_acg = calloc(IHP__CHECK_YEARS + 1, sizeof *scan->without_acg);
    scan->enrolled = calloc(IHP__CHECK_YEARS + 1, sizeof *scan->enrolled);
    return scan->without_acg != NULL && scan->enrolled != NULL ? IHP_OK
                                                               : ihp__fail_memory(err, "the check");
}

static bool has_acg(const struct ihp__members *members, size_t m, int year)
{
    for (uint64_t i = members->morbidity_offset[m]; i < members->morbidity_offset[m + 1]; i++) {
        if (members->morbidity[i].year == year) {
            return true;
        }
    }
    return false;
}

/* Compares a member's enrollment with its life. */
static void scan_life(struct ihp__check_scan *scan, const struct ihp__members *members, size_t m,
                      int32_t birth_day)
{
    int32_t death_day = members->death_day == NULL ? IHP__NO_DEATH : members->death_day[m];
    scan->members_before_birth +=
        enrolled_between(members, m, INT32_MIN, ihp__month_of_day(birth_day) - 1);
    scan->members_died += death_day != IHP__NO_DEATH;
    scan->members_after_death +=
        death_day != IHP__NO_DEATH &&
        enrolled_between(members, m, ihp__month_of_day(death_day) + 1, INT32_MAX);
}

/* Counts the members of a block that are enrolled in the last month of service and have no line in
 * the twelve months that end with it. A member's last line is its latest. */
static enum ihp_status scan_recent(const struct ihp__store *store, struct ihp__check_scan *scan,
                                   const struct ihp__members *members,
                                   struct ihp__claim_buffer *buffer, struct ihp_error *err)
{
    struct ihp__claims claims = {0};
    int32_t last = ihp__month_of_day(scan->service_last);
    uint64_t lines = ihp__store_info(store)->lines;
    for (size_t m = 0; lines > 0 && m < members->range.count; m++) {
        uint64_t end = members->claim_offset[m + 1];
        int32_t month = INT32_MIN;
        if (end > members->claim_offset[m]) {
            if (claims.count == 0 || end > claims.first + claims.count) {
                uint64_t left = lines - (end - 1);
                size_t count = left < SCAN_LINES ? (size_t)left : SCAN_LINES;
                if (ihp__store_read_claims(store, end - 1, count, buffer, &claims, err) != IHP_OK) {
                    return err->status;
                }
            }
            month = ihp__month_of_day(claims.service_date[end - 1 - claims.first]);
        }
        scan->members_without_recent_line +=
            month < last - 11 && enrolled_between(members, m, last, last);
    }
    return IHP_OK;
}

/* Returns true if an earlier span of a member has a month with the same payer. */
static bool enrolled_earlier(const struct ihp__members *members, uint64_t first, uint64_t span,
                             int32_t month)
{
    for (uint64_t s = span - first > 64 ? span - 64 : first; s < span; s++) {
        if (members->span[s].payer == members->span[span].payer &&
            members->span[s].month_from <= month && members->span[s].month_to >= month) {
            return true;
        }
    }
    return false;
}

/* Adds a member's months with each payer, from the first to the last month of service. Those of a
 * deck's periods count in the months by payer in any case: a month without lines is missed only if
 * it has members. */
static bool scan_months(struct ihp__check_scan *scan, const struct ihp__members *members, size_t m)
{
    int32_t low = ihp__month_of_day(scan->service_first);
    int32_t high = ihp__month_of_day(scan->service_last);
    uint64_t first = members->span_offset[m], end = members->span_offset[m + 1], enrolled = 0;
    bool silent = members->claim_offset[m] == members->claim_offset[m + 1];
    for (uint64_t s = first; s < end; s++) {
        const struct ihp__span *span = &members->span[s];
        int32_t from = low < scan->due_first ? low : scan->due_first;
        int32_t to = high > scan->due_last ? high : scan->due_last;
        bool other = span->major_program == IHP__MAJOR_PROGRAM_OTHER;
        from = span->month_from > from ? span->month_from : from;
        to = span->month_to < to ? span->month_to : to;
        for (int32_t month = from; month <= to; month++) {
            bool served = month >= low && month <= high;
            scan->span_months += served;
            scan->other_months += served && other;
            if (!enrolled_earlier(members, first, s, month)) {
                enrolled += served;
                if (!ihp__payer_months_enroll(&scan->months, span->payer, month, 1)) {
                    return false;
                }
            }
        }
    }
    if (enrolled >= 12) {
        struct ihp__payer_scan *payer = &scan->payer[members->span[end - 1].payer];
        payer->members++;
        payer->silent += silent;
    }
    return true;
}

static void scan_member(struct ihp__check_scan *scan, const struct ihp__members *members, size_t m)
{
    scan->members_without_claims += members->claim_offset[m] == members->claim_offset[m + 1];
    scan->members_without_spans += members->span_offset[m] == members->span_offset[m + 1];
    for (uint64_t s = members->span_offset[m]; s < members->span_offset[m + 1]; s++) {
        const struct ihp__span *span = &members->span[s];
        scan->month_first =
            span->month_from < scan->month_first ? span->month_from : scan->month_first;
        scan->month_last = span->month_to > scan->month_last ? span->month_to : scan->month_last;
    }
    for (int year = scan->year_first; year <= scan->year_last; year++) {
        int32_t first = (year - 1970) * 12;
        if (enrolled_between(members, m, first, first + 11)) {
            scan->enrolled[year - scan->year_first]++;
            scan->without_acg[year - scan->year_first] += !has_acg(members, m, year);
        }
    }
}

static enum ihp_status scan_members(const struct ihp__store *store, struct ihp__check_scan *scan,
                                    struct ihp_error *err)
{
    uint64_t all = ihp__store_info(store)->members;
    struct ihp__members members = {0};
    struct ihp__people people = {0};
    struct ihp__claim_buffer *buffer;
    if (find_years(scan, err) != IHP_OK ||
        ihp__claim_buffer_create(store, IHP__COLUMN_BIT(IHP__CLAIM_SERVICE_DATE), SCAN_LINES,
                                 &buffer, err) != IHP_OK) {
        return err->status;
    }
    for (uint64_t first = 0; first < all && err->status == IHP_OK; first += SCAN_MEMBERS) {
        struct ihp__range range = {first, all - first < SCAN_MEMBERS ? all - first : SCAN_MEMBERS};
        if (ihp__store_read_members(store, range, &members, err) != IHP_OK ||
            ihp__store_read_people(store, range, IHP__PEOPLE_BIRTH, &people, err) != IHP_OK ||
            scan_recent(store, scan, &members, buffer, err) != IHP_OK) {
            break;
        }
        for (size_t m = 0; m < range.count; m++) {
            scan_member(scan, &members, m);
            scan_life(scan, &members, m, people.birth_day[m]);
            if (!scan_months(scan, &members, m)) {
                ihp__error_set(err, IHP_ERR_RUN, "out of memory for the check");
            }
        }
    }
    ihp__members_free(&members);
    ihp__people_free(&people);
    ihp__claim_buffer_destroy(&buffer);
    return err->status;
}

enum ihp_status ihp__check_scan_store(const struct ihp__store *store, const struct ihp__deck *deck,
                                      struct ihp__check_scan *scan, struct ihp_error *err)
{
    const struct ihp__store_info *info = ihp__store_info(store);
    struct ihp__check_scan fresh = {
        .payer = calloc(info->payers + 1, sizeof *fresh.payer),
        .service = calloc(IHP__SERVICES, sizeof *fresh.service),
        .npi_seen = calloc(info->npis + 1, sizeof *fresh.npi_seen),
        .treating_lines = calloc(info->npis + 1, sizeof *fresh.treating_lines),
        .npi_wrong = calloc(info->npis + 1, sizeof *fresh.npi_wrong),
        .procedure_seen = calloc(info->procedures + 1, sizeof *fresh.procedure_seen),
        .service_first = IHP__DAY16_AFTER,
        .paid_first = IHP__DAY16_AFTER,
        .month_first = INT32_MAX,
        .month_last = INT32_MIN,
        .due_first = deck == NULL ? INT32_MAX : ihp__claims_first_month(deck),
        .due_last = deck == NULL ? INT32_MIN : ihp__period_last_month(&deck->performance),
    };
    for (size_t n = 0; fresh.npi_wrong != NULL && n < info->npis; n++) {
        fresh.npi_wrong[n] = !ihp__npi_check_digit_fits(info->npi[n]);
    }
    enum ihp_status status = fresh.payer == NULL || fresh.service == NULL ||
                                     fresh.npi_seen == NULL || fresh.treating_lines == NULL ||
                                     fresh.npi_wrong == NULL || fresh.procedure_seen == NULL
                                 ? ihp__fail_memory(err, "the check")
                                 : scan_claims(store, deck, &fresh, err);
    if (status == IHP_OK) {
        status = scan_members(store, &fresh, err);
    }
    if (status == IHP_OK) {
        ihp__payer_months_sort(&fresh.months);
        ihp__payer_months_sort(&fresh.without);
        *scan = fresh;
    } else {
        ihp__check_scan_free(&fresh);
    }
    return status;
}

void ihp__check_scan_free(struct ihp__check_scan *scan)
{
    free(scan->payer);
    free(scan->service);
    free(scan->npi_seen);
    free(scan->treating_lines);
    free(scan->npi_wrong);
    free(scan->procedure_seen);
    free(scan->without_acg);
    free(scan->enrolled);
    ihp__payer_months_free(&scan->months);
    ihp__payer_months_free(&scan->without);
    *scan = (struct ihp__check_scan){0};
}
