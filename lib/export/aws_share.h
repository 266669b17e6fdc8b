/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_share.h -- with whom disks and images of AWS are shared, in the words of all its calls.
 */
#ifndef SPOOR_EXPORT_AWS_SHARE_H
#define SPOOR_EXPORT_AWS_SHARE_H

#include "fact/reading.h"

/* {"Group": "all"}, {"UserId": "111122223333"}, {"OrganizationArn": …}: SHARED_WITH each, and
 * SHARES_READ when all of the list was understood. Everybody is "all". */
void aws_put_shares(reading *r, uint32_t at, json_node node, const char *path);

#endif
