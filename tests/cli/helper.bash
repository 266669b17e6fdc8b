# SPDX-License-Identifier: Apache-2.0
#
# helper.bash -- what the command tests share: running spoor, and writing small logs.
#
# After `run CODE ARGUMENTS...` the files $out and $err hold what was printed. Every test works in a
# directory of its own.
: "${SPOOR:?the path of the program}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/out err=$work/err
unset NO_COLOR
export LC_ALL=C.UTF-8 TMPDIR=$work
mkdir "$work/logs"
cd "$work/logs" || exit 1

fail() # MESSAGE
{
    echo "FAILED: $1"
    echo "-- standard output:"; cat "$out"
    echo "-- standard error:"; cat "$err"
    exit 1
}

run() # EXPECTED CODE, ARGUMENTS OF SPOOR
{
    local expected=$1 code=0
    shift
    "$SPOOR" "$@" >"$out" 2>"$err" || code=$?
    [ "$code" = "$expected" ] || fail "spoor $*: exit code $code, not $expected"
}

has() # FILE TEXT
{
    grep -qF -- "$2" "$1" || fail "$(basename "$1") lacks: $2"
}

lacks() # FILE TEXT
{
    ! grep -qF -- "$2" "$1" || fail "$(basename "$1") has: $2"
}

record() # NUMBER [USER]: one CloudTrail record of a machine made in minute NUMBER, without newline
{
    local at id
    at=$(printf '2026-01-02T03:%02d:00Z' "$1")
    id=$(printf '%012d' "$1")
    tr -d '\n' <<END
{"eventVersion":"1.08","eventTime":"$at","eventSource":"ec2.amazonaws.com",
"eventName":"RunInstances","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7",
"userAgent":"aws-cli","eventID":"00000000-0000-4000-8000-$id","eventType":"AwsApiCall",
"recipientAccountId":"123456789012","userIdentity":{"type":"IAMUser","accountId":"123456789012",
"principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::123456789012:user/${2:-alice}",
"accessKeyId":"AKIAEXAMPLE000000000","userName":"${2:-alice}"},
"requestParameters":{"instanceType":"t3.micro"},
"responseElements":{"instancesSet":{"items":[{"instanceId":"i-0$id","imageId":"ami-0$id"}]}}}
END
}

trail() # NUMBERS: a CloudTrail file
{
    local comma=""
    printf '{"Records":['
    for number in "$@"; do
        printf '%s' "$comma"
        record "$number"
        comma=,
    done
    printf ']}\n'
}

# The value of a member of the summary, from jsonl output.
summary() # PYTHON EXPRESSION OVER s
{
    python3 -c 'import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
s = lines[-1]
assert s["type"] == "summary", s
print(eval(sys.argv[2]))' "$out" "$1"
}

is() # EXPECTED, PYTHON EXPRESSION
{
    local found
    found=$(summary "$2")
    [ "$found" = "$1" ] || fail "$2 is $found, not $1"
}
