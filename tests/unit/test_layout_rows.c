/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a layout makes of rows: columns, constants, joins, lookups, rules, dates, months, and rows
 * that are left out. */
#include "layout_fixture.h"

#define SPANS_ONLY "enrollment: {columns: {member_id: ID, month_from: A, month_to: B, "

static void column_of_another_name(void **state)
{
    (void)state;
    struct reading r;
    begin_reading(&r, good_layout("claims:\n  columns: {claim_id: ICN, paid_amount: AMT}\n"),
                  CLAIMS);
    assert_int_equal(
        apply(&r, "ICN=C1;service_date=2024-01-02;service_class=HOSP;county=27053;AMT= 1"),
        IHP__LAYOUT_KEPT);
    assert_field(&r, CLAIM_ID, "C1");
    assert_field(&r, CLAIM_DATE, "2024-01-02");
    assert_field(&r, CLAIM_CLASS, "HOSP");
    assert_field(&r, CLAIM_AMOUNT, " 1"); /* the import says what a blank means */
    assert_ptr_equal(r.made.row.field[CLAIM_VERSION], ihp__csv_absent);
    assert_string_equal(r.made.row.file, "f.psv");
    assert_int_equal(r.made.row.line, 7);
    assert_string_equal(r.made.row.column[CLAIM_ID].name, "claim_id");
    end_reading(&r);
}

static void what_to_read(void **state)
{
    (void)state;
    struct ihp__layout *layout = good_layout(
        "claims:\n  columns:\n    claim_id: {join: [ICN, ' icn ', SEQ]}\n    paid_amount: [A, B]\n"
        "    service_class: CLASS\n    county: {text: '27', then: CNTY}\n");
    struct ihp__layout_columns columns = ihp__layout_columns(layout, CLAIMS);
    static const struct {
        const char *name;
        bool required, is_text;
    } expected[] = {{"ICN", true, true},
                    {"SEQ", true, true}, /* a number would make another claim_id */
                    {"A", true, false},
                    {"B", true, false},
                    {"CLASS", true, true},
                    {"CNTY", true, true},
                    {"service_date", true, false},
                    {"version", false, true}};
    assert_int_equal(columns.count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < columns.count; i++) {
        assert_string_equal(columns.column[i].name, expected[i].name);
        assert_int_equal(columns.column[i].required, expected[i].required);
        assert_int_equal(columns.texts >> i & 1, expected[i].is_text);
    }
    assert_true(ihp__layout_has(layout, CLAIMS));
    assert_false(ihp__layout_has(layout, SPANS));
    assert_false(ihp__layout_names_files(layout, CLAIMS));
    ihp__layout_free(&layout);
}

static void texts_put_together(void **state)
{
    (void)state;
    struct reading r;
    begin_reading(&r,
                  good_layout("claims:\n  columns:\n"
                              "    claim_id: {join: [{constant: IP}, ICN, ADJ], with: '-'}\n"
                              "    service_date: [D1, D2, {constant: '2020-01-01'}]\n"
                              "    county: {text: '27', then: CNTY}\n"
                              "    service_class: {constant: PROF}\n"
                              "    paid_amount: {column: AMT}\n"),
                  CLAIMS);
    assert_int_equal(apply(&r, "ICN= 12 ;ADJ=;D1= ;D2=2024-05-06;CNTY=053 ;AMT=1"),
                     IHP__LAYOUT_KEPT);
    assert_field(&r, CLAIM_ID, "IP-12"); /* a blank part is left out with its '-' */
    assert_field(&r, CLAIM_DATE, "2024-05-06");
    assert_field(&r, CLAIM_COUNTY, "27053");
    assert_field(&r, CLAIM_CLASS, "PROF");
    assert_int_equal(apply(&r, "ICN=12;ADJ=3;D1=;D2=;CNTY=  ;AMT=1"), IHP__LAYOUT_KEPT);
    assert_field(&r, CLAIM_ID, "IP-12-3");
    assert_field(&r, CLAIM_DATE, "2020-01-01");
    assert_field(&r, CLAIM_COUNTY, ""); /* and not "27" */
    end_reading(&r);
}

static void lookup(void **state)
{
    (void)state;
    struct reading r;
    write_text(in_folder("map.csv"), "code,program\r\nMA,MA\r\n NM ,\"MCRE\"\r\n,none\r\n");
    begin_reading(&r, good_layout(SPANS_ONLY "program: {lookup: map.csv, from: P, key: code}}}\n"),
                  SPANS);
    assert_int_equal(apply(&r, "ID=1;A=2024-01;B=;P=NM"), IHP__LAYOUT_KEPT);
    assert_field(&r, SPAN_PROGRAM, "MCRE");
    assert_int_equal(apply(&r, "ID=1;A=2024-01;B=;P= MA "), IHP__LAYOUT_KEPT);
    assert_field(&r, SPAN_PROGRAM, "MA");
    assert_int_equal(apply(&r, "ID=1;A=2024-01;B=;P="), IHP__LAYOUT_KEPT);
    assert_field(&r, SPAN_PROGRAM, "none");
    assert_int_equal(apply(&r, "ID=1;A=2024-01;B=;P=nm"), IHP__LAYOUT_KEPT);
    assert_field(&r, SPAN_PROGRAM, "MCRE"); /* case does not count */
    assert_int_equal(apply(&r, "ID=1;A=2024-01;B=;P=M"), IHP__LAYOUT_BAD);
    assert_string_equal(r.made.problem,
                        "program: map.csv has no key for a value of P; add it there, "
                        "or give the key 'otherwise' on line 1 of layout.yaml");
    assert_field(&r, SPAN_MEMBER, "1");
    end_reading(&r);
}

static void assert_told(struct ihp__layout *layout, const char *first, const char *second)
{
    struct ihp_notices notices = {0};
    ihp__layout_tell(layout, &notices);
    assert_int_equal(notices.count, (first != NULL) + (second != NULL));
    assert_true(first == NULL || strcmp(notices.text[0], first) == 0);
    assert_true(second == NULL || strcmp(notices.text[1], second) == 0);
    ihp_notices_clear(&notices);
}

static void otherwise(void **state)
{
    (void)state;
    struct reading r;
    write_text(in_folder("map.csv"), "code,program\nMA,MA\n");
    begin_reading(
        &r,
        good_layout(SPANS_ONLY "program: {lookup: map.csv, from: P, key: code, otherwise: ''}}}\n"),
        SPANS);
    assert_int_equal(apply(&r, "ID=1;A=2024-01;B=;P=XX"), IHP__LAYOUT_KEPT);
    assert_field(&r, SPAN_PROGRAM, "");
    assert_int_equal(apply(&r, "ID=1;A=2024-01;B=;P=AB"), IHP__LAYOUT_KEPT);
    assert_int_equal(apply(&r, "ID=1;A=2024-01;B=;P= XX"), IHP__LAYOUT_KEPT);
    assert_int_equal(apply(&r, "ID=1;A=2024-01;B=;P=JOHN"), IHP__LAYOUT_KEPT); /* is no code */
    assert_told(r.layout,
                "map.csv: has no key for 4 rows of enrollment, whose program 'otherwise' gives: "
                "AB (1); XX (2); others (1)",
                NULL);
    end_reading(&r);
    begin_reading(&r,
                  good_layout(SPANS_ONLY
                              "program: {lookup: map.csv, from: [P, Q], key: code, otherwise: "
                              "{column: Q}}}}\n"),
                  SPANS);
    assert_int_equal(apply(&r, "ID=1;A=2024-01;B=;P=;Q=ZZ"), IHP__LAYOUT_KEPT);
    assert_field(&r, SPAN_PROGRAM, "ZZ");
    end_reading(&r);
}

static void rules(void **state)
{
    (void)state;
    struct reading r;
    write_text(in_folder("services.csv"), "TYPE,BILL,PROC,service_class,note\n"
                                          "1,0110..0119,,IP,hospital\n"
                                          "1|A,(blank),,NONE,\n"
                                          "1,*,,OP,\n"
                                          "2,,G0*,GEE,\n"
                                          "2,,A0000..B9999,AB,\n"
                                          "3,,,THREE,\n");
    struct ihp__layout *layout = good_layout(
        "claims:\n  columns: {service_class: {rules: services.csv}, paid_amount: AMT}\n");
    begin_reading(&r, layout, CLAIMS);
    static const struct {
        const char *row, *service_class;
    } expected[] = {
        {"TYPE=1;BILL=0111;PROC=", "IP"},   {"TYPE=1;BILL=111 ;PROC=", "IP"},
        {"TYPE=1;BILL=120;PROC=", "OP"},    {"TYPE=1;BILL=11x;PROC=", "OP"},
        {"TYPE=a;BILL= ;PROC=", "NONE"},    {"TYPE=2;BILL=;PROC=g0438", "GEE"},
        {"TYPE=2;BILL=;PROC=G1", NULL},     {"TYPE=2;BILL=;PROC=b0001", "AB"},
        {"TYPE=2;BILL=;PROC=B00010", NULL}, {"TYPE=A;BILL=1;PROC=", NULL},
        {"TYPE=;BILL=;PROC=", NULL},
    };
    const size_t rows = sizeof expected / sizeof expected[0];
    for (size_t n = 0; n < 2 * rows; n++) { /* the second time the rule is remembered */
        size_t i = n % rows;
        if (expected[i].service_class == NULL) {
            assert_int_equal(apply(&r, expected[i].row), IHP__LAYOUT_BAD);
            assert_non_null(strstr(r.made.problem, "services.csv has no rule that fits the row"));
        } else {
            assert_int_equal(apply(&r, expected[i].row), IHP__LAYOUT_KEPT);
            assert_field(&r, CLAIM_CLASS, expected[i].service_class);
        }
    }
    size_t count;
    const uint64_t hits[] = {4, 2, 4, 2, 2, 0}, *seen = ihp__layout_hits(layout, &count);
    assert_int_equal(count, 6);
    assert_memory_equal(seen, hits, sizeof hits);
    end_reading(&r);
}

static void dates(void **state)
{
    (void)state;
    static const struct {
        const char *form, *text, *made;
    } expected[] = {
        {"CCYYMMDD", "20240229", "2024-02-29"},
        {"CCYYMMDD", "20230229", NULL},
        {"CCYYMMDD", "2024-02-29 00:00:00", "2024-02-29"},
        {"MM/DD/YYYY", "06/04/2023", "2023-06-04"},
        {"MM/DD/YYYY", "6/4/2023", "2023-06-04"},
        {"MM/DD/YYYY", "06/04/2023 00:00:00.000", "2023-06-04"},
        {"MM/DD/YYYY", "06/04/2023 12:00:00 AM", "2023-06-04"},
        {"MM/DD/YYYY", "06/04/2023 12:00:00 PM", NULL},
        {"MM/DD/YYYY", "06/04/2023 00:00:01", NULL},
        {"MM/DD/YYYY", "13/04/2023", NULL},
        {"MM/DD/YYYY", "06/04/23", NULL},
        {"MM/DD/YYYY", "06/04-2023", NULL},
        {"DD/MM/YYYY", "06/04/2023", "2023-04-06"},
        {"DD/MM/YYYY", "2023-06-04", "2023-06-04"},
        {"SAS days", "0", "1960-01-01"},
        {"SAS days", "23376", "2024-01-01"},
        {"SAS days", "23376.5", NULL},
        {"SAS days", "23376.00", "2024-01-01"},
        {"SAS days", "23376.", NULL},
        {"SAS days", ".0", NULL},
        {"YYYY-MM-DD", " 2024-01-02T00:00:00 ", "2024-01-02"},
        {"YYYY-MM-DD", " ", " "},
        {"MM/DD/YYYY", "2023/06/04", "2023-06-04"},
        {"DD/MM/YYYY", "04JUN2023", "2023-06-04"},
        {"SAS days", "04-Jun-2023", "2023-06-04"},
        {"SAS days", "04JUN2023:00:00:00", "2023-06-04"},
        {"SAS days", "04JUN2023:00:00:01", NULL},
        {"CCYYMMDD", "31APR2023", NULL},
        {"DD/MM/YYYY", "01012012", NULL},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct reading r;
        char text[100], row[100];
        snprintf(text, sizeof text, "claims: {dates: %s, columns: {service_date: D}}\n",
                 expected[i].form);
        snprintf(row, sizeof row, "D=%s", expected[i].text);
        begin_reading(&r, good_layout(text), CLAIMS);
        assert_int_equal(apply(&r, row),
                         expected[i].made == NULL ? IHP__LAYOUT_BAD : IHP__LAYOUT_KEPT);
        assert_field(&r, CLAIM_DATE,
                     expected[i].made == NULL ? expected[i].text : expected[i].made);
        if (expected[i].made == NULL) {
            snprintf(text, sizeof text,
                     "service_date is not a date of the form %s, which line 1 of layout.yaml names",
                     expected[i].form);
            assert_string_equal(r.made.problem, text);
        }
        end_reading(&r);
    }
}

/* Returns what the last row has changed in a field. */
static enum ihp__layout_change change_of(const struct reading *r, size_t field)
{
    enum ihp__layout_change change = IHP__LAYOUT_SAME;
    for (size_t i = 0; i < r->made.changes; i++) {
        if (r->made.change[i].field == field) {
            assert_int_equal(change, IHP__LAYOUT_SAME);
            change = r->made.change[i].change;
        }
    }
    return change;
}

#define COUNT "partial_months: count, "
#define WHOLE "partial_months: whole, "
static void months(void **state)
{
    enum {
        MONTH = IHP__LAYOUT_TO_MONTH,
        OPEN = IHP__LAYOUT_OPEN_END,
        COUNTED = IHP__LAYOUT_COUNTED,
        NOT_COUNTED = IHP__LAYOUT_NOT_COUNTED
    };
    (void)state;
    static const struct {
        const char *keys, *from, *to, *month_from, *month_to;
        int change[2];
    } expected[] = {
        {"", "20240115", "2024-03-31", "20240115", "2024-03-31", {0}}, /* the import's affair */
        {"dates: MM/DD/YYYY, ", "01/01/2024", "01/31/2024", "2024-01", "2024-01", {MONTH, MONTH}},
        {"dates: MM/DD/YYYY, ", "01/15/2024", "02/10/2024", "2024-01-15", "2024-02-10", {0}},
        {"dates: MM/DD/YYYY, ", "01/01/2024", "12/31/9999", "2024-01", "9999-12", {MONTH, OPEN}},
        {"dates: SAS days, ", "2024-01", "2936549", "2024-01", "9999-12", {0, OPEN}},
        {COUNT, "20240115", "2024-03-30", "2024-01", "2024-03", {COUNTED, COUNTED}},
        {COUNT, "2024-01", "", "2024-01", "", {0}},
        {COUNT, "20240101", "9999-12-31", "2024-01", "9999-12", {MONTH, OPEN}},
        {WHOLE, "20240115", "2024-03-30", "2024-02", "2024-02", {NOT_COUNTED, NOT_COUNTED}},
        {WHOLE, "20240101", "2024-03-31", "2024-01", "2024-03", {MONTH, MONTH}},
        {WHOLE, "20240115", "9999-12-31", "2024-02", "9999-12", {NOT_COUNTED, OPEN}},
        {WHOLE, "20240115", "2024-02-10", NULL, NULL, {0}},
        {WHOLE, "20240315", "2024-02-10", NULL, "before", {0}},
        {COUNT, "20240115", "2024-01-14", NULL, "before", {0}}, /* not January */
        {COUNT, "20240115", "2024-01-15", "2024-01", "2024-01", {COUNTED, COUNTED}},
        {WHOLE, "20240315", "", "2024-04", "", {NOT_COUNTED, 0}},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct reading r;
        char text[200], row[100];
        snprintf(text, sizeof text, "enrollment: {%scolumns: {month_from: A, month_to: B}}\n",
                 expected[i].keys);
        snprintf(row, sizeof row, "A=%s;B=%s", expected[i].from, expected[i].to);
        begin_reading(&r, good_layout(text), SPANS);
        if (expected[i].month_from == NULL && expected[i].month_to != NULL) {
            assert_int_equal(apply(&r, row), IHP__LAYOUT_BAD);
            assert_string_equal(r.made.problem, "the span ends before it begins");
        } else if (expected[i].month_from == NULL) {
            assert_int_equal(apply(&r, row), IHP__LAYOUT_LEFT_OUT);
            assert_string_equal(ihp__layout_reason(r.layout, SPANS, r.made.reason),
                                "the span has no whole month");
        } else {
            assert_int_equal(apply(&r, row), IHP__LAYOUT_KEPT);
            assert_field(&r, SPAN_FROM, expected[i].month_from);
            assert_field(&r, SPAN_TO, expected[i].month_to);
            assert_int_equal(change_of(&r, SPAN_FROM), expected[i].change[0]);
            assert_int_equal(change_of(&r, SPAN_TO), expected[i].change[1]);
        }
        end_reading(&r);
    }
}

/* A date in another form than the extract has is told as changed, if the import does not tell what
 * it means. */
static void changed_dates(void **state)
{
    (void)state;
    struct reading r;
    begin_reading(&r, good_layout("claims: {dates: CCYYMMDD, columns: {service_date: D}}\n"),
                  CLAIMS);
    assert_int_equal(apply(&r, "D=20240506"), IHP__LAYOUT_KEPT);
    assert_int_equal(change_of(&r, CLAIM_DATE), IHP__LAYOUT_DATE);
    assert_int_equal(apply(&r, "D=2024-05-06"), IHP__LAYOUT_KEPT);
    assert_int_equal(r.made.changes, 0);
    assert_int_equal(apply(&r, "D=99991231"), IHP__LAYOUT_KEPT);
    assert_field(&r, CLAIM_DATE, "9999-12-31");
    assert_int_equal(r.made.changes, 0);
    end_reading(&r);
}

/* Checks the reason of a row that begins with a trailer, and that its amount is kept. */
static void assert_begins(struct reading *r, size_t trailer, const char *reason)
{
    r->trailer = trailer;
    assert_int_equal(apply(r, "TYPE=1;AMT=5;C=none"), IHP__LAYOUT_LEFT_OUT);
    assert_string_equal(ihp__layout_reason(r->layout, CLAIMS, r->made.reason), reason);
    assert_field(r, CLAIM_AMOUNT, "5");
    r->trailer = 0;
}

static void left_out(void **state)
{
    (void)state;
    struct reading r;
    write_text(in_folder("map.csv"), "code,service_class\nX,PROF\n");
    begin_reading(
        &r,
        good_layout("claims:\n"
                    "  columns: {paid_amount: AMT, service_class: {lookup: map.csv, from: C, key: "
                    "code}}\n"
                    "  leave_out:\n"
                    "    - {column: TYPE, values: ['2', B*], because: capitation payments}\n"
                    "    - {begins: TRAILER}\n"
                    "    - {begins: [TRL, TLR], because: totals}\n"
                    "    - {column: TYPE, values: (blank)}\n"),
        CLAIMS);
    assert_int_equal(apply(&r, "TYPE=1;AMT=5;C=X"), IHP__LAYOUT_KEPT);
    assert_int_equal(apply(&r, "TYPE=bX;AMT=5;C=none"), IHP__LAYOUT_LEFT_OUT);
    assert_string_equal(ihp__layout_reason(r.layout, CLAIMS, r.made.reason), "capitation payments");
    assert_field(&r, CLAIM_AMOUNT, "5");
    assert_int_equal(apply(&r, "TYPE= 2 ;AMT=5;C=X"), IHP__LAYOUT_LEFT_OUT);
    assert_int_equal(r.made.reason, 0);
    assert_int_equal(apply(&r, "TYPE=;AMT=5;C=X"), IHP__LAYOUT_LEFT_OUT);
    assert_string_equal(ihp__layout_reason(r.layout, CLAIMS, r.made.reason),
                        "TYPE has a value of 'leave_out' on line 7");
    assert_null(ihp__layout_reason(r.layout, CLAIMS, 4));
    assert_begins(&r, 1, "they begin with 'TRAILER'");
    assert_begins(&r, 3, "totals");
    const struct ihp__csv_format *format = ihp__layout_format(r.layout, CLAIMS);
    assert_int_equal(format->trailers, 3);
    assert_string_equal(format->trailer[0], "TRAILER");
    assert_false(format->is_given[0]);
    assert_true(format->is_given[2]);
    size_t bytes;
    struct ihp_notices notices = {0};
    assert_non_null(ihp__layout_seen(r.layout, &bytes));
    ihp__layout_tell(r.layout, &notices);
    assert_int_equal(notices.count, 0); /* nothing is asked about a row that is left out */
    end_reading(&r);
}

/* Keys that differ only in case are two keys; a text in a third case has the value of the first. */
static void keys_that_differ_in_case(void **state)
{
    (void)state;
    struct reading r;
    write_text(in_folder("map.csv"), "code,program\nNm,MA\nNM,MCRE\n");
    begin_reading(&r, good_layout(SPANS_ONLY "program: {lookup: map.csv, from: P, key: code}}}\n"),
                  SPANS);
    assert_int_equal(apply(&r, "ID=1;A=2024-01;B=;P=NM"), IHP__LAYOUT_KEPT);
    assert_field(&r, SPAN_PROGRAM, "MCRE");
    assert_int_equal(apply(&r, "ID=1;A=2024-01;B=;P=Nm"), IHP__LAYOUT_KEPT);
    assert_field(&r, SPAN_PROGRAM, "MA");
    end_reading(&r);
}

/* ---- what is told ---------------------------------------------------------------------------- */

/* Only rows that the reader counts, and only the first entry that fits, make an entry one that has
 * left out a row. Counts of other ranks are added. */
static void leave_out_without_rows(void **state)
{
    (void)state;
    struct reading r;
    begin_reading(&r,
                  good_layout("claims:\n"
                              "  leave_out:\n"
                              "    - {column: TYPE, values: ['02', C*]}\n"
                              "    - {column: TYPE, values: ['2']}\n"
                              "    - column: TYPE\n"
                              "      values: [CX]\n"
                              "    - {begins: TRAILER}\n"),
                  CLAIMS);
    assert_int_equal(apply(&r, "TYPE=02"), IHP__LAYOUT_LEFT_OUT);
    assert_int_equal(apply(&r, "TYPE=cx"), IHP__LAYOUT_LEFT_OUT);
    assert_int_equal(apply(&r, "TYPE=3"), IHP__LAYOUT_KEPT);
    size_t hits;
    uint64_t *hit = ihp__layout_hits(r.layout, &hits);
    assert_int_equal(hits, 3);
    assert_int_equal(hit[0], 2);
    hit[1] = 1; /* by another rank */
    assert_told(
        r.layout,
        "layout.yaml:6: claims.leave_out: no row is left out for its TYPE; look at what the "
        "column has (zeros in front count: 2 is not 02), and whether an entry above leaves "
        "out the same rows",
        NULL);
    end_reading(&r);
}

static void rules_that_no_row_fits(void **state)
{
    (void)state;
    struct reading r;
    write_text(in_folder("s.csv"), "TYPE,service_class\n1|2,A\n2,B\n3,C\n");
    begin_reading(&r, good_layout("claims: {columns: {service_class: {rules: s.csv}}}\n"), CLAIMS);
    assert_int_equal(apply(&r, "TYPE=2"), IHP__LAYOUT_KEPT);
    assert_int_equal(apply(&r, "TYPE=3"), IHP__LAYOUT_KEPT);
    assert_told(r.layout,
                "s.csv: no row of claims fits the rule on line 3 before another; is the order of "
                "the rules right?",
                NULL);
    end_reading(&r);
}

static void texts_without_a_value(void **state)
{
    (void)state;
    struct reading r, other;
    const char *text = SPANS_ONLY "program: {lookup: map.csv, from: P, key: code}}}\n";
    write_text(in_folder("map.csv"), "code,program\nMA,MA\n");
    begin_reading(&r, good_layout(text), SPANS);
    begin_reading(&other, good_layout(text), SPANS);
    static const char *const rows[] = {"P=Z", "P=C", "P=B", "P=C", "P="};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(apply(&r, rows[i]), IHP__LAYOUT_BAD);
    }
    assert_int_equal(apply(&other, "P=A"), IHP__LAYOUT_BAD);
    assert_int_equal(apply(&other, "P=D"), IHP__LAYOUT_BAD);
    size_t bytes;
    const void *seen = ihp__layout_seen(other.layout, &bytes);
    ihp__layout_seen_merge(r.layout, seen, bytes);
    assert_told(r.layout,
                "map.csv: has no key for 7 rows of enrollment, to make program of them: '(blank)', "
                "'A', 'B', 'C', 'D', and perhaps others",
                NULL);
    end_reading(&r);
    end_reading(&other);
}

/* A value that is, or was made of, a member's data does not get into a notice. */
static void private_texts_are_not_told(void **state)
{
    (void)state;
    struct reading r;
    write_text(in_folder("map.csv"), "code,program,county\nMA,MA,27053\n");
    write_text(in_folder("s.csv"), "ICN,TYPE,service_class\n1,1,A\n");
    begin_reading(
        &r,
        good_layout("claims:\n  columns:\n    claim_id: ICN\n"
                    "    county: {lookup: map.csv, from: CNTY, key: code}\n"
                    "    version: {lookup: map.csv, from: ICN, key: code, value: program}\n"
                    "    service_class: {rules: s.csv}\n"),
        CLAIMS);
    assert_int_equal(apply(&r, "ICN=SECRET;CNTY=SECRET;TYPE=9"), IHP__LAYOUT_BAD);
    assert_told(r.layout,
                "s.csv: no row of claims fits the rule on line 2 before another; is the order of "
                "the rules right?",
                "s.csv: has no rule for 1 row of claims, to make service_class of them: TYPE '9'");
    end_reading(&r);
}

/* Nothing says of a condition's column what it has: only texts as short as its codes are told, and
 * none of a column that another table has a member's data of, or whose name says so. */
static void texts_that_may_be_private_are_not_told(void **state)
{
    (void)state;
    struct reading r;
    write_text(in_folder("s.csv"), "ID,LAST_NAME,TYPE,KIND,service_class\n1,A*,1,22,A\n");
    write_text(in_folder("m.csv"), "code,version\nX,1\n");
    begin_reading(&r,
                  good_layout("enrollment: {columns: {member_id: ID}}\n"
                              "claims:\n  columns:\n    service_class: {rules: s.csv}\n"
                              "    version: {lookup: m.csv, from: id, key: code}\n"),
                  CLAIMS);
    assert_int_equal(apply(&r, "id=1;ID=1;LAST_NAME=B;TYPE=JOHN;KIND=3"), IHP__LAYOUT_BAD);
    assert_told(r.layout,
                "s.csv: no row of claims fits the rule on line 2 before another; is the order of "
                "the rules right?",
                "s.csv: has no rule for 1 row of claims, to make service_class of them: KIND '3'");
    end_reading(&r);
}

/* A column of the extract that says nothing of a member: its texts are told though they are longer
 * than the keys, also with 'otherwise'; but not too long ones, nor those of a member's column. */
static void long_texts_without_a_value(void **state)
{
    (void)state;
    struct reading r;
    static const struct {
        const char *from, *otherwise, *told;
    } cases[] = {
        {"KIND", "",
         "c.csv: has no key for 2 rows of claims, to make service_class of them: 'BIRTH CENTER'"},
        {"KIND", ", otherwise: Y",
         "c.csv: has no key for 2 rows of claims, whose service_class 'otherwise' gives: BIRTH "
         "CENTER (1); others (1)"},
        {"LAST_NAME", "", NULL},
    };
    write_text(in_folder("c.csv"), "k,service_class\nX,Y\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "claims: {columns: {service_class: {lookup: c.csv, from: %s, key: k%s}}}\n",
                 cases[i].from, cases[i].otherwise);
        begin_reading(&r, good_layout(text), CLAIMS);
        const enum ihp__layout_outcome outcome =
            cases[i].otherwise[0] == '\0' ? IHP__LAYOUT_BAD : IHP__LAYOUT_KEPT;
        assert_int_equal(apply(&r, "KIND=BIRTH CENTER;LAST_NAME=BIRTH CENTER"), outcome);
        assert_int_equal(apply(&r, "KIND=BIRTH CENTERS;LAST_NAME=BIRTH CENTERS"), outcome);
        assert_told(r.layout, cases[i].told, NULL);
        end_reading(&r);
    }
}

/* Rows that are read again are not counted. */
static void read_again(void **state)
{
    (void)state;
    struct reading r;
    struct ihp_error err = {0};
    write_text(in_folder("s.csv"), "TYPE,service_class\n1,A\n");
    begin_reading(&r, good_layout("claims: {columns: {service_class: {rules: s.csv}}}\n"), CLAIMS);
    ihp__layout_reader_free(&r.reader);
    assert_int_equal(ihp__layout_reader_create(r.layout, CLAIMS, r.column, true, &r.reader, &err),
                     IHP_OK);
    assert_int_equal(apply(&r, "TYPE=1"), IHP__LAYOUT_KEPT);
    assert_int_equal(apply(&r, "TYPE=2"), IHP__LAYOUT_BAD);
    size_t count;
    assert_int_equal(ihp__layout_hits(r.layout, &count)[0], 0);
    end_reading(&r);
}

/* A text that is put together of long ones is cut off, and still a text. */
static void long_texts(void **state)
{
    (void)state;
    struct reading r;
    begin_reading(&r,
                  good_layout("claims:\n  columns:\n    claim_id: {join: [{join: [A, A, A, A]}, A, "
                              "A, A, A, A, A, A], with: ++}\n"),
                  CLAIMS);
    char row[200];
    memset(row, 'x', 190);
    memcpy(row, "A=", 2);
    row[190] = '\0';
    assert_int_equal(apply(&r, row), IHP__LAYOUT_KEPT);
    assert_int_equal(r.made.row.length[CLAIM_ID], 1023);
    assert_int_equal(strlen(r.made.row.field[CLAIM_ID]), 1023);
    end_reading(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(column_of_another_name),
        IN_FOLDER(what_to_read),
        IN_FOLDER(texts_put_together),
        IN_FOLDER(lookup),
        IN_FOLDER(keys_that_differ_in_case),
        IN_FOLDER(otherwise),
        IN_FOLDER(rules),
        IN_FOLDER(dates),
        IN_FOLDER(months),
        IN_FOLDER(changed_dates),
        IN_FOLDER(left_out),
        IN_FOLDER(leave_out_without_rows),
        IN_FOLDER(rules_that_no_row_fits),
        IN_FOLDER(texts_without_a_value),
        IN_FOLDER(private_texts_are_not_told),
        IN_FOLDER(texts_that_may_be_private_are_not_told),
        IN_FOLDER(long_texts_without_a_value),
        IN_FOLDER(read_again),
        IN_FOLDER(long_texts),
    };
    return cmocka_run_group_tests_name("layout_rows", tests, NULL, NULL);
}
