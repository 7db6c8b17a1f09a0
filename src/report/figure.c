/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of a report: pictures with their captions. */
#include "report/report.h"

#define GOOD "<span class=\"good\">\xe2\x96\xa0</span> "
#define BAD  "<span class=\"bad\">\xe2\x96\xa0</span> "
#define EVEN "<span class=\"even\">\xe2\x96\xa0</span> "
#define MARK "<span class=\"mark\">\xe2\x96\xa0</span> "

/* `name` is for screen readers; the caption is HTML. */
static const struct {
    const char *name, *caption;
} figures[IHP__PICTURES] = {
    [IHP__PICTURE_RATIOS] = {"Ratio of each IHP against the threshold",
                             "The ratio of each IHP: " GOOD "savings, " BAD
                             "losses, black or white without either. The shaded band is the "
                             "threshold on both sides of 100%, inside which nothing is shared."},
    [IHP__PICTURE_OUTCOMES] =
        {"Chances of savings, of losses, and of a ratio inside the threshold, of each IHP",
         "Shares of the replicates with " GOOD "savings, " EVEN
         "a ratio inside the threshold, and " BAD "losses."},
    [IHP__PICTURE_AMOUNTS] = {"Distribution of the final amount of each IHP",
                              "The distribution of the final amount over the replicates: " MARK
                              "the middle half, " EVEN
                              "from 5% to 95%. The upright mark is the settlement."},
    [IHP__PICTURE_TORNADO] =
        {"How far each key of the sweep moves the final amounts",
         "How far the values of each key of the sweep " BAD "lower and " GOOD
         "raise the final amounts of all IHPs together; if all scenarios change "
         "the same keys, how far each scenario does. The 20 that move most."},
    [IHP__PICTURE_READINGS] = {"Price of each reading of the contract",
                               "What each reading changes in the final amounts of all IHPs "
                               "together: " BAD "less and " GOOD "more for the IHPs; the 20 "
                               "readings with most dollars."},
    [IHP__PICTURE_MEMBERS] = {"From all members to those attributed",
                              "From all members to " GOOD "those attributed: " BAD
                              "members who are not, by reason."},
    [IHP__PICTURE_BRIDGE] = {"From the interim to the final amounts of all IHPs",
                             "All IHPs whose amounts are shown: " EVEN "amounts, and what " BAD
                             "lowers and " GOOD "raises them."},
};

void ihp__report_put_picture(struct ihp__report *r, enum ihp__report_picture picture)
{
    const struct ihp__picture *p = &r->picture[picture];
    if (p->svg[IHP__PICTURE_WIDE] != NULL) {
        fputs("<figure>\n", r->out);
        ihp__picture_put(r->out, p, figures[picture].name);
        bool intervals =
            picture == IHP__PICTURE_RATIOS && ihp__report_table(r, IHP__TABLE_BOOTSTRAP) != NULL;
        fprintf(r->out, "<figcaption>%s%s</figcaption>\n</figure>\n", figures[picture].caption,
                intervals ? " " EVEN "the widest percentile interval of the bootstrap." : "");
    }
}
