#!/bin/sh
# bench_rpc.sh: calls per second over a Unix socket, by each flavour, in one run.
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs inside gsstest/realm.  Client and server are two processes, with one
# call at a time: a null procedure, and an echo of 4 KiB.  Each figure is the
# best of ROUNDS rounds; in a round every flavour runs once.  Where the system
# has a command for it both have one processor: on two, what is measured is how
# long an idle one takes to wake, and a round is four times as fast as the next
# when the system happens to put both on one.
#
# "none" is AUTH_NONE.  Goal: CCM within 5 % of it.  Most of a call is the
# system's, which has to wake the other process; valgrind, where it is
# installed, counts the instructions of both processes besides, which are the
# programs' own alone and the same in every run.

BUILD=${BUILD:-build}
ROUNDS=${ROUNDS:-100}
LIBRARIES=${LIBRARIES:-heimdal mit}
flavours='none ccm krb5 krb5i krb5p'
few=500 many=1500 # counted calls; the difference is of calls alone

directory=$(mktemp -d "${TMPDIR:-/tmp}/gjallar-bench.XXXXXX") || exit 2
trap 'rm -rf "$directory"' EXIT

. "${0%/*}/bench_modules"

# What runs a command on one processor, where the system has it.
one_processor() {
	if taskset -c 0 true 2>/dev/null; then
		echo taskset -c 0
	elif cpuset -l 0 true 2>/dev/null; then
		echo cpuset -l 0
	fi
}

# instructions LIBRARY FLAVOUR PROCEDURE COUNT: of both processes
instructions() {
	rm -f "$directory"/callgrind.*
	bench "$1" valgrind --tool=callgrind -q \
	    --callgrind-out-file="$directory/callgrind.%p" \
	    "$BUILD/obj/$1/gsstest/bench_rpc" counted "$2" "$3" "$4" || exit 1
	awk '/^totals:/ { sum += $2 } END { printf "%.0f\n", sum }' \
	    "$directory"/callgrind.*
}

# counted LIBRARY FLAVOUR PROCEDURE: the instructions of a call
counted() {
	less=$(instructions "$1" "$2" "$3" "$few") || exit 1
	more=$(instructions "$1" "$2" "$3" "$many") || exit 1
	echo $(((more - less) / (many - few)))
}

# figure LIBRARY PROCEDURE FLAVOUR
figure() {
	awk -v procedure="$2" -v flavour="$3" \
	    '$1 == procedure && $2 == flavour { print $3; found = 1 }
	    END { exit !found }' "$directory/$1" && return
	echo "bench_rpc.sh: $1: no $2 $3" >&2
	return 1
}

row() {
	printf '%-34s' "$1"
	shift
	printf ' %9s' "$@"
	echo
}

# show LIBRARY PROCEDURE TEXT: calls per second, and as a share of none's
show() {
	library=$1 procedure=$2 text=$3
	base=$(figure "$library" "$procedure" none) || exit 1
	set -- ''
	shares=
	for flavour in $flavours; do
		one=$(figure "$library" "$procedure" "$flavour") || exit 1
		set -- "$@" "$one"
		shares="$shares $(awk -v a="$one" -v b="$base" \
		    'BEGIN { printf "%.3f", a / b }')"
	done
	shift
	row "$text, calls per second" "$@"
	# shellcheck disable=SC2086 # a word each
	row '  of none' $shares
}

for library in $LIBRARIES; do
	# shellcheck disable=SC2046 # a word each
	bench "$library" $(one_processor) \
	    "$BUILD/obj/$library/gsstest/bench_rpc" calls "$ROUNDS" \
	    >"$directory/$library" || exit 1
	# shellcheck disable=SC2086 # a word each
	row "$library: RPC, a Unix socket" $flavours
	show "$library" null 'null'
	show "$library" echo 'echo of 4 KiB'
	command -v valgrind >/dev/null || continue
	for procedure in null echo; do
		none=$(counted "$library" none $procedure) || exit 1
		ccm=$(counted "$library" ccm $procedure) || exit 1
		row "$procedure, instructions a call" "$none" "$ccm"
	done
done
