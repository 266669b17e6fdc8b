/* SPDX-License-Identifier: Apache-2.0
 *
 * split_wrapper.h -- which objects are only the packaging of records.
 *
 * Most services deliver records in one object with a big array, {"Records":[...]}. But a record may
 * have arrays of objects too. What tells them apart is the array's key and the keys before it.
 */
#ifndef SPOOR_DECODE_SPLIT_WRAPPER_H
#define SPOOR_DECODE_SPLIT_WRAPPER_H

#include "base/base.h"

/* `text` ends with a '[' that stands directly in an object. The key it belongs to, if it is one
 * that wrappers use (static text), or NULL. */
const char *split_wrapper_key(str text);

/* `text` is the beginning of an object. True when it has a key, not deeper, that only records
 * have. */
bool split_shows_record_key(str text);

#endif
