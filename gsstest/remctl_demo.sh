#!/bin/sh
# remctl_demo.sh: one command through each pair of remctl's programs.
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs inside gsstest/realm.  The real ones are linked with MIT krb5, ours with
# Heimdal; where the real ones are not installed, ours are shown alone.  Exits
# 1 when a pair does not give what it should.

build=$(cd "${BUILD:-build}" && pwd) || exit 2
gss_remctl=$build/bin/gss-remctl
gss_remctld=$build/bin/gss-remctld
for program in "$gss_remctl" "$gss_remctld"; do
	[ -x "$program" ] || { echo "remctl_demo: no $program"; exit 2; }
done
. "$(dirname "$0")/remctl_pairs"
mkdir "$GJALLAR_REALM_DIR/remctl" && cd "$GJALLAR_REALM_DIR/remctl" || exit 2
failed=0

cat >greet <<-'END'
#!/bin/sh
echo "hello $REMOTE_USER"
exit 42
END
chmod +x greet
echo "demo greet $PWD/greet ANYUSER" >conf

row() {
	printf '%-10s %-11s %-11s %-26s %6s  %s\n' "$@"
}

# run_pair CLIENT SERVER
run_pair() {
	program_of "$1" || return
	said=$("$program" -p "$port" localhost demo greet 2>&1)
	status=$?
	result=ok
	if [ "$said $status" != 'hello alice@GJALLAR.TEST 42' ]; then
		result=FAILED failed=1
	fi
	row "$1" "$2" 'demo greet' "$said" "$status" "$result"
}

row CLIENT SERVER COMMAND OUTPUT STATUS RESULT
for server in gss-remctld remctld; do
	program_of "$server" || continue
	server_start "$server" -b 127.0.0.1 || exit 1
	run_pair gss-remctl "$server"
	run_pair remctl "$server"
	server_stop || failed=1
done
exit $failed
