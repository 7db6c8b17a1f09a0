/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and contract sections of the reasons and rules of attribution [13.3, 4.6.4.2]. */
#include "member/member.h"

#include <stddef.h>

#define IHP__REASON_TEXT(name, text, section)           text,
#define IHP__REASON_SECTION(name, text, section)        section,
#define IHP__RULE_SECTION(name, section, numbers, text) section,
#define IHP__RULE_TEXT(name, section, numbers, text)    text,
#define IHP__RULE_NUMBERS(name, section, numbers, text) IHP__NUMBERS_##numbers,

const char *ihp__reason_text(enum ihp__reason reason)
{
    static const char *const texts[] = {IHP__REASON_LIST(IHP__REASON_TEXT)};
    return reason < IHP__REASONS ? texts[reason] : "?";
}

const char *ihp__reason_section(enum ihp__reason reason)
{
    static const char *const sections[] = {IHP__REASON_LIST(IHP__REASON_SECTION)};
    return reason < IHP__REASONS ? sections[reason] : "?";
}

const char *ihp__decision_section(enum ihp__reason reason, const struct ihp__trace *trace)
{
    const struct ihp__trace_entry *last =
        trace->count == 0 ? NULL : &trace->entry[trace->count - 1];
    bool step4 = reason == IHP__REASON_TIE_BREAK || reason == IHP__REASON_UNRESOLVED_TIE ||
                 reason == IHP__REASON_PRIMARY_CARE_ELSEWHERE;
    bool by_tie = last != NULL && last->rule >= IHP__RULE_TIE_EM_LATEST &&
                  last->rule <= IHP__RULE_TIE_NON_IHP;
    return step4 && by_tie ? ihp__rule_section(last->rule) : ihp__reason_section(reason);
}

const char *ihp__rule_section(enum ihp__rule rule)
{
    static const char *const sections[] = {IHP__RULE_LIST(IHP__RULE_SECTION)};
    return rule < IHP__RULES ? sections[rule] : "?";
}

const char *ihp__rule_text(enum ihp__rule rule)
{
    static const char *const texts[] = {IHP__RULE_LIST(IHP__RULE_TEXT)};
    return rule < IHP__RULES ? texts[rule] : "?";
}

enum ihp__rule_numbers ihp__rule_numbers(enum ihp__rule rule)
{
    static const enum ihp__rule_numbers numbers[] = {IHP__RULE_LIST(IHP__RULE_NUMBERS)};
    return rule < IHP__RULES ? numbers[rule] : IHP__NUMBERS_NONE;
}
