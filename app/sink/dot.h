/* SPDX-License-Identifier: Apache-2.0
 *
 * dot.h -- a dossier's trees as one graph for Graphviz.
 *
 *  (1) Each thing is one node, however often it hangs in the trees.
 *  (2) Text from logs stands in quoted strings only, with quotes, backslashes and control
 *      characters escaped: nothing in it can end the string.
 */
#ifndef SPOOR_APP_DOT_H
#define SPOOR_APP_DOT_H

#include <spoor/spoor.h>

#include "base/strbuf.h"

void dot_put(strbuf *out, const spoor_dossier *d);

#endif
