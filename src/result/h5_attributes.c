/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attributes with the types of JSON values: writing and printing them. */
#include "result/h5_attributes.h"

#include "base/text.h"
#include "result/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing --------------------------------------------------------------------------------- */

/* An attribute to be written. `type` is that in the file and in memory, which is little-endian. */
struct attribute {
    const char *name;
    hid_t type;
    hsize_t count; /* 0: a single value */
    const void *value;
};

static bool put(hid_t object, const struct attribute *a)
{
    hid_t space = a->count == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &a->count, NULL);
    hid_t attribute = H5Acreate2(object, a->name, a->type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool done = attribute >= 0 && H5Awrite(attribute, a->type, a->value) >= 0;
    if (attribute >= 0 && H5Aclose(attribute) < 0) {
        done = false;
    }
    H5Sclose(space);
    return done;
}

/* Returns the type of a truth value, which the caller closes; negative on failure. */
static hid_t truth_type(void)
{
    const int8_t no = 0, yes = 1;
    hid_t type = H5Tenum_create(H5T_STD_I8LE);
    if (type >= 0 &&
        (H5Tenum_insert(type, "FALSE", &no) < 0 || H5Tenum_insert(type, "TRUE", &yes) < 0)) {
        H5Tclose(type);
        return H5I_INVALID_HID;
    }
    return type;
}

static bool put_truth(hid_t object, const char *name, bool truth)
{
    const int8_t value = truth ? 1 : 0;
    hid_t type = truth_type();
    bool done = type >= 0 && put(object, &(struct attribute){name, type, 0, &value});
    if (type >= 0) {
        H5Tclose(type);
    }
    return done;
}

/* Returns true for a list of nothing but numbers, at least one. */
static bool is_numbers(const json_t *value)
{
    const json_t *item;
    size_t i;
    json_array_foreach(value, i, item)
    {
        if (!json_is_number(item)) {
            return false;
        }
    }
    return json_array_size(value) > 0;
}

static bool put_numbers(hid_t object, const char *name, const json_t *list)
{
    size_t count = json_array_size(list);
    double *number = calloc(count, sizeof *number);
    if (number == NULL) {
        errno = ENOMEM;
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        number[i] = json_number_value(json_array_get(list, i));
    }
    bool done = put(object, &(struct attribute){name, H5T_IEEE_F64LE, count, number});
    int reason = errno;
    free(number);
    errno = reason;
    return done;
}

static bool put_json(hid_t object, const char *name, const json_t *value)
{
    char *text =
        json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(IHP__JSON_DIGITS));
    if (text == NULL) {
        errno = ENOMEM;
        return false;
    }
    bool done = ihp__h5_put_text_attribute(object, name, text);
    int reason = errno;
    free(text);
    errno = reason;
    return done;
}

bool ihp__h5_put_json_attribute(hid_t object, const char *name, const json_t *value)
{
    if (json_is_string(value)) {
        return ihp__h5_put_text_attribute(object, name, json_string_value(value));
    }
    if (json_is_integer(value)) {
        const int64_t number = json_integer_value(value);
        return put(object, &(struct attribute){name, H5T_STD_I64LE, 0, &number});
    }
    if (json_is_real(value)) {
        const double number = json_real_value(value);
        return put(object, &(struct attribute){name, H5T_IEEE_F64LE, 0, &number});
    }
    if (json_is_boolean(value)) {
        return put_truth(object, name, json_is_true(value));
    }
    return is_numbers(value) ? put_numbers(object, name, value) : put_json(object, name, value);
}

/* ---- printing -------------------------------------------------------------------------------- */

/* Replaces control characters other than ends of lines, which a hostile file may have. */
static const char *without_controls(char *text)
{
    for (char *c = text; *c != '\0'; c++) {
        for (size_t left = *c == '\n' ? 0 : ihp__control_bytes(c); left > 0; left--) {
            c[left - 1] = '?';
        }
    }
    return text;
}

static bool print_text(FILE *stream, hid_t attribute, hid_t type)
{
    enum { MOST = 1000000 };
    size_t size = H5Tget_size(type);
    if (size == 0 || size >= MOST || H5Aget_storage_size(attribute) != size ||
        H5Tis_variable_str(type) != 0) {
        return true;
    }
    char *text = calloc(size + 1, 1);
    if (text != NULL && H5Aread(attribute, type, text) >= 0) {
        fputs(without_controls(text), stream);
    }
    bool had_memory = text != NULL;
    free(text);
    return had_memory;
}

/* Prints the numbers of an attribute, at most as many as a deck may have in a list. */
static void print_numbers(FILE *stream, hid_t attribute, hssize_t count)
{
    enum { MOST = 64 };
    double number[MOST];
    if (count < 1 || count > MOST || H5Aread(attribute, H5T_NATIVE_DOUBLE, number) < 0) {
        return;
    }
    for (hssize_t i = 0; i < count; i++) {
        fprintf(stream, "%s%.*g", i == 0 ? "" : ", ", IHP__JSON_DIGITS, number[i]);
    }
}

static void print_integer(FILE *stream, hid_t attribute)
{
    int64_t number;
    if (H5Aread(attribute, H5T_NATIVE_INT64, &number) >= 0) {
        fprintf(stream, "%lld", (long long)number);
    }
}

static void print_truth(FILE *stream, hid_t attribute, hid_t type)
{
    hid_t own = truth_type();
    int8_t value;
    if (own >= 0 && H5Tequal(own, type) > 0 && H5Aread(attribute, own, &value) >= 0) {
        fputs(value != 0 ? "true" : "false", stream);
    }
    if (own >= 0) {
        H5Tclose(own);
    }
}

bool ihp__h5_print_attribute(FILE *stream, hid_t attribute)
{
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    bool had_memory = true;
    switch (H5Tget_class(type)) {
    case H5T_STRING:
        had_memory = print_text(stream, attribute, type);
        break;
    case H5T_FLOAT:
        print_numbers(stream, attribute, count);
        break;
    case H5T_INTEGER:
        if (count == 1) {
            print_integer(stream, attribute);
        }
        break;
    case H5T_ENUM:
        if (count == 1) {
            print_truth(stream, attribute, type);
        }
        break;
    default:
        break;
    }
    H5Sclose(space);
    H5Tclose(type);
    return had_memory;
}
