/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of the report: the skeleton with its slots filled. */
#include "report/report.h"

#include <string.h>

static void put_title(struct ihp__report *r)
{
    char months[IHP__PERIOD_TEXT], text[160];
    ihp__period_months(&r->deck.performance, months);
    snprintf(text, sizeof text, "%s%s%s of %s", r->ihp_id == NULL ? "" : r->ihp_id,
             r->ihp_id == NULL ? "" : ": ", ihp__settlement_title(&r->deck), months);
    ihp__html_text(r->out, text);
}

static void put_subtitle(struct ihp__report *r)
{
    const char *version =
        json_string_value(json_object_get(r->finished.manifest, "program_version"));
    char date[IHP__DATE_TEXT], text[160];
    snprintf(text, sizeof text, "Against base year %d, claims paid through %s. Made by ihp %.40s",
             r->deck.base.year, ihp__day_format(r->deck.performance.paid_through, date),
             version == NULL ? "" : version);
    ihp__html_text(r->out, text);
    fputs(".", r->out);
}

static void put_notes(struct ihp__report *r)
{
    char what_if[IHP__WHAT_IF_TEXT];
    if (r->deck.what_if.count > 0) {
        fputs("<p id=\"what-if\"><strong>This is a what-if and not the settlement of the deck: it "
              "was "
              "settled with ",
              r->out);
        ihp__html_text(r->out, ihp__what_if_format(&r->deck.what_if, what_if));
        fputs(".</strong></p>\n", r->out);
    }
    fputs(r->ihp_id == NULL
              ? "<p class=\"soft\">Numbers of 1 to 10 members are hidden, and so are others from "
                "which they could be computed.</p>\n"
              : "<p class=\"soft\">What is hidden is a number of 1 to 10 members, or could reveal "
                "one, or the cost of lines that are left out [4.6.1.2].</p>\n",
          r->out);
    if (r->no_pictures[0] != '\0') {
        fputs("<p id=\"no-pictures\">This report has no pictures: ", r->out);
        ihp__html_text(r->out, r->no_pictures);
        fputs(". Its tables have all numbers.</p>\n", r->out);
    }
}

static void put_amounts(struct ihp__report *r)
{
    fputs(ihp__settlement_amounts(&r->deck), r->out);
}

static void put_ratios(struct ihp__report *r)
{
    ihp__report_put_picture(r, IHP__PICTURE_RATIOS);
}

static const struct {
    const char *name;
    void (*put)(struct ihp__report *report);
} slots[] = {
    {"title", put_title},
    {"subtitle", put_subtitle},
    {"notes", put_notes},
    {"summary", ihp__report_put_summary},
    {"amounts", put_amounts},
    {"ratios", put_ratios},
    {"ihps", ihp__report_put_ihps},
    {"uncertainty", ihp__report_put_uncertainty},
    {"sensitivity", ihp__report_put_sensitivity},
    {"readings", ihp__report_put_readings},
    {"members", ihp__report_put_members},
    {"lines", ihp__report_put_lines},
    {"bridge", ihp__report_put_bridge},
    {"steps", ihp__report_put_steps},
    {"money", ihp__report_put_money},
    {"money_links", ihp__report_put_money_links},
    {"run", ihp__report_put_run},
    {"payers", ihp__report_put_payers},
    {"own_members", ihp__report_put_own_members},
    {"terms", ihp__report_put_terms},
    {"source", ihp__report_put_source},
};
enum { SLOTS = sizeof slots / sizeof slots[0] };

/* Returns the text behind the part of the skeleton that `text` begins if this report leaves that
 * part out, else `text`: {{all}}...{{end}} is for a report of all IHPs, {{own}}...{{end}} for that
 * of one. */
static const char *skip_part(const struct ihp__report *r, const char *text)
{
    static const char end[] = "{{end}}";
    const char *other = r->ihp_id == NULL ? "{{own}}" : "{{all}}";
    const char *behind = strncmp(text, other, strlen(other)) == 0 ? strstr(text, end) : NULL;
    return behind == NULL ? text : behind + strlen(end);
}

/* Fills the slot whose name is `length` bytes. */
static void fill(struct ihp__report *r, const char *name, size_t length)
{
    for (size_t i = 0; i < SLOTS && r->err->status == IHP_OK; i++) {
        if (strlen(slots[i].name) == length && memcmp(slots[i].name, name, length) == 0) {
            slots[i].put(r);
        }
    }
}

void ihp__report_put_page(struct ihp__report *r)
{
    const char *text = ihp__report_skeleton;
    for (const char *open; (open = strstr(text, "{{")) != NULL;) {
        const char *close = strstr(open, "}}");
        if (close == NULL) {
            break;
        }
        fwrite(text, 1, (size_t)(open - text), r->out);
        const char *behind = skip_part(r, open);
        if (behind != open) {
            text = behind;
            continue;
        }
        fill(r, open + 2, (size_t)(close - open) - 2);
        text = close + 2;
    }
    fputs(text, r->out);
}
