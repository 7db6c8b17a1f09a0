/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lease_look.h - looking at a lease: who holds it, and whether that run still works; and at the
 * leases of the folders that an output is in, and of what is inside the output.
 *
 * A run that replaces a folder as a whole takes along what another run is writing inside it. So a
 * run takes its own lease first and looks at the others then: of two such runs at least one sees
 * the other. Nothing here is collective.
 */
#ifndef IHP_LEASE_LOOK_H
#define IHP_LEASE_LOOK_H

#include "base/lease_text.h"
#include "ihp/error.h"

#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>

enum { IHP__LEASE_STALE_SECONDS = 120 }; /* without being touched, of a run on another host */

/* An open file of this run on the same file system: it has that file system's time. */
struct ihp__lease_probe {
    int fd;
    bool locks; /* the file system has them */
};

enum ihp__lease_found {
    IHP__FOUND_NONE,
    IHP__FOUND_STALE,
    IHP__FOUND_HELD,
    IHP__FOUND_FOREIGN,
    IHP__FOUND_UNREADABLE
};

struct ihp__lease_other {
    struct ihp__lease_text text;
    struct stat stat;
    double age;  /* seconds since it was touched */
    bool locked; /* by its run */
    bool ended;  /* its process */
};

double ihp__lease_seconds(struct timespec time);

/* Opens the lease at `path`, tries to lock it, and looks at it. `*fd` is open, and locked if
 * possible, only if the lease is stale. */
enum ihp__lease_found ihp__lease_look(const struct ihp__lease_probe *probe, const char *path,
                                      int *fd, struct ihp__lease_other *other);

/* Reports who holds the lease `path`. */
enum ihp_status ihp__lease_fail_in_use(const char *output, const char *path,
                                       const struct ihp__lease_other *other, struct ihp_error *err);

/* Reports a file that has the name of a lease and cannot be used as one. */
enum ihp_status ihp__lease_fail_found(const char *output, const char *path,
                                      enum ihp__lease_found found, struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) an output if another run holds the lease of a folder that it is in.
 * `resolved` is its path without links. */
enum ihp_status ihp__lease_check_above(const struct ihp__lease_probe *probe, const char *output,
                                       const char *resolved, struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) an output if another run holds a lease inside `folder`, at any depth. */
enum ihp_status ihp__lease_check_below(const struct ihp__lease_probe *probe, const char *output,
                                       const char *folder, struct ihp_error *err);

#endif
