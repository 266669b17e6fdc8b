/* SPDX-License-Identifier: Apache-2.0
 *
 * benign_table.c -- benign.def twice: as marks to compare, and as words to print.
 */
#include "correlate/benign_table.h"

#include <assert.h>

#include "model/event.h"

/* clang-format off */
#define WORDS_LINKED        "called by the service-linked role of "
#define WORDS_FROM          "called from "
#define WORDS_RESERVED      "has the reserved tag "
#define WORDS_POD           "called with a session that a cluster issued to a pod, by "
#define WORDS_APP           "called by the provider's own application "
#define WORDS_MANAGED       "called by the managed identity of "
#define WORDS_AGENT         "called by the service agent of "
#define WORDS_GOOGLE        "called by Google's own agent for the project"
#define WORDS_WRITTEN       "the record itself names a "
#define WORDS_LOG           "written in the log for what the provider does itself, "
#define WORDS_SERVICE_EVENT "an event that only the service writes"
#define WORDS_TRUSTED       "shared with trusted accounts only"
#define WORDS_OWN_USE       "a snapshot of nobody in these logs, used by the account itself"
#define WORDS_BUILD         "an instance was made, an image taken of it and the instance deleted, by one session within two hours"
#define WORDS_BURST         "one session made three kinds of things within an hour"
#define WORDS_ROLE          "the role is called "
#define WORDS_TAG           "has the tag "
#define WORDS_GROUP         "in a resource group called "
#define WORDS_NAMED         "has a name that begins with "
#define WORDS_ENDING        "has a name that ends with "
#define WORDS_TOOL          "says it is "

static const struct {
    mark_kind kind;
    const char *words;
} tests[TEST_COUNT] = {
    [TEST_NONE]          = {MARK_TOOL,      ""},
    [TEST_LINKED]        = {MARK_IDENTITY,  WORDS_LINKED},
    [TEST_FROM]          = {MARK_SERVICE,   WORDS_FROM},
    [TEST_RESERVED]      = {MARK_RESERVED,  WORDS_RESERVED},
    [TEST_POD]           = {MARK_IDENTITY,  WORDS_POD},
    [TEST_APP]           = {MARK_IDENTITY,  WORDS_APP},
    [TEST_MANAGED]       = {MARK_IDENTITY,  WORDS_MANAGED},
    [TEST_AGENT]         = {MARK_IDENTITY,  WORDS_AGENT},
    [TEST_GOOGLE]        = {MARK_IDENTITY,  WORDS_GOOGLE},
    [TEST_WRITTEN]       = {MARK_RESERVED,  WORDS_WRITTEN},
    [TEST_LOG]           = {MARK_SERVICE,   WORDS_LOG},
    [TEST_SERVICE_EVENT] = {MARK_SERVICE,   WORDS_SERVICE_EVENT},
    [TEST_TRUSTED]       = {MARK_TRUST,     WORDS_TRUSTED},
    [TEST_OWN_USE]       = {MARK_BEHAVIOUR, WORDS_OWN_USE},
    [TEST_BUILD]         = {MARK_UNDONE,    WORDS_BUILD},
    [TEST_BURST]         = {MARK_BEHAVIOUR, WORDS_BURST},
    [TEST_ROLE]          = {MARK_NAME,      WORDS_ROLE},
    [TEST_TAG]           = {MARK_NAME,      WORDS_TAG},
    [TEST_GROUP]         = {MARK_NAME,      WORDS_GROUP},
    [TEST_NAMED]         = {MARK_NAME,      WORDS_NAMED},
    [TEST_ENDING]        = {MARK_NAME,      WORDS_ENDING},
    [TEST_TOOL]          = {MARK_TOOL,      WORDS_TOOL},
};

static const char *const kind_texts[MARK_KIND_COUNT] = {
    [MARK_IDENTITY]  = "who called",
    [MARK_SERVICE]   = "the calling service",
    [MARK_RESERVED]  = "what only the provider writes",
    [MARK_TRUST]     = "the operator's word",
    [MARK_HABIT]     = "the caller's habit",
    [MARK_UNDONE]    = "what was made is gone again",
    [MARK_BEHAVIOUR] = "the course of the calls",
    [MARK_NAME]      = "a name or tag",
    [MARK_TOOL]      = "the tool",
};

#define ANY 0
#define HABIT MARK_BIT(MARK_HABIT)
#define HABIT_AND_TOOL (HABIT | MARK_BIT(MARK_TOOL))

/* As marks to compare. */
#define LINKED(text)    {TEST_LINKED, text},
#define FROM(text)      {TEST_FROM, text},
#define RESERVED(text)  {TEST_RESERVED, text},
#define POD(text)       {TEST_POD, text},
#define APP(text)       {TEST_APP, text},
#define MANAGED(text)   {TEST_MANAGED, text},
#define AGENT(text)     {TEST_AGENT, text},
#define GOOGLE()        {TEST_GOOGLE, ""},
#define WRITTEN(text)   {TEST_WRITTEN, text},
#define LOG(text)       {TEST_LOG, text},
#define SERVICE_EVENT() {TEST_SERVICE_EVENT, ""},
#define TRUSTED()       {TEST_TRUSTED, ""},
#define OWN_USE()       {TEST_OWN_USE, ""},
#define BUILD()         {TEST_BUILD, ""},
#define BURST()         {TEST_BURST, ""},
#define ROLE(text)      {TEST_ROLE, text},
#define TAG(text)       {TEST_TAG, text},
#define GROUP(text)     {TEST_GROUP, text},
#define NAMED(text)     {TEST_NAMED, text},
#define ENDING(text)    {TEST_ENDING, text},
#define TOOL(text)      {TEST_TOOL, text},

#define TEMPLATE     | VETO_BIT(VETO_TEMPLATE)
#define SHARED       | VETO_BIT(VETO_SHARED)
#define OPENED       | VETO_BIT(VETO_OPENED)
#define SURVIVES     | VETO_BIT(VETO_SURVIVES)
#define FOREIGN_DISK | VETO_BIT(VETO_FOREIGN_DISK)
#define NETWORK      | VETO_BIT(VETO_NETWORK)
#define NEW_IDENTITY | VETO_BIT(VETO_NEW_IDENTITY)
#define ACCOUNT      | VETO_BIT(VETO_ACCOUNT)
#define HAND         | VETO_BIT(VETO_HAND)
#define OUTSIDE      | VETO_BIT(VETO_OUTSIDE)
#define EXPORTED     | VETO_BIT(VETO_EXPORTED)

static const benign_row rows[] = {
#define BENIGN(id, name, provider, must, marks, vetoes, doc)                                       \
    {#id, name, PROVIDER_##provider, must, {marks}, 0 vetoes, doc},
#include "correlate/benign.def"
#undef BENIGN
};

#undef LINKED
#undef FROM
#undef RESERVED
#undef POD
#undef APP
#undef MANAGED
#undef AGENT
#undef GOOGLE
#undef WRITTEN
#undef LOG
#undef SERVICE_EVENT
#undef TRUSTED
#undef OWN_USE
#undef BUILD
#undef BURST
#undef ROLE
#undef TAG
#undef GROUP
#undef NAMED
#undef ENDING
#undef TOOL
#undef TEMPLATE
#undef SHARED
#undef OPENED
#undef SURVIVES
#undef FOREIGN_DISK
#undef NETWORK
#undef NEW_IDENTITY
#undef ACCOUNT
#undef HAND
#undef OUTSIDE
#undef EXPORTED

/* As words: every mark and veto begins with what parts it from the one before. */
#define LINKED(text)     "; " WORDS_LINKED text
#define FROM(text)       "; " WORDS_FROM text
#define RESERVED(text)   "; " WORDS_RESERVED text
#define POD(text)        "; " WORDS_POD text
#define APP(text)        "; " WORDS_APP text
#define MANAGED(text)    "; " WORDS_MANAGED text
#define AGENT(text)      "; " WORDS_AGENT text
#define GOOGLE()         "; " WORDS_GOOGLE
#define WRITTEN(text)    "; " WORDS_WRITTEN text
#define LOG(text)        "; " WORDS_LOG text
#define SERVICE_EVENT()  "; " WORDS_SERVICE_EVENT
#define TRUSTED()        "; " WORDS_TRUSTED
#define OWN_USE()        "; " WORDS_OWN_USE
#define BUILD()          "; " WORDS_BUILD
#define BURST()          "; " WORDS_BURST
#define ROLE(text)       "; " WORDS_ROLE text
#define TAG(text)        "; " WORDS_TAG text
#define GROUP(text)      "; " WORDS_GROUP text
#define NAMED(text)      "; " WORDS_NAMED text
#define ENDING(text)     "; " WORDS_ENDING text
#define TOOL(text)       "; " WORDS_TOOL text
#define TEMPLATE     "; what it makes machines from was made or changed within a day by somebody"
#define SHARED       "; shared with an account that is not trusted, or with everybody"
#define OPENED       "; somebody else opened a network to the world"
#define SURVIVES     "; the instance or security group of the build is there two hours later"
#define FOREIGN_DISK "; a disk or snapshot is attached that the build did not make"
#define NETWORK      "; a network that its caller never came from"
#define NEW_IDENTITY "; its caller's identity was made within a week"
#define ACCOUNT      "; made in another account than the rest"
#define HAND         "; somebody else took a hand in it, or logging was stopped"
#define OUTSIDE      "; attached to an instance that somebody else made"
#define EXPORTED     "; a disk or snapshot was exported by somebody else"

static const struct {
    const char *marks, *vetoes;
} words[] = {
#define BENIGN(id, name, provider, must, marks, vetoes, doc) {marks, vetoes},
#include "correlate/benign.def"
#undef BENIGN
};
/* clang-format on */

size_t benign_row_count(void)
{
    return ARRAY_LEN(rows);
}

const benign_row *benign_row_at(size_t i)
{
    assert(i < ARRAY_LEN(rows));
    return &rows[i];
}

/* Behind the "; " that begins each. */
const char *benign_row_marks(size_t i)
{
    return words[i].marks + 2;
}

const char *benign_row_vetoes(size_t i)
{
    return words[i].vetoes + 2;
}

const char *benign_must_text(mark_set must)
{
    if (must == HABIT_AND_TOOL)
        return "habit and tool";
    return must == HABIT ? "habit" : "";
}

mark_kind mark_kind_of(mark_test t)
{
    return tests[t].kind;
}

const char *mark_words(mark_test t)
{
    return tests[t].words;
}

const char *mark_kind_text(mark_kind k)
{
    return kind_texts[k];
}
