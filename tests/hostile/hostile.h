/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostile.h - stores that are valid HDF5 and made to deceive.
 *
 * Each case changes a good store in one way. Unless it leads out of the store, the store then gets
 * the digests of what it holds, as if the one who changed it had known how to make them: damage
 * that digests show is tested elsewhere. Nothing here uses MPI; a step that fails ends the process.
 */
#ifndef IHP_TEST_HOSTILE_H
#define IHP_TEST_HOSTILE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

/* What a case may lead to. No command may crash, wait for ever, or fail in another way. */
enum hostile_verdict {
    HOSTILE_REFUSED,  /* every command refuses it, or gives the result of the good store because it
                         does not read what was changed; ihp check refuses it */
    HOSTILE_LIES,     /* two columns say different things: ihp check refuses it, others may not see
                         it */
    HOSTILE_ANOTHER,  /* a store that says something else */
    HOSTILE_HARMLESS, /* every command gives the result of the good store */
};

struct hostile_case {
    const char *name;
    enum hostile_verdict verdict;
    bool elsewhere; /* leads out of the store */
    void (*change)(hid_t file);
};

extern const struct hostile_case hostile_cases[];
extern const size_t hostile_case_count;

/* Changes the good store at `path`; without `digests` into one of an earlier version. Makes a named
 * pipe PATH.pipe and a copy PATH.other, to which links of some cases lead. */
void hostile_make(const char *path, const struct hostile_case *which, bool digests);

/* Finds a case by its name; NULL if there is none. */
const struct hostile_case *hostile_find(const char *name);

#endif
