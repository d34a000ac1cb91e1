#!/bin/sh
# expected.sh: the matrix driver sees what is not as expected.  Every row of
# this table is wrong, and has to be told so; and a party that is not there says
# why in one line, which becomes one of TAP.  Prints TAP.
# SPDX-License-Identifier: BSD-2-Clause

[ -n "$GJALLAR_REALM_DIR" ] || exec gsstest/realm sh "$0" "$@"
BUILD=${BUILD:-build}
table=$GJALLAR_REALM_DIR/wrong
cat >"$table" <<'END'
* -m krb5
works, not expected to | heimdal | heimdal | | | | fail |
works, not expected to | heimdal | heimdal | | | | init:failure-silent |
works, with a text | heimdal | heimdal | | | | ok | a text
nothing is expected | heimdal | heimdal | | | | |
no such word | heimdal | heimdal | | | | okay |
another mechanism | heimdal | heimdal | | | | ok mechanism=spnego |
another initiator | heimdal | heimdal | | | | ok accept.source=bob@GJALLAR.TEST |
a member of the other side | heimdal | heimdal | | | | ok init.source=alice@GJALLAR.TEST |
a member that is not there | heimdal | heimdal | | | | ok init.nothing.there=0 |
a flag that is not there | heimdal | heimdal | | -f mutual | | ok granted=anon |
a flag that is there | heimdal | heimdal | | -f mutual | | ok granted!=mutual |
not a member that is not there | heimdal | heimdal | | | | ok init.nothing.there!=0 |
not what is null | heimdal | heimdal | | | | ok init.delegated!=0 |
other rounds | heimdal | heimdal | | | | ok init.rounds=1 |
a part of the value | heimdal | heimdal | | | | ok mechanism=krb |
fails, expected to work | heimdal | heimdal | | -b | --bindings other | ok |
another branch | heimdal | heimdal | | -b | --bindings other | accept:failure-token fail |
another text | heimdal | heimdal | | -b | --bindings other | fail | ticket
modules where none can be | heimdal | heimdal | MODULES=hop | | | ok |
no such module | mit | heimdal | MODULES=none | | | ok |
no such setting of it | heimdal | heimdal | --no-such-option | | | ok |
END
"$BUILD/bin/gsstest-matrix" -b "$BUILD" -t "$table" >"$GJALLAR_REALM_DIR/tap"
status=$?
[ $status -eq 1 ] || sed 's/^/# /' "$GJALLAR_REALM_DIR/tap"

mkdir "$GJALLAR_REALM_DIR/empty"
lines=$(gsstest/party -n "$GJALLAR_REALM_DIR/empty" ntlmssp | grep -c .)

# not ok becomes ok; a row that cannot be run here stays skipped.
awk -v status=$status -v lines="$lines" '
	/# SKIP/ { print; next }
	/^not ok / { sub(/^not /, ""); print; next }
	/^ok / { print "not " $0; next }
	/^1\.\./ { count = substr($0, 4); next }
	END {
		print (status == 1 ? "" : "not ") "ok " count + 1 \
		    " - the driver ends with status 1"
		print (lines == 1 ? "" : "not ") "ok " count + 2 \
		    " - a party without its programs: one line says why"
		print "1.." count + 2
	}' "$GJALLAR_REALM_DIR/tap"
