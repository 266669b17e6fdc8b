/* SPDX-License-Identifier: Apache-2.0
 *
 * log_column.h -- columns that tell a log in CSV from any other table.
 */
#ifndef SPOOR_DECODE_LOG_COLUMN_H
#define SPOOR_DECODE_LOG_COLUMN_H

#include "base/base.h"

/* Case, '_' and ' ' do not count. */
bool log_column_is_known(str name);

#endif
