/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_record.h - the record of the import that made a store: JSON with what was read, converted,
 * left out and set aside, and control totals (docs/data.md, "The record of an import").
 *
 * The record is not part of the content hash, because equal contents may come from different files.
 * It has a digest of its own. Stores of earlier versions and those of `ihp synth` have none.
 * Nothing here is collective. */
#ifndef IHP_STORE_RECORD_H
#define IHP_STORE_RECORD_H

#include "store/store.h"

#include <jansson.h>

/* The name of the dataset, its unit, and the attribute of the root with its digest. */
#define IHP__RECORD_DATASET "import_record"
#define IHP__RECORD_UNITS   "UTF-8 text in JSON"
#define IHP__RECORD_DIGEST  "import_record_digest"

/* The longest record, in bytes. */
#define IHP__RECORD_SIZE_MAX (UINT64_C(256) << 20)

/* On rank 0, before the store is finished. Gives the store a record, whose text is copied. */
enum ihp_status ihp__store_set_record(struct ihp__store_writer *writer, const char *text,
                                      size_t size, struct ihp_error *err);

/* Reads the record of an open store: a JSON object, owned by the caller, or NULL if the store has
 * none. Fails with IHP_ERR_DATA if the record is damaged. */
enum ihp_status ihp__store_read_record(const struct ihp__store *store, json_t **record,
                                       struct ihp_error *err);

/* Compares the record with its digest. */
enum ihp_status ihp__store_check_record(const struct ihp__store *store, struct ihp_error *err);

#endif
