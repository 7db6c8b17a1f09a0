/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Overrides of attribution after a review [4.6.4.2]: finds their members in the store. */
#include "engine/context.h"

#include "base/search.h"

#include <stdlib.h>
#include <string.h>

enum ihp_status ihp__context_find_overridden(const struct ihp__context *c,
                                             const struct ihp__override *o, uint64_t *member,
                                             struct ihp_error *err)
{
    bool found;
    if (ihp__store_find_member(c->store, o->member_id, member, &found, err) != IHP_OK) {
        return err->status;
    }
    return found
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_DATA,
                           "%s/overrides.csv:%llu: member_id: the store does not have this member; "
                           "correct or remove the row",
                           c->program->folder, (unsigned long long)o->line);
}

/* Places a row of overrides.csv with its member in the store. */
static enum ihp_status place_override(struct ihp__context *c, const struct ihp__override *o,
                                      enum ihp__period period, struct ihp_error *err)
{
    uint64_t member;
    if (ihp__context_find_overridden(c, o, &member, err) != IHP_OK) {
        return err->status;
    }
    struct ihp__context_override *last = c->overrides == 0 ? NULL : &c->override_[c->overrides - 1];
    if (last == NULL || last->member != member) { /* rows come in member order */
        last = &c->override_[c->overrides++];
        last->member = member;
    }
    last->value[period] = (struct ihp__override_value){true, o->partnership};
    return IHP_OK;
}

/* Adds a line number to a list for people, or "..." once where no more fits. */
static void list_line(char *list, size_t size, uint64_t line)
{
    char number[24];
    size_t used = strlen(list);
    snprintf(number, sizeof number, "%s%llu", used > 0 ? ", " : "", (unsigned long long)line);
    if (used + strlen(number) + 8 < size) {
        memcpy(list + used, number, strlen(number) + 1);
    } else if (used < 3 || strcmp(list + used - 3, "...") != 0) {
        memcpy(list + used, ", ...", 6);
    }
}

enum ihp_status ihp__context_make_overrides(struct ihp__context *c, struct ihp_notices *notices,
                                            struct ihp_error *err)
{
    size_t applied[IHP__PERIODS] = {0};
    char lines[600] = "";
    if (c->program->overrides == 0) {
        return IHP_OK;
    }
    if (c->deck.settlement != IHP__FINAL) {
        ihp__notice_add(notices,
                        "overrides.csv: not applied, because %s has no overrides [4.6.4.2]",
                        ihp__settlement_name(&c->deck));
        return IHP_OK;
    }
    c->override_ = calloc(c->program->overrides, sizeof *c->override_);
    if (c->override_ == NULL) {
        return ihp__fail_memory(err, "overrides");
    }
    for (size_t i = 0; i < c->program->overrides; i++) {
        const struct ihp__override *o = &c->program->override_[i];
        for (int period = 0; period < IHP__PERIODS; period++) {
            if (o->year != (period == IHP__BASE ? c->deck.base : c->deck.performance).year) {
                continue;
            }
            if (place_override(c, o, (enum ihp__period)period, err) != IHP_OK) {
                return err->status;
            }
            applied[period]++;
            list_line(lines, sizeof lines, o->line);
        }
    }
    ihp__notice_add(notices,
                    "overrides.csv: %zu applied to the base period, %zu to the performance "
                    "period [4.6.4.2]; lines %s",
                    applied[IHP__BASE], applied[IHP__PERFORMANCE],
                    lines[0] == '\0' ? "none" : lines);
    return IHP_OK;
}

const struct ihp__override_value *ihp__context_overrides(const struct ihp__context *c,
                                                         uint64_t member)
{
    static const struct ihp__override_value none[IHP__PERIODS] = {{false, -1}, {false, -1}};
    size_t at;
    IHP__LOWER_BOUND(at, c->overrides, c->override_[at].member < member);
    return at < c->overrides && c->override_[at].member == member ? c->override_[at].value : none;
}
