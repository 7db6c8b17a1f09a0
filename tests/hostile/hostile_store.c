/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostile_store - prints the names of the hostile stores, or makes one of a good store:
 *   hostile_store              prints each name with its verdict
 *   hostile_store STORE NAME   changes STORE */
#include "hostile/hostile.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    static const char *const verdicts[] = {"refused", "lies", "another", "harmless"};
    for (size_t i = 0; argc == 1 && i < hostile_case_count; i++) {
        printf("%s %s\n", hostile_cases[i].name, verdicts[hostile_cases[i].verdict]);
    }
    if (argc == 1) {
        return 0;
    }
    const struct hostile_case *which = argc == 3 ? hostile_find(argv[2]) : NULL;
    if (which == NULL) {
        fprintf(stderr, "hostile_store: usage: hostile_store [STORE NAME]\n");
        return 2;
    }
    hostile_make(argv[1], which, true);
    return 0;
}
