/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_join.c -- the joins of a lineage rule: "mount.attached = disk.created | copy.created".
 *
 *  (1) An item of `join` is one join; a list in it, or '|' on the right side, gives it several
 *      equations, of which one must hold.
 *  (2) All left sides of a join name one step: the join says why that step belongs.
 */
#include "rule/sigma_lineage.h"

#include "base/text.h"
#include "rule/sigma_parts.h"

typedef struct joining {
    node_reader *r;
    sigma_lineage *l;
    diag_pos pos; /* of the text that is read */
    str text;
    bool is_bad;
} joining;

static diag_pos place(const joining *j, str piece)
{
    size_t offset = piece.p ? (size_t)(piece.p - j->text.p) : 0;
    return report_inside(&j->r->report, j->pos, j->text, offset);
}

/* ---- sides ----------------------------------------------------------------------------------- */

static bool find_step(joining *j, str name, uint8_t *ret)
{
    const sigma_lineage *l = j->l;
    str *names = arena_alloc(j->r->a, l->n_steps * sizeof *names);
    for (size_t i = 0; names && i < l->n_steps; i++) {
        names[i] = l->steps[i].name;
        *ret = (uint8_t)i;
        if (str_eq(names[i], name))
            return true;
    }
    report_error(&j->r->report, place(j, name),
                 names ? report_nearest(j->r->a, name, names, l->n_steps) : "",
                 "no step is called `%.*s`", (int)str_upto(name, 80).n, name.p ? name.p : "");
    return false;
}

static bool find_key(joining *j, str name, const lineage_key **ret)
{
    size_t n = lineage_key_count();
    str *names = arena_alloc(j->r->a, n * sizeof *names);
    *ret = lineage_key_find(name);
    if (*ret || !names)
        return *ret;
    for (size_t i = 0; i < n; i++)
        names[i] = str_of(lineage_key_at(i)->text);
    const char *near = report_nearest(j->r->a, name, names, n);
    report_error(&j->r->report, place(j, name),
                 *near ? near : "created, parent, target, attached, uses, actor, account, …",
                 "`%.*s` is nothing that a step can be joined by", (int)str_upto(name, 80).n,
                 name.p ? name.p : "");
    return false;
}

static bool find_type(joining *j, const lineage_key *key, str name, uint8_t *ret)
{
    str names[ENTITY_COUNT];
    *ret = ENTITY_NONE;
    if (!name.p)
        return true;
    if (!key->is_thing) {
        report_error(&j->r->report, place(j, name), "", "`%s` is no thing, so it has no kind",
                     key->text);
        return false;
    }
    for (size_t i = 1; i < ENTITY_COUNT; i++)
        names[i] = str_of(entity_describe((entity_type)i)->text);
    *ret = (uint8_t)entity_from_text(name);
    if (*ret != ENTITY_NONE)
        return true;
    report_error(&j->r->report, place(j, name),
                 report_nearest(j->r->a, name, names + 1, ENTITY_COUNT - 1),
                 "no kind of thing is called `%.*s`", (int)str_upto(name, 80).n, name.p);
    return false;
}

/* STEP.KEY or STEP.KEY.KIND */
static bool read_side(joining *j, str text, sigma_side *ret)
{
    str step, name, type = STR_NONE;
    const lineage_key *key;
    text = text_trim(text);
    *ret = (sigma_side){.pos = place(j, text)};
    if (!text_next(&text, '.', &step) || !text_next(&text, '.', &name)) {
        report_error(&j->r->report, ret->pos, "write `copy.created`: a step and what of it",
                     "`%.*s` is no side of a join", (int)str_upto(step, 80).n,
                     step.p ? step.p : "");
        return false;
    }
    if (text.n)
        type = text;
    if (!find_step(j, step, &ret->step) || !find_key(j, name, &key) ||
        !find_type(j, key, type, &ret->type))
        return false;
    ret->slots = key->slots;
    return true;
}

/* ---- joins ----------------------------------------------------------------------------------- */

static bool is_sound(joining *j, const sigma_side *left, const sigma_side *right)
{
    const sigma_step *steps = j->l->steps;
    if (left->step == right->step) {
        report_error(&j->r->report, right->pos, "", "a step cannot be joined to itself");
        return false;
    }
    if (steps[right->step].need == LINEAGE_ABSENT) {
        report_error(&j->r->report, right->pos, "write the absent step on the left side",
                     "`%.*s` is absent: nothing can be joined to it",
                     (int)steps[right->step].name.n, steps[right->step].name.p);
        return false;
    }
    return true;
}

static void add_equation(joining *j, sigma_join *join, str left, str right)
{
    sigma_equation *e = &join->equations[join->n];
    if (!read_side(j, left, &e->side[0]) || !read_side(j, right, &e->side[1]) ||
        !is_sound(j, &e->side[0], &e->side[1])) {
        j->is_bad = true;
        return;
    }
    if (join->n > 0 && join->equations[0].side[0].step != e->side[0].step) {
        report_error(&j->r->report, e->side[0].pos, "make two joins of it",
                     "the alternatives of a join must be about one step, on the left side");
        j->is_bad = true;
        return;
    }
    left = text_trim(left);
    right = text_trim(right);
    e->text = arena_printf(j->r->a, "%.*s = %.*s", (int)left.n, left.p, (int)right.n, right.p);
    join->n++;
}

static void add_equations(joining *j, sigma_join *join, const sigma_text *text)
{
    j->text = text->text;
    j->pos = text->pos;
    str left = text_before(j->text, '='), rest = text_after(j->text, '='), right;
    if (text_trim(left).n == 0 || text_trim(rest).n == 0) {
        report_error(&j->r->report, j->pos, "disk.parent = copy.created", "this is no join");
        j->is_bad = true;
        return;
    }
    while (text_next(&rest, '|', &right))
        add_equation(j, join, left, right);
}

static size_t count_equations(const node_list *texts)
{
    size_t n = texts->n;
    for (size_t i = 0; i < texts->n; i++)
        for (size_t k = 0; k < texts->items[i].text.n; k++)
            n += texts->items[i].text.p[k] == '|';
    return n;
}

static void read_join(joining *j, const yaml_node *n)
{
    sigma_join *join = &j->l->joins[j->l->n_joins];
    node_list texts = node_texts(j->r, n, "a join", DIAG_ERROR);
    size_t n_equations = count_equations(&texts);
    *join = (sigma_join){.pos = n->pos};
    if (n_equations > LIMIT_LINEAGE_JOINS) {
        report_error(&j->r->report, n->pos, "", "a join has %d alternatives at most",
                     LIMIT_LINEAGE_JOINS);
        return;
    }
    join->equations = arena_alloc(j->r->a, n_equations * sizeof *join->equations);
    for (size_t i = 0; join->equations && i < texts.n; i++)
        add_equations(j, join, &texts.items[i]);
    j->l->n_joins += join->n > 0;
}

/* ---- what hangs together --------------------------------------------------------------------- */

static uint16_t neighbours(const sigma_lineage *l, uint16_t set)
{
    for (size_t i = 0; i < l->n_joins; i++) {
        for (size_t k = 0; k < l->joins[i].n; k++) {
            const sigma_side *side = l->joins[i].equations[k].side;
            if (lineage_has(set, side[0].step) || lineage_has(set, side[1].step))
                set |= (uint16_t)(1u << side[0].step | 1u << side[1].step);
        }
    }
    return set;
}

static void check_whole(node_reader *r, const sigma_lineage *l)
{
    uint16_t set = 1;
    for (size_t i = 0; i < l->n_steps; i++)
        set = neighbours(l, set);
    for (size_t i = 0; i < l->n_steps; i++)
        if (!lineage_has(set, (unsigned)i))
            report_error(&r->report, l->steps[i].pos,
                         "say what ties it to another step: `disk.parent = copy.created`",
                         "the step `%.*s` is joined to nothing that leads to `%.*s`",
                         (int)l->steps[i].name.n, l->steps[i].name.p, (int)l->steps[0].name.n,
                         l->steps[0].name.p);
}

/* A mandatory step that only optional ones lead to makes one of them mandatory. */
static void check_bridges(node_reader *r, const sigma_lineage *l)
{
    for (size_t i = 0; i < l->n_joins; i++) {
        const sigma_join *j = &l->joins[i];
        const sigma_step *owner = &l->steps[j->equations[0].side[0].step];
        bool is_proven = owner->need != LINEAGE_MANDATORY;
        for (size_t k = 0; k < j->n; k++)
            is_proven =
                is_proven || l->steps[j->equations[k].side[1].step].need == LINEAGE_MANDATORY;
        if (!is_proven)
            report_warning(&r->report, j->pos, "add an alternative with `|`, or turn it round",
                           "`%.*s` is proven by optional steps only, so one of them must be there",
                           (int)owner->name.n, owner->name.p);
    }
}

void sigma_read_joins(node_reader *r, const yaml_node *n, sigma_lineage *ret)
{
    const yaml_node *join = node_get(n, "join");
    if (!join || join->kind == YAML_NULL) {
        report_error(&r->report, n->pos, "write `join:` and `- disk.parent = copy.created` below",
                     "the lineage has no `join`");
        return;
    }
    bool is_list = join->kind == YAML_LIST;
    size_t count = is_list ? join->n : 1;
    joining j = {.r = r, .l = ret};
    if (count > LIMIT_LINEAGE_JOINS) {
        report_error(&r->report, join->pos, "", "a lineage has %d joins at most",
                     LIMIT_LINEAGE_JOINS);
        return;
    }
    ret->joins = arena_alloc(r->a, count * sizeof *ret->joins);
    for (size_t i = 0; ret->joins && i < count; i++)
        read_join(&j, is_list ? join->item[i] : join);
    if (!ret->joins || j.is_bad || r->report.has_error)
        return;
    check_whole(r, ret);
    check_bridges(r, ret);
}
