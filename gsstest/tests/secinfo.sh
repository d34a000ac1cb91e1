#!/bin/sh
# secinfo.sh: the advice of draft-eisler-nfsv4-ccm-00, section 6, between two
# processes, with both libraries on either side; prints TAP.  Run from the
# project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build), HEIMDAL_LIB the folder of the patched
# libgssapi ($BUILD/heimdal/lib).  timeout(1) ends what would hang; in
# the foreground it passes a signal on once.

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0"
build=$(cd "${BUILD:-build}" && pwd) || exit 1
patched=${HEIMDAL_LIB:-$build/heimdal/lib}
scratch=$GJALLAR_REALM_DIR/secinfo
mkdir -p "$scratch" || exit 1
flavours=heimdal
[ -d "$build/obj/mit" ] && flavours="$flavours mit"
ccm=1.3.6.1.5.5.11
count=0
descriptors= # of the server, where they are few
at_once=     # what runs it, where it is stopped when it listens

ASAN_OPTIONS=detect_leaks=1:exitcode=99:fast_unwind_on_malloc=0
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
LSAN_OPTIONS=suppressions=$PWD/gsstest/tests/modules.supp:print_suppressions=0
export ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS

# report NAME STATUS: one line of TAP; both sides' words if it failed.
report() {
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $count - $1"
		return
	fi
	echo "not ok $count - $1"
	for side in call serve; do
		sed "s/^/# $side: /" "$scratch/$side" "$scratch/$side.error"
	done
}

# Heimdal wants a fourth field.
mech_files() {
	for flavour in heimdal mit; do
		fourth=
		[ $flavour = mit ] || fourth=' -'
		for kind in '' san-; do
			echo "ccm $ccm $build/obj/$kind$flavour/mech_ccm.so$fourth" \
			    >"$scratch/mech-$kind$flavour"
		done
	done
	: >"$scratch/mech-none"
}

# run FLAVOUR PROGRAM [ARG ...]: with the flavour's library and module.
run() {
	flavour=$1 program=$build/obj/$1/$2
	shift 2
	case $flavour in
	*heimdal) export LD_LIBRARY_PATH="$patched" ;;
	esac
	export GSS_MECH_CONFIG="$scratch/${MECH_FILE:-mech-$flavour}"
	if [ -n "$at_once" ]; then
		set -- timeout 60 sh -c "$at_once" "$scratch/serve" "$program" \
		    "$@"
	else
		set -- timeout --foreground 60 "$program" "$@"
	fi
	# Last, as a shell needs some itself.
	[ -z "$descriptors" ] || ulimit -n "$descriptors"
	exec "$@"
}

gsstest_of() {
	flavour=$1
	shift
	run "$flavour" gsstest/gsstest secinfo "$@"
}

# serve FLAVOUR WHERE [ARG ...]: begins; where is then its address.
serve() {
	flavour=$1 at=$2
	shift 2
	rm -f "$scratch/serve.begun"
	(gsstest_of "$flavour" serve -j "$@" "$at" >"$scratch/serve.begun" \
	    2>"$scratch/serve.error") &
	server=$!
	until where=$(sed -n 's/.*"listening":"\(.*\)".*/\1/p' \
	    "$scratch/serve.begun" 2>/dev/null) && [ -n "$where" ]; do
		kill -0 $server 2>/dev/null || return 1
	done
}

# meet WAY CLIENT SERVER WHERE [OPTION [OPTION]]: the client's option and the
# server's; called and served are how they ended.
meet() {
	way=$1 client=$2 at=$4
	serve "$3" "$at" --way "$way" ${6:+--protected-by} ${6:+"$6"}
	(gsstest_of "$client" call -j --way "$way" ${5:+--protected-by} \
	    ${5:+"$5"} "$where" host@localhost) >"$scratch/call" \
	    2>"$scratch/call.error"
	called=$?
	wait $server
	served=$?
	mv "$scratch/serve.begun" "$scratch/serve"
}

# has SIDE PATTERN: its report does.
has() {
	grep -q "$2" "$scratch/$1" && return
	echo "# $1 has no $2"
	return 1
}

# step ASKED FLAVOUR CAME TIMES: as a report has it.
step() {
	printf '{"asked":"%s","flavour":"%s","came":"%s","times":%s}' "$@"
}

# --- What each way is, word for word -----------------------------------------

init_krb5=$(step INIT krb5 OK 1)
init_ccm=$(step INIT CCM OK 1)
by_ccm=$(step OPERATE 'CCM authentication' OK 10)
both='CCM authentication, krb5 authentication'
ends=$(step DESTROY CCM OK 1),$(step DESTROY krb5 OK 1)
krb5_once=$(step SECINFO AUTH_NONE 'krb5 authentication' 1),$init_krb5
krb5_once=$krb5_once,$(step OPERATE 'krb5 authentication' OK 1)
krb5_once=$krb5_once,$(step OPERATE 'krb5 authentication' WRONGSEC 1)
krb5_once=$krb5_once,$(step SECINFO AUTH_NONE "$both" 1)

# story WAY: steps and calls, the same on both sides; downgrades.
story() {
	again='"krb5_again":false'
	downgrades=0
	case $1 in
	wrongsec)
		steps=$krb5_once,$init_ccm,$by_ccm,$ends
		calls='"krb5":1,"ccm":10,"wrongsec":1'
		downgrades=1
		;;
	guess)
		steps=$init_krb5,$init_ccm,$by_ccm,$ends
		calls='"krb5":0,"ccm":10,"wrongsec":0'
		;;
	first)
		steps=$(step SECINFO AUTH_NONE "$both" 1),$init_krb5
		steps=$steps,$init_ccm,$by_ccm,$ends
		calls='"krb5":0,"ccm":10,"wrongsec":0'
		;;
	refuse)
		steps=$krb5_once
		steps=$steps,$(step OPERATE 'krb5 authentication' OK 10)
		steps=$steps,$(step DESTROY krb5 OK 1)
		calls='"krb5":11,"ccm":0,"wrongsec":1'
		downgrades=1
		;;
	esac
}

# went WAY LAYER: both sides saw it so.
went() {
	story "$1"
	[ $called -eq 0 ] && [ $served -eq 0 ] || return 1
	for side in call serve; do
		has $side "\"way\":\"$1\",\"protected_by\":\"$2\"" &&
		    has $side "\"steps\":\[$steps\]" &&
		    has $side "\"calls\":{$calls},$again" || return 1
	done
	has serve "\"downgrades\":$downgrades" &&
	    has serve '"source":"alice@GJALLAR.TEST"'
}

ways() {
	for way in wrongsec guess first refuse; do
		meet $way "$1" "$2" "$scratch/socket"
		went $way 'a Unix socket'
		report "$way, $1 to $2, a Unix socket" $?
		meet $way "$1" "$2" 127.0.0.1:0 ipsec ipsec
		went $way ipsec
		report "$way, $1 to $2, TCP, protected" $?
	done
}

# --- Where nobody, or one side only, says what protects ----------------------

# kept: neither side saw anything of CCM but, maybe, its refusal.
kept() {
	has call '"ccm":0' && has serve '"ccm":0'
}

untold() {
	for way in wrongsec guess first; do
		meet $way "$1" "$2" 127.0.0.1:0 '' ipsec
		[ $called -eq 1 ] && has call '"steps":\[\]' &&
		    has call.error 'CCM is not tried: .*--protected-by' && kept
		report "$way, $1 to $2, TCP, the client is not told" $?
		meet $way "$1" "$2" 127.0.0.1:0
		[ $called -eq 1 ] && has call '"steps":\[\]' &&
		    has call.error 'CCM is not tried: .*--protected-by' && kept
		report "$way, $1 to $2, TCP, neither is" $?
	done
	for way in wrongsec first; do
		meet $way "$1" "$2" 127.0.0.1:0 ipsec
		[ $called -eq 1 ] && kept &&
		    has call "$(step SECINFO AUTH_NONE 'too weak' 1)" &&
		    has call "$(step SECINFO 'krb5 integrity' \
			'krb5 integrity' 1)" &&
		    has call '"asked":"OPERATE","flavour":"krb5 integrity"' &&
		    has call.error 'no call went by CCM'
		report "$way, $1 to $2, TCP, the server is not told" $?
	done
	meet guess "$1" "$2" 127.0.0.1:0 ipsec
	[ $called -eq 1 ] && kept && has call.error 'refuses the context' &&
	    has serve 'CCM is refused: nobody says what protects' &&
	    has call "$(step OPERATE 'krb5 integrity' OK 10)"
	report "guess, $1 to $2, TCP, the server is not told" $?
	meet refuse "$1" "$2" 127.0.0.1:0
	[ $called -eq 0 ] && [ $served -eq 0 ] && kept &&
	    has serve '"protected_by":null' &&
	    has call "$(step OPERATE 'krb5 integrity' OK 11)"
	report "refuse, $1 to $2, TCP, neither is told: krb5 integrity" $?
	meet refuse "$1" "$2" 127.0.0.1:0 '' ipsec
	[ $called -eq 0 ] && [ $served -eq 0 ] && kept &&
	    has serve '"downgrades":1' &&
	    has call "$(step OPERATE 'krb5 integrity' WRONGSEC 1)"
	report "refuse, $1 to $2, TCP, the client is not told" $?
}

# --- What no honest client does -----------------------------------------------

# probe MODE CLIENT SERVER LEAST [ARG ...]: at least so many tests, all right.
probe() {
	mode=$1 client=$2 server_flavour=$3 least=$4
	shift 4
	serve "$server_flavour" 127.0.0.1:0 -n 0 "$@"
	(run "$client" rpc_probe "$mode" "$where") >"$scratch/call" \
	    2>"$scratch/call.error"
	called=$?
	kill $server
	wait $server
	served=$?
	mv "$scratch/serve.begun" "$scratch/serve"
	[ $called -eq 0 ] && [ $served -le 1 ] &&
	    [ "$(grep -c '^ok ' "$scratch/call")" -ge "$least" ] &&
	    ! grep -q '^not ok' "$scratch/call"
	report "bad input, $mode, $client to $server_flavour" $?
}

# --- The server alone -----------------------------------------------------------

# stopped FLAVOUR: by SIGTERM, as soon as it has said where it listens.  Not
# through timeout(1), which can die of one itself when it has just begun.
stopped() {
	served=0
	at_once='"$@" >"$0" & until [ -s "$0" ]; do :; done; kill $!; wait $!'
	for _ in 1 2 3 4 5; do
		rm -f "$scratch/serve"
		(gsstest_of "$1" serve -j -n 0 127.0.0.1:0) \
		    2>"$scratch/serve.error" || served=$?
	done
	at_once=
	: >"$scratch/call"
	: >"$scratch/call.error"
	[ $served -eq 0 ]
	report "SIGTERM when it listens, $1: status $served" $?
}

# exhausted FLAVOUR: more peers than it has descriptors for, which all have
# their second in their turn; it waits for that.
exhausted() {
	descriptors=18
	serve "$1" 127.0.0.1:0 -n 0 -t 1
	descriptors=
	timeout 60 "$build/obj/heimdal/crowd" stand "$where" /dev/null \
	    silent:16 >"$scratch/call" 2>"$scratch/call.error"
	called=$?
	kill $server
	wait $server
	mv "$scratch/serve.begun" "$scratch/serve"
	[ $called -eq 0 ] && has serve.error '; pausing' &&
	    [ "$(grep -c '"role"' "$scratch/serve")" -eq 16 ]
	report "16 peers, few descriptors, $1: all are served" $?
	[ "$(grep -c '; pausing' "$scratch/serve.error")" -eq 1 ]
	report "16 peers, few descriptors, $1: that is said once" $?
	descriptors=10
	(gsstest_of "$1" serve -n 0 127.0.0.1:0) >"$scratch/serve" \
	    2>"$scratch/serve.error"
	[ $? -eq 1 ] && has serve.error 'acceptor: poll: '
	report "too few descriptors to wait, $1: that is said" $?
	descriptors=
}

# --- One command ---------------------------------------------------------------

# both NAME FLAVOUR STATUS [ARG ...]: the two processes of one command.
both_sides() {
	name=$1 flavour=$2 wanted=$3
	shift 3
	(gsstest_of "$flavour" -j "$@") >"$scratch/call" 2>"$scratch/call.error"
	called=$?
	: >"$scratch/serve"
	[ $called -eq "$wanted" ] &&
	    [ "$(grep -c '"role"' "$scratch/call")" -eq 2 ]
	report "gsstest secinfo, $flavour: $name" $?
}

commands() {
	both_sides 'as it is' "$1" 0
	both_sides 'without CCM' "$1" 0 --no-ccm -M 3
	both_sides 'over TCP' "$1" 1 --tcp
	both_sides 'over TCP that is protected' "$1" 0 --tcp --protected-by ipsec
	MECH_FILE=mech-none
	both_sides 'without the module, asked for' "$1" 1
	both_sides 'without the module, guessed' "$1" 1 --way guess
	has call.error 'without CCM: gss_ccm_register'
	report "gsstest secinfo, $1: that is said" $?
	unset MECH_FILE
}

# usage NAME PATTERN [ARG ...]
usage() {
	name=$1 pattern=$2
	shift 2
	"$build/obj/heimdal/gsstest/gsstest" secinfo "$@" >"$scratch/call" \
	    2>"$scratch/call.error"
	[ $? -eq 2 ] && has call.error "$pattern"
	report "gsstest secinfo: $name" $?
}

[ -f "$patched/libgssapi.so.3" ] || {
	echo "1..0 # no patched libgssapi in $patched: make heimdal" >&2
	exit 1
}
mech_files
: >"$scratch/serve.error"
for c in $flavours; do
	for s in $flavours; do
		ways "$c" "$s"
		untold "$c" "$s"
		probe protected "san-$c" "san-$s" 85 --protected-by ipsec
		probe bare "san-$c" "san-$s" 20
	done
	probe slow "san-$c" "san-$c" 1 -t 1
	stopped "$c"
	exhausted "$c"
	ways "san-$c" "san-$c"
	commands "$c"
done
usage 'a way there is not' 'wrongsec, guess, first or refuse' --way none
usage 'protected by nothing' 'say what' --protected-by ''
usage 'too many words' '^usage:' one two
usage 'call without whom' '^usage:' call 127.0.0.1:1
usage 'no calls' 'possible' -M 0
echo "1..$count"
