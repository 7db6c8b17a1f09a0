/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: the error reports of IHPs on their lists of members, a CSV file that `ihp appeal` answers.
 */
#include "state.h"

#include "ihp/ihp.h"

static void run(const uint8_t *data, size_t size)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    const struct fuzz_section all = {.data = data, .size = size};
    fuzz_secret_allowed(fuzz_header_has_secret(&all));
    fuzz_put("reports.csv", data, size);
    const struct ihp_appeal_options options = {.deck_path = fuzz_path("deck.yaml"),
                                               .errors_path = fuzz_path("reports.csv"),
                                               .folder = fuzz_path("appeal"),
                                               .force = true};
    enum ihp_status status = ihp_appeal(&options, &notices, &err);
    fuzz_check(status, &err);
    fuzz_check_notices(&notices);
}

const struct fuzz_target fuzz_target = {
    .name = "fuzz_appeal", .begin = fuzz_state_import, .run = run};
