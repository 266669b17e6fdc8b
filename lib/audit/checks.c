/* SPDX-License-Identifier: Apache-2.0
 *
 * checks.c -- all checks, as one list.
 */
#include "audit/checks.h"

#include "base/text.h"

/* clang-format off */
static const check_table *const tables[] = {
    &checks_aws_iam_power,
    &checks_aws_iam_policy,
    &checks_aws_iam_password,
    &checks_aws_iam_trust,
    &checks_aws_iam_dormant,
    &checks_file_software,
    &checks_file_scan,
    &checks_file_network,
    &checks_aws_system,
    &checks_aws_config,
    &checks_aws_software,
    &checks_aws_network,
    &checks_aws_machine,
    &checks_gcp_rights,
    &checks_gcp_identity,
    &checks_gcp_system,
    &checks_gcp_config,
    &checks_gcp_network,
    &checks_logs,
    &checks_azure_access,
    &checks_azure_identity,
    &checks_azure_sign_in,
    &checks_azure_system,
    &checks_azure_compute,
    &checks_azure_network,
    NULL, /* the end */
};
/* clang-format on */

size_t check_count(void)
{
    size_t n = 0;
    for (size_t t = 0; tables[t]; t++)
        n += tables[t]->n;
    return n;
}

const check *check_at(size_t i)
{
    for (size_t t = 0; tables[t]; t++) {
        if (i < tables[t]->n)
            return &tables[t]->rows[i];
        i -= tables[t]->n;
    }
    return NULL;
}

const check *check_find(str id)
{
    for (size_t i = 0; i < check_count(); i++)
        if (str_is(id, check_at(i)->id))
            return check_at(i);
    return NULL;
}
