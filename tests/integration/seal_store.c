/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives stores that a test has changed the digests and the content hash of what they hold now, so
 * that what else is wrong with them is seen. Arguments: the stores; after --older they become
 * stores of an earlier version, which have no digests. */
#include "../unit/store_seal.h"

int main(int argc, char **argv)
{
    bool older = argc > 1 && strcmp(argv[1], "--older") == 0;
    for (int i = older ? 2 : 1; i < argc; i++) {
        older ? unseal_store(argv[i]) : seal_store(argv[i]);
    }
    return 0;
}
