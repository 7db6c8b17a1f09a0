/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base.h - what every other room builds on, in one include.
 *
 * Start with `ihp__fail` of error.h (how every function reports), then pick by need: money.h for
 * cents and numbers in texts, calendar.h for dates, csv.h to read a CSV file, outfile.h to write a
 * file so that nobody sees it half written, path.h for names of files. Beyond this include:
 * agree.h (errors and sums over ranks), business_days.h (due dates), codes.h (the code lists of the
 * state extract), hash_hex.h, lease.h (one run for one output), nearest.h, npi.h, process.h,
 * rename.h and search.h.
 *
 * Nothing in these headers is collective, and nothing in them knows what an IHP is. Functions that
 * can fail return an `ihp_status`; on failure the outputs are unchanged and the `ihp_error` has the
 * message.
 */
#ifndef IHP_BASE_H
#define IHP_BASE_H

#include "base/array.h"
#include "base/bytes.h"
#include "base/calendar.h"
#include "base/csv.h"
#include "base/dictionary.h"
#include "base/error.h"
#include "base/money.h"
#include "base/outfile.h"
#include "base/path.h"

#endif
