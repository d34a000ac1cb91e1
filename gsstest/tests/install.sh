#!/bin/sh
# install.sh: `make install` into an empty place, and an application that is
# built from there alone.
# SPDX-License-Identifier: BSD-2-Clause

BUILD=${BUILD:-build}
LIBRARIES=${LIBRARIES:-heimdal mit}
directory=$(mktemp -d "${TMPDIR:-/tmp}/gjallar-install.XXXXXX") || exit 2
trap 'rm -rf "$directory"' EXIT
count=0

# verdict STATUS NAME: one test; its output is in $directory/log
verdict() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		sed 's/^/# /' "$directory/log"
	fi
}

# check NAME COMMAND ...
check() {
	name=$1
	shift
	"$@" >"$directory/log" 2>&1
	verdict $? "$name"
}

install_into() {
	make --no-print-directory install BUILD="$BUILD" PREFIX="$1" DESTDIR="$2"
}

check 'make install' install_into "$directory/there" ''
check 'make install with DESTDIR' install_into /usr/pkg "$directory/stage"
for file in include/gssloop.h include/gssloop_channel.h \
    include/gssloop_frame.h bin/gsstest bin/gsstest-realm bin/gss-remctl lib/libgssloop.a \
    lib/libgssloop.so lib/pkgconfig/gssloop.pc share/man/man1/gsstest.1 \
    share/man/man1/gsstest-realm.1 share/man/man1/gss-remctl.1 \
    share/man/man3/gssloop.3; do
	check "$file is installed" test -s "$directory/there/$file"
	check "$file is staged" test -s "$directory/stage/usr/pkg/$file"
done
check 'nothing of our tests is installed' sh -c \
    "! find '$directory/stage' | grep -E 'bench|matrix|rogue|test_'"
check 'the staged gssloop.pc names the final place' \
    grep -qx 'prefix=/usr/pkg' "$directory/stage/usr/pkg/lib/pkgconfig/gssloop.pc"

# An application of four lines, as a stranger would build it.
cat >"$directory/application.c" <<'C'
#include <gssloop_channel.h>

int
main(void)
{
	struct gssloop_params params;
	struct gssloop *loop;

	gssloop_params_init(&params, GSSLOOP_ACCEPTOR);
	if (gssloop_new(&loop, &params) != 0)
		return 1;
	gssloop_start(loop);
	gssloop_free(&loop);
	return loop != NULL;
}
C

build_application() {
	PKG_CONFIG_PATH=$directory/there/lib/pkgconfig
	export PKG_CONFIG_PATH
	${CC:-cc} -Wall -Werror -o "$directory/application" \
	    "$directory/application.c" $(pkg-config --cflags --libs "$1") \
	    -Wl,-rpath,"$directory/there/lib"
}

for library in $LIBRARIES; do
	name=gssloop
	[ "$library" = heimdal ] || name=gssloop-$library
	check "an application is built with $name" build_application "$name"
	check 'and runs' "$directory/application"
done
check 'the installed gsstest runs in the installed realm' \
    "$directory/there/bin/gsstest-realm" "$directory/there/bin/gsstest" loop
echo "1..$count"
