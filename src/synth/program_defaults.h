/* SPDX-License-Identifier: GPL-3.0-or-later */
/* program_defaults.h - the CSV tables of inputs/program-defaults, built into the library, so that a
 * synthetic program folder has the contract's tables without a copy of them in the code. */
#ifndef IHP_SYNTH_PROGRAM_DEFAULTS_H
#define IHP_SYNTH_PROGRAM_DEFAULTS_H

/* A file: its name, "codes.csv", and its text with the header. */
struct ihp__program_default {
    const char *name, *text;
};

/* All tables, in order of their names; the last entry has no name. */
extern const struct ihp__program_default ihp__program_defaults[];

#endif
