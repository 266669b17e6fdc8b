/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_parse_simdjson.cc -- simdjson as its users know it: one document to one tree.
 *
 * Stands apart from lib/base/json.cc so that the yardstick owes nothing to what it measures.
 */
#include "bench_parse.h"

#include <simdjson.h>

extern "C" size_t bench_parse_records(const char *text, size_t n, size_t room)
{
    static simdjson::dom::parser parser; // keeps its tape from file to file
    if (room - n < simdjson::SIMDJSON_PADDING)
        return 0;
    simdjson::dom::array records;
    auto document = parser.parse(text, n, false);
    if (document["Records"].get(records) != simdjson::SUCCESS)
        return 0;
    return records.size();
}
