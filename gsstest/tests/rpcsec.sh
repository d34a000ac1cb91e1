#!/bin/sh
# rpcsec.sh: RPCSEC_GSS between two processes, with every service and messages
# of several sizes; prints TAP.  Run from the project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build).  timeout(1), which GNU and the BSDs have
# and POSIX has not, ends what would hang.
#
# A peer NAME is four functions:
#   client_NAME WHERE SERVICE SIZE       makes a context, calls ECHO $calls times
#                                        and destroys it; 0 when all went well
#   client_said_NAME SERVICE SIZE        complaints about client.report
#   server_NAME                          its first line ends with WHERE
#   server_said_NAME SERVICE SIZE        complaints about the other lines, which
#                                        it reads from stdin up to the
#                                        context's end

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0"
build=$(cd "${BUILD:-build}" && pwd) || exit 1
scratch=$GJALLAR_REALM_DIR/rpcsec
mkdir "$scratch" || exit 1
target=host@localhost
services='none integrity privacy'
# With padding and without; one and many fragments; the greatest.
sizes='0 1 1022 65536 204800'
calls=3
count=0

# CLIENT SERVER
rows='
tirpc tirpc
gsstest tirpc
gsstest_mit tirpc
tirpc gsstest
tirpc gsstest_mit
gsstest gsstest
gsstest gsstest_mit
gsstest_mit gsstest
gsstest_mit gsstest_mit
'

# --- libtirpc ---------------------------------------------------------------

client_tirpc() {
	timeout 20 "$build/obj/mit/tirpc_client" "$1" $target "$2" $calls "$3"
}

client_said_tirpc() {
	echo "ok: service $1, null, $calls times echo of $2 octets" |
		diff - client.report
}

server_tirpc() {
	exec timeout 30 "$build/obj/mit/tirpc_server" $target
}

server_said_tirpc() {
	sed '/^destroy$/q' >server.report
	{
		[ -z "$greets" ] ||
			echo "null 0 service $1 client alice@GJALLAR.TEST"
		called=0
		while [ $called -lt $calls ]; do
			echo "echo $2 service $1 client alice@GJALLAR.TEST"
			called=$((called + 1))
		done
		echo destroy
	} | diff - server.report
}

# --- gsstest ----------------------------------------------------------------

# client_of PROGRAM WHERE SERVICE SIZE
client_of() {
	timeout 20 "$build/bin/$1" init -j -c rpcsec --service "$3" \
	    -M $calls -s "$4" "$2" $target
}

client_gsstest() {
	client_of gsstest "$@"
}

client_gsstest_mit() {
	client_of gsstest-mit "$@"
}

# The first report is the session's.
client_said_gsstest() {
	grep -q '"ok":true' client.report || cat client.report
}

client_said_gsstest_mit() {
	client_said_gsstest
}

server_gsstest() {
	exec timeout 30 "$build/bin/gsstest" accept -c rpcsec 127.0.0.1:0
}

server_gsstest_mit() {
	exec timeout 30 "$build/bin/gsstest-mit" accept -c rpcsec 127.0.0.1:0
}

# It ends by itself after one peer: all that it says is there.
server_said_gsstest() {
	cat >server.report
	grep -q '^acceptor .*: ok$' server.report || cat server.report
}

server_said_gsstest_mit() {
	server_said_gsstest
}

# --- Two sides --------------------------------------------------------------

# meet CLIENT SERVER SERVICE SIZE: complaints, where there are any.  What the
# server says is not waited for when the client failed.
meet() {
	rm -f server
	mkfifo server
	greets=
	[ "$1" = tirpc ] && greets=yes # by the null procedure
	"server_$2" >server 2>server.errors &
	exec 3<server
	read -r line <&3
	if "client_$1" "${line##* }" "$3" "$4" >client.report 2>client.errors
	then
		"client_said_$1" "$3" "$4"
		"server_said_$2" "$3" "$4" <&3
	else
		echo "client: status $?"
		cat client.report
	fi
	kill $! 2>/dev/null
	wait $! 2>/dev/null
	exec 3<&-
	cat client.errors server.errors
}

# row CLIENT SERVER SERVICE: one test, with all sizes.
row() {
	count=$((count + 1))
	for size in $sizes; do
		meet "$1" "$2" "$3" "$size" >"$scratch/complaints" 2>&1
		[ -s "$scratch/complaints" ] || continue
		echo "not ok $count - $1 to $2, service $3"
		echo "# with $size octets:"
		head -n 40 "$scratch/complaints" | sed 's/^/# /'
		return
	done
	echo "ok $count - $1 to $2, service $3"
}

# absent PEER: true where it could not be built.
absent() {
	[ "$1" = tirpc ] && ! grep -q '^TIRPC_LIBS = .' "$build/config.mk"
}

cd "$scratch" || exit 1
while read -r client server; do
	[ -n "$client" ] || continue
	for service in $services; do
		if absent "$client" || absent "$server"; then
			count=$((count + 1))
			echo "ok $count - $client to $server, service" \
			    "$service # SKIP no libtirpc with MIT's GSS here"
			continue
		fi
		row "$client" "$server" "$service"
	done
done <<END
$rows
END
echo "1..$count"
