#!/bin/sh
# kerberos.sh: what goes wrong around Kerberos reaches the user, both sides
# tell the same story, and the options do what they say; prints TAP.  Run from
# the project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build).

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0"
build=$(cd "${BUILD:-build}" && pwd) || exit 1
dir=$GJALLAR_REALM_DIR
scratch=$dir/kerberos
mkdir "$scratch" || exit 1
programs=gsstest
[ -x "$build/bin/gsstest-mit" ] && programs='gsstest gsstest-mit'
count=0

# --- Credentials that are no good -------------------------------------------

set -- $(./gsstest/realm -p)
kinit=$2 kadmin=$3

# alice CACHE [OPTION ...]: a cache with a ticket of hers.
alice() {
	cache=$1
	shift
	"$kinit" "$@" -k -t "$dir/users.keytab" -c "FILE:$scratch/$cache" \
	    alice@GJALLAR.TEST >/dev/null 2>&1
}

# A keytab with host/localhost's name and version, of another realm's making.
other_realm() {
	mkdir "$scratch/other" &&
	    sed "s|$dir/|$scratch/other/|" "$KRB5_CONFIG" \
		>"$scratch/other/krb5.conf" &&
	    "$kadmin" -l -c "$scratch/other/krb5.conf" >/dev/null 2>&1 <<-END
	init --realm-max-ticket-life=1d --realm-max-renewable-life=7d GJALLAR.TEST
	add --random-key --use-defaults host/localhost
	ext_keytab -k $scratch/wrong.keytab host/localhost
	END
}

prepare() {
	alice expired -f -l 1s
	# The clock's seconds have to pass; meanwhile all else is tested.
	sleep 3 &
	expiry=$!
	alice fixed -F
	alice fresh -f
	# Port 1 is nobody's.
	sed 's/^\([[:space:]]*kdc = \(tcp\/\)\{0,1\}127\.0\.0\.1:\)[0-9]*/\11/' \
	    "$KRB5_CONFIG" >"$scratch/no-kdc.conf"
	other_realm
	# alice has the service's ticket from here on.
	"$build/bin/gsstest" loop -q >/dev/null
}

# --- Two sides --------------------------------------------------------------

# Variables for a meeting: options and environment of both, the target.
defaults() {
	i_options= a_options= both= i_env= a_env= target=host@localhost
}

# meet: the initiator $i and the acceptor $a; leaves status, report and errors
# of each.
meet() {
	rm -f pipe
	mkfifo pipe
	{
		env $a_env timeout 20 "$build/bin/$a" accept -j $both \
		    $a_options 127.0.0.1:0 >pipe 2>a.errors
		echo $? >a.status
	} &
	{
		read -r line
		: >a.report
		line=${line#*\":\"}
		case $line in
		127.*) ;;
		*) printf '%s\n' "$line" >a.report ;;
		esac
		env $i_env timeout 20 "$build/bin/$i" init -j $both \
		    $i_options "${line%\"*}" $target >i.report 2>i.errors
		echo $? >i.status
		cat >>a.report
	} <pipe
	wait $!
}

# by LIBRARY-OF: the first word for Heimdal's, the second for MIT's.
by() {
	case $1 in
	*-mit) printf '%s\n' "$3" ;;
	*) printf '%s\n' "$2" ;;
	esac
}

# story SIDE BRANCH WORDS: complaints if i or a did not end with status 1, the
# branch (- for none) and an error text that has the words (a pattern).
story() {
	[ "$(cat $1.status)" = 1 ] || echo "$1: status $(cat $1.status)"
	if [ "$2" = - ]; then
		grep -q '"branch"' $1.report && echo "$1: a branch is named"
	else
		grep -Eq "\"branch\":[{]\"name\":\"$2\"" $1.report ||
			echo "$1: branch is not $2"
	fi
	grep -Eq "\"error\":\".*($3)" $1.report || echo "$1: not said: $3"
	grep -Eq "^gsstest: .*($3)" $1.errors ||
		echo "$1: not said on stderr: $3"
}

# works SIDE: complaints unless all went well.
works() {
	[ "$(cat $1.status)" = 0 ] || echo "$1: status $(cat $1.status)"
	grep -q '"ok":true' $1.report || echo "$1: the report is not ok"
	[ ! -s $1.errors ] || echo "$1: something on stderr"
}

# has SIDE TEXT: complaints unless it is in the report.
has() {
	grep -qF -e "$2" $1.report || echo "$1: not reported: $2"
}

# tell NAME COMMAND ...: one test, from the complaints of the command; kept for
# show.
tell() {
	number=$((number + 1))
	echo "$1" >name.$number
	shift
	"$@" >complaints.$number 2>&1
	[ ! -s complaints.$number ] ||
		cat i.report i.errors a.report a.errors >>complaints.$number
}

# show DIRECTORY TITLE
show() {
	number=0
	while number=$((number + 1)) && [ -e "$1/name.$number" ]; do
		count=$((count + 1))
		set -- "$1" "$2" "$1/complaints.$number"
		if [ ! -s "$3" ]; then
			echo "ok $count - $2: $(cat "$1/name.$number")"
		else
			echo "not ok $count - $2: $(cat "$1/name.$number")"
			head -n 40 "$3" | cut -c 1-2000 | sed 's/^/# /'
		fi
	done
}

# --- What fails -------------------------------------------------------------

unspecified='Miscellaneous failure|Unspecified GSS failure'
no_credentials='No credentials were supplied'

wrong_principal() {
	defaults
	target=nobody@localhost
	meet
	story i failure-silent "($unspecified).*GSS minor: $(by $i \
	    'Server \(nobody/localhost@GJALLAR.TEST\) unknown' \
	    'Server not found in Kerberos database')"
	story a peer-failed "initiator: .*failure-silent.*($unspecified)"
}

wrong_key() {
	defaults
	a_env=KRB5_KTNAME=FILE:$scratch/wrong.keytab
	meet
	story a "$(by $a failure-silent failure-token)" "($unspecified).*$(by \
	    $a 'Decrypt integrity check failed' \
	    'host/localhost@GJALLAR.TEST kvno 1 .* cannot decrypt ticket')"
	# MIT's error token says it; of Heimdal's there is none.
	story i "$(by $a peer-failed failure-silent)" "$(by $a \
	    'acceptor: .*failure-silent' 'Decrypt integrity check failed')"
}

no_kdc() {
	defaults
	i_env="KRB5_CONFIG=$scratch/no-kdc.conf KRB5CCNAME=FILE:$scratch/fresh"
	target=remctl@localhost
	meet
	story i failure-silent "($unspecified).*$(by $i \
	    'unable to reach any KDC in realm GJALLAR.TEST' \
	    'Cannot contact any KDC for realm .*GJALLAR.TEST')"
	story a peer-failed 'initiator: .*failure-silent'
}

other_bindings() {
	defaults
	i_options=-b
	a_options='--bindings other'
	meet
	story a "$(by $a failure-silent failure-token)" \
	    'Incorrect channel bindings were supplied'
	story i "$(by $a peer-failed failure-silent)" "$(by $a \
	    'Incorrect channel bindings were supplied' 'Generic error')"
}

no_delegation() {
	defaults
	i_env=KRB5CCNAME=FILE:$scratch/fixed
	both=-d
	meet
	story i flag-missing 'lacks deleg'
	story a 'flag-missing' 'lacks deleg'
}

delegation_not_asked_for() {
	defaults
	a_options=-d
	meet
	story a flag-missing 'lacks deleg'
	story i peer-failed 'acceptor: .*lacks a required flag \(flag-missing\)'
}

no_mutual() {
	defaults
	i_options='-f none'
	a_options='-r mutual,replay'
	meet
	story a flag-missing 'lacks mutual,replay'
	story i peer-failed 'acceptor: .*lacks a required flag \(flag-missing\)'
}

not_channel_bound() {
	defaults
	i_options='-r channel-bound'
	meet
	story i flag-missing 'lacks channel-bound'
	story a peer-failed 'initiator: .*lacks a required flag \(flag-missing\)'
}

no_anonymity() {
	defaults
	i_options=-a
	meet
	story i anonymity-refused 'anonymity was asked for and .* not give it'
	has i '"tokens":{"sent":0,'
	story a peer-closed 'the peer closed while its token was awaited'
}

few_rounds() {
	defaults
	i_options='--rounds-max 1'
	meet
	story i rounds-exceeded 'more rounds than the limit allows'
	story a peer-failed 'initiator: .*\(rounds-exceeded\)'
}

small_tokens() {
	defaults
	a_options='--token-max 100'
	meet
	story a token-too-large '[0-9]+ octets, limit 100'
	story i peer-failed 'acceptor: .*\(token-too-large\)'
}

small_tokens_here() {
	defaults
	i_options='--token-max 100'
	meet
	story i token-too-large '[0-9]+ octets, limit 100'
	story a peer-failed 'initiator: .*\(token-too-large\)'
}

large_message() {
	defaults
	i_options='-M 1 -s 17000000'
	meet
	story a message-too-large 'message of [0-9]+ octets, limit 1678'
	story i peer-failed 'acceptor: a message is over a limit \(message-too-large\)'
}

other_channel() {
	defaults
	i_options='-c sample'
	meet
	story a frame-malformed 'offset 0: frame type 0x11 is none'
	story i frame-malformed 'offset 0: flags 0x45: this combination'
}

# --- What works -------------------------------------------------------------

# good_messages OPTION ...: with the counts that both sides have to report.
good_messages() {
	defaults
	both=$*
	meet
	works i
	works a
	has i '"messages":{"conf":2,"integ":2,"mic":2,"clear":0}'
	has a '"messages":{"conf":2,"integ":2,"mic":2,"clear":0}'
	has a '"source":"alice@GJALLAR.TEST"'
}

delegation() {
	defaults
	both=-d
	meet
	works i
	works a
	has a '"delegated":"alice@GJALLAR.TEST"'
}

# one_sided_bindings I-OPTIONS A-OPTIONS: neither library minds.
one_sided_bindings() {
	defaults
	i_options=$1 a_options=$2
	meet
	works i
	works a
}

# Of each token, both sides have the same octets, one line on either side.
trace() {
	defaults
	both=$*
	i_options='-T i.trace' a_options='-T a.trace'
	rm -f i.trace a.trace
	meet
	works i
	works a
	sed -n 1p i.trace | grep -q '^initiator 1 sent 1 ' ||
		echo 'the first token of all was not sent by the initiator'
	grep -Evq '^initiator [1-3] (sent|received) [0-9] [0-9]+ ([0-9a-f]{2})*$' \
	    i.trace && echo 'i.trace has other lines'
	awk '{ if (length($6) != 2 * $5) exit 1 }' i.trace a.trace ||
		echo 'a size is not that of the token'
	sed 's/ sent / to /; s/ received / from /; s/initiator //' i.trace |
	    sort >i.seen
	sed 's/ sent / from /; s/ received / to /; s/acceptor //' a.trace |
	    sort >a.seen
	cmp i.seen a.seen
	[ -n "$(sed -n 's/^\([1-3]\) to 1 .*/\1/p' i.seen)" ] || echo 'no token'
	ls -l i.trace | grep -q '^-rw-------' || echo 'others can read the file'
}

# json FILE: is every line of it JSON, and is there one?
json() {
	awk '{
		gsub(/\\./, "x")
		gsub(/"[^"\\]*"/, "V")
		gsub(/-?[0-9]+|true|false|null/, "V")
		while (gsub(/\[(V(,V)*)?\]|[{](V:V(,V:V)*)?[}]/, "V"))
			;
		if ($0 != "V")
			bad = 1
	} END { exit bad || NR == 0 }' "$1"
}

several() {
	defaults
	both='-n 3 -M 2'
	meet
	works i
	works a
	for side in i a; do
		[ "$(grep -c '"ok":true,.*"branch":{"name":"established"' \
		    $side.report)" = 3 ] || echo "$side: not three reports"
		has $side '"negotiations":3,"worked":3'
		json $side.report || echo "$side: not JSON"
	done
}

at_the_same_time() {
	defaults
	i_options='-n 8 -p 4'
	a_options='-n 8 -q'
	meet
	works i
	works a
	has i '"negotiations":8,"worked":8'
	has a '"negotiations":8,"worked":8'
	[ "$(grep -c . a.report)" = 1 ] || echo 'a: -q, and more than the sum'
}

# The acceptor goes after two; the third finds nobody.
acceptor_of_two() {
	defaults
	i_options='-n 3' a_options='-n 2'
	meet
	[ "$(cat a.status)" = 0 ] || echo "a: status $(cat a.status)"
	[ "$(cat i.status)" = 1 ] || echo "i: status $(cat i.status)"
	has a '"negotiations":2,"worked":2'
	has i '"negotiations":3,"worked":2'
	json i.report || echo 'i: not JSON'
}

test_pair() {
	tell 'a service that the KDC does not know' wrong_principal
	tell 'a keytab with another key' wrong_key
	tell 'no KDC' no_kdc
	tell 'different channel bindings' other_bindings
	tell 'a ticket that cannot be delegated' no_delegation
	tell 'delegation required by the acceptor' delegation_not_asked_for
	tell 'flags required by the acceptor' no_mutual
	tell 'a flag required by the initiator' not_channel_bound
	tell 'anonymity that the mechanism does not give' no_anonymity
	tell '--rounds-max' few_rounds
	tell '--token-max of the acceptor' small_tokens
	tell '--token-max of the initiator' small_tokens_here
	tell 'a message over the limit' large_message
	tell 'different channels' other_channel
	tell '-M 2' good_messages -M 2
	tell '-M 2 -c sample' good_messages -M 2 -c sample
	tell '-M 2 -s 0 -m spnego' good_messages -M 2 -s 0 -m spnego
	tell '-M 2 -s 1000000 -b' good_messages -M 2 -s 1000000 -b
	tell 'delegation' delegation
	tell "the initiator's bindings alone" one_sided_bindings -b ''
	tell "the acceptor's bindings alone" one_sided_bindings '' -b
	tell '-T' trace -n 3
	tell '-T -m spnego' trace -m spnego
	tell '-n 3' several
	tell '-n 8 -p 4' at_the_same_time
	tell '-n 3 to -n 2' acceptor_of_two
}

# --- One side alone ---------------------------------------------------------

# run ARGUMENT ...: $i with them, as a side of its own.
run() {
	timeout 20 "$build/bin/$i" "$@" >i.report 2>i.errors
	echo $? >i.status
}

# run_loop VARIABLE=VALUE: a loop in that environment, as if two sides.
run_loop() {
	a=$i
	(export "$1" && run loop -j)
	cp i.status a.status
	cp i.errors a.errors
	json i.report || echo 'not JSON'
	grep '"role":"acceptor"' i.report >a.report
	grep '"role":"initiator"' i.report >report
	mv report i.report
}

no_cache() {
	run_loop KRB5CCNAME=FILE:$scratch/none
	story i - "gss_acquire_cred failed: .*$no_credentials.*$(by $i '' \
	    "No Kerberos credentials available .*$scratch/none")"
	story a peer-closed 'the peer closed while its token was awaited'
}

expired_ticket() {
	# A child of another shell, which this one cannot wait for.
	while kill -0 $expiry 2>/dev/null; do
		sleep 0.1 2>/dev/null || sleep 1
	done
	run_loop KRB5CCNAME=FILE:$scratch/expired
	story i "$(by $i - failure-silent)" "$(by $i "$no_credentials" \
	    "($unspecified).*Ticket expired")"
	story a "$(by $i peer-closed peer-failed)" "$(by $i \
	    'the peer closed' 'initiator: .*failure-silent')"
}

# The initiator may notice when it sends, or when it awaits the answer.
no_keytab() {
	run_loop KRB5_KTNAME=FILE:$scratch/none
	story a - "gss_acquire_cred failed: .*$no_credentials.*$(by $a '' \
	    "Keytab FILE:$scratch/none is nonexistent or empty")"
	story i '(peer-closed|send-failed)' 'the peer closed|could not be sent'
}

# usage_error ARGUMENT ...: complaints unless it gives 2, and says so.
usage_error() {
	run "$@"
	[ "$(cat i.status)" = 2 ] || echo "$*: status $(cat i.status)"
	[ ! -s i.report ] || echo "$*: something on stdout"
	[ -s i.errors ] || echo "$*: nothing on stderr"
}

usage_errors() {
	usage_error
	usage_error dance
	usage_error loop -x
	usage_error loop -n
	usage_error loop -n -1
	usage_error loop -n 1x
	usage_error loop -n 99999999999999999999
	usage_error loop -n 0
	usage_error loop -p 0
	usage_error loop -t 0
	usage_error loop -t nan
	usage_error loop -s 1073741825
	usage_error loop -m no-such-mechanism
	usage_error loop -m 1.2.x
	usage_error loop -f no-such-flag
	usage_error loop -r mutual,
	usage_error loop -c no-such-channel
	usage_error loop --no-such-option
	usage_error loop host@localhost host@localhost
	usage_error init
	usage_error init 127.0.0.1:1
	usage_error init -n 0 127.0.0.1:1 host@localhost
	usage_error init 127.0.0.1 host@localhost
	usage_error init 127.0.0.1: host@localhost
	usage_error init ::1:1 host@localhost
	usage_error init 127.0.0.1:65537 host@localhost
	usage_error accept 127.0.0.1:99999
	usage_error accept
	usage_error accept 127.0.0.1
	usage_error accept 127.0.0.1:0 127.0.0.1:0
	usage_error mechs krb5
}

help_is_given() {
	for option in -h --help; do
		run $option
		[ "$(cat i.status)" = 0 ] || echo "$option: $(cat i.status)"
		has i 'usage: '
	done
}

# alone WORDS ARGUMENT ...: complaints unless it fails with the words.
alone() {
	words=$1
	shift
	run "$@" -j
	story i - "$words"
	json i.report || echo 'not JSON'
}

connections() {
	alone 'connecting: Connection refused' init 127.0.0.1:1 host@localhost
	run init -q -n 5000 127.0.0.1:1 host@localhost
	grep -q '0 of 5000 negotiations ok' i.report || echo 'not 5000 tries'
	alone 'listening on 192\.0\.2\.1:0: ' accept 192.0.2.1:0
	alone 'host:port|not known|not supported' accept 127.0.0.1:no-such-port
}

trace_file() {
	run loop -T "$scratch/none/file"
	[ "$(cat i.status)" = 1 ] || echo "status $(cat i.status)"
	grep -q "^gsstest: -T $scratch/none/file: No such file" i.errors ||
		echo 'the file is not named'
	# A device that is always full, where there is one.
	if [ -c /dev/full ]; then
		run loop -q -T /dev/full
		[ "$(cat i.status)" = 1 ] || echo "full: status $(cat i.status)"
	fi
	run loop -T -
	grep -q '^acceptor 1 received 1 ' i.errors || echo '-T -: no token'
}

# No acceptor, and a loop of two processes: status and both reports.
loops() {
	run loop -j -M 1
	works i
	has i '"role":"initiator"'
	has i '"role":"acceptor"'
	json i.report || echo 'not JSON'
	run loop -j -r anon
	[ "$(cat i.status)" = 1 ] || echo "status $(cat i.status)"
	run loop -q -n 2
	[ "$(grep -c . i.report)" = 1 ] || echo '-q: more than the sum'
	has i '2 of 2 negotiations ok'
}

mechanisms() {
	run mechs
	has i 'krb5     1.2.840.113554.1.2.2'
	has i 'spnego   1.3.6.1.5.5.2'
	has i GSS_C_MA_
	run mechs -j
	lines=$(grep -c '^{"oid":"[0-9.]*","name":"' i.report)
	[ "$lines" = "$(grep -c . i.report)" ] || echo 'not one a line'
	has i '"oid":"1.2.840.113554.1.2.2","name":"krb5"'
	has i '"oid":"1.3.6.1.5.5.2","name":"spnego"'
	json i.report || echo 'not JSON'
}

# The names of a mechanism.
names() {
	for name in krb5 1.2.840.113554.1.2.2 GS2-KRB5; do
		run loop -j -m $name
		works i
		has i '"asked":{"name":"krb5","oid":"1.2.840.113554.1.2.2"}'
		has i '"mechanism":{"name":"krb5","oid":"1.2.840.113554.1.2.2"}'
	done
}

test_alone() {
	: >a.report >a.errors
	tell 'usage errors give 2' usage_errors
	tell 'help gives 0' help_is_given
	tell 'nobody to talk to' connections
	tell '-T with a file that cannot be made, and -' trace_file
	tell 'loop' loops
	tell 'mechs' mechanisms
	tell 'the names of a mechanism' names
	tell 'no credential cache' no_cache
	tell 'no keytab' no_keytab
	tell 'an expired ticket' expired_ticket
}

# --- All of them at once ----------------------------------------------------

# in_directory NAME COMMAND
in_directory() {
	mkdir "$scratch/$1"
	(cd "$scratch/$1" && number=0 && $2) </dev/null &
	running="$running $!"
}

prepare
running=
for i in $programs; do
	for a in $programs; do
		in_directory "$i-to-$a" test_pair
	done
	in_directory "$i-alone" test_alone
done
wait $running

for i in $programs; do
	for a in $programs; do
		show "$scratch/$i-to-$a" "$i to $a"
	done
	show "$scratch/$i-alone" "$i"
done
echo "1..$count"
