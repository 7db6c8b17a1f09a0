/* SPDX-License-Identifier: GPL-3.0-or-later */
/* instructions.h - forces the instructions of the bootstrap, for tests of each version. */
#ifndef IHP_TEST_INSTRUCTIONS_H
#define IHP_TEST_INSTRUCTIONS_H

#include "build.h"
#include "resample/resample.h"

#include <stdlib.h>

static inline void use_instructions(const char *name)
{
    struct ihp_error err = {0};
    assert_int_equal(setenv("IHP_INSTRUCTIONS", name, 1), 0);
    assert_int_equal(ihp__instructions_choose(&err), IHP_OK);
    assert_string_equal(ihp__instructions_chosen(), name);
}

#endif
