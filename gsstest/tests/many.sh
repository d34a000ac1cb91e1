#!/bin/sh
# many.sh: a thousand connections on one acceptor, half of them stalled on
# purpose, and the limits of connections and descriptors; prints TAP.  Run from
# the project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build).  timeout(1), which GNU and the BSDs have
# alike, ends what should have ended by itself, and so fails a test.

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0"
. ./gsstest/tests/claims
build=$(cd "${BUILD:-build}" && pwd) || exit 1
root=$(pwd)
rogue=$build/obj/heimdal/rogue
crowd=$build/obj/heimdal/crowd
for program in "$rogue" "$crowd"; do
	[ -x "$program" ] || { echo "Bail out! $program is not there"; exit 1; }
done
turns=$build/obj/heimdal/turns.so
scratch=$GJALLAR_REALM_DIR/many
mkdir "$scratch" && cd "$scratch" || exit 1
programs=gsstest
[ ! -x "$build/bin/gsstest-mit" ] || programs='gsstest gsstest-mit'
count=0

# What a connection may cost before its context, in KiB: doc/security.md.
# `queued` is for one whose peer has sent nearly the greatest token.
plain_most=16
queued_most=272

remark() {
	echo "$program: $*" >>remarks
}

# --- The server -------------------------------------------------------------

serve() {
	if [ "$(uname -s)" = Linux ]; then
		TURNS=turns LD_PRELOAD=$turns
		export TURNS LD_PRELOAD
	fi
	exec "$build/bin/$program" accept -j -n 0 "$@" 127.0.0.1:0
}

good_initiator() {
	timeout 30 "$build/bin/gsstest" init -q -m krb5 -M 1 "$where" \
	    host@localhost
}

# resident: of the server, in KiB.
resident() {
	ps -o rss= -p $server | tr -d ' '
}

# descriptors_reach N: while the process $1 runs.
descriptors_reach() {
	until [ "$(open_descriptors)" -ge "$2" ]; do
		kill -0 "$1" || return
	done
}

# turned_at_most N: did the server's event loop?
turned_at_most() {
	echo "the event loop turned $(cat turns) times, $1 are allowed"
	[ "$(cat turns)" -le "$1" ]
}

# grown_at_most FROM TO MOST, in KiB.
grown_at_most() {
	echo "from $1 KiB to $2 KiB, $3 KiB more are allowed"
	[ "$2" -gt 0 ] && [ $(($2 - $1)) -le "$3" ]
}

# reported BRANCH: how often.
reported() {
	grep -c "\"branch\":{\"name\":\"$1\"" reports
}

# --- Stalled peers ------------------------------------------------------------

# make_tokens COUNT: of a true initiator, which no acceptor has seen.
make_tokens() {
	mkfifo take
	"$crowd" take "$1" >take &
	exec 4<take
	"$build/bin/gsstest" init -q -m krb5 -n "$1" -p 8 -T tokens \
	    "$(first_address <&4)" host@localhost >/dev/null 2>&1
	exec 4<&-
	wait $!
	[ "$(grep -c ' sent 1 ' tokens)" -eq "$1" ]
}

# crowd_stands NAME KIND:COUNT ...: returns when all of them stand; leaves the
# processes to wait for, after which its sum is in NAME.said.  With the kind
# unread, which goes first, so many initiators begin.
crowd_stands() {
	said=$1.said
	shift
	mkfifo here
	"$crowd" stand "$where" tokens "$@" >here &
	crowd_process=$!
	exec 5<here
	case $1 in
	unread:*)
		through=$(first_address <&5)
		"$build/bin/gsstest" init -q -m krb5 -n "${1#*:}" \
		    -p "${1#*:}" -M 1 -s $unread_size "$through" \
		    host@localhost >/dev/null 2>&1 &
		;;
	esac
	read -r line <&5
	cat <&5 >"$said" &
	crowd_sum=$!
	exec 5<&-
	rm here
	[ "$line" = standing ]
}

says() {
	sort "$1.said" | diff - wanted
}

# --- A thousand ---------------------------------------------------------------

unread_size=4194304

# good_crowd: 500 at a time, none of which begins before all are connected.
good_crowd() {
	timeout 40 "$build/bin/gsstest" init -q -m krb5 -n 500 -p 500 \
	    --fault init:delay@1:2000 "$where" host@localhost >good 2>&1
}

all_are_good() {
	wait $1 && grep ' 500 of 500 negotiations ok' good
}

# The first reports are the good ones'.
good_were_first() {
	! sed -n 1,503p reports | grep -v '"ok":true'
}

thousand_server() {
	claim 'tokens are made' make_tokens 160
	start_server -t 8
	claim 'a good one works alone' good_initiator
	before=$(open_descriptors 2>/dev/null)
	empty=$(resident)
	claim '495 stall' crowd_stands all silent:95 header:80 half:80 \
	    drip:80 brim:80 whole:80
	everybody="$crowd_process $crowd_sum"
	claim 'a good one works beside them' good_initiator
	full=$(resident)
	claim 'their memory has its bound' grown_at_most "$empty" "$full" \
	    $((415 * plain_most + 80 * queued_most))
	remark "$(((full - empty) * 1024 / 495)) octets for a stalled one"
	claim 'five more stall, four of which do not read what they are sent' \
	    crowd_stands unread unread:4 silent:1
	everybody="$everybody $crowd_process $crowd_sum"
	claim 'a good one works beside all of them' good_initiator
	more=$(resident)
	claim 'their memory has its bound, too' grown_at_most "$full" "$more" \
	    $((4 * 4 * unread_size / 1024))
	remark "$(((more - full) / 4)) KiB for one that does not read" \
	    "$unread_size octets"
	good_crowd &
	good=$!
	if [ -d /proc/$server/fd ]; then
		claim '1,000 are connected at once' \
		    descriptors_reach $good $((before + 1000))
	fi
	claim '500 good ones work' all_are_good $good
	claim 'the memory of the good ones has its bound' \
	    grown_at_most "$more" "$(resident)" $((500 * plain_most))
	wait $everybody
	echo 'silent 1 token-missing' >wanted
	claim 'one that does not read disturbs no other' says unread
	cat >wanted <<-END
	brim 80 token-missing
	drip 80 token-missing
	half 80 token-missing
	header 80 token-missing
	silent 95 token-missing
	whole 80 message-missing
	END
	claim 'each is ended, and told why' says all
	claim 'a good one works afterwards' good_initiator
	if [ -d /proc/$server/fd ]; then
		claim 'all descriptors are closed' descriptors_are "$before"
	fi
	claim 'SIGTERM gives 1 after failures' status_is 1 stop_server
	claim 'all good ones were served before a stalled one was ended' \
	    good_were_first
	claim '416 tokens are reported missing' \
	    test "$(reported token-missing)" = 416
	claim '84 messages are reported missing' \
	    test "$(reported message-missing)" = 84
	claim '504 are reported to work' \
	    test "$(grep -c '"ok":true' reports)" = 504
	if [ -e turns ]; then
		claim 'the event loop did not spin' turned_at_most 40000
		remark "$(cat turns) turns of the event loop"
	fi
}

# --- The limits -----------------------------------------------------------------

# peer NAME STEP ...: its output goes to the pipe here.
peer() {
	"$rogue" connect "$where" "$@" >here &
}

# heard: one more line "here".
heard() {
	while read -r line <&5; do
		[ "$line" != here ] || return 0
	done
	return 1
}

# The fourth has its octets on the way before the first sends its own, and
# would be answered before, were it not for the limit.
limited_server() {
	start_server -t 20 --connections-max 3
	mkfifo here go
	"$rogue" connect "$where" say:here line send:474554202f drain \
	    <go >here &
	exec 6>go 5<here
	first=$!
	heard
	peer say:here drain
	second=$!
	heard
	peer say:here drain
	third=$!
	heard
	peer send:4d0000000100 say:here drain
	fourth=$!
	heard
	echo >&6
	exec 6>&-
	wait $first $fourth
	claim 'three at a time: a good one works in its turn' good_initiator
	kill $second $third
	wait $second $third 2>/dev/null
	exec 5<&-
	claim 'three at a time: SIGTERM gives 1' status_is 1 stop_server
	claim 'three at a time: the first is ended' \
	    sh -c 'sed -n 1p reports | grep frame-malformed'
	claim 'three at a time: then the fourth is served' \
	    sh -c 'sed -n 2p reports | grep message-early'
	claim 'three at a time: that is said once' test "$(grep -c \
	    '^gsstest: acceptor: 3 connections at a time; more wait$' \
	    errors)" = 1
	[ ! -e turns ] || claim 'three at a time: no spinning' \
	    turned_at_most 100
}

cramped_server() {
	limit='-n 64'
	: >tokens
	start_server -t 0.5
	claim '100 peers, 64 descriptors' crowd_stands all silent:100
	claim '100 peers, 64 descriptors: a good one works in its turn' \
	    good_initiator
	wait $crowd_process $crowd_sum
	echo 'silent 100 token-missing' >wanted
	claim '100 peers, 64 descriptors: each is served' says all
	claim '100 peers, 64 descriptors: SIGTERM gives 1' \
	    status_is 1 stop_server
	claim '100 peers, 64 descriptors: that is said once' test "$(grep -c \
	    'acceptor: 32 connections at a time; .* limit of descriptors' \
	    errors)" = 1
	claim '100 peers, 64 descriptors: none was found missing' \
	    status_is 1 grep 'accept: ' errors
	[ ! -e turns ] || claim '100 peers, 64 descriptors: no spinning' \
	    turned_at_most 2000
}

# What a process may have by itself is no limit where it may have more.
raised_server() {
	limit='-S -n 64'
	: >tokens
	start_server -t 20
	claim '100 peers, 64 descriptors for a start' \
	    crowd_stands all silent:100
	claim '100 peers, 64 descriptors for a start: a good one works' \
	    good_initiator
	kill $crowd_process
	wait $crowd_process 2>/dev/null
	claim '100 peers, 64 descriptors for a start: no limit is told' \
	    status_is 1 grep 'at a time' errors
	stop_server
}

# each_server COMMAND: for each program and kind of server.
each_server() {
	for program in $programs; do
		for kind in thousand limited cramped raised; do
			"$@" "$scratch/$program-$kind"
		done
	done
}

start_server_test() {
	(
		mkdir "$1" && cd "$1" || exit
		claims=0 limit=
		${kind}_server
	) </dev/null &
}

# All at once: most of it waits.
each_server start_server_test
wait
each_server show_claims
echo "1..$count"
