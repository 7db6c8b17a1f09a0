/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts of edits: reading them, and changing them at random. */
#include "edits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void fuzz_vocabulary_add(struct fuzz_vocabulary *vocabulary, const char *name)
{
    if (vocabulary->names < FUZZ_NAMES_MAX && strlen(name) < FUZZ_NAME_MAX) {
        snprintf(vocabulary->name[vocabulary->names++], FUZZ_NAME_MAX, "%s", name);
    }
}

size_t fuzz_wrap(int64_t number, size_t count)
{
    return count == 0 ? 0 : (size_t)((uint64_t)number % count);
}

size_t fuzz_choose(const char *name, const char *list, size_t stride, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, list + i * stride) == 0) {
            return i;
        }
    }
    return count == 0 ? 0 : (size_t)(XXH3_64bits(name, strlen(name)) % count);
}

/* Returns the number at the start of a word, wrapped into 64 bits. */
static int64_t number_of(const char *word)
{
    return word[0] == '-' ? (int64_t)(0 - strtoull(word + 1, NULL, 10))
                          : (int64_t)strtoull(word, NULL, 10);
}

size_t fuzz_edits_read(const uint8_t *data, size_t size, struct fuzz_edit edit[FUZZ_EDITS_MAX])
{
    size_t edits = 0;
    for (size_t at = 0, next; at < size && edits < FUZZ_EDITS_MAX; at = next) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        next = end == NULL ? size : (size_t)(end - data) + 1;
        char line[300], number[2][24] = {"0", "0"};
        size_t length = next - at - (end != NULL);
        length = length < sizeof line ? length : sizeof line - 1;
        memcpy(line, data + at, length);
        line[length] = '\0';
        struct fuzz_edit *one = &edit[edits];
        *one = (struct fuzz_edit){.name = "-"};
        if (sscanf(line, "%15s %99s %23s %23s %119[^\n]", one->operation, one->name, number[0],
                   number[1], one->text) >= 1) {
            one->at = number_of(number[0]);
            one->value = number_of(number[1]);
            edits++;
        }
    }
    return edits;
}

bool fuzz_edits_have(const struct fuzz_edit *edit, size_t edits, const char *operation)
{
    for (size_t i = 0; i < edits; i++) {
        if (strcmp(edit[i].operation, operation) == 0) {
            return true;
        }
    }
    return false;
}

/* Returns a number of the kinds at which readers go wrong. */
static int64_t awkward_number(uint64_t *random)
{
    static const int64_t edge[] = {0,          1,         -1,        2,         127,
                                   128,        255,       256,       32767,     32768,
                                   65534,      65535,     65536,     INT32_MAX, INT32_MIN,
                                   UINT32_MAX, INT64_MAX, INT64_MIN, 1000,      10000000000};
    switch (fuzz_below(random, 4)) {
    case 0:
        return edge[fuzz_below(random, sizeof edge / sizeof edge[0])];
    case 1:
        return (int64_t)fuzz_random(random) >> fuzz_below(random, 64);
    default:
        return (int64_t)fuzz_below(random, 200);
    }
}

static const char *awkward_text(uint64_t *random)
{
    static const char *const text[] = {
        "",
        "x",
        "nan",
        "1e308",
        "-1e308",
        "0x10",
        "999999999999999999999",
        "NONE",
        "2025",
        "2025-13",
        "2025-02-30",
        "9999-12",
        "../x",
        "/dev/zero",
        "a\x1b[2J",
        "\"",
        "a,b",
        "\xff\xfe",
        "claims/line",
        "0.00",
        "-0.01",
        "true",
        "null",
        "{}",
        "[[[[",
        "IHP_ERR",
        "SECRET001",
        "PRAIRIE",
        "1.005",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    return text[fuzz_below(random, sizeof text / sizeof text[0])];
}

static void draw_operation(const struct fuzz_vocabulary *vocabulary, struct fuzz_edit *edit,
                           uint64_t *random)
{
    size_t count = 0;
    while (vocabulary->operation[count] != NULL) {
        count++;
    }
    snprintf(edit->operation, sizeof edit->operation, "%s",
             vocabulary->operation[fuzz_below(random, count)]);
}

static void draw_name(const struct fuzz_vocabulary *vocabulary, struct fuzz_edit *edit,
                      uint64_t *random)
{
    snprintf(edit->name, sizeof edit->name, "%s",
             vocabulary->names == 0 ? "-"
                                    : vocabulary->name[fuzz_below(random, vocabulary->names)]);
}

/* Changes one field of an edit, or all of them. */
static void redraw(const struct fuzz_vocabulary *vocabulary, struct fuzz_edit *edit, size_t field,
                   uint64_t *random)
{
    bool all = field > 4;
    if (all || field == 0) {
        draw_operation(vocabulary, edit, random);
    }
    if (all || field == 1) {
        draw_name(vocabulary, edit, random);
    }
    if (all || field == 2) {
        edit->at = awkward_number(random);
    }
    if (all || field == 3) {
        edit->value = awkward_number(random);
    }
    if (all || field == 4) {
        snprintf(edit->text, sizeof edit->text, "%s", awkward_text(random));
    }
}

static size_t write_script(const struct fuzz_edit *edit, size_t edits, uint8_t *data,
                           size_t max_size)
{
    size_t size = 0;
    for (size_t i = 0; i < edits; i++) {
        char line[300];
        int length =
            snprintf(line, sizeof line, "%s %s %" PRId64 " %" PRId64 " %s\n", edit[i].operation,
                     edit[i].name, edit[i].at, edit[i].value, edit[i].text);
        if (length < 0 || (size_t)length >= sizeof line || size + (size_t)length > max_size) {
            break;
        }
        memcpy(data + size, line, (size_t)length);
        size += (size_t)length;
    }
    return size;
}

size_t fuzz_edits_mutate(const struct fuzz_vocabulary *vocabulary, uint8_t *data, size_t size,
                         size_t max_size, uint64_t seed)
{
    struct fuzz_edit edit[FUZZ_EDITS_MAX];
    uint64_t random = seed;
    size_t edits = fuzz_edits_read(data, size, edit);
    size_t changes = 1 + fuzz_below(&random, 3);
    for (size_t i = 0; i < changes; i++) {
        size_t kind = fuzz_below(&random, 8);
        if (edits == 0 || (kind < 2 && edits < FUZZ_EDITS_MAX)) {
            edit[edits] = (struct fuzz_edit){.name = "-"};
            redraw(vocabulary, &edit[edits++], 5, &random);
        } else if (kind == 2) {
            edit[fuzz_below(&random, edits)] = edit[edits - 1];
            edits--;
        } else {
            redraw(vocabulary, &edit[fuzz_below(&random, edits)], fuzz_below(&random, 5), &random);
        }
    }
    return write_script(edit, edits, data, max_size);
}
