/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: the lease file that another run seems to have left next to an output. It is taken over, or
 * the output is in use: then the file is as it was. */
#include "fuzz.h"

#include "base/lease.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void run(const uint8_t *data, size_t size)
{
    struct ihp__lease *lease = NULL;
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    struct stat info;
    fuzz_put("out.lease", data, size);
    enum ihp_status status = ihp__lease_take(fuzz_path("out"), &notices, &lease, &err);
    if ((status == IHP_OK) != (lease != NULL)) {
        fuzz_fail("status %d with%s a lease", (int)status, lease == NULL ? "out" : "");
    }
    if (status == IHP_OK) {
        struct ihp_error check_err = {0};
        enum ihp_status check = ihp__lease_check(lease, &check_err);
        fuzz_require(check, &check_err);
        ihp__lease_release(&lease);
        if (lstat(fuzz_path("out.lease"), &info) == 0) {
            fuzz_fail("a lease stays after its end");
        }
    } else {
        size_t left;
        char *bytes = fuzz_read(fuzz_path("out.lease"), &left);
        if (left != size || memcmp(bytes, data, size) != 0) {
            fuzz_fail("the lease of another run has changed");
        }
        free(bytes);
        unlink(fuzz_path("out.lease"));
    }
    fuzz_check(status, &err);
    fuzz_check_notices(&notices);
}

const struct fuzz_target fuzz_target = {.name = "fuzz_lease", .run = run};
