/* SPDX-License-Identifier: Apache-2.0
 *
 * scan_topic.h -- what a rule of a configuration scan is about, when ATT&CK asks for that by name.
 */
#ifndef SPOOR_EXPORT_SCAN_TOPIC_H
#define SPOOR_EXPORT_SCAN_TOPIC_H

#include "base/base.h"

typedef enum scan_topic {
    SCAN_TOPIC_OTHER,
    SCAN_TOPIC_LOCKOUT,
    SCAN_TOPIC_FACTOR,
    SCAN_TOPIC_LEGACY,
    SCAN_TOPIC_RECORDING,
    SCAN_TOPIC_PASSWORD,
} scan_topic;

/* By words of the rule's id and title; title may be empty. */
scan_topic scan_topic_of(str rule, str title);

#endif
