/* SPDX-License-Identifier: GPL-3.0-or-later */
/* version.h - the version of the library and the program; CMakeLists.txt reads it from here. */
#ifndef IHP_VERSION_H
#define IHP_VERSION_H

#include "ihp/error.h"

#define IHP_VERSION "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns the version of the library that is linked, as a static text; IHP_VERSION is that of the
 * headers. */
IHP_API const char *ihp_version(void);

#ifdef __cplusplus
}
#endif
#endif
