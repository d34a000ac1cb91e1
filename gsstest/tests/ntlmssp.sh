#!/bin/sh
# ntlmssp.sh: the sizes of NTLM's data messages in NegotiateStream, as TAP.
# SPDX-License-Identifier: BSD-2-Clause
#
# Heimdal's NTLM protects no messages, so MIT's library with gss-ntlmssp does.

[ -n "$GJALLAR_REALM_DIR" ] || exec gsstest/realm sh "$0" "$@"
build=$(cd "${BUILD:-build}" && pwd) || exit 1
dir=$GJALLAR_REALM_DIR

why=$(gsstest/party -n "$build" ntlmssp)
if [ -n "$why" ]; then
	echo "ok 1 - sizes of NTLM # SKIP $why"
	echo 1..1
	exit 0
fi
echo "ntlm 1.3.6.1.4.1.311.2.2.10 $build/ntlmssp/gssntlmssp.so none" \
    >"$dir/ntlm.mech"
(umask 077 && echo GJALLAR.TEST:carol:secret >"$dir/ntlm.users")
GSS_MECH_CONFIG=$dir/ntlm.mech
NTLM_USER_FILE=$dir/ntlm.users
KRB5CCNAME=FILE:$dir/none
LD_LIBRARY_PATH=$build/ntlmssp/lib
export GSS_MECH_CONFIG NTLM_USER_FILE KRB5CCNAME LD_LIBRARY_PATH
"$build/obj/mit/nns_probe"
