/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields that are member IDs, procedure codes or texts. fields.c has the others. */
#include "extract/fields.h"

#include "extract/values.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

static const char *field_of(const struct ihp__import_row *row, int column, size_t *length)
{
    *length = row->length[column];
    return row->field[column];
}

/* ---- members --------------------------------------------------------------------------------- */

/* Finds a member whose ID has blanks around it or decimals of zeros, or says why there is none. */
IHP__IMPORT_SELDOM static bool convert_member(const struct ihp__import *import,
                                              struct ihp__import_row *row, int column,
                                              uint32_t *member, struct ihp__import_reason *reason)
{
    const char *problem = NULL;
    bool changed = ihp__import_value_trim(row, column);
    changed |= ihp__import_value_whole(row, column, &problem);
    size_t length;
    const char *text = field_of(row, column, &length);
    if (changed && ihp__import_member_find(&import->members, text, length, member)) {
        return true;
    }
    uint32_t unused;
    problem = "member_id is not in members.csv";
    if (ihp__import_member_find(&import->bad_members, text, length, &unused)) {
        problem = "the row of this member_id in members.csv is bad";
    } else if (ihp__import_member_near(&import->members, text, length, false)) {
        problem = "member_id is not in members.csv, but is with more or fewer zeros in front (did "
                  "a spreadsheet drop them?)";
    }
    *reason = (struct ihp__import_reason){.problem = problem};
    return false;
}

/* Returns true if a text is the ID of the member of a recent row. Rows of one member often follow
 * each other, in every table. */
static bool is_recent_member(const struct ihp__import_recent *recent, const char *text,
                             size_t length)
{
    return length > 0 && length == recent->member_length &&
           memcmp(text, recent->member, length) == 0;
}

void ihp__import_expect_member(const struct ihp__import *import, const struct ihp__import_row *row,
                               int column)
{
    size_t length;
    const char *text = field_of(row, column, &length);
    if (!is_recent_member(&row->values->recent, text, length)) {
        ihp__import_member_expect(&import->members, text, length);
    }
}

bool ihp__import_parse_member(const struct ihp__import *import, struct ihp__import_row *row,
                              int column, uint32_t *member, struct ihp__import_reason *reason)
{
    struct ihp__import_recent *recent = &row->values->recent;
    size_t length;
    const char *text = field_of(row, column, &length);
    if (is_recent_member(recent, text, length)) {
        *member = recent->member_number;
        return true;
    }
    if (!ihp__import_member_find(&import->members, text, length, member)) {
        return convert_member(import, row, column, member, reason);
    }
    memcpy(recent->member, text, length);
    recent->member_length = length;
    recent->member_number = *member;
    return true;
}

bool ihp__import_check_member_id(struct ihp__import_row *row, int column,
                                 struct ihp__import_reason *reason)
{
    size_t length;
    const char *text = field_of(row, column, &length);
    if (ihp__member_id_valid(text, length)) {
        return true;
    }
    const char *problem = NULL;
    ihp__import_value_trim(row, column);
    ihp__import_value_whole(row, column, &problem);
    text = field_of(row, column, &length);
    return ihp__member_id_valid(text, length) ||
           ihp__import_field_bad(row, column, problem, reason);
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* Checks a procedure code with capitals alone. Sets `*small` if it has small letters. */
static bool is_procedure(const char *text, size_t length, bool *small)
{
    bool good = length == 0 || length == IHP__PROCEDURE_LENGTH;
    *small = false;
    for (size_t i = 0; i < length && good; i++) {
        good = text[i] > ' ' && text[i] <= '~';
        *small |= text[i] >= 'a' && text[i] <= 'z';
    }
    return good;
}

/* Reads a procedure code with blanks, decimals of zeros or small letters. A code that is not valid
 * becomes blank. */
IHP__IMPORT_SELDOM static void convert_procedure(struct ihp__import_row *row, int column)
{
    bool small;
    const char *problem = NULL;
    ihp__import_value_trim(row, column);
    if (row->length[column] > IHP__PROCEDURE_LENGTH) {
        ihp__import_value_whole(row, column, &problem);
    }
    size_t length;
    const char *text = field_of(row, column, &length);
    if (is_procedure(text, length, &small)) {
        ihp__import_value_case(row, column, true);
    } else if (length >= 3 && length < IHP__PROCEDURE_LENGTH &&
               strspn(text, "0123456789") == length) {
        ihp__import_value_blank(row, column, IHP__IMPORT_LEFT_SHORT);
    } else {
        ihp__import_value_blank(row, column,
                                problem == NULL ? IHP__IMPORT_LEFT_BLANK : IHP__IMPORT_LEFT_SHEET);
    }
}

void ihp__import_read_procedure(struct ihp__import_row *row, int column)
{
    bool small;
    if (!is_procedure(row->field[column], row->length[column], &small) || small) {
        convert_procedure(row, column);
    }
}

/* Returns true if each of 8 bytes is printable ASCII. Without a byte above 127, one below the blank
 * borrows from the bit above its own, and DEL carries into it. */
static bool is_plain_word(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    const uint64_t odd =
        word | (word - UINT64_C(0x2020202020202020)) | (word + UINT64_C(0x0101010101010101));
    return (odd & UINT64_C(0x8080808080808080)) == 0;
}

/* Returns true if a text is printable ASCII, as almost every text is. */
static bool is_plain(const char *text, size_t length)
{
    if (length >= sizeof(uint64_t)) {
        bool plain = is_plain_word(text + length - sizeof(uint64_t));
        for (size_t at = 0; at + sizeof(uint64_t) < length; at += sizeof(uint64_t)) {
            plain &= is_plain_word(text + at);
        }
        return plain;
    }
    bool plain = true;
    for (size_t i = 0; i < length; i++) {
        plain &= text[i] >= ' ' && text[i] < 0x7f;
    }
    return plain;
}

/* Returns how many characters a text has: bytes that continue one do not count. */
static size_t count_characters(const char *text, size_t length)
{
    size_t characters = 0;
    for (size_t i = 0; i < length; i++) {
        characters += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return characters;
}

bool ihp__import_check_text(struct ihp__import_row *row, int column,
                            struct ihp__import_reason *reason)
{
    const struct ihp__extract_column *schema = &ihp__extract_schemas[row->file].column[column];
    size_t length;
    const char *text = field_of(row, column, &length);
    if (length == 0) {
        return schema->may_be_blank || ihp__import_field_bad(row, column, NULL, reason);
    }
    bool plain = is_plain(text, length);
    if ((!plain || text[0] == ' ' || text[length - 1] == ' ') &&
        ihp__import_value_trim(row, column)) {
        text = field_of(row, column, &length);
        plain = is_plain(text, length);
    }
    if (length == 0 && !schema->may_be_blank) {
        return ihp__import_field_bad(row, column, NULL, reason);
    }
    if ((plain ? length : count_characters(text, length)) > schema->longest) {
        return ihp__import_field_bad(row, column, "is too long", reason);
    }
    const char *problem = plain ? NULL : ihp__text_problem(text, length);
    return problem == NULL || ihp__import_field_bad(row, column, problem, reason);
}

bool ihp__import_check_bytes(struct ihp__import_row *row, int column,
                             struct ihp__import_reason *reason)
{
    if (!ihp__import_check_text(row, column, reason)) {
        return false;
    }
    return row->length[column] <= ihp__extract_schemas[row->file].column[column].longest ||
           ihp__import_field_bad(row, column, "is too long", reason);
}

bool ihp__import_check_label(struct ihp__import_row *row, int column,
                             struct ihp__import_reason *reason)
{
    return ihp__import_check_text(row, column, reason) &&
           (!ihp__text_is_formula(row->field[column]) ||
            ihp__import_field_bad(
                row, column, "begins with = + - or @, which a spreadsheet would compute", reason));
}

bool ihp__import_check_payer(struct ihp__import_row *row, int column,
                             struct ihp__import_reason *reason)
{
    if (!ihp__import_check_label(row, column, reason)) {
        return false;
    }
    const char *text = row->field[column];
    if (row->length[column] == 3 && strcmp(text, "FFS") != 0 && strcasecmp(text, "FFS") == 0) {
        ihp__import_value_case(row, column, true);
    }
    return true;
}

void ihp__import_check_optional_text(struct ihp__import_row *row, int column)
{
    struct ihp__import_reason unused;
    if (!ihp__import_check_text(row, column, &unused)) {
        ihp__import_value_blank(row, column, IHP__IMPORT_LEFT_BLANK);
    }
}

void ihp__import_read_taxonomy(struct ihp__import_row *row, int column)
{
    ihp__import_check_optional_text(row, column);
    ihp__import_value_case(row, column, true);
}

bool ihp__import_check_order(int32_t from, int32_t to, const char *problem,
                             struct ihp__import_reason *reason)
{
    if (from <= to) {
        return true;
    }
    *reason = (struct ihp__import_reason){.problem = problem};
    return false;
}
