/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_user_data.h -- whether the script that a machine starts with holds a credential.
 *
 * Whoever may describe instances, or gets into one, reads it.
 */
#ifndef SPOOR_EXPORT_AWS_USER_DATA_H
#define SPOOR_EXPORT_AWS_USER_DATA_H

#include "fact/reading.h"

/* v: base64; null or absent: there is none. HOLDS_SECRET, and SCRIPT_SECRET with the kind. A
 * script that is compressed is not looked into, and nothing is set. */
void aws_put_user_data(reading *r, uint32_t at, json_node v);

#endif
