/* SPDX-License-Identifier: Apache-2.0
 *
 * helper.h -- the thread that the caller lends, as the stages know it.
 */
#ifndef SPOOR_ENGINE_HELPER_H
#define SPOOR_ENGINE_HELPER_H

#include <spoor/spoor.h>

#include "base/relay.h"

static inline relay_helper helper_of(const spoor_options *o)
{
    return (relay_helper){.user = o->helper.user, .start = o->helper.start, .join = o->helper.join};
}

#endif
