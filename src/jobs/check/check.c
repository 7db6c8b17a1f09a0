/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp check: prints what a store contains, how a program folder fits it, and flags: what looks
 * wrong. Counts of 1 to 10 are hidden, as its output may be shared once someone has read it (see
 * the help of ihp check). */
#include "jobs/check/check.h"

#include "base/bytes.h"
#include "result/print_sentence.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Compares every block with its digest, and prints how many there are. A store of an earlier
 * version has none, which a notice says. */
static enum ihp_status verify_store(const struct ihp__store *store, FILE *stream,
                                    struct ihp_error *err)
{
    struct ihp__verified verified;
    char bytes[IHP__BYTES_TEXT];
    if (!ihp__store_info(store)->has_digests) {
        return IHP_OK;
    }
    if (ihp__store_verify(store, &verified, err) != IHP_OK) {
        return err->status;
    }
    ihp__print_sentence(stream,
                        "%s: all digests hold: %llu columns, %llu blocks, %llu bytes (%s)\n\n",
                        ihp__store_info(store)->path, (unsigned long long)verified.columns,
                        (unsigned long long)verified.blocks, (unsigned long long)verified.bytes,
                        ihp__bytes_format(verified.bytes, bytes));
    return IHP_OK;
}

/* ---- flags ----------------------------------------------------------------------------------- */

/* Prints the flags in the order of their table. */
static void print_flags(const struct ihp__check *check)
{
    const char *name, *meaning;
    bool strict;
    ihp__print_sentence(check->stream, "\nFlags\n");
    for (size_t f = 0; (name = ihp__flag_name(f, &meaning, &strict)) != NULL; f++) {
        for (size_t i = 0; i < check->flags.count; i++) {
            if (check->flags.raised[i].flag == f) {
                ihp__print_sentence(check->stream, "  %-20s %s\n", name,
                                    check->flags.raised[i].text);
            }
        }
    }
    if (check->flags.count == 0) {
        ihp__print_sentence(check->stream, "  none\n");
    }
}

/* Fails if a flag of the set is raised. */
static enum ihp_status refuse_flags(const struct ihp__check *check,
                                    const bool refused[IHP__CHECK_FLAGS], struct ihp_error *err)
{
    size_t count = 0, first = 0;
    const char *meaning;
    bool strict;
    for (size_t i = check->flags.count; i-- > 0;) {
        if (refused[check->flags.raised[i].flag]) {
            count++;
            first = i;
        }
    }
    if (!check->options->strict || count == 0) {
        return IHP_OK;
    }
    const struct ihp__raised *raised = &check->flags.raised[first];
    return ihp__fail(
        err, IHP_ERR_DATA,
        "%s: %zu flag%s that --strict refuses %s raised, first %s: %s; %s, or name the "
        "flags to refuse with --flags",
        check->options->path, count, count == 1 ? "" : "s", count == 1 ? "is" : "are",
        ihp__flag_name(raised->flag, &meaning, &strict), raised->text,
        ihp__flag_advice(raised->flag));
}

/* ---- the inputs ------------------------------------------------------------------------------ */

/* What a check reads. Begins with zeros. */
struct inputs {
    struct ihp__deck deck;
    bool has_deck;
    struct ihp__program *program;
    struct ihp__store *store;
    struct ihp__check_scan scan;
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Returns true if a file is a run deck and not a store: by its name, or else because it begins as
 * text. What cannot be read is left to the reader of stores. */
static bool is_deck(const char *path)
{
    unsigned char begin[8];
    if (ends_with(path, ".yaml") || ends_with(path, ".yml") || ends_with(path, ".h5")) {
        return !ends_with(path, ".h5");
    }
    struct stat stat_;
    FILE *file = stat(path, &stat_) == 0 && S_ISREG(stat_.st_mode) ? fopen(path, "rb") : NULL;
    size_t size = file == NULL ? 0 : fread(begin, 1, sizeof begin, file);
    bool text = size == sizeof begin;
    for (size_t i = 0; i < size; i++) {
        text &= begin[i] == '\n' || begin[i] == '\r' || (begin[i] >= ' ' && begin[i] < 0x7f);
    }
    if (file != NULL) {
        fclose(file);
    }
    return text;
}

static enum ihp_status open_inputs(const struct ihp_check_options *options, struct inputs *in,
                                   struct ihp_notices *notices, struct ihp_error *err)
{
    const char *store = options->path, *program = options->program_folder;
    if (is_deck(options->path)) {
        if (ihp__deck_load(options->path, &in->deck, err) != IHP_OK) {
            return err->status;
        }
        in->has_deck = true;
        store = in->deck.store;
        program = program == NULL ? in->deck.program : program;
    }
    if (ihp__store_open(store, &in->store, err) != IHP_OK) {
        return err->status;
    }
    ihp__store_note_digests(in->store, notices);
    return program == NULL ? IHP_OK : ihp__program_load(program, &in->program, notices, err);
}

static void close_inputs(struct inputs *in)
{
    ihp__check_scan_free(&in->scan);
    ihp__store_close(&in->store);
    ihp__program_destroy(&in->program);
    if (in->has_deck) {
        ihp__deck_free(&in->deck);
    }
}

static enum ihp_status print_all(struct ihp__check *check, const struct ihp__store *store,
                                 struct ihp_error *err)
{
    ihp__check_store(check);
    if (ihp__check_import(check, store, err) != IHP_OK || ihp__check_months(check, err) != IHP_OK) {
        return err->status;
    }
    if (check->program != NULL && ihp__check_program(check, err) != IHP_OK) {
        return err->status;
    }
    if (check->flags.short_of_memory) {
        return ihp__fail_memory(err, "the check");
    }
    print_flags(check);
    return IHP_OK;
}

enum ihp_status ihp_check(const struct ihp_check_options *options, FILE *stream,
                          struct ihp_notices *notices, struct ihp_error *err)
{
    struct inputs in = {.has_deck = false};
    bool refused[IHP__CHECK_FLAGS];
    enum ihp_status status = ihp__flags_parse(options->strict_flags, refused, err);
    if (status == IHP_OK) {
        status = open_inputs(options, &in, notices, err);
    }
    if (status == IHP_OK && options->verify) {
        status = verify_store(in.store, stream, err);
    }
    if (status == IHP_OK) {
        status = ihp__store_cross_check(in.store, err);
    }
    const struct ihp__deck *deck = in.has_deck ? &in.deck : NULL;
    if (status == IHP_OK) {
        status = ihp__check_scan_store(in.store, deck, &in.scan, err);
    }
    if (status == IHP_OK) {
        struct ihp__check check = {.options = options,
                                   .stream = stream,
                                   .info = ihp__store_info(in.store),
                                   .scan = &in.scan,
                                   .deck = deck,
                                   .program = in.program};
        status = print_all(&check, in.store, err);
        if (status == IHP_OK) {
            status = refuse_flags(&check, refused, err);
        }
        ihp__flags_free(&check.flags);
    }
    close_inputs(&in);
    return status;
}
