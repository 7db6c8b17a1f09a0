/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_record.h - the record of an import (store/store_record.h) for people and for a manifest.
 *
 * A record is JSON from a store, so parts of it that are not as `ihp import` writes them are passed
 * over. Nothing here is collective. */
#ifndef IHP_IMPORT_RECORD_H
#define IHP_IMPORT_RECORD_H

#include "base/base.h"

#include <jansson.h>

/* Prints the files, what was converted, noted, left out and set aside, and the control totals by
 * year, payer and service class. Without `whole`, it prints what was left out or set aside and the
 * control totals alone. */
enum ihp_status ihp__record_print(FILE *stream, const json_t *record, bool whole,
                                  struct ihp_error *err);

/* Makes the entry `import` of a manifest, an object of whole numbers and texts that the caller
 * releases; NULL if memory is short. It is empty for a store without a record (NULL). */
json_t *ihp__record_summary(const json_t *record);

#endif
