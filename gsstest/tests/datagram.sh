#!/bin/sh
# datagram.sh: gsstest over UDP: datagrams that are lost, come twice or come
# late between two processes, and strangers that flood; prints TAP.  Run from
# the project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build).  timeout(1), which GNU and the BSDs have
# alike, ends what should have ended by itself, and so fails a test.

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0"
build=$(cd "${BUILD:-build}" && pwd) || exit 1
root=$(pwd)
courier=$build/obj/heimdal/courier
for program in "$courier"; do
	[ -x "$program" ] || { echo "Bail out! $program is not there"; exit 1; }
done
scratch=$GJALLAR_REALM_DIR/datagram
mkdir "$scratch" && cd "$scratch" || exit 1
programs=gsstest
[ ! -x "$build/bin/gsstest-mit" ] || programs='gsstest gsstest-mit'
count=0

# pass_if STATUS NAME FILE ...: one test; the files are shown on failure.
pass_if() {
	count=$((count + 1))
	passed=$1 name=$2
	shift 2
	if [ "$passed" -eq 0 ]; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		tail -n 20 "$@" 2>&1 | sed 's/^/# /'
	fi
}

# first_address: from the line "listening on ...".
first_address() {
	read -r line
	printf '%s\n' "${line#listening on }"
}

# start_server PROGRAM OPTION ...: leaves server, reader and where.
start_server() {
	program=$1
	shift
	rm -f server
	mkfifo server
	timeout 60 "$build/bin/$program" accept -c udp "$@" 127.0.0.1:0 \
	    >server 2>errors &
	server=$!
	exec 3<server
	where=$(first_address <&3)
	cat <&3 >reports &
	reader=$!
	exec 3<&-
}

# end_server: waits for it; gives its status.
end_server() {
	wait $server
	ended=$?
	wait $reader
	return $ended
}

# --- A wire that misbehaves -------------------------------------------------

# meet INITIATOR ACCEPTOR FATES: both have to work, over a relay.
meet() {
	start_server "$2" -q -n 1 -t 20
	rm -f relay
	mkfifo relay
	"$courier" relay "$where" "$3" >relay 2>relay.errors &
	relay=$!
	exec 4<relay
	through=$(first_address <&4)
	timeout 30 "$build/bin/$1" init -c udp -m krb5 -M 1 -t 20 "$through" \
	    host@localhost >initiator 2>&1
	initiated=$?
	end_server
	accepted=$?
	kill $relay
	wait $relay 2>/dev/null
	exec 4<&-
	[ $initiated -eq 0 ] && [ $accepted -eq 0 ]
}

# The first two are the request for a cookie and the retry.  Then come the
# token, its answer, three messages with their answers, and both ends.
wires() {
	for i in $programs; do
		for a in $programs; do
			for fates in ............. d.d..d..d d2l2d2l2 2222222222 \
			    llllllllll ...........dd; do
				meet "$i" "$a" "$fates"
				pass_if $? "$i to $a, fates $fates" initiator \
				    reports errors relay.errors
			done
		done
	done
}

# --- Strangers --------------------------------------------------------------

# resident: of the server, in KiB; nothing where the system does not tell.
resident() {
	pid=$(pgrep -P $server 2>/dev/null)
	ps -o rss= -p "${pid:-$server}" 2>/dev/null | tr -d ' '
}

good_initiator() {
	timeout 20 "$build/bin/$program" init -q -c udp -M 1 "$where" \
	    host@localhost >good 2>&1
}

# said WORD: the number behind a word of courier's sum.
said() {
	sed -n "s/.*$1 \([0-9]*\).*/\1/p" said
}

stop_server() {
	kill -s TERM $server
	end_server
}

flooded() {
	start_server "$1" -q -n 0
	good_initiator
	before=$(resident)
	"$courier" flood "$where" 20000 >said 2>&1
	after=$(resident)
	pass_if $? "$1: a flood of 20000 first datagrams from 200 ports" said
	echo "# $1: $(cat said); resident ${before:-?} KiB before," \
	    "${after:-?} after"
	[ "$(said retries)" -gt 19000 ] && [ "$(said others)" -eq 0 ]
	pass_if $? "$1: each is asked for a cookie, and no more" said
	[ "$(said received)" -le "$(said sent)" ]
	pass_if $? "$1: nothing is amplified" said
	[ $((${after:-0} - ${before:-0})) -lt 256 ]
	pass_if $? "$1: memory stays as it was" said
	"$courier" garbage "$where" 2000 >said 2>&1
	[ "$(said others)" -eq 0 ] && [ "$(said retries)" -le 1 ]
	pass_if $? "$1: garbage is not answered" said
	good_initiator
	pass_if $? "$1: a good one works afterwards" good errors
	stop_server
	pass_if $? "$1: SIGTERM gives 0, as nobody else was taken for a peer" \
	    reports errors
	grep -q ' 2 of 2 negotiations ok' reports
	pass_if $? "$1: the flood has made no conversation" reports
}

replayed() {
	start_server "$1" -q -n 0
	"$courier" cookies "$where" >said 2>&1
	cat >wanted <<-END
	from another port: retry
	with another name: retry
	changed: retry
	of an older time: retry
	as it is: served
	END
	diff wanted said >difference
	pass_if $? "$1: a cookie is good for its address, name and time" \
	    difference
	good_initiator
	pass_if $? "$1: a good one works beside a failed one" good errors
	stop_server
	grep -q ' 1 of 2 negotiations ok' reports
	pass_if $? "$1: one conversation was made, and failed" reports
}

# conversations_max: as many as there may be at a time.
conversations_max() {
	sed -n 's/^#define CONVERSATIONS_MAX \([0-9]*\)$/\1/p' \
	    "$root/gsstest/switchboard.h"
}

# More than there may be, with good cookies, which stay for eight seconds.
filled() {
	start_server "$1" -q -n 0 -t 8
	before=$(resident)
	"$courier" fill "$where" 1500 >said 2>&1
	pass_if $? "$1: 1500 conversations that nobody goes on with" said
	after=$(resident)
	[ "$(said retries)" -eq "$(conversations_max)" ]
	pass_if $? "$1: what is beyond the limit is not answered" said
	good_initiator
	pass_if $? "$1: a good one works as soon as there is room" good errors
	stop_server
	made=$(sed -n 's/.* of \([0-9]*\) negotiations ok.*/\1/p' reports)
	echo "# $1: $(cat said); resident ${before:-?} KiB before," \
	    "${after:-?} after; $((made - 1)) conversations"
	[ $((${after:-0} - ${before:-0})) -lt 32768 ]
	pass_if $? "$1: less than 32 MiB for all of them" said
}

# Nobody is there, and UDP would not say so.
portless() {
	timeout 20 "$build/bin/$1" init -c udp 127.0.0.1:0 host@localhost >said 2>&1
	[ $? -eq 1 ] && grep -q '127.0.0.1:0: nobody is at port 0' said
	pass_if $? "$1: port 0 is nobody's" said
}

wires
for program in $programs; do
	portless "$program"
	flooded "$program"
	replayed "$program"
	filled "$program"
done
echo "1..$count"
