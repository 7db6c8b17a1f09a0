/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A driver of HDF5 for files on disk whose writes do not fail, and which keeps why they should
 * have. */
#include "store/hdf5_driver.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An open file: HDF5 knows the first member, and this driver the rest. */
struct disk_file {
    H5FD_t hdf5;
    int fd;
    haddr_t allocated; /* bytes that HDF5 has given away: its "end of allocation" */
    haddr_t size;      /* of the file, as far as this driver knows */
    dev_t device;
    ino_t inode;
    bool dropped;
    int unwritten; /* errno of the first write that failed, or 0 */
};

/* HDF5's functions return no errno, and a file is gone once it is closed. */
static int first_reason, closed_reason;

/* Keeps a reason. Returns HDF5's value for a failure. HDF5 also opens files to see if they exist.
 */
static herr_t failed(int reason)
{
    if (first_reason == 0 && ihp__is_system_error(reason)) {
        first_reason = reason;
    }
    return -1;
}

int ihp__h5_driver_reason(void)
{
    int reason = first_reason;
    first_reason = 0;
    return reason;
}

/* ---- opening and closing --------------------------------------------------------------------- */

static H5FD_t *disk_open(const char *name, unsigned flags, hid_t access, haddr_t most)
{
    (void)access;
    (void)most;
    int how = O_CLOEXEC | ((flags & H5F_ACC_RDWR) != 0 ? O_RDWR : O_RDONLY) |
              ((flags & H5F_ACC_TRUNC) != 0 ? O_TRUNC : 0) |
              ((flags & H5F_ACC_CREAT) != 0 ? O_CREAT : 0) |
              ((flags & H5F_ACC_EXCL) != 0 ? O_EXCL : 0);
    struct disk_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        failed(ENOMEM);
        return NULL;
    }
    struct stat info;
    file->fd = open(name, how, 0666);
    if (file->fd < 0 || fstat(file->fd, &info) != 0) {
        failed(errno);
        if (file->fd >= 0) {
            close(file->fd);
        }
        free(file);
        return NULL;
    }
    file->size = (haddr_t)info.st_size;
    file->device = info.st_dev;
    file->inode = info.st_ino;
    return &file->hdf5;
}

/* Nothing is lost when closing fails after reading, and what was written is synced by its writer.
 */
static herr_t disk_close(H5FD_t *hdf5)
{
    struct disk_file *file = (struct disk_file *)hdf5;
    closed_reason = file->unwritten;
    close(file->fd);
    free(file);
    return 0;
}

int ihp__h5_driver_closed(void)
{
    return closed_reason;
}

/* HDF5 asks this to find out that it has a file open already. */
static int disk_compare(const H5FD_t *hdf5, const H5FD_t *other)
{
    const struct disk_file *a = (const struct disk_file *)hdf5;
    const struct disk_file *b = (const struct disk_file *)other;
    if (a->device != b->device) {
        return a->device < b->device ? -1 : 1;
    }
    return a->inode == b->inode ? 0 : a->inode < b->inode ? -1 : 1;
}

/* The features are those of HDF5's own driver, so that files have the same bytes. */
static herr_t disk_query(const H5FD_t *hdf5, unsigned long *features)
{
    (void)hdf5;
    *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA |
                H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_SMALLDATA |
                H5FD_FEAT_POSIX_COMPAT_HANDLE | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static haddr_t disk_get_allocated(const H5FD_t *hdf5, H5FD_mem_t type)
{
    (void)type;
    return ((const struct disk_file *)hdf5)->allocated;
}

static herr_t disk_set_allocated(H5FD_t *hdf5, H5FD_mem_t type, haddr_t bytes)
{
    (void)type;
    ((struct disk_file *)hdf5)->allocated = bytes;
    return 0;
}

static haddr_t disk_get_size(const H5FD_t *hdf5, H5FD_mem_t type)
{
    (void)type;
    return ((const struct disk_file *)hdf5)->size;
}

/* Gives a pointer to the descriptor, as HDF5's own driver does. */
static herr_t disk_get_handle(H5FD_t *hdf5, hid_t access, void **handle)
{
    (void)access;
    *handle = &((struct disk_file *)hdf5)->fd;
    return 0;
}

/* ---- reading and writing --------------------------------------------------------------------- */

static bool is_place(haddr_t at, size_t size)
{
    return at <= INT64_MAX && size <= INT64_MAX - at;
}

/* Reads; what is beyond the end of the file is zero. */
static herr_t disk_read(H5FD_t *hdf5, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size,
                        void *data)
{
    struct disk_file *file = (struct disk_file *)hdf5;
    (void)type;
    (void)transfer;
    if (!is_place(at, size)) {
        return -1; /* of a damaged file, not the system's */
    }
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(file->fd, (char *)data + done, size - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return failed(errno);
        }
        if (got == 0) {
            memset((char *)data + done, 0, size - done);
            return 0;
        }
        done += (size_t)got;
    }
    return 0;
}

/* Keeps why a file is not written as HDF5 believes. */
static void keep_unwritten(struct disk_file *file, int reason)
{
    file->unwritten = reason != 0 ? reason : EIO;
    failed(file->unwritten);
}

static herr_t disk_write(H5FD_t *hdf5, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size,
                         const void *data)
{
    struct disk_file *file = (struct disk_file *)hdf5;
    (void)type;
    (void)transfer;
    if (!is_place(at, size)) {
        keep_unwritten(file, EFBIG);
    }
    for (size_t done = 0; done < size && !file->dropped && file->unwritten == 0;) {
        ssize_t wrote =
            pwrite(file->fd, (const char *)data + done, size - done, (off_t)(at + done));
        if (wrote > 0) {
            done += (size_t)wrote;
        } else if (wrote == 0 || errno != EINTR) {
            keep_unwritten(file, wrote == 0 ? ENOSPC : errno);
        }
    }
    file->size = at + size > file->size ? at + size : file->size;
    return 0;
}

/* Gives the file the length that HDF5 has given away, which its last arrays may not fill yet. */
static herr_t disk_truncate(H5FD_t *hdf5, hid_t transfer, hbool_t closing)
{
    struct disk_file *file = (struct disk_file *)hdf5;
    (void)transfer;
    (void)closing;
    if (file->allocated != file->size && !file->dropped && file->unwritten == 0 &&
        ftruncate(file->fd, (off_t)file->allocated) != 0) {
        keep_unwritten(file, errno);
    }
    file->size = file->allocated;
    return 0;
}

/* ---- the driver ------------------------------------------------------------------------------ */

static const H5FD_class_t disk_class = {
#if H5_VERSION_GE(1, 13, 2)
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)600,
#endif
    .name = "ihp",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_WEAK,
    .open = disk_open,
    .close = disk_close,
    .cmp = disk_compare,
    .query = disk_query,
    .get_eoa = disk_get_allocated,
    .set_eoa = disk_set_allocated,
    .get_eof = disk_get_size,
    .get_handle = disk_get_handle,
    .read = disk_read,
    .write = disk_write,
    .truncate = disk_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

hid_t ihp__h5_driver_access(void)
{
    static hid_t driver = H5I_INVALID_HID;
    if (driver < 0) {
        driver = H5FDregister(&disk_class);
    }
    hid_t access = driver < 0 ? H5I_INVALID_HID : H5Pcreate(H5P_FILE_ACCESS);
    if (access >= 0 && H5Pset_driver(access, driver, NULL) < 0) {
        H5Pclose(access);
        return H5I_INVALID_HID;
    }
    return access;
}

/* Returns an open file, which must have been opened with this driver. */
static struct disk_file *file_of(hid_t file)
{
    void *handle = NULL;
    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || handle == NULL) {
        return NULL;
    }
    return (struct disk_file *)(void *)((char *)handle - offsetof(struct disk_file, fd));
}

int ihp__h5_driver_unwritten(hid_t file)
{
    const struct disk_file *open = file_of(file);
    return open == NULL ? 0 : open->unwritten;
}

void ihp__h5_driver_drop(hid_t file)
{
    struct disk_file *open = file_of(file);
    if (open != NULL) {
        open->dropped = true;
    }
}
