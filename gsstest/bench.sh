#!/bin/sh
# bench.sh: speed and memory of gsstest beside its peers, in one run.
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs inside gsstest/realm.  Each figure is the best of ROUNDS rounds; in a
# round everything that is compared runs once, so that a busy machine disturbs
# all alike.  The negotiation is krb5 with mutual authentication, one TCP
# connection each.
#
# "bare" is the GSS calls in one process, where nobody has to be woken between
# them, plus the octets over a raw socketpair.  "floor" is what the system asks
# of any two processes over TCP that do the same and nothing else.
#
# Peers that stall cost the acceptor memory and, as it should be, nothing else:
# what each kind costs is printed (gsstest/tests/crowd.c has the kinds), and how
# much longer a good negotiation takes beside many of them.

BUILD=${BUILD:-build}
ROUNDS=${ROUNDS:-5}
COUNT=${COUNT:-1000}	 # negotiations a round
THEIR_COUNT=10		 # gss-client stalls: some 90 ms each
PARALLEL=32		 # so that neither side waits to be woken
STALLED=1000		 # peers of a kind
UNREAD=20		 # that do not read a message, of so many octets
UNREAD_SIZE=4194304
BESIDE='500 1000'	 # silent peers beside good ones
LIBRARIES=${LIBRARIES:-heimdal mit}

directory=$(mktemp -d "${TMPDIR:-/tmp}/gjallar-bench.XXXXXX") || exit 2
server= crowd=
trap '[ -z "$server$crowd" ] || kill $server $crowd 2>/dev/null
rm -rf "$directory"' EXIT
cd "$directory" || exit 2
: >tokens # a crowd that sends none wants the file, too

suffix() {
	[ "$1" = heimdal ] || echo "-$1"
}

# Not a function: in the background, $! is then the program itself.
bench_of() {
	echo "$BUILD/obj/$1/gsstest/bench"
}

# note NAME MICROSECONDS KILOBYTES COUNT: keeps the best of each name
note() {
	awk -v us="$2" -v n="$4" 'BEGIN { print us / n }' >>"$1.us"
	echo "$3" >>"$1.kb"
}

best() {
	sort -n "$1.us" | head -n 1
}

memory() {
	sort -n "$1.kb" | tail -n 1
}

# wait_for FILE: until it has a line; the server writes it when it listens
wait_for() {
	until [ -s "$1" ]; do
		kill -0 "$server" 2>/dev/null || {
			echo "bench: a server ended before it listened" >&2
			exit 1
		}
	done
}

# ours NAME LIBRARY OPTION ...: init against accept
ours() {
	name=$1 library=$2
	shift 2
	program=$BUILD/bin/gsstest$(suffix "$library")
	: >listening
	bench=$(bench_of "$library")
	"$bench" time "$program" accept -q -n "$COUNT" 127.0.0.1:0 \
	    >acceptor.result 2>listening &
	server=$!
	wait_for listening
	address=$(awk '/^listening/ { print $3 }' listening)
	"$bench" time "$program" init -q -m krb5 -f mutual \
	    -n "$COUNT" "$@" "$address" host@localhost \
	    >initiator.result 2>initiator.sum || exit 1
	wait "$server" || exit 1
	server=
	# gsstest's own clock: without the start of the process
	us=$(awk '{ print $(NF - 1) }' initiator.sum)
	note "$name" "$us" "$(awk '{ print $2 }' initiator.result)" "$COUNT"
	awk '{ print $2 }' acceptor.result >>"$name.acceptor.kb"
}

# theirs: gss-client against gss-server, one message of their own each
theirs() {
	# Each round has its own: the server does not reuse an address.
	port=$((20000 + $$ % 20000 + round))
	: >server.log
	bench=$(bench_of mit)
	"$bench" time gss-server -port "$port" host@localhost \
	    >server.result 2>server.log &
	server=$!
	until grep -q starting server.log; do
		kill -0 "$server" 2>/dev/null || {
			echo "bench: gss-server: $(tail -n 1 server.log)" >&2
			exit 1
		}
	done
	"$bench" time gss-client -port "$port" -ccount "$THEIR_COUNT" \
	    127.0.0.1 host@localhost hello >client.result 2>client.log || exit 1
	kill "$server"
	wait "$server"
	server=
	set -- $(cat client.result)
	note theirs "$1" "$2" "$THEIR_COUNT"
	awk '{ print $2 }' server.result >>theirs.acceptor.kb
}

# --- Peers that stall ---

# tokens: of a true initiator; no acceptor of this program has seen them.
tokens() {
	: >taken
	"$BUILD/obj/heimdal/crowd" take "$STALLED" >taken &
	server=$!
	wait_for taken
	rm -f tokens
	"$BUILD/bin/gsstest" init -q -m krb5 -f mutual -T tokens \
	    -n "$STALLED" -p "$PARALLEL" "$(awk '{ print $3 }' taken)" \
	    host@localhost >/dev/null 2>&1
	wait "$server"
	server=
}

# good COUNT: so many negotiations, one after the other; leaves us.
good() {
	"$program" init -q -m krb5 -f mutual -n "$1" "$address" \
	    host@localhost >good.sum || exit 1
	us=$(awk '{ print $(NF - 1) }' good.sum)
}

# beside LIBRARY KIND:COUNT: an acceptor with so many peers that stall.
beside() {
	program=$BUILD/bin/gsstest$(suffix "$1")
	: >listening
	"$program" accept -q -n 0 -t 600 127.0.0.1:0 >listening &
	server=$!
	wait_for listening
	address=$(awk '{ print $3 }' listening)
	good 10
	before=$(ps -o rss= -p "$server")
	[ "${2#*:}" -gt 0 ] || return 0
	mkfifo standing
	"$BUILD/obj/heimdal/crowd" stand "$address" tokens "$2" silent:1 \
	    >standing &
	crowd=$!
	exec 3<standing
	rm standing
	case $2 in unread:*) unread_begin "${2#*:}" ;; esac
	read -r line <&3 || exit 1
	exec 3<&-
}

# unread_begin COUNT: the initiators that send what is answered and not read.
unread_begin() {
	read -r line <&3
	"$BUILD/bin/gsstest" init -q -m krb5 -n "$1" -p "$1" -M 1 \
	    -s "$UNREAD_SIZE" "${line#listening on }" host@localhost \
	    >/dev/null 2>&1 &
}

# Those that still stall are no failures: the acceptor ends with 0.
leave() {
	kill "$server"
	wait "$server" || exit 1
	[ -z "$crowd" ] || wait "$crowd" 2>/dev/null
	server= crowd=
}

# stalled LIBRARY KIND COUNT TEXT: octets of memory for each.
stalled() {
	tokens
	beside "$1" "$2:$3"
	good 10 # what came before it has been read
	after=$(ps -o rss= -p "$server")
	leave
	printf '%-58s %10d\n' "$4, $1" $(((after - before) * 1024 / $3))
}

row() {
	printf '%-44s %9s %10s %8s %8s\n' "$@"
}

# show TEXT NAME BASE: a row, with the ratio of times to BASE
show() {
	us=$(best "$2")
	row "$1" "$(awk -v us="$us" 'BEGIN { printf "%.0f", 1e6 / us }')" \
	    "$(awk -v us="$us" 'BEGIN { printf "%.1f", us }')" \
	    "$(memory "$2")" \
	    "$(if [ -f "$2.acceptor.kb" ]; then memory "$2.acceptor"; else echo -; fi)"
}

ratio() {
	awk -v a="$(best "$2")" -v b="$(best "$3")" -v text="$1" \
	    'BEGIN { printf "%-60s %8.2f\n", text, a / b }'
}

round=0
while [ "$round" -lt "$ROUNDS" ]; do
	for library in $LIBRARIES; do
		bench=$(bench_of "$library")
		note "bare.$library" $("$bench" bare "$COUNT") "$COUNT"
		ours "ours.$library" "$library"
		note "floor.$library" $("$bench" floor "$COUNT") "$COUNT"
		ours "many.$library" "$library" -p "$PARALLEL"
	done
	case $LIBRARIES in *mit*) theirs ;; esac
	for library in $LIBRARIES; do
		for many in 0 $BESIDE; do
			beside "$library" "silent:$many"
			good "$COUNT"
			note "beside.$many.$library" "$us" 0 "$COUNT"
			leave
		done
	done
	round=$((round + 1))
done

row 'krb5, mutual, a TCP connection each' 'per second' microsec. \
    'init KB' 'accept KB'
for library in $LIBRARIES; do
	show "gsstest init > accept, $library" "ours.$library"
	show "the same, $PARALLEL at a time" "many.$library"
	show "bare: GSS calls, raw socketpair" "bare.$library"
	show "floor: two processes, raw TCP" "floor.$library"
done
case $LIBRARIES in *mit*)
	show 'gss-client > gss-server (MIT)' theirs ;;
esac
echo
echo 'ratios of time'
for library in $LIBRARIES; do
	case $LIBRARIES in *mit*)
		ratio "gss-client > gss-server / gsstest, $library" \
		    theirs "ours.$library" ;;
	esac
	ratio "gsstest / bare, $library" "ours.$library" "bare.$library"
	ratio "gsstest, $PARALLEL at a time / bare, $library" \
	    "many.$library" "bare.$library"
	ratio "gsstest / floor, $library" "ours.$library" "floor.$library"
	for many in $BESIDE; do
		ratio "gsstest beside $many that stall / alone, $library" \
		    "beside.$many.$library" "beside.0.$library"
	done
done
echo
echo "octets of the acceptor's memory for a peer that stalls"
for library in $LIBRARIES; do
	stalled "$library" silent "$STALLED" 'nothing sent'
	stalled "$library" header "$STALLED" 'half a header'
	stalled "$library" half "$STALLED" 'half a token'
	stalled "$library" drip "$STALLED" 'a token, an octet at a time'
	stalled "$library" whole "$STALLED" 'the first token, then silence'
	stalled "$library" brim "$STALLED" \
	    'all but an octet of the greatest token'
	stalled "$library" unread "$UNREAD" \
	    "established, an answer of $UNREAD_SIZE not read"
done
