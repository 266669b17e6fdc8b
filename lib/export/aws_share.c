/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_share.c -- with whom disks and images of AWS are shared.
 */
#include "export/aws_share.h"

#include "fact/aws_place.h"

static const char *const members[] = {"Group", "UserId", "OrganizationArn",
                                      "OrganizationalUnitArn"};

static void put_share(reading *r, uint32_t at, json_node share)
{
    bool is_known = false;
    if (json_node_type(share) == JSON_STRING) {
        reading_put(r, at, ATTR_SHARED_WITH, share);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        json_node who = json_node_get(share, str_of(members[i]));
        is_known = is_known || json_node_type(who) != JSON_NONE;
        reading_put(r, at, ATTR_SHARED_WITH, who);
    }
    if (!is_known)
        reading_wrong(r, "a permission names nobody");
}

void aws_put_shares(reading *r, uint32_t at, json_node node, const char *path)
{
    uint64_t malformed = r->malformed;
    json_iter share = aws_each(r, node, path);
    bool is_list = json_node_type(reading_at(node, path)) == JSON_ARRAY;
    while (json_iter_next(&share))
        put_share(r, at, share.value);
    if (is_list && r->malformed == malformed)
        facts_put_flag(r->facts, at, ATTR_SHARES_READ, true);
}
