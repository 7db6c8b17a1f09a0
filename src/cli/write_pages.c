/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the manual pages and completion files while ihp is built: write_pages PROSE FOLDER.
 *
 * PROSE is docs/ihp.1.in. FOLDER gets man1/ihp.1, man1/ihp-COMMAND.1, man5/ihp-deck.5, bash/ihp and
 * zsh/_ihp; its folders exist. */
#include "cli.h"
#include "completion.h"
#include "manual.h"
#include "manual_deck.h"

#include <stdlib.h>
#include <string.h>

static FILE *open_file(const char *folder, const char *name)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = length < 0 || (size_t)length >= sizeof path ? NULL : fopen(path, "w");
    if (file == NULL) {
        fprintf(stderr, "write_pages: %s/%s cannot be written\n", folder, name);
        exit(EXIT_FAILURE);
    }
    return file;
}

static void close_file(FILE *file)
{
    bool bad = ferror(file) != 0;
    if (fclose(file) != 0 || bad) {
        fputs("write_pages: a file cannot be written\n", stderr);
        exit(EXIT_FAILURE);
    }
}

static void write_overview(const char *prose_path, const char *folder)
{
    FILE *prose = fopen(prose_path, "r"), *file = open_file(folder, "man1/ihp.1");
    if (prose == NULL || !ihp__manual_write_overview(file, prose, ihp__command, ihp__commands)) {
        fprintf(stderr, "write_pages: %s cannot be read, or has an unknown @mark@\n", prose_path);
        exit(EXIT_FAILURE);
    }
    fclose(prose);
    close_file(file);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("Usage: write_pages PROSE FOLDER\n", stderr);
        return EXIT_FAILURE;
    }
    write_overview(argv[1], argv[2]);
    for (size_t i = 0; i < ihp__commands; i++) {
        char name[64];
        snprintf(name, sizeof name, "man1/ihp-%s.1", ihp__command[i]->name);
        FILE *page = open_file(argv[2], name);
        ihp__manual_write(page, ihp__command[i], ihp__command, ihp__commands);
        close_file(page);
    }
    FILE *deck = open_file(argv[2], "man5/ihp-deck.5");
    ihp__manual_write_deck(deck);
    close_file(deck);
    FILE *bash = open_file(argv[2], "bash/ihp");
    ihp__completion_write_bash(bash, ihp__command, ihp__commands);
    close_file(bash);
    FILE *zsh = open_file(argv[2], "zsh/_ihp");
    ihp__completion_write_zsh(zsh, ihp__command, ihp__commands);
    close_file(zsh);
    return EXIT_SUCCESS;
}
