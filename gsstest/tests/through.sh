#!/bin/sh
# through.sh: a context that SPNEGO, NEGOEX and krb5nx established works as one
# of krb5's: all that can be asked of it gives the same; many threads, and a
# child.  Real tickets, the patched library; prints TAP.  Run from the
# project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build), HEIMDAL_LIB the folder of the patched
# libgssapi ($BUILD/heimdal/lib).

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0"
build=$(cd "${BUILD:-build}" && pwd) || exit 1
patched=${HEIMDAL_LIB:-$build/heimdal/lib}
scratch=$GJALLAR_REALM_DIR/through
mkdir "$scratch" || exit 1
count=0

ASAN_OPTIONS=detect_leaks=1:exitcode=99:fast_unwind_on_malloc=0
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
LSAN_OPTIONS=suppressions=$PWD/gsstest/tests/modules.supp:print_suppressions=0
export ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS

# report NAME STATUS FILE: one line of TAP; the file if it failed.
report() {
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $count - $1"
		return
	fi
	echo "not ok $count - $1"
	sed 's/^/# /' "$3"
}

# kinit USER FILE [OPTION ...]
kinit() {
	user=$1 file=$2
	shift 2
	"$(gsstest/realm -p | grep '/kinit')" "$@" -k \
	    -t "$GJALLAR_REALM_DIR/users.keytab" -c "FILE:$file" "$user"
}

# probe FLAVOUR ARGUMENT ...: with its modules.
probe() {
	flavour=$1
	shift
	cat >"$scratch/mech-$flavour" <<-END
	negoex 1.3.6.1.4.1.311.2.2.30 $build/obj/$flavour/mech_negoex.so -
	krb5nx 2.25.1250455124 $build/obj/$flavour/mech_krb5nx.so -
	END
	GSS_MECH_CONFIG=$scratch/mech-$flavour LD_LIBRARY_PATH=$patched \
	    "$build/obj/$flavour/through_probe" "$@"
}

# --- The same as with krb5 --------------------------------------------------

# ask WAY FLAVOUR: all questions; answers to $scratch/WAY, the rest to its log.
# The file for the delegated ticket begins with one that cannot be delegated.
ask() {
	kinit alice "$scratch/store" -S host/localhost &&
	    PROBE_OTHER=FILE:$scratch/bob PROBE_STORE=FILE:$scratch/store \
		probe "$2" "$1" >"$scratch/$1" 2>"$scratch/$1.log"
}

# Of krb5 itself, so that not all are alike in failing.
must_be() {
	cat <<-'END'
	context.accept.established mech 1.2.840.113554.1.2.2 flags 13f
	context.accept.source alice@GJALLAR.TEST type 1.2.840.113554.1.2.2.1 = 0
	context.init.time of inquiry = 0
	object.both.session-key same
	message.init.unwrap.plain same conf 0 qop 0 = 0
	message.accept.unwrap.sealed same conf 1 qop 0 = 0
	message.accept.unwrap.sealed-altered-end = 60000
	message.init.unwrap.altered-end = 60000
	message.init.unwrap.restored same conf 0 qop 0 = 0
	message.init.verify_mic.good qop 0 = 0
	message.init.verify_mic.altered qop 0 = 60000
	message.init.unwrap.again different conf 1 qop 0 = 2
	message.init.unwrap.sealed-limit same conf 1 qop 0 = 0
	iov.init.joined.1 length 16 of 76 = 0
	iov.init.wrap.data.1 conf 1 hidden 1 = 0
	iov.init.unwrap.data.1.-1 same conf 1 qop 0 = 0
	iov.accept.unwrap.two.1.-1 same conf 1 qop 0 = 0
	iov.init.unwrap.signed.1.1 = d0000
	random.both.0.100 same
	random.both.1.100 same
	random.init.keys two
	random.accept.keys two
	turn.init.talk good
	turn.accept.talk good
	name.localname alice = 0
	name.compare.alice equal = 0
	name.compare.bob not equal = 0
	name.compare.imported equal = 0
	name.compare.another not equal = 0
	name.userok alice 1
	name.userok bob 0
	cred.delegated.talk good, delegated 1
	cred.stored.talk good, delegated 1
	cred.imported.talk good, delegated 1
	END
}

sound() {
	must_be | while read -r line; do
		grep -qxF -e "$line" "$scratch/krb5" || echo "no line: $line"
	done >"$scratch/lacks"
	[ ! -s "$scratch/lacks" ]
	report 'krb5: messages, names, credentials' $? "$scratch/lacks"
}

# expected WAY: krb5's answers, but for what cannot be the same.
#  - The keys for NEGOEX are what krb5nx adds; judged apart.
#  - An exported name is krb5's, and comes in as krb5's: the mechglue has no
#    mechanism in common with a name of another one.  (What is exported is the
#    same, octet by octet.)
#  - SPNEGO cannot know what mechanism a name is made canonical for.
expected() {
	sed -e '/negoex-/d' -e 's/^\(name.compare.imported\) equal/\1 not equal/' \
	    "$scratch/krb5" | case $1 in
	spnego) sed '/^name.own.*display/s/@.* =/ type 1.2.840.113554.1.2.1.1 =/' ;;
	*) cat ;;
	esac
}

# Before and after export and import.
negoex_keys() {
	for side in init accept; do
		for key in negoex-key negoex-verify-key; do
			echo "object.$side.$key 32 4 = 0"
			echo "object.$side.$key 32 4 = 0"
			echo "object.both.$key same"
		done
	done | sort >"$scratch/wanted"
	grep negoex- "$scratch/$1" | sort | diff "$scratch/wanted" - \
	    >"$scratch/differ"
}

# For each kind of question, all answers in their order.
same() {
	expected "$1" >"$scratch/wanted"
	for kind in context object message iov random name cred turn; do
		grep "^$kind" "$scratch/wanted" >"$scratch/wanted.$kind"
		grep "^$kind" "$scratch/$1" | grep -v negoex- |
		    diff "$scratch/wanted.$kind" - >"$scratch/differ" &&
		    [ -s "$scratch/wanted.$kind" ]
		report "$1: $kind as with krb5" $? "$scratch/differ"
	done
	negoex_keys "$1"
	report "$1: NEGOEX's keys" $? "$scratch/differ"
}

# krb5 says who may log in, not the name (as with .k5login).
denied() {
	printf '[libdefaults]\n\tkuserok = DENY\n' >"$scratch/krb5.conf"
	for way in krb5 krb5nx negoex spnego; do
		KRB5_CONFIG=$scratch/krb5.conf:$KRB5_CONFIG \
		    probe heimdal "$way" >"$scratch/denied" 2>&1
		grep -qx 'name.compare.alice equal = 0' "$scratch/denied" &&
		    grep -qx 'name.userok alice 0' "$scratch/denied"
		report "$way: who may log in, krb5 says" $? "$scratch/denied"
	done
}

# --- Start ------------------------------------------------------------------

[ -f "$patched/libgssapi.so.3" ] || {
	echo "1..0 # no patched libgssapi in $patched: make heimdal" >&2
	exit 1
}
kinit bob "$scratch/bob" || exit 1
for way in krb5 krb5nx negoex spnego; do
	ask $way heimdal
	report "$way: established, and all was asked" $? "$scratch/$way.log"
	case $way in
	krb5) sound ;;
	*) same $way ;;
	esac
done
denied
for way in krb5nx negoex spnego; do
	ask $way san-heimdal
	report "$way: sanitizers" $? "$scratch/$way.log"
	probe heimdal $way threads 8 100 >"$scratch/log" 2>&1
	report "$way: 8 threads, 100 contexts each" $? "$scratch/log"
	probe san-heimdal $way threads 8 100 >"$scratch/log" 2>&1
	report "$way: 8 threads, 100 contexts each, sanitizers" $? \
	    "$scratch/log"
	probe heimdal $way fork >"$scratch/log" 2>&1
	report "$way: a child" $? "$scratch/log"
done
echo "1..$count"
