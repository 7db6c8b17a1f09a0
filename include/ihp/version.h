/* version.h - the version of the library and the program; CMakeLists.txt reads it from here. */
#ifndef IHP_VERSION_H
#define IHP_VERSION_H

#define IHP_VERSION "0.1.0"

#endif
