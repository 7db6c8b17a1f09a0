/* SPDX-License-Identifier: GPL-3.0-or-later */
/* moved/IHP_ID.csv: the members who joined or left an IHP between the interim and the final [2.12],
 * whom bridge_members.csv counts. */
#include "result/folder.h"
#include "result/member_rows.h"
#include "result/result_folder.h"

/* Sections of a file: in each period, first who joined, then who left. */
enum { SECTIONS = IHP__PERIODS * IHP__MOVES };

struct writing {
    struct ihp__range range;
    const struct ihp__moved_facts *facts;
    const char (*ids)[IHP__MEMBER_ID_MAX + 1];
    int partnership;
};

/* Adds a member who joined, with the reason at the interim and the months of the final, or left,
 * with the reason of the final and the months of the interim. */
static bool add_member(const struct writing *w, struct ihp__rows *rows, size_t m,
                       enum ihp__period period, enum ihp__move move)
{
    const struct ihp__member_fact *final_ = &w->facts->final_[m * IHP__PERIODS + period];
    const struct ihp__member_fact *interim = &w->facts->interim[m * IHP__PERIODS + period];
    const struct ihp__member_fact *here = move == IHP__MOVE_IN ? final_ : interim;
    const struct ihp__member_fact *there = move == IHP__MOVE_IN ? interim : final_;
    char row[200];
    if (here->partnership != w->partnership || there->partnership == w->partnership) {
        return true;
    }
    int length = snprintf(
        row, sizeof row, "%s,%s,%s,%s,%d\n", w->ids[m], ihp__period_text(period),
        move == IHP__MOVE_IN ? "in" : "out",
        there->partnership >= 0 ? "OTHER_IHP" : ihp__reason_text((enum ihp__reason)there->reason),
        ihp__months_count(here->qualifying));
    return ihp__rows_add(rows, row, (size_t)length);
}

/* Collects this rank's rows of a section. */
static bool collect(const void *context, int section, struct ihp__rows *rows)
{
    const struct writing *w = context;
    for (size_t m = 0; m < w->range.count; m++) {
        if (!add_member(w, rows, m, (enum ihp__period)(section / IHP__MOVES),
                        (enum ihp__move)(section % IHP__MOVES))) {
            return false;
        }
    }
    return true;
}

enum ihp_status ihp__moved_files_write(const char *folder, const struct ihp__program *program,
                                       struct ihp__range range,
                                       const struct ihp__moved_facts *facts,
                                       const char (*ids)[IHP__MEMBER_ID_MAX + 1], MPI_Comm comm,
                                       struct ihp_error *err)
{
    char path[IHP__PATH_MAX], name[IHP__ID_MAX + 20];
    enum ihp_status status = ihp__member_folder_make(folder, "moved", path, comm, err);
    for (size_t p = 0; p < program->partnerships && status == IHP_OK; p++) {
        const struct writing w = {range, facts, ids, (int)p};
        const struct ihp__row_source source = {"member_id,period,direction,reason,member_months\n",
                                               SECTIONS, collect, &w};
        snprintf(name, sizeof name, "%s.csv", program->partnership[p].id);
        status = ihp__member_rows_write(path, name, &source, comm, err);
    }
    return status;
}
