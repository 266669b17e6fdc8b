/* SPDX-License-Identifier: Apache-2.0
 *
 * node_tree.h -- one of a dossier's trees, drawn.
 *
 *  (1) Like things in a row are shown by the first of them and a count: forty-two instances of one
 *      call are two lines.
 *  (2) Ids are written whole: they are what one copies.
 */
#ifndef SPOOR_APP_NODE_TREE_H
#define SPOOR_APP_NODE_TREE_H

#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/terminal.h"

/* Nothing, not even the title, when the tree has no more than its root. */
void node_tree_draw(const terminal *t, strbuf *out, const char *title, const spoor_node *nodes,
                    size_t n);

#endif
