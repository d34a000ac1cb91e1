#!/bin/sh
# modules.sh: the mechglue modules: what they export and call, hop and krb5nx
# as mechanisms of their own, with both libraries on either side; prints TAP.
# Run from the project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build), HEIMDAL_LIB the folder of the patched
# libgssapi ($BUILD/heimdal/lib).

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0"
build=$(cd "${BUILD:-build}" && pwd) || exit 1
patched=${HEIMDAL_LIB:-$build/heimdal/lib}
scratch=$GJALLAR_REALM_DIR/modules
mkdir "$scratch" || exit 1
libraries=heimdal
[ -d "$build/obj/mit" ] && libraries='heimdal mit'
hop=2.25.1414534758 hop2=2.25.1175737388 krb5nx=2.25.1250455124
count=0
prober=module_probe
. ./gsstest/tests/probes

# Nothing of the caller's may steer the hop mechanism.
unset HOPS KEY HOP_PROTECTION MECH_FILE
unset HOP_INIT HOP_ACCEPT HOP_PROCESS HOP_CONF HOP_WRAP_FAIL HOP_UNWRAP_FAIL \
    HOP_GET_MIC_FAIL HOP_VERIFY_MIC_FAIL

# report NAME STATUS [TEXT]: one line of TAP; the sides' reports if it failed.
report() {
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $count - $1"
		return
	fi
	echo "not ok $count - $1${3:+: $3}"
	cat "$scratch/init" "$scratch/accept" 2>/dev/null | sed 's/^/# /'
}

# --- What is in the files ---------------------------------------------------

required='acquire_cred release_cred init_sec_context accept_sec_context
process_context_token delete_sec_context context_time get_mic verify_mic wrap
unwrap display_status indicate_mechs compare_name display_name import_name
export_name release_name inquire_cred inquire_context wrap_size_limit add_cred
inquire_cred_by_mech export_sec_context import_sec_context
inquire_names_for_mech inquire_mechs_for_name canonicalize_name
duplicate_name'

symbols() {
	nm -D "$1" "$2" | awk '{ sub(/@.*/, "", $NF); print $NF }'
}

# file_judge MODULE: prints what is wrong with it.
file_judge() {
	symbols --defined-only "$1" >"$scratch/has"
	for name in $required; do
		grep -qx "gss_$name" "$scratch/has" || echo "lacks gss_$name"
	done
	# dlsym() finds a module's libraries, too, and MIT's loader looks away.
	library=$(ldd "$1" | awk '$1 ~ /^libgssapi_krb5/ { print $3 }')
	for name in ${library:+$(symbols --defined-only "$library" |
	    grep '^gssspi_')}; do
		grep -qx "$name" "$scratch/has" ||
		    echo "has the mechglue's own $name"
	done
	# What the linker itself puts there is the system's affair.
	grep -v -e '^gss_' -e '^gssspi_' -e '^_' "$scratch/has" |
	    sed 's/^/exports /'
	# The one symbol by which the library is found.
	symbols -u "$1" | grep -e '^gss' | grep -vx \
	    -e gss_mg_collect_error -e gss_krb5int_make_seal_token_v3 |
	    sed 's/^/calls /'
}

files() {
	for file in "$build"/mech/*.so "$build"/mech-mit/*.so; do
		[ -f "$file" ] || continue
		wrong=$(file_judge "$file")
		[ -z "$wrong" ]
		report "${file#"$build"/}: symbols" $? "$(echo $wrong)"
	done
}

# --- Two sides --------------------------------------------------------------

# mech_files: a file of mechanisms for each flavour; Heimdal wants a fourth
# field.
mech_files() {
	for flavour in heimdal mit san-heimdal san-mit; do
		cat >"$scratch/mech-$flavour" <<-END
		ccm 1.3.6.1.5.5.11 $build/obj/$flavour/mech_ccm.so -
		hop $hop $build/obj/$flavour/mech_hop.so -
		hop2 $hop2 $build/obj/$flavour/mech_hop.so -
		krb5nx $krb5nx $build/obj/$flavour/mech_krb5nx.so -
		END
	done
	sed -i.heimdal 's/ -$//' "$scratch/mech-mit" "$scratch/mech-san-mit"
}

# meet INITIATOR ACCEPTOR MECH: true where both are content.
meet() {
	probe_both "$@" && return
	# Whoever expects a failure does not mean this.
	[ $initiator -le 1 ] && [ $acceptor -le 1 ] || {
		echo "# $1 to $2, $3: ended with $initiator and $acceptor"
		echo crashed >"$scratch/crashed"
	}
	return 1
}

# says SIDE LINE: the side's report has just this line.
says() {
	grep -qxF -e "$2" "$scratch/$1"
}

# key SIDE CALL sign|verify: what the side had after that call; CALL may be
# "last", which is after export and import.
key() {
	if [ "$2" = last ]; then
		grep "^key [0-9]* $3 " "$scratch/$1" | tail -n 1
	else
		grep "^key $2 $3 " "$scratch/$1"
	fi | sed 's/^key [0-9]* [a-z]* //'
}

# pairs: each library on each side.
pairs() {
	for i in $libraries; do
		for a in $libraries; do
			echo "$i-$a"
		done
	done
}

# --- krb5nx -----------------------------------------------------------------

one_key() {
	wanted=$(key init last sign)
	case $wanted in
	none | '') return 1 ;;
	esac
	for side in init accept; do
		for use in sign verify; do
			[ "$(key $side last $use)" = "$wanted" ] || return 1
		done
	done
	# 32 octets for aes256-cts-hmac-sha1-96, and not what no key would be.
	echo "$wanted" | grep -q '^[0-9a-f]\{64\} 18$' &&
	    ! echo "$wanted" | grep -q '^0*  *18$' &&
	    [ "$(key accept 1 sign)" = "$wanted" ]
}

# Heimdal has the key with its first token, MIT when its side is done.
early_key() {
	case $1 in
	mit) [ "$(key init 1 sign)" = none ] ;;
	*) [ "$(key init 1 sign)" = "$(key init last sign)" ] ;;
	esac
}

# What the sides say of the context and the credentials.
inquiries() {
	for side in init accept; do
		says $side 'established mech 1.2.840.113554.1.2.2' &&
		    says $side 'established source alice@GJALLAR.TEST' &&
		    says $side 'established copy equal' &&
		    says $side 'established limit plausible' || return 1
	done
	says init 'established role initiator open' &&
	    says init 'established credential alice@GJALLAR.TEST' &&
	    says init "established credential-mech $krb5nx" &&
	    grep -q '^established default ' "$scratch/init" &&
	    says accept 'established role acceptor open' &&
	    says accept 'established delegated alice@GJALLAR.TEST' &&
	    says accept 'established delegated-mech 1.2.840.113554.1.2.2'
}

same_name() {
	names=$(grep -h '^established exported' "$scratch/init" \
	    "$scratch/accept" | sort -u)
	# A name of krb5's, as RFC 2743 exports it.
	case $names in
	*'
'*) return 1 ;;
	'established exported 0401000b06092a864886f712010202'*) return 0 ;;
	*) return 1 ;;
	esac
}

krb5nx_pair() {
	i=${1%-*} a=${1#*-}
	meet "$i" "$a" $krb5nx
	report "krb5nx $i to $a: established, all inquiries work" $?
	one_key
	report "krb5nx $i to $a: one key, also after export and import" $?
	early_key "$i"
	report "krb5nx $i to $a: the key is there when it can be" $?
	inquiries
	report "krb5nx $i to $a: mechanism, names and credentials" $?
	same_name
	report "krb5nx $i to $a: names export as krb5's" $?
}

# A token of another mechanism in krb5nx's frame: hop's, with no hop left,
# would make an acceptor complete that lets it through.
foreign() {
	for a in $libraries; do
		echo 601306066984d4a1dc54600906066985a2c0ac6600 |
		    PROBE_DEFAULT_CRED=1 \
			probe_to "$scratch/accept" "$a" accept $krb5nx
		[ $? -eq 1 ] && grep -q '^call 1 failed' "$scratch/accept"
		report "krb5nx $a: another mechanism within is refused" $?
		echo 600906066985a2c0ac6600 |
		    HOPS=1 PROBE_DEFAULT_CRED=1 \
			probe_to "$scratch/accept" "$a" accept $hop
		grep -q '^call 1 complete' "$scratch/accept"
		report "krb5nx $a: which would have been taken otherwise" $?
	done
}

# probe_to FILE FLAVOUR ARGUMENT ...: without a peer; the report to FILE.
probe_to() {
	to=$1
	shift
	: >"$scratch/init"
	(probe "$@" >/dev/null 2>"$to")
}

undelegated() {
	for a in $libraries; do
		PROBE_NO_DELEGATED=1 meet "$a" "$a" $krb5nx
		report "krb5nx $a: nobody takes the delegated credential" $?
	done
}

# krb5's own text, through two mechglues.
texts() {
	for i in $libraries; do
		KRB5CCNAME=FILE:$scratch/none PROBE_DEFAULT_CRED=1 \
		    probe_to "$scratch/accept" "$i" init $krb5nx </dev/null
		[ $? -eq 1 ] && grep '^call 1 failed' "$scratch/accept" |
		    grep -q "$scratch/none"
		report "krb5nx $i: krb5's text on a missing ticket" $?
	done
}

# --- hop --------------------------------------------------------------------

# What one side signs with, the other verifies with; the two differ.
hop_keys() {
	for call in last; do
		[ "$(key init last sign)" = "$(key accept last verify)" ] &&
		    [ "$(key init last verify)" = "$(key accept last sign)" ] &&
		    [ "$(key init last sign)" != "$(key init last verify)" ] &&
		    says_key "$(key init last sign)" || return 1
	done
}

# The key's first octet is 1 where exactly one of "to verify" and "initiator"
# holds: what an initiator signs with begins with 1.
says_key() {
	zeros=00000000000000000000000000000000
	[ "$1" = "01${zeros#00}$zeros 18" ]
}

# calls SIDE: how many the side made.
calls() {
	grep -c '^call ' "$scratch/$1"
}

hop_pair() {
	i=${1%-*} a=${1#*-}
	for hops in 1 2 3 4 5; do
		HOPS=$hops meet "$i" "$a" $hop && hop_keys &&
		    [ "$(calls init)" -eq $((hops / 2 + 1)) ] &&
		    [ "$(calls accept)" -eq $(((hops + 1) / 2)) ] &&
		    says init "established mech $hop" &&
		    says accept "established mech $hop"
		report "hop $i to $a: $hops tokens" $?
	done
	HOPS=2 meet "$i" "$a" $hop2 && says accept "established mech $hop2"
	report "hop $i to $a: the other mechanism" $?
}

# early VALUE INIT ACCEPT: whether there is a key after the first of 5 tokens.
early() {
	HOPS=5 KEY=$1 meet $i $a $hop
	met=$?
	for side in init accept; do
		case $(key $side 1 sign) in
		none) has=no ;;
		*) has=yes ;;
		esac
		[ $side = init ] && wanted=$2 || wanted=$3
		[ $has = "$wanted" ] || met=1
	done
	[ $met -eq 0 ]
	report "hop $i to $a: KEY=$1" $?
}

hop_key_settings() {
	i=${1%-*} a=${1#*-}
	early '' no no
	early always yes yes
	early init-always yes no
	early accept-always no yes
	KEY=never meet $i $a $hop
	[ "$(key init last sign)$(key accept last verify)" = nonenone ]
	report "hop $i to $a: KEY=never" $?
}

hop_faults() {
	i=${1%-*} a=${1#*-}
	! INIT_FAIL=102 meet $i $a $hop &&
	    grep -q '^call 1 failed .*asked for' "$scratch/init"
	report "hop $i: INIT_FAIL" $?
	INIT_FAIL=102 ACCEPT_FAIL=102 meet $i $a $hop2
	report "hop $i to $a: a fault of the other mechanism" $?
	! HOPS=2 ACCEPT_FAIL=102 meet $i $a $hop &&
	    grep -q '^call 2 failed .*failure from acceptor' "$scratch/init"
	report "hop $i to $a: ACCEPT_FAIL reaches the initiator" $?
	! HOPS=0 meet $i $a $hop && ! HOPS=256 meet $i $a $hop &&
	    ! HOPS=2x meet $i $a $hop
	report "hop $i: a wrong HOPS" $?
}

# Tokens that no honest peer sends, to the acceptor: too many hops taken off,
# an unframed one, two octets, none, cut.
hop_bad_tokens() {
	for a in $libraries; do
		while read -r name tokens; do
			for token in $tokens; do
				echo "$token"
			done | HOPS=5 probe_to "$scratch/accept" "$a" accept \
			    $hop
			[ $? -eq 1 ] && grep '^call ' "$scratch/accept" |
			    tail -n 1 | grep -q failed
			report "hop $a: a token that is $name" $?
		done <<-'END'
		unframed 04
		cut 600906066985a2c0ac66
		longer 600a06066985a2c0ac660404
		empty 600806066985a2c0ac66
		miscounted 600906066985a2c0ac6604 600906066985a2c0ac6601
		END
	done
}

# --- hop within MIT's own SPNEGO and NEGOEX ----------------------------------

# What MIT's NEGOEX makes of each setting: the mechanism in the end, or the
# initiator's text.  (The same as with the mechanism that MIT's tests use.)
negoex_settings() {
	cat <<-END
	HOPS=1 $hop
	HOPS=2 $hop
	HOPS=3 $hop
	HOPS=4 $hop
	HOPS=5 $hop
	HOPS=2,KEY=always $hop
	HOPS=2,KEY=init-always $hop
	HOPS=3,KEY=accept-always $hop
	HOPS=2,KEY=never failed
	INIT_QUERY_FAIL=102 $hop2
	INIT_QUERY_NONE=102 $hop
	ACCEPT_QUERY_FAIL=102 $hop2
	ACCEPT_QUERY_NONE=102 $hop
	INIT_EXCHANGE_FAIL=102 failed
	ACCEPT_EXCHANGE_FAIL=102 $hop2
	INIT_FAIL=102 $hop2
	HOPS=2,ACCEPT_FAIL=102 failure from acceptor
	INIT_QUERY_FAIL=44,ACCEPT_QUERY_FAIL=102 failed
	END
}

# Without Kerberos, which SPNEGO would prefer.
negoex_mit() {
	[ -d "$build/obj/mit" ] || return
	negoex_settings | {
		while read -r setting wanted; do
			(
				IFS=,
				export $setting KRB5CCNAME=FILE:$scratch/none \
				    KRB5_KTNAME=FILE:$scratch/none
				unset IFS
				meet mit mit 1.3.6.1.5.5.2
			)
			met=$?
			case $wanted in
			fail*) [ $met -ne 0 ] && grep -q "^call .*$wanted" \
			    "$scratch/init" ;;
			*) [ $met -eq 0 ] &&
			    says init "established mech $wanted" &&
			    says accept "established mech $wanted" ;;
			esac
			report "hop in MIT's NEGOEX: $setting gives $wanted" $?
		done
		echo $count >"$scratch/count"
	}
	count=$(cat "$scratch/count")
}

# --- The stock library, and sanitizers --------------------------------------

stock() {
	mkdir "$scratch/etc"
	if ! unshare -m mount --bind "$scratch/etc" /etc/gss 2>/dev/null; then
		for what in krb5nx hop; do
			count=$((count + 1))
			echo "ok $count - $what with the stock library # SKIP" \
			    "needs root, Linux and /etc/gss for a private mount"
		done
		return
	fi
	meet stock stock $krb5nx && one_key && inquiries
	report 'krb5nx with the stock library' $?
	HOPS=3 meet stock stock $hop && hop_keys
	report 'hop with the stock library' $?
}

sanitized() {
	for library in $libraries; do
		meet san-$library san-$library $krb5nx
		report "krb5nx $library: sanitizers" $?
		PROBE_NO_DELEGATED=1 meet san-$library san-$library $krb5nx
		report "krb5nx $library: sanitizers, nothing delegated" $?
		HOPS=3 meet san-$library san-$library $hop
		report "hop $library: sanitizers" $?
	done
}

[ -f "$patched/libgssapi.so.3" ] || {
	echo "1..0 # no patched libgssapi in $patched: make heimdal" >&2
	exit 1
}
mech_files
files
for pair in $(pairs); do
	krb5nx_pair "$pair"
	hop_pair "$pair"
	hop_key_settings "$pair"
	hop_faults "$pair"
done
foreign
undelegated
texts
hop_bad_tokens
negoex_mit
stock
sanitized
[ ! -e "$scratch/crashed" ]
report 'nobody crashed' $?
echo "1..$count"
