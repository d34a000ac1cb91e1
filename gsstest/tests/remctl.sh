#!/bin/sh
# remctl.sh: remctl in all pairs of gss-remctl and the real remctl with
# gss-remctld and the real remctld; prints TAP.  Run from the project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# All pairs have the same configuration, and each command is run by each pair:
# what it gives is held against what it should give, then what the two clients
# gave against each other, and what the two servers did.  Where they differ on
# purpose, a list below names the command.  remctl_kept is for what a client
# does with a connection that it keeps: on lib/remctl, and on libremctl.
#
# BUILD names the built tree (build).  Our programs have sanitizers in them;
# whatever one finds ends the program with a status that nothing here expects.

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0"
root=$(pwd)
build=$(cd "${BUILD:-build}" && pwd) || exit 1
gss_remctl=${CLIENT:-$build/obj/san-heimdal/tools/gss-remctl/gss-remctl}
gss_remctld=${SERVER:-$build/obj/san-heimdal/tools/gss-remctld/gss-remctld}
kept_ours=$build/obj/heimdal/remctl_kept
kept_real=$build/obj/mit/remctl_kept
rogue=$build/obj/heimdal/remctl_rogue
scratch=$GJALLAR_REALM_DIR/remctl-pairs
mkdir "$scratch" && cd "$scratch" || exit 1
scratch=$(pwd -P)
count=0
clients='gss-remctl remctl'
servers='gss-remctld remctld'

ASAN_OPTIONS=detect_leaks=1:exitcode=99:fast_unwind_on_malloc=0
UBSAN_OPTIONS=exitcode=99:print_stacktrace=1
LSAN_OPTIONS=suppressions=$root/gsstest/tests/lsan.supp:print_suppressions=0
export ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS

. "$root/gsstest/remctl_pairs"
for program in "$gss_remctl" "$gss_remctld" "$kept_ours" "$rogue"; do
	[ -x "$program" ] || { echo "Bail out! $program is not there"; exit 1; }
done
if ! program_of remctl || ! program_of remctld || ! [ -x "$kept_real" ]; then
	echo 'ok 1 - all pairs # SKIP no real remctl, remctld and libremctl'
	echo 1..1
	exit 0
fi

# pass_if STATUS NAME [FILE]: one test; FILE is shown on failure.
pass_if() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		[ $# -lt 3 ] || head -n 20 "$3" | cut -c 1-200 | sed 's/^/# /'
	fi
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# --- What the commands are --------------------------------------------------

write_program() {
	cat >prog <<-'END'
	#!/bin/sh
	case $1 in
	both) echo out; echo err >&2; exit 7 ;;
	turns) n=0
		while [ $n -lt 200 ]; do
			echo "out $n"; echo "err $n" >&2
			n=$((n + 1))
		done ;;
	status) exit "$2" ;;
	killed) kill -9 $$ ;;
	words) for word; do printf '<%s>' "$word"; done; echo ;;
	number) echo $# ;;
	sizes) shift; for word; do echo ${#word}; done ;;
	input*) shift; echo "$#: $*"; cksum ;;
	deaf) echo heard nothing ;;
	large) cat "$dir/octets" ;;
	bothlarge) cat "$dir/octets"; cat "$dir/octets" >&2; exit 42 ;;
	variables) env | sort ;;
	place) pwd; umask
		# Of the higher ones remctld leaves open what it inherited.
		ls /proc/self/fd | awk '$1 < 16' ;;
	who*) id ;;
	sum*) echo "summary $*"; echo "of $REMCTL_COMMAND" ;;
	hlp) echo "help $*" ;;
	*) echo "ran $*" ;;
	esac
	END
	sed -i "2i dir=$scratch" prog
	chmod +x prog
	head -c 10485760 /dev/urandom >octets
	head -c 307200 /dev/zero | tr '\0' y >300k
	printf 'a\0b' >nul
	# Every octet that an argument may have.
	awk 'BEGIN { for (i = 1; i < 256; i++) printf "\\%03o", i }' >escapes
	printf "$(cat escapes)x" >octal
}

# One file for both servers.
write_config() {
	mkdir conf.d acl.d
	cat >conf <<-END
	# Comments, \\
	    and what they are continued by: t words nowhere ANYUSER
	include $scratch/conf.d
	include $scratch/conf.more
	t   mask   $scratch/prog   logmask=2,4   ANYUSER
	t input $scratch/prog stdin=last logmask=2 ANYUSER
	t input2 $scratch/prog stdin=2 ANYUSER
	t deaf $scratch/prog stdin=last logmask=2 ANYUSER
	t sizes $scratch/prog logmask=2,3,4,5 ANYUSER
	t octal $scratch/prog ANYUSER
	t nowhere $scratch/nowhere ANYUSER
	t directory $scratch ANYUSER
	t helped $scratch/prog help=hlp summary=summary1 ANYUSER
	t continued $scratch/prog \\
		summary=summary2 \\
		ANYUSER
	t hidden $scratch/prog summary=summary3 princ:bob@GJALLAR.TEST
	t EMPTY $scratch/prog ANYUSER
	t ALL $scratch/prog ANYUSER
	e EMPTY $scratch/prog ANYUSER
	ALL one $scratch/prog ANYUSER
	END
	cat >conf.d/acls <<-END
	a princ $scratch/prog princ:alice@GJALLAR.TEST
	a other $scratch/prog princ:bob@GJALLAR.TEST
	a plain $scratch/prog $scratch/acl
	a file $scratch/prog file:$scratch/acl
	a dir $scratch/prog file:$scratch/acl.d
	a missing $scratch/prog file:$scratch/nowhere ANYUSER
	a badfile $scratch/prog file:$scratch/acl.bad ANYUSER
	a deny $scratch/prog deny:princ:alice@GJALLAR.TEST ANYUSER
	a denyother $scratch/prog deny:princ:bob@GJALLAR.TEST ANYUSER
	a denyonly $scratch/prog deny:princ:bob@GJALLAR.TEST
	a denydeny $scratch/prog deny:deny:princ:alice@GJALLAR.TEST
	a auth $scratch/prog anyuser:auth
	a anonymous $scratch/prog anyuser:anonymous
	a anybad $scratch/prog anyuser:foo ANYUSER
	a regex $scratch/prog regex:^al.*@GJALLAR\\.TEST\$
	a noregex $scratch/prog regex:^b
	a badregex $scratch/prog regex:( ANYUSER
	a bogus $scratch/prog bogus:x ANYUSER
	a group $scratch/prog localgroup:$group
	a othergroup $scratch/prog localgroup:daemon
	a nogroup $scratch/prog localgroup:no-such-group
	a second $scratch/prog princ:bob@GJALLAR.TEST princ:alice@GJALLAR.TEST
	END
	echo 'a file.with.period is-left-out' >conf.d/left.out
	echo "m more $scratch/prog ANYUSER" >conf.more
	printf '# users\n\n  alice@GJALLAR.TEST  \n' >acl
	echo 'bob@GJALLAR.TEST' >acl.d/first
	echo "include $scratch/acl" >acl.d/second
	echo 'one two' >acl.bad
	if [ "$(id -u)" = 0 ]; then
		echo "u who $scratch/prog user=nobody ANYUSER" >>conf
		echo "u whonumber $scratch/prog user=$(id -u nobody) ANYUSER" >>conf
		chmod go+rx "$GJALLAR_REALM_DIR" "$scratch"
	fi
}

# For the servers, alice is a user whom this system has.
write_krb5_config() {
	group=$(id -g -n nobody)
	sed "s/^\(.*GJALLAR.TEST = {\)/\1\\
		auth_to_local_names = {\\
			alice = nobody\\
		}/" "$KRB5_CONFIG" >krb5.conf
}

# --- One pair ---------------------------------------------------------------

# The words of $client's complaints and of $server's, as the real ones have it.
alike() {
	sed -e 's/^gss-remctl:/remctl:/' -e 's/^gss-remctld:/remctld:/' "$@"
}

# run NAME OPTION-OR-WORD ...: out, err and status below results.
run() {
	name=$1
	shift
	place=results/$server/$client
	timeout 120 "$program" -p "$port" "$@" >"$place/$name.out" \
	    2>"$place/$name.err" </dev/null
	echo $? >"$place/$name.status"
	[ -e "results/$name" ] || { : >"results/$name"; echo "$name" >>names; }
}

# verdict STATUS: of what is run; the files wanted.out and wanted.err.
verdict() {
	alike "$place/$name.err" >got.err
	{
		[ "$(cat "$place/$name.status")" = "$1" ] ||
		    echo "status $(cat "$place/$name.status"), not $1"
		cmp "$place/$name.out" wanted.out
		diff got.err wanted.err
	} >wrong 2>&1
	[ ! -s wrong ]
	pass_if $? "$client, $server: $name" wrong
}

# gives NAME STATUS OUT ERR WORD ...: lines of OUT and ERR end in "|".
gives() {
	wanted=$2
	printf '%s' "$3" | tr '|' '\n' >wanted.out
	printf '%s' "$4" | tr '|' '\n' >wanted.err
	name=$1
	shift 4
	run "$name" "$@"
	verdict "$wanted"
}

# fails NAME ERR WORD ...: exit 1, and a complaint that begins like that.
fails() {
	name=$1 wanted=$2
	shift 2
	run "$name" "$@"
	[ "$(cat "$place/$name.status")" = 1 ] &&
	    [ ! -s "$place/$name.out" ] &&
	    [ "$(wc -l <"$place/$name.err")" -eq 1 ] &&
	    alike "$place/$name.err" | grep -q "^remctl: $wanted"
	pass_if $? "$client, $server: $name" "$place/$name.err"
}

# input_seen WORDS OCTETS: what the program prints of both.
input_seen() {
	echo "$1"
	printf '%s' "$2" | cksum
}

pair_words() {
	set -- localhost t
	gives plain 0 'ran plain|' '' "$@" plain
	gives 'no subcommand' 0 'ran |' '' localhost t
	gives 'an empty argument' 0 '<words><>|' '' "$@" words ''
	gives 'blanks, quotes, options' 0 '<words><a  b><"><-p><$x>|' '' \
	    "$@" words 'a  b' '"' -p '$x'
	gives '100 arguments' 0 '101|' '' "$@" number $(yes w | head -n 100)
	gives '4094 arguments' 0 '4095|' '' "$@" number $(yes w | head -n 4094)
	gives '4096 arguments' 255 '' 'Too many arguments|' \
	    "$@" number $(yes w | head -n 4095)
	run 'every octet' "$@" words "$(cat octal)"
	{ printf '<words><'; cat octal; printf '>\n'; } >wanted.out
	: >wanted.err
	verdict 0
	gives 'continued, 300 KiB' 0 '102400|102400|102400|' '' \
	    "$@" sizes "$long" "$long" "$long"
}

pair_input() {
	set -- localhost t
	: >wanted.err
	run 'stdin, last' "$@" input a b hello
	input_seen '2: a b' hello >wanted.out
	verdict 0
	run 'stdin, empty' "$@" input a ''
	input_seen '1: a' '' >wanted.out
	verdict 0
	run 'stdin, the second' "$@" input2 hello a b
	input_seen '2: a b' hello >wanted.out
	verdict 0
	run 'stdin, there is none' "$@" input2
	input_seen '0: ' '' >wanted.out
	verdict 0
	run 'stdin, every octet' "$@" input "$(cat octal)"
	{ echo '0: '; cksum <octal; } >wanted.out
	verdict 0
	run 'stdin, 100 KiB' "$@" input "$long"
	input_seen '0: ' "$long" >wanted.out
	verdict 0
	gives 'stdin, not read' 0 'heard nothing|' '' "$@" deaf "$long"
}

pair_output() {
	set -- localhost t
	gives 'both streams' 7 'out|' 'err|' "$@" both
	run 'streams by turns' "$@" turns
	sh "$scratch/prog" turns >wanted.out 2>wanted.err
	verdict 0
	run '10 MiB' "$@" large
	: >wanted.err
	ln -f octets wanted.out
	verdict 0
	rm wanted.out
	run '10 MiB on both' "$@" bothlarge
	ln -f octets wanted.out
	cmp "$place/$name.err" octets >wrong 2>&1 &&
	    cmp "$place/$name.out" octets >wrong 2>&1 &&
	    [ "$(cat "$place/$name.status")" = 42 ]
	pass_if $? "$client, $server: $name" wrong
	rm wanted.out
}

pair_statuses() {
	for status in 0 1 42 254 255; do
		gives "status $status" "$status" '' '' localhost t status $status
	done
	gives killed 255 '' '' localhost t killed
	gives 'no program' 255 '' \
	    'remctld: cannot execute command: No such file or directory|' \
	    localhost t nowhere
	gives 'a directory' 255 '' \
	    'remctld: cannot execute command: Permission denied|' \
	    localhost t directory
}

pair_errors() {
	gives 'unknown command' 255 '' 'Unknown command|' localhost x y
	gives 'unknown subcommand' 255 '' 'Unknown command|' localhost e x
	gives 'an empty command' 255 '' 'Unknown command|' localhost ''
	gives 'access denied' 255 '' 'Access denied|' localhost a other
	gives 'no help' 255 '' 'No help defined for command|' \
	    localhost help t both
	gives 'help for nothing' 255 '' 'Unknown command|' localhost help x y
	gives 'help for too much' 255 '' \
	    'Too many arguments for help command|' localhost help t helped x
	gives help 0 'help hlp helped|' '' localhost help t helped
	gives summary 0 \
	    'summary summary1 helped|of summary1|summary summary2 continued|of summary2|' \
	    '' localhost help
}

pair_config() {
	gives 'included file' 0 'ran more|' '' localhost m more
	gives 'a continued line' 0 'ran continued|' '' localhost t continued
	gives 'ALL for the command' 0 'ran one|' '' localhost z one
	gives EMPTY 0 'ran |' '' localhost e
	case $server in
	gss-remctld)
		gives 'EMPTY by name' 255 '' 'Unknown command|' localhost e EMPTY
		;;
	*)
		gives 'EMPTY by name' 0 'ran EMPTY|' '' localhost e EMPTY
		;;
	esac
	gives 'logmask' 0 'ran mask secret seen secret|' '' \
	    localhost t mask secret seen secret
	for acl in princ plain file dir denyother auth anonymous regex group \
	    second; do
		gives "ACL $acl" 0 "ran $acl|" '' localhost a $acl
	done
	for acl in missing badfile deny denyonly denydeny anybad noregex \
	    badregex bogus othergroup nogroup; do
		gives "ACL $acl" 255 '' 'Access denied|' localhost a $acl
	done
}

# What the servers are compared by, and nothing else tells what it should be.
pair_surroundings() {
	for name in variables place; do
		run $name localhost t $name
		[ "$(cat "$place/$name.status")" = 0 ] &&
		    [ -s "$place/$name.out" ] && [ ! -s "$place/$name.err" ]
		pass_if $? "$client, $server: $name" "$place/$name.err"
	done
	if [ "$(id -u)" != 0 ]; then
		skip "$client, $server: user=" 'only root may'
		return
	fi
	for name in who whonumber; do
		run $name localhost u $name
		id nobody >wanted.out
		: >wanted.err
		verdict 0
	done
}

# The registered port (section 1), where nobody listens.
no_port() {
	timeout 60 "$program" localhost t p >out 2>err </dev/null
	alike err | grep -q \
	    '^remctl: cannot connect to localhost (port 4373): Connection refused$'
	pass_if $? "$client, $server: no port is 4373" err
}

pair_ways() {
	gives 'a principal' 0 'ran p|' '' -s host/localhost localhost t p
	gives 'another principal' 0 'ran p|' '' -s remctl/localhost localhost t p
	gives 'an address to connect from' 0 'ran p|' '' \
	    -b 127.0.0.1 -s host/localhost 127.0.0.1 t p
	if [ -n "$ipv6" ]; then
		gives 'IPv6' 0 'ran p|' '' -s host/localhost ::1 t p
		gives 'IPv6, an address to connect from' 0 'ran p|' '' \
		    -b ::1 -s host/localhost ::1 t p
	else
		skip "$client, $server: IPv6" 'there is none here'
	fi
	gives '-t, and in time' 0 'ran p|' '' -t 60 localhost t p
	fails 'a principal that nobody has' \
	    'GSS-API error initializing context: ' \
	    -s nobody/localhost localhost t p
	fails 'nobody listens' \
	    'cannot connect to localhost (port 1): Connection refused' \
	    -p 1 localhost t p
	fails 'no such host' 'cannot resolve host nowhere.invalid: ' \
	    nowhere.invalid t p
	no_port
	fails 'port 0' 'invalid port number 0' -p 0 localhost t p
	fails 'port 65536' 'invalid port number 65536' -p 65536 localhost t p
	KRB5CCNAME=FILE:$scratch/nowhere
	fails 'no ticket' 'GSS-API error initializing context: ' localhost t p
	KRB5CCNAME=FILE:$GJALLAR_REALM_DIR/ccache
}

test_pair() {
	program_of "$client"
	mkdir -p "results/$server/$client"
	pair_words
	pair_input
	pair_output
	pair_statuses
	pair_errors
	pair_config
	pair_surroundings
	pair_ways
}

# --- Kept connections -------------------------------------------------------

talk() {
	timeout 120 "$kept" localhost "$port" '' talk 2>&1
}

# Some of it goes wrong on the way, and the next command is served.
test_kept() {
	talk >got <<-END
	t plain
	noop
	t both
	x y
	a other
	t status 42
	help t both
	t killed
	t words @nul
	t input @nul
	t input @300k
	t words @300k
	noop
	t status 0
	END
	{
		printf 'ran plain\nSTATUS 0\nNOOP\n'
		printf 'out\nerr\nSTATUS 7\n'
		echo 'ERROR 5 Unknown command'
		echo 'ERROR 6 Access denied'
		echo 'STATUS 42'
		echo 'ERROR 10 No help defined for command'
		echo 'STATUS 255'
		echo 'ERROR 4 Invalid command token'
		echo '0: '; cksum <nul; echo 'STATUS 0'
		echo '0: '; cksum <300k; echo 'STATUS 0'
		echo "$1: cannot execute command: Argument list too long"
		echo 'STATUS 255'
		printf 'NOOP\nSTATUS 0\n'
	} >wanted
	# What comes on two streams comes in no order.
	sed '/^out$/d' got >got.ours && sed '/^out$/d' wanted >wanted.ours &&
	    diff wanted.ours got.ours >wrong 2>&1 && grep -qx out got
	pass_if $? "$kept_name, $server: one connection" wrong
	echo 't large' | talk | cmp - octets 2>&1 | grep -q 'EOF on octets'
	pass_if $? "$kept_name, $server: 10 MiB"
	yes 't plain' | head -n 50 | talk | sort | uniq -c | tr -s ' ' >got
	printf ' 50 STATUS 0\n 50 ran plain\n' | diff - got >wrong 2>&1
	pass_if $? "$kept_name, $server: 50 commands" wrong
	echo "t sizes $(yes w | head -n 4093 | tr '\n' ' ')" | talk |
	    sort | uniq -c | tr -s ' ' >got
	printf ' 4093 1\n 1 STATUS 0\n' | diff - got >wrong 2>&1
	pass_if $? "$kept_name, $server: 4095 arguments" wrong
	printf 't %s\n' "$(yes w | head -n 4096 | tr '\n' ' ')" | talk >got
	echo 'ERROR 7 Too many arguments' | diff - got >wrong 2>&1
	pass_if $? "$kept_name, $server: 4097 arguments" wrong
	echo 't input @101m' | talk >got
	echo 'ERROR 8 Too much data' | diff - got >wrong 2>&1
	pass_if $? "$kept_name, $server: over 100 MiB" wrong
}

# --- Other ways to serve ----------------------------------------------------

# One connection on standard input.
serve_one() {
	program_of "$server"
	rm -f pipe
	mkfifo pipe
	timeout 60 "$rogue" exec "$program" -S -f "$scratch/conf" \
	    >pipe 2>said &
	server_pid=$!
	exec 3<pipe
	read -r port <&3
	cat <&3 >>said &
	reader=$!
	exec 3<&-
}

# The pair's exit status and output, in one line.
outcome() {
	program_of "$client"
	timeout 60 "$program" -p "$port" "$@" >out 2>err </dev/null
	echo "$? $(cat out)"
}

test_one() {
	for client in $clients; do
		serve_one
		[ "$(outcome localhost t plain)" = '0 ran plain' ]
		pass_if $? "$client, $server: on standard input" err
		wait $server_pid $reader
		server_pid=
	done
}

test_service() {
	server_start "$server" -b 127.0.0.1 -s remctl/localhost \
	    -k "$GJALLAR_REALM_DIR/service.keytab" || exit 1
	for client in $clients; do
		[ "$(outcome -s remctl/localhost localhost t plain)" = \
		    '0 ran plain' ]
		pass_if $? "$client, $server: -s, its principal" err
		[ "$(outcome localhost t plain)" = '1 ' ]
		pass_if $? "$client, $server: -s, another principal" err
	done
	server_stop
	pass_if $? "$server: -s: ends" log
}

# ERROR 1: no program can be started, where there are just descriptors enough
# for a client to be heard.  How many that is, is tried.
internal_error() {
	least=0
	while [ -e "/proc/$server_pid/fd/$least" ]; do
		least=$((least + 1))
	done
	for more in 1 2 3 4 5 6 7 8 9 10 11 12; do
		prlimit --pid "$server_pid" --nofile=$((least + more)): ||
		    return
		timeout 60 "$program" -p "$port" localhost t plain \
		    >out 2>err </dev/null
		[ $? -eq 255 ] || continue
		[ ! -s out ] && [ "$(cat err)" = 'Internal failure' ]
		return
	done
	return 1
}

test_exhausted() {
	for client in $clients; do
		name="$client, $server: no program can be started"
		if ! command -v prlimit >/dev/null || ! [ -d /proc/self/fd ]; then
			skip "$name" 'there is no prlimit'
			continue
		fi
		server_start "$server" -b 127.0.0.1 || exit 1
		program_of "$client"
		internal_error
		pass_if $? "$name" err
		server_stop
	done
}

# --- Comparisons ------------------------------------------------------------

# Where the two clients' complaints differ behind the words that both have: the
# text there is each library's own.
differing_clients='a principal that nobody has
no ticket
'

# The complaints of one client, as far as both have them.
complaints() {
	case "
$differing_clients" in
	*"
$name
"*) alike "$1" | sed 's/^\(remctl: [^:]*\):.*/\1/' ;;
	*) alike "$1" ;;
	esac
}

# pairs_alike ONE OTHER NAME: the results in two directories.
pairs_alike() {
	{
		cmp "$1.out" "$2.out"
		diff "$1.status" "$2.status"
		complaints "$1.err" >got.err
		complaints "$2.err" | diff - got.err
	} >wrong 2>&1
	[ ! -s wrong ]
	pass_if $? "$3" wrong
}

compare_clients() {
	for server in $servers; do
		while read -r name; do
			pairs_alike "results/$server/gss-remctl/$name" \
			    "results/$server/remctl/$name" \
			    "both clients alike, $server: $name"
		done <names
	done
}

# Where the two servers differ: for remctld a subcommand EMPTY is one of no
# subcommand, which its page does not say.
differing_servers='EMPTY by name
'

servers_differ() {
	! cmp -s "results/gss-remctld/$client/$name.status" \
	    "results/remctld/$client/$name.status"
	pass_if $? "both servers differ, $client: $name"
}

# The end of the ticket is in both environments, but MIT adds the clock skew to
# what a context has left.
expiry_of() {
	sed -n 's/^REMOTE_EXPIRES=//p' "results/$1/$client/variables.out"
}

expiries_alike() {
	difference=$(($(expiry_of remctld) - 300 - $(expiry_of gss-remctld)))
	[ "$difference" -ge -1 ] && [ "$difference" -le 1 ]
	pass_if $? "both servers alike, $client: REMOTE_EXPIRES"
	for server in $servers; do
		sed -i '/^REMOTE_EXPIRES=/d' "results/$server/$client/variables.out"
	done
}

compare_servers() {
	for client in $clients; do
		expiries_alike
		while read -r name; do
			case "
$differing_servers" in
			*"
$name
"*) servers_differ; continue ;;
			esac
			pairs_alike "results/gss-remctld/$client/$name" \
			    "results/remctld/$client/$name" \
			    "both servers alike, $client: $name"
		done <names
	done
}

# commands_of SERVER: the lines about commands, of which ours cuts the longest.
# Left out is what remctld does with a subcommand EMPTY, that it has a second
# answer for help with too many arguments, and that it names but two words of a
# help that there is not.
commands_of() {
	alike "log.$1" |
	    grep -e COMMAND -e 'unknown command' -e 'access denied' |
	    grep -v -e ' e EMPTY' -e 'help t helped x' -e 'command help x' |
	    cut -c 1-1000 | sort
}

compare_logs() {
	commands_of gss-remctld >got
	commands_of remctld | diff - got >wrong 2>&1
	[ ! -s wrong ] && [ "$(wc -l <got)" -gt 200 ]
	pass_if $? 'both servers log the same commands' wrong
}

# --- Start ------------------------------------------------------------------

write_program
write_krb5_config
write_config
head -c 105906176 /dev/zero >101m
long=$(head -c 102400 /dev/zero | tr '\0' x)
ipv6=
grep -q '^0\{31\}1 .* lo$' /proc/net/if_inet6 2>/dev/null && ipv6='-b ::1'
mkdir results
: >names
for server in $servers; do
	# shellcheck disable=SC2086 # none, or two words
	KRB5_CONFIG=$scratch/krb5.conf server_start "$server" -b 127.0.0.1 \
	    $ipv6 || { echo "Bail out! $server does not start"; exit 1; }
	for client in $clients; do
		test_pair
	done
	for kept_name in lib/remctl libremctl; do
		kept=$kept_ours
		[ "$kept_name" = lib/remctl ] || kept=$kept_real
		test_kept "$server"
	done
	server_stop
	pass_if $? "$server ends when it is asked to" log
	cp log "log.$server"
	test_one
	test_service
	test_exhausted
done
compare_clients
compare_servers
compare_logs
echo "1..$count"
