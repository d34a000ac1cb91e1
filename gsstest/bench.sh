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

BUILD=${BUILD:-build}
ROUNDS=${ROUNDS:-5}
COUNT=${COUNT:-1000}	 # negotiations a round
THEIR_COUNT=10		 # gss-client stalls: some 90 ms each
PARALLEL=32		 # so that neither side waits to be woken
LIBRARIES=${LIBRARIES:-heimdal mit}

directory=$(mktemp -d "${TMPDIR:-/tmp}/gjallar-bench.XXXXXX") || exit 2
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$directory"' EXIT
cd "$directory" || exit 2

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
done
