/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members who joined or left an IHP since an earlier package. */
#include "files.h"
#include "jobs/package/package.h"
#include "result/package.h"

#define HEADER                                                                                     \
    "member_id,birth_date,period,reason,window,member_months,cost,capped_cost,acg,weight\n"
#define REST ",0.00,0.00,LOW,1\n"

enum { MEMBERS = 4, OWN = 1, OTHER = 0 };

static const char ids[MEMBERS][IHP__MEMBER_ID_MAX + 1] = {"B", "C", "E", "F"};
static const int32_t births[MEMBERS] = {0, 1, 2, 3};

/* Today: B and C are OWN's, E is another IHP's, F is not attributed. */
static const struct ihp__member_fact facts[MEMBERS * IHP__PERIODS] = {
    {.partnership = -1, .reason = IHP__REASON_NO_EM},
    {.partnership = OWN, .reason = IHP__REASON_PRIMARY_CARE},
    {.partnership = OWN, .reason = IHP__REASON_HEALTH_HOME},
    {.partnership = OWN, .reason = IHP__REASON_SPECIALTY},
    {.partnership = -1, .reason = IHP__REASON_NO_EM},
    {.partnership = OTHER, .reason = IHP__REASON_PRIMARY_CARE},
    {.partnership = -1, .reason = IHP__REASON_NO_EM},
    {.partnership = -1, .reason = IHP__REASON_ENROLLMENT},
};
static const struct ihp__package_members members = {
    .range = {0, MEMBERS}, .fact = facts, .ids = ids, .birth_day = births};
static const struct ihp__id_bounds everybody = {.any = true};

static struct ihp__package_changes found; /* of the last `find` */

static enum ihp_status find(const char *rows, const struct ihp__id_bounds *bounds,
                            struct ihp_error *err)
{
    char text[2000];
    free(found.change);
    found = (struct ihp__package_changes){0};
    *err = (struct ihp_error){0};
    if (rows != NULL) {
        snprintf(text, sizeof text, HEADER "%s", rows);
        write_text(in_folder("protected_members.csv"), text);
    }
    return ihp__package_changes_find(rows == NULL ? NULL : in_folder("protected_members.csv"),
                                     &members, OWN, bounds, &found, err);
}

/* Lists the changes as "in C performance SPECIALTY<-;" and so on. */
static void assert_found(const char *rows, const struct ihp__id_bounds *bounds, const char *wanted)
{
    struct ihp_error err;
    char seen[1000] = "";
    if (find(rows, bounds, &err) != IHP_OK) {
        fail_msg("%s", err.text);
    }
    for (size_t i = 0; i < found.changes; i++) {
        const struct ihp__package_change *c = &found.change[i];
        size_t used = strlen(seen);
        snprintf(seen + used, sizeof seen - used, "%s %s %s %d %s<-%s;", c->in ? "in" : "out",
                 c->member_id, ihp__period_text(c->period), c->birth_day,
                 ihp__change_reason_text(c->reason_now),
                 c->reason_then < 0 ? "" : ihp__change_reason_text(c->reason_then));
    }
    assert_string_equal(seen, wanted);
}

static void test_new(void **state)
{
    (void)state;
    assert_found(NULL, &everybody,
                 "in C base 1 HEALTH_HOME<-;in B performance 0 PRIMARY_CARE<-;"
                 "in C performance 1 SPECIALTY<-;");
    assert_int_equal(found.moves.in[IHP__BASE][IHP__REASON_HEALTH_HOME], 1);
    assert_int_equal(found.moves.in[IHP__PERFORMANCE][IHP__REASON_SPECIALTY], 1);
    assert_int_equal(found.moves.then[IHP__PERFORMANCE].enrolled, 0);
}

static void test_came_and_left(void **state)
{
    (void)state;
    /* A, D and G are not in the store any more; C has another reason, which is not a
     * change of IHP. */
    assert_found(
        "C,1970-01-02,base,PRIMARY_CARE,1,12" REST "A,1960-01-01,performance,PRIMARY_CARE,1,12" REST
        "C,1970-01-02,performance,PRIMARY_CARE,2,11" REST
        "D,1970-01-11,performance,TIE_BREAK,1,9" REST
        "E,1970-01-03,performance,PRIMARY_CARE,1,12" REST
        "F,1970-01-04,performance,OVERRIDE,1,0" REST "G,1970-01-31,performance,SPECIALTY,1,12" REST,
        &everybody,
        "out A performance -3653 NOT_IN_STORE<-PRIMARY_CARE;"
        "in B performance 0 PRIMARY_CARE<-;"
        "out D performance 10 NOT_IN_STORE<-TIE_BREAK;"
        "out E performance 2 OTHER_IHP<-PRIMARY_CARE;"
        "out F performance 3 ENROLLMENT<-OVERRIDE;"
        "out G performance 30 NOT_IN_STORE<-SPECIALTY;");
    const struct ihp__package_moves *m = &found.moves;
    assert_int_equal(m->out[IHP__PERFORMANCE][IHP__CHANGE_NOT_IN_STORE], 3);
    assert_int_equal(m->out[IHP__PERFORMANCE][IHP__CHANGE_OTHER_IHP], 1);
    assert_int_equal(m->out[IHP__PERFORMANCE][IHP__REASON_ENROLLMENT], 1);
    assert_int_equal(m->in[IHP__PERFORMANCE][IHP__REASON_PRIMARY_CARE], 1);
    assert_int_equal(m->then[IHP__PERFORMANCE].members[IHP__REASON_PRIMARY_CARE * 2], 2);
    assert_int_equal(m->then[IHP__PERFORMANCE].members[IHP__REASON_PRIMARY_CARE * 2 + 1], 1);
    assert_int_equal(m->then[IHP__PERFORMANCE].enrolled, 5); /* F had no month */
    assert_int_equal(m->then[IHP__BASE].enrolled, 1);
}

/* A rank answers for the ids from its first member to the next rank's. */
static void test_bounds(void **state)
{
    (void)state;
    static const char rows[] = "A,1960-01-01,performance,PRIMARY_CARE,1,12" REST
                               "B,1970-01-01,performance,PRIMARY_CARE,1,12" REST
                               "G,1970-01-31,performance,SPECIALTY,1,12" REST;
    const struct ihp__id_bounds from_b = {.low = "B", .any = true};
    const struct ihp__id_bounds to_g = {.high = "G", .any = true, .has_high = true};
    const struct ihp__id_bounds none = {.low = ""};
    assert_found(rows, &from_b,
                 "in C base 1 HEALTH_HOME<-;in C performance 1 SPECIALTY<-;"
                 "out G performance 30 NOT_IN_STORE<-SPECIALTY;");
    assert_int_equal(found.moves.then[IHP__PERFORMANCE].enrolled, 2);
    assert_found(rows, &to_g,
                 "in C base 1 HEALTH_HOME<-;"
                 "out A performance -3653 NOT_IN_STORE<-PRIMARY_CARE;"
                 "in C performance 1 SPECIALTY<-;");
    struct ihp_error err;
    assert_int_equal(find(rows, &none, &err), IHP_OK);
    assert_int_equal(found.moves.then[IHP__PERFORMANCE].enrolled, 0);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *rows, *part;
    } cases[] = {
        {"SECRET X,1970-01-01,base,PRIMARY_CARE,1,12" REST, ":2: is not a row"},
        {"SECRET,01.01.1970,base,PRIMARY_CARE,1,12" REST, ":2: is not a row"},
        {"SECRET,1970-01-01,look-back,PRIMARY_CARE,1,12" REST, ":2: is not a row"},
        {"SECRET,1970-01-01,base,PRIMARY,1,12" REST, ":2: is not a row"},
        {"SECRET,1970-01-01,base,PRIMARY_CARE,3,12" REST, ":2: is not a row"},
        {"SECRET,1970-01-01,base,PRIMARY_CARE,1,13" REST, ":2: is not a row"},
        {"SECRET,1970-01-01,base,PRIMARY_CARE,1" REST, ":2: "},
        {"SECRET,1970-01-01,base,PRIMARY_CARE,1,12" REST
         "SECRET,1970-01-01,base,PRIMARY_CARE,1,12" REST,
         ":3: is out of order"},
        {"SECRET,1970-01-01,base,PRIMARY_CARE,1,12" REST
         "SECRE,1970-01-01,base,PRIMARY_CARE,1,12" REST,
         ":3: is out of order"},
        {"SECRET,1970-01-01,performance,PRIMARY_CARE,1,12" REST
         "SECRETS,1970-01-01,base,PRIMARY_CARE,1,12" REST,
         ":3: is out of order"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp_error err;
        assert_int_equal(find(cases[i].rows, &everybody, &err), IHP_ERR_DATA);
        assert_error(&err, IHP_ERR_DATA, "protected_members.csv");
        assert_error(&err, IHP_ERR_DATA, cases[i].part);
        assert_null(strstr(err.text, "SECRET"));
    }
    free(found.change);
    found = (struct ihp__package_changes){0};
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_new),
        IN_FOLDER(test_came_and_left),
        IN_FOLDER(test_bounds),
        IN_FOLDER(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
