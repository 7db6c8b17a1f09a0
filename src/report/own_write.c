/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the report of the data package of one IHP [4.6.2], without the other IHPs. */
#include "base/outfile.h"
#include "report/report.h"

enum ihp_status ihp__report_own_write(const char *path, int mode,
                                      const struct ihp__finished *finished, const char *ihp_id,
                                      const struct ihp__table *attribution, struct ihp_error *err)
{
    struct ihp__report report = {
        .ihp_id = ihp_id, .attribution = attribution, .finished = *finished, .err = err};
    struct ihp__outfile *out;
    if (ihp__finished_head(finished, &report.deck, &report.head, err) != IHP_OK ||
        ihp__outfile_open(path, mode, &out, err) != IHP_OK) {
        return err->status;
    }
    report.out = ihp__outfile_stream(out);
    ihp__report_put_page(&report);
    if (err->status != IHP_OK) {
        ihp__outfile_abandon(&out);
        return err->status;
    }
    return ihp__outfile_commit(&out, err);
}
