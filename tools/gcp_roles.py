#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""gcp_roles.py -- which predefined roles of Google Cloud give the permissions that powers are made of.

usage: tools/gcp_roles.py ROLES.json... >lib/access/gcp_roles.def

Each JSON file holds {"permission": ["roles/…", …], …}. What the service documents for roles that such
lists often leave out is added from MORE. Only permissions of gcp_permission.def count, and only
facts are kept: a role's name and the permissions it has.
"""
import json
import pathlib
import re
import sys

ROW = re.compile(r'^GCP_PERMISSION\((\w+),\s*"([\w.]+)"')
EVERYWHERE = ["roles/compute.admin", "roles/compute.instanceAdmin.v1", "roles/owner"]
LOGGING = ["roles/logging.admin", "roles/logging.configWriter", "roles/owner"]
MORE = {
    "compute.images.create": EVERYWHERE + ["roles/compute.storageAdmin", "roles/editor"],
    "compute.machineImages.create": EVERYWHERE + ["roles/compute.instanceAdmin", "roles/editor"],
    "compute.disks.setIamPolicy": EVERYWHERE + ["roles/compute.storageAdmin", "roles/iam.securityAdmin"],
    "compute.instances.attachDisk": EVERYWHERE + ["roles/compute.instanceAdmin", "roles/editor"],
    "compute.disks.create": EVERYWHERE + ["roles/compute.instanceAdmin", "roles/compute.storageAdmin", "roles/editor"],
    "compute.projects.setCommonInstanceMetadata": EVERYWHERE + ["roles/editor"],
    "compute.instances.osAdminLogin": EVERYWHERE + ["roles/compute.instanceAdmin", "roles/compute.osAdminLogin"],
    "iam.serviceAccounts.actAs": ["roles/editor", "roles/iam.serviceAccountUser", "roles/owner"],
    "iam.serviceAccounts.signJwt": ["roles/iam.serviceAccountTokenCreator"],
    "iam.serviceAccounts.setIamPolicy": ["roles/iam.securityAdmin", "roles/iam.serviceAccountAdmin", "roles/owner"],
    "iam.roles.update": ["roles/iam.organizationRoleAdmin", "roles/iam.roleAdmin", "roles/owner"],
    "resourcemanager.folders.setIamPolicy": [
        "roles/iam.securityAdmin", "roles/resourcemanager.folderAdmin", "roles/resourcemanager.folderIamAdmin",
        "roles/resourcemanager.organizationAdmin"],
    "resourcemanager.organizations.setIamPolicy": [
        "roles/iam.securityAdmin", "roles/resourcemanager.organizationAdmin"],
    "logging.sinks.delete": LOGGING,
    "logging.sinks.update": LOGGING,
    "logging.exclusions.create": LOGGING,
}
HEAD = """/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_roles.def -- predefined roles that give a permission of gcp_permission.def: GCP_ROLE(name, permissions).
 *
 * Written by tools/gcp_roles.py; in the order of their bytes, so that they can be searched. A predefined
 * role that is not here gives none of these permissions.
 */
/* clang-format off */
"""


def permissions(root):
    text = (root / "lib/access/gcp_permission.def").read_text()
    return {m.group(2): m.group(1) for m in map(ROW.match, text.splitlines()) if m}


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    names = permissions(root)
    granted = [MORE] + [json.loads(pathlib.Path(path).read_text()) for path in sys.argv[1:]]
    roles = {}
    for source in granted:
        for permission, givers in source.items():
            for role in givers if permission in names else []:
                roles.setdefault(role, set()).add(permission)
    print(HEAD, end="")
    for role in sorted(roles):
        bits = [f"P({names[p]})" for p in names if p in roles[role]]
        print(f'GCP_ROLE("{role}", {" | ".join(bits)})')
    print("/* clang-format on */")


if __name__ == "__main__":
    main()
