/* SPDX-License-Identifier: GPL-3.0-or-later */
/* synth_fixture.h - a synthetic state in a temporary folder, for the tests of synth. */
#ifndef IHP_TEST_SYNTH_FIXTURE_H
#define IHP_TEST_SYNTH_FIXTURE_H

#include "base/base.h"
#include "ihp/synth.h"
#include "store/store.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h> /* after the headers it needs */

struct synthetic {
    char folder[64], store[96], program[96], extract[96];
    struct ihp_synth_options options;
    struct ihp_synth_report report;
    struct ihp_error err;
};

/* Makes a folder, and options for a state in it. */
static inline void synthetic_begin(struct synthetic *s, uint64_t members, uint64_t seed, int ihps)
{
    *s = (struct synthetic){0};
    snprintf(s->folder, sizeof s->folder, "/tmp/ihp-synth-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->store, sizeof s->store, "%s/state.h5", s->folder);
    snprintf(s->program, sizeof s->program, "%s/program", s->folder);
    snprintf(s->extract, sizeof s->extract, "%s/extract", s->folder);
    s->options = (struct ihp_synth_options){
        .store_path = s->store, .members = members, .seed = seed, .ihps = ihps};
}

static inline enum ihp_status synthetic_make(struct synthetic *s)
{
    return ihp_synth(&s->options, MPI_COMM_NULL, &s->report, NULL, &s->err);
}

static inline void assert_made(struct synthetic *s)
{
    if (synthetic_make(s) != IHP_OK) {
        fail_msg("%s", s->err.text);
    }
}

static inline void remove_files(const char *folder)
{
    DIR *open = opendir(folder);
    for (const struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (open != NULL) {
        closedir(open);
    }
    rmdir(folder);
}

static inline void synthetic_end(struct synthetic *s)
{
    remove_files(s->program);
    remove_files(s->extract);
    remove_files(s->folder);
}

/* Reads the content hash of a store. */
static inline void content_hash(const char *path, char hash[33])
{
    struct ihp__store *store;
    struct ihp_error err = {0};
    if (ihp__store_open(path, &store, &err) != IHP_OK) {
        fail_msg("%s", err.text);
    }
    memcpy(hash, ihp__store_info(store)->content_hash, 33);
    ihp__store_close(&store);
}

#endif
