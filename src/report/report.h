/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.h - the report of a finished settlement as one HTML file.
 *
 * `ihp_report` reads the folder, computes what needs every number (members.c, lines.c), hides small
 * numbers of members (result/hide_small.h), makes the sums over the IHPs, and writes the skeleton
 * with its slots (page.c), which the other files fill. Nothing here is collective.
 */
#ifndef IHP_REPORT_H
#define IHP_REPORT_H

#include "ihp/jobs.h"
#include "report/html.h"
#include "report/picture.h"
#include "result/finished.h"

/* Sums over the IHPs whose amounts are not hidden. */
struct ihp__report_sums {
    size_t outcome[4];                    /* IHPs by enum ihp__outcome */
    size_t hidden;                        /* IHPs that are not in it */
    int64_t savings, losses, final_, due; /* cents of final amounts, by sign, and of amounts due */
    bool shown;                           /* the dollars: they are those of all IHPs */
};

/* A count that may be hidden. */
struct ihp__report_count {
    int64_t count;
    bool hidden;
};

/* Members by where attribution led them, made before small numbers are hidden. */
struct ihp__report_members {
    struct ihp__table stages; /* stage, reason, section, base, performance; owned */
    struct ihp__report_count attributed[IHP__PERIODS];
    bool store_hidden;       /* the number of all members must not be shown */
    struct ihp__table lines; /* claim lines and dollars by stage; owned */
    bool lines_hidden;       /* some of them, which other numbers of lines could tell */
    struct ihp__table moved; /* since the interim: period, direction, members; owned */
};

enum ihp__report_picture {
    IHP__PICTURE_RATIOS,
    IHP__PICTURE_OUTCOMES,
    IHP__PICTURE_AMOUNTS,
    IHP__PICTURE_TORNADO,
    IHP__PICTURE_READINGS,
    IHP__PICTURE_MEMBERS,
    IHP__PICTURE_BRIDGE,
    IHP__PICTURES
};

struct ihp__report {
    FILE *out;
    const char *ihp_id; /* the only IHP of the report, whose tables are those of its package; NULL:
                           the report is about all */
    const struct ihp__table *attribution; /* with `ihp_id`: its members by reason */
    struct ihp__finished finished;        /* small numbers are hidden; owned */
    struct ihp__deck deck;                /* the part that `head` needs */
    struct ihp__settlement_head head;
    struct ihp__report_sums sums;
    struct ihp__report_members members;
    struct ihp__table scenarios;                /* sums over the IHPs by scenario; owned */
    struct ihp__picture picture[IHP__PICTURES]; /* owned */
    char no_pictures[200];                      /* why there are none; "" if they are drawn */
    struct ihp_error *err;
};

/* Returns a table of the settlement; NULL if the folder does not have it. */
static inline const struct ihp__table *ihp__report_table(const struct ihp__report *report,
                                                         enum ihp__table_number table)
{
    return report->finished.present[table] ? &report->finished.table[table] : NULL;
}

/* Sums over the IHPs of settlement.csv, after small numbers are hidden. */
void ihp__report_sums_make(struct ihp__report *report);

/* Makes the tables of members. The caller frees them with `ihp__report_members_free`. Returns
 * IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__report_members_make(struct ihp__report *report);

/* Makes the table of claim lines, after that of members. Returns IHP_ERR_RUN when memory is short.
 */
enum ihp_status ihp__report_lines_make(const struct ihp__report *report,
                                       struct ihp__report_members *members);
void ihp__report_members_free(struct ihp__report_members *members);

/* Sums each scenario over the IHPs, after small numbers are hidden. Returns IHP_ERR_RUN when memory
 * is short. */
enum ihp_status ihp__report_scenarios_make(struct ihp__report *report);

/* Makes and draws all pictures, after small numbers are hidden. Returns IHP_ERR_RUN when memory is
 * short. */
enum ihp_status ihp__report_pictures_make(struct ihp__report *report);

/* Writes a picture with what it shows, if it was drawn. */
void ihp__report_put_picture(struct ihp__report *report, enum ihp__report_picture picture);

/* Writes the page. Errors are in `report->err`. */
void ihp__report_put_page(struct ihp__report *report);

/* Write the contents of slots. */
void ihp__report_put_summary(struct ihp__report *report);
void ihp__report_put_ihps(struct ihp__report *report);
void ihp__report_put_steps(struct ihp__report *report);
void ihp__report_put_uncertainty(struct ihp__report *report);
void ihp__report_put_sensitivity(struct ihp__report *report);
void ihp__report_put_readings(struct ihp__report *report);
void ihp__report_put_members(struct ihp__report *report);
void ihp__report_put_lines(struct ihp__report *report);
void ihp__report_put_bridge(struct ihp__report *report);
void ihp__report_put_run(struct ihp__report *report);

/* Write the sections of payers, quality, payments and reconciliation that the folder has, and the
 * links to them. */
void ihp__report_put_money(struct ihp__report *report);
void ihp__report_put_money_links(struct ihp__report *report);

/* Write the slots of the report of one IHP. */
void ihp__report_put_payers(struct ihp__report *report);
void ihp__report_put_own_members(struct ihp__report *report);
void ihp__report_put_terms(struct ihp__report *report);
void ihp__report_put_source(struct ihp__report *report);

/* Writes the report of the data package of one IHP to `path`, with permission bits `mode`, from its
 * tables, in which numbers are hidden as the package hides them. `finished` has the manifest and
 * borrows its tables. Returns IHP_ERR_RUN when it cannot be written. */
enum ihp_status ihp__report_own_write(const char *path, int mode,
                                      const struct ihp__finished *finished, const char *ihp_id,
                                      const struct ihp__table *attribution, struct ihp_error *err);

/* The skeleton, which CMake makes a text of. */
extern const char ihp__report_skeleton[];

#endif
