/* SPDX-License-Identifier: Apache-2.0
 *
 * protocol.c -- one name for what clouds call a protocol.
 */
#include "fact/protocol.h"

#include "base/text.h"

str protocol_name(str as_told)
{
    /* clang-format off */
    static const struct { str told, name; } names[] = {
        {STR_INIT("-1"), STR_INIT("all")},    {STR_INIT("*"), STR_INIT("all")},
        {STR_INIT("all"), STR_INIT("all")},   {STR_INIT("any"), STR_INIT("all")},
        {STR_INIT("6"), STR_INIT("tcp")},     {STR_INIT("tcp"), STR_INIT("tcp")},
        {STR_INIT("17"), STR_INIT("udp")},    {STR_INIT("udp"), STR_INIT("udp")},
        {STR_INIT("1"), STR_INIT("icmp")},    {STR_INIT("icmp"), STR_INIT("icmp")},
        {STR_INIT("58"), STR_INIT("icmpv6")}, {STR_INIT("icmpv6"), STR_INIT("icmpv6")},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (text_eq_nocase(as_told, names[i].told))
            return names[i].name;
    }
    return as_told;
}
