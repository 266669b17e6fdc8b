/* SPDX-License-Identifier: Apache-2.0
 *
 * route.h -- a way from one thing to another, as native records, and what the state must prove.
 *
 * Records go the whole way: bytes, wrapper, decoder, order, fold, state. Each is a template: ' is
 * ", and $N the record's number within the route. The macros below write what all records of a
 * cloud have in common.
 *
 *  (1) An id in `edges`, `together`, `apart` and `root` is the end of the real one: "disks/d"
 *      stands for "/subscriptions/…/disks/d". It begins after '/' or ':'.
 */
#ifndef SPOOR_TESTS_ROUTE_H
#define SPOOR_TESTS_ROUTE_H

#include <stddef.h>

#include "base/buf.h"

enum { ROUTE_RECORDS = 9 };

typedef struct route {
    const char *name;
    const char *records[ROUTE_RECORDS];
    /* "from kind to; from kind to field": each must be there; with '!' before it, must not;
     * with '~', it is inferred, which others are not. */
    const char *edges;
    const char *together; /* "a b c; d e": each group is one lineage */
    const char *apart;    /* the first of each group is of another lineage than the others */
    const char *root;     /* who is behind the newest call; NULL: not asked */
} route;

/* Reads the records of each route, forwards and backwards, and fails the test where anything is not
 * as the route says. */
void routes_check(const route *routes, size_t n);

/* Reads the records of one route and appends the incidents, a JSON line each. */
void route_judge(const route *r, buf *ret_jsonl);

/* clang-format off */
#define AWS_ACCOUNT "111111111111"
#define AWS_OTHER   "222222222222"
#define AWS_RECORD(time, who, service, name, request, response, more) \
    "{'eventVersion':'1.08','userIdentity':" who ",'eventTime':'2026-03-01T" time ":00Z','eventSource':'" service ".amazonaws.com','eventName':'" name "'," \
    "'awsRegion':'us-east-1','sourceIPAddress':'203.0.113.7','userAgent':'aws-cli/2','requestParameters':" request ",'responseElements':" response "," \
    "'requestID':'rq-$N','eventID':'ev-$N','eventType':'AwsApiCall'" more "}"
#define AWS_IN(account) ",'recipientAccountId':'" account "'"
#define AWS(time, who, service, name, request, response) AWS_RECORD(time, who, service, name, request, response, AWS_IN(AWS_ACCOUNT))
#define EC2(time, name, request, response) AWS(time, EVE, "ec2", name, request, response)
#define AWS_USER(account, name) "{'type':'IAMUser','principalId':'AIDA" name "','arn':'arn:aws:iam::" account ":user/" name "','accountId':'" account "','accessKeyId':'AKIA" name "','userName':'" name "'}"
#define EVE AWS_USER(AWS_ACCOUNT, "eve")
#define AWS_ROLE(account, role, session, key, more) \
    "{'type':'AssumedRole','principalId':'AROA" role ":" session "','arn':'arn:aws:sts::" account ":assumed-role/" role "/" session "','accountId':'" account "'," \
    "'accessKeyId':'" key "','sessionContext':{'sessionIssuer':{'type':'Role','principalId':'AROA" role "','arn':'arn:aws:iam::" account ":role/" role "','accountId':'" account "','userName':'" role "'}}" more "}"
/* The role with which a service of AWS acts in the account. */
#define AWS_SERVICE_ROLE(role, session, service) AWS_ROLE(AWS_ACCOUNT, role, session, "ASIA" role, ",'invokedBy':'" service ".amazonaws.com'")

#define AZ_SUB "/subscriptions/11111111-2222-3333-4444-555555555555"
#define AZ_GROUP AZ_SUB "/resourceGroups/rg/providers/Microsoft."
#define AZURE_RECORD(time, who, operation, resource, status, correlation, properties) \
    "{'time':'2026-03-01T" time ":00.0000000Z','resourceId':'" resource "','operationName':'Microsoft." operation "','category':'Administrative','resultType':'" status "'," \
    "'resultSignature':'" status ".Created','callerIpAddress':'203.0.113.9','correlationId':'" correlation "','identity':{'claims':" who "},'properties':{'eventDataId':'az-$N'" properties "}}"
#define AZ_USER(name, oid, uti) "{'http://schemas.microsoft.com/identity/claims/objectidentifier':'" oid "','http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn':'" name "','appid':'04b07795-8ddb-461a-bbee-02f9e1bf7b46','uti':'" uti "'}"
#define AZ_EVE_ID "aaaaaaaa-0000-0000-0000-00000000000e"
#define AZ_EVE AZ_USER("eve@example.com", AZ_EVE_ID, "uti-eve")
#define AZ_BODY(body) ",'responseBody':" body
#define AZURE(time, operation, resource, body) AZURE_RECORD(time, AZ_EVE, operation, AZ_GROUP resource, "Accept", "c-$N", AZ_BODY(body))

#define GCP_PROJECT "lab"
#define GCP_RECORD(time, who, service, method, resource, labels, operation, payload) \
    "{'insertId':'g-$N','logName':'projects/lab/logs/cloudaudit.googleapis.com%2Factivity','timestamp':'2026-03-01T" time ":00.5Z','severity':'NOTICE'," \
    "'resource':{'type':'gce','labels':{'project_id':'lab'" labels "}}" operation ",'protoPayload':{'@type':'type.googleapis.com/google.cloud.audit.AuditLog'," \
    "'serviceName':'" service ".googleapis.com','methodName':'" method "','resourceName':'" resource "','authenticationInfo':" who ",'requestMetadata':{'callerIp':'198.51.100.4'}" payload "}}"
#define GCP_USER(email) "{'principalEmail':'" email "'}"
#define GCP_EVE GCP_USER("eve@example.com")
#define GCE(time, method, resource, payload) GCP_RECORD(time, GCP_EVE, "compute", "v1.compute." method, "projects/lab/" resource, ",'zone':'europe-west1-b'", "", payload)
#define GCP_URL "https://www.googleapis.com/compute/v1/projects/"
/* clang-format on */

#endif
