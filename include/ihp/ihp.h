/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp.h - settles Minnesota's Integrated Health Partnerships from a state's claims.
 *
 * Include this header. Then read, in this order:
 *
 *   ihp/error.h       how every call reports: a status, one line of text, notices
 *   ihp/import.h      ihp_import: a state extract becomes a store
 *   ihp/jobs.h        ihp_settle and the other jobs, each one call
 *   ihp/settlement.h  ihp_settle_in_memory: the rows of a settlement, without a result folder
 *   ihp/synth.h       ihp_synth: a synthetic state to try things on
 *   ihp/version.h     the version of the headers and of the library
 *
 * docs/examples/ has complete programs. Nothing outside these headers is part of the interface, and
 * the shared library exports nothing else.
 */
#ifndef IHP_IHP_H
#define IHP_IHP_H

#include "ihp/error.h"
#include "ihp/import.h"
#include "ihp/jobs.h"
#include "ihp/settlement.h"
#include "ihp/synth.h"
#include "ihp/version.h"

#endif
