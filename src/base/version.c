/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The version at run time. */
#include "ihp/version.h"

const char *ihp_version(void)
{
    return IHP_VERSION;
}
