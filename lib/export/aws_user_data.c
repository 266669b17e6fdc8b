/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_user_data.c -- credentials in the scripts that machines start with.
 *
 * Only what has a form of its own is taken for a credential: an access key id (of a secret key
 * beside it nothing is shown) and a private key in PEM.
 */
#include "export/aws_user_data.h"

#include "base/text.h"

enum { KEY_ID = 20, KEY_PREFIX = 4 };

static bool is_key_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* "AKIA" and sixteen more of its alphabet, with nothing of that alphabet on either side. */
static str find_access_key(str s)
{
    for (size_t i = 0; i + KEY_ID <= s.n; i++) {
        size_t n = 0;
        while (i + n < s.n && is_key_char(s.p[i + n]))
            n++;
        str word = {s.p + i, n};
        if (n == KEY_ID && (text_starts(word, "AKIA") || text_starts(word, "ASIA")))
            return word;
        i += n;
    }
    return STR_NONE;
}

static void put_found(reading *r, uint32_t at, str script)
{
    str key = find_access_key(script);
    bool is_pem = text_has(script, "-----BEGIN ") && text_has(script, "PRIVATE KEY-----");
    facts_put_flag(r->facts, at, ATTR_HOLDS_SECRET, key.n > 0 || is_pem);
    if (key.n == 0) {
        facts_put_text(r->facts, at, ATTR_SCRIPT_SECRET, is_pem ? STR("a private key") : STR_NONE);
        return;
    }
    reading_reset(r);
    buf_puts(&r->scratch, "access key ");
    buf_putstr(&r->scratch, key);
    facts_put_text(r->facts, at, ATTR_SCRIPT_SECRET, buf_str(&r->scratch));
}

void aws_put_user_data(reading *r, uint32_t at, json_node v)
{
    AUTO(buf) script = {0};
    json_type type = json_node_type(v);
    if (type == JSON_NONE || type == JSON_NULL) {
        facts_put_flag(r->facts, at, ATTR_HOLDS_SECRET, false);
        return;
    }
    bool is_script = type == JSON_STRING && text_base64_decode(json_node_string(v), &script);
    r->failed = r->failed || script.failed;
    if (!is_script) {
        reading_wrong(r, "user data is not base64");
        return;
    }
    if (!text_starts(buf_str(&script), "\x1f\x8b"))
        put_found(r, at, buf_str(&script));
}
