#!/bin/sh
# branches.sh: every branch of the loop is taken between two processes, in each
# role and with each library, and what is not taken is seen; prints TAP.
# SPDX-License-Identifier: BSD-2-Clause

[ -n "$GJALLAR_REALM_DIR" ] || exec gsstest/realm sh "$0" "$@"
BUILD=${BUILD:-build}
gsstest=$BUILD/bin/gsstest
dir=$GJALLAR_REALM_DIR
table=gsstest/tables/branches

"$gsstest" branches --run -t --table "$table" >"$dir/tap"
count=$(sed -n 's/^1\.\.//p' "$dir/tap")
grep -v '^1\.\.' "$dir/tap"

# pass_if CONDITION-STATUS NAME [FILE]: one test; FILE is shown on failure.
pass_if() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		[ $# -lt 3 ] || sed 's/^/# /' "$3"
	fi
}

# wrong NAME WORDS BRANCH EDIT: in a copy of the table that sed edits, the run
# of the branch fails, and a line of its output has the words.
wrong() {
	sed "$4" "$table" >"$dir/wrong"
	if cmp -s "$table" "$dir/wrong"; then
		pass_if 1 "$1: the copy is no other"
		return
	fi
	"$gsstest" branches --run --table "$dir/wrong" "$3" >"$dir/out" 2>&1
	[ $? -eq 1 ] && grep -q "$2" "$dir/out"
	pass_if $? "seen: $1" "$dir/out"
}

wrong 'a fault that is not there' \
    'status-forbidden .*initiator .*NOT TAKEN.* established' \
    status-forbidden 's/HOP_INIT=1:major=0x2//'
wrong 'another branch than the one that is taken' \
    'status-forbidden .*acceptor .*NOT TAKEN.* failure-silent' \
    status-forbidden 's/HOP_ACCEPT=1:major=0x2/HOP_ACCEPT=1:major=failure/'
wrong 'a scenario that is not there' \
    'peer-closed .*initiator .*NOT TAKEN .*no scenario' \
    peer-closed '/init:peer-closed/d'
wrong 'another branch of the peer' 'not so: accept:peer-closed' \
    failure-token 's/init:failure-token accept:failure-silent/init:failure-token accept:peer-closed/'
wrong 'nothing expected of the peer' 'expects nothing of one side' \
    context-absent 's/init:context-absent accept:peer-failed/init:context-absent/'
wrong 'taken, and called unreachable' 'calls it unreachable, too' \
    send-failed '$a! send-failed | init | all | cannot send | it cannot be'
wrong 'unreachable by a scenario that goes wrong' \
    'NOT TAKEN.*shows it to be unreachable went wrong' \
    token-implausible '/^no krb5 token, MIT/s/init:failure-silent/init:failure-token/'

wrong 'a name that no report can hold' 'cannot be told' \
    status-forbidden "s/^forbidden status/forbidden $(printf '\377')/"

"$gsstest" branches --run no-such-branch >"$dir/out" 2>&1
[ $? -eq 2 ]
pass_if $? 'a branch that is none' "$dir/out"
GJALLAR_REALM_DIR='' sh -c '
    unset GJALLAR_REALM_DIR; exec "$0" branches --run' "$gsstest" \
    >"$dir/out" 2>&1
[ $? -eq 1 ] && grep -q 'there is no realm' "$dir/out"
pass_if $? 'without a realm it says so' "$dir/out"
mkdir -p "$dir/alone/bin" && cp "$gsstest" "$dir/alone/bin"
"$dir/alone/bin/gsstest" branches --run >"$dir/out" 2>&1
[ $? -eq 1 ] && grep -q 'mech_hop.so is not there.*"make"' "$dir/out" &&
    grep -q 'libgssapi.so.3 is not there.*"make heimdal"' "$dir/out"
pass_if $? 'without its neighbours it says so' "$dir/out"

# conformance.md names scenarios behind "branches:", with ";" between them, up
# to the end of the cell or the next kind of test.
awk '
	FILENAME != "doc/conformance.md" {
		if ($0 ~ /^[#*!]/ || $0 !~ /[|]/) next
		sub(/ *[|].*/, "")
		scenario[$0] = 1
		next
	}
	!/^[|]/ { next }
	{
		cells = split($0, cell, "|")
		for (i = 1; i <= cells; i++) {
			if (!match(cell[i], /branches: /)) continue
			parts = split(substr(cell[i], RSTART + 10), part, ";")
			for (j = 1; j <= parts && part[j] !~ /: /; j++) {
				sub(/ [(].*/, "", part[j])
				gsub(/^ *| *$/, "", part[j])
				named++
				if (!(part[j] in scenario)) print part[j]
			}
		}
	}
	END { if (named < 50) print named " are named" }
' "$table" doc/conformance.md >"$dir/out"
[ ! -s "$dir/out" ]
pass_if $? 'conformance.md: its scenarios are in the table' "$dir/out"

# The list: as text and as JSON the same, and each row of it has a text.
"$gsstest" branches | grep -v '^ ' >"$dir/names"
"$gsstest" branches -j | sed 's/.*"branch":"\([a-z-]*\)".*/\1/' |
    uniq >"$dir/json"
cmp -s "$dir/names" "$dir/json" && [ "$(wc -l <"$dir/names")" -gt 40 ]
pass_if $? 'the list is the same as text and as JSON' "$dir/json"
"$gsstest" branches --run -j established >"$dir/out" 2>&1 &&
    [ "$(grep -c '"branch":"established".*"result":"taken"' "$dir/out")" \
	-ge 2 ] && grep -q '"sum":"branches","ok":true' "$dir/out"
pass_if $? 'the result as JSON' "$dir/out"
echo "1..$count"
