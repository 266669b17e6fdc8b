/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_html_text.h -- the page's own words: its head, its look, its script.
 *
 *  (1) The hash in the policy is that of the script between the tags, byte by byte.
 */
#ifndef SPOOR_APP_AUDIT_HTML_TEXT_H
#define SPOOR_APP_AUDIT_HTML_TEXT_H

/* clang-format off */
#define AUDIT_HTML_SCRIPT                                                                          \
    "const field=document.getElementById('find');"                                                 \
    "field.addEventListener('input',()=>{"                                                         \
    "const words=field.value.toLowerCase().split(' ');"                                            \
    "for(const check of document.querySelectorAll('details')){"                                    \
    "const text=check.textContent.toLowerCase();"                                                  \
    "check.hidden=!words.every(word=>text.includes(word));}});"                                    \
    "addEventListener('beforeprint',()=>{"                                                         \
    "for(const check of document.querySelectorAll('details'))check.open=true;});"
#define AUDIT_HTML_HASH "/SWq7R6rWjSQQxqu4cja2TcztEZJJbrX8KgXRCzeQTw="

#define AUDIT_HTML_POLICY                                                                          \
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" AUDIT_HTML_HASH "'; "      \
    "base-uri 'none'; form-action 'none'"

#define AUDIT_HTML_STYLE                                                                           \
    ":root{color-scheme:light dark;--ink:#1c2024;--faint:#60676f;--page:#fff;--card:#f5f6f8;"       \
    "--line:#d9dde2;--good:#2f9e62;--bad:#d13c3c;--warn:#b7791f;--none:#c3c9d0}\n"                  \
    "@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--faint:#9aa3ad;--page:#15181c;"         \
    "--card:#1f2429;--line:#343b43;--good:#4cc38a;--bad:#f2777a;--warn:#e0af68;--none:#4a525b}}\n"   \
    "*{box-sizing:border-box}\n"                                                                   \
    "body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);"              \
    "max-width:72rem;margin:0 auto;padding:1.5rem}\n"                                              \
    "h1{font-size:1.5rem;margin:0}h2{font-size:1.2rem;margin:2rem 0 .5rem}"                         \
    "h3{font-size:1rem;margin:1.5rem 0 .4rem}\n"                                                   \
    ".faint{color:var(--faint)}\n"                                                                 \
    ".cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:.8rem}\n"    \
    ".card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.8rem}\n" \
    ".card a{color:inherit;font-weight:600;text-decoration:none}\n"                                \
    ".bar{display:flex;height:.5rem;border-radius:.25rem;overflow:hidden;margin:.4rem 0;"           \
    "background:var(--none)}\n"                                                                    \
    ".bar i.passed{background:var(--good)}.bar i.failed{background:var(--bad)}"                     \
    ".bar i.excepted{background:var(--warn)}\n"                                                    \
    "input{font:inherit;width:100%;padding:.5rem .7rem;margin:1rem 0 0;color:inherit;"              \
    "background:var(--card);border:1px solid var(--line);border-radius:.5rem}\n"                   \
    "details{border:1px solid var(--line);border-radius:.5rem;margin:.4rem 0;padding:.5rem .8rem}\n" \
    "details[open]{background:var(--card)}summary{cursor:pointer}\n"                               \
    "b.badge{display:inline-block;min-width:6.5rem;text-align:center;font-size:.75rem;"             \
    "border-radius:.3rem;padding:.1rem .4rem;margin-right:.6rem;color:#fff;background:#68717a}\n"   \
    "b.critical{background:#8e2ac2}b.high{background:#c92a2a}b.medium{background:#b35c00}"          \
    "b.low{background:#1971a8}b.pass{background:#23754a}\n"                                        \
    "table{border-collapse:collapse;width:100%;margin:.6rem 0;font-size:.87rem}\n"                  \
    "th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;"                       \
    "border-bottom:1px solid var(--line);overflow-wrap:anywhere}\n"                                \
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--page);"                       \
    "border:1px solid var(--line);border-radius:.3rem;padding:.5rem;margin:.4rem 0}\n"             \
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:var(--faint)}"   \
    "dd{margin:0;overflow-wrap:anywhere}\n"                                                        \
    "@media print{input{display:none}body{max-width:none;padding:0;font-size:11px}"                 \
    "details,.card,tr{break-inside:avoid}b.badge{color:inherit;background:none;border:1px solid}}\n"
/* clang-format on */

#endif
