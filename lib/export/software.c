/* SPDX-License-Identifier: Apache-2.0
 *
 * software.c -- weaknesses and packages to facts; last days of releases.
 */
#include "export/software.h"

#include <stdio.h>

#include "fact/dated.h"
#include "base/text.h"
#include "base/time.h"

enum { SEVERITY_HIGH = 3, SEVERITY_CRITICAL = 4 };

software software_of(reading *r, str name, json_node time)
{
    software s = {.r = r, .at = FACT_NONE, .time_ns = TIME_NONE};
    name = text_trim(name);
    if (name.n == 0) {
        reading_wrong(r, "a report does not say what it is about");
        return s;
    }
    s.time_ns = reading_time(r, time);
    s.at = facts_add(r->facts, FACT_SOFTWARE, PROVIDER_OTHER, name, r->input);
    if (s.time_ns == TIME_NONE && json_node_type(time) != JSON_NONE)
        reading_wrong(r, "the time of a report is none");
    dated_scanned(r, s.at, s.time_ns);
    return s;
}

static void put(const software *s, attr a, str value)
{
    dated_put(s->r, s->at, a, s->time_ns, value);
}

void software_looked_for(const software *s, const char *what)
{
    put(s, ATTR_SCANNED_FOR, str_of(what));
}

void software_release(const software *s, str family, str version, bool is_ended)
{
    CLEANUP(buf_done) buf text = {0};
    if (family.n == 0 || version.n == 0)
        return;
    buf_putstr(&text, family);
    buf_putc(&text, ' ');
    buf_putstr(&text, version);
    s->r->failed = s->r->failed || text.failed;
    put(s, ATTR_RELEASE, buf_str(&text));
    if (is_ended)
        put(s, ATTR_RELEASE_ENDED, STR("true"));
}

int software_severity(str word)
{
    static const struct {
        const char *word;
        int value;
    } words[] = {
        {"critical", SEVERITY_CRITICAL},
        {"high", SEVERITY_HIGH},
        {"medium", 2},
        {"moderate", 2},
        {"low", 1},
        {"negligible", 0},
        {"unknown", 0},
        {"info", 0},
        {"none", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_eq_nocase(word, str_of(words[i].word)))
            return words[i].value;
    return -1;
}

/* "CVE-2019-14697 in musl 1.1.22-r2, fixed in 1.1.22-r3" */
static void say_weakness(buf *out, const software_weakness *w)
{
    buf_putstr(out, w->id);
    buf_puts(out, " in ");
    buf_putstr(out, w->package);
    buf_putc(out, ' ');
    buf_putstr(out, w->installed);
    if (w->fixed.n == 0)
        return;
    buf_puts(out, ", fixed in ");
    buf_putstr(out, w->fixed);
}

static attr list_of(int severity, bool is_fixed)
{
    if (severity < 0)
        return ATTR_UNRATED;
    if (!is_fixed)
        return ATTR_SEVERE_UNFIXED;
    return severity == SEVERITY_CRITICAL ? ATTR_CRITICAL_FIXED : ATTR_HIGH_FIXED;
}

void software_weak(const software *s, const software_weakness *w)
{
    CLEANUP(buf_done) buf text = {0};
    int severity = software_severity(json_node_string(w->severity));
    if (s->at == FACT_NONE || (severity >= 0 && severity < SEVERITY_HIGH))
        return;
    if (severity < 0)
        reading_wrong(s->r, "the severity of %.*s is no severity", (int)str_upto(w->id, 60).n,
                      w->id.p);
    say_weakness(&text, w);
    s->r->failed = s->r->failed || text.failed;
    put(s, list_of(severity, w->fixed.n > 0), buf_str(&text));
}

void software_found(const software *s, attr a, str id, str where)
{
    CLEANUP(buf_done) buf text = {0};
    buf_putstr(&text, id);
    buf_putc(&text, ' ');
    buf_putstr(&text, where);
    s->r->failed = s->r->failed || text.failed;
    put(s, a, buf_str(&text));
}

/* ---- packages -------------------------------------------------------------------------------- */

void software_package(const software *s, software_list *list, str name, str version)
{
    list->n++;
    bool has_version = version.n > 0 && !text_eq_nocase(version, STR("unknown")) &&
                       !str_is(version, "NOASSERTION");
    if (!has_version)
        put(s, ATTR_WITHOUT_VERSION, name.n > 0 ? name : STR("a package without a name"));
}

void software_end_list(const software *s, const software_list *list)
{
    CLEANUP(buf_done) buf text = {0};
    buf_printf(&text, "%llu", (unsigned long long)list->n);
    s->r->failed = s->r->failed || text.failed;
    put(s, ATTR_PACKAGES, buf_str(&text));
    software_looked_for(s, "packages");
}

/* ---- releases -------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *families, *version, *day;
} releases[] = {
#define RELEASE(families, version, day) {families, version, day},
#include "export/end_of_life.def"
#undef RELEASE
};
/* clang-format on */

static bool is_family(const char *families, str family)
{
    str rest = str_of(families), name;
    while (text_next(&rest, '|', &name))
        if (text_eq_nocase(name, family))
            return true;
    return false;
}

/* "3.10.2" is of "3.10", and not of "3.1"; "2 (Karoo)" is of "2". */
static bool is_version(str text, const char *version)
{
    str rest = str_from(text, strlen(version));
    return text_starts(text, version) &&
           (rest.n == 0 || rest.p[0] == '.' || rest.p[0] == ' ' || rest.p[0] == '_');
}

bool software_end_of_life(str release, int64_t *ret_ns)
{
    str family = text_before(release, ' ');
    str version = str_from(release, family.n + 1);
    for (size_t i = 0; i < ARRAY_LEN(releases); i++) {
        if (!is_family(releases[i].families, family) || !is_version(version, releases[i].version))
            continue;
        char text[32];
        int n = snprintf(text, sizeof text, "%sT23:59:59Z", releases[i].day);
        *ret_ns = time_parse((str){text, (size_t)n});
        return *ret_ns != TIME_NONE;
    }
    return false;
}
