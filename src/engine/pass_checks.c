/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks what a pass over the claims has found. */
#include "engine/pass.h"

enum ihp_status ihp__pass_check_magnitude(const struct ihp__context *context, double magnitude,
                                          struct ihp_error *err)
{
    /* Sums of wide amounts could leave 64 bits; a store of narrow ones cannot be large enough. The
     * same limit holds for each batch, so that no rank overflows on the way, and for all ranks
     * together, so that their number does not decide. */
    return magnitude < 4e15 ? IHP_OK
                            : ihp__fail(err, IHP_ERR_DATA,
                                        "%s: column claims/paid_amount adds up to more than $40 "
                                        "trillion; look for amounts that cannot be true with 'ihp "
                                        "check'",
                                        context->info->path);
}

enum ihp_status ihp__pass_check_whole(const struct ihp__context *c, int64_t members, int64_t lines,
                                      struct ihp_error *err)
{
    const struct ihp__store_info *info = c->info;
    if ((uint64_t)members != info->members || (uint64_t)lines != info->lines) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: the pass saw %lld members and %lld lines where the store says %llu "
                         "and %llu; make the store again with 'ihp import'",
                         info->path, (long long)members, (long long)lines,
                         (unsigned long long)info->members, (unsigned long long)info->lines);
    }
    return IHP_OK;
}

enum ihp_status ihp__pass_check_categories(const struct ihp__context *c,
                                           const struct ihp__tally *tally,
                                           struct ihp_notices *notices, struct ihp_error *err)
{
    for (unsigned service = 0; service < IHP__SERVICES; service++) {
        int64_t base = tally->period[IHP__BASE].unknown_lines[service];
        int64_t performance = tally->period[IHP__PERFORMANCE].unknown_lines[service];
        char text[IHP__SERVICE_TEXT];
        if (base + performance == 0) {
            continue;
        }
        ihp__service_format(service, text);
        if (c->deck.strict_categories) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s: %s is not in categories.csv and %lld lines have it; list it "
                             "there, or leave strict_categories out of the deck [16.10]",
                             c->info->path, text, (long long)(base + performance));
        }
        ihp__notice_add(notices,
                        "category of service %s is not in categories.csv: excluded, %lld lines in "
                        "the base period, %lld in the performance period [16.10]",
                        text, (long long)base, (long long)performance);
    }
    return IHP_OK;
}

const char *ihp__before_birth_text(const struct ihp__claims_policies *policies)
{
    return policies->before_birth == IHP__BEFORE_BIRTH_NEVER
               ? "they do not qualify, although enrollment spans cover them [13.3.2]"
               : "they count, because enrollment spans cover them; 'before_birth: never' under "
                 "policies leaves them out [13.3.2]";
}

void ihp__pass_note_months(const struct ihp__context *c, const struct ihp__tally *tally,
                           struct ihp_notices *notices)
{
    for (int period = 0; period < IHP__PERIODS; period++) {
        const struct ihp__period_spec *spec =
            period == IHP__BASE ? &c->deck.base : &c->deck.performance;
        int64_t months = tally->period[period].not_begun[0];
        char date[IHP__DATE_TEXT];
        if (months > 0) {
            ihp__notice_add(notices,
                            "%s period: %lld member months begin after the cut-off %s, so they do "
                            "not qualify, although enrollment spans cover them [2.7]",
                            ihp__period_text((enum ihp__period)period), (long long)months,
                            ihp__day_format(spec->paid_through, date));
        }
        months = tally->period[period].before_birth[0];
        if (months > 0) {
            ihp__notice_add(notices,
                            "%s period: %lld member months are before the month of the member's "
                            "birth; %s",
                            ihp__period_text((enum ihp__period)period), (long long)months,
                            ihp__before_birth_text(&c->deck.policies.claims));
        }
        months = tally->period[period].after_death[0];
        if (months > 0) {
            ihp__notice_add(notices,
                            "%s period: %lld member months are after the month of the member's "
                            "death, so they do not qualify, although enrollment spans cover them "
                            "[13.3.2]",
                            ihp__period_text((enum ihp__period)period), (long long)months);
        }
    }
}

/* Returns the share of a period's eligible months whose members have no ACG; 0 of few months. */
static double without_acg(const struct ihp__context *c, const struct ihp__period_tally *period)
{
    enum { MONTHS_LEAST = 1000 };
    int64_t all = 0;
    for (size_t acg = 0; acg < c->info->acgs; acg++) {
        all += period->eligible_months[acg];
    }
    return all < MONTHS_LEAST || c->info->morbidity_rows == 0
               ? 0
               : (double)period->eligible_months[c->none_acg] / (double)all;
}

void ihp__pass_note_morbidity(const struct ihp__context *c, const struct ihp__tally *tally,
                              struct ihp_notices *notices)
{
    const double most = 0.3;
    for (int period = 0; period < IHP__PERIODS; period++) {
        const struct ihp__period_spec *spec =
            period == IHP__BASE ? &c->deck.base : &c->deck.performance;
        double without = without_acg(c, &tally->period[period]);
        if (without > most) {
            ihp__notice_add(
                notices,
                "the store: %.0f%% of the member months by which risk weights are computed in "
                "the %s period are of members without an ACG of %d, so they are in the "
                "risk category NONE; is morbidity missing? [16.4.1]",
                100 * without, ihp__period_text((enum ihp__period)period),
                ihp__period_acg_year(spec));
        }
    }
}
