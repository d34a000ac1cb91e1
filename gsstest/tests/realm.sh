#!/bin/sh
# realm.sh: tests of gsstest/realm; prints TAP.  Run from the project's root.
# SPDX-License-Identifier: BSD-2-Clause

realm=./gsstest/realm
count=0

# Realms of this run make their directories below here, and nothing else does.
# (A short path: the directory's name is in the KDC's arguments, see leftovers.)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/realm-test.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$scratch/tmp"
TMPDIR=$scratch/tmp
export TMPDIR

# is WANTED GOT NAME: one test.
is() {
	count=$((count + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $count - $3"
	else
		echo "not ok $count - $3"
		printf 'wanted: %s\ngot: %s\n' "$1" "$2" | sed 's/^/# /'
	fi
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# processes: the arguments of all; a small Debian has no ps.
processes() {
	if command -v ps >/dev/null; then
		ps -A -o args=
	else
		for file in /proc/[0-9]*/cmdline; do
			tr '\0' ' ' <"$file" 2>/dev/null && echo
		done
	fi
}

# leftovers: what realms of this run have left behind.
leftovers() {
	ls "$TMPDIR"
	processes | grep -F -e "--config-file=$TMPDIR" | grep -v grep
}

# wait_for FILE: until it is there and not empty, ten seconds at most.
wait_for() {
	tries=0
	until [ -s "$1" ] || [ $tries -ge 500 ]; do
		sleep 0.02 2>/dev/null || sleep 1
		tries=$((tries + 1))
	done
}

# --- CMD and its status -----------------------------------------------------

test_status() {
	$realm true
	is 0 $? 'status 0 is passed on'
	$realm sh -c 'exit 7'
	is 7 $? 'status 7 is passed on'
	$realm "$scratch/no-such-command" 2>/dev/null
	is 127 $? 'a command that is not there gives 127'
	$realm sh -c 'kill -s KILL $$' 2>/dev/null
	is 137 $? 'a command killed by signal 9 gives 137'
	$realm 2>/dev/null
	is 2 $? 'no command is a usage error'
	$realm -x true 2>/dev/null
	is 2 $? 'an unknown option is a usage error'
	HEIMDAL_PREFIX=/nonexistent $realm true 2>"$scratch/err"
	is '2 1' "$? $(grep -c 'kdc kinit kadmin' "$scratch/err")" \
	    'missing programs are named, status 2'
	is '' "$(leftovers)" 'nothing is left behind'
}

test_stdio() {
	is 'some input' "$(echo 'some input' | $realm cat)" \
	    'stdin and stdout pass through'
	is 'one argument|two' "$($realm printf '%s|%s' 'one argument' two)" \
	    'arguments pass unchanged'
	is '' "$($realm cat <&- 2>&1)" 'a closed stdin is an empty one'
}

# --- The environment --------------------------------------------------------

test_environment() {
	# Single quotes: it is CMD that is to expand these.
	unset GSS_MECH_CONFIG
	is ok "$($realm sh -c '
		d=$GJALLAR_REALM_DIR
		case $d in "$TMPDIR"/*) ;; *) echo "directory: $d" ;; esac
		for file in "$KRB5_CONFIG" "${KRB5_KTNAME#FILE:}" \
		    "${KRB5CCNAME#FILE:}" "$KRB5RCACHEDIR" "$GSS_MECH_CONFIG"
		do
			case $file in "$d"/*) ;; *) echo "outside: $file" ;; esac
			[ -e "$file" ] || echo "missing: $file"
		done
		case $KRB5_CLIENT_KTNAME in
		"FILE:$d"/*) ;; *) echo "outside: $KRB5_CLIENT_KTNAME" ;;
		esac
		[ -e "${KRB5_CLIENT_KTNAME#FILE:}" ] && echo "client keytab"
		echo ok')" 'all variables point into the directory'
	is drwx------ "$($realm sh -c 'ls -ld "$GJALLAR_REALM_DIR"' |
	    cut -c1-10)" 'the directory is private'
	is mine "$(GSS_MECH_CONFIG=mine $realm sh -c 'echo "$GSS_MECH_CONFIG"')" \
	    'GSS_MECH_CONFIG is kept when it was set'
	is 0027 "$(umask 027; $realm sh -c umask)" 'the umask is kept'
}

# --- Tickets ----------------------------------------------------------------

test_tickets() {
	# The plain names may be those of MIT's programs; they will do as well.
	client=$(command -v kgetcred || command -v kvno)
	for service in host/localhost remctl/localhost; do
		$realm "$client" $service >"$scratch/out" 2>&1
		is 0 "$?$(cat "$scratch/out")" "Heimdal: a ticket for $service"
	done
	if ! command -v gss-server >/dev/null; then
		skip 'MIT: gss-client talks to gss-server' \
		    'gss-server is not installed'
		return
	fi
	# The port is asked for often enough to be free once.
	$realm sh -c '
		cd "$GJALLAR_REALM_DIR" || exit
		port=$((33000 + $$ % 20000))
		for port in $port $((port + 1)) $((port + 2)); do
			gss-server -port $port -once host@localhost >log 2>&1 &
			tries=0
			while [ $tries -lt 200 ] && kill -0 $! 2>/dev/null; do
				gss-client -port $port 127.0.0.1 \
				    host@localhost hello >client 2>&1 && break 2
				grep "^GSS-API error" client && break
				sleep 0.02 2>/dev/null || sleep 1
				tries=$((tries + 1))
			done
			kill $! 2>/dev/null
		done
		wait
		cat client log
		ls rcache' >"$scratch/out" 2>&1
	for line in 'Signature verified' 'Received message: "hello"' 'rcache2'; do
		grep -q "$line" "$scratch/out" || echo "not seen: $line"
	done >"$scratch/unseen"
	[ -s "$scratch/unseen" ] && cat "$scratch/out" >>"$scratch/unseen"
	is '' "$(cat "$scratch/unseen")" \
	    'MIT: gss-client talks to gss-server, replay cache inside'
}

# --- Signals ----------------------------------------------------------------

# A realm started with & would ignore INT from its start, so it is started in
# the foreground, and what sends the signal in the background.
test_signal() {
	signal=$1 status=$2
	rm -f "$scratch/up" "$scratch/late"
	(
		wait_for "$scratch/up"
		kill -s "$signal" "$(cat "$scratch/realm.pid")"
	) &
	sh -c 'echo $$ >"$1"; exec "$2" sh -c "echo \$\$ >\"\$1\"
		sleep 3
		echo late >\"\$2\"" cmd "$3" "$4"' sh \
	    "$scratch/realm.pid" $realm "$scratch/up" "$scratch/late" \
	    2>/dev/null
	is "$status" $? "$signal gives $status"
	wait
	kill -0 "$(cat "$scratch/up")" 2>/dev/null
	is '1 ' "$? $(cat "$scratch/late" 2>/dev/null)" \
	    "$signal ends the command at once"
	is '' "$(leftovers)" "$signal leaves nothing behind"
}

# A command that takes its time to end is waited for, with its realm.
test_signal_is_handled() {
	rm -f "$scratch/up"
	(
		wait_for "$scratch/up"
		kill -s TERM "$(cat "$scratch/realm.pid")"
	) &
	is 'handled, realm still there 143' "$(sh -c 'echo $$ >"$1"; shift
		exec "$@"' sh "$scratch/realm.pid" $realm sh -c '
		trap "test -s \"\$KRB5_CONFIG\" &&
		    printf \"%s \" \"handled, realm still there\"; exit 5" TERM
		echo up >"$1"
		while :; do sleep 0.02 2>/dev/null || sleep 1; done' \
	    cmd "$scratch/up" 2>/dev/null && echo 0 || echo $?)" \
	    'a command may handle the signal'
	wait
}

# --- Several ----------------------------------------------------------------

test_several() {
	for n in 1 2 3 4; do
		{
			$realm sh -c '
				kinit=$("$0" -p | sed -n 2p)
				echo "$GJALLAR_REALM_DIR" >"$1.up"
				# The others are up before this goes on.
				tries=0
				while set -- "$1" "${1%/*}"/several.*.up
				      [ $# -lt 5 ] && [ $tries -lt 500 ]; do
					sleep 0.02 2>/dev/null || sleep 1
					tries=$((tries + 1))
				done
				"$kinit" -k -t "$GJALLAR_REALM_DIR/users.keytab" \
				    bob@GJALLAR.TEST
				echo $?' $realm "$scratch/several.$n" \
			    </dev/null >"$scratch/several.$n.out" 2>&1
			echo $? >>"$scratch/several.$n.out"
		} &
	done
	wait
	is '0 0 0 0 0 0 0 0' "$(echo $(cat "$scratch"/several.*.out))" \
	    'four at once all work'
	is 4 "$(sort -u "$scratch"/several.*.up | grep -c .)" \
	    'four at once have four directories'
	is '' "$(leftovers)" 'four at once leave nothing behind'
}

# The first port that is tried is the one of a realm that is running.
test_port_in_use() {
	sed 's/^random_port() {$/&\
	[ -e "$dir\/once" ] || { : >"$dir\/once"; echo "$USED"; return; }/' \
	    $realm >"$scratch/realm"
	# The copy asks for the used port first, then at random.
	is 'ok' "$($realm sh -c '
		port() { sed -n "s/.*kdc = .*:\([0-9]*\)$/\1/p" "$KRB5_CONFIG"; }
		USED=$(port) && export USED
		sh "$1" sh -c "grep -q \"kdc = .*:\$USED\$\" \"\$KRB5_CONFIG\" &&
		    echo the same port || echo ok"' cmd "$scratch/realm")" \
	    'a port in use is left to its user'
}

# --- Files ------------------------------------------------------------------

test_files() {
	name='no Kerberos or GSS file of the system is opened'
	if ! strace -o /dev/null true 2>/dev/null; then
		skip "$name" 'strace is not installed'
		return
	fi
	strace -f -e trace=file -o "$scratch/trace" $realm true
	is seen "$(grep -q "$TMPDIR.*krb5.conf" "$scratch/trace" && echo seen)" \
	    'the trace shows the files that are opened'
	is '' "$(grep -E '"(/etc|/var)/[^"]*(krb5|gss|heimdal|kdc)' \
	    "$scratch/trace" | grep -v '/run/kdc\.0\{250\}\.pid"')" "$name"
	# What is left out above: a name that is too long to be made.
	is '' "$(ls /var/run | grep '^kdc\.0')" 'no pid file is written'
}

test_status
test_stdio
test_environment
test_tickets
test_signal TERM 143
test_signal INT 130
test_signal HUP 129
test_signal_is_handled
test_several
test_port_in_use
test_files
echo "1..$count"
