/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The version of the library in use. */
#include "ihp/version.h"

const char *ihp_version(void)
{
    return IHP_VERSION;
}
