#!/bin/sh
# remctl_client.sh: gss-remctl against the real remctld, and against a server
# that misbehaves; prints TAP.  Run from the project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build).  The programs have sanitizers in them;
# whatever one finds ends the program with a status that nothing here expects.

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0"
build=$(cd "${BUILD:-build}" && pwd) || exit 1
rogue=$build/obj/heimdal/remctl_rogue
scratch=$GJALLAR_REALM_DIR/remctl-client
mkdir "$scratch" || exit 1
common=$scratch
count=0
asides=0
PATH=$PATH:/usr/sbin

ASAN_OPTIONS=detect_leaks=1:exitcode=99:fast_unwind_on_malloc=0
UBSAN_OPTIONS=exitcode=99:print_stacktrace=1
LSAN_OPTIONS=suppressions=$(pwd)/gsstest/tests/lsan.supp:print_suppressions=0
export ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS

# verdict NAME: passed if the file `wrong` is empty.
verdict() {
	count=$((count + 1))
	if [ ! -s "$scratch/wrong" ]; then
		echo "ok $count - $1"
		return
	fi
	echo "not ok $count - $1"
	cat "$scratch/wrong" "$scratch/out" "$scratch/err" "$scratch/said" |
	    head -n 40 | cut -c 1-500 | sed 's/^/# /'
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

wrong() {
	echo "$*" >>"$scratch/wrong"
}

# aside COMMAND ...: rows that mostly wait run beside the others, in a directory
# of their own, until collect shows what they found.
aside() {
	asides=$((asides + 1))
	(
		scratch=$scratch/aside-$asides asides=0
		mkdir "$scratch" || exit 1
		"$@"
	) >"$scratch/aside-$asides.tap" &
}

collect() {
	wait
	number=0
	while [ $number -lt $asides ]; do
		number=$((number + 1))
		found=$scratch/aside-$number.tap
		grep -q '^\(not \)*ok ' "$found" ||
		    echo 'not ok 0 - a row that came to no end' >>"$found"
		while IFS= read -r line; do
			case $line in
			'ok '* | 'not ok '*)
				count=$((count + 1))
				echo "${line%%ok *}ok $count - ${line#* - }" ;;
			*) echo "$line" ;;
			esac
		done <"$found"
	done
}

# serve COMMAND ...: its first line is the port that it listens on; what it
# says after that goes to `said`.
serve() {
	rm -f "$scratch/pipe"
	mkfifo "$scratch/pipe"
	"$@" >"$scratch/pipe" 2>&1 &
	server=$!
	exec 3<"$scratch/pipe"
	read -r port <&3
	cat <&3 >"$scratch/said" &
	reader=$!
	exec 3<&-
}

served() {
	wait $reader
	wait $server
}

# ask OPTION ...: runs the client against what was served.
ask() {
	: >"$scratch/wrong"
	timeout 60 "$client" -p "$port" "$@" >"$scratch/out" 2>"$scratch/err" \
	    </dev/null
	status=$?
}

# expect STATUS OUT ERR: OUT is all of the output, ERR a pattern of a line of
# the complaints, empty for none.
expect() {
	[ $status -eq "$1" ] || wrong "status $status, not $1"
	[ "$(cat "$scratch/out")" = "$2" ] || wrong "the output is not: $2"
	if [ -z "$3" ]; then
		[ ! -s "$scratch/err" ] || wrong 'there are complaints'
	else
		grep -q "^$3" "$scratch/err" || wrong "no complaint: $3"
	fi
}

# --- The real server --------------------------------------------------------

write_program() {
	cat >"$common/program" <<-'END'
	#!/bin/sh
	case $1 in
	both) echo out; echo err >&2; exit 7 ;;
	status) exit "$2" ;;
	killed) kill -9 $$ ;;
	words) shift; for word; do printf '<%s>' "$word"; done ;;
	sizes) shift; for word; do echo ${#word}; done ;;
	large) head -c 3000000 /dev/zero ;;
	endless) exec yes ;;
	slow) echo begin; sleep 3; echo end ;;
	nothing) ;;
	esac
	END
	chmod +x "$common/program"
	cat >"$common/conf" <<-END
	t denied $common/program princ:bob@GJALLAR.TEST
	t ALL $common/program ANYUSER
	END
}

serve_real() {
	serve "$rogue" exec remctld -S -f "$common/conf"
}

# real NAME STATUS OUT ERR OPTION ...: one command.
real() {
	name=$1 wanted=$2 out=$3 err=$4
	shift 4
	serve_real
	ask "$@"
	served
	expect "$wanted" "$out" "$err"
	verdict "$flavour: remctld: $name"
}

test_real() {
	real 'both streams and the status' 7 out err localhost t both
	real 'a status of 255' 255 '' '' localhost t status 255
	real 'nothing at all' 0 '' '' localhost t nothing
	real 'killed' 255 '' '' localhost t killed
	real 'access denied' 255 '' 'Access denied$' localhost t denied
	real 'unknown command' 255 '' 'Unknown command$' localhost x y
	real 'a command without a subcommand' 255 '' 'Unknown command$' \
	    localhost x
	real 'words as they are' 0 '<a><><-d><b c>' '' \
	    localhost t words a '' -d 'b c'
	real 'a principal' 0 '<a>' '' -s host/localhost localhost t words a
	real 'another principal' 0 '<a>' '' -s remctl/localhost localhost \
	    t words a
	real 'the principal of nobody' 1 '' \
	    'gss-remctl: GSS-API error initializing context: ' \
	    -s nobody/localhost localhost t words a
	real 'the address to connect from' 0 '<a>' '' \
	    -b 127.0.0.1 -s host/localhost 127.0.0.1 t words a
	real 'version 1' 7 "out
err" '' -P 1 localhost t both
	real 'version 1: an error' 255 'Unknown command' '' -P 1 localhost x y
	real 'version 2 insisted on' 7 out err -P 2 localhost t both
	aside real 'a time limit on silence' 1 begin \
	    'gss-remctl: error reading from server: .*timed out' \
	    -t 1 localhost t slow
	aside real 'NOOP while it is waited for' 0 'begin
end' 'gss-remctl: NOOP sent' -d -k 1 localhost t slow
	aside real 'NOOP keeps no time limit off' 1 begin 'gss-remctl: .*timed out' \
	    -k 1 -t 2 localhost t slow
}

# What is not one line of a table.
test_real_streams() {
	word=$(head -c 100000 /dev/zero | tr '\0' x)
	serve_real
	ask localhost t sizes $word $word $word $word $word $word $word $word
	served
	expect 0 "$(for i in 1 2 3 4 5 6 7 8; do echo 100000; done)" ''
	verdict "$flavour: remctld: a command of 800000 octets, in pieces"

	serve_real
	ask -P 1 localhost t sizes $word
	served
	expect 1 '' 'gss-remctl: error sending token: too large'
	verdict "$flavour: remctld: version 1: a command of 100000 octets"

	serve_real
	ask localhost t large
	served
	[ $status -eq 0 ] || wrong "status $status"
	[ "$(wc -c <"$scratch/out")" -eq 3000000 ] || wrong 'not all the output'
	: >"$scratch/out"
	verdict "$flavour: remctld: 3000000 octets of output"

	serve_real
	{
		ask_to_pipe localhost t endless
		echo "$status" >"$scratch/status"
	} | head -n 1 >"$scratch/out"
	served
	status=$(cat "$scratch/status")
	: >"$scratch/said"
	expect 1 y 'gss-remctl: local write of command output failed: Broken'
	verdict "$flavour: remctld: endless output, and nobody to read it"

	serve_real
	: >"$scratch/wrong" >"$scratch/out"
	timeout 60 "$client" -p "$port" localhost t status 0 >&- 2>"$scratch/err"
	status=$?
	served
	expect 0 '' ''
	verdict "$flavour: remctld: standard output closed, and not needed"

	serve_real
	: >"$scratch/wrong" >"$scratch/out"
	timeout 60 "$client" -p "$port" localhost t words a >&- 2>"$scratch/err"
	status=$?
	served
	expect 1 '' 'gss-remctl: local write of command output failed: Bad file'
	verdict "$flavour: remctld: standard output closed, and needed"

	serve_real
	: >"$scratch/wrong" >"$scratch/out"
	timeout 60 "$client" -p "$port" localhost t both <&- >&- 2>&-
	status=$?
	served
	: >"$scratch/err"
	expect 7 '' ''
	verdict "$flavour: remctld: no descriptor is open: the command's status"

	if [ ! -c /dev/full ]; then
		skip "$flavour: remctld: a full disk" 'there is no /dev/full'
		return
	fi
	serve_real
	: >"$scratch/wrong" >"$scratch/out"
	timeout 60 "$client" -p "$port" localhost t words a >/dev/full \
	    2>"$scratch/err"
	status=$?
	served
	expect 1 '' 'gss-remctl: local write of command output failed: No space'
	verdict "$flavour: remctld: a full disk"
}

ask_to_pipe() {
	: >"$scratch/wrong"
	timeout 60 "$client" -p "$port" "$@" 2>"$scratch/err" </dev/null
	status=$?
}

# --- A server that misbehaves -----------------------------------------------

# Octets of messages.
good=020400
abc=02030100000003414243
refused=02050000002a000000026e6f
garbage=474554202f20485454502f312e300d0a0d0a
# Framed as krb5 has it, and nothing behind it.
hollow=601b06092a864886f712010202020030

# name | options | steps | status | output | complaint | what the server saw
#
# `start` is what a good server begins with: it has read the command then.
cases() {
	cat <<-END
	good                   | | start message:$abc message:$good | 0 | ABC | | begin 51,token 42,message 44 20 02010000
	after version 3        | | start message:03${abc#02} message:$good | 0 | ABC | |
	status 3               | | start message:020403 | 3 | | |
	an error, unknown      | | start message:$refused | 255 | | no\$ |
	an error after output  | | start message:$abc message:$refused | 255 | ABC | no\$ |
	an empty error         | | start message:02050000000100000000 | 255 | | \$ |
	an empty output        | | start message:02030100000000 message:$good | 0 | | |
	standard error         | | start message:02030200000003414243 message:$good | 0 | | ABC\$ |
	the largest output     | | start output:65529 message:$good | 0 | * | |
	too large an output    | | start output:65530 message:$good | 1 | | gss-remctl: error reading from server: malformed result token .*65537 octets |
	closes at once         | | close | 1 | | gss-remctl: error receiving token: unexpected end of file |
	resets at once         | | reset | 1 | | gss-remctl: |
	closes after begin     | | begin close | 1 | | gss-remctl: error .*ing token: unexpected end of file |
	closes within a packet | | begin take raw:4200000080aa close | 1 | | gss-remctl: error receiving token: unexpected end of file |
	silence                | -t 1 | drain | 1 | | gss-remctl: error receiving token: timed out |
	silence, in the middle | -t 1 | begin take raw:42 drain | 1 | | gss-remctl: error receiving token: timed out |
	HTTP                   | | begin take raw:$garbage close | 1 | | gss-remctl: error receiving token: .*flags 0x47 |
	garbage for a token    | | begin take packet:42:$garbage drain | 1 | | gss-remctl: GSS-API error initializing context: |
	an empty token         | | begin take packet:42: drain | 1 | | gss-remctl: GSS-API error initializing context: |
	a hollow token         | | begin take packet:42:$hollow drain | 1 | | gss-remctl: GSS-API error initializing context: |
	garbage, version 1     | -P 1 | begin take packet:02:$garbage drain | 1 | | gss-remctl: GSS-API error initializing context: |
	a token over 1 MiB     | | begin take raw:4200100000 drain | 1 | | gss-remctl: error receiving token: .*limit |
	a message too early    | | begin take packet:44:00 drain | 1 | | gss-remctl: error receiving token: |
	other flags            | | begin take packet:43:00 drain | 1 | | gss-remctl: error receiving token: .*flags 0x43 |
	falls back             | | begin context:02 get mic flags:04:0000000300000003414243 drain | 3 | ABC | | begin 51,token 42,message 24 16 00000002
	falls back, not wanted | -P 2 | begin context:02 drain | 1 | | gss-remctl: error receiving token: .*TOKEN_PROTOCOL was dropped | begin 51,token 42
	is asked for version 1 | -P 1 | begin context:02 get mic flags:04:0000000000000000 drain | 0 | | | begin 11,token 02,message 24 16 00000002
	answers it with 2      | -P 1 | begin context:42 drain | 1 | | gss-remctl: error receiving token: .*flags 0x42 |
	version 1: a wrong MIC | -P 1 | begin context:02 get mic-wrong flags:04:0000000000000000 drain | 1 | | gss-remctl: error reading from server: GSS-API error receiving token: gss_verify_mic |
	version 1: no MIC      | -P 1 | begin context:02 get flags:04:0000000000000000 drain | 1 | | gss-remctl: error reading from server: .*without the MIC |
	version 1: two MICs    | -P 1 | begin context:02 get mic mic drain | 1 | | gss-remctl: error reading from server: .*second MIC |
	version 1: status 256  | -P 1 | begin context:02 get mic flags:04:0000010000000000 drain | 255 | | |
	version 1: cut answer  | -P 1 | begin context:02 get mic flags:04:00000000 drain | 1 | | gss-remctl: error reading from server: malformed result token |
	version 1: a 44        | -P 1 | begin context:02 get mic flags:44:0000000000000000 drain | 1 | | gss-remctl: error reading from server: error receiving token: unexpected token |
	closes after context   | | begin context:42 close | 1 | | gss-remctl: error .*unexpected end of file |
	closes after command   | | start close | 1 | | gss-remctl: error reading from server: error receiving token: unexpected end of file |
	ends after command     | | start end drain | 1 | | gss-remctl: error reading from server: error receiving token: unexpected end of file |
	closes after output    | | start message:$abc close | 1 | ABC | gss-remctl: error reading from server: error receiving token: unexpected end of file |
	signed only            | | start signed:$good drain | 1 | | gss-remctl: error reading from server: GSS-API error receiving token: .*not encrypted |
	signed only, version 1 | -P 1 | begin context:02 get mic packet:04:00 drain | 1 | | gss-remctl: error reading from server: GSS-API error receiving token: |
	changed on the way     | | start changed:$good drain | 1 | | gss-remctl: error reading from server: GSS-API error receiving token: gss_unwrap |
	replayed               | | start twice:$abc drain | 1 | ABC | gss-remctl: error reading from server: GSS-API error receiving token: gss_unwrap |
	one was lost           | | start skipped:$good drain | 1 | | gss-remctl: error reading from server: GSS-API error receiving token: gss_unwrap |
	an empty packet        | | start packet:44: drain | 1 | | gss-remctl: error reading from server: GSS-API error receiving token: |
	garbage for a message  | | start packet:44:$garbage drain | 1 | | gss-remctl: error reading from server: GSS-API error receiving token: |
	cut in its header      | | start cut:3:$good close | 1 | | gss-remctl: error reading from server: error receiving token: unexpected end of file |
	cut in its body        | | start cut:20:$good close | 1 | | gss-remctl: error reading from server: error receiving token: unexpected end of file |
	cut, then reset        | | start cut:20:$good reset | 1 | | gss-remctl: error reading from server: error receiving token: unexpected end of file |
	cut, then silence      | -t 1 | start cut:20:$good drain | 1 | | gss-remctl: error reading from server: error receiving token: timed out |
	a packet over 1 MiB    | | start raw:4400100000 drain | 1 | | gss-remctl: error reading from server: error receiving token: token too large |
	loses TOKEN_PROTOCOL   | | start flags:04:$good drain | 1 | | gss-remctl: error reading from server: error receiving token: unexpected token from server .*TOKEN_PROTOCOL was dropped |
	another token          | | start packet:42:00 drain | 1 | | gss-remctl: error reading from server: error receiving token: |
	a message of no octets | | start message: drain | 1 | | gss-remctl: error reading from server: malformed result token |
	a message of one octet | | start message:02 drain | 1 | | gss-remctl: error reading from server: malformed result token |
	STATUS cut             | | start message:0204 drain | 1 | | gss-remctl: error reading from server: malformed result token |
	STATUS too long        | | start message:02040000 drain | 1 | | gss-remctl: error reading from server: malformed result token |
	OUTPUT cut             | | start message:0203010000 drain | 1 | | gss-remctl: error reading from server: malformed result token |
	OUTPUT of more         | | start message:02030100000004414243 drain | 1 | | gss-remctl: error reading from server: malformed result token |
	OUTPUT of less         | | start message:02030100000002414243 drain | 1 | | gss-remctl: error reading from server: malformed result token |
	OUTPUT on stream 3     | | start message:02030300000003414243 drain | 1 | | gss-remctl: error reading from server: malformed result token .*stream 3 |
	ERROR of more          | | start message:02050000002a000000036e6f drain | 1 | | gss-remctl: error reading from server: malformed result token |
	version 1 in a message | | start message:010400 drain | 1 | | gss-remctl: error reading from server: unexpected protocol 1 from server |
	version 4 in a message | | start message:040400 drain | 1 | | gss-remctl: error reading from server: unexpected protocol 4 from server |
	a client's message     | | start message:0202 drain | 1 | | gss-remctl: error reading from server: unknown message type |
	type 8                 | | start message:0208 drain | 1 | | gss-remctl: error reading from server: unknown message type |
	VERSION, not asked     | | start message:020602 drain | 1 | | gss-remctl: error reading from server: server speaks version 2 only |
	NOOP, not asked        | | start message:0307 drain | 1 | | gss-remctl: error reading from server: unexpected NOOP |
	NOOP is answered       | -k 1 | start get message:0307 message:$good get | 0 | | | begin 51,token 42,message 44 20 02010100,message 44 2 0307,message 44 2 0202
	NOOP is not known      | -k 1 | start get message:020602 quiet:2500 message:$abc message:$good get | 0 | ABC | | begin 51,token 42,message 44 20 02010100,message 44 2 0307,quiet,message 44 2 0202
	NOOP answered twice    | -k 1 | start get message:0307 message:0307 drain | 1 | | gss-remctl: error reading from server: unexpected NOOP |
	NOOP, again and again  | -k 1 | start get get message:0307 message:0307 message:$good get | 0 | | | begin 51,token 42,message 44 20 02010100,message 44 2 0307,message 44 2 0307,message 44 2 0202
	octets after the end   | | start message:$good raw:$garbage | 0 | | |
	END
}

rogue_case() {
	steps=$(echo "$steps" | sed 's/start/begin context:42 get/')
	# shellcheck disable=SC2086
	serve "$rogue" $steps
	# shellcheck disable=SC2086
	ask $options localhost a bcd
	served
	if [ "$out" = '*' ]; then
		[ "$(wc -c <"$scratch/out")" -eq 65529 ] || wrong 'not all'
		out=$(cat "$scratch/out")
	fi
	expect "$wanted" "$out" "$err"
	[ -z "$said" ] || [ "$(tr '\n' , <"$scratch/said")" = "$said," ] ||
	    wrong "the server did not see: $said"
	verdict "$flavour: $name"
}

trimmed() {
	echo "$1" | sed 's/^[ 	]*//; s/[ 	]*$//'
}

test_rogue() {
	cases >"$scratch/cases"
	while IFS='|' read -r name options steps wanted out err said <&4; do
		name=$(trimmed "$name") wanted=$(trimmed "$wanted")
		out=$(trimmed "$out") err=$(trimmed "$err")
		said=$(trimmed "$said")
		case $options in
		*-[kt]*) aside rogue_case ;;
		*) rogue_case ;;
		esac
	done 4<"$scratch/cases"
}

# A large command: the server answers before it has all of it, and closes.
test_rogue_large() {
	word=$(head -c 100000 /dev/zero | tr '\0' x)
	set -- "$word" "$word" "$word" "$word" "$word" "$word" "$word" \
	    "$word" "$word" "$word"
	serve "$rogue" -n begin context:42 get message:$refused drain
	ask localhost "$@"
	served
	expect 255 '' no
	verdict "$flavour: an error before the command is all sent"

	# What is read could be all of it before the client looks: 5 MB are more
	# than the system has room for.
	serve "$rogue" -n begin context:42 get message:$good hold
	: >"$scratch/wrong"
	(
		# What the system lets arguments have depends on it.
		ulimit -s 65536
		exec timeout 60 "$client" -p "$port" localhost "$@" "$@" "$@" \
		    "$@" "$@"
	) >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
	name="$flavour: a status before the command is all sent"
	kill $server
	served
	if [ $status -eq 126 ]; then
		skip "$name" 'arguments of 5 MB are too many here'
	else
		expect 1 '' 'gss-remctl: error reading from server: an answer'
		verdict "$name"
	fi

	serve "$rogue" -n begin context:42 get close
	ask localhost "$@"
	served
	expect 1 '' 'gss-remctl: error .*unexpected end of file'
	verdict "$flavour: closed before the command is all sent"

	serve "$rogue" begin context:42 get-all:1000044 message:$good drain
	ask localhost "$@"
	served
	expect 0 '' ''
	tail -n 1 "$scratch/said" | grep -qx '16 pieces' ||
	    wrong 'the command is not of 16 pieces'
	verdict "$flavour: a command of 1000044 octets"
}

# --- The command line -------------------------------------------------------

# line NAME STATUS OUT ERR ARGUMENT ...: without a server.
line() {
	name=$1 wanted=$2 out=$3 err=$4
	shift 4
	: >"$scratch/wrong" >"$scratch/said"
	timeout 60 "$client" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
	[ "$out" != '*' ] || out=$(cat "$scratch/out")
	expect "$wanted" "$out" "$err"
	verdict "$flavour: $name"
}

test_line() {
	line 'no arguments' 1 '' usage:
	line 'no command' 1 '' usage: localhost
	line 'an unknown option' 1 '' usage: -x localhost a
	line 'an option without its value' 1 '' usage: -p
	line -h 0 "$(sed -n '/^    "/{s/^    "//;s/\\n"[;]*$//;p;}' \
	    tools/gss-remctl/options.c)" '' -h
	line -v 0 "gss-remctl $(sed -n 's/^VERSION = //p' Makefile)" '' -v
	for port in 0 65536 abc -1 99999999999999999999; do
		line "port $port" 1 '' "gss-remctl: invalid port number $port" \
		    -p "$port" localhost a
	done
	line 'no timeout' 1 '' 'gss-remctl: invalid timeout value 1s' \
	    -t 1s localhost a
	line 'a timeout over 49 days' 1 '' \
	    'gss-remctl: invalid timeout value 4294968' -t 4294968 localhost a
	line 'a timeout of 49 days' 1 '' 'gss-remctl: cannot connect to ' \
	    -t 4294967 -p 1 localhost a
	line 'no keep-alive' 1 '' 'gss-remctl: invalid keep-alive value x' \
	    -k x localhost a
	line 'no version' 1 '' 'gss-remctl: invalid protocol version 3' \
	    -P 3 localhost a
	line 'no address' 1 '' 'gss-remctl: invalid source address localhost' \
	    -b localhost localhost a
	line 'an address of another family' 1 '' \
	    'gss-remctl: cannot connect to 127.0.0.1 (port 4373): ' \
	    -b ::1 127.0.0.1 a
	line 'no such host' 1 '' \
	    'gss-remctl: cannot resolve host no-such-host.invalid: ' \
	    no-such-host.invalid a
	line 'nobody listens' 1 '' \
	    'gss-remctl: cannot connect to localhost (port 1): ' \
	    -p 1 localhost a
}

# An address of this host that is nobody's else.
test_ports() {
	own=127.83.$(od -A n -N 2 -t u1 /dev/urandom | awk '{ print $1 "." $2 + 1 }')
	for number in 4373 4444; do
		name="$flavour: port $number without -p"
		serve "$rogue" -l "$own:$number" begin context:42 get \
		    message:$good
		if [ "$port" != "$number" ]; then
			served
			skip "$name" "nothing can listen on $own:$number"
			continue
		fi
		: >"$scratch/wrong"
		timeout 60 "$client" -s host/localhost "$own" a \
		    >"$scratch/out" 2>"$scratch/err" </dev/null
		status=$?
		served
		expect 0 '' ''
		verdict "$name"
	done
}

test_full() {
	serve "$rogue" full
	ask -t 1 localhost a
	kill $server
	served 2>/dev/null
	expect 1 '' 'gss-remctl: cannot connect to localhost (port [0-9]*): .*out'
	verdict "$flavour: the server does not answer at all"
}

# Without a ticket there is nothing to begin with.
test_ticket() {
	serve "$rogue" drain
	: >"$scratch/wrong"
	KRB5CCNAME=FILE:$scratch/none timeout 60 "$client" -p "$port" \
	    localhost a >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
	served
	expect 1 '' 'gss-remctl: GSS-API error initializing context: '
	verdict "$flavour: no ticket"
}

# What the client of a library is tested with.
test_flavour() {
	flavour=$1
	client=$build/obj/$flavour/tools/gss-remctl/gss-remctl
	aside test_full
	test_line
	test_ports
	test_ticket
	test_real
	test_real_streams
	test_rogue
	test_rogue_large
	collect
}

write_program
[ ! -x "$build/bin/gsstest-mit" ] || aside test_flavour san-mit
test_flavour san-heimdal
echo "1..$count"
