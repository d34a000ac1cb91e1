#!/bin/sh
# ci_flags.sh: gsstest ci-flags tells the story that doc/protection-levels.md
# tells, and sees what is not so; the options of protection levels; prints TAP.
# SPDX-License-Identifier: BSD-2-Clause

[ -n "$GJALLAR_REALM_DIR" ] || exec gsstest/realm sh "$0" "$@"
BUILD=${BUILD:-build}
gsstest=$BUILD/bin/gsstest
dir=$GJALLAR_REALM_DIR
table=gsstest/tables/ci-flags
page=doc/protection-levels.md
count=0

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

if ! [ -x "$BUILD/bin/gsstest-mit" ]; then
	echo 'ok 1 - protection levels # SKIP gsstest-mit is not built'
	echo '1..1'
	exit
fi

# --- The story ----------------------------------------------------------------

"$gsstest" ci-flags >"$dir/got" 2>"$dir/err"
status=$?
pass_if "$status" 'ci-flags: every case is as the table says' "$dir/got"
awk '/^```$/ { if (inside) exit; next }
	/^```text ci-flags$/ { inside = 1; next }
	inside' "$page" >"$dir/wanted"
diff "$dir/wanted" "$dir/got" >"$dir/out"
pass_if $? "$page: its table is what ci-flags shows" "$dir/out"
[ ! -s "$dir/err" ]
pass_if $? 'ci-flags: nothing on standard error' "$dir/err"

"$gsstest" ci-flags -j >"$dir/json"
pass_if $? 'ci-flags -j: the status is the same'

# cases CASE WORDS NUMBER: so many objects are of the case and have the words.
cases() {
	[ "$(grep -F "\"case\":\"$1\"" "$dir/json" | grep -c "$2")" -eq "$3" ]
	pass_if $? "ci-flags -j: $1: $2" "$dir/json"
}

cases 'sign, as the library likes, required' '"initiator":"MIT".*"result":"refused".*flag conf' 2
cases 'sign, as the library likes, required' '"initiator":"Heimdal".*"result":"refused".*flag conf' 2
cases 'sign, as asked, required' '"initiator":"MIT".*"sent":"integ".*"result":"accepted"' 2
cases 'sign, as asked, required' '"initiator":"Heimdal".*"sent":"integ".*"result":"accepted"' 2
cases 'sign, as the library likes, available' '"sent":"conf,integ".*"result":"accepted"' 4
grep -q '"sum":"ci-flags","ok":true,"cases":48,"expected":48' "$dir/json"
pass_if $? 'ci-flags -j: the sum' "$dir/json"

# wrong NAME WORDS EDIT: of a copy of the table that sed edits, a line of what
# ci-flags shows has the words, and it fails.
wrong() {
	sed "$3" "$table" >"$dir/wrong"
	if cmp -s "$table" "$dir/wrong"; then
		pass_if 1 "$1: the copy is no other"
		return
	fi
	"$gsstest" ci-flags --table "$dir/wrong" >"$dir/out" 2>&1
	[ $? -eq 1 ] && grep -q "$2" "$dir/out"
	pass_if $? "seen: $1" "$dir/out"
}

wrong 'an acceptor that does not take the flags for a demand' \
    'NOT AS EXPECTED: not so: init:message-closed' \
    '/^sign, as the library likes, required/s/--flags-mean required/--flags-mean available/'
wrong 'a library that is let have its way' \
    'NOT AS EXPECTED: not so: .*required, failed' \
    '/^sign, as asked, required/s/--no-ci-flags/             /'
wrong 'flags that were sent' 'NOT AS EXPECTED: not so: accept.sent' \
    '/^sign, as asked, available/s/accept.sent!=conf/accept.sent=conf/'
wrong 'no cases' '^0 of 0 cases' '/^[a-z]/d'

GJALLAR_REALM_DIR='' sh -c '
    unset GJALLAR_REALM_DIR; exec "$0" ci-flags' "$gsstest" >"$dir/out" 2>&1
[ $? -eq 1 ] && grep -q 'there is no realm.* ci-flags$' "$dir/out"
pass_if $? 'without a realm it says so' "$dir/out"
mkdir -p "$dir/alone/bin" && cp "$gsstest" "$dir/alone/bin"
"$dir/alone/bin/gsstest" ci-flags >"$dir/out" 2>&1
[ $? -eq 1 ] && grep -q 'lib/gsstest/ci-flags is not there.*"make"' "$dir/out"
pass_if $? 'without its table it says so' "$dir/out"
"$gsstest" ci-flags more >"$dir/out" 2>&1
[ $? -eq 2 ] && grep -q '^usage: gsstest ci-flags' "$dir/out"
pass_if $? 'an operand too many' "$dir/out"

# --- The options ----------------------------------------------------------------

# usage WORDS OPTION ...: the options are refused, and why.
usage() {
	words=$1
	shift
	"$gsstest" loop "$@" >"$dir/out" 2>&1
	[ $? -eq 2 ] && grep -q -e "$words" "$dir/out"
	pass_if $? "refused: $*" "$dir/out"
}

usage '--level sign: only with -c nns' --level sign
usage '--level sealed: none, sign or encrypt' -c nns --level sealed
usage '--flags-mean much: available or required' --flags-mean much
usage '--early nns: ' -c nns --early
usage '-m ccm nns: ' -c nns -m ccm
usage '--service privacy: only with -c rpcsec' -c nns --service privacy
usage '--refuse conf,integ: required as well' -r conf,integ,mutual \
    --refuse integ --refuse conf
usage '--refuse no-such: no such flag' --refuse no-such
"$gsstest" loop -r prot-ready,trans --refuse others >"$dir/out" 2>&1
! grep -q 'required as well' "$dir/out"
pass_if $? 'what is only told is never refused' "$dir/out"

# Heimdal 7.8 says that all is well where a mechanism knows no options.
for party in patched stock mit; do
	why=$(gsstest/party -n "$BUILD" $party)
	name="--no-ci-flags, $party: a mechanism that does not take it"
	if [ -n "$why" ]; then
		count=$((count + 1))
		echo "ok $count - $name # SKIP $why"
		continue
	fi
	MODULES=hop gsstest/party "$BUILD" $party loop --no-ci-flags \
	    -m 2.25.1414534758 >"$dir/out" 2>&1
	[ $? -eq 1 ] && grep -q 'initiator: --no-ci-flags: only krb5 takes it' \
	    "$dir/out"
	pass_if $? "$name" "$dir/out"
done

# MS-NNS, section 3.1: without credentials nothing is sent, not even connected.
for program in gsstest gsstest-mit; do
	KRB5CCNAME=FILE:$dir/none "$BUILD/bin/$program" init -c nns \
	    127.0.0.1:1 host@localhost >"$dir/out" 2>&1
	[ $? -eq 1 ] && grep -q 'gss_acquire_cred failed' "$dir/out" &&
	    ! grep -q 'connecting' "$dir/out"
	pass_if $? "$program -c nns: no credentials, no connection" "$dir/out"
done

# The report in text, and what -q leaves out.
"$gsstest" loop -c nns --level none --no-ci-flags -M 1 \
    --refuse conf,integ >"$dir/out" 2>&1
grep -q '^  sent       mutual replay sequence trans$' "$dir/out" &&
    grep -q '^  refused    conf integ$' "$dir/out" &&
    grep -q '^  level      none$' "$dir/out" &&
    grep -q '^  below      1 messages, protected by nothing$' "$dir/out"
pass_if $? 'the report names what was sent, refused and in clear' "$dir/out"
# With a token that is no krb5's, and without one.
MODULES=hop gsstest/party "$BUILD" mit loop -j -m 2.25.1414534758 \
    >"$dir/out" 2>&1
grep -q '"role":"acceptor".*"sent":null' "$dir/out"
pass_if $? 'of another mechanism nothing is known to be sent' "$dir/out"
"$gsstest" loop -j --fault init:empty@1 >"$dir/out" 2>&1
grep -q '"role":"acceptor".*"sent":null' "$dir/out"
pass_if $? 'nothing was sent in an empty token' "$dir/out"
"$gsstest" loop -j --fault init:corrupt@1 >"$dir/out" 2>&1
grep -q '"role":"acceptor".*"sent":null' "$dir/out"
pass_if $? 'nothing is made of a token that is spoilt' "$dir/out"
echo "1..$count"
