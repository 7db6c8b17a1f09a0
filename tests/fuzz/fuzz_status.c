/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: the status file of a run, which `ihp status` prints. */
#include "fuzz.h"

#include "ihp/jobs.h"

static void run(const uint8_t *data, size_t size)
{
    struct ihp_error err = {0};
    fuzz_put("out.status.json", data, size);
    enum ihp_status status = ihp_run_status_print(fuzz_path("out"), fuzz_nowhere(), &err);
    fuzz_check(status, &err);
}

const struct fuzz_target fuzz_target = {.name = "fuzz_status", .run = run};
