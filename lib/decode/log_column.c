/* SPDX-License-Identifier: Apache-2.0
 *
 * log_column.c -- the table of columns.
 */
#include "decode/log_column.h"

/* Columns that tell a log from any other table, as same_column compares them: lower case, without
 * '_' and ' '. One of them suffices. */
/* clang-format off */
static const struct {
    const char *name;
    const char *doc;
} log_columns[] = {
    {"eventtime",          "CloudTrail event history and Lake"},
    {"eventname",          "CloudTrail event history and Lake"},
    {"eventsource",        "CloudTrail event history and Lake"},
    {"eventid",            "CloudTrail event history and Lake"},
    {"eventjson",          "CloudTrail Lake: the whole event in one cell"},
    {"timegenerated",      "Log Analytics, any table"},
    {"timegenerated[utc]", "Log Analytics, portal export"},
    {"operationname",      "Azure activity log, Log Analytics"},
    {"operationnamevalue", "Log Analytics AzureActivity"},
    {"eventtimestamp",     "Azure activity log, REST shape"},
    {"createddatetime",    "Entra sign-in and audit logs"},
    {"activitydisplayname", "Entra audit logs, Graph shape"},
    {"activitydatetime",   "Entra audit logs, Graph shape"},
    {"date",               "Entra portal exports"},
    {"date(utc)",          "Entra portal exports"},
    {"creationdate",       "unified audit log, portal export"},
    {"creationtime",       "unified audit log"},
    {"operation",          "unified audit log"},
    {"operations",         "unified audit log, PowerShell export"},
    {"auditdata",          "unified audit log: the whole event in one cell"},
    {"timestamp",          "Google Cloud, BigQuery and Logs Explorer"},
    {"@timestamp",         "CloudWatch Logs Insights, Elastic"},
    {"methodname",         "Google Cloud"},
    {"protopayload",       "Google Cloud"},
    {"insertid",           "Google Cloud"},
    {"logname",            "Google Cloud"},
    {"time",               "OCSF and others"},
    {"classuid",           "OCSF"},
};
/* clang-format on */

static bool same_column(str name, const char *normal)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (c == '_' || c == ' ')
            continue;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + 32);
        if (c != *normal)
            return false;
        normal++;
    }
    return *normal == '\0';
}

bool log_column_is_known(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(log_columns); i++)
        if (same_column(name, log_columns[i].name))
            return true;
    return false;
}
