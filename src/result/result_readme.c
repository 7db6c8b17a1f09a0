/* SPDX-License-Identifier: GPL-3.0-or-later */
/* README.md of a result folder: its files and their columns, for people who did not make it. */
#include "result/result_readme.h"

#include "result/column_meanings.h"

#include <string.h>
#include <sys/stat.h>

/* A README while it is written. */
struct readme {
    const char *folder, *finished;
    enum ihp__file_group group;
    FILE *out;
    struct ihp_error *err;
};

/* What is above the list of files. */
static const struct {
    enum ihp__file_group group;
    const char *file, *title, *text;
} heads[] = {
    {IHP__FILES_RESULT, "README.md", "Result of a settlement",
     "`manifest.json` says which deck, store and program folder the settlement was made from.\n"
     "`ihp show` prints the tables, and with `--ihp IHP_ID` the steps to the amount of one IHP.\n"
     "`ihp report` adds the same for people as a page, `report.html`, and `ihp workbook` as a\n"
     "workbook with formulas, `settlement.xlsx`. Both hide numbers of 1 to 10 members.\n"},
    {IHP__FILES_PAYMENTS, "README_payments.md", "Population-based payments",
     "`payments.json` says which deck, store and program folder the payments were made from.\n"
     "`ihp show` prints the tables.\n"},
    {IHP__FILES_RECONCILIATION, "README_reconcile.md", "Reconciliation of payments",
     "`reconcile.json` says which deck, store, program folder and payments were reconciled.\n"
     "`ihp show` prints the table.\n"},
    {IHP__FILES_NOTICES, "README.md", "Notices of a settlement",
     "`notices.json` says of which settlement the notices are, and the day on which they are "
     "sent.\n"
     "Letters are drafts for the State to check, sign and send.\n"},
    {IHP__FILES_APPEAL, "README.md", "Answers to error reports",
     "`appeal.json` says by which deck, store and program folder the reports were answered.\n"
     "The State decides: nothing here changes a settlement before its row is in overrides.csv of\n"
     "the program folder [4.6.4.2].\n"},
};
enum { HEADS = sizeof heads / sizeof heads[0] };

/* Finds out if a file, or the folder of a file per IHP, is in one of the two folders. */
static enum ihp_status look(const struct readme *r, const struct ihp__result_file *file,
                            bool *found)
{
    const char *folders[] = {r->folder, r->finished};
    char path[IHP__PATH_MAX];
    struct stat info;
    *found = file->form != IHP__FORM_CSV && strcmp(file->when, "always") == 0;
    for (size_t i = 0; i < 2 && !*found && folders[i] != NULL; i++) {
        if (ihp__path_join(path, sizeof path, folders[i],
                           file->folder == NULL ? file->name : file->folder, r->err) != IHP_OK ||
            ihp__path_look(path, &info, found, r->err) != IHP_OK) {
            return r->err->status;
        }
    }
    return IHP_OK;
}

static void put_file(const struct readme *r, const struct ihp__result_file *file)
{
    char path[IHP__FILE_TEXT];
    fprintf(r->out, "| `%s` | %s | %s |\n", ihp__result_file_path(file, path),
            ihp__file_access_text(file->access), file->meaning);
}

static void put_columns(const struct readme *r, const struct ihp__result_file *file)
{
    char path[IHP__FILE_TEXT];
    const struct ihp__column_meaning *m = ihp__column_meanings(ihp__result_file_path(file, path));
    if (m == NULL) {
        return;
    }
    fprintf(r->out, "\n### %s\n\n| column | meaning |\n|---|---|\n", path);
    for (; m->column != NULL; m++) {
        fprintf(r->out, "| `%s` | %s |\n", m->column, m->meaning);
    }
}

/* Calls `put` for each file of the group that is there. */
static enum ihp_status each_file(const struct readme *r,
                                 void (*put)(const struct readme *r,
                                             const struct ihp__result_file *file))
{
    const struct ihp__result_file *file;
    for (size_t i = 0; (file = ihp__result_file(i)) != NULL; i++) {
        bool found;
        if (file->group != r->group) {
            continue;
        }
        if (look(r, file, &found) != IHP_OK) {
            return r->err->status;
        }
        if (found) {
            put(r, file);
        }
    }
    return IHP_OK;
}

static enum ihp_status put_all(const struct readme *r, const char *title, const char *text)
{
    fprintf(r->out,
            "# %s\n\n%s\n"
            "Access: `protected` files have rows of members, protected health information [9].\n"
            "`review first`: they have numbers of members that are not hidden, however small.\n"
            "`mailable`: they have none of these. Numbers in brackets are sections of the "
            "contract.\n\n"
            "## Files\n\n| file | access | contents |\n|---|---|---|\n",
            title, text);
    if (each_file(r, put_file) != IHP_OK) {
        return r->err->status;
    }
    fputs(
        "\n## Columns\n\n"
        "Dollars and PMPMs (dollars per member month) have two decimals; ratios, scores and "
        "weights\nhave up to 12 significant digits. A blank number is undefined. Texts have no "
        "marks "
        "against\nspreadsheets: none begins with = + - or @, but for IDs of members. The .h5 files "
        "have the same\nnumbers.\n",
        r->out);
    return each_file(r, put_columns);
}

enum ihp_status ihp__result_readme_write(const char *folder, const char *finished,
                                         enum ihp__file_group group, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct ihp__outfile *out;
    size_t head = 0;
    while (head < HEADS && heads[head].group != group) {
        head++;
    }
    if (head == HEADS) {
        return IHP_OK;
    }
    const struct ihp__result_file *file = ihp__result_file_find(group, heads[head].file);
    if (ihp__path_join(path, sizeof path, folder, file->name, err) != IHP_OK ||
        ihp__outfile_open(path, file->mode, &out, err) != IHP_OK) {
        return err->status;
    }
    const struct readme readme = {folder, finished, group, ihp__outfile_stream(out), err};
    if (put_all(&readme, heads[head].title, heads[head].text) != IHP_OK) {
        ihp__outfile_abandon(&out);
        return err->status;
    }
    return ihp__outfile_commit(&out, err);
}
