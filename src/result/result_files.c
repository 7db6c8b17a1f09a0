/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of result files, and the removal of those of an earlier run. */
#include "result/result_files.h"

#include "base/path.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* ---- the list -------------------------------------------------------------------------------- */

enum { ANYBODY = 0666, GROUP = 0640, OWNER = 0600 };

/* Rows of one group, as their columns differ: folder, name, form, commands, mode, when, access,
 * meaning. */
#define RESULT(...)                                                                                \
    {                                                                                              \
        IHP__FILES_RESULT, __VA_ARGS__                                                             \
    }
#define PAYMENTS(...)                                                                              \
    {                                                                                              \
        IHP__FILES_PAYMENTS, __VA_ARGS__                                                           \
    }
#define RECONCILIATION(...)                                                                        \
    {                                                                                              \
        IHP__FILES_RECONCILIATION, __VA_ARGS__                                                     \
    }
#define PACKAGE_OF_IHP(...)                                                                        \
    {                                                                                              \
        IHP__FILES_PACKAGE_OF_IHP, __VA_ARGS__                                                     \
    }
#define NOTICES(...)                                                                               \
    {                                                                                              \
        IHP__FILES_NOTICES, __VA_ARGS__                                                            \
    }
#define APPEAL(...)                                                                                \
    {                                                                                              \
        IHP__FILES_APPEAL, __VA_ARGS__                                                             \
    }
#define REVIEWED_CSV(name, commands, when, meaning)                                                \
    NULL, name, IHP__FORM_CSV, commands, GROUP, when, IHP__ACCESS_REVIEW, meaning
#define PACKAGE_CSV(name, when, access, meaning)                                                   \
    NULL, name, IHP__FORM_CSV, "package", OWNER, when, access, meaning

#define README(name, commands, mode)                                                               \
    NULL, name, IHP__FORM_TEXT, commands, mode, "always", IHP__ACCESS_MAILABLE,                    \
        "what each file and each column is"

static const struct ihp__result_file list[] = {
    RESULT(NULL, "manifest.json", IHP__FORM_JSON, "settle, merge", GROUP, "always",
           IHP__ACCESS_REVIEW, "deck, store, program folder and notices of the settlement"),
    RESULT(README("README.md", "settle, merge", ANYBODY)),
    RESULT(REVIEWED_CSV("settlement.csv", "settle, merge", "always", "the settlement of each IHP")),
    RESULT(REVIEWED_CSV("payer_split.csv", "settle, merge", "always",
                        "the amount due of each IHP by payer")),
    RESULT(REVIEWED_CSV("attribution_summary.csv", "settle, merge", "always",
                        "members by period, reason, window and IHP")),
    RESULT(REVIEWED_CSV("exclusions.csv", "settle, merge", "always",
                        "members, claim lines and dollars left out, by reason")),
    RESULT(REVIEWED_CSV("risk_weights.csv", "settle, merge", "always",
                        "the weight of each risk category")),
    RESULT(REVIEWED_CSV("risk_scores.csv", "settle, merge", "always",
                        "the attributed members of each IHP by risk category, with its weight")),
    RESULT(REVIEWED_CSV("terms.csv", "settle, merge", "always",
                        "what the amount of each IHP depends on: a name, a value, the section")),
    RESULT(REVIEWED_CSV("quality.csv", "settle, merge, quality",
                        "final settlement with quality data", "points of each quality measure")),
    RESULT(REVIEWED_CSV("quality_scores.csv", "settle, merge, quality",
                        "final settlement with quality data", "quality scores by category")),
    RESULT(REVIEWED_CSV("scenarios.csv", "settle, merge", "with a sweep",
                        "the settlement of each IHP in each scenario")),
    RESULT(REVIEWED_CSV("scenario_terms.csv", "settle, merge", "with a sweep",
                        "the keys that each scenario varies, with their values")),
    RESULT(REVIEWED_CSV("readings.csv", "settle, merge", "with a sweep of readings",
                        "the price of each reading of the contract, by IHP")),
    RESULT(REVIEWED_CSV("readings_total.csv", "settle, merge", "with a sweep of readings",
                        "the price of each reading of the contract, all IHPs together")),
    RESULT(REVIEWED_CSV("bootstrap.csv", "settle, merge", "with a bootstrap",
                        "standard errors and intervals of each IHP")),
    RESULT(REVIEWED_CSV("bootstrap_outcomes.csv", "settle, merge", "with a bootstrap",
                        "chances of savings and losses of each IHP")),
    RESULT(REVIEWED_CSV("bootstrap_quantiles.csv", "settle, merge", "with a bootstrap",
                        "the distribution of ratio and final amount of each IHP")),
    RESULT(REVIEWED_CSV("scenario_bootstrap.csv", "settle, merge", "with `bootstrap_scenarios`",
                        "intervals of each IHP in each scenario")),
    RESULT(REVIEWED_CSV("bridge.csv", "settle, merge", "with `interim`",
                        "steps from the interim to the final amount")),
    RESULT(REVIEWED_CSV("bridge_members.csv", "settle, merge", "with `interim`",
                        "numbers of members who joined or left since the interim")),
    RESULT(NULL, "results.h5", IHP__FORM_HDF5, "settle, merge", GROUP, "always", IHP__ACCESS_REVIEW,
           "the tables as arrays, the manifest as attributes"),
    RESULT(NULL, "timings.h5", IHP__FORM_HDF5, "settle, merge", ANYBODY, "always",
           IHP__ACCESS_MAILABLE, "seconds of each rank by stage"),
    RESULT("attributed", "IHP_ID.csv", IHP__FORM_CSV, "settle, merge", OWNER,
           "with `--member-files`", IHP__ACCESS_PROTECTED,
           "the members attributed to the IHP, with cost and risk"),
    RESULT("unattributed", "members.csv", IHP__FORM_CSV, "settle, merge", OWNER,
           "with `--member-files`", IHP__ACCESS_PROTECTED,
           "the members whom no IHP has, with the reason"),
    RESULT("moved", "IHP_ID.csv", IHP__FORM_CSV, "settle, merge", OWNER,
           "with `interim` and `--member-files`", IHP__ACCESS_PROTECTED,
           "the members who joined or left the IHP since the interim"),

    PAYMENTS(NULL, "payments.json", IHP__FORM_JSON, "pay", GROUP, "always", IHP__ACCESS_REVIEW,
             "deck, store, program folder and notices of the payments"),
    PAYMENTS(README("README_payments.md", "pay", ANYBODY)),
    PAYMENTS(REVIEWED_CSV("payments.csv", "pay", "always", "payments of each IHP by month")),
    PAYMENTS(
        REVIEWED_CSV("payments_quarter.csv", "pay", "always", "payments of each IHP by quarter")),
    PAYMENTS(REVIEWED_CSV("payment_categories.csv", "pay", "always",
                          "dollars of each risk category by month")),
    PAYMENTS(NULL, "payments.h5", IHP__FORM_HDF5, "pay", GROUP, "always", IHP__ACCESS_REVIEW,
             "the tables as arrays"),
    PAYMENTS("paid", "IHP_ID.csv", IHP__FORM_CSV, "pay", OWNER, "with `--member-files`",
             IHP__ACCESS_PROTECTED, "the IHP's members by month, with what is paid for each"),

    RECONCILIATION(NULL, "reconcile.json", IHP__FORM_JSON, "reconcile", GROUP, "always",
                   IHP__ACCESS_REVIEW, "deck, store, program folder and notices"),
    RECONCILIATION(README("README_reconcile.md", "reconcile", ANYBODY)),
    RECONCILIATION(REVIEWED_CSV("reconcile.csv", "reconcile", "always",
                                "member months and dollars taken back from, or owed to, each IHP")),
    RECONCILIATION(NULL, "reconcile.h5", IHP__FORM_HDF5, "reconcile", GROUP, "always",
                   IHP__ACCESS_REVIEW, "the table as arrays"),

    {IHP__FILES_DERIVED, NULL, "report.html", IHP__FORM_HTML, "report", GROUP, "always",
     IHP__ACCESS_REVIEW, "the settlement for people, small numbers hidden"},
    {IHP__FILES_DERIVED, NULL, "settlement.xlsx", IHP__FORM_XLSX, "workbook", GROUP, "always",
     IHP__ACCESS_REVIEW, "the steps to each amount as formulas, small numbers hidden"},

    {IHP__FILES_PACKAGE, NULL, "package.json", IHP__FORM_JSON, "package", OWNER, "always",
     IHP__ACCESS_REVIEW, "the IHPs of the packages, deck, store, program folder and notices"},

    PACKAGE_OF_IHP(PACKAGE_CSV("protected_members.csv", "always", IHP__ACCESS_PROTECTED,
                               "the members attributed to the IHP, with cost and risk")),
    PACKAGE_OF_IHP(PACKAGE_CSV("protected_changes.csv", "with `--previous`", IHP__ACCESS_PROTECTED,
                               "members who joined or left since the earlier package")),
    PACKAGE_OF_IHP(
        PACKAGE_CSV("settlement.csv", "always", IHP__ACCESS_MAILABLE, "the settlement of the IHP")),
    PACKAGE_OF_IHP(
        PACKAGE_CSV("payer_split.csv", "always", IHP__ACCESS_MAILABLE, "the amount due, by payer")),
    PACKAGE_OF_IHP(PACKAGE_CSV("attribution.csv", "always", IHP__ACCESS_MAILABLE,
                               "members by reason [13.3] and window (1 the period, 2 look-back)")),
    PACKAGE_OF_IHP(PACKAGE_CSV("terms.csv", "always", IHP__ACCESS_MAILABLE,
                               "the terms from which the amount can be computed again")),
    PACKAGE_OF_IHP(PACKAGE_CSV("risk_scores.csv", "always", IHP__ACCESS_MAILABLE,
                               "members by risk category, with its weight")),
    PACKAGE_OF_IHP(PACKAGE_CSV("changes.csv", "with `--previous`", IHP__ACCESS_MAILABLE,
                               "numbers of members who joined or left, by reason")),
    PACKAGE_OF_IHP(PACKAGE_CSV("bridge.csv", "with `interim`", IHP__ACCESS_MAILABLE,
                               "steps from the interim to the final amount")),
    PACKAGE_OF_IHP(NULL, "report.html", IHP__FORM_HTML, "package", OWNER, "always",
                   IHP__ACCESS_MAILABLE, "the settlement of the IHP, for people"),
    PACKAGE_OF_IHP(NULL, "settlement.xlsx", IHP__FORM_XLSX, "package", OWNER, "with libxlsxwriter",
                   IHP__ACCESS_MAILABLE, "the settlement of the IHP, with formulas"),
    PACKAGE_OF_IHP(NULL, "README.txt", IHP__FORM_TEXT, "package", OWNER, "always",
                   IHP__ACCESS_MAILABLE, "the files of the package, its periods and its sources"),

    NOTICES(NULL, "notices.json", IHP__FORM_JSON, "notices", OWNER, "always", IHP__ACCESS_MAILABLE,
            "deck, store, program folder and notices of the settlement, and the day"),
    NOTICES(README("README.md", "notices", OWNER)),
    NOTICES(NULL, "notices.csv", IHP__FORM_CSV, "notices", OWNER, "always", IHP__ACCESS_MAILABLE,
            "what each IHP and payer is owed or owes, and by when"),
    NOTICES(NULL, "deadlines.csv", IHP__FORM_CSV, "notices", OWNER, "always", IHP__ACCESS_MAILABLE,
            "the dates of the contract"),
    NOTICES("letters", "IHP_ID.txt", IHP__FORM_TEXT, "notices", OWNER, "always",
            IHP__ACCESS_MAILABLE, "the letter to the IHP"),
    NOTICES("payer_letters", "PAYER.txt", IHP__FORM_TEXT, "notices", OWNER, "always",
            IHP__ACCESS_MAILABLE, "the letter to the payer"),
    NOTICES("outreach", "IHP_ID.csv", IHP__FORM_CSV, "notices", OWNER,
            "with the settlement's member files", IHP__ACCESS_PROTECTED,
            "the IHP's members who are eligible for C&TC outreach"),

    APPEAL(NULL, "appeal.json", IHP__FORM_JSON, "appeal", OWNER, "always", IHP__ACCESS_REVIEW,
           "deck, store, program folder and notices of the answers"),
    APPEAL(README("README.md", "appeal", OWNER)),
    APPEAL(NULL, "answers.csv", IHP__FORM_CSV, "appeal", OWNER, "always", IHP__ACCESS_PROTECTED,
           "each row of the reports, how the rules decide, and what becomes of it"),
    APPEAL(NULL, "overrides.csv", IHP__FORM_CSV, "appeal", OWNER, "always", IHP__ACCESS_PROTECTED,
           "the overrides that the State may accept"),
    APPEAL(NULL, "traces.txt", IHP__FORM_TEXT, "appeal", OWNER, "always", IHP__ACCESS_PROTECTED,
           "all that ihp explain prints of the members, for the State's review"),
    APPEAL("answers", "IHP_ID.txt", IHP__FORM_TEXT, "appeal", OWNER, "always",
           IHP__ACCESS_PROTECTED, "the answer to the IHP, with the rules that decided"),
};
enum { FILES = sizeof list / sizeof list[0] };

const struct ihp__result_file *ihp__result_file(size_t i)
{
    return i < FILES ? &list[i] : NULL;
}

const struct ihp__result_file *ihp__result_file_find(enum ihp__file_group group, const char *name)
{
    for (size_t i = 0; i < FILES; i++) {
        if (list[i].group == group && list[i].folder == NULL && strcmp(list[i].name, name) == 0) {
            return &list[i];
        }
    }
    return NULL;
}

const char *ihp__result_file_last(enum ihp__file_group group)
{
    bool without = group == IHP__FILES_PACKAGE_OF_IHP || group == IHP__FILES_DERIVED;
    for (size_t i = 0; i < FILES && !without; i++) {
        if (list[i].group == group) {
            return list[i].name;
        }
    }
    return NULL;
}

const char *ihp__result_file_path(const struct ihp__result_file *file, char buffer[IHP__FILE_TEXT])
{
    snprintf(buffer, IHP__FILE_TEXT, "%s%s%s%s",
             file->group == IHP__FILES_PACKAGE_OF_IHP ? "IHP_ID/" : "",
             file->folder == NULL ? "" : file->folder, file->folder == NULL ? "" : "/", file->name);
    return buffer;
}

const char *ihp__file_form_text(enum ihp__file_form form)
{
    static const char *const text[] = {"CSV", "HDF5", "JSON", "text", "HTML", "XLSX"};
    return text[form];
}

const char *ihp__file_access_text(enum ihp__file_access access)
{
    static const char *const text[] = {"protected", "review first", "mailable"};
    return text[access];
}

/* ---- files by name --------------------------------------------------------------------------- */

/* Returns true if `name` is a file's, or that of its part file as a killed run leaves it. */
static bool is_file_or_part(const char *name, const char *file)
{
    size_t length = strlen(file);
    return strncmp(name, file, length) == 0 &&
           (name[length] == '\0' || strncmp(name + length, ".part", 5) == 0);
}

/* Returns true if `name` is that of a file per IHP or payer, or of its part file. An id may have
 * the ending in its middle. */
static bool is_per_name(const char *name, const char *ending)
{
    for (const char *dot = strstr(name, ending); dot != NULL; dot = strstr(dot + 1, ending)) {
        if (dot != name && is_file_or_part(dot, ending)) {
            return true;
        }
    }
    return false;
}

/* Returns true if `name` is that of the row's file, or if `parts` that of its part file. */
static bool is_row_of(const struct ihp__result_file *row, const char *name, bool parts)
{
    if (row->folder == NULL) {
        return strcmp(name, row->name) == 0 || (parts && is_file_or_part(name, row->name));
    }
    const char *ending = strchr(row->name, '.');
    size_t length = strlen(name), tail = strlen(ending);
    return (length > tail && strcmp(name + length - tail, ending) == 0) ||
           (parts && is_per_name(name, ending));
}

const struct ihp__result_file *ihp__result_file_at(enum ihp__file_group group, const char *folder,
                                                   const char *name, bool parts)
{
    bool of_ihp = group == IHP__FILES_PACKAGE && folder != NULL;
    enum ihp__file_group wanted = of_ihp ? IHP__FILES_PACKAGE_OF_IHP : group;
    for (size_t i = 0; i < FILES; i++) {
        bool here = of_ihp || folder == NULL
                        ? list[i].folder == NULL
                        : list[i].folder != NULL && strcmp(list[i].folder, folder) == 0;
        if (list[i].group == wanted && here && is_row_of(&list[i], name, parts)) {
            return &list[i];
        }
    }
    return NULL;
}

bool ihp__result_file_named(const char *folder, const char *name)
{
    for (int group = 0; group < IHP__FILE_GROUPS; group++) {
        if ((folder != NULL || group != IHP__FILES_PACKAGE_OF_IHP) &&
            ihp__result_file_at((enum ihp__file_group)group, folder, name, true) != NULL) {
            return true;
        }
    }
    return false;
}

bool ihp__result_folder_of(enum ihp__file_group group, const char *name)
{
    for (size_t i = 0; i < FILES; i++) {
        if (list[i].group == group && list[i].folder != NULL && strcmp(list[i].folder, name) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- removing -------------------------------------------------------------------------------- */

static bool is_of_group(enum ihp__file_group group, const char *name)
{
    return ihp__result_file_at(group, NULL, name, true) != NULL;
}

/* Removes the files of `group`, or where `ending` is not NULL those per IHP or payer with this
 * ending, from a folder that is not a link: what is behind a link is not ours. */
static void remove_from(const char *path, enum ihp__file_group group, const char *ending)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (folder == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (ending != NULL ? is_per_name(entry->d_name, ending)
                           : is_of_group(group, entry->d_name)) {
            unlinkat(dirfd(folder), entry->d_name, 0);
        }
    }
    closedir(folder);
}

void ihp__result_files_remove(const char *folder, enum ihp__file_group group)
{
    char path[IHP__PATH_MAX];
    const char *last = ihp__result_file_last(group);
    if (last != NULL && ihp__path_join(path, sizeof path, folder, last, NULL) == IHP_OK) {
        unlink(path); /* without it the others are not finished, whatever happens from here on */
    }
    remove_from(folder, group, NULL);
    for (size_t i = 0; i < FILES; i++) {
        if (list[i].group == group && list[i].folder != NULL &&
            ihp__path_join(path, sizeof path, folder, list[i].folder, NULL) == IHP_OK) {
            remove_from(path, group, strchr(list[i].name, '.'));
            rmdir(path);
        }
    }
}
