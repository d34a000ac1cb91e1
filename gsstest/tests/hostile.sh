#!/bin/sh
# hostile.sh: peers that misbehave, against both roles, both channels and both
# libraries; prints TAP.  Run from the project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build).  timeout(1), which GNU and the BSDs have
# alike, ends what should have ended by itself, and so fails a test.

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0"
. ./gsstest/tests/claims
build=$(cd "${BUILD:-build}" && pwd) || exit 1
rogue=$build/obj/heimdal/rogue
scratch=$GJALLAR_REALM_DIR/hostile
mkdir "$scratch" || exit 1
programs=gsstest sanitized=san-heimdal
if [ -x "$build/bin/gsstest-mit" ]; then
	programs='gsstest gsstest-mit' sanitized='san-heimdal san-mit'
fi
count=0

# Whatever a sanitizer finds ends the program with a status of its own.  The
# stacks have to be whole for the suppressions.
ASAN_OPTIONS=detect_leaks=1:exitcode=99:fast_unwind_on_malloc=0
UBSAN_OPTIONS=exitcode=99:print_stacktrace=1
export ASAN_OPTIONS UBSAN_OPTIONS
unset LSAN_OPTIONS
suppressions=$(pwd)/gsstest/tests/lsan.supp

# Cases that run at the same time: most of their time they wait.
at_once=24

# path PROGRAM: where it is.
path() {
	case $1 in
	san-*) echo "$build/obj/$1/gsstest/gsstest" ;;
	*) echo "$build/bin/$1" ;;
	esac
}

# suppress PROGRAM: leaks of its library are no matter.
suppress() {
	case $1 in
	san-heimdal)
		LSAN_OPTIONS=suppressions=$suppressions:print_suppressions=0
		export LSAN_OPTIONS
		;;
	esac
}

# hex TEXT: its octets.
hex() {
	printf %s "$1" | od -A n -v -t x1 | tr -d ' \n'
}

# frame TYPE HEX: with its length.
frame() {
	printf '%s%08x%s' "$1" $((${#2} / 2)) "$2"
}

# --- One misbehaving peer ---------------------------------------------------

# name | channel | role | steps of the peer | branch that is expected, of
# Heimdal/MIT where they differ, and its section where it is not the branch's.
#
# In the steps, @ is the type octet of a token; `start` is what a good peer of
# this role and channel begins with; `real` is a true initiator's token sent
# and the answer read, so that the context is established.

# krb5 TOKEN-ID: framed as krb5 has it, and no good.
krb5() {
	token=06092a864886f712010202${1}6f643062a003020105a1030201
	printf '60%02x%s' $((${#token} / 2)) $token
}
request=$(krb5 0100)
answer=$(krb5 0200)
aaaa=$(hex AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA)
evil=$(hex "$(printf 'a\033[2J\007\r\001"\\\377')")
cases() {
	cat <<-END
	silence              | both   | both   | drain                          | token-missing
	silence, started     | both   | both   | start drain                    | token-missing
	garbage              | both   | both   | start send:$(hex 'GET / HTTP/1.0') drain | frame-malformed
	garbage at once      | both   | both   | send:$(hex 'GET / HTTP/1.0') drain | frame-malformed
	4 GB announced       | both   | both   | start send:@ffffffff drain     | token-too-large
	1 over the limit     | both   | both   | start send:@00020001 drain     | token-too-large
	half a header        | both   | both   | start send:@0000 drain         | token-missing
	half a header, end   | both   | both   | start send:@0000 end drain     | peer-closed
	half a header, close | both   | both   | start send:@0000 close         | peer-closed
	half a frame         | both   | both   | start send:@00000020$answer drain | token-missing
	half a frame, close  | both   | both   | start send:@00000020$answer close | peer-closed
	half a frame, reset  | both   | both   | start send:@00000020$answer reset | peer-closed
	closed at once       | both   | both   | close                          | peer-closed
	closed, started      | both   | both   | start close                    | peer-closed
	reset, started       | both   | init   | start reset                    | peer-closed
	dripping octets      | both   | both   | start drip:300:@00000100$aaaa$aaaa drain | token-missing
	a garbage token      | both   | init   | start send:$(frame @ $answer) drain | failure-silent
	a garbage token      | both   | accept | start send:$(frame @ $request) drain | failure-silent
	an answer is no request | both | accept | start send:$(frame @ $answer) drain | failure-silent/token-missing
	an alien token       | both   | init   | start send:@00000004deadbeef drain | token-implausible/failure-silent
	an alien token       | both   | accept | start send:@00000004deadbeef drain | failure-silent
	40 letters A         | both   | init   | start send:$(frame @ $aaaa) drain | token-implausible/failure-silent
	40 letters A         | both   | accept | start send:$(frame @ $aaaa) drain | failure-silent
	1,000 garbage tokens | both   | init   | start repeat:1000:$(frame @ $answer) drain | failure-silent
	1,000 garbage tokens | both   | accept | start repeat:1000:$(frame @ $request) drain | failure-silent
	an empty token       | both   | init   | start send:@00000000 drain     | token-implausible/failure-silent
	an empty token       | both   | accept | start send:@00000000 drain     | token-missing
	1,000 empty tokens   | both   | accept | start repeat:1000:@00000000 drain | rounds-exceeded/failure-token
	an early message     | plain  | both   | start send:$(frame 4d 01616263) drain | message-early
	an early message     | sample | both   | start send:$(frame 04 616263) drain | message-early
	an early end         | plain  | both   | start send:4d0000000100 drain  | message-early
	an early end         | sample | both   | start send:0100000000 drain    | message-early
	no authentication    | sample | accept | send:0100000000 drain          | frame-malformed
	an error             | plain  | both   | start send:$(frame 45 00090000$(hex no)) drain | peer-failed
	an error that is evil | plain | both   | start send:$(frame 45 00000000$evil) drain | peer-failed
	an error, cut        | plain  | both   | start send:450000000200ff drain | frame-malformed
	an error, too long   | plain  | both   | start send:4500010000 drain    | token-too-large
	established, silence | both   | accept | real drain                     | message-missing
	established, close   | both   | accept | real close                     | message-closed 3.1
	established, garbage | both   | accept | real send:$aaaa drain          | message-malformed 3.1
	established, half    | plain  | accept | real send:4d00000010 drain     | message-missing
	established, 4 GB    | plain  | accept | real send:4dffffffff drain     | message-too-large
	established, forged  | plain  | accept | real send:$(frame 4d 03$aaaa) drain | message-refused
	established, forged  | sample | accept | real send:$(frame e4 $aaaa) drain | message-refused
	established, forged MIC | plain | accept | real send:$(frame 4d 0400000002$aaaa) drain | message-refused
	established, cut MIC | plain  | accept | real send:$(frame 4d 0400ffffff$aaaa) drain | message-malformed 3.1
	established, token   | both   | accept | real send:$(frame @ $answer) drain | extra-refused
	established, error   | plain  | accept | real send:$(frame 45 00000000$evil) drain | peer-failed
	END
}

# section BRANCH ROLE: where the draft has it.
section() {
	case $1:$2 in
	failure-*:init) echo 2.2 ;;
	failure-*:accept) echo 2.5 ;;
	rounds-*) echo 2.8 ;;
	peer-failed:init) echo 2.6 ;;
	peer-failed:accept) echo 2.3 ;;
	extra-*) echo 3.2 ;;
	message-*) echo 3.1 ;;
	*:init) echo 2.7 ;;
	*:accept) echo 2.4 ;;
	esac
}

# is_told BRANCH: has the peer to be told of it?
is_told() {
	case $1 in
	failure-token | peer-* | receive-failed) return 1 ;;
	esac
}

# real_token TYPE: a true initiator's first token, as a frame.
real_token() {
	mkfifo real.pipe
	"$rogue" listen read:1 close >real.pipe &
	{
		"$(path $program)" init -q -T real.trace "$(first_address)" \
		    host@localhost >real.out 2>&1
		cat >/dev/null
	} <real.pipe
	wait $!
	frame "$1" "$(sed -n 's/.* sent 1 [0-9]* //p' real.trace)"
}

# expand STEPS: with @, start and real replaced.
expand() {
	case $channel in
	plain) type=54 prologue='' its_prologue='' ;;
	sample) type=02 prologue=send:1100000000 its_prologue=frame ;;
	esac
	case $role in
	init) start="$its_prologue frame" ;;
	accept) start=$prologue ;;
	esac
	real=
	case $1 in
	*real*) real=$(real_token "$type") ;;
	esac
	printf '%s\n' "$1" | sed -e "s/@/$type/g" -e "s/start/$start/" \
	    -e "s/real/$prologue send:$real frame/"
}

# meet STEPS: the two talk; leaves status, report, errors and said.
meet() {
	mkfifo pipe
	case $role in
	accept)
		{
			timeout 20 "$(path $program)" accept -j -t $deadline \
			    -c $channel 127.0.0.1:0 >pipe 2>errors
			echo $? >status
		} &
		{
			"$rogue" connect "$(first_address)" $1 >said
			cat >report
		} <pipe
		;;
	init)
		"$rogue" listen $1 >pipe &
		{
			timeout 20 "$(path $program)" init -j -t $deadline \
			    -c $channel "$(first_address)" host@localhost \
			    >report 2>errors
			echo $? >status
			cat >said
		} <pipe
		;;
	esac
	wait
}

# judge: complaints about what meet has left.
judge() {
	side=acceptor
	[ $role = accept ] || side=initiator
	[ "$(cat status)" = 1 ] || echo "status: $(cat status)"
	grep -q "\"branch\":{\"name\":\"$branch\",\"section\":\"$section\"}" \
	    report || echo "not in the report: $branch, section $section"
	grep -q "\"ok\":false,.*\"error\":\"$side: " report ||
		echo "no error text that names the $side in the report"
	grep -q "^gsstest: $side: .*(branch $branch, section $section)" errors ||
		echo "no such error text on stderr"
	[ "$(grep -c . report)" = 1 ] || echo 'not one report'
	if LC_ALL=C tr -d '\n -~' <errors | grep -q .; then
		echo 'octets of the peer on stderr'
	fi
	case $channel:$steps in
	plain:*drain) is_told "$branch" && ! grep -q \
	    "45000000..........$(hex "$side: ").*$(hex "($branch)")$" said &&
		echo "the peer was not told"
		;;
	esac
}

# run_case: in a directory of its own.
run_case() {
	mkdir "$1" && cd "$1" || return
	# What does not end by the deadline has plenty of time, so that a busy
	# machine changes nothing.
	deadline=0.5
	case $expected in
	*-missing*) ;;
	*) deadline=10 ;;
	esac
	suppress "$program"
	set -- $expected
	branch=$1
	case $program in
	*mit) branch=${1#*/} ;;
	*) branch=${1%/*} ;;
	esac
	section=${2-$(section "$branch" $role)}
	meet "$(expand "$steps")"
	judge >complaints
	[ ! -s complaints ] || cat report errors said >>complaints
}

# each COMMAND: for every case, with program, name, channel, role, steps and
# expected set.  Sanitized programs are slow, and do one channel only.
each() {
	while IFS='|' read -r name channels roles steps expected; do
		name=$(echo $name) steps=$(echo $steps) expected=$(echo $expected)
		case $channels in *both*) channels='plain sample' ;; esac
		case $roles in *both*) roles='accept init' ;; esac
		for program in $programs $sanitized; do
			for channel in $channels; do
				case $program$channel in san-*sample) continue ;; esac
				for role in $roles; do
					"$@"
				done
			done
		done
	done <"$scratch/cases"
}

start_case() {
	number=$((number + 1))
	(run_case "$scratch/$number") </dev/null &
	running="$running $!"
	[ $((number % at_once)) -eq 0 ] || return 0
	wait $running
	running=
}

show_case() {
	number=$((number + 1))
	verdict "$program $role $channel: $name" "$scratch/$number/complaints"
}

start_cases() {
	cases >"$scratch/cases"
	number=0 running=
	each start_case
}

show_cases() {
	number=0
	each show_case
}

# --- Somebody between the two -------------------------------------------------

# name | what rogue changes | side that notices: its branch, with a Heimdal and
# with an MIT acceptor where they differ | the same of the other side
#
# Frames of the initiator: 1 token, 2 confidential, 3 for integrity, 4 MIC,
# 5 end.  The acceptor's are alike.
clear=4d0000000901$(printf %02x 0 7 14 21 28 35 42 49)
changes() {
	cat <<-END
	a changed token               | to:1:300:0000000000   | a: failure-silent/failure-token | i: peer-failed/failure-silent
	a changed answering token     | from:1:80:0000000000  | i: failure-silent     | a: peer-failed
	a token again                 | to:1:twice            | a: extra-refused      | i: peer-failed
	an answering token again      | from:1:twice          | i: extra-refused      | a: peer-failed
	a changed message             | to:2:40:0000000000    | a: message-refused    | i: peer-failed
	a changed answer              | from:2:40:0000000000  | i: message-refused    | a: peer-failed
	changed octets under a MIC    | to:4:10:ff            | a: message-refused    | i: peer-failed
	a changed MIC                 | from:4:30:0000000000  | i: message-refused    | a: peer-failed
	a message again               | to:2:twice            | a: message-refused    | i: peer-failed
	an answer again               | from:2:twice          | i: message-unprotected    | a: peer-failed
	confidential, called integrity | to:2:5:02            | a: conf-state-wrong   | i: peer-failed
	integrity, called confidential | to:3:5:03            | a: conf-state-wrong   | i: peer-failed
	an answer, called integrity   | from:2:5:02           | i: message-unprotected | a: peer-failed
	an answer, called confidential | from:3:5:03          | i: message-unprotected | a: peer-failed
	wrapped, called clear         | to:2:5:01             | i: message-unprotected | a: peer-failed
	a clear answer to the first   | from:2:all:$clear     | i: message-unprotected | a: peer-failed
	a clear answer to the last    | from:4:all:$clear     | i: message-unprotected | a: peer-failed
	a message instead of the end  | to:5:5:01             | i: message-unexpected | a: peer-failed
	an early end                  | from:2:all:4d0000000100 | i: message-unanswered | a: peer-failed
	END
}

# meet_between CHANGE: with rogue as a relay.
meet_between() {
	rm -f one two
	mkfifo one two
	{
		timeout 20 "$(path $a)" accept -j -t 10 127.0.0.1:0 \
		    >one 2>a.errors
		echo $? >a.status
	} &
	{
		where=$(first_address)
		"$rogue" relay "$where" "$1" >two 2>relay.errors &
		{
			timeout 20 "$(path $i)" init -j -t 10 -M 1 -s 8 \
			    "$(first_address)" host@localhost \
			    >i.report 2>i.errors
			echo $? >i.status
		} <two
		cat >a.report
	} <one
	wait
}

# fails SIDE: BRANCHES
fails() {
	side=${1%:}
	branch=${2%/*}
	[ "$a" = gsstest ] || branch=${2#*/}
	[ "$(cat $side.status)" = 1 ] &&
	    grep -q "\"branch\":{\"name\":\"$branch\"" $side.report ||
	    echo "$side: not $branch and status 1, but $(cat $side.status)"
}

both_fail() {
	: >errors
	meet_between "$1"
	{
		fails $2
		fails $3
	} >failures
	[ ! -s failures ] || {
		cat failures relay.errors i.report i.errors a.report a.errors
		return 1
	}
}

changed() {
	program="$i to $a"
	while IFS='|' read -r name change one other; do
		claim "$(echo $name)" both_fail $change "$one" "$other"
	done <"$scratch/changes"
}

# each_pair COMMAND
each_pair() {
	for i in $programs; do
		for a in $programs; do
			"$@" "$scratch/$i-$a"
		done
	done
}

start_pair_test() {
	mkdir "$1"
	(cd "$1" && claims=0 && changed) &
}

# --- A server that goes on --------------------------------------------------

serve() {
	exec "$(path $program)" accept -j "$@" 127.0.0.1:0
}

# crowd COUNT: so many peers, of which half send half a frame and half say
# nothing, until the server closes.  Returns when all are connected.
crowd() {
	mkfifo here
	peers=
	while [ $(echo $peers | wc -w) -lt "$1" ]; do
		"$rogue" connect "$where" say:here drain >here &
		peers="$peers $!"
		"$rogue" connect "$where" send:5400000100aabb say:here drain \
		    >here &
		peers="$peers $!"
	done
	exec 4<here
	arrived=0
	while [ $arrived -lt "$1" ] && read -r line <&4; do
		[ "$line" != here ] || arrived=$((arrived + 1))
	done
	return $((arrived != $1))
}

crowd_is_gone() {
	wait $peers
}

good_initiator() {
	timeout 20 "$(path $program)" init -M 1 "$where" host@localhost
}

# The good one comes last, and its report first.
crowded_server() {
	start_server -n 0 -t 4
	before=$(open_descriptors 2>/dev/null)
	claim '100 silent peers are connected' crowd 100
	claim 'a good one works meanwhile' good_initiator
	claim 'the silent ones are ended' crowd_is_gone
	claim 'a good one works afterwards' good_initiator
	if [ -d /proc/$server/fd ]; then
		claim 'all descriptors are closed' descriptors_are "$before"
	fi
	claim 'SIGTERM gives 1 after failures' status_is 1 stop_server
	claim 'the good one was answered first' \
	    sh -c 'sed -n 1p reports | grep "\"ok\":true"'
	claim '100 failures are reported' \
	    test "$(grep -c '"name":"token-missing"' reports)" = 100
}

cramped_server() {
	limit='-n 64'
	start_server -n 0 -t 0.5
	claim '100 peers, 64 descriptors: connected' crowd 100
	claim '100 peers, 64 descriptors: all are ended' crowd_is_gone
	claim '100 peers, 64 descriptors: a good one works' good_initiator
	claim '100 peers, 64 descriptors: the server tells' \
	    grep 'connections at a time; more wait' errors
	claim '100 peers, 64 descriptors: it goes on' status_is 1 stop_server
}

content_server() {
	start_server -n 0
	claim 'a server serves' good_initiator
	claim 'SIGTERM gives 0 if all worked' status_is 0 stop_server
	rm server
	start_server -n 2
	claim 'a server for two serves' good_initiator
	claim 'SIGTERM before the second gives 1' status_is 1 stop_server
}

# each_server COMMAND: for each program and kind of server.
each_server() {
	for program in $programs; do
		for kind in content cramped crowded; do
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


# --- Memory -----------------------------------------------------------------

clean_loop() {
	claim "sanitized loop $*" status_is "$expected" \
	    timeout 20 "$(path $program)" loop "$@"
}

clean_loops() {
	expected=0
	clean_loop -m krb5 -M 2 -d -b
	clean_loop -m krb5 -c sample -M 2 -T tokens -n 2
	suppress "$program"
	clean_loop -M 1
	clean_loop -m spnego -M 2 -d -j
	expected=1
	clean_loop -m krb5 -a
	clean_loop -m spnego --rounds-max 1
	clean_loop nobody@localhost
	clean_loop --token-max 100
}

start_memory_test() {
	mkdir "$1"
	(cd "$1" && : >errors && claims=0 && clean_loops) &
}

each_sanitized() {
	for program in $sanitized; do
		"$@" "$scratch/$program"
	done
}

# All at once: most of it waits.
changes >"$scratch/changes"
each_server start_server_test
each_pair start_pair_test
each_sanitized start_memory_test
start_cases
wait
show_cases
each_pair show_claims
each_server show_claims
each_sanitized show_claims
echo "1..$count"
