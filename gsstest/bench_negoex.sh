#!/bin/sh
# bench_negoex.sh: NEGOEX on the patched Heimdal beside MIT's, in one run.
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs inside gsstest/realm, without its tickets, so that SPNEGO has nothing but
# NEGOEX to offer.  Both sides are in one process: what is measured are the
# libraries and our modules, the mechanism hop on both.  Each figure is the best
# of ROUNDS rounds; in a round everything that is compared runs once.

BUILD=${BUILD:-build}
ROUNDS=${ROUNDS:-5}
COUNT=${COUNT:-1000}	 # negotiations a round
PAIRS=2000		 # contexts kept, for memory
spnego=1.3.6.1.5.5.2
negoex=1.3.6.1.4.1.311.2.2.30
hop=1414534758 # below 2.25; those that follow are hop's as well

directory=$(mktemp -d "${TMPDIR:-/tmp}/gjallar-bench.XXXXXX") || exit 2
trap 'rm -rf "$directory"' EXIT
KRB5CCNAME=FILE:$directory/none
KRB5_KTNAME=FILE:$directory/none
export KRB5CCNAME KRB5_KTNAME

# mechanisms LIBRARY COUNT: a mechanism file with so many schemes
mechanisms() {
	folder=$BUILD/mech
	if [ "$1" = mit ]; then
		folder=$BUILD/mech-mit
	else
		echo "negoex $negoex $BUILD/mech/mech_negoex.so -"
	fi
	i=0
	while [ "$i" -lt "$2" ]; do
		echo "hop$i 2.25.$((hop + i)) $folder/mech_hop.so -"
		i=$((i + 1))
	done
}

# bench LIBRARY SCHEMES HOPS ARG ...: one figure
bench() {
	library=$1 schemes=$2 hops=$3
	shift 3
	file=$directory/$library.$schemes
	[ -f "$file" ] || mechanisms "$library" "$schemes" >"$file"
	if [ "$library" = heimdal ]; then
		LD_LIBRARY_PATH=$BUILD/heimdal/lib
		export LD_LIBRARY_PATH
	fi
	HOPS=$hops GSS_MECH_CONFIG=$file \
	    "$BUILD/obj/$library/gsstest/bench_negoex" "$@"
}

# note NAME FIGURE
note() {
	[ -n "$2" ] || exit 1
	echo "$2" >>"$directory/$1"
}

best() {
	sort -n "$directory/$1" | head -n 1
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

row() {
	printf '%-44s %10s %10s %8s\n' "$@"
}

# show TEXT NAME: both libraries' figures, and Heimdal's as a share of MIT's
show() {
	h=$(best "$2.heimdal")
	m=$(best "$2.mit")
	row "$1" "$h" "$m" "$(ratio "$h" "$m")"
}

round=0
while [ "$round" -lt "$ROUNDS" ]; do
	for library in heimdal mit; do
		for hops in 1 2 5; do
			note "hops$hops.$library" \
			    "$(bench $library 1 $hops time $spnego "$COUNT")"
		done
		for schemes in 1 4 16 64; do
			note "schemes$schemes.$library" \
			    "$(bench $library $schemes 1 time $spnego "$COUNT")"
		done
	done
	for hops in 1 2 5; do
		note "alone$hops" \
		    "$(bench heimdal 1 $hops time $negoex "$COUNT")"
	done
	round=$((round + 1))
done
for library in heimdal mit; do
	note waiting.$library \
	    "$(bench $library 1 5 memory $spnego "$PAIRS" 1)"
	note established.$library \
	    "$(bench $library 1 5 memory $spnego "$PAIRS")"
done

row 'SPNEGO with NEGOEX with hop, one process' Heimdal MIT ratio
for hops in 1 2 5; do
	show "$hops hops, microseconds a negotiation" "hops$hops"
done
for schemes in 1 4 16 64; do
	show "$schemes schemes, 1 hop" "schemes$schemes"
done
show 'octets a context, waiting for its peer' waiting
show 'octets a context, established' established
for hops in 1 2 5; do
	row "NEGOEX without SPNEGO, $hops hops" "$(best "alone$hops")" - -
done
