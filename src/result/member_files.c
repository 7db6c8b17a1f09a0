/* attributed/<ihp_id>.csv: every rank writes the rows of its own members at their place in the file,
 * which a prefix sum of lengths tells, so that no member's row travels between ranks. */
#include "ihp/result.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char header[] =
    "member_id,period,reason,window,member_months,cost,capped_cost,acg,weight\n";

/* Rows of one rank for one IHP and period. */
struct text {
    char *data; /* owned */
    size_t size, capacity;
};

struct writing {
    const struct ihp_result_input *in;
    struct ihp_range range;
    const struct ihp_fact *fact;
    const char (*ids)[IHP_MEMBER_ID_MAX + 1];
    MPI_Comm comm;
    struct ihp_error *err;
};

static bool append(struct text *text, const char *row, size_t length)
{
    if (!ihp_array_reserve(&text->data, &text->capacity, text->size + length, 1)) {
        return false;
    }
    memcpy(text->data + text->size, row, length);
    text->size += length;
    return true;
}

/* A category as a CSV field: it is free text, so it may need quotes. */
static void put_acg(char *field, size_t size, const char *acg)
{
    size_t used = 0;
    bool quote = strpbrk(acg, ",\"\r\n") != NULL;
    if (quote) {
        field[used++] = '"';
    }
    for (; *acg != '\0' && used + 4 < size; acg++) {
        if (*acg == '"') {
            field[used++] = '"';
        }
        field[used++] = *acg;
    }
    if (quote) {
        field[used++] = '"';
    }
    field[used] = '\0';
}

static bool append_member(const struct writing *w, struct text *text, size_t m, enum ihp_period q)
{
    const struct ihp_fact *f = &w->fact[m * IHP_PERIODS + q];
    size_t cap = w->in->tally->shape.cap_of[f->partnership];
    double weight = w->in->finance->weight[q][cap * w->in->finance->acgs + f->acg];
    char row[512], acg[200], cost[IHP_MONEY_TEXT], capped[IHP_MONEY_TEXT];
    put_acg(acg, sizeof acg, w->in->store->acg[f->acg]);
    int length = snprintf(
        row, sizeof row, "%s,%s,%s,%d,%d,%s,%s,%s,%.12g\n", w->ids[m], ihp_period_text(q),
        ihp_reason_text((enum ihp_reason)f->reason), f->window, ihp_months_count(f->qualifying),
        ihp_money_format(f->cost, cost),
        ihp_money_format(ihp_capped_cost(f->cost, w->in->tally->shape.cap[cap]), capped), acg,
        weight);
    return append(text, row, (size_t)length);
}

/* This rank's rows of an IHP and period. */
static bool collect(const struct writing *w, int partnership, enum ihp_period q, struct text *text)
{
    text->size = 0;
    for (size_t m = 0; m < w->range.count; m++) {
        if (w->fact[m * IHP_PERIODS + q].partnership == partnership &&
            !append_member(w, text, m, q)) {
            return false;
        }
    }
    return true;
}

static enum ihp_status write_at(const char *path, const struct text *text, int64_t offset,
                                struct ihp_error *err)
{
    if (text->size == 0) {
        return IHP_OK;
    }
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    size_t done = 0;
    while (fd >= 0 && done < text->size) {
        ssize_t wrote = pwrite(fd, text->data + done, text->size - done, offset + (off_t)done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            break;
        }
        done += (size_t)wrote;
    }
    int reason = errno;
    if (fd >= 0 && (fsync(fd) != 0 || close(fd) != 0)) {
        done = 0;
        reason = errno;
    }
    return done == text->size ? IHP_OK
                              : ihp_fail(err, IHP_ERR_RUN, "%s: cannot be written to its end (%s)",
                                         path, strerror(reason));
}

/* Rank 0 makes the file with its header, readable by its owner alone. */
static enum ihp_status begin_file(const char *part, struct ihp_error *err)
{
    unlink(part);
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool done = fd >= 0 && write(fd, header, sizeof header - 1) == (ssize_t)sizeof header - 1;
    int reason = errno;
    if (fd >= 0 && close(fd) != 0) {
        done = false;
    }
    return done ? IHP_OK : ihp_fail(err, IHP_ERR_RUN, "%s: cannot be written (%s)", part,
                                    strerror(reason));
}

/* Collective: the rows of one period after `*end`, which moves to the end of the new rows. */
static enum ihp_status write_period(const struct writing *w, const char *part, int partnership,
                                    enum ihp_period q, int64_t *end)
{
    struct text text = {0};
    int64_t mine = 0, before = 0, all = 0;
    int rank;
    MPI_Comm_rank(w->comm, &rank);
    if (!collect(w, partnership, q, &text)) {
        ihp_fail_memory(w->err, "member rows");
    }
    mine = (int64_t)text.size;
    MPI_Exscan(&mine, &before, 1, MPI_INT64_T, MPI_SUM, w->comm);
    MPI_Allreduce(&mine, &all, 1, MPI_INT64_T, MPI_SUM, w->comm);
    if (w->err->status == IHP_OK) {
        write_at(part, &text, *end + (rank == 0 ? 0 : before), w->err);
    }
    *end += all;
    free(text.data);
    return ihp_agree(w->comm, w->err);
}

/* Collective: one IHP's file. */
static enum ihp_status write_file(const struct writing *w, const char *folder, int partnership)
{
    char path[IHP_PATH_MAX], part[IHP_PATH_MAX + 8], name[IHP_ID_MAX + 20];
    int64_t end = (int64_t)sizeof header - 1;
    int rank;
    MPI_Comm_rank(w->comm, &rank);
    snprintf(name, sizeof name, "attributed/%s.csv", w->in->program->partnership[partnership].id);
    if (!ihp_path_join(path, sizeof path, folder, name)) {
        ihp_fail(w->err, IHP_ERR_USAGE, "%.200s: the path is too long", folder);
    }
    snprintf(part, sizeof part, "%s.part", path);
    if (rank == 0 && w->err->status == IHP_OK) {
        begin_file(part, w->err);
    }
    if (ihp_agree(w->comm, w->err) != IHP_OK ||
        write_period(w, part, partnership, IHP_BASE, &end) != IHP_OK ||
        write_period(w, part, partnership, IHP_PERFORMANCE, &end) != IHP_OK) {
        if (rank == 0) {
            unlink(part);
        }
        return w->err->status;
    }
    if (rank == 0 && rename(part, path) != 0) {
        ihp_fail(w->err, IHP_ERR_RUN, "%s: cannot be written (%s)", path, strerror(errno));
    }
    return IHP_OK; /* rank 0's fault becomes everybody's at the next agreement */
}

enum ihp_status ihp_member_files_write(const char *folder, const struct ihp_result_input *input,
                                       struct ihp_range range, const struct ihp_fact *fact,
                                       const char (*ids)[IHP_MEMBER_ID_MAX + 1], MPI_Comm comm,
                                       struct ihp_error *err)
{
    const struct writing w = {input, range, fact, ids, comm, err};
    char path[IHP_PATH_MAX];
    int rank;
    MPI_Comm_rank(comm, &rank);
    if (rank == 0 && ihp_path_join(path, sizeof path, folder, "attributed") &&
        mkdir(path, 0700) != 0 && errno != EEXIST) {
        ihp_fail(err, IHP_ERR_RUN, "%s: the folder cannot be made (%s)", path, strerror(errno));
    }
    if (ihp_agree(comm, err) != IHP_OK) {
        return err->status;
    }
    for (size_t p = 0; p < input->finance->partnerships; p++) {
        if (write_file(&w, folder, (int)p) != IHP_OK) {
            return err->status;
        }
    }
    return ihp_agree(comm, err);
}
