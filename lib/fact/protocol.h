/* SPDX-License-Identifier: Apache-2.0
 *
 * protocol.h -- one name for what clouds call a protocol by numbers, letters and stars.
 */
#ifndef SPOOR_FACT_PROTOCOL_H
#define SPOOR_FACT_PROTOCOL_H

#include "base/base.h"

/* "tcp" for "6" and "TCP", "all" for "-1" and "*"; others as they are. */
str protocol_name(str as_told);

#endif
