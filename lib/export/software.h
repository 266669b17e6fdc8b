/* SPDX-License-Identifier: Apache-2.0
 *
 * software.h -- words for readers of vulnerability reports and bills of materials.
 *
 * What is scanned (an image, a machine, a directory) is one fact, whatever number of weaknesses
 * it has: it is mended as a whole.
 */
#ifndef SPOOR_EXPORT_SOFTWARE_H
#define SPOOR_EXPORT_SOFTWARE_H

#include "fact/facts.h"
#include "fact/reading.h"

/* A report on one thing. */
typedef struct software {
    reading *r;
    uint32_t at; /* FACT_SOFTWARE; FACT_NONE: no room, all of these do nothing */
    int64_t time_ns;
} software;

/* The thing with this name. An empty name is malformed, and told: at is FACT_NONE. */
software software_of(reading *r, str name, json_node time);
/* What the report looked for: "vulnerabilities", "secrets", "misconfigurations", "packages". */
void software_looked_for(const software *s, const char *what);
/* The operating system; empty texts say nothing. is_ended: the scanner says that it is past its
 * end. */
void software_release(const software *s, str family, str version, bool is_ended);

typedef struct software_weakness {
    str id, package, installed, fixed; /* fixed: versions without it; empty: there is none */
    json_node severity;                /* a text: CRITICAL, High … */
} software_weakness;

void software_weak(const software *s, const software_weakness *w);
/* "ID WHERE" of a finding that is critical or high. */
void software_found(const software *s, attr a, str id, str where);

/* Packages of a bill of materials, one after another. */
typedef struct software_list {
    uint64_t n;
} software_list;

void software_package(const software *s, software_list *list, str name, str version);
void software_end_list(const software *s, const software_list *list);

/* critical 4, high 3, medium 2, low 1, negligible and unknown 0; -1: no such word. */
int software_severity(str word);

/* The last moment in which a release ("alpine 3.10.2") is mended. False: it is not known. */
bool software_end_of_life(str release, int64_t *ret_ns);

#endif
