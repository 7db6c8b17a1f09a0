/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Element types, attributes, and making and ending HDF5 files, shared by readers and writers. */
#include "hdf5_util.h"

#include "store/hdf5_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct type_pair {
    hid_t file, memory;
};

static struct type_pair type_pair(enum ihp__type type)
{
    switch (type) {
    case IHP__TYPE_U8:
        return (struct type_pair){H5T_STD_U8LE, H5T_NATIVE_UINT8};
    case IHP__TYPE_U16:
        return (struct type_pair){H5T_STD_U16LE, H5T_NATIVE_UINT16};
    case IHP__TYPE_I16:
        return (struct type_pair){H5T_STD_I16LE, H5T_NATIVE_INT16};
    case IHP__TYPE_U32:
        return (struct type_pair){H5T_STD_U32LE, H5T_NATIVE_UINT32};
    case IHP__TYPE_I32:
        return (struct type_pair){H5T_STD_I32LE, H5T_NATIVE_INT32};
    case IHP__TYPE_I64:
        return (struct type_pair){H5T_STD_I64LE, H5T_NATIVE_INT64};
    case IHP__TYPE_U64:
        return (struct type_pair){H5T_STD_U64LE, H5T_NATIVE_UINT64};
    case IHP__TYPE_CENTS:
    case IHP__TYPE_TEXT:
    case IHP__TYPES:
        break;
    }
    return (struct type_pair){H5I_INVALID_HID, H5I_INVALID_HID};
}

static hid_t text_type(size_t width)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && (H5Tset_size(type, width) < 0 || H5Tset_strpad(type, H5T_STR_NULLPAD) < 0 ||
                      H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        H5Tclose(type);
        type = H5I_INVALID_HID;
    }
    return type;
}

hid_t ihp__h5_file_type(enum ihp__type type, size_t width, bool *owned)
{
    *owned = type == IHP__TYPE_TEXT;
    return *owned ? text_type(width) : type_pair(type).file;
}

hid_t ihp__h5_memory_type(enum ihp__type type, size_t width, bool *owned)
{
    *owned = type == IHP__TYPE_TEXT;
    return *owned ? text_type(width) : type_pair(type).memory;
}

/* HDF5 keeps its error handler for the process, and its error stack only until its next call. */
static struct {
    hid_t no_space, cannot_allocate; /* HDF5's names for them would open HDF5 while it closes */
    int reason;                      /* the first errno of a system that failed, or 0 */
    bool unsafe;                     /* memory was short once, after which closing may crash */
    bool was_short;                  /* memory was short once in this process */
} noted;

static void note_reason(int reason)
{
    noted.unsafe = noted.unsafe || reason == ENOMEM;
    noted.was_short = noted.was_short || reason == ENOMEM;
    if (noted.reason == 0 && ihp__is_system_error(reason)) {
        noted.reason = reason;
    }
}

/* Returns the errno of a system call in the text of an error, which is the only place where HDF5
 * leaves it; 0 if there is none. The last one counts: the names of files come before it. */
static int errno_in(const char *text)
{
    static const char mark[] = "errno = ";
    const char *last = NULL;
    for (const char *at = text; (at = strstr(at, mark)) != NULL; at++) {
        last = at;
    }
    return last == NULL ? 0 : (int)strtol(last + sizeof mark - 1, NULL, 10);
}

/* Looks for a failure of the system in one entry of an error stack. */
static herr_t look_at_error(unsigned depth, const H5E_error2_t *error, void *unused)
{
    (void)depth;
    (void)unused;
    if (error->min_num == noted.no_space || error->min_num == noted.cannot_allocate) {
        note_reason(ENOMEM);
    } else if (error->desc != NULL) {
        note_reason(errno_in(error->desc));
    }
    return 0;
}

/* HDF5 calls this when one of its functions fails. Not all of its entries name the lack of memory,
 * so errno is asked, too. */
static herr_t note_error(hid_t stack, void *unused)
{
    (void)unused;
    if (errno == ENOMEM) {
        note_reason(ENOMEM);
    }
    return H5Ewalk2(stack, H5E_WALK_UPWARD, look_at_error, NULL);
}

static void stop_noting(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static int stop_at_finalize(MPI_Comm comm, int key, void *value, void *unused)
{
    (void)comm;
    (void)key;
    (void)value;
    (void)unused;
    stop_noting();
    return MPI_SUCCESS;
}

/* Lets noting stop before HDF5 closes itself, in MPI_Finalize or else at exit: as long as there is
 * an error handler, HDF5 prints about damaged files that it cannot close. Attributes of
 * MPI_COMM_SELF, of which HDF5 has one, and functions of atexit are called in reverse order. */
static bool stop_before_hdf5(void)
{
    int key, running = 0;
    MPI_Initialized(&running);
    if (!running) {
        return atexit(stop_noting) == 0;
    }
    bool done =
        MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, stop_at_finalize, &key, NULL) == MPI_SUCCESS;
    if (done) {
        done = MPI_Comm_set_attr(MPI_COMM_SELF, key, NULL) == MPI_SUCCESS;
        MPI_Comm_free_keyval(&key);
    }
    return done;
}

/* Returns false if HDF5 could not be opened, however often it is tried: it would crash. */
static bool open_hdf5(void)
{
    static bool failed;
    failed = failed || H5open() < 0;
    return !failed;
}

void ihp__h5_stay_open(void)
{
    H5dont_atexit();
    open_hdf5(); /* opened later, HDF5 would ask MPI to close it; ihp__h5_begin reports a failure */
}

enum ihp_status ihp__h5_begin(struct ihp_error *err)
{
    static bool stops;
    if (!open_hdf5()) {
        return ihp__fail_memory(err, "HDF5");
    }
    stop_noting();
    H5PLset_loading_state(0); /* no file may make HDF5 run another's code as a filter */
    stops = stops || stop_before_hdf5();
    noted.no_space = H5E_NOSPACE;
    noted.cannot_allocate = H5E_CANTALLOC;
    noted.reason = 0;
    noted.unsafe = false;
    ihp__h5_driver_reason();
    if (stops) {
        H5Eset_auto2(H5E_DEFAULT, note_error, NULL);
    }
    errno = 0;
    return IHP_OK;
}

bool ihp__h5_was_short(void)
{
    return noted.was_short;
}

int ihp__h5_system_error(void)
{
    /* Some functions, such as H5Aiterate2, fail without calling note_error. */
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, look_at_error, NULL);
    H5Eclear2(H5E_DEFAULT);
    note_reason(ihp__h5_driver_reason());
    int reason = noted.reason;
    noted.reason = 0;
    return reason;
}

bool ihp__h5_fail_system(const char *path, const char *what, struct ihp_error *err)
{
    int reason = ihp__h5_system_error();
    if (reason == 0) {
        return false;
    }
    errno = reason;
    return ihp__fail_system(err, IHP_ERR_RUN, path, what) != IHP_OK;
}

static bool put_attribute(hid_t object, const char *name, hid_t file_type, hid_t memory_type,
                          const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool done = attribute >= 0 && H5Awrite(attribute, memory_type, value) >= 0;
    if (attribute >= 0 && H5Aclose(attribute) < 0) {
        done = false;
    }
    H5Sclose(space);
    return done;
}

bool ihp__h5_put_text_attribute(hid_t object, const char *name, const char *text)
{
    size_t length = strlen(text);
    hid_t type = text_type(length > 0 ? length : 1); /* HDF5 has no text of width 0 */
    bool done = type >= 0 && put_attribute(object, name, type, type, text);
    if (type >= 0) {
        H5Tclose(type);
    }
    return done;
}

bool ihp__h5_put_u64_attribute(hid_t object, const char *name, uint64_t value)
{
    return put_attribute(object, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, &value);
}

/* Returns true if an attribute has one element, so that reading it cannot overrun the buffer. */
static bool is_single(hid_t attribute)
{
    hid_t space = H5Aget_space(attribute);
    bool single = H5Sget_simple_extent_npoints(space) == 1;
    H5Sclose(space);
    return single;
}

bool ihp__h5_get_text_attribute(hid_t object, const char *name, char *text, size_t size)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) {
        return false;
    }
    hid_t type = H5Aget_type(attribute);
    bool done = is_single(attribute) && H5Tget_class(type) == H5T_STRING &&
                H5Tis_variable_str(type) == 0 && H5Aget_storage_size(attribute) < size &&
                H5Tget_size(type) < size;
    if (done) {
        memset(text, 0, size);
        done = H5Aread(attribute, type, text) >= 0;
    }
    H5Tclose(type);
    H5Aclose(attribute);
    return done;
}

bool ihp__h5_get_u64_attribute(hid_t object, const char *name, uint64_t *value)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) {
        return false;
    }
    hid_t type = H5Aget_type(attribute);
    bool done = is_single(attribute) && H5Tequal(type, H5T_STD_U64LE) > 0 &&
                H5Aread(attribute, H5T_NATIVE_UINT64, value) >= 0;
    H5Tclose(type);
    H5Aclose(attribute);
    return done;
}

/* Makes a group, or file, that is being created keep the order of its links and attributes. */
static bool keep_order(hid_t creation)
{
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    return H5Pset_link_creation_order(creation, order) >= 0 &&
           H5Pset_attr_creation_order(creation, order) >= 0;
}

static bool create_group(hid_t file, const char *name, bool ordered)
{
    hid_t creation = H5Pcreate(H5P_GROUP_CREATE), made = H5I_INVALID_HID;
    if (creation >= 0 && H5Pset_obj_track_times(creation, false) >= 0 &&
        (!ordered || keep_order(creation))) {
        made = H5Gcreate2(file, name, H5P_DEFAULT, creation, H5P_DEFAULT);
    }
    H5Pclose(creation);
    return made >= 0 && H5Gclose(made) >= 0;
}

bool ihp__h5_make_group(hid_t file, const char *name)
{
    char group[64];
    size_t length = strcspn(name, "/");
    if (name[length] == '\0') {
        return true; /* in the root */
    }
    if (length >= sizeof group) {
        return false;
    }
    memcpy(group, name, length);
    group[length] = '\0';
    if (H5Lexists(file, group, H5P_DEFAULT) > 0) {
        return true;
    }
    return create_group(file, group, false);
}

bool ihp__h5_make_ordered_group(hid_t file, const char *name)
{
    return create_group(file, name, true);
}

hid_t ihp__h5_create_column(hid_t file, const char *name, hid_t type, uint64_t count)
{
    hsize_t size = count;
    hid_t space = H5Screate_simple(1, &size, NULL);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    hid_t dataset = H5I_INVALID_HID;
    if (space >= 0 && creation >= 0 && ihp__h5_make_group(file, name) &&
        H5Pset_obj_track_times(creation, false) >= 0 &&
        H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY) >= 0 &&
        H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER) >= 0) {
        dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    }
    H5Pclose(creation);
    H5Sclose(space);
    return dataset;
}

bool ihp__h5_is_plain(hid_t dataset)
{
    hid_t creation = H5Dget_create_plist(dataset);
    bool plain = creation >= 0 && H5Pget_layout(creation) == H5D_CONTIGUOUS &&
                 H5Pget_external_count(creation) == 0 && H5Pget_nfilters(creation) == 0;
    H5Pclose(creation);
    return plain;
}

bool ihp__read_at(int fd, void *data, uint64_t size, uint64_t at)
{
    for (uint64_t done = 0; done < size;) {
        ssize_t got = pread(fd, (char *)data + done, size - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            errno = got < 0 ? errno : 0;
            return false;
        }
        done += (uint64_t)got;
    }
    return true;
}

/* Looks for the signature at the places where HDF5 does: byte 0, 512, and each double of it. */
static bool has_signature(int fd)
{
    static const char signature[] = "\x89HDF\r\n\x1a\n";
    char bytes[sizeof signature - 1];
    for (uint64_t at = 0; ihp__read_at(fd, bytes, sizeof bytes, at); at = at == 0 ? 512 : 2 * at) {
        if (memcmp(bytes, signature, sizeof bytes) == 0) {
            return true;
        }
    }
    note_reason(errno);
    return false;
}

bool ihp__h5_is_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        note_reason(errno);
        return false;
    }
    bool found = has_signature(fd);
    close(fd);
    return found;
}

hid_t ihp__h5_open_file(const char *path)
{
    hid_t access = ihp__h5_driver_access();
    errno = 0;
    hid_t file = access >= 0 ? H5Fopen(path, H5F_ACC_RDONLY, access) : H5I_INVALID_HID;
    if (file < 0) {
        note_reason(errno); /* HDF5 asks the system about the path, and keeps no reason for that */
    }
    H5Pclose(access);
    return file;
}

static hid_t create_file(const char *path, bool ordered)
{
    hid_t access = ihp__h5_driver_access();
    hid_t creation = H5Pcreate(H5P_FILE_CREATE); /* also of the root group */
    hid_t file = H5I_INVALID_HID;
    if (access >= 0 && creation >= 0 && H5Pset_obj_track_times(creation, false) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V110) >= 0 &&
        (!ordered || keep_order(creation))) {
        file = H5Fcreate(path, H5F_ACC_EXCL, creation, access);
    }
    H5Pclose(creation);
    H5Pclose(access);
    return file;
}

hid_t ihp__h5_create_file(const char *path)
{
    return create_file(path, false);
}

hid_t ihp__h5_create_ordered_file(const char *path)
{
    return create_file(path, true);
}

void ihp__h5_close_file(hid_t file)
{
    int reason = errno;
    if (!noted.unsafe) {
        H5Fclose(file);
    }
    errno = reason;
}

void ihp__h5_drop_file(hid_t file)
{
    int reason = errno;
    ihp__h5_driver_drop(file);
    ihp__h5_close_file(file);
    errno = reason;
}

/* Finds the descriptor of a file and how many bytes of the file HDF5 has allocated. */
static bool file_extent(hid_t file, int *fd, off_t *bytes)
{
    void *handle = NULL;
    hsize_t size = 0;
    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || handle == NULL ||
        H5Fget_filesize(file, &size) < 0) {
        return false;
    }
    *fd = *(int *)handle;
    *bytes = (off_t)size;
    return true;
}

/* Reserves disk space for everything that HDF5 has allocated in the file and may still allocate
 * when it flushes, so that a full disk is found before the last structures are written. */
static bool reserve_room(hid_t file)
{
    enum { SLACK = 65536 };
    int fd;
    off_t size;
    if (!file_extent(file, &fd, &size)) {
        return false;
    }
    errno = posix_fallocate(fd, 0, size + SLACK);
    return errno == 0;
}

/* Gives back what was reserved beyond the end of the file; HDF5 itself does so only when its own
 * end of the file moves. */
static bool return_room(hid_t file)
{
    int fd;
    off_t size;
    return file_extent(file, &fd, &size) && ftruncate(fd, size) == 0;
}

bool ihp__h5_end_file(hid_t file)
{
    errno = 0;
    bool flushed = reserve_room(file) && H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0 && return_room(file);
    int reason = flushed ? 0 : errno, unwritten = ihp__h5_driver_unwritten(file);
    if (!flushed || unwritten != 0) {
        ihp__h5_drop_file(file);
        errno = unwritten != 0 ? unwritten : reason;
        return false;
    }
    bool closed = H5Fclose(file) >= 0;
    errno = ihp__h5_driver_closed();
    return closed && errno == 0;
}
