/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives stores that a test has changed the digests and the content hash of what they hold now, so
 * that what else is wrong with them is seen. Arguments: the stores. */
#include "../unit/store_seal.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        seal_store(argv[i]);
    }
    return 0;
}
