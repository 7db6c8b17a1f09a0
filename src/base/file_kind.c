/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first bytes of files that are not read. */
#include "base/file_kind.h"

#include <stdbool.h>
#include <string.h>

#define UTF16                                                                                      \
    "is UTF-16 text; convert it to UTF-8, such as by iconv -f UTF-16 -t UTF-8 FILE > NEW, or "     \
    "save "                                                                                        \
    "it as 'CSV UTF-8'"
#define PACKED "; unpack it, or pack it as gzip, zip or zstd"
#define QUERY  "; write it as CSV, such as by DuckDB: COPY (FROM 'FILE') TO 'NEW.csv'"

static const char utf16[] = UTF16;

static const struct {
    const char *bytes;
    size_t size;
    const char *text;
} kinds[] = {
    {"\xff\xfe\0\0", 4, "is UTF-32 text; convert it to UTF-8"},
    {"\xff\xfe", 2, UTF16},
    {"\xfe\xff", 2, UTF16},
    {"\xfd"
     "7zXZ\0",
     6, "is compressed by xz" PACKED},
    {"7z\xbc\xaf\x27\x1c", 6, "is compressed by 7-Zip" PACKED},
    {"Rar!\x1a\x07", 6, "is compressed by RAR" PACKED},
    {"\x04\x22\x4d\x18", 4, "is compressed by lz4" PACKED},
    {"\x1f\x9d", 2, "is compressed by compress" PACKED},
    {"PAR1", 4, "is a Parquet file" QUERY " (docs/recipes)"},
    {"ARROW1\0\0", 8, "is an Arrow file" QUERY},
    {"Obj\x01", 4, "is an Avro file" QUERY},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8,
     "is a workbook or another document of Microsoft Office; save the sheet as 'CSV UTF-8'"},
    {"HEADER RECORD*******", 20,
     "is a SAS transport file; write it as a SAS table (sas7bdat) or as CSV"},
    {"\x89HDF\r\n\x1a\n", 8, "is an HDF5 file, such as a store, and not a table of an extract"},
    {"-----BEGIN PGP MESSAGE", 22, "is encrypted by PGP; decrypt it"},
    {"%PDF-", 5, "is a PDF file; get the table as CSV"},
};

/* Returns true for text of 16 bits in ASCII without the mark of its order. */
static bool is_wide(const unsigned char *bytes, size_t size)
{
    for (size_t order = 0; size >= 8 && order < 2; order++) {
        bool wide = true;
        for (size_t i = 0; i < 8 && wide; i++) {
            wide = i % 2 == order ? bytes[i] >= ' ' && bytes[i] < 0x7f : bytes[i] == 0;
        }
        if (wide) {
            return true;
        }
    }
    return false;
}

const char *ihp__file_kind(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (size >= kinds[i].size && memcmp(bytes, kinds[i].bytes, kinds[i].size) == 0) {
            return kinds[i].text;
        }
    }
    /* bzip2 writes the digits of pi behind "BZh9"; a text may begin with these four letters. */
    if (size >= 10 && memcmp(bytes, "BZh", 3) == 0 && memcmp(bytes + 4, "1AY&SY", 6) == 0) {
        return "is compressed by bzip2" PACKED;
    }
    return is_wide(bytes, size) ? utf16 : NULL;
}
