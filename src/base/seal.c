/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seals of the names of unfinished files. */
#include "base/seal.h"

#include "base/path.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

/* Any number does; it keeps the seal from being the plain hash of a name. */
static const uint64_t seed = UINT64_C(0x6968702073656172);

static void make_seal(const char *name, size_t length, char seal[IHP__SEAL_BYTES + 1])
{
    snprintf(seal, IHP__SEAL_BYTES + 1, "-%016" PRIx64,
             (uint64_t)XXH3_64bits_withSeed(name, length, seed));
}

void ihp__seal_name(char *path)
{
    const char *name = ihp__path_base(path);
    make_seal(name, strlen(name), path + strlen(path));
}

size_t ihp__seal_find(const char *name)
{
    char seal[IHP__SEAL_BYTES + 1];
    for (const char *dash = strchr(name, '-'); dash != NULL; dash = strchr(dash + 1, '-')) {
        if (strspn(dash + 1, "0123456789abcdef") != IHP__SEAL_BYTES - 1 ||
            (dash[IHP__SEAL_BYTES] != '\0' && dash[IHP__SEAL_BYTES] != '-')) {
            continue;
        }
        make_seal(name, (size_t)(dash - name), seal);
        if (strncmp(dash, seal, IHP__SEAL_BYTES) == 0) {
            return (size_t)(dash - name);
        }
    }
    return 0;
}
