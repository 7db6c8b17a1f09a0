/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual page of the run deck: each key with what it may be, its default and its section. */
#include "manual_deck.h"

#include "deck/deck_keys.h"
#include "ihp/version.h"
#include "roff.h"

#include <string.h>

/* The groups of keys, in the order of the page; a key belongs to the first whose prefix it has. */
static const struct {
    const char *prefix, *heading, *text;
} group[] = {
    {"policies.", "Policies",
     "Each policy is a reading of the contract, under the key policies. Its default is the reading "
     "of docs/methodology.md."},
    {"bootstrap.", "Bootstrap",
     "With the section bootstrap a settlement has standard errors and intervals."},
    {"sweep.", "Sweep", "With the section sweep a settlement has scenarios."},
    {"", "General keys", "A dot stands for nesting: base.year is the key year under base."},
};
enum { GROUPS = sizeof group / sizeof group[0] };

static int group_of(const struct ihp__deck_spec *spec)
{
    int g = 0;
    while (strncmp(spec->path, group[g].prefix, strlen(group[g].prefix)) != 0) {
        g++;
    }
    return g;
}

static void put_key(const struct ihp__roff *page, const struct ihp__deck_spec *spec)
{
    char allowed[IHP__DECK_ALLOWED], text[IHP__DECK_ALLOWED + 80];
    fputs(".TP\n.B ", page->stream);
    ihp__roff_bytes(page->stream, spec->path, strlen(spec->path), false);
    fputc('\n', page->stream);
    ihp__roff_text(page, spec->help, true);
    snprintf(text, sizeof text, "Allowed: %s.", ihp__deck_allowed(spec, allowed));
    ihp__roff_text(page, text, false);
    if (spec->fallback == NULL) {
        ihp__roff_text(page,
                       spec->type == IHP__DECK_SECTION ? "Required in this section." : "Required.",
                       false);
    } else if (spec->fallback[0] != '\0') {
        snprintf(text, sizeof text, "Default: %s.", spec->fallback);
        ihp__roff_text(page, text, false);
    }
    if (spec->section[0] != '\0') {
        snprintf(text, sizeof text, "Contract section: %s.", spec->section);
        ihp__roff_text(page, text, false);
    }
}

static void put_group(const struct ihp__roff *page, int g)
{
    fprintf(page->stream, ".SS %s\n", group[g].heading);
    ihp__roff_text(page, group[g].text, false);
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        if (group_of(&ihp__deck_spec[i]) == g) {
            put_key(page, &ihp__deck_spec[i]);
        }
    }
}

void ihp__manual_write_deck(FILE *stream)
{
    const struct ihp__roff page = {.stream = stream};
    fprintf(stream, ".TH IHP\\-DECK 5 \"\" \"ihp %s\" \"File Formats\"\n", IHP_VERSION);
    fputs(
        ".SH NAME\n"
        "ihp\\-deck \\- run deck of ihp\n"
        ".SH DESCRIPTION\n"
        "A run deck is a YAML file with one document. It names the store, the program folder and\n"
        "the result folder of a settlement, the years with their cut-off dates, and every policy\n"
        "that differs from its default. Relative paths count from the folder of the deck. An\n"
        "unknown key, a key given twice and a value that is not allowed are errors.\n"
        ".SH KEYS\n",
        stream);
    put_group(&page, GROUPS - 1);
    for (int g = 0; g < GROUPS - 1; g++) {
        put_group(&page, g);
    }
    fputs(".SH EXAMPLES\n"
          "A final settlement of 2025, with a sweep over all readings of the contract:\n"
          ".PP\n.in +4n\n.EX\n"
          "store: state.h5\n"
          "program: program\n"
          "output: results/final\\-2025\n"
          "settlement: final\n"
          "base: {year: 2024, paid_through: 2025\\-12\\-31}\n"
          "performance: {year: 2025, paid_through: 2026\\-12\\-31}\n"
          "policies: {count_unit: visit, lookback_months: 0}\n"
          "sweep: {design: readings}\n"
          ".EE\n.in\n"
          ".SH SEE ALSO\n"
          ".BR ihp (1),\n"
          ".BR ihp\\-settle (1)\n"
          ".PP\n"
          "share/doc/ihp/docs of the installation has\n"
          ".IR methodology.md ,\n"
          "the rules and policies, and\n"
          ".IR data.md ,\n"
          "all files and the keys of a sweep.\n",
          stream);
}
