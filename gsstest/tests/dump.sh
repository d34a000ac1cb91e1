#!/bin/sh
# dump.sh: gss-dump over real tokens of MIT krb5, over Windows' as they are
# published, and over what has to be refused; prints TAP.  Run from the
# project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build).

build=$(cd "${BUILD:-build}" && pwd) || exit 1
# With sanitizers, where the tests were built.
dump=$build/bin/gss-dump
for each in "$build"/obj/san-*/tools/gss-dump/gss-dump; do
	[ -x "$each" ] && dump=$each
done
count=0

scratch=$(mktemp -d "${TMPDIR:-/tmp}/dump-test.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# pass_if STATUS NAME: one test; what the program said is shown on failure.
pass_if() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		sed 's/^/# /' "$scratch/out" "$scratch/errors"
	fi
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

run() {
	"$dump" "$@" >"$scratch/out" 2>"$scratch/errors"
}

# good NAME ARGUMENT ...: status 0, and nothing on stderr.
good() {
	name=$1
	shift
	run "$@" && [ ! -s "$scratch/errors" ]
	pass_if $? "$name"
}

# bad NAME "N: REASON" ARGUMENT ...: status 1, and just that on stderr, in the
# text's run and in the JSON's, whose object says it, too.
bad() {
	name=$1 reason="offset $2"
	shift 2
	run "$@"
	[ $? -eq 1 ] && [ "$(cat "$scratch/errors")" = "$reason" ] && {
		run --json "$@"
		[ $? -eq 1 ]
	} && [ "$(cat "$scratch/errors")" = "$reason" ] &&
	    grep -qF "\"error\":\"$reason\"}" "$scratch/out"
	pass_if $? "$name"
}

# usage NAME ARGUMENT ...: status 2, and a complaint.
usage() {
	name=$1
	shift
	run "$@"
	[ $? -eq 2 ] && [ -s "$scratch/errors" ] && [ ! -s "$scratch/out" ]
	pass_if $? "$name"
}

# has NAME JSON ARGUMENT ...: the object has this, octet for octet.
has() {
	name=$1 json=$2
	shift 2
	run --json "$@" && grep -qF "$json" "$scratch/out"
	pass_if $? "$name"
}

# --- Octets, in hexadecimal -------------------------------------------------

conversation=00112233445566778899aabbccddeeff
scheme=202122232425262728292a2b2c2d2e2f
random=$conversation$conversation

u16() { printf '%02x%02x' $(($1 & 255)) $(($1 >> 8 & 255)); }
u32() {
	u16 $(($1 & 65535))
	u16 $(($1 >> 16 & 65535))
}

# header TYPE SEQUENCE HEADER-LENGTH MESSAGE-LENGTH
header() {
	printf 4e45474f45585453
	for each; do u32 "$each"; done
	printf %s "$conversation"
}

# nego TYPE SEQUENCE [VERSION [EXTENSION-TYPE]]: one scheme; an extension
# without a value, where its type is given.
nego() {
	extensions=$((${4+1} + 0))
	header "$1" "$2" 96 $((112 + 12 * extensions))
	printf %s "$random"
	u32 "${3:-0}"
	u32 0
	u32 96; u16 1; u16 0
	u32 112; u16 $extensions; u16 0
	printf %s "$scheme"
	[ $# -lt 4 ] || { u32 "$4"; u32 96; u32 0; }
}

# exchange TYPE SEQUENCE HEX
exchange() {
	header "$1" "$2" 64 $((64 + ${#3} / 2))
	printf %s "$scheme"
	u32 64
	u32 $((${#3} / 2))
	printf %s "$3"
}

# verify SEQUENCE CHECKSUM-TYPE HEX [CHECKSUM-SCHEME]
verify() {
	header 6 "$1" 80 $((80 + ${#3} / 2))
	printf %s "$scheme"
	for each in 20 "${4:-1}" "$2" 80 $((${#3} / 2)) 0; do u32 "$each"; done
	printf %s "$3"
}

# alert SEQUENCE ERROR-CODE: a pulse.
alert() {
	header 7 "$1" 72 92
	printf %s "$scheme"
	for each in "$2" 72 1 0 1 84 8 8 1; do u32 "$each"; done
}

# der TAG HEX: an element.
der() {
	size=$((${#2} / 2))
	if [ $size -lt 128 ]; then
		printf '%s%02x%s' "$1" $size "$2"
	elif [ $size -lt 256 ]; then
		printf '%s81%02x%s' "$1" $size "$2"
	else
		printf '%s82%04x%s' "$1" $size "$2"
	fi
}

negoex=060a2b06010401823702021e
microsoft=06092a864882f712010202
krb5=06092a864886f712010202
ntlm=060a2b06010401823702020a
hints=$(printf not_defined_in_RFC4178@please_ignore | od -An -tx1 | tr -d ' \n')

# init MECHANISMS TOKEN [MORE FIELDS]: framed.
init() {
	der 60 "06062b0601050502$(der a0 "$(der 30 \
	    "$(der a0 "$(der 30 "$1")")$(der a2 "$(der 04 "$2")")$3")")"
}

# answer TOKEN [FIELDS BEFORE]
answer() {
	der a1 "$(der 30 "$2$(der a2 "$(der 04 "$1")")")"
}

first=$(nego 0 0)$(exchange 2 1 58)$(exchange 5 2 68656c6c6f)
reply=$(nego 1 3)$(exchange 3 4 58)$(exchange 4 5 63)
server=$(nego 1 0)$(exchange 3 1 5858)

# --- Where the token comes from ---------------------------------------------

test_sources() {
	token=$(init "$negoex$krb5" "$first")
	run --json "$token" && mv "$scratch/out" "$scratch/wanted"
	echo "$token" | sed 's/../&:/g' | tr ':' '\n' | paste -s -d ' ' - \
	    >"$scratch/blanks"
	echo "$token" | sed -e 's/../&:/g' -e 's/:$//' |
	    tr abcdef ABCDEF | fold -w 60 >"$scratch/colons"
	for octet in $(sed 's/ /\
/g' "$scratch/blanks"); do
		printf "\\$(printf %03o $((0x$octet)))"
	done >"$scratch/binary"
	for each in blanks colons binary; do
		run --json "$scratch/$each" &&
		    cmp -s "$scratch/wanted" "$scratch/out"
		pass_if $? "a file: $each"
		run --json <"$scratch/$each" &&
		    cmp -s "$scratch/wanted" "$scratch/out"
		pass_if $? "standard input: $each"
	done
	run --json - <"$scratch/binary" && cmp -s "$scratch/wanted" "$scratch/out"
	pass_if $? 'standard input: -'
	run --json -x "$token" && cmp -s "$scratch/wanted" "$scratch/out"
	pass_if $? '-x: hex'
	base64=oRQwEqADCgEBoQsGCSqGSIb3EgECAg==
	has '-x: base64' '"supported_mech":"1.2.840.113554.1.2.2"' -x $base64
	has 'an operand: base64' '"neg_state":"accept-incomplete"' $base64
	printf 'oRQwEqAD\r\nCgEBoQsG\r\nCSqGSIb3EgEC\r\nAg==\r\n' \
	    >"$scratch/lines"
	has 'a file: base64 with line breaks' \
	    '"neg_state":"accept-incomplete"' "$scratch/lines"
	bad 'base64 cut' '31: hex or base64 that is cut' -x "${base64%=}"
	bad 'hex cut' '9: hex or base64 that is cut' -x a1073005a
	bad 'no base64' '4: neither hex nor base64' -x 'oRQw*EqA'
	bad 'base64 behind its end' '33: base64 behind its end' -x "$base64 AAAA"
	bad 'nothing' '0: message 1: the token has no message' -x ''
	bad 'nothing from standard input' \
	    '0: message 1: the token has no message'
	head -c 4194305 /dev/zero >"$scratch/large"
	bad 'a token too large' '4194304: the token is too large' \
	    "$scratch/large"
	usage 'no such file' "$scratch/none"
	usage 'a directory' "$scratch"
	usage 'two files' a b
	usage 'a text and a file' -x a1023000 a
	usage 'an unknown option' --no-such
	usage 'a wrong role' --role both -x a1023000
	usage 'a wrong number' --next-sequence -1 -x a1023000
	usage 'a number too large' --next-sequence 4294967296 -x a1023000
	usage 'a conversation too short' --conversation 00 -x a1023000
	usage 'a conversation of other letters' \
	    --conversation "${conversation%f}g" -x a1023000
	if [ -e /dev/full ]; then
		"$dump" -x a1023000 >/dev/full 2>"$scratch/errors"
		[ $? -eq 2 ]
		pass_if $? 'a full disk'
	else
		skip 'a full disk' 'there is no /dev/full'
	fi
	good 'help' --help
}

# --- Fields -----------------------------------------------------------------

guid=33221100-5544-7766-8899-aabbccddeeff
scheme_json="{\"wire\":\"$scheme\",\"guid\":\"23222120-2524-2726-2829-2a2b2c2d2e2f\"}"

# common OFFSET TYPE NAME SEQUENCE HEADER-LENGTH MESSAGE-LENGTH
common() {
	printf '{"offset":%s,"type":%s,"type_name":"%s","sequence":%s,' \
	    "$1" "$2" "$3" "$4"
	printf '"header_length":%s,"message_length":%s,' "$5" "$6"
	printf '"conversation_id":{"wire":"%s","guid":"%s"},' \
	    $conversation $guid
}

test_fields() {
	has 'INITIATOR_NEGO' "{\"form\":\"negoex\",\"messages\":[$(common 0 0 \
	    INITIATOR_NEGO 0 96 124)\"random\":\"$random\",\"protocol_version\":7,\
\"auth_schemes\":[$scheme_json],\"extensions\":[{\"type\":2147483653,\
\"critical\":true,\"length\":0}]}]}" "$(nego 0 0 7 $((0x80000005)))"
	has 'ACCEPTOR_NEGO' "$(common 0 1 ACCEPTOR_NEGO 3 96 112)" "$reply"
	has 'INITIATOR_META_DATA' "$(common 112 2 INITIATOR_META_DATA 1 64 65)\
\"auth_scheme\":$scheme_json,\"exchange_offset\":64,\"exchange_length\":1}" \
	    "$first"
	has 'ACCEPTOR_META_DATA' "$(common 112 3 ACCEPTOR_META_DATA 4 64 65)" \
	    "$reply"
	has 'CHALLENGE' "$(common 177 4 CHALLENGE 5 64 65)" "$reply"
	has 'AP_REQUEST' "$(common 177 5 AP_REQUEST 2 64 69)\
\"auth_scheme\":$scheme_json,\"exchange_offset\":64,\"exchange_length\":5}" \
	    "$first"
	has 'VERIFY' "$(common 0 6 VERIFY 9 80 84)\
\"auth_scheme\":$scheme_json,\"checksum\":{\"scheme\":1,\"type\":16,\
\"value\":\"01020304\"}}]}" "$(verify 9 16 01020304)"
	has 'ALERT' "$(common 0 7 ALERT 9 72 92)\
\"auth_scheme\":$scheme_json,\"error_code\":3221225581,\"alerts\":[{\"type\":1,\
\"length\":8,\"reason\":1}]}]}" "$(alert 9 $((0xc000006d)))"
	has 'a NegTokenInit of a Windows client' '{"form":"spnego","spnego":{'\
'"token":"NegTokenInit","mech_types":["1.3.6.1.4.1.311.2.2.30",'\
'"1.2.840.48018.1.2.2","1.2.840.113554.1.2.2","1.3.6.1.4.1.311.2.2.10"],'\
'"mech_token_offset":76,"mech_token_length":246},"messages":[{"offset":0,' \
	    --check "$(init "$negoex$microsoft$krb5$ntlm" "$first")"
	windows=$(init "$negoex$microsoft$krb5$ntlm" "$server" \
	    "$(der a3 "$(der 30 "$(der a0 "$(der 1b "$hints")")")")")
	has 'a NegTokenInit2 of a Windows server' '{"form":"spnego","spnego":{'\
'"token":"NegTokenInit2","mech_types":["1.3.6.1.4.1.311.2.2.30",'\
'"1.2.840.48018.1.2.2","1.2.840.113554.1.2.2","1.3.6.1.4.1.311.2.2.10"],'\
'"mech_token_offset":76,"mech_token_length":178,'\
'"hint_name":"not_defined_in_RFC4178@please_ignore"},"messages":[{"offset":0,' \
	    --check --role initiator "$windows"
	has 'a NegTokenInit2 without a token' \
	    '"hint_name":"n"},"messages":[]}' \
	    "$(der a0 "$(der 30 "$(der a0 "$(der 30 $krb5)")$(der a3 \
	    "$(der 30 "$(der a0 "$(der 1b 6e)")")")")")"
	has 'a NegTokenResp' '{"form":"spnego","spnego":{"token":'\
'"NegTokenResp","neg_state":"accept-incomplete","supported_mech":'\
'"1.3.6.1.4.1.311.2.2.30","mech_token_offset":33,"mech_token_length":242},'\
'"messages":[{"offset":0,"type":1,' --check \
	    "$(answer "$reply" "a0030a0101$(der a1 $negoex)")"
	has 'a NegTokenResp with a MIC' '"neg_state":"accept-completed",'\
'"mech_list_mic":"6d6963"},"messages":[]}' \
	    "$(der a1 "$(der 30 "a0030a0100$(der a3 "$(der 04 6d6963)")")")"
	run "$(init $negoex "$first")" &&
	    grep -qx "    conversation id: $conversation {$guid}" \
		"$scratch/out" &&
	    grep -qx '    type name: AP_REQUEST' "$scratch/out"
	pass_if $? 'as text'
}

# --- What is refused --------------------------------------------------------

test_malformed() {
	bad 'another signature' \
	    '0: message 1: the message does not begin with NEGOEXTS' \
	    "5e${first#4e}"
	bad 'a type too high' \
	    '8: message 1: the message type is none of the eight' \
	    "$(header 8 0 40 40)"
	bad 'a header length too small' \
	    '16: message 1, ALERT: the header length is below the type'\''s or above the message'\''s' \
	    "$(header 7 0 71 72)$(printf %064d 0)"
	bad 'a message beyond the token' \
	    '20: message 1, CHALLENGE: the message length is below the header'\''s or beyond the token' \
	    "$(header 4 0 64 65)$(printf %048d 0)"
	bad 'an exchange outside, in the second message' \
	    '168: message 2, INITIATOR_META_DATA: the exchange reaches outside the message' \
	    "$(nego 0 0)$(header 2 1 64 64)$scheme$(u32 64)$(u32 1)"
	bad 'the same in SPNEGO: offsets of the NEGOEX token' \
	    '168: message 2, INITIATOR_META_DATA: the exchange reaches outside the message' \
	    "$(init $negoex "$(nego 0 0)$(header 2 1 64 64)$scheme$(u32 64)$(u32 1)")"
	bad 'NEGOEX chosen, another token' \
	    '0: message 1: the message does not begin with NEGOEXTS' \
	    "$(init $negoex "$(printf %080d 0)")"
	bad 'octets behind SPNEGO' '4: octets behind the end' a102300000
	bad 'another mechanism'\''s frame' \
	    '4: the frame is that of another mechanism' "$(der 60 "${krb5}0100")"
	good 'what only a receiver refuses' \
	    "$(nego 0 5 1 $((0x80000000)))$(verify 2 7 00)"
}

# refused NAME "N: REASON" OPTIONS HEX: a receiver refuses, without one it is
# taken.
refused() {
	name=$1 reason=$2
	shift 2
	bad "$name" "$reason" --check "$@"
	for last; do :; done
	good "$name, not judged" -x "$last"
}

test_judged() {
	good 'first token' --check "$first"
	good 'first token, all known' --role acceptor --next-sequence 0 \
	    --conversation $conversation "$first"
	good 'first answer' --check "$reply"
	good 'first answer, all known' --role initiator --next-sequence 3 \
	    --conversation $conversation "$reply"
	good 'VERIFY and ALERT' --check "$(verify 9 16 00)$(alert 10 0)"
	refused 'another role' \
	    '8: message 1, INITIATOR_NEGO: the message is of the receiver'\''s own role' \
	    --role initiator "$first"
	refused 'both roles' \
	    '254: message 4, CHALLENGE: the message is of the receiver'\''s own role' \
	    "$first$(exchange 4 3 00)"
	refused 'another number' \
	    '12: message 1, ACCEPTOR_NEGO: the sequence number is not the next one' \
	    --next-sequence 2 "$reply"
	refused 'a gap' \
	    '124: message 2, INITIATOR_META_DATA: the sequence number is not the next one' \
	    "$(nego 0 0)$(exchange 2 2 58)"
	refused 'another conversation' \
	    '24: message 1, ACCEPTOR_NEGO: the message is of another conversation' \
	    --conversation $scheme "$reply"
	refused 'another version' \
	    '72: message 1, INITIATOR_NEGO: the protocol version is not 0' \
	    "$(nego 0 0 1)"
	refused 'a critical extension' \
	    '112: message 1, INITIATOR_NEGO: an unknown extension is critical' \
	    "$(nego 0 0 0 $((0xffffffff)))"
	good 'an extension' --check "$(nego 0 0 0 $((0x7fffffff)))"
	refused 'metadata without NEGO' \
	    '8: message 1, INITIATOR_META_DATA: the NEGO message has to come first' \
	    "$(exchange 2 5 58)"
	refused 'AP_REQUEST before NEGO' \
	    '8: message 1, AP_REQUEST: the NEGO message has to come first' \
	    "$(exchange 5 0 58)$(nego 0 1)"
	refused 'NEGO twice' \
	    '120: message 2, INITIATOR_NEGO: a message of this type has come before' \
	    "$(nego 0 0)$(nego 0 1)"
	refused 'VERIFY twice' \
	    '89: message 2, VERIFY: a message of this type has come before' \
	    "$(verify 5 16 00)$(verify 6 16 00)"
	refused 'an unkeyed checksum' \
	    '64: message 1, VERIFY: the checksum needs no key' "$(verify 5 7 00)"
	refused 'no checksum' \
	    '72: message 1, VERIFY: the checksum needs no key' "$(verify 5 16 '')"
	refused 'another checksum scheme' \
	    '60: message 1, VERIFY: the checksum scheme is not that of RFC 3961' \
	    "$(verify 5 16 00 2)"
	refused 'a NegTokenInit for the initiator' \
	    '0: a NegTokenInit is for the acceptor' \
	    --role initiator "$(init $negoex "$first")"
	refused 'a NegTokenInit that goes on' \
	    '12: message 1, AP_REQUEST: the sequence number is not the next one' \
	    "$(init $negoex "$(exchange 5 4 00)")"
	refused 'NEGOEX not the first mechanism' \
	    '37: a NEGOEX token, and the first mechanism is another' \
	    "$(der a0 "$(der 30 "$(der a0 "$(der 30 $krb5$negoex)")$(der a2 \
	    "$(der 04 "$(nego 0 0)")")")")"
	refused 'a NegTokenInit of an acceptor' \
	    '8: message 1, ACCEPTOR_NEGO: the message is of the receiver'\''s own role' \
	    "$(init $negoex "$(nego 1 0)")"
	refused 'NEGOEX not the chosen mechanism' \
	    '23: a NEGOEX token for another mechanism' \
	    "$(answer "$(nego 1 3)" "$(der a1 $krb5)")"
	refused 'a NegTokenInit without a mechanism' \
	    '8: a NegTokenInit without a mechanism' a0063004a0023000
}

# --- Real tokens ------------------------------------------------------------

# traced HOPS VARIABLE ...: a negotiation between MIT's sides, as a trace.
traced() {
	hops=$1
	shift
	rm -f "$scratch/trace"
	for oid in 1414534758 1175737388; do
		echo "hop$oid 2.25.$oid $build/mech-mit/mech_hop.so"
	done >"$scratch/mech"
	env GSS_MECH_CONFIG="$scratch/mech" KRB5_CONFIG=/dev/null \
	    KRB5CCNAME="FILE:$scratch/none" KRB5_KTNAME="FILE:$scratch/none" \
	    HOPS="$hops" "$@" timeout 20 "$build/bin/gsstest-mit" loop -q \
	    -m spnego -T "$scratch/trace" >"$scratch/out" 2>"$scratch/errors"
}

# The tokens in the order in which they were sent, each with its receiver.
in_order() {
	awk '$3 == "sent" && $1 == "initiator" { print 2 * $4, "acceptor", $6 }
	$3 == "sent" && $1 == "acceptor" { print 2 * $4 + 1, "initiator", $6 }
	' "$scratch/trace" | sort -n | cut -d ' ' -f 2-
}

# Every token of the trace, judged with all that its receiver knows.
judge_trace() {
	next=0 id= tokens=0
	in_order >"$scratch/tokens"
	while read -r role token; do
		run --json --role "$role" --next-sequence $next \
		    ${id:+--conversation "$id"} -x "$token" || return 1
		# SPNEGO's last token may carry none.
		case $token in
		*4e45474f45585453*) ;;
		*) continue ;;
		esac
		grep -q '"messages":\[{' "$scratch/out" || return 1
		id=$(sed 's/.*"conversation_id":{"wire":"\([0-9a-f]*\).*/\1/' \
		    "$scratch/out")
		next=$((next + $(grep -o '"type_name"' "$scratch/out" |
		    grep -c .)))
		tokens=$((tokens + 1))
		# A second time it is not the next one.
		! run --role "$role" --next-sequence $next -x "$token" ||
		    return 1
	done <"$scratch/tokens"
	[ $tokens -ge 2 ]
}

test_real() {
	if ! [ -x "$build/bin/gsstest-mit" ]; then
		skip 'tokens of MIT krb5' 'gsstest-mit is not built'
		return
	fi
	for case in 1 2 3 5 '3 KEY=always' '4 KEY=init-always' \
	    '4 KEY=accept-always' '2 INIT_QUERY_FAIL=102' \
	    '2 ACCEPT_QUERY_NONE=102'; do
		# shellcheck disable=SC2086
		traced $case && judge_trace
		pass_if $? "tokens of MIT krb5, hops $case"
	done
	# Cut at every octet, the shortest token with several messages.
	token=$(awk '{ print length($2), $2 }' "$scratch/tokens" | sort -n |
	    sed -n '$s/.* //p')
	size=0 taken=0
	while [ $size -lt $((${#token} / 2)) ]; do
		"$build/bin/gss-dump" -x "$(printf "%.$((2 * size))s" "$token")" \
		    >"$scratch/out" 2>"$scratch/errors"
		[ $? -eq 1 ] || taken=$((taken + 1))
		size=$((size + 1))
	done
	[ $size -gt 300 ] && [ $taken -eq 0 ]
	pass_if $? 'a token of MIT krb5, cut at every octet'
}

test_sources
test_fields
test_malformed
test_judged
test_real
echo "1..$count"
