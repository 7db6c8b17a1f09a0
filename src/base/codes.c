/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The code lists of the state extract. */
#include "base/codes.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TEXT_OF(name, text)    text,
#define ALLOWED_OF(name, text) " " text

/* Defines a list. CODES are the entries of LIST that are not blank; PREFIX begins the text of what
 * is allowed. */
#define CODE_LIST(variable, LIST, CODES, prefix)                                                   \
    static const char *const variable##_text[] = {LIST(TEXT_OF)};                                  \
    const struct ihp__code_list variable = {variable##_text,                                       \
                                            sizeof variable##_text / sizeof variable##_text[0],    \
                                            prefix CODES(ALLOWED_OF)}

CODE_LIST(ihp__major_programs, IHP__MAJOR_PROGRAM_LIST, IHP__MAJOR_PROGRAM_CODES,
          "any text; those that qualify:");
CODE_LIST(ihp__exclusions, IHP__EXCLUSION_LIST, IHP__EXCLUSION_CODES, "blank or one of:");
CODE_LIST(ihp__claim_statuses, IHP__CLAIM_STATUS_LIST, IHP__CLAIM_STATUS_LIST, "one of:");
CODE_LIST(ihp__service_classes, IHP__SERVICE_CLASS_LIST, IHP__SERVICE_CLASS_LIST, "one of:");
CODE_LIST(ihp__sexes, IHP__SEX_LIST, IHP__SEX_LIST, "one of:");
CODE_LIST(ihp__social_risks, IHP__SOCIAL_RISK_LIST, IHP__SOCIAL_RISK_LIST, "one of:");
CODE_LIST(ihp__coordinations, IHP__COORDINATION_LIST, IHP__COORDINATION_LIST, "one of:");

/* Compares two texts as strcmp does, without a call: the texts are short, and every row has some.
 */
static bool is_same(const char *a, const char *b)
{
    while (*a == *b && *a != '\0') {
        a++;
        b++;
    }
    return *a == *b;
}

int ihp__code_find(const struct ihp__code_list *list, const char *text)
{
    for (int i = 0; i < list->count; i++) {
        if (is_same(list->text[i], text)) {
            return i;
        }
    }
    return -1;
}

int ihp__code_find_any_case(const struct ihp__code_list *list, const char *text)
{
    for (int i = 0; i < list->count; i++) {
        if (strcasecmp(list->text[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

const char *ihp__code_text(const struct ihp__code_list *list, int number)
{
    return number >= 0 && number < list->count ? list->text[number] : "?";
}

int ihp__category_parse(const char *text)
{
    for (int i = 0; i < 3; i++) {
        if (!isdigit((unsigned char)text[i])) {
            return -1;
        }
    }
    if (text[3] == '\0') {
        return (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
    }
    if (strcmp(text, "999E") == 0) {
        return 1000;
    }
    return strcmp(text, "999I") == 0 ? 1001 : -1;
}

const char *ihp__service_format(unsigned service, char buffer[IHP__SERVICE_TEXT])
{
    const char *class = ihp__code_text(&ihp__service_classes, (int)(service / IHP__CATEGORIES));
    unsigned category = service % IHP__CATEGORIES;
    if (category >= 1000) {
        snprintf(buffer, IHP__SERVICE_TEXT, "%s/999%c", class, category == 1000 ? 'E' : 'I');
    } else {
        snprintf(buffer, IHP__SERVICE_TEXT, "%s/%03u", class, category);
    }
    return buffer;
}

bool ihp__member_id_valid(const char *text, size_t length)
{
    if (length == 0 || length > IHP__MEMBER_ID_MAX) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
            return false;
        }
    }
    return true;
}

bool ihp__procedure_in_contract(const char *code)
{
    static const char *const ranges[][2] = {
        {"99201", "99215"}, {"99304", "99350"}, {"99381", "99387"}, {"99391", "99397"},
        {"99441", "99443"}, {"G0402", "G0402"}, {"G0438", "G0439"}, {"S0280", "S0281"},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (strlen(code) == IHP__PROCEDURE_LENGTH && strcmp(code, ranges[i][0]) >= 0 &&
            strcmp(code, ranges[i][1]) <= 0) {
            return true;
        }
    }
    return false;
}
