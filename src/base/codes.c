/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The code lists of the state extract. */
#include "base/codes.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define TEXT_OF(name, text)    text,
#define ALLOWED_OF(name, text) " " text

/* CODES are the entries of LIST that are not blank. */
#define CODE_LIST(variable, title, LIST, CODES, prefix)                                            \
    static const char *const variable##_text[] = {LIST(TEXT_OF)};                                  \
    const struct ihp_code_list variable = {title, variable##_text,                                 \
                                           sizeof variable##_text / sizeof variable##_text[0],     \
                                           prefix CODES(ALLOWED_OF)}

CODE_LIST(ihp_programs, "program", IHP_PROGRAM_LIST, IHP_PROGRAM_CODES,
          "any text; those that qualify:");
CODE_LIST(ihp_exclusions, "exclusion", IHP_EXCLUSION_LIST, IHP_EXCLUSION_CODES, "blank or one of:");
CODE_LIST(ihp_claim_statuses, "status", IHP_CLAIM_STATUS_LIST, IHP_CLAIM_STATUS_LIST, "one of:");
CODE_LIST(ihp_service_classes, "service_class", IHP_SERVICE_CLASS_LIST, IHP_SERVICE_CLASS_LIST,
          "one of:");
CODE_LIST(ihp_sexes, "sex", IHP_SEX_LIST, IHP_SEX_LIST, "one of:");
CODE_LIST(ihp_social_risks, "factor", IHP_SOCIAL_RISK_LIST, IHP_SOCIAL_RISK_LIST, "one of:");
CODE_LIST(ihp_coordinations, "kind", IHP_COORDINATION_LIST, IHP_COORDINATION_LIST, "one of:");

int ihp_code_find(const struct ihp_code_list *list, const char *text)
{
    for (int i = 0; i < list->count; i++) {
        if (strcmp(list->text[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

const char *ihp_code_text(const struct ihp_code_list *list, int number)
{
    return number >= 0 && number < list->count ? list->text[number] : "?";
}

int ihp_category_parse(const char *text)
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

const char *ihp_service_format(unsigned service, char buffer[IHP_SERVICE_TEXT])
{
    const char *class = ihp_code_text(&ihp_service_classes, (int)(service / IHP_CATEGORIES));
    unsigned category = service % IHP_CATEGORIES;
    if (category >= 1000) {
        snprintf(buffer, IHP_SERVICE_TEXT, "%s/999%c", class, category == 1000 ? 'E' : 'I');
    } else {
        snprintf(buffer, IHP_SERVICE_TEXT, "%s/%03u", class, category);
    }
    return buffer;
}

bool ihp_member_id_valid(const char *text, size_t length)
{
    if (length == 0 || length > IHP_MEMBER_ID_MAX) {
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

bool ihp_npi_parse(const char *text, int64_t *npi)
{
    if (text[0] == '\0') {
        *npi = IHP_NPI_BLANK;
        return true;
    }
    int64_t value = 0;
    for (int i = 0; i < 10; i++) {
        if (!isdigit((unsigned char)text[i])) {
            return false;
        }
        value = value * 10 + (text[i] - '0');
    }
    if (text[10] != '\0') {
        return false;
    }
    *npi = value;
    return true;
}

bool ihp_procedure_in_contract(const char *code)
{
    static const char *const ranges[][2] = {
        {"99201", "99215"}, {"99304", "99350"}, {"99381", "99387"}, {"99391", "99397"},
        {"99441", "99443"}, {"G0402", "G0402"}, {"G0438", "G0439"}, {"S0280", "S0281"},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (strlen(code) == IHP_PROCEDURE_LENGTH && strcmp(code, ranges[i][0]) >= 0 &&
            strcmp(code, ranges[i][1]) <= 0) {
            return true;
        }
    }
    return false;
}
