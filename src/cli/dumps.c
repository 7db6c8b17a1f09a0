/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps members' data out of core dumps.
 *
 * A process that is not dumpable (PR_SET_DUMPABLE) is not dumped in any case, but its memory cannot
 * be read by other processes of its user either, and that is how the ranks of one machine exchange
 * messages (process_vm_readv). So ranks only have a limit of one byte: it is too small for a file,
 * and the kernel does not start a program for dumps at exactly this limit, while it does at zero.
 */
#define _DEFAULT_SOURCE
#include "dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IHP_CLI_WATCHED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(IHP_CLI_WATCHED)
#define IHP_CLI_WATCHED 1
#endif

void ihp__cli_forbid_dumps(bool alone)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max < 1 ? 0 : 1;
        setrlimit(RLIMIT_CORE, &limit);
    }
#ifndef IHP_CLI_WATCHED /* a sanitizer reads the process to find leaks */
    if (alone) {
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    }
#else
    (void)alone;
#endif
}
