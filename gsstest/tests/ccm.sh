#!/bin/sh
# ccm.sh: CCM contexts bound to krb5 contexts, between two processes, with both
# libraries on either side; prints TAP.  Run from the project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build), HEIMDAL_LIB the folder of the patched
# libgssapi ($BUILD/heimdal/lib).

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0"
build=$(cd "${BUILD:-build}" && pwd) || exit 1
patched=${HEIMDAL_LIB:-$build/heimdal/lib}
scratch=$GJALLAR_REALM_DIR/ccm
mkdir -p "$scratch/etc" || exit 1
flavours='heimdal san-heimdal'
[ -d "$build/obj/mit" ] && flavours="$flavours mit san-mit"
ccm=1.3.6.1.5.5.11
# What each side has to have seen to be right: so many lines.
init_lines=81 accept_lines=72
count=0
prober=ccm_probe
. ./gsstest/tests/probes

# report NAME STATUS: one line of TAP; the sides' reports if it failed.
report() {
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $count - $1"
		return
	fi
	echo "not ok $count - $1"
	for side in init accept; do
		grep -v '^ok ' "$scratch/$side" | sed "s/^/# $side: /"
	done
}

# Heimdal wants a fourth field.
mech_files() {
	for flavour in $flavours; do
		case $flavour in
		*mit) fourth= ;;
		*) fourth=' -' ;;
		esac
		echo "ccm $ccm $build/obj/$flavour/mech_ccm.so$fourth" \
		    >"$scratch/mech-$flavour"
	done
	: >"$scratch/mech-none"
}

# meet INITIATOR ACCEPTOR: true where both are content, and went all the way.
meet() {
	probe_both "$1" "$2" &&
	    [ "$(grep -c '^ok ' "$scratch/init")" -ge $init_lines ] &&
	    [ "$(grep -c '^ok ' "$scratch/accept")" -ge $accept_lines ]
}

# What an application sees where the module is not installed.
missing() {
	MECH_FILE=mech-none
	meet "$1" "$1"
	grep -q '^not ok bind: major 00010000' "$scratch/init"
	report "$1: without the module, binding is refused" $?
	unset MECH_FILE
}

stock() {
	if ! unshare -m mount --bind "$scratch/etc" /etc/gss 2>/dev/null; then
		count=$((count + 1))
		echo "ok $count - CCM with the stock library # SKIP" \
		    "needs root, Linux and /etc/gss for a private mount"
		return
	fi
	meet stock stock
	report 'CCM with the stock library' $?
	[ -d "$build/obj/mit" ] || return
	meet stock mit
	report 'CCM, the stock library to mit' $?
	meet mit stock
	report 'CCM, mit to the stock library' $?
}

# gsstest_of FLAVOUR COMMAND [ARG ...]: gsstest with -m ccm.
gsstest_of() {
	flavour=$1 command=$2
	shift 2
	case $flavour in
	*heimdal) export LD_LIBRARY_PATH="$patched" ;;
	esac
	export GSS_MECH_CONFIG="$scratch/${MECH_FILE:-mech-$flavour}"
	exec "$build/obj/$flavour/gsstest/gsstest" "$command" -m ccm "$@"
}

# loop NAME FLAVOUR STATUS PATTERN [ARG ...]: so it ends, without a word of a
# sanitizer, and both of its reports, one a line, have the pattern.
loop() {
	name=$1 flavour=$2 wanted=$3 pattern=$4
	shift 4
	(gsstest_of "$flavour" loop -j "$@") >"$scratch/init" \
	    2>"$scratch/accept"
	[ $? -eq "$wanted" ] && ! grep -q Sanitizer "$scratch/accept" &&
	    [ "$(grep -c "$pattern" "$scratch/init")" -eq 2 ]
	report "gsstest, $flavour: $name" $?
}

# Section 7: a local socket is protected, and what else is, the operator says.
gsstest_loops() {
	loop 'over a Unix socket' "$1" 0 \
	    '"protected_by":"a Unix socket","associated":{"name":"krb5".*"clear":4' \
	    -M 2
	loop 'over UDP' "$1" 1 '"branch":{"name":"layer-unprotected"' -c udp
	loop 'over UDP that is protected' "$1" 0 \
	    '"protected_by":"wireguard".*"clear":4' -c udp -M 2 \
	    --protected-by wireguard
	loop 'an unknown handle' "$1" 1 'CCM: no context for this handle' \
	    --ccm-handle gsstest0123456789abcdef
	loop 'no answer of CCM' "$1" 1 '"associated":{"name":"krb5"' \
	    --fault accept:empty@2
	MECH_FILE=mech-none
	loop 'without the module' "$1" 1 '"branch":{"name":"binding-refused"'
	unset MECH_FILE
	loop 'with a delegated credential' "$1" 0 '"mechanism":{"name":"ccm"' -d
}

# over_local INITIATOR ACCEPTOR [ARG ...]: two programs over a local socket, for
# which nobody has to say what protects it; it is gone in the end.
over_local() {
	socket=$scratch/socket
	initiator=$1 acceptor=$2
	shift 2
	rm -f "$scratch/said"
	mkfifo "$scratch/said"
	(gsstest_of "$acceptor" accept -j "$@" "$socket") >"$scratch/said" \
	    2>"$scratch/errors" &
	{
		read -r line
		(gsstest_of "$initiator" init -j -M 2 "$@" "$socket" \
		    host@localhost) >"$scratch/init" 2>&1
		status=$?
		cat >"$scratch/accept"
	} <"$scratch/said"
	wait $! && [ $status -eq 0 ] && [ ! -e "$socket" ] &&
	    [ "$line" = "{\"listening\":\"$socket\"}" ] &&
	    [ ! -s "$scratch/errors" ] &&
	    cat "$scratch/init" "$scratch/accept" |
	    grep -c '"ok":true.*"protected_by":"a Unix socket"' |
		grep -qx 2
	report "gsstest, $initiator to $acceptor over a local socket $*" $?
}

# usage NAME PATTERN [ARG ...]
usage() {
	name=$1 pattern=$2
	shift 2
	"$build/obj/heimdal/gsstest/gsstest" loop "$@" >"$scratch/init" \
	    2>"$scratch/accept"
	[ $? -eq 2 ] && grep -q "$pattern" "$scratch/accept"
	report "gsstest: $name" $?
}

[ -f "$patched/libgssapi.so.3" ] || {
	echo "1..0 # no patched libgssapi in $patched: make heimdal" >&2
	exit 1
}
mech_files
for i in $flavours; do
	for a in $flavours; do
		meet "$i" "$a"
		report "CCM, $i to $a" $?
	done
	case $i in
	san-*) ;;
	*) missing "$i" ;;
	esac
	gsstest_loops "$i"
	for a in $flavours; do
		over_local "$i" "$a"
	done
	over_local "$i" "$i" -c rpcsec
done
usage '--over without CCM' 'only with -m ccm' --over krb5
usage 'CCM over CCM' 'a context of its own' -m ccm --over ccm
usage 'CCM over what there is not' 'no such mechanism' -m ccm --over nothing
usage 'CCM and --early' 'bound to' -m 1.3.6.1.5.5.11 --early
usage 'protected by nothing' 'say what' -m ccm --protected-by ''
stock
echo "1..$count"
