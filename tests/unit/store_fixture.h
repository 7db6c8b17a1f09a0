/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_fixture.h - small stores whose contents tests can work out: every value is a function of
 * the number of its row.
 *
 * A test calls `write_store`, or the parts of it: `begin_store`, `put_claims`. The parts return a
 * status, as some tests let them fail. */
#ifndef IHP_TEST_STORE_FIXTURE_H
#define IHP_TEST_STORE_FIXTURE_H

#include "files.h"
#include "store/store.h"

enum {
    ALL_COLUMNS = (1 << IHP__CLAIM_COLUMNS) - 1,
    CLAIM_ID_WIDTH = 6,
    ID_WIDTH = 6,
    VERSION_WIDTH = 2
};
enum { FIRST_DAY = 17000, LAST_STEP = 9000 }; /* 2016-07-18; all later lines have the same day */
enum { PAYERS = 2, ACGS = 3, PROCEDURES = 3, NPIS = 4 };

/* The store to write. Zero-initialised, it has no member. */
struct plan {
    uint64_t members;
    uint64_t (*lines_of)(uint64_t member); /* number of claim lines; NULL: none */
    size_t batch;                          /* lines written at once; 0: all */
    bool backwards;                        /* write the last batch first */
    bool wide;                             /* 64-bit amounts */
    bool compressed;
    int64_t salt;     /* added to every amount */
    int changed_line; /* from 1; 0 none: this line has another value in `changed_column` */
    int changed_column;
    bool swapped; /* swap the first two members' days of birth */
    bool life;    /* void dates, versions and dates of death */
};

static inline uint64_t zero_to_four_lines(uint64_t member)
{
    return member * 3 % 5;
}

static inline uint64_t spans_of(uint64_t member)
{
    return member % 3;
}

static inline uint64_t morbidity_of(uint64_t member)
{
    return (member + 1) % 2;
}

static inline struct ihp__span span_at(uint64_t i)
{
    return (struct ihp__span){(int32_t)(i % 600),
                              (int32_t)(i % 600 + i % 24),
                              (uint32_t)(27000 + i % 1000),
                              (uint16_t)(i % PAYERS),
                              (uint8_t)(i % 4),
                              (uint8_t)(i % 13)};
}

static inline struct ihp__morbidity morbidity_at(uint64_t i)
{
    return (struct ihp__morbidity){(int16_t)(2020 + i % 6), (uint16_t)(i % ACGS)};
}

static inline int32_t death_of(uint64_t member)
{
    return member % 2 == 0 ? IHP__NO_DEATH : (int32_t)(18000 + member);
}

/* Returns the value of a claim column in line i. The claim id is made elsewhere: 'C' and five
 * digits. */
static inline int64_t claim_value(int column, uint64_t i, const struct plan *plan)
{
    switch (column) {
    case IHP__CLAIM_SERVICE_DATE:
        return FIRST_DAY +
               (int64_t)(i < LAST_STEP ? i : LAST_STEP) * 5; /* days ascend, as in a store */
    case IHP__CLAIM_KNOWN_FROM:
        return ihp__known_from((uint8_t)claim_value(IHP__CLAIM_STATUS, i, plan),
                               (uint16_t)claim_value(IHP__CLAIM_PAID_DATE, i, plan),
                               plan->life ? (uint16_t)claim_value(IHP__CLAIM_VOID_DATE, i, plan)
                                          : IHP__NEVER_VOID);
    case IHP__CLAIM_SERVICE:
        return (int64_t)(i * 1003 % IHP__SERVICES);
    case IHP__CLAIM_AMOUNT:
        return (i % 2 == 0 ? 1 : -1) * (int64_t)i * 1000 + plan->salt;
    case IHP__CLAIM_PROCEDURE:
        return (int64_t)(i % PROCEDURES);
    case IHP__CLAIM_BILLING:
        return (int64_t)(i % NPIS);
    case IHP__CLAIM_TREATING:
        return (int64_t)(i / NPIS % NPIS);
    case IHP__CLAIM_PAID_DATE:
        return (int64_t)(i * 31 % 65536);
    case IHP__CLAIM_STATUS:
        return (int64_t)(i % 3);
    case IHP__CLAIM_PAYER:
        return (int64_t)(i % PAYERS);
    case IHP__CLAIM_LINE:
        return (int64_t)i * 10000000000LL - 5;
    case IHP__CLAIM_VOID_DATE:
        return i % 3 == 0 ? IHP__NEVER_VOID : 18000 + (int64_t)(i % 1000);
    default:
        return 0;
    }
}

/* Returns `count` elements of a claim column from line `first` on; the caller frees them. */
static inline void *claim_column(int column, uint64_t first, size_t count, const struct plan *plan)
{
    enum ihp__type type = ihp__column_type(ihp__column_of_claim(column), plan->wide);
    char *data = calloc(count + 1, 8);
    assert_non_null(data);
    for (size_t i = 0; i < count; i++) {
        int64_t value = claim_value(column, first + i, plan);
        uint64_t id = first + i;
        if ((uint64_t)plan->changed_line == first + i + 1 && plan->changed_column == column) {
            value++;
            id++;
        }
        switch (type) {
        case IHP__TYPE_U8:
            ((uint8_t *)data)[i] = (uint8_t)value;
            break;
        case IHP__TYPE_U16:
            ((uint16_t *)(void *)data)[i] = (uint16_t)value;
            break;
        case IHP__TYPE_U32:
            ((uint32_t *)(void *)data)[i] = (uint32_t)value;
            break;
        case IHP__TYPE_I32:
            ((int32_t *)(void *)data)[i] = (int32_t)value;
            break;
        case IHP__TYPE_TEXT:
            if (column == IHP__CLAIM_VERSION) {
                snprintf(data + i * VERSION_WIDTH, 8, "%s",
                         id % 4 == 0   ? ""
                         : id % 4 == 1 ? "r"
                                       : "v2");
                break;
            }
            snprintf(data + i * CLAIM_ID_WIDTH, 8, "C%05u", (unsigned)(id % 100000));
            break;
        default:
            ((int64_t *)(void *)data)[i] = value;
        }
    }
    return data;
}

static inline enum ihp_status put_claims(struct ihp__store_writer *writer, const struct plan *plan,
                                         uint64_t first, size_t count, struct ihp_error *err)
{
    void *column[IHP__CLAIM_COLUMNS];
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        column[c] = claim_column(c, first, count, plan);
    }
    struct ihp__claims claims = {
        .count = count,
        .service_date = column[IHP__CLAIM_SERVICE_DATE],
        .known_from = column[IHP__CLAIM_KNOWN_FROM],
        .service = column[IHP__CLAIM_SERVICE],
        .procedure = column[IHP__CLAIM_PROCEDURE],
        .paid_date = column[IHP__CLAIM_PAID_DATE],
        .payer = column[IHP__CLAIM_PAYER],
        .amount32 = plan->wide ? NULL : column[IHP__CLAIM_AMOUNT],
        .amount64 = plan->wide ? column[IHP__CLAIM_AMOUNT] : NULL,
        .billing = column[IHP__CLAIM_BILLING],
        .treating = column[IHP__CLAIM_TREATING],
        .status = column[IHP__CLAIM_STATUS],
        .line = column[IHP__CLAIM_LINE],
        .claim_id = column[IHP__CLAIM_CLAIM_ID],
        .claim_id_width = CLAIM_ID_WIDTH,
        .void_date = plan->life ? column[IHP__CLAIM_VOID_DATE] : NULL,
        .version = plan->life ? column[IHP__CLAIM_VERSION] : NULL,
        .version_width = plan->life ? VERSION_WIDTH : 0,
    };
    enum ihp_status status = ihp__store_claims_write(writer, first, &claims, err);
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        free(column[c]);
    }
    return status;
}

static inline enum ihp_status put_dictionary(struct ihp__store_writer *writer,
                                             enum ihp__column column, const char *const *text,
                                             size_t count, struct ihp_error *err)
{
    struct ihp__dict *dict = ihp__dict_create(100);
    for (size_t i = 0; i < count; i++) {
        ihp__dict_add(dict, text[i], strlen(text[i]));
    }
    enum ihp_status status = ihp__store_put_dict(writer, column, dict, err);
    ihp__dict_destroy(&dict);
    return status;
}

/* Puts an offset column, and sets `*rows` to its end. */
static inline enum ihp_status put_offsets(struct ihp__store_writer *writer, enum ihp__column column,
                                          uint64_t members, uint64_t (*rows_of)(uint64_t),
                                          uint64_t *rows, struct ihp_error *err)
{
    uint64_t *offset = calloc((size_t)members + 1, sizeof *offset);
    assert_non_null(offset);
    for (uint64_t m = 0; m < members; m++) {
        offset[m + 1] = offset[m] + (rows_of == NULL ? 0 : rows_of(m));
    }
    *rows = offset[members];
    enum ihp_status status = ihp__store_put(writer, column, 0, offset, members + 1, err);
    free(offset);
    return status;
}

/* A column of a small table to put. */
struct put {
    enum ihp__column column;
    size_t width; /* of texts */
    void *data;   /* freed once it is written */
};

static inline enum ihp_status put_columns(struct ihp__store_writer *writer, const struct put *put,
                                          size_t columns, uint64_t count, struct ihp_error *err)
{
    enum ihp_status status = IHP_OK;
    for (size_t c = 0; c < columns; c++) {
        if (status == IHP_OK) {
            status = ihp__store_put(writer, put[c].column, put[c].width, put[c].data, count, err);
        }
        free(put[c].data);
    }
    return status;
}

static inline enum ihp_status put_members(struct ihp__store_writer *writer, const struct plan *plan,
                                          struct ihp_error *err)
{
    size_t n = (size_t)plan->members;
    char *id = calloc(n + 1, 8);
    int32_t *birth = calloc(n + 1, sizeof *birth), *death = calloc(n + 1, sizeof *death);
    for (size_t m = 0; m < n; m++) {
        death[m] = death_of(m);
        snprintf(id + m * ID_WIDTH, 8, "M%05u", (unsigned)(m % 100000));
        birth[m] = (int32_t)(plan->swapped && m < 2 ? 1 - m : m % 20000) * 100 - 5000;
    }
    const struct put put[] = {{IHP__COLUMN_MEMBER_ID, ID_WIDTH, id},
                              {IHP__COLUMN_MEMBER_BIRTH, 0, birth},
                              {IHP__COLUMN_MEMBER_SEX, 0, calloc(n + 1, 1)},
                              {IHP__COLUMN_MEMBER_COUNTY, 0, calloc(n + 1, 4)},
                              {IHP__COLUMN_MEMBER_RACE, 0, calloc(n + 1, 2)},
                              {IHP__COLUMN_MEMBER_DEATH, 0, death}};
    if (!plan->life) {
        free(death);
    }
    return put_columns(writer, put, sizeof put / sizeof put[0] - (plan->life ? 0 : 1), n, err);
}

static inline enum ihp_status put_enrollment(struct ihp__store_writer *writer, uint64_t members,
                                             struct ihp_error *err)
{
    uint64_t n;
    if (put_offsets(writer, IHP__COLUMN_SPAN_OFFSET, members, spans_of, &n, err) != IHP_OK) {
        return err->status;
    }
    int32_t *from = calloc(n + 1, 4), *to = calloc(n + 1, 4);
    uint32_t *county = calloc(n + 1, 4);
    uint16_t *payer = calloc(n + 1, 2);
    uint8_t *program = calloc(n + 1, 1), *exclusion = calloc(n + 1, 1);
    for (size_t i = 0; i < n; i++) {
        struct ihp__span span = span_at(i);
        from[i] = span.month_from;
        to[i] = span.month_to;
        county[i] = span.county;
        payer[i] = span.payer;
        program[i] = span.major_program;
        exclusion[i] = span.exclusion;
    }
    const struct put put[] = {
        {IHP__COLUMN_SPAN_FROM, 0, from},           {IHP__COLUMN_SPAN_TO, 0, to},
        {IHP__COLUMN_SPAN_PROGRAM, 0, program},     {IHP__COLUMN_SPAN_PAYER, 0, payer},
        {IHP__COLUMN_SPAN_EXCLUSION, 0, exclusion}, {IHP__COLUMN_SPAN_COUNTY, 0, county}};
    return put_columns(writer, put, sizeof put / sizeof put[0], n, err);
}

static inline enum ihp_status put_morbidity(struct ihp__store_writer *writer, uint64_t members,
                                            struct ihp_error *err)
{
    uint64_t n;
    if (put_offsets(writer, IHP__COLUMN_MORBIDITY_OFFSET, members, morbidity_of, &n, err) !=
        IHP_OK) {
        return err->status;
    }
    int16_t *year = calloc(n + 1, 2);
    uint16_t *acg = calloc(n + 1, 2);
    for (size_t i = 0; i < n; i++) {
        year[i] = morbidity_at(i).year;
        acg[i] = morbidity_at(i).acg;
    }
    const struct put put[] = {{IHP__COLUMN_MORBIDITY_YEAR, 0, year},
                              {IHP__COLUMN_MORBIDITY_ACG, 0, acg}};
    return put_columns(writer, put, sizeof put / sizeof put[0], n, err);
}

static inline enum ihp_status put_dictionaries(struct ihp__store_writer *writer,
                                               struct ihp_error *err)
{
    static const char *const payer[PAYERS] = {"FFS", "MCO-BLUE"},
                             *const acg[ACGS] = {"0100", "0300", "NONE"},
                             *const procedure[PROCEDURES] = {"", "99213", "J1234"},
                             *const taxonomy[] = {"207Q00000X"}, *const race[] = {"", "White"};
    static const int64_t npi[NPIS] = {-1, 1000000001, 1000000002, 9999999999};
    static const uint32_t npi_taxonomy[NPIS] = {UINT32_MAX, 0, UINT32_MAX, 0};
    if (put_dictionary(writer, IHP__COLUMN_DICT_PAYER, payer, PAYERS, err) != IHP_OK ||
        put_dictionary(writer, IHP__COLUMN_DICT_ACG, acg, ACGS, err) != IHP_OK ||
        put_dictionary(writer, IHP__COLUMN_DICT_PROCEDURE, procedure, PROCEDURES, err) != IHP_OK ||
        put_dictionary(writer, IHP__COLUMN_DICT_TAXONOMY, taxonomy, 1, err) != IHP_OK ||
        put_dictionary(writer, IHP__COLUMN_DICT_RACE, race, 2, err) != IHP_OK ||
        ihp__store_put(writer, IHP__COLUMN_DICT_NPI, 0, npi, NPIS, err) != IHP_OK) {
        return err->status;
    }
    return ihp__store_put(writer, IHP__COLUMN_DICT_NPI_TAXONOMY, 0, npi_taxonomy, NPIS, err);
}

/* Creates a store and writes all but its claims; sets `*lines` to the plan's claim lines. */
static inline enum ihp_status begin_store(const char *path, const struct plan *plan,
                                          struct ihp__store_writer **writer, uint64_t *lines,
                                          struct ihp_error *err)
{
    assert_int_equal(ihp__store_create(path, MPI_COMM_NULL, writer, err), IHP_OK);
    if (put_dictionaries(*writer, err) != IHP_OK || put_members(*writer, plan, err) != IHP_OK ||
        put_enrollment(*writer, plan->members, err) != IHP_OK ||
        put_morbidity(*writer, plan->members, err) != IHP_OK) {
        return err->status;
    }
    return put_offsets(*writer, IHP__COLUMN_LINE_OFFSET, plan->members, plan->lines_of, lines, err);
}

static inline void write_store(const char *path, const struct plan *plan)
{
    struct ihp__store_writer *writer = NULL;
    struct ihp_error err = {0};
    uint64_t lines = 0;
    assert_int_equal(begin_store(path, plan, &writer, &lines, &err), IHP_OK);
    ihp__store_claims_life(writer, plan->life, plan->life ? VERSION_WIDTH : 0);
    assert_int_equal(ihp__store_claims_begin(writer, lines, CLAIM_ID_WIDTH, plan->wide, &err),
                     IHP_OK);
    size_t batch = plan->batch == 0 ? (size_t)lines + 1 : plan->batch;
    size_t batches = (size_t)(lines + batch - 1) / batch;
    for (size_t b = 0; b < batches; b++) {
        uint64_t first = (plan->backwards ? batches - 1 - b : b) * batch, left = lines - first;
        size_t count = left < batch ? (size_t)left : batch;
        assert_int_equal(put_claims(writer, plan, first, count, &err), IHP_OK);
    }
    if (plan->compressed) {
        ihp__store_set_compressed(writer);
    }
    if (ihp__store_commit(&writer, &err) != IHP_OK) {
        fail_msg("the store cannot be written: %s", err.text);
    }
    assert_null(writer);
}

static inline struct ihp__store *opened_store(const char *path)
{
    struct ihp__store *store = NULL;
    struct ihp_error err = {0};
    if (ihp__store_open(path, &store, &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
    return store;
}

#endif
