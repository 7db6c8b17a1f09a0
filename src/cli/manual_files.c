/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lists of files in ihp(1). */
#include "manual_files.h"

#include "extract/schema.h"
#include "program/program.h"
#include "result/result_files.h"

#include <stdio.h>
#include <string.h>

/* Writes one file: its name in italics, then its contents and, unless it is always there, when. */
static void put_file(const struct ihp__roff *page, const char *name, const char *meaning,
                     const char *when)
{
    char text[400];
    size_t length = strlen(meaning);
    length -= length > 0 && meaning[length - 1] == '.'; /* a sentence or a phrase */
    size_t used = (size_t)snprintf(text, sizeof text, "%.*s%s", (int)length, meaning,
                                   when[0] == '\0' ? "" : ", ");
    for (const char *c = when; *c != '\0' && used + 1 < sizeof text; c++) {
        if (*c != '`') { /* as documents mark an option */
            text[used++] = *c;
        }
    }
    text[used] = '\0';
    fprintf(page->stream, ".TP\n.I %s\n", name);
    ihp__roff_text(page, text, true);
}

void ihp__manual_put_extract(const struct ihp__roff *page)
{
    for (size_t i = 0; i < IHP__EXTRACT_FILES; i++) {
        const struct ihp__extract_schema *file = &ihp__extract_schemas[i];
        char name[IHP__FILE_TEXT];
        snprintf(name, sizeof name, "%s.csv", file->name);
        put_file(page, name, file->meaning, file->required ? "" : "optional");
    }
}

void ihp__manual_put_program(const struct ihp__roff *page)
{
    const struct ihp__program_file *file;
    for (size_t i = 0; (file = ihp__program_file(i)) != NULL; i++) {
        char name[IHP__FILE_TEXT];
        snprintf(name, sizeof name, "%s.csv", file->name);
        put_file(page, name, file->meaning, file->required ? "" : "optional");
    }
}

void ihp__manual_put_results(const struct ihp__roff *page)
{
    const struct ihp__result_file *file;
    for (size_t i = 0; (file = ihp__result_file(i)) != NULL; i++) {
        char path[IHP__FILE_TEXT];
        put_file(page, ihp__result_file_path(file, path), file->meaning,
                 strcmp(file->when, "always") == 0 ? "" : file->when);
    }
}
