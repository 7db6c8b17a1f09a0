/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Near misses: values that are valid, but that a State probably did not mean. They change nothing
 * and are told. */
#include "extract/values.h"

#include "extract/convert.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- programs -------------------------------------------------------------------------------- */

enum { BLANK_PROGRAM = 0, PROGRAMS_TOLD = 20, PROGRAM_BYTES_TOLD = 40, PROGRAMS_MAX = 65535 };
enum { SPANS_TOLD = 11 }; /* fewer could be the text of one member */

/* Finds the number of a program's text, which is added if it is new. */
static enum ihp_status find_program(struct ihp__import_programs *programs,
                                    const struct ihp__import_row *row, size_t *number,
                                    struct ihp_error *err)
{
    const char *text = row->field[IHP__EXTRACT_SPAN_PROGRAM];
    size_t length = row->length[IHP__EXTRACT_SPAN_PROGRAM];
    if (programs->texts == NULL) {
        programs->texts = ihp__dict_create(PROGRAMS_MAX);
    }
    int64_t found = programs->texts == NULL ? -2
                    : length == 0           ? BLANK_PROGRAM
                                            : ihp__dict_add(programs->texts, text, length);
    if (found == -1) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: column program has more than %d different texts; is it the program?",
                         row->csv->file, PROGRAMS_MAX);
    }
    *number = length == 0 ? BLANK_PROGRAM : (size_t)found + 1;
    if (found < 0 || !ihp__array_reserve(&programs->program, &programs->capacity, *number + 1,
                                         sizeof *programs->program)) {
        return ihp__fail_memory(err, "the programs");
    }
    return IHP_OK;
}

enum ihp_status ihp__import_span_note(const struct ihp__import_row *row, uint8_t major_program,
                                      int32_t month_from, int32_t month_to, struct ihp_error *err)
{
    struct ihp__import_programs *programs = &row->values->programs;
    bool is_open = month_to == IHP__CONVERT_OPEN_MONTH;
    int32_t last = is_open ? month_from : month_to;
    if (programs->spans == 0 || last > programs->last_month) {
        programs->last_month = last;
    }
    programs->spans++;
    if (major_program != IHP__MAJOR_PROGRAM_OTHER) {
        return IHP_OK;
    }
    size_t number = 0;
    if (find_program(programs, row, &number, err) != IHP_OK) {
        return err->status;
    }
    struct ihp__import_program *program = &programs->program[number];
    program->spans++;
    program->months += is_open ? 0 : month_to - month_from + 1;
    program->open += is_open ? 1 : 0;
    program->open_first += is_open ? month_from : 0;
    return IHP_OK;
}

/* A program as it is told. */
struct told_program {
    const char *text;
    uint64_t spans;
    int64_t months;
};

struct told_list {
    char text[(PROGRAMS_TOLD + 1) * (PROGRAM_BYTES_TOLD + IHP__COUNT_TEXT + 64)];
    size_t end;
};

static int by_months_and_text(const void *a, const void *b)
{
    const struct told_program *p = a, *q = b;
    int order = (p->months < q->months) - (p->months > q->months);
    return order != 0 ? order : strcmp(p->text, q->text);
}

/* Fills in the programs, those with the most months first; returns how many there are. */
static size_t list_programs(const struct ihp__import_programs *programs, struct told_program *told)
{
    size_t texts = ihp__dict_count(programs->texts), count = 0;
    for (size_t i = 0; i <= texts; i++) {
        const struct ihp__import_program *program = &programs->program[i];
        if (i < programs->capacity && program->spans > 0) {
            told[count].spans = program->spans;
            told[count].text = i == BLANK_PROGRAM ? "" : ihp__dict_text(programs->texts, i - 1);
            told[count++].months = program->months +
                                   (int64_t)program->open * (programs->last_month + INT64_C(1)) -
                                   program->open_first;
        }
    }
    qsort(told, count, sizeof *told, by_months_and_text);
    return count;
}

/* Returns a program's text as a message may have it. */
static const char *program_text(const char *text, char buffer[PROGRAM_BYTES_TOLD + 3])
{
    size_t length = strlen(text);
    if (length == 0) {
        return "blank";
    }
    if (length > PROGRAM_BYTES_TOLD || ihp__text_problem(text, length) != NULL) {
        return "a text that is too long or not UTF-8";
    }
    snprintf(buffer, PROGRAM_BYTES_TOLD + 3, "'%s'", text);
    return buffer;
}

/* Adds the months of a program, or of several, to a list, and records them. */
static enum ihp_status add_program(struct ihp__import *import, struct told_list *list,
                                   const char *name, int64_t months, struct ihp_error *err)
{
    char number[IHP__COUNT_TEXT];
    const size_t left = sizeof list->text - list->end;
    const struct ihp__record_key key = {IHP__RECORD_NOTED, "enrollment", "program", name};
    const int length = snprintf(list->text + list->end, left, "%s%s %s", list->end == 0 ? "" : ", ",
                                name, ihp__count_format((uint64_t)months, number));
    list->end += length > 0 && (size_t)length < left ? (size_t)length : 0;
    return ihp__record_add(&import->record, &key, (uint64_t)months, 0, err);
}

/* Tells the programs in one notice and records each. A text of few spans may be a member's, where
 * columns are shifted, so it is not shown. */
static enum ihp_status tell_programs(struct ihp__import *import, const struct told_program *told,
                                     size_t count, struct ihp_error *err)
{
    struct told_list list = {.end = 0};
    char text[PROGRAM_BYTES_TOLD + 3], number[IHP__COUNT_TEXT], name[80];
    size_t shown = 0, others = 0;
    int64_t other_months = 0;
    for (size_t i = 0; i < count; i++) {
        if (told[i].spans < SPANS_TOLD || shown == PROGRAMS_TOLD) {
            others++;
            other_months += told[i].months;
        } else if (shown++, add_program(import, &list, program_text(told[i].text, text),
                                        told[i].months, err) != IHP_OK) {
            return err->status;
        }
    }
    if (others > 0) {
        snprintf(name, sizeof name, "%s%s (not shown)", ihp__count_format(others, number),
                 others == 1 ? " text" : " texts");
        if (add_program(import, &list, name, other_months, err) != IHP_OK) {
            return err->status;
        }
    }
    ihp__notice_add(import->notices,
                    "enrollment: months by program that does not qualify (MA, MCRE and MA_BD do): "
                    "%s",
                    list.text);
    return IHP_OK;
}

static enum ihp_status tell_all_programs(struct ihp__import *import, struct ihp_error *err)
{
    const struct ihp__import_programs *programs = &import->values->programs;
    if (programs->texts == NULL) {
        return IHP_OK;
    }
    struct told_program *told = calloc(ihp__dict_count(programs->texts) + 1, sizeof *told);
    if (told == NULL) {
        return ihp__fail_memory(err, "the programs");
    }
    size_t count = list_programs(programs, told);
    enum ihp_status status = tell_programs(import, told, count, err);
    free(told);
    return status;
}

void ihp__import_near_misses_free(struct ihp__import_values *values)
{
    ihp__dict_destroy(&values->programs.texts);
    free(values->programs.program);
    values->programs = (struct ihp__import_programs){0};
}

/* ---- capitals and small letters -------------------------------------------------------------- */

/* Counts the texts that differ from another one in case alone. */
static bool count_cases(const struct ihp__dict *texts, uint64_t *found)
{
    size_t count = ihp__dict_count(texts);
    struct ihp__dict *folded = ihp__dict_create(SIZE_MAX);
    bool good = folded != NULL;
    *found = 0;
    for (size_t i = 0; i < count && good; i++) {
        char small[IHP__IMPORT_VALUE_TEXT];
        const char *text = ihp__dict_text(texts, i);
        size_t length = strlen(text), before = ihp__dict_count(folded);
        if (length >= sizeof small) {
            continue;
        }
        for (size_t at = 0; at < length; at++) {
            small[at] = text[at] >= 'A' && text[at] <= 'Z' ? (char)(text[at] | 0x20) : text[at];
        }
        good = ihp__dict_add(folded, small, length) >= 0;
        *found += good && ihp__dict_count(folded) == before ? 1 : 0;
    }
    ihp__dict_destroy(&folded);
    return good;
}

/* ---- zeros in front -------------------------------------------------------------------------- */

enum ihp_status ihp__import_acgs_note(struct ihp__import *import, const struct ihp__dict *acgs,
                                      struct ihp_error *err)
{
    size_t count = ihp__dict_count(acgs);
    struct ihp__dict *numbers = ihp__dict_create(SIZE_MAX);
    bool good = numbers != NULL;
    for (size_t i = 0; i < count && good; i++) {
        const char *text = ihp__dict_text(acgs, i);
        size_t length = strlen(text), before = ihp__dict_count(numbers);
        if (strspn(text, "0123456789") == length) {
            size_t zeros = strspn(text, "0");
            good = ihp__dict_add(numbers, text + zeros, length - zeros) >= 0;
            import->values->acgs_zeros += good && ihp__dict_count(numbers) == before ? 1 : 0;
        }
    }
    ihp__dict_destroy(&numbers);
    good = good && count_cases(acgs, &import->values->acgs_cases);
    return good ? IHP_OK : ihp__fail_memory(err, "the ACGs");
}

/* ---- empty tables ---------------------------------------------------------------------------- */

/* Tells which tables have no good row. */
static void tell_empty_tables(const struct ihp__import *import)
{
    const struct ihp_import_report *report = &import->report;
    if (report->spans == 0) {
        ihp__notice_add(import->notices,
                        "enrollment: no row was imported, so nobody is enrolled in any month and "
                        "nobody can be attributed; is the file whole?");
    }
    if (report->morbidity_rows == 0) {
        ihp__notice_add(import->notices,
                        "morbidity: no row was imported, so all members are in the risk category "
                        "NONE; is the file whole?");
    }
    if (report->providers == 0) {
        ihp__notice_add(import->notices, "providers: no row was imported, so all providers are "
                                         "specialty; is the file whole?");
    }
}

/* ---- telling --------------------------------------------------------------------------------- */

/* Tells and records one count; `text` follows the number of `what`. */
struct near_miss {
    const char *table, *column, *one, *many, *text;
};
static enum ihp_status tell(struct ihp__import *import, const struct near_miss *miss,
                            uint64_t count, struct ihp_error *err)
{
    char number[IHP__COUNT_TEXT];
    const struct ihp__record_key key = {IHP__RECORD_NOTED, miss->table, miss->column, miss->text};
    if (count == 0) {
        return IHP_OK;
    }
    ihp__notice_add(import->notices, "%s: %s %s %s", miss->table, ihp__count_format(count, number),
                    count == 1 ? miss->one : miss->many, miss->text);
    return ihp__record_add(&import->record, &key, count, 0, err);
}

static enum ihp_status tell_wrong_npis(struct ihp__import *import, struct ihp_error *err)
{
    const struct ihp__import_value_counts *counts = &import->values->counts;
    bool refused = import->options->refuse_npis;
    const char *text = refused ? "lines with an NPI whose check digit does not fit, taken for blank"
                               : "lines with an NPI whose check digit does not fit, kept";
    const struct ihp__record_key key = {IHP__RECORD_NOTED, "claims", "billing_npi, treating_npi",
                                        text};
    int64_t cents = (int64_t)counts->wrong_npi_cents;
    char number[IHP__COUNT_TEXT], dollars[IHP__MONEY_TEXT];
    if (counts->wrong_npi_lines == 0) {
        return IHP_OK;
    }
    ihp__notice_add(
        import->notices, "claims: %s %s (%s paid) with an NPI whose check digit does not fit; %s",
        ihp__count_format(counts->wrong_npi_lines, number),
        counts->wrong_npi_lines == 1 ? "line" : "lines", ihp__money_format_grouped(cents, dollars),
        refused ? "these NPIs were taken for blank (--npi-check refuse)"
                : "they count as they are (--npi-check refuse takes these NPIs for "
                  "blank)");
    return ihp__record_add(&import->record, &key, counts->wrong_npi_lines, cents, err);
}

/* Records the NPIs of providers.csv that are kept although the check digit does not fit. The notice
 * on claims tells of them. */
static enum ihp_status record_kept_npis(struct ihp__import *import, struct ihp_error *err)
{
    static const struct ihp__record_key key = {IHP__RECORD_NOTED, "providers", "npi",
                                               "check digit does not fit, kept"};
    uint64_t count = import->values->providers_wrong;
    return count == 0 ? IHP_OK : ihp__record_add(&import->record, &key, count, 0, err);
}

enum ihp_status ihp__import_near_misses_tell(struct ihp__import *import, struct ihp_error *err)
{
    static const struct near_miss placeholder = {
        "providers", "npi", "row", "rows", "left out, since ten equal digits are nobody's NPI"};
    static const struct near_miss left_out = {
        "providers", "npi", "row", "rows",
        "left out, since the check digit of the NPI does not fit"};
    static const struct near_miss members = {
        "members", "member_id", "member ID is", "member IDs are",
        "also there with fewer zeros in front (is it the same member?)"};
    static const struct near_miss acgs = {"morbidity", "acg", "ACG is", "ACGs are",
                                          "also there with other zeros in front, such as 0100 "
                                          "beside 100"};
    static const struct near_miss acg_cases = {
        "morbidity", "acg", "ACG is", "ACGs are",
        "also there with capitals for small letters (is it the same ACG?)"};
    static const struct near_miss payer_cases = {
        "claims", "payer", "payer is", "payers are",
        "also there with capitals for small letters (is it the same payer?)"};
    const struct ihp__import_values *values = import->values;
    uint64_t payers;
    if (!count_cases(import->payers.texts, &payers)) {
        return ihp__fail_memory(err, "the payers");
    }
    tell_empty_tables(import);
    if (tell_all_programs(import, err) != IHP_OK || tell_wrong_npis(import, err) != IHP_OK ||
        tell(import, &placeholder, values->providers_placeholder, err) != IHP_OK ||
        tell(import, &left_out, values->providers_left_out, err) != IHP_OK ||
        record_kept_npis(import, err) != IHP_OK ||
        tell(import, &members, values->members_zeros, err) != IHP_OK) {
        return err->status;
    }
    if (tell(import, &acgs, values->acgs_zeros, err) != IHP_OK ||
        tell(import, &acg_cases, values->acgs_cases, err) != IHP_OK) {
        return err->status;
    }
    return tell(import, &payer_cases, payers, err);
}
