/* SPDX-License-Identifier: Apache-2.0
 *
 * chain.h -- the calls by which a disk is stolen, for tests that tell stories with events.h.
 *
 *     {SNAPSHOT(0, "mallory"), VOLUME(60, "mallory"), INSTANCE(80, "mallory")}
 *
 *  (1) Volume vol-0 was there before. What is made is snapshot snap-1 of it, volume vol-1 of that,
 *      and instance i-1, in security group g; NAME_AS gives the thing another id.
 *  (2) `at` is in seconds, `who` is spelled as in events.h; every call succeeded.
 */
#ifndef SPOOR_TESTS_CHAIN_H
#define SPOOR_TESTS_CHAIN_H

#include "support/events.h"

#define M "mallory" /* the thief */
#define USER(name) "arn:aws:iam::" EVENTS_ACCOUNT ":user/" name

/* clang-format off */
#define CALLED(at, name, who, refs, fields) {at, name, who, refs, fields, OUTCOME_SUCCESS}

#define SNAPSHOT_AS(at, who, snapshot) CALLED(at, "CreateSnapshot", who, "created snapshot " snapshot "; parent volume vol-0", "")
#define VOLUME_AS(at, who, volume, snapshot) CALLED(at, "CreateVolume", who, "created volume " volume "; parent snapshot " snapshot, "")
#define INSTANCE_AS(at, who, instance) CALLED(at, "RunInstances", who, "created instance " instance "; parent image ami; uses security_group g", "")
#define SNAPSHOT(at, who) SNAPSHOT_AS(at, who, "snap-1")
#define VOLUME(at, who) VOLUME_AS(at, who, "vol-1", "snap-1")
#define INSTANCE(at, who) INSTANCE_AS(at, who, "i-1")
#define ATTACH(at, who) CALLED(at, "AttachVolume", who, "attached volume vol-1; target instance i-1", "")
#define SHARE(at, who) CALLED(at, "ModifySnapshotAttribute", who, "target snapshot snap-1; shared_to account 999", "share_to=999")

#define GROUP(at, who) CALLED(at, "CreateSecurityGroup", who, "created security_group g", "")
/* Opened to everyone, and to a few addresses. */
#define OPEN(at, who) CALLED(at, "AuthorizeSecurityGroupIngress", who, "target security_group g", "public_exposure=tcp/22 from 0.0.0.0/0")
#define OFFICE(at, who) CALLED(at, "AuthorizeSecurityGroupIngress", who, "target security_group g", "")

#define NEW_USER(at, who, name) CALLED(at, "CreateUser", who, "created principal " USER(name), "")
#define NEW_KEY(at, who, name, key) CALLED(at, "CreateAccessKey", who, "created credential " key "; target principal " USER(name), "")
#define ADMIN(at, who, name) CALLED(at, "AttachUserPolicy", who, "target principal " USER(name) "; granted role p", "policy_delta=AdministratorAccess")
/* clang-format on */

#endif
