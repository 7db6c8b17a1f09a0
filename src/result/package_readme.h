/* SPDX-License-Identifier: GPL-3.0-or-later */
/* package_readme.h - README.txt of a data package: its files and columns in words, and the terms
 * from which an IHP can compute its amount again [4.6.2]. Nothing here is collective. */
#ifndef IHP_PACKAGE_README_H
#define IHP_PACKAGE_README_H

#include "result/package.h"

/* Writes README.txt of an IHP. `table` has the tables of its package, and `previous` describes the
 * earlier package, NULL for none. */
void ihp__package_readme_put(FILE *out, const struct ihp__result_input *input, int partnership,
                             const struct ihp__table table[IHP__PACKAGE_TABLES],
                             const char *previous);

#endif
