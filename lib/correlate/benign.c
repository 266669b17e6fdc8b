/* SPDX-License-Identifier: Apache-2.0
 *
 * benign.c -- a table of automation and its marks.
 */
#include "correlate/benign.h"

#include <stdlib.h>

#include "base/text.h"

enum { MARKS = 4, MARKS_NEEDED = 2 };

typedef struct mark {
    field field;      /* FIELD_COUNT fills the row; FIELD_created: the id of what was made */
    const char *text; /* the field holds it, case ignored */
} mark;

typedef struct explanation {
    const char *name;
    mark marks[MARKS];
    const char *doc;
} explanation;

#define NO_MARK                                                                                    \
    {                                                                                              \
        FIELD_COUNT, NULL                                                                          \
    }

/* clang-format off */
static const explanation explanations[] = {
    {"EC2 Auto Scaling",
     {{FIELD_actor_arn, "role/AWSServiceRoleForAutoScaling"}, {FIELD_src_service, "autoscaling.amazonaws.com"},
      {FIELD_tags, "aws:autoscaling:groupName"}, NO_MARK},
     "a scaling group replaces and adds its instances"},
    {"EC2 Fleet or Spot",
     {{FIELD_actor_arn, "role/AWSServiceRoleForEC2"}, {FIELD_tags, "aws:ec2:fleet-id"},
      {FIELD_tags, "aws:ec2spot:fleet-request-id"}, {FIELD_invoked_by, "ec2.amazonaws.com"}},
     "a fleet keeps up its capacity"},
    {"Karpenter or EKS node groups",
     {{FIELD_actor_arn, "karpenter"}, {FIELD_actor_arn, "role/AWSServiceRoleForAmazonEKSNodegroup"},
      {FIELD_tags, "karpenter.sh/"}, {FIELD_tags, "eks:nodegroup-name"}},
     "a Kubernetes cluster adds nodes"},
    {"EBS CSI driver",
     {{FIELD_tags, "ebs.csi.aws.com/cluster"}, {FIELD_tags, "CSIVolumeName"}, {FIELD_actor_arn, "csi"}, NO_MARK},
     "a Kubernetes cluster makes and attaches the volumes of its pods"},
    {"Data Lifecycle Manager",
     {{FIELD_actor_arn, "role/AWSDataLifecycleManager"}, {FIELD_invoked_by, "dlm.amazonaws.com"},
      {FIELD_src_service, "dlm.amazonaws.com"}, {FIELD_tags, "aws:dlm:"}},
     "snapshots on a schedule"},
    {"AWS Backup",
     {{FIELD_actor_arn, "role/AWSBackupDefaultServiceRole"}, {FIELD_invoked_by, "backup.amazonaws.com"},
      {FIELD_src_service, "backup.amazonaws.com"}, {FIELD_tags, "aws:backup:"}},
     "backups and restores on a plan"},
    {"EMR",
     {{FIELD_src_service, "elasticmapreduce.amazonaws.com"}, {FIELD_actor_arn, "EMR"},
      {FIELD_tags, "aws:elasticmapreduce:"}, NO_MARK},
     "a cluster starts its nodes"},
    {"AWS Batch",
     {{FIELD_actor_arn, "role/AWSServiceRoleForBatch"}, {FIELD_src_service, "batch.amazonaws.com"},
      {FIELD_tags, "AWSBatchServiceTag"}, NO_MARK},
     "a compute environment starts its instances"},
    {"CloudFormation",
     {{FIELD_src_service, "cloudformation.amazonaws.com"}, {FIELD_invoked_by, "cloudformation.amazonaws.com"},
      {FIELD_tags, "aws:cloudformation:stack-name"}, NO_MARK},
     "a stack makes its resources"},
    {"Elastic Disaster Recovery or Application Migration",
     {{FIELD_actor_arn, "AWSElasticDisasterRecovery"}, {FIELD_actor_arn, "AWSServiceRoleForApplicationMigration"},
      {FIELD_tags, "AWSElasticDisasterRecoveryManaged"}, {FIELD_tags, "AWSApplicationMigrationServiceManaged"}},
     "replication keeps and tests copies"},
    {"GuardDuty malware protection",
     {{FIELD_actor_arn, "role/AWSServiceRoleForAmazonGuardDutyMalwareProtection"}, {FIELD_tags, "GuardDutyScanId"},
      {FIELD_invoked_by, "malware-protection.guardduty.amazonaws.com"}, NO_MARK},
     "an agentless scanner snapshots and reads disks"},
    {"AKS or scale set",
     {{FIELD_actor_type, "ServicePrincipal"}, {FIELD_created, "/resourcegroups/mc_"}, {FIELD_created, "/aks-"}, NO_MARK},
     "a Kubernetes cluster adds nodes"},
    {"Azure Backup",
     {{FIELD_credential, "262044b1-e2ce-469f-a196-69ab7ada62d3"}, {FIELD_created, "/resourcegroups/azurebackuprg"},
      NO_MARK, NO_MARK},
     "restore points on a plan"},
    {"Managed instance group",
     {{FIELD_actor_name, "@cloudservices.gserviceaccount.com"}, {FIELD_benign_class, "managed instance group"},
      NO_MARK, NO_MARK},
     "a group replaces and adds its instances"},
    {"GKE",
     {{FIELD_actor_name, "container-engine-robot"}, {FIELD_created, "/instances/gke-"}, {FIELD_tags, "goog-k8s"},
      NO_MARK},
     "a Kubernetes cluster adds nodes"},
};
/* clang-format on */

static bool carries(const event *e, const mark *m)
{
    if (m->field != FIELD_created)
        return text_has_nocase(e->field[m->field], m->text);
    for (size_t i = 0; i < e->n_refs; i++)
        if (e->refs[i].relation == RELATION_CREATED && text_has_nocase(e->refs[i].id, m->text))
            return true;
    return false;
}

/* Two marks of one kind prove one thing twice. */
static unsigned kind_of(field f)
{
    enum { WHO = 1, WHERE = 2, WRITTEN = 4 };
    if (f == FIELD_src_service || f == FIELD_invoked_by)
        return WHERE;
    return f == FIELD_tags || f == FIELD_created || f == FIELD_benign_class ? WRITTEN : WHO;
}

/* How many independent kinds of marks the call carries. */
static unsigned count_marks(const event *e, const explanation *x)
{
    unsigned kinds = 0;
    for (size_t i = 0; i < MARKS && x->marks[i].text; i++)
        if (carries(e, &x->marks[i]))
            kinds |= kind_of(x->marks[i].field);
    return (kinds & 1) + (kinds >> 1 & 1) + (kinds >> 2 & 1);
}

static bool makes_something(const event *e)
{
    for (size_t i = 0; i < e->n_refs; i++)
        if (e->refs[i].relation == RELATION_CREATED)
            return true;
    return false;
}

/* Marks of one explanation over the anchors of a story. */
typedef struct marks_seen {
    unsigned least; /* of a call that makes something; 0 also when any call carries none */
    unsigned most;
} marks_seen;

static bool count_all(const state *s, uint32_t number, marks_seen seen[ARRAY_LEN(explanations)])
{
    const entry *n = journal_at(&s->journal, number);
    size_t n_refs = event_packed_refs((str){n->packed, n->n_packed});
    event_ref *refs = calloc(n_refs + 1, sizeof *refs);
    event e;
    bool is_read = refs && journal_event(n, &e, refs, n_refs);
    for (size_t i = 0; is_read && i < ARRAY_LEN(explanations); i++) {
        unsigned marks = count_marks(&e, &explanations[i]);
        if (marks < seen[i].least && (marks == 0 || makes_something(&e)))
            seen[i].least = marks;
        if (marks > seen[i].most)
            seen[i].most = marks;
    }
    free(refs);
    return is_read;
}

static void report(const explanation *x, const marks_seen *seen, arena *a, benign_result *ret)
{
    bool is_accepted = seen->least >= MARKS_NEEDED && seen->most >= MARKS_NEEDED;
    str why = is_accepted
                  ? arena_printf(a, "%s; every call carries the marks of it", x->doc)
                  : arena_printf(a, "%s; but not every call carries the marks of it", x->doc);
    ret->list[ret->n++] = (spoor_benign){x->name, is_accepted, why.p ? why.p : ""};
    if (!is_accepted || ret->accepted)
        return;
    str accepted = arena_printf(a, "it has the marks of %s", x->name);
    ret->accepted = accepted.p;
}

bool benign_test(const state *s, const story *t, arena *a, benign_result *ret)
{
    marks_seen seen[ARRAY_LEN(explanations)];
    *ret = (benign_result){0};
    ret->list = arena_alloc(a, sizeof(spoor_benign) * ARRAY_LEN(explanations));
    if (!ret->list)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(explanations); i++)
        seen[i] = (marks_seen){.least = MARKS, .most = 0};
    for (size_t i = 0; i < t->n_steps; i++)
        if (t->steps[i].is_anchor && !count_all(s, t->steps[i].entry, seen))
            return false;
    for (size_t i = 0; i < ARRAY_LEN(explanations); i++)
        if (seen[i].most > 0)
            report(&explanations[i], &seen[i], a, ret);
    return !a->failed;
}
