/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people read of a package [4.6.2]: the IHP's own report and workbook. */
#include "base/outfile.h"
#include "jobs/package/package.h"
#include "report/report.h"
#include "result/manifest.h"
#include "result/result_files.h"
#include "workbook/book.h"

#include <string.h>

/* Returns the tables of a package as those of a settlement that was read. The manifest, which the
 * caller releases, has nothing about other IHPs: no counts and no notices. */
static struct ihp__finished finished_of(const char *folder, const struct ihp__result_input *input,
                                        const struct ihp__table table[IHP__PACKAGE_TABLES],
                                        const struct ihp_notices *notices)
{
    static const char *const of_all[] = {"counts", "import", "notices"};
    static const struct {
        int number, of_package;
    } tables[] = {{IHP__TABLE_SETTLEMENT, IHP__PACKAGE_SETTLEMENT},
                  {IHP__TABLE_PAYER_SPLIT, IHP__PACKAGE_PAYER_SPLIT},
                  {IHP__TABLE_TERMS, IHP__PACKAGE_TERMS},
                  {IHP__TABLE_RISK_SCORES, IHP__PACKAGE_RISK_SCORES},
                  {IHP__TABLE_BRIDGE, IHP__PACKAGE_BRIDGE}};
    struct ihp__finished finished = {.folder = folder,
                                     .files = IHP__FILES_OF_PACKAGE,
                                     .manifest = ihp__manifest_create(input, notices)};
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        finished.table[tables[t].number] = table[tables[t].of_package];
        finished.present[tables[t].number] = table[tables[t].of_package].columns > 0;
    }
    for (size_t i = 0; i < sizeof of_all / sizeof of_all[0]; i++) {
        json_object_del(finished.manifest, of_all[i]);
    }
    return finished;
}

#ifdef IHP_XLSX

static enum ihp_status write_workbook(const char *folder, struct ihp__finished *finished,
                                      const struct ihp__settlement *settlement,
                                      struct ihp_notices *notices, struct ihp_error *err)
{
    static const char name[] = "settlement.xlsx";
    const struct ihp__result_file *file = ihp__result_file_find(IHP__FILES_PACKAGE_OF_IHP, name);
    const struct ihp__exact_risk risk = {{settlement->base_risk, settlement->risk}};
    struct ihp__outfile *out = NULL;
    char path[IHP__PATH_MAX];
    if (ihp__path_join(path, sizeof path, folder, name, err) == IHP_OK &&
        ihp__outfile_open(path, file->mode, &out, err) == IHP_OK &&
        ihp__book_write(finished, &risk, ihp__outfile_part(out), path, notices, err) == IHP_OK) {
        return ihp__outfile_commit(&out, err);
    }
    ihp__outfile_abandon(&out);
    return err->status;
}

#endif

enum ihp_status ihp__package_documents_write(const char *folder,
                                             const struct ihp__result_input *input, int partnership,
                                             struct ihp__table table[IHP__PACKAGE_TABLES],
                                             struct ihp_notices *notices, struct ihp_error *err)
{
    static const char name[] = "report.html";
    const struct ihp__result_file *file = ihp__result_file_find(IHP__FILES_PACKAGE_OF_IHP, name);
    const char *id = input->program->partnership[partnership].id;
    struct ihp__finished finished = finished_of(folder, input, table, notices);
    char path[IHP__PATH_MAX];
    enum ihp_status status = ihp__path_join(path, sizeof path, folder, name, err);
    if (finished.manifest == NULL) {
        status = ihp__fail_memory(err, "the report of a package");
    }
    if (status == IHP_OK) {
        status = ihp__report_own_write(path, file->mode, &finished, id,
                                       &table[IHP__PACKAGE_ATTRIBUTION], err);
    }
#ifdef IHP_XLSX
    if (status == IHP_OK) {
        status = write_workbook(folder, &finished, &input->finance->settlement[partnership],
                                notices, err);
    }
#endif
    json_decref(finished.manifest);
    return status;
}

void ihp__package_documents_note(struct ihp_notices *notices)
{
#ifdef IHP_XLSX
    (void)notices;
#else
    ihp__notice_add(notices,
                    "the packages have no settlement.xlsx, because this ihp was built "
                    "without libxlsxwriter; install libxlsxwriter-dev and build ihp again");
#endif
}
