#!/bin/sh
# remctl_server.sh: gss-remctld against the real remctl client, gss-remctl, and
# a peer that says anything (remctl_peer.c); prints TAP.  Run from the project's
# root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build).  The server is the one with sanitizers,
# but for what is measured.  timeout(1) ends what should have ended by itself,
# and so fails a test.

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0"
build=$(cd "${BUILD:-build}" && pwd) || exit 1
san=${SERVER:-$build/obj/san-heimdal/tools/gss-remctld/gss-remctld}
plain=${SERVER:-$build/obj/heimdal/tools/gss-remctld/gss-remctld}
peer_program=$build/obj/heimdal/remctl_peer
names_library=$build/obj/heimdal/remctl_names.so
for program in "$san" "$plain" "$peer_program" "$names_library"; do
	[ -x "$program" ] || { echo "Bail out! $program is not there"; exit 1; }
done
scratch=$GJALLAR_REALM_DIR/remctl
mkdir "$scratch" && cd "$scratch" || exit 1
scratch=$(pwd -P)
count=0
trap 'kill -s KILL $server_pid 2>/dev/null; kill $others 2>/dev/null' EXIT
trap 'exit 1' HUP INT TERM

# pass_if STATUS NAME [FILE]: one test; FILE is shown on failure.
pass_if() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		[ $# -lt 3 ] || tail -n 20 "$3" | cut -c 1-200 | sed 's/^/# /'
		tail -n 3 errors | cut -c 1-300 | sed 's/^/# server: /'
	fi
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# claim NAME COMMAND ...: does the command succeed?
claim() {
	name=$1
	shift
	"$@" >output 2>&1
	pass_if $? "$name" output
}

# same NAME: are the files wanted and got alike?
same() {
	diff wanted got >difference 2>&1
	pass_if $? "$1" difference
}

# --- The server -------------------------------------------------------------

random_port() {
	set -- $(od -A n -N 2 -t u2 /dev/urandom)
	echo $((10240 + $1 % 22528))
}

# The server's first line, or nothing when it has ended: no other is awaited.
first_line() {
	read -r line <&7
	case $line in *starting) ;; *) return 1 ;; esac
}

# start_server PROGRAM [OPTION ...]: on a free port, its log in log and errors;
# with a descriptor too many, and a limit of `soft` descriptors.
start_server() {
	program=$1
	shift
	for attempt in 1 2 3 4 5 6 7 8 9 10; do
		port=$(random_port)
		rm -f fifo pid
		mkfifo fifo
		(
			[ -z "$soft" ] || ulimit -S -n "$soft"
			exec "$program" -m -F -S -p "$port" -b 127.0.0.1 \
			    -f "$scratch/conf" -P "$scratch/pid" "$@"
		) >fifo 2>errors 9</dev/null &
		server_pid=$!
		exec 7<fifo
		if first_line; then
			cat <&7 >log &
			log_pid=$!
			exec 7<&-
			address=127.0.0.1:$port
			return 0
		fi
		exec 7<&-
		wait $server_pid
	done
	echo 'Bail out! the server does not start'
	sed 's/^/# /' errors
	exit 1
}

# What the server says of its own end.
stop_server() {
	kill -s "${1:-TERM}" $server_pid
	wait $server_pid
	server_status=$?
	wait $log_pid
	server_pid=
	return $server_status
}

# --- What clients do --------------------------------------------------------

peer() {
	timeout 60 "$peer_program" "$address" "$@"
}

# says NAME WANTED STEP ...: what the peer gets; lines of WANTED by "|".
says() {
	name=$1
	printf '%s\n' "$2" | tr '|' '\n' >wanted
	shift 2
	peer "$@" >got 2>&1
	same "$name"
}

# client PROGRAM: the words of the command follow in "$@" of remctl_gives.
client=
remctl_run() {
	timeout 60 "$client" -p "$port" localhost "$@"
}

# gives NAME STATUS STDOUT STDERR WORD ...: what the client says.
gives() {
	name=$1
	{
		echo "status $2"
		printf '%s' "$3" | tr '|' '\n'
		echo '--'
		printf '%s' "$4" | tr '|' '\n'
	} >wanted
	shift 4
	remctl_run "$@" >out 2>err
	{
		echo "status $?"
		cat out
		echo '--'
		cat err
	} >got
	same "$client_name: $name"
}

# --- The programs -----------------------------------------------------------

write_programs() {
	cat >prog <<-'END'
	#!/bin/sh
	case $1 in
	both) echo out; echo err >&2; exit 7 ;;
	order) echo one; echo two >&2; echo three ;;
	status) exit "$2" ;;
	killed) kill -9 $$ ;;
	words) for word; do printf '<%s>' "$word"; done; echo ;;
	count) shift; echo "$# $(wc -c | tr -d ' ')" ;;
	deaf) echo heard nothing ;;
	input) wc -c | tr -d ' ' ;;
	bytes) head -c "$2" /dev/zero ;;
	mixed) head -c "$2" /dev/zero; head -c "$2" /dev/zero >&2 ;;
	closed) exec >&- 2>&-; read -r line <"$dir/go"; exit 3 ;;
	child) (read -r line <"$dir/go"; echo late >"$dir/event"; echo late) &
		echo early ;;
	forever) echo begun >"$dir/event"
		(while :; do echo more || exit; done)
		echo ended >"$dir/event" ;;
	silent) echo begun >"$dir/event"
		read -r line <"$dir/go"
		echo "went $line" >"$dir/event" ;;
	slow) echo begun >"$dir/event"
		read -r line <"$dir/go"
		echo "$line"
		exit 4 ;;
	last) echo begun >"$dir/event"
		read -r line <"$dir/go"
		head -c 65536 /dev/zero
		echo left >"$dir/event"
		exit 6 ;;
	# F_GETPIPE_SZ is 1032.
	wide) head -c 2097152 /dev/zero
		perl -e 'open W, ">>", $ARGV[0] and
		    print W fcntl(STDOUT, 1032, 0), "\n"' "$dir/widths"
		read -r line <"$dir/go" ;;
	files) ls -l /proc/self/fd | sed -n 's/.* \([0-9]*\) -> .*/\1/p' ;;
	variables) env | sed -n "s/^\($2\)=/\1=/p" | sort ;;
	# The C library keeps 32 and 33 for itself and lets nobody reset them.
	signals) sed -n 's/^Sig\(Blk\|Ign\):\t*/\1 /p' /proc/self/status |
		while read -r set mask; do
			printf '%s\t%016x\n' "$set" $((0x$mask & ~0x180000000))
		done ;;
	session) read -r p c s pp pg session rest </proc/self/stat
		[ "$session" = "$PPID" ] || [ "$session" = $$ ] && echo own ;;
	who) echo "$(id -u) $(id -g) $(id -G)" ;;
	limit) ulimit -S -n ;;
	sum) echo "summary $*" ;;
	hlp) echo "help $*" ;;
	*) echo "ran $*" ;;
	esac
	END
	chmod +x prog
	sed -i "2i dir=$scratch" prog
	mkfifo go event
}

write_config() {
	cat >conf <<-END
	t mask $scratch/prog logmask=2 ANYUSER
	t denied $scratch/prog princ:bob@GJALLAR.TEST
	t broken $scratch/prog bogus:x ANYUSER
	t count $scratch/prog stdin=last ANYUSER
	t deaf $scratch/prog stdin=2 ANYUSER
	t nowhere $scratch/nowhere ANYUSER
	t helped $scratch/prog help=hlp ANYUSER
	t sudo $scratch/prog sudo=nobody ANYUSER
	t EMPTY $scratch/prog ANYUSER
	t ALL $scratch/prog ANYUSER
	s one $scratch/prog summary=sum ANYUSER
	s ALL $scratch/prog summary=sum ANYUSER
	s two $scratch/prog summary=sum princ:bob@GJALLAR.TEST
	END
	if [ "$(id -u)" = 0 ]; then
		echo "u ALL $scratch/prog user=nobody ANYUSER" >>conf
		chmod go+rx "$GJALLAR_REALM_DIR" "$scratch"
	fi
}

# --- Clients ----------------------------------------------------------------

test_client() {
	gives 'both streams and the status' 7 'out|' 'err|' t both
	gives 'status 0' 0 '' '' t status 0
	gives 'status 254' 254 '' '' t status 254
	gives 'killed by a signal' 255 '' '' t killed
	gives 'words, empty ones too' 0 '<words><><a b><>|' '' \
	    t words '' 'a b' ''
	gives 'no subcommand' 0 'ran |' '' t
	gives 'no program' 255 '' \
	    'gss-remctld: cannot execute command: No such file or directory|' \
	    t nowhere
	gives 'the last word on standard input' 0 '1 5|' '' t count x hello
	long=$(printf '%0100000d' 0)
	gives '100000 octets on standard input' 0 '0 100000|' '' t count "$long"
	gives 'a program that ignores its input' 0 'heard nothing|' '' \
	    t deaf "$long"
	gives 'unknown command' 255 '' 'Unknown command|' nothing
	gives 'access denied' 255 '' 'Access denied|' t denied
	gives 'an ACL that cannot be evaluated' 255 '' 'Access denied|' t broken
	gives 'summary' 0 'summary sum one|summary sum|' '' help
	gives 'help' 0 'help hlp helped|' '' help t helped
	gives 'help for one' 255 '' 'No help defined for command|' help t both
	gives 'help for nothing' 255 '' 'Unknown command|' help nothing
	gives 'help for too much' 255 '' 'Too many arguments for help command|' \
	    help t helped more
	gives 'nobody to serve with sudo' 255 '' \
	    'gss-remctld: cannot execute command: No such file or directory|' \
	    t sudo
}

test_clients() {
	for program in remctl "$build/bin/gss-remctl"; do
		client=$(command -v "$program") || {
			skip "${program##*/}: all of it" 'it is not there'
			continue
		}
		client_name=${program##*/}
		test_client
	done
	client=$(command -v remctl || echo "$build/bin/gss-remctl")
	client_name=${client##*/}
}

# --- Messages ---------------------------------------------------------------

test_messages() {
	says 'NOOP' 'NOOP 3' hello msg:0307 read
	says 'NOOP of version 2' 'NOOP 3' hello msg:0207 read
	says 'QUIT' 'closed' hello msg:0202 all
	says 'QUIT within a command' 'closed' \
	    hello 'msg:02010101 {t,both}' msg:0202 all
	says 'COMMAND of version 3' 'STATUS 5' \
	    hello 'msg:03010100 {t,status,5}' answer
	says 'keep-alive 0' 'STATUS 5|closed' \
	    hello 'msg:02010000 {t,status,5}' all
	says 'keep-alive 0, and an error' 'ERROR 5 Unknown command|closed' \
	    hello 'msg:02010000 {x}' all
	says 'keep-alive 1' 'STATUS 5|STATUS 6|closed' hello \
	    'msg:02010100 {t,status,5}' answer \
	    'msg:02010000 {t,status,6}' all
	says 'three commands before the first answer' \
	    'STATUS 1|STATUS 2|STATUS 3|closed' hello \
	    'msg:02010100 {t,status,1}' 'msg:02010100 {t,status,2}' \
	    'msg:02010000 {t,status,3}' all
	says 'version 1 of a message' 'VERSION 3|NOOP 3' \
	    hello msg:0107 read msg:0307 read
	says 'version 4 of a message' 'VERSION 3|NOOP 3' \
	    hello 'msg:0401 ff' read msg:0307 read
	says 'version 255 within a command' 'VERSION 3|closed' \
	    hello 'msg:02010101 {t,both}' msg:ff01 all
	says 'a command cut at each octet' \
	    "$(yes 'STATUS 4' | sed 25q | tr '\n' '|' | sed 's/|$//')" \
	    hello 'every:{t,status,4}'
	says 'a hundred messages in one write' \
	    "$(yes 'NOOP 3' | sed 100q | tr '\n' '|')closed" \
	    hello hold $(steps 100 msg:0307) msg:0202 go all
	says 'a command in four pieces' 'STATUS 4' hello \
	    msg:02010101000000 'msg:02010102 03 00000001' 'msg:02010102' \
	    "msg:02010103 't' 00000006 'status' 00000001 '4'" answer
}

# What is wrong, the answer, and that the next message is served.
test_errors() {
	while IFS='	' read -r name wanted octets; do
		says "$name" "$wanted|NOOP 3" hello "msg:$octets" read \
		    msg:0307 read
	done <<-'END'
	no octets	ERROR 2 Invalid token	 
	one octet	ERROR 2 Invalid token	02
	type 0	ERROR 3 Unknown message	0200
	type 3, a server's	ERROR 3 Unknown message	0203 01 00000000
	type 4, a server's	ERROR 3 Unknown message	0204 00
	type 5, a server's	ERROR 3 Unknown message	0205 00000001 00000000
	type 6, a server's	ERROR 3 Unknown message	0206 03
	type 8	ERROR 3 Unknown message	0208
	type 255	ERROR 3 Unknown message	02ff
	COMMAND of two octets	ERROR 4 Invalid command token	0201
	COMMAND of three octets	ERROR 4 Invalid command token	0201 01
	a body of no octets	ERROR 4 Invalid command token	0201 01 00
	a body of three octets	ERROR 4 Invalid command token	0201 01 00 000000
	continue 2 at first	ERROR 4 Invalid command token	0201 01 02 {t}
	continue 3 at first	ERROR 4 Invalid command token	0201 01 03 {t}
	continue 4	ERROR 4 Invalid command token	0201 01 04 {t}
	keep-alive 2	ERROR 4 Invalid command token	0201 02 00 {t}
	no arguments	ERROR 5 Unknown command	0201 01 00 00000000
	octets after no arguments	ERROR 4 Invalid command token	0201 01 00 00000000 00
	fewer arguments than said	ERROR 4 Invalid command token	0201 01 00 00000002 00000001 't'
	more arguments than said	ERROR 4 Invalid command token	0201 01 00 00000001 00000001 't' 00000001 't'
	a length past the end	ERROR 4 Invalid command token	0201 01 00 00000001 00000002 't'
	a length of 4 GiB	ERROR 4 Invalid command token	0201 01 00 00000001 ffffffff 't'
	a length that is cut	ERROR 4 Invalid command token	0201 01 00 00000001 000000
	4097 arguments	ERROR 7 Too many arguments	0201 01 00 00001001
	4 Gi arguments	ERROR 7 Too many arguments	0201 01 00 ffffffff
	NUL in the command	ERROR 4 Invalid command token	0201 01 00 00000001 00000002 't' 00
	NUL in the subcommand	ERROR 4 Invalid command token	0201 01 00 00000002 00000001 't' 00000002 'a' 00
	NUL in an argument	ERROR 4 Invalid command token	0201 01 00 00000003 00000001 't' 00000001 'a' 00000001 00
	access denied	ERROR 6 Access denied	0201 01 00 {t,denied}
	unknown command	ERROR 5 Unknown command	0201 01 00 {T}
	an empty command	ERROR 5 Unknown command	0201 01 00 00000001 00000000
	no help	ERROR 10 No help defined for command	0201 01 00 {help,t,both}
	QUIT with octets	ERROR 2 Invalid token	0202 00
	a message of 65537 octets	ERROR 8 Too much data	0201 01 00 *65533
	END
}

test_limits() {
	says 'NUL on standard input' 'OUTPUT 1 4 0 3.|STATUS 0' hello \
	    "msg:02010100 00000003 00000001 't' 00000005 'count' 00000003 00 'a' 00" \
	    answer
	says 'a message of 65536 octets' 'OUTPUT 1 8 0 65510.|STATUS 0' hello \
	    "msg:02010100 00000003 00000001 't' 00000005 'count' 0000ffe6 *65510" \
	    answer
	words=$(printf '%04094d' 0 | sed 's/0/00000000/g')
	says '4096 arguments' 'OUTPUT 1 9 4093 100.' hello \
	    "msg:02010100 00001000 00000001 't' 00000005 'count' $(echo \
	    "$words" | cut -c 9-) 00000064 *100" read
	says 'continue 0 within a command' \
	    'ERROR 4 Invalid command token|ERROR 4 Invalid command token|NOOP 3' \
	    hello 'msg:02010101 {t,both}' 'msg:02010100 {t,both}' read \
	    'msg:02010103 00' read msg:0307 read
	says 'continue 1 within a command' \
	    'ERROR 4 Invalid command token|ERROR 4 Invalid command token|NOOP 3' \
	    hello 'msg:02010101 {t,both}' 'msg:02010101 {t,both}' read \
	    'msg:02010103 00' read msg:0307 read
	says 'NOOP within a command' 'ERROR 9 Unexpected message|closed' \
	    hello 'msg:02010101 {t,both}' msg:0307 all
	says 'an unknown type within a command' \
	    'ERROR 3 Unknown message|ERROR 4 Invalid command token|NOOP 3' \
	    hello 'msg:02010101 {t,both}' msg:02ff read \
	    'msg:02010103 00' read msg:0307 read
	says 'a signed message' 'ERROR 2 Invalid token|closed' \
	    hello clear:0307 all
	says 'a message that was changed' 'ERROR 2 Invalid token|closed' \
	    hello bad:0307 all
	says 'a message that was not wrapped' 'ERROR 2 Invalid token|closed' \
	    hello 'raw:44 00000002 0307' all
	says 'an empty packet' 'ERROR 2 Invalid token|closed' \
	    hello 'raw:44 00000000' all
	says 'a packet over 1 MiB' 'ERROR 2 Invalid token|closed' \
	    hello 'raw:44 000ffffc' all
	says 'a packet of 4 GiB' 'ERROR 2 Invalid token|closed' \
	    hello 'raw:44 ffffffff' all
	says 'a message that is cut' 'closed' \
	    hello 'raw:44 00000010 00' shut all
	says 'a context token for a message' 'ERROR 2 Invalid token|closed' \
	    hello as:42 msg:0307 all
	for with in 00 04 46 64 c4 ff; do
		says "a message with flags $with" closed \
		    hello as:$with msg:0307 all
	done
}

# More than 100 MiB of one command, and the server is what it was.
test_size() {
	says 'a command over 100 MiB' 'ERROR 8 Too much data' \
	    hello pieces:1601 read
	says 'and a command after it' 'STATUS 3' \
	    hello 'msg:02010100 {t,status,3}' answer
}

# --- Handshakes -------------------------------------------------------------

test_handshakes() {
	says 'begin with 00' closed open begin:00 all
	says 'begin with a context token' closed open ctx:42
	says 'begin with octets' closed open 'raw:51 00000001 00' all
	says 'TOKEN_PROTOCOL lost' closed open begin:51 ctx:02 all
	says 'TOKEN_PROTOCOL found' closed open begin:11 ctx:42 all
	says 'a message before the context' closed \
	    open begin:51 'raw:44 00000001 00' all
	says 'no token of GSS-API' closed \
	    open begin:51 "raw:42 00000004 'none'" all
	says 'a token of 1 MiB' closed open begin:51 'raw:42 00100000' all
	says 'no mutual authentication' closed \
	    want:3c open begin:51 ctx:42 msg:0307 all
	says 'nothing at all' closed open shut all
}

# --- Version 1 --------------------------------------------------------------

test_old() {
	says 'version 1' 'MIC good|ANSWER 7 8 out.err.|closed' \
	    old 'msg:{t,both}' all
	says 'version 1: both outputs in their order' \
	    'MIC good|ANSWER 0 14 one.two.three.|closed' \
	    old 'msg:{t,order}' all
	says 'version 1 without a MIC' 'ANSWER 7 8 out.err.|closed' \
	    old as:04 'msg:{t,both}' all
	says 'version 1: killed' 'MIC good|ANSWER -1 0 |closed' \
	    old 'msg:{t,killed}' all
	says 'version 1: unknown command' \
	    'MIC good|ANSWER -1 16 Unknown command.|closed' old 'msg:{x}' all
	says 'version 1: malformed' \
	    'MIC good|ANSWER -1 22 Invalid command token.|closed' \
	    old 'msg:000000' all
	says 'version 1: signed' 'ANSWER -1 14 Invalid token.|closed' \
	    old 'clear:{t,both}' all
	says 'version 1: flags of version 2' closed \
	    old as:44 'msg:{t,both}' all
	peer old 'msg:{t,bytes,100000}' all >got 2>&1
	grep -q '^ANSWER 0 65528 ' got
	pass_if $? 'version 1: output is cut at 65528 octets' got
	says 'version 1: no MUTUAL is no error' \
	    'MIC out of order|ANSWER 7 8 out.err.|closed' want:3c old \
	    'msg:{t,both}' all
}

# --- Programs ---------------------------------------------------------------

# A peer whose standard input we hold: begin_peer STEP ...; its lines in lines.
begin_peer() {
	rm -f say
	mkfifo say
	timeout 60 "$peer_program" "$address" "$@" <say >lines 2>&1 &
	peer_pid=$!
	exec 8>say
}

end_peer() {
	exec 8>&-
	wait $peer_pid
}

# event: the next line that a program tells.
event() {
	timeout 60 head -n 1 event
}

test_programs() {
	begin_peer hello 'msg:02010100 {t,child}' answer close
	end_peer
	printf 'OUTPUT 1 6 early.\nSTATUS 0\n' >wanted
	mv lines got
	same 'a child that holds the output does not hold up STATUS'
	echo now >go
	[ "$(event)" = late ]
	pass_if $? 'and goes on'

	# A pipe full of output, and the end, are there when the server looks.
	begin_peer hello 'msg:02010100 {t,last}' drain
	event >got
	kill -s STOP $server_pid
	echo now >go
	event >got
	kill -s CONT $server_pid
	end_peer
	printf 'drained 65536\nSTATUS 6\n' >wanted
	mv lines got
	same 'what was written before the end comes before STATUS'

	begin_peer hello 'msg:02010100 {t,closed}' answer
	echo now >go
	end_peer
	echo 'STATUS 3' >wanted
	mv lines got
	same 'a program that closes its output is waited for'

	begin_peer hello 'msg:02010100 {t,forever}' read await
	[ "$(event)" = begun ]
	pass_if $? 'a program that never ends: runs'
	end_peer
	[ "$(event)" = ended ]
	pass_if $? 'a program that never ends: ends when its client has gone'

	begin_peer old 'msg:{t,forever}' read await
	[ "$(event)" = begun ]
	pass_if $? 'a program that never ends, version 1: runs'
	timeout 60 sh -c 'until grep -q MIC lines; do :; done'
	end_peer
	[ "$(event)" = ended ]
	pass_if $? 'and ends when its client has gone'

	begin_peer hello 'msg:02010100 {t,slow}' await msg:0307 read \
	    msg:0307 read 'msg:02010100 {t,status,9}' say:on await answer answer
	event >got
	echo >&8
	timeout 60 sh -c 'until grep -q on lines; do :; done'
	echo done >go
	end_peer
	printf '%s\n' 'NOOP 3' 'NOOP 3' on 'OUTPUT 1 5 done.' 'STATUS 4' \
	    'STATUS 9' >wanted
	mv lines got
	same 'NOOP is answered while a program runs, and other messages after it'

	begin_peer hello hold 'msg:02010100 {t,slow}' msg:0307 msg:0307 go \
	    read read say:on answer
	event >got
	timeout 60 sh -c 'until grep -q on lines; do :; done'
	echo done >go
	end_peer
	printf '%s\n' 'NOOP 3' 'NOOP 3' on 'OUTPUT 1 5 done.' 'STATUS 4' >wanted
	mv lines got
	same 'NOOP that came with the command is, too'

	begin_peer hello 'msg:02010100 {t,silent}' await
	event >got
	end_peer
	claim 'a silent program: others are served' \
	    peer hello 'msg:02010100 {t,status,0}' answer
	grep -q 'has closed the connection while a command ran' errors
	pass_if $? 'a silent program: its client'\''s end is noticed at once' errors
	echo on >go
	[ "$(event)" = 'went on' ]
	pass_if $? 'a silent program: runs on to its end'

	begin_peer hello 'msg:02010100 {t,silent}' reset
	event >got
	end_peer
	echo on >go
	[ "$(event)" = 'went on' ]
	pass_if $? 'a silent program: runs on when its client resets'
}

test_surroundings() {
	cat >wanted <<-END
	REMCTL_COMMAND=t
	REMOTE_ADDR=127.0.0.1
	REMOTE_HOST=$(getent hosts 127.0.0.1 | awk '{ print $2 }')
	REMOTE_USER=alice@GJALLAR.TEST
	REMUSER=alice@GJALLAR.TEST
	END
	remctl_run t variables \
	    'REM[A-Z_]*\|NOTIFY_[A-Z]*\|LISTEN_[A-Z]*' >variables 2>&1
	grep -v '^REMOTE_EXPIRES=' variables >got
	same 'environment'
	now=$(date +%s)
	expires=$(sed -n 's/^REMOTE_EXPIRES=//p' variables)
	[ "${expires:-0}" -gt "$now" ] &&
	    [ "$expires" -lt $((now + 90000)) ]
	pass_if $? 'REMOTE_EXPIRES is within the next day' variables
	if [ -r /proc/self/status ]; then
		printf '0\n1\n2\n3\n' >wanted
		remctl_run t files >got 2>&1
		same 'a program has no descriptors but its three (and its own)'
		printf '\t0000000000000000\n\t0000000000000000\n' >wanted
		remctl_run t signals 2>&1 | sed 's/^...//' >got
		same 'no signal is blocked or ignored'
		echo own >wanted
		remctl_run t session >got 2>&1
		same 'a session of its own'
	else
		skip 'descriptors, signals, session' 'there is no /proc'
	fi
	echo "$soft" >wanted
	remctl_run t limit >got 2>&1
	same 'the limit of descriptors is the one that the server had'
	if [ "$(id -u)" = 0 ]; then
		echo "$(id -u nobody) $(id -g nobody) $(id -G nobody)" >wanted
		remctl_run u who >got 2>&1
		same 'user='
	else
		skip 'user=' 'only root can become another'
	fi
}

# later NAME WANTED WORDS: what a program writes, and its status, that is the
# tenth on its connection; by then the server knows the client's host.
# shellcheck disable=SC2046
later() {
	echo "$2" >wanted
	peer hello $(steps 9 'msg:02010100{t,status,0}' answer) \
	    "msg:02010100{$3}" answer >all 2>&1
	{
		sed -n 's/^OUTPUT [12] [0-9]* //p' all | tr -d '\n'
		tail -n 1 all
	} >got
	same "$later, $1"
}

test_later() {
	later=$1
	later 'REMOTE_HOST' "REMOTE_HOST=$(getent hosts 127.0.0.1 |
	    awk '{ print $2 }').STATUS 0" t,variables,REMOTE_HOST
	later 'no program' 'gss-remctld: cannot execute command: No such file or directory.STATUS 255' \
	    t,nowhere
	later 'standard input' '1 5.STATUS 0' t,count,x,hello
	later 'the limit of descriptors' "$soft.STATUS 0" t,limit
	if [ -r /proc/self/status ]; then
		later 'descriptors' '0.1.2.3.STATUS 0' t,files
		later 'signals' 'Blk.0000000000000000.Ign.0000000000000000.STATUS 0' \
		    t,signals
		later 'session' 'own.STATUS 0' t,session
	else
		skip "$later, descriptors, signals, session" 'there is no /proc'
	fi
	if [ "$(id -u)" = 0 ]; then
		later 'user=' "$(id -u nobody) $(id -g nobody) $(id -G \
		    nobody).STATUS 0" u,who
	else
		skip "$later, user=" 'only root can become another'
	fi
}

# The only child that a server has while no command runs.
resolver_pid() {
	ps -A -o pid= -o ppid= | awk -v server=$server_pid \
	    '$2 == server { print $1 }'
}

resolver_end() {
	kill "$(resolver_pid)"
	timeout 60 sh -c 'until grep -q "resolver has ended" errors; do :; done'
	pass_if $? 'the end of the resolver is told' errors
}

test_log() {
	grep -q "COMMAND from alice@GJALLAR.TEST: t mask \*\*MASKED\*\* seen" log
	pass_if $? 'logmask' log
	grep -q "COMMAND from alice@GJALLAR.TEST: t count x \*\*DATA\*\*" log
	pass_if $? 'standard input is not logged' log
	grep -q "COMMAND from alice@GJALLAR.TEST: t words a\.\.b" log
	pass_if $? 'control characters are not logged' log
	grep -q "unknown command nothing from user alice@GJALLAR.TEST" log &&
	    grep -q "access denied: user alice@GJALLAR.TEST, command t denied" \
		log
	pass_if $? 'unknown commands and denied ones are' log
	grep -q "conf:3: .*bogus" errors
	pass_if $? 'a broken ACL is told with file and line' errors
	! grep -E 'Sanitizer|runtime error' errors >found
	pass_if $? 'no sanitizer has found anything' found
}

# --- Names of hosts ---------------------------------------------------------

# A server whose name service is remctl_names.c.
start_named() {
	mkdir names
	cat >named <<-END
	#!/bin/sh
	LD_PRELOAD=$names_library REMCTL_NAMES=$scratch/names \\
	    REMCTL_SERVER=\$\$ REMOTE_HOST=wrong exec "$plain" "\$@"
	END
	chmod +x named
	start_server "$scratch/named"
}

asked() {
	wc -l <names/asked | tr -d ' '
}

# Whether twenty commands of a connection ask less than once each, which is
# so when the resolver's answer is there for the last ones.
known() {
	rm -f names/asked
	peer hello $(steps 20 'msg:02010100{t,status,0}' answer) >got 2>&1
	[ "$(asked)" -lt 21 ]
}

# hosts NAME LINE: what each of ten programs on a connection says.
# shellcheck disable=SC2046
hosts() {
	steps 10 ${2:+"$2"} 'STATUS 0' >wanted
	peer hello $(steps 10 'msg:02010100{t,variables,REMOTE_HOST}' answer) \
	    >got 2>&1
	same "REMOTE_HOST, ten times on a connection: $1"
}

test_names() {
	start_named
	hosts 'no name' ''
	printf host.example >names/name
	hosts 'a name' 'OUTPUT 1 25 REMOTE_HOST=host.example.'
	# Of several connections the right one gets the answer.
	begin_peer open begin:11 say:ready await as:24 ctx:02 'msg:{t,order}' \
	    all
	timeout 60 sh -c 'until grep -q ready lines; do :; done'
	attempts=0
	until known || [ $attempts -eq 50 ]; do
		attempts=$((attempts + 1))
	done
	[ $attempts -lt 50 ]
	pass_if $? 'a name is not asked for again' names/asked

	# The resolver has answered the first of them, too.
	echo >&8
	end_peer
	printf '%s\n' ready 'MIC good' 'ANSWER 0 14 one.two.three.' closed \
	    >wanted
	mv lines got
	same 'version 1, when the name is known'
	[ ! -e names/closed ]
	pass_if $? 'no descriptor is closed twice' names/closed

	# The resolver's word is not taken, and programs ask for themselves.
	printf 'no host;' >names/name
	rm names/asked
	hosts 'a name that is none' 'OUTPUT 1 21 REMOTE_HOST=no host;.'
	timeout 60 sh -c 'until [ "$(wc -l <names/asked)" -ge 11 ]; do :; done'
	[ "$(asked)" -eq 11 ]
	pass_if $? 'a name that is none is not taken from the resolver' \
	    names/asked

	# What it is asked first it does not answer before we say so.
	printf host.example >names/name
	rm names/asked names/first
	mkfifo names/wait
	# shellcheck disable=SC2046
	begin_peer hello await 'msg:02010100 {t,variables,REMOTE_HOST}' answer \
	    say:said await $(steps 200 'msg:02010100{t,status,0}' answer)
	timeout 60 sh -c 'until [ -e names/first ]; do :; done'
	echo >&8
	timeout 60 sh -c 'until grep -q said lines; do :; done'
	pass_if $? 'no program waits for the resolver' lines
	timeout 60 sh -c ': >names/wait'
	pass_if $? 'the resolver has waited all the while'
	echo >&8
	end_peer
	{
		printf '%s\n' 'OUTPUT 1 25 REMOTE_HOST=host.example.' \
		    'STATUS 0' said
		steps 200 'STATUS 0'
	} >wanted
	mv lines got
	same 'a program that asks for itself, and others behind it'
	[ "$(asked)" -lt 202 ]
	pass_if $? 'an answer that comes late is taken' names/asked
	resolver=$(resolver_pid)
	stop_server
	pass_if $? 'TERM, with a resolver: status 0'
	timeout 60 sh -c "while kill -0 $resolver 2>/dev/null; do :; done"
	pass_if $? 'the resolver ends with its server'
}

# --- Signals ----------------------------------------------------------------

test_hangup() {
	echo "new ALL $scratch/prog ANYUSER" >>conf
	kill -s HUP $server_pid
	until says_new; do :; done
	says 'HUP: a good file is taken' 'STATUS 3' \
	    hello 'msg:02010100 {new,status,3}' answer
	echo "bad" >>conf
	lines=$(wc -l <conf)
	kill -s HUP $server_pid
	timeout 60 sh -c 'until grep -q "stays in force" errors; do :; done'
	grep -q "conf:$((lines)): " errors
	pass_if $? 'HUP: a bad file is told with file and line' errors
	says 'HUP: a bad file leaves the old one' 'STATUS 3' \
	    hello 'msg:02010100 {new,status,3}' answer
	write_config
}

says_new() {
	peer hello 'msg:02010100 {new,status,3}' answer | grep -q 'STATUS 3'
}

test_terminate() {
	begin_peer hello 'msg:02010100 {t,slow}' await all
	event >got
	kill $server_pid
	until grep -q 'signal received, exiting' log; do :; done
	peer open >got 2>&1
	echo 'failed: connect' >wanted
	same 'TERM: no connection is taken any more'
	echo >&8
	echo done >go
	end_peer
	printf 'OUTPUT 1 5 done.\nSTATUS 4\nclosed\n' >wanted
	mv lines got
	same 'TERM: a command that runs is answered, and no other'
	wait $server_pid
	pass_if $? 'TERM: status 0'
	[ ! -e pid ]
	pass_if $? 'TERM: the file with its number is gone'
	wait $log_pid
	server_pid=
	! grep -E 'Sanitizer|runtime error' errors >found
	pass_if $? 'TERM: nothing leaks' found
}

test_terminate_twice() {
	start_server "$plain"
	resolver=$(resolver_pid)
	begin_peer hello 'msg:02010100 {t,silent}' await
	event >got
	kill $server_pid
	until grep -q 'signal received, exiting' log; do :; done
	timeout 60 sh -c "while kill -0 $resolver 2>/dev/null; do :; done"
	pass_if $? 'TERM: there is no resolver any more'
	! grep 'resolver has ended' errors >found
	pass_if $? 'TERM: and nobody is told of it' found
	stop_server INT
	pass_if $? 'TERM, and INT: at once'
	end_peer
	echo on >go
	event >got
}

# --- Other ways to start ----------------------------------------------------

test_starts() {
	rm -f fifo
	mkfifo fifo
	"$peer_program" 127.0.0.1:0 inetd "$san" -f "$scratch/conf" \
	    >fifo 2>errors &
	server_pid=$!
	read -r address <fifo
	says 'inetd' 'STATUS 3|STATUS 4|closed' hello \
	    'msg:02010100 {t,status,3}' answer \
	    'msg:02010000 {t,status,4}' all
	wait $server_pid
	pass_if $? 'inetd: status 0' errors
	"$san" -S -f "$scratch/conf" </dev/null >got 2>&1
	status=$?
	[ $status -eq 0 ] && grep -q 'cannot get peer address' got
	pass_if $? 'inetd: no socket' got
	"$peer_program" 127.0.0.1:0 systemd "$san" -m -F -S -f "$scratch/conf" \
	    >fifo 2>errors &
	server_pid=$!
	exec 7<fifo
	read -r address <&7
	first_line
	says 'systemd'\''s socket' 'STATUS 3' hello \
	    'msg:02010100 {t,status,3}' answer
	says 'systemd: programs do not learn of it' 'STATUS 0' hello \
	    'msg:02010100 {t,variables,LISTEN_[A-Z]*}' answer
	kill $server_pid
	exec 7<&-
	wait $server_pid
	pass_if $? 'systemd: status 0'
	server_pid=
}

test_keys() {
	start_server "$plain" -s host/localhost
	says '-s: the key that it names' 'STATUS 2' hello \
	    'msg:02010100 {t,status,2}' answer
	stop_server
	for service in remctl/localhost nobody/localhost; do
		start_server "$plain" -s $service
		says "-s $service: no other key" closed hello
		stop_server
	done
	start_server "$plain" -k "FILE:$scratch/no-keytab"
	says '-k: no keys' closed hello
	cp "${KRB5_KTNAME#FILE:}" no-keytab
	says '-k: once there are keys' \
	    "OUTPUT 1 $((${#scratch} + 28)) KRB5_KTNAME=FILE:$scratch/no-keytab.|STATUS 0" \
	    hello 'msg:02010100 {t,variables,KRB5_KTNAME}' answer
	stop_server
}

# Somebody else's rights: an environment that says so is as good as none.
test_lent() {
	if [ "$(id -u)" != 0 ]; then
		skip 'set-user-ID' 'only root can make such a program'
		return
	fi
	cp "$plain" lent
	chown nobody lent && chmod 4755 lent
	chmod a+r no-keytab conf
	start_server "$scratch/lent" -k "FILE:$scratch/no-keytab"
	peer hello 'msg:02010100 {t,variables,KRB5_CONFIG\|PATH}' answer \
	    >got 2>&1
	printf '%s\n' 'OUTPUT 1 35 PATH=/usr/sbin:/usr/bin:/sbin:/bin.' \
	    'STATUS 0' >wanted
	same 'set-user-ID: the environment is not trusted'
	stop_server
}

# fails NAME STATUS TEXT OPTION ...
fails() {
	name=$1 status=$2 text=$3
	shift 3
	timeout 60 "$san" "$@" >output 2>&1 </dev/null
	[ $? -eq "$status" ] && grep -q -- "$text" output
	pass_if $? "$name" output
}

test_options() {
	fails '-h' 0 'usage: gss-remctld' -h
	fails '-v' 0 '^gss-remctld [0-9]' -v
	fails 'an unknown option' 1 'usage: gss-remctld' -y
	fails 'port 0' 1 'invalid port number 0' -m -p 0
	fails 'port 65536' 1 'invalid port number 65536' -m -p 65536
	fails 'port abc' 1 'invalid port number abc' -m -p abc
	fails '-b without -m' 1 '-b only makes sense' -b 127.0.0.1
	fails '-Z without -m' 1 '-Z only makes sense' -Z
	fails 'no configuration' 1 'nowhere' -m -F -S -f "$scratch/nowhere"
	echo 'one two' >bad
	fails 'a bad configuration' 1 'bad:1: ' -m -F -S -f "$scratch/bad"
	fails 'a bad configuration, before the background' 1 'bad:1: ' -m \
	    -f "$scratch/bad"
	fails 'an address of nobody here' 1 'cannot bind' \
	    -m -F -S -b 192.0.2.1 -f "$scratch/conf"
	fails 'a host'\''s name for an address' 1 'invalid bind address' \
	    -m -F -S -b localhost -f "$scratch/conf"
}

# --- How much ---------------------------------------------------------------

# kib FIELD: a field of the server's status, in KiB.
kib() {
	sed -n "s/^$1:[^0-9]*\([0-9]*\) kB/\1/p" /proc/$server_pid/status
}

# steps N STEP ...: the steps N times.
steps() {
	number=$1
	shift
	while [ "$number" -gt 0 ]; do
		printf '%s\n' "$@"
		number=$((number - 1))
	done
}

# While one client does not read, another one gets all of its output, for which
# the server needs far longer than to read what it were not to read.
test_slow_reader() {
	start_server "$plain"
	before=$(kib VmHWM)
	begin_peer hello 'msg:02010100 {t,bytes,104857600}' read await drain
	says 'a fast reader beside a slow one: 100 MiB' \
	    'drained 104857600|STATUS 0' \
	    hello 'msg:02010100 {t,bytes,104857600}' drain
	echo >&8
	end_peer
	grep -v '^OUTPUT' lines | tail -n 1 >got
	echo 'STATUS 0' >wanted
	same 'a slow reader gets all of it'
	says 'both streams at once: 20 MiB' 'drained 20971520|STATUS 0' \
	    hello 'msg:02010100 {t,mixed,10485760}' drain
	after=$(kib VmHWM)
	[ $((after - before)) -le 4096 ]
	pass_if $? 'the server grows by at most 4 MiB for both'
	echo "# at most $((after - before)) KiB more for them"
}

# shellcheck disable=SC2046
test_many() {
	before=$(kib VmRSS)
	begin_peer $(steps 200 hello) msg:0307 read say:ready await
	timeout 60 sh -c 'until grep -q ready lines; do :; done'
	after=$(kib VmRSS)
	claim '200 connections: another one is served' \
	    peer hello 'msg:02010100 {t,status,0}' answer
	each=$(((after - before) * 10 / 200))
	echo "# $((each / 10)).$((each % 10)) KiB a connection with its context"
	[ "$each" -le 240 ]
	pass_if $? '200 connections: at most 24 KiB each'
	end_peer
	begin_peer $(steps 300 open begin:51) say:ready await
	timeout 60 sh -c 'until grep -q ready lines; do :; done'
	claim '300 without a context: one with is served' \
	    peer hello 'msg:02010100 {t,status,0}' answer
	grep -q 'too many connections without a context' errors
	pass_if $? '300 without a context: the oldest make room' errors
	end_peer
	stop_server
	pass_if $? 'idle connections do not hold up the end'
}

# Descriptors for three connections.
test_exhausted() {
	limit=$(ulimit -S -n)
	ulimit -S -n 80
	(
		ulimit -H -n 80
		start_server "$plain"
		begin_peer $(steps 4 hello) say:ready await
		timeout 60 sh -c 'until grep -q ready lines; do :; done'
		grep -q 'connections at a time; more wait' errors
		pass_if $? 'few descriptors: that is said' errors
		timeout 60 "$peer_program" "$address" hello \
		    'msg:02010100 {t,status,2}' answer >late 2>&1 8>&- &
		late=$!
		end_peer
		wait $late
		echo 'STATUS 2' >wanted
		mv late got
		same 'few descriptors: one more is served in its turn'
		stop_server
	)
	count=$((count + 2))
	ulimit -S -n "$limit"
}

# Pipes that carry much are made wide; but so many and no more.
test_wide() {
	start_server "$plain"
	: >widths
	exec 6<>go
	clients=
	for number in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do
		timeout 60 "$build/bin/gss-remctl" -p "$port" localhost t wide \
		    >/dev/null &
		clients="$clients $!"
	done
	timeout 60 sh -c 'until [ "$(wc -l <widths)" -eq 17 ]; do :; done'
	for number in $clients; do
		echo >&6
	done
	wait $clients
	exec 6>&-
	{
		echo '      1 65536'
		echo '     16 1048576'
	} >wanted
	sort -n widths | uniq -c >got
	same 'pipes that carry much are wide, and 16 of them'
	stop_server
}

# The limit of descriptors that leaves the server so many: some may have any
# number.
limit_leaving() {
	left=$1
	number=0
	while [ "$left" -gt 0 ]; do
		[ -L /proc/$server_pid/fd/$number ] || left=$((left - 1))
		number=$((number + 1))
	done
	echo $number
}

# None left beyond a connection and two pipes.
test_full() {
	write_config
	echo words >words
	limit=$(ulimit -S -n)
	cat >full <<-'END'
	#!/bin/sh
	ulimit -n "$LIMIT"
	END
	echo "exec $plain \"\$@\" <$scratch/words" >>full
	chmod +x full
	LIMIT=$limit start_server "$scratch/full"
	limit=$(limit_leaving 5)
	stop_server
	LIMIT=$limit start_server "$scratch/full"
	says 'not one descriptor more: no standard input of the server' \
	    'OUTPUT 1 2 0.|STATUS 0' hello 'msg:02010100 {t,input}' answer
	stop_server
}

# --- Start ------------------------------------------------------------------

write_programs
write_config
soft=512
start_server "$san"
test_clients
remctl_run t mask secret seen >/dev/null 2>&1
remctl_run t words "$(printf 'a\033\nb')" >/dev/null 2>&1
test_messages
test_errors
test_limits
test_handshakes
test_old
test_programs
test_surroundings
test_later 'tenth on its connection'
resolver_end
test_later 'without the resolver'
test_log
test_hangup
test_terminate
test_terminate_twice
soft=
test_names
test_starts
test_keys
test_lent
test_options
if [ -r /proc/self/status ]; then
	test_slow_reader
	test_size
	test_many
else
	skip 'what clients cost' 'there is no /proc to measure it'
fi
test_exhausted
if [ "$(uname -s)" = Linux ] && perl -e 1; then
	test_wide
else
	skip 'wide pipes' 'this is not Linux with Perl'
fi
if [ -r /proc/self/status ]; then
	test_full
else
	skip 'not one descriptor more' 'there is no /proc to count them'
fi
echo "1..$count"
