/* SPDX-License-Identifier: Apache-2.0
 *
 * tree.h -- who came from whom, drawn: lineage of disks and machines, and of users and keys.
 *
 *  (1) A node is one id and is drawn once; where it hangs a second time it says so and stops there.
 *      That also ends circles.
 *  (2) Ids are written whole: they are what one copies.
 *  (3) What is over the limits below is counted and said, not dropped in silence.
 */
#ifndef SPOOR_APP_TREE_H
#define SPOOR_APP_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/terminal.h"

enum { TREE_NODES = 256, TREE_EDGES = 512, TREE_DEPTH = 24, TREE_CHILDREN = 12 };

typedef struct tree_node {
    const char *id, *label, *kind;
    const spoor_step *made; /* the call that made it, or NULL */
    bool has_parent, is_drawn;
} tree_node;

typedef struct tree_edge {
    size_t parent, child;
    const spoor_step *step; /* the call that proves it, or NULL */
} tree_edge;

typedef struct tree {
    tree_node nodes[TREE_NODES];
    tree_edge edges[TREE_EDGES];
    size_t n_nodes, n_edges, n_left_out;
    bool has_dates;        /* times are shown with their day */
    const char *root_note; /* of a root whose making is not known */
} tree;

/* The node of an id, made if new; TREE_NODES when there is no room. */
size_t tree_node_of(tree *t, const char *id, const char *kind);
size_t tree_find(const tree *t, const char *id); /* TREE_NODES when it is not there */
void tree_connect(tree *t, size_t parent, size_t child, const spoor_step *step);
void tree_draw(tree *t, const terminal *screen, strbuf *out, size_t indent);

#endif
