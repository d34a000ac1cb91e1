#!/bin/sh
# bench_ccm.sh: CCM beside the krb5 context that it is bound to, in one run.
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs inside gsstest/realm.  Both sides are in one process, so that what is
# measured are the mechglue's calls (gsstest/bench_ccm.c says which).  Each
# figure is the best of ROUNDS rounds; in a round everything that is compared
# runs once.
#
# Goals: at 1 KiB a MIC of krb5 costs 100 times what one of CCM does; wrapping
# costs twice what copying does; a context is accepted at the same cost with 10
# bound and with 100,000.  Where all of those are asked for in turn the
# processor has none in its cache; valgrind, where it is installed, counts the
# instructions, which know nothing of caches.

BUILD=${BUILD:-build}
ROUNDS=${ROUNDS:-10}
LIBRARIES=${LIBRARIES:-heimdal mit}
TURNS=2000 # of bench_ccm counted
sizes='64 1024 65536'
counts='10 1000 100000'

directory=$(mktemp -d "${TMPDIR:-/tmp}/gjallar-bench.XXXXXX") || exit 2
trap 'rm -rf "$directory"' EXIT

. "${0%/*}/bench_modules"

# measure LIBRARY: lines of NAME NUMBER FIGURE
measure() {
	program=$BUILD/obj/$1/gsstest/bench_ccm
	bench "$1" "$program" messages "$ROUNDS" || exit 1
	for count in $counts; do
		bench "$1" "$program" lookups "$count" "$ROUNDS" || exit 1
	done
}

# instructions LIBRARY: the same, a turn, of what callgrind counts
instructions() {
	program=$BUILD/obj/$1/gsstest/bench_ccm
	for count in $counts; do
		bench "$1" valgrind --tool=callgrind -q \
		    --callgrind-out-file="$directory/callgrind" \
		    --toggle-collect=accept_any --toggle-collect=bind_any \
		    "$program" counted "$count" || exit 1
		for name in accept_any bind_any; do
			callgrind_annotate --inclusive=yes --auto=no \
			    --threshold=100 "$directory/callgrind" |
			    awk -v name="$name" -v count="$count" \
				-v turns="$TURNS" '
				$0 ~ ":" name "( |$)" {
					gsub(",", "", $1)
					printf "%s-count %s %.0f\n", name,
					    count, $1 / turns
					exit
				}'
		done
	done
}

# figure LIBRARY NAME NUMBER
figure() {
	awk -v name="$2" -v number="$3" '$1 == name && $2 == number {
		print $3
		found = 1
	}
	END { exit !found }' "$directory/$1" && return
	echo "bench_ccm.sh: $1: no $2 $3" >&2
	return 1
}

# figures LIBRARY NAME NUMBERS: a word each
figures() {
	for number in $3; do
		figure "$1" "$2" "$number" || return 1
	done
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN {
		printf((a / b < 100 ? "%.2f" : "%.0f"), a / b)
	}'
}

# row TEXT WORD ...
row() {
	printf '%-44s' "$1"
	shift
	printf ' %10s' "$@"
	echo
}

# show TEXT LIBRARY NAME: the figures of all sizes
show() {
	found=$(figures "$2" "$3" "$sizes") || exit 1
	# shellcheck disable=SC2086 # a word each
	row "$1" $found
}

# against TEXT LIBRARY NAME OTHER: divided by the other's
against() {
	text=$1 library=$2 one=$3 other=$4
	set --
	for size in $sizes; do
		a=$(figure "$library" "$one" "$size") || exit 1
		b=$(figure "$library" "$other" "$size") || exit 1
		set -- "$@" "$(ratio "$a" "$b")"
	done
	row "$text" "$@"
}

# grown TEXT LIBRARY NAME: with each number of contexts, and the last's ratio
grown() {
	text=$1
	found=$(figures "$2" "$3" "$counts") || exit 1
	# shellcheck disable=SC2086 # a word each
	set -- $found
	row "$text" "$@" "$(ratio "$3" "$1")"
}

messages() {
	row "$1: microseconds a message" '64 B' '1 KiB' '64 KiB'
	show 'get_mic, verify_mic: krb5' "$1" krb5-mic
	show '  CCM' "$1" ccm-mic
	against '  krb5 : CCM' "$1" krb5-mic ccm-mic
	show 'wrap, unwrap: krb5, with confidentiality' "$1" krb5-conf
	show '  krb5, without' "$1" krb5-integ
	show '  CCM' "$1" ccm-wrap
	show '  two copies, no GSS' "$1" copy
	against '  CCM : two copies' "$1" ccm-wrap copy
}

lookups() {
	# shellcheck disable=SC2086 # a word each
	row "$1: contexts bound" $counts ratio
	grown 'accept, microseconds: ten of them' "$1" accept-few
	grown '  all in turn' "$1" accept-any
	grown 'unbind and bind: ten of them' "$1" bind-few
	grown '  all in turn' "$1" bind-any
}

counted() {
	grown 'accept, instructions' "$1" accept_any-count
	grown 'unbind and bind, instructions' "$1" bind_any-count
}

for library in $LIBRARIES; do
	measure "$library" >"$directory/$library" || exit 1
	messages "$library"
	lookups "$library"
done
# The module's own, so that one library will do.
if command -v callgrind_annotate >/dev/null; then
	instructions heimdal >>"$directory/heimdal" || exit 1
	counted heimdal
fi
