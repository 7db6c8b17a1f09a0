/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of hostile stores, and how each is made from a good one. */
#include "hostile/hostile.h"

#include "unit/store_seal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, FEW = 64 };

static char pipe_path[PATH_SIZE], other_path[PATH_SIZE], own_path[PATH_SIZE];

/* ---- steps ----------------------------------------------------------------------------------- */

static void require(bool done, const char *step)
{
    if (!done) {
        fprintf(stderr, "hostile: %s failed\n", step);
        abort();
    }
}
#define REQUIRE(step) require((step) >= 0, #step)

static void delete_link(hid_t file, const char *name)
{
    REQUIRE(H5Ldelete(file, name, H5P_DEFAULT));
}

/* A column as it is: its type, and how many elements it has. The caller closes the type. */
struct shape {
    hid_t type;
    hsize_t count;
};

static struct shape shape_of(hid_t file, const char *name)
{
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    struct shape shape = {H5Dget_type(dataset), 0};
    require(dataset >= 0 && H5Sget_simple_extent_ndims(space) == 1, "reading a shape");
    H5Sget_simple_extent_dims(space, &shape.count, NULL);
    H5Sclose(space);
    H5Dclose(dataset);
    return shape;
}

/* Makes a dataset in the place of a column; `data` may be NULL. */
static void put_dataset(hid_t file, const char *name, hid_t type, hid_t space, hid_t creation,
                        const void *data)
{
    delete_link(file, name);
    hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    require(dataset >= 0, "making a dataset");
    if (data != NULL) {
        REQUIRE(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
    }
    H5Dclose(dataset);
    H5Sclose(space);
}

/* Puts a dataset of `count` elements of a type, all zeros, in the place of a column. */
static void put_zeros(hid_t file, const char *name, hid_t type, hsize_t count)
{
    void *zeros = calloc((size_t)count + 1, H5Tget_size(type));
    put_dataset(file, name, type, H5Screate_simple(1, &count, NULL), H5P_DEFAULT, zeros);
    free(zeros);
}

/* Puts a dataset with the column's type and length and other properties in its place. */
static void put_with(hid_t file, const char *name, hid_t creation)
{
    struct shape shape = shape_of(file, name);
    put_dataset(file, name, shape.type, H5Screate_simple(1, &shape.count, NULL), creation, NULL);
    H5Tclose(shape.type);
    H5Pclose(creation);
}

static hid_t chunked(hsize_t chunk)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    REQUIRE(H5Pset_chunk(creation, 1, &chunk));
    return creation;
}

/* Reads a column of integers as signed ones of 64 bits; the caller frees them. */
static int64_t *numbers_of(hid_t file, const char *name, hsize_t *count)
{
    struct shape shape = shape_of(file, name);
    int64_t *number = calloc((size_t)shape.count + 1, sizeof *number);
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    REQUIRE(H5Dread(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, number));
    H5Dclose(dataset);
    H5Tclose(shape.type);
    *count = shape.count;
    return number;
}

/* Sets elements first .. of a column of integers; bits of unsigned ones beyond 2^63 as negative. */
static void set_from(hid_t file, const char *name, hsize_t first, hsize_t most, int64_t value)
{
    struct shape shape = shape_of(file, name);
    hsize_t count = shape.count - first < most ? shape.count - first : most;
    hid_t type = H5Tget_sign(shape.type) == H5T_SGN_NONE ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64;
    int64_t *number = malloc((size_t)(count + 1) * sizeof *number);
    for (hsize_t i = 0; i < count; i++) {
        number[i] = value;
    }
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    hid_t memory = H5Screate_simple(1, &count, NULL);
    REQUIRE(H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, NULL, &count, NULL));
    REQUIRE(H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, number));
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(dataset);
    H5Tclose(shape.type);
    free(number);
}

static void set_one(hid_t file, const char *name, hsize_t at, int64_t value)
{
    set_from(file, name, at, 1, value);
}

static void set_all(hid_t file, const char *name, int64_t value)
{
    set_from(file, name, 0, UINT64_MAX, value);
}

/* Writes the elements of a column in the opposite order. */
static void turn_round(hid_t file, const char *name)
{
    struct shape shape = shape_of(file, name);
    size_t size = H5Tget_size(shape.type), count = (size_t)shape.count;
    char *data = malloc(count * size + 1), *turned = malloc(count * size + 1);
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    REQUIRE(H5Dread(dataset, shape.type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
    for (size_t i = 0; i < count; i++) {
        memcpy(turned + i * size, data + (count - 1 - i) * size, size);
    }
    REQUIRE(H5Dwrite(dataset, shape.type, H5S_ALL, H5S_ALL, H5P_DEFAULT, turned));
    H5Dclose(dataset);
    H5Tclose(shape.type);
    free(data);
    free(turned);
}

/* Sets one text of a column of texts, cut to its width. */
static void set_text(hid_t file, const char *name, hsize_t at, const char *text)
{
    struct shape shape = shape_of(file, name);
    size_t size = H5Tget_size(shape.type), length = strlen(text);
    const hsize_t one = 1;
    char *padded = calloc(size + 1, 1);
    memcpy(padded, text, length < size ? length : size);
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    hid_t memory = H5Screate_simple(1, &one, NULL);
    REQUIRE(H5Sselect_hyperslab(space, H5S_SELECT_SET, &at, NULL, &one, NULL));
    REQUIRE(H5Dwrite(dataset, shape.type, memory, space, H5P_DEFAULT, padded));
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(dataset);
    H5Tclose(shape.type);
    free(padded);
}

static void set_attribute(hid_t file, const char *name, hid_t type, hsize_t count,
                          const void *value)
{
    hid_t space = count == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, NULL);
    REQUIRE(H5Adelete(file, name));
    hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    REQUIRE(H5Awrite(attribute, type, value));
    H5Aclose(attribute);
    H5Sclose(space);
}

static void set_count(hid_t file, const char *name, uint64_t value)
{
    set_attribute(file, name, H5T_STD_U64LE, 0, &value);
}

static hid_t texts_of(size_t width)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    REQUIRE(H5Tset_size(type, width));
    REQUIRE(H5Tset_strpad(type, H5T_STR_NULLPAD));
    REQUIRE(H5Tset_cset(type, H5T_CSET_UTF8));
    return type;
}

/* ---- somewhere else -------------------------------------------------------------------------- */

static void put_external_link(hid_t file, const char *name, const char *to)
{
    delete_link(file, name);
    REQUIRE(H5Lcreate_external(to, name, file, name, H5P_DEFAULT, H5P_DEFAULT));
}

static void link_to_store(hid_t f)
{
    put_external_link(f, "claims/paid_amount", other_path);
}
static void link_of_group(hid_t f)
{
    put_external_link(f, "claims", other_path);
}
static void link_to_text(hid_t f)
{
    put_external_link(f, "claims/paid_amount", "/etc/passwd");
}
static void link_to_pipe(hid_t f)
{
    put_external_link(f, "claims/paid_amount", pipe_path);
}
static void link_of_group_to_pipe(hid_t f)
{
    put_external_link(f, "enrollment", pipe_path);
}
static void link_of_ids_to_pipe(hid_t f)
{
    put_external_link(f, "members/id", pipe_path);
}
static void link_of_index_to_pipe(hid_t f)
{
    put_external_link(f, "index", pipe_path);
}
static void link_of_extra_group_to_pipe(hid_t f)
{
    put_external_link(f, "social_risk", pipe_path);
}
static void link_of_digests_to_pipe(hid_t f)
{
    put_external_link(f, "digests", pipe_path);
}
static void link_to_device(hid_t f)
{
    put_external_link(f, "claims/paid_amount", "/dev/zero");
}
static void link_to_itself(hid_t f)
{
    put_external_link(f, "claims/paid_amount", own_path);
}

static void put_soft_link(hid_t file, const char *name, const char *to)
{
    delete_link(file, name);
    REQUIRE(H5Lcreate_soft(to, file, name, H5P_DEFAULT, H5P_DEFAULT));
}

static void soft_link(hid_t f)
{
    REQUIRE(H5Lmove(f, "claims/paid_amount", f, "claims/moved", H5P_DEFAULT, H5P_DEFAULT));
    REQUIRE(H5Lcreate_soft("/claims/moved", f, "claims/paid_amount", H5P_DEFAULT, H5P_DEFAULT));
}
static void soft_loop(hid_t f)
{
    put_soft_link(f, "claims/paid_amount", "/claims/paid_amount");
}
static void soft_to_nothing(hid_t f)
{
    put_soft_link(f, "claims/paid_amount", "/nothing");
}

static void put_external_storage(hid_t file, const char *name, const char *path)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    REQUIRE(H5Pset_external(creation, path, 0, H5F_UNLIMITED));
    put_with(file, name, creation);
}

static void storage_of_amounts(hid_t f)
{
    put_external_storage(f, "claims/paid_amount", "/etc/passwd");
}
static void storage_of_ids(hid_t f)
{
    put_external_storage(f, "members/id", "/etc/passwd");
}
static void storage_of_texts(hid_t f)
{
    put_external_storage(f, "dictionary/taxonomy", "/etc/passwd");
}
static void storage_in_pipe(hid_t f)
{
    put_external_storage(f, "dictionary/payer", pipe_path);
}

static void put_virtual(hid_t file, const char *name, const char *path, const char *source)
{
    struct shape shape = shape_of(file, name);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(1, &shape.count, NULL);
    REQUIRE(H5Pset_virtual(creation, space, path, source, space));
    H5Sclose(space);
    H5Tclose(shape.type);
    put_with(file, name, creation);
}

static void virtual_of_store(hid_t f)
{
    put_virtual(f, "claims/paid_amount", other_path, "claims/paid_amount");
}
static void virtual_of_pipe(hid_t f)
{
    put_virtual(f, "claims/paid_amount", pipe_path, "claims/paid_amount");
}
static void virtual_of_own(hid_t f)
{
    put_virtual(f, "members/birth_date", ".", "members/county");
}

/* ---- types, shapes and layouts --------------------------------------------------------------- */

static void alias_of_column(hid_t f)
{
    delete_link(f, "claims/billing_npi");
    REQUIRE(H5Lcreate_hard(f, "claims/treating_npi", f, "claims/billing_npi", H5P_DEFAULT,
                           H5P_DEFAULT));
}
static void group_in_itself(hid_t f)
{
    REQUIRE(H5Lcreate_hard(f, "/", f, "claims/loop", H5P_DEFAULT, H5P_DEFAULT));
}
static void compound_type(hid_t f)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, 4);
    REQUIRE(H5Tinsert(type, "a", 0, H5T_STD_I32LE));
    put_zeros(f, "claims/paid_amount", type, FEW);
    H5Tclose(type);
}
static void variable_texts(hid_t f)
{
    struct shape shape = shape_of(f, "members/id");
    hid_t type = H5Tcopy(H5T_C_S1);
    REQUIRE(H5Tset_size(type, H5T_VARIABLE));
    put_dataset(f, "members/id", type, H5Screate_simple(1, &shape.count, NULL), H5P_DEFAULT, NULL);
    H5Tclose(type);
    H5Tclose(shape.type);
}
static void variable_attribute(hid_t f)
{
    const char *text = "0123456789abcdef0123456789abcdef";
    hid_t type = H5Tcopy(H5T_C_S1);
    REQUIRE(H5Tset_size(type, H5T_VARIABLE));
    set_attribute(f, "program_version", type, 0, &text);
    H5Tclose(type);
}
static void compound_attribute(hid_t f)
{
    const uint64_t zero = 0;
    hid_t type = H5Tcreate(H5T_COMPOUND, 8);
    REQUIRE(H5Tinsert(type, "a", 0, H5T_STD_U64LE));
    set_attribute(f, "members", type, 0, &zero);
    H5Tclose(type);
}
static void negative_attribute(hid_t f)
{
    const int64_t value = -1;
    set_attribute(f, "members", H5T_STD_I64LE, 0, &value);
}
static void array_attribute(hid_t f)
{
    const uint64_t values[FEW] = {1};
    set_attribute(f, "claim_lines", H5T_STD_U64LE, FEW, values);
}
static void many_members(hid_t f)
{
    set_count(f, "members", UINT32_MAX - 1);
}
static void many_spans(hid_t f)
{
    set_count(f, "enrollment_spans", 1ULL << 63);
}
static void many_lines(hid_t f)
{
    set_count(f, "claim_lines", UINT32_MAX);
}
static void no_lines(hid_t f)
{
    set_count(f, "claim_lines", 0);
}
static void many_index_rows(hid_t f)
{
    set_count(f, "index_rows", 1ULL << 63);
}
static void late_index_year(hid_t f)
{
    set_count(f, "index_year", 1ULL << 63);
}
static void other_index_year(hid_t f)
{
    set_count(f, "index_year", 2000);
}
static void many_index_years(hid_t f)
{
    set_count(f, "index_years", 1ULL << 63);
}
static void control_in_version(hid_t f)
{
    hid_t type = texts_of(8);
    set_attribute(f, "program_version", type, 0, "1\n\033[2J!");
    H5Tclose(type);
}
static void huge_chunked_texts(hid_t f)
{
    const hsize_t count = 1ULL << 40;
    hid_t type = texts_of(10), creation = chunked(1000);
    put_dataset(f, "dictionary/taxonomy", type, H5Screate_simple(1, &count, NULL), creation, NULL);
    H5Pclose(creation);
    H5Tclose(type);
}
static void huge_chunked_members(hid_t f)
{
    static const char *const columns[] = {"members/id", "members/birth_date", "members/sex",
                                          "members/county", "members/race"};
    const hsize_t count = 4000000;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        struct shape shape = shape_of(f, columns[i]);
        hid_t creation = chunked(65536);
        REQUIRE(H5Pset_deflate(creation, 1));
        put_dataset(f, columns[i], shape.type, H5Screate_simple(1, &count, NULL), creation, NULL);
        H5Pclose(creation);
        H5Tclose(shape.type);
    }
    set_count(f, "members", count);
}
static void wide_texts(hid_t f)
{
    const hsize_t count = 2000;
    hid_t type = texts_of(4096), creation = chunked(500);
    REQUIRE(H5Pset_deflate(creation, 9));
    put_dataset(f, "dictionary/taxonomy", type, H5Screate_simple(1, &count, NULL), creation, NULL);
    H5Pclose(creation);
    H5Tclose(type);
}
static void two_dimensions(hid_t f)
{
    struct shape shape = shape_of(f, "claims/paid_amount");
    const hsize_t sizes[2] = {shape.count, 1};
    put_dataset(f, "claims/paid_amount", shape.type, H5Screate_simple(2, sizes, NULL), H5P_DEFAULT,
                NULL);
    H5Tclose(shape.type);
}
static void single_value(hid_t f)
{
    put_dataset(f, "claims/paid_amount", H5T_STD_I32LE, H5Screate(H5S_SCALAR), H5P_DEFAULT, NULL);
}
static void no_value(hid_t f)
{
    put_dataset(f, "claims/paid_amount", H5T_STD_I32LE, H5Screate(H5S_NULL), H5P_DEFAULT, NULL);
}

/* Puts zeros of another type in the place of a column of the same length. */
static void put_type(hid_t file, const char *name, hid_t type)
{
    struct shape shape = shape_of(file, name);
    put_zeros(file, name, type, shape.count);
    H5Tclose(shape.type);
}

static void big_endian(hid_t f)
{
    put_type(f, "claims/paid_amount", H5T_STD_I32BE);
}
static void float_type(hid_t f)
{
    put_type(f, "claims/paid_amount", H5T_IEEE_F32LE);
}
static void enum_type(hid_t f)
{
    const uint8_t one = 1;
    hid_t type = H5Tenum_create(H5T_STD_U8LE);
    REQUIRE(H5Tenum_insert(type, "A", &one));
    put_type(f, "members/sex", type);
    H5Tclose(type);
}
static void type_in_place(hid_t f)
{
    hid_t type = H5Tcopy(H5T_STD_I32LE);
    delete_link(f, "claims/paid_amount");
    REQUIRE(H5Tcommit2(f, "claims/paid_amount", type, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Tclose(type);
}
static void dataset_in_place(hid_t f)
{
    const hsize_t three = 3;
    const double zeros[3] = {0};
    put_dataset(f, "claims", H5T_IEEE_F64LE, H5Screate_simple(1, &three, NULL), H5P_DEFAULT, zeros);
}
static void filter_that_loses(hid_t f)
{
    hid_t creation = chunked(16);
    REQUIRE(H5Pset_scaleoffset(creation, H5Z_SO_INT, 0));
    put_with(f, "claims/paid_amount", creation);
}
static void chunks_unwritten(hid_t f)
{
    const int32_t fill = INT32_MAX;
    hid_t creation = chunked(16);
    REQUIRE(H5Pset_fill_value(creation, H5T_NATIVE_INT32, &fill));
    put_with(f, "claims/paid_amount", creation);
}
static void unwritten(hid_t f)
{
    put_with(f, "claims/paid_amount", H5Pcreate(H5P_DATASET_CREATE));
}
static void compact(hid_t f)
{
    struct shape shape = shape_of(f, "claims/status");
    uint8_t *status = calloc((size_t)shape.count + 1, 1);
    hid_t dataset = H5Dopen2(f, "claims/status", H5P_DEFAULT);
    REQUIRE(H5Dread(dataset, shape.type, H5S_ALL, H5S_ALL, H5P_DEFAULT, status));
    H5Dclose(dataset);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    REQUIRE(H5Pset_layout(creation, H5D_COMPACT));
    put_dataset(f, "claims/status", shape.type, H5Screate_simple(1, &shape.count, NULL), creation,
                status);
    H5Pclose(creation);
    H5Tclose(shape.type);
    free(status);
}
static void group_without_columns(hid_t f)
{
    delete_link(f, "social_risk");
    REQUIRE(H5Gclose(H5Gcreate2(f, "social_risk", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)));
}

/* ---- offsets and the index ------------------------------------------------------------------- */

static void offset_back(hid_t f)
{
    set_one(f, "claims/offset", 3, 0);
}
static void offset_negative(hid_t f)
{
    set_one(f, "claims/offset", 2, -1);
}
static void offset_first(hid_t f)
{
    set_one(f, "claims/offset", 0, 1);
}
static void offset_of_spans(hid_t f)
{
    set_one(f, "enrollment/offset", 2, INT64_MIN);
}
static void offset_of_morbidity(hid_t f)
{
    set_one(f, "morbidity/offset", 1, 1LL << 40);
}
static void offset_of_risk(hid_t f)
{
    set_one(f, "social_risk/offset", 1, 1LL << 40);
}
static void offset_of_coordination(hid_t f)
{
    set_one(f, "care_coordination/offset", 2, -1);
}
static void offset_of_index(hid_t f)
{
    set_one(f, "index/offset", 1, 1LL << 40);
}
static void offset_of_index_back(hid_t f)
{
    set_from(f, "index/offset", 1, 4, 0);
}
static void year_lines_beyond(hid_t f)
{
    set_all(f, "index/year_line", UINT32_MAX);
}
static void year_lines_of_none(hid_t f)
{
    set_all(f, "index/year_line", 0);
}
static void year_lines_back(hid_t f)
{
    turn_round(f, "index/year_line");
}
static void index_of_other_npis(hid_t f)
{
    set_all(f, "index/billing_npi", UINT32_MAX);
}
static void index_of_blank_npis(hid_t f)
{
    set_all(f, "index/billing_npi", 0);
}
static void index_of_other_procedures(hid_t f)
{
    set_all(f, "index/procedure", 65535);
}
static void index_flags(hid_t f)
{
    set_all(f, "index/procedure_indexed", 7);
}
static void index_never_known(hid_t f)
{
    set_all(f, "index/known_from", 65535);
}
static void index_always_known(hid_t f)
{
    set_all(f, "index/known_from", 0);
}
static void index_of_other_days(hid_t f)
{
    set_all(f, "index/service_date", 65535);
}
static void index_signs(hid_t f)
{
    set_all(f, "index/negative", 1);
}

/* ---- numbers --------------------------------------------------------------------------------- */

static void npi_beyond(hid_t f)
{
    set_all(f, "claims/billing_npi", UINT32_MAX);
}
static void procedure_beyond(hid_t f)
{
    set_one(f, "claims/procedure", 0, 65535);
}
static void service_beyond(hid_t f)
{
    set_one(f, "claims/service", 0, 65535);
}
static void payer_beyond(hid_t f)
{
    set_one(f, "claims/payer", 0, 65535);
}
static void payer_of_span_beyond(hid_t f)
{
    set_one(f, "enrollment/payer", 0, 65535);
}
static void program_of_span_beyond(hid_t f)
{
    set_one(f, "enrollment/program", 0, 200);
}
static void exclusion_of_span_beyond(hid_t f)
{
    set_one(f, "enrollment/exclusion", 0, 13);
}
static void county_of_span_beyond(hid_t f)
{
    set_one(f, "enrollment/county", 0, UINT32_MAX);
}
static void status_beyond(hid_t f)
{
    set_one(f, "claims/status", 0, 200);
}
static void sex_beyond(hid_t f)
{
    set_one(f, "members/sex", 0, 200);
}
static void race_beyond(hid_t f)
{
    set_one(f, "members/race", 0, 60000);
}
static void county_beyond(hid_t f)
{
    set_one(f, "members/county", 0, UINT32_MAX);
}
static void birth_least(hid_t f)
{
    set_all(f, "members/birth_date", INT32_MIN);
}
static void birth_greatest(hid_t f)
{
    set_all(f, "members/birth_date", INT32_MAX);
}
static void months_beyond(hid_t f)
{
    set_all(f, "enrollment/month_from", INT32_MIN);
    set_all(f, "enrollment/month_to", INT32_MAX);
}
static void months_of_risk(hid_t f)
{
    set_all(f, "social_risk/month_from", INT32_MIN);
    set_all(f, "social_risk/month_to", INT32_MAX);
}
static void factor_beyond(hid_t f)
{
    set_one(f, "social_risk/factor", 0, 10);
}
static void months_of_coordination(hid_t f)
{
    set_all(f, "care_coordination/month", INT32_MAX);
}
static void kind_beyond(hid_t f)
{
    set_one(f, "care_coordination/kind", 0, 3);
}
static void acg_beyond(hid_t f)
{
    set_one(f, "morbidity/acg", 0, 65535);
}
static void morbidity_years(hid_t f)
{
    set_all(f, "morbidity/year", INT16_MIN);
}
static void taxonomy_beyond(hid_t f)
{
    set_one(f, "dictionary/npi_taxonomy", 1, UINT32_MAX - 1);
}
static void npi_negative(hid_t f)
{
    set_one(f, "dictionary/npi", 1, INT64_MIN);
}
static void npi_too_long(hid_t f)
{
    struct shape shape = shape_of(f, "dictionary/npi");
    set_one(f, "dictionary/npi", shape.count - 1, INT64_MAX);
    H5Tclose(shape.type);
}
static void npis_in_other_order(hid_t f)
{
    hsize_t count;
    int64_t *npi = numbers_of(f, "dictionary/npi", &count);
    set_one(f, "dictionary/npi", 1, npi[2]);
    set_one(f, "dictionary/npi", 2, npi[1]);
    free(npi);
}
static void amounts_greatest(hid_t f)
{
    set_all(f, "claims/paid_amount", INT32_MAX);
}
static void amounts_least(hid_t f)
{
    set_all(f, "claims/paid_amount", INT32_MIN);
}

/* Replaces the amounts by amounts of 64 bits, all of them `cents`. */
static void put_wide_amounts(hid_t f, int64_t cents)
{
    put_type(f, "claims/paid_amount", H5T_STD_I64LE);
    set_all(f, "claims/paid_amount", cents);
}

static void wide_amounts_greatest(hid_t f)
{
    put_wide_amounts(f, 999999999999);
}
static void wide_amounts_beyond(hid_t f)
{
    put_wide_amounts(f, INT64_MIN);
}
static void lines_in_other_order(hid_t f)
{
    turn_round(f, "claims/service_date");
}
static void known_always(hid_t f)
{
    set_all(f, "claims/known_from", 0);
}
static void known_against_status(hid_t f)
{
    set_all(f, "claims/status", 2);
}
static void known_against_paid_date(hid_t f)
{
    set_all(f, "claims/paid_date", 65535);
}
static void days_greatest(hid_t f)
{
    set_all(f, "claims/service_date", 65535);
}
static void line_twice(hid_t f)
{
    set_all(f, "claims/line", 1);
    set_all(f, "claims/service_date", 20000);
    struct shape shape = shape_of(f, "claims/claim_id");
    for (hsize_t i = 0; i < shape.count; i++) {
        set_text(f, "claims/claim_id", i, "C1");
    }
    H5Tclose(shape.type);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void ids_in_other_order(hid_t f)
{
    turn_round(f, "members/id");
}
static void id_twice(hid_t f)
{
    set_text(f, "members/id", 0, "A");
    set_text(f, "members/id", 1, "A");
}
static void id_with_controls(hid_t f)
{
    set_text(f, "members/id", 0, "A\n\033[1m");
}
static void id_with_path(hid_t f)
{
    set_text(f, "members/id", 0, "../x");
}
static void id_of_nothing(hid_t f)
{
    set_text(f, "members/id", 0, "");
}
static void payer_with_controls(hid_t f)
{
    struct shape shape = shape_of(f, "dictionary/payer");
    set_text(f, "dictionary/payer", shape.count - 1, "~\n\033");
    H5Tclose(shape.type);
}
static void acg_with_controls(hid_t f)
{
    struct shape shape = shape_of(f, "dictionary/acg");
    set_text(f, "dictionary/acg", shape.count - 1, "~\n\033");
    H5Tclose(shape.type);
}
static void claim_with_controls(hid_t f)
{
    struct shape shape = shape_of(f, "claims/claim_id");
    set_text(f, "claims/claim_id", shape.count - 1, "~\n");
    H5Tclose(shape.type);
}
static void payer_not_utf8(hid_t f)
{
    struct shape shape = shape_of(f, "dictionary/payer");
    set_text(f, "dictionary/payer", shape.count - 1, "~\377");
    H5Tclose(shape.type);
}

/* ---- the table ------------------------------------------------------------------------------- */

#define ELSEWHERE(name)                                                                            \
    {                                                                                              \
#name, HOSTILE_REFUSED, true, name                                                         \
    }
#define REFUSED(name)                                                                              \
    {                                                                                              \
#name, HOSTILE_REFUSED, false, name                                                        \
    }
#define LIES(name)                                                                                 \
    {                                                                                              \
#name, HOSTILE_LIES, false, name                                                           \
    }
#define ANOTHER(name)                                                                              \
    {                                                                                              \
#name, HOSTILE_ANOTHER, false, name                                                        \
    }
#define HARMLESS(name)                                                                             \
    {                                                                                              \
#name, HOSTILE_HARMLESS, false, name                                                       \
    }

const struct hostile_case hostile_cases[] = {
    ELSEWHERE(link_to_store),
    ELSEWHERE(link_of_group),
    ELSEWHERE(link_to_text),
    ELSEWHERE(link_to_pipe),
    ELSEWHERE(link_of_group_to_pipe),
    ELSEWHERE(link_of_ids_to_pipe),
    ELSEWHERE(link_of_index_to_pipe),
    ELSEWHERE(link_of_extra_group_to_pipe),
    ELSEWHERE(link_of_digests_to_pipe),
    ELSEWHERE(link_to_device),
    ELSEWHERE(link_to_itself),
    ELSEWHERE(soft_link),
    ELSEWHERE(soft_loop),
    ELSEWHERE(soft_to_nothing),
    ELSEWHERE(storage_of_amounts),
    ELSEWHERE(storage_of_ids),
    ELSEWHERE(storage_of_texts),
    ELSEWHERE(storage_in_pipe),
    ELSEWHERE(virtual_of_store),
    ELSEWHERE(virtual_of_pipe),
    ELSEWHERE(virtual_of_own),
    LIES(alias_of_column),
    HARMLESS(group_in_itself),
    REFUSED(compound_type),
    REFUSED(variable_texts),
    REFUSED(variable_attribute),
    REFUSED(compound_attribute),
    REFUSED(negative_attribute),
    REFUSED(array_attribute),
    REFUSED(many_members),
    REFUSED(many_spans),
    REFUSED(many_lines),
    REFUSED(no_lines),
    REFUSED(many_index_rows),
    REFUSED(late_index_year),
    REFUSED(other_index_year),
    REFUSED(many_index_years),
    REFUSED(control_in_version),
    REFUSED(huge_chunked_texts),
    REFUSED(huge_chunked_members),
    REFUSED(wide_texts),
    REFUSED(two_dimensions),
    REFUSED(single_value),
    REFUSED(no_value),
    REFUSED(big_endian),
    REFUSED(float_type),
    REFUSED(enum_type),
    REFUSED(type_in_place),
    REFUSED(dataset_in_place),
    REFUSED(filter_that_loses),
    ANOTHER(chunks_unwritten),
    REFUSED(unwritten),
    HARMLESS(compact),
    REFUSED(group_without_columns),
    REFUSED(offset_back),
    REFUSED(offset_negative),
    REFUSED(offset_first),
    REFUSED(offset_of_spans),
    REFUSED(offset_of_morbidity),
    REFUSED(offset_of_risk),
    REFUSED(offset_of_coordination),
    REFUSED(offset_of_index),
    REFUSED(offset_of_index_back),
    REFUSED(year_lines_beyond),
    REFUSED(year_lines_of_none),
    REFUSED(year_lines_back),
    REFUSED(index_of_other_npis),
    LIES(index_of_blank_npis),
    REFUSED(index_of_other_procedures),
    REFUSED(index_flags),
    LIES(index_never_known),
    LIES(index_always_known),
    LIES(index_of_other_days),
    LIES(index_signs),
    REFUSED(npi_beyond),
    REFUSED(procedure_beyond),
    REFUSED(service_beyond),
    REFUSED(payer_beyond),
    REFUSED(payer_of_span_beyond),
    REFUSED(program_of_span_beyond),
    REFUSED(exclusion_of_span_beyond),
    REFUSED(county_of_span_beyond),
    REFUSED(status_beyond),
    REFUSED(sex_beyond),
    REFUSED(race_beyond),
    REFUSED(county_beyond),
    REFUSED(birth_least),
    REFUSED(birth_greatest),
    REFUSED(months_beyond),
    REFUSED(months_of_risk),
    REFUSED(factor_beyond),
    REFUSED(months_of_coordination),
    REFUSED(kind_beyond),
    REFUSED(acg_beyond),
    REFUSED(morbidity_years),
    REFUSED(taxonomy_beyond),
    REFUSED(npi_negative),
    REFUSED(npi_too_long),
    REFUSED(npis_in_other_order),
    ANOTHER(amounts_greatest),
    LIES(amounts_least),
    ANOTHER(wide_amounts_greatest),
    REFUSED(wide_amounts_beyond),
    LIES(lines_in_other_order),
    LIES(known_always),
    REFUSED(known_against_status),
    REFUSED(known_against_paid_date),
    LIES(days_greatest),
    LIES(line_twice),
    REFUSED(ids_in_other_order),
    REFUSED(id_twice),
    REFUSED(id_with_controls),
    REFUSED(id_with_path),
    REFUSED(id_of_nothing),
    REFUSED(payer_with_controls),
    REFUSED(acg_with_controls),
    REFUSED(claim_with_controls),
    REFUSED(payer_not_utf8),
};
const size_t hostile_case_count = sizeof hostile_cases / sizeof hostile_cases[0];

const struct hostile_case *hostile_find(const char *name)
{
    for (size_t i = 0; i < hostile_case_count; i++) {
        if (strcmp(hostile_cases[i].name, name) == 0) {
            return &hostile_cases[i];
        }
    }
    return NULL;
}

/* ---- making ---------------------------------------------------------------------------------- */

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    require(in != NULL && out != NULL, "copying a store");
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, in)) > 0;) {
        require(fwrite(bytes, 1, got, out) == got, "copying a store");
    }
    fclose(in);
    require(fclose(out) == 0, "copying a store");
}

void hostile_make(const char *path, const struct hostile_case *which, bool digests)
{
    snprintf(own_path, sizeof own_path, "%s", path);
    snprintf(pipe_path, sizeof pipe_path, "%s.pipe", path);
    snprintf(other_path, sizeof other_path, "%s.other", path);
    unlink(pipe_path);
    require(mkfifo(pipe_path, 0600) == 0, "making a pipe");
    copy_file(path, other_path);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    require(file >= 0, "opening the store");
    which->change(file);
    REQUIRE(H5Fclose(file));
    if (!digests) {
        unseal_store(path);
    } else if (!which->elsewhere) {
        seal_store(path);
    }
}
