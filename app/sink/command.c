/* SPDX-License-Identifier: Apache-2.0
 *
 * command.c -- words of a shell, filled into lines.
 */
#include "sink/command.h"

#include <stdbool.h>
#include <string.h>

#include "base/words.h"

/* Whether a cloud's tool is called, first or behind `;` or `(`. */
static bool is_command(const char *text)
{
    static const char *const tools[] = {"aws ", "az ", "gcloud ", "spoor "};
    for (size_t i = 0; i < ARRAY_LEN(tools); i++)
        for (const char *at = text; (at = strstr(at, tools[i])); at++)
            if (at == text || at[-1] == '(' || (at - text > 1 && at[-1] == ' ' && at[-2] == ';'))
                return true;
    return false;
}

/* Bytes of the word that the text begins with: up to a space outside quotes. */
static size_t word_length(const char *text)
{
    char quote = '\0';
    size_t i = 0;
    for (; text[i] && (quote || text[i] != ' '); i++) {
        if (text[i] == '\\' && quote != '\'' && text[i + 1])
            i++;
        else if (quote)
            quote = text[i] == quote ? '\0' : quote;
        else if (text[i] == '\'' || text[i] == '"')
            quote = text[i];
    }
    return i;
}

void command_draw(const terminal *t, strbuf *out, const char *label, const char *command,
                  size_t indent)
{
    AUTO(strbuf) safe = {0};
    size_t margin = indent + strlen(label);
    if (!is_command(command)) {
        strbuf_printf(&safe, "%s%s", label, command);
        terminal_paragraph(t, out, STYLE_PLAIN, strbuf_text(&safe), indent);
        return;
    }
    terminal_escape(t, &safe, command);
    strbuf_repeat(out, " ", indent);
    terminal_paint(t, out, STYLE_FAINT, label, strlen(label));
    size_t used = margin;
    for (const char *at = strbuf_text(&safe); *at; at += *at == ' ') {
        size_t n = word_length(at), wide = terminal_measure(at, n);
        bool has_word = used > margin;
        if (has_word && used + 1 + wide + 2 > t->columns) {
            strbuf_puts(out, " \\\n");
            strbuf_repeat(out, " ", margin + 2);
            used = margin + 2;
        } else if (has_word) {
            strbuf_puts(out, " ");
            used++;
        }
        terminal_paint(t, out, STYLE_STRONG, at, n);
        used += wide;
        at += n;
    }
    strbuf_puts(out, "\n");
}
