#!/bin/sh
# ntlm.sh: NTLM through SPNEGO, with NEGOEX installed and without, and NTLM in
# NegotiateStream, as TAP.
# SPDX-License-Identifier: BSD-2-Clause
#
# Heimdal's NTLM acceptor asks a KDC that has the digest service on; the
# realm's has not.  So this starts another on the realm's database.
# gss-ntlmssp, for MIT, reads the same file of users in both roles.

[ -n "$GJALLAR_REALM_DIR" ] || exec gsstest/realm sh "$0" "$@"
BUILD=${BUILD:-build}
dir=$GJALLAR_REALM_DIR
link=$dir/kdc.$(printf '%0250d' 0) # no pid file, see gsstest/realm
set -- $(gsstest/realm -p)
kinit=$2 kadmin=$3 kdc_pid=

give_up() {
	echo "not ok 1 - $1"
	echo 1..1
	for log in "$dir/kadmin2.log" "$dir/kdc2.log" "$dir/kinit2.log"; do
		[ -s "$log" ] && sed 's/^/# /' "$log"
	done
	exit 1
}

make_principals() {
	"$kadmin" -l -c "$KRB5_CONFIG" >"$dir/kadmin2.log" 2>&1 <<-END
	add --password=secret --use-defaults carol
	add --random-key --use-defaults digest/GJALLAR.TEST
	modify --attributes=+allow-digest host/localhost
	END
	echo GJALLAR.TEST:carol:secret >"$dir/ntlm.users"
}

# start_kdc PORT: 0 when the acceptor has its ticket from it.
start_kdc() {
	sed -e "s/kdc = 127.0.0.1:.*/kdc = 127.0.0.1:$1/" \
	    -e 's/num-kdc-processes.*/&\
		enable-digest = true\
		digests_allowed = ntlm-v1 ntlm-v1-session ntlm-v2/' \
	    "$dir/krb5.conf" >"$dir/digest.conf"
	"$link" --config-file="$dir/digest.conf" --addresses=127.0.0.1 \
	    --ports="$1/tcp" >"$dir/kdc2.log" 2>&1 </dev/null &
	kdc_pid=$!
	tries=0
	while [ $tries -lt 300 ] && kill -0 $kdc_pid 2>/dev/null; do
		KRB5_CONFIG=$dir/digest.conf "$kinit" -k \
		    -t "$dir/service.keytab" -c "FILE:$dir/acceptor" \
		    host/localhost >"$dir/kinit2.log" 2>&1 </dev/null && return
		sleep 0.02 2>/dev/null || sleep 1
		tries=$((tries + 1))
	done
	kill $kdc_pid 2>/dev/null
	return 1
}

trap '[ -z "$kdc_pid" ] || { kill "$kdc_pid"; wait "$kdc_pid"; } 2>/dev/null' EXIT
make_principals
ports=0
until start_kdc $((10240 + $(od -A n -N 2 -t u2 /dev/urandom) % 22528)); do
	ports=$((ports + 1))
	[ $ports -lt 20 ] || give_up 'the KDC with digests'
done
KRB5_CONFIG=$dir/digest.conf
NTLM_USER_FILE=$dir/ntlm.users
NTLM_ACCEPTOR_CCACHE=FILE:$dir/acceptor
export KRB5_CONFIG NTLM_USER_FILE NTLM_ACCEPTOR_CCACHE
"$BUILD/bin/gsstest-matrix" -b "$BUILD" -t gsstest/tables/ntlm
