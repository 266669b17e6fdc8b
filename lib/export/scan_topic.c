/* SPDX-License-Identifier: Apache-2.0
 *
 * scan_topic.c -- words by which rules of configuration scans are known.
 */
#include "export/scan_topic.h"

#include "base/text.h"

/* clang-format off */
/* A word in a rule's id or title, and what the rule is about then. The first that is found counts. */
static const struct {
    const char *word;
    scan_topic topic;
} words[] = {
    {"faillock",    SCAN_TOPIC_LOCKOUT},
    {"tally2",      SCAN_TOPIC_LOCKOUT},
    {"lockout",     SCAN_TOPIC_LOCKOUT},
    {"smartcard",   SCAN_TOPIC_FACTOR},
    {"smartcards",  SCAN_TOPIC_FACTOR},
    {"smart card",  SCAN_TOPIC_FACTOR},
    {"multifactor", SCAN_TOPIC_FACTOR},
    {"multi-factor", SCAN_TOPIC_FACTOR},
    {"mfa",         SCAN_TOPIC_FACTOR},
    {"two-factor",  SCAN_TOPIC_FACTOR},
    {"opensc",      SCAN_TOPIC_FACTOR},
    {"telnet",      SCAN_TOPIC_LEGACY},
    {"telnetd",     SCAN_TOPIC_LEGACY},
    {"rsh",         SCAN_TOPIC_LEGACY},
    {"rlogin",      SCAN_TOPIC_LEGACY},
    {"rexec",       SCAN_TOPIC_LEGACY},
    {"tftp",        SCAN_TOPIC_LEGACY},
    {"ypbind",      SCAN_TOPIC_LEGACY},
    {"ypserv",      SCAN_TOPIC_LEGACY},
    {"nis",         SCAN_TOPIC_LEGACY},
    {"protocol2",   SCAN_TOPIC_LEGACY}, /* sshd_allow_only_protocol2 */
    {"ssh protocol", SCAN_TOPIC_LEGACY},
    {"smbv1",       SCAN_TOPIC_LEGACY},
    {"smb1",        SCAN_TOPIC_LEGACY},
    {"sslv3",       SCAN_TOPIC_LEGACY},
    {"tls 1.0",     SCAN_TOPIC_LEGACY},
    {"tls 1.1",     SCAN_TOPIC_LEGACY},
    {"audit",       SCAN_TOPIC_RECORDING},
    {"auditd",      SCAN_TOPIC_RECORDING},
    {"rsyslog",     SCAN_TOPIC_RECORDING},
    {"syslog",      SCAN_TOPIC_RECORDING},
    {"journald",    SCAN_TOPIC_RECORDING},
    {"password",    SCAN_TOPIC_PASSWORD},
    {"passwords",   SCAN_TOPIC_PASSWORD},
    {"pwquality",   SCAN_TOPIC_PASSWORD},
};
/* clang-format on */

static bool is_letter(char c)
{
    char lower = text_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

/* True when the word stands in text by itself; '_' and '-' are no letters. */
static bool has_word(str text, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= text.n; i++) {
        bool begins = i == 0 || !is_letter(text.p[i - 1]);
        bool ends = i + n == text.n || !is_letter(text.p[i + n]);
        if (begins && ends && text_eq_nocase((str){text.p + i, n}, str_of(word)))
            return true;
    }
    return false;
}

/* A rule's id without the prefix that XCCDF 1.2 demands: its words are those of a vendor. */
static str own_id(str id)
{
    for (size_t i = 0; text_starts(id, "xccdf_") && i + 6 < id.n; i++)
        if (text_starts(str_from(id, i), "_rule_"))
            return str_from(id, i + 6);
    return id;
}

scan_topic scan_topic_of(str rule, str title)
{
    rule = own_id(rule);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (has_word(rule, words[i].word) || has_word(title, words[i].word))
            return words[i].topic;
    return SCAN_TOPIC_OTHER;
}
