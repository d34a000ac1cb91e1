#!/bin/sh
# patches.sh: each patch of patches/heimdal-7.8 builds at its place, and does
# what it is for: its test fails just before it and passes from there on; and
# what an application finds in the library is still in it.  Prints TAP.  Run
# from the project's root, after `make heimdal` and the programs.
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: patches.sh [NUMBER ...]	only the steps of these patches
#
# BUILD names the built tree (build).  The library of each step is kept in
# $BUILD/heimdal-steps, and built again when anything it is made of changed.
# SERIES names another folder of patches; the last step's library then takes the
# place of the one of `make heimdal`.
#
# The test of patch NNNN is `PROGRAM NNNN`, with PROGRAM patch_mechglue up to
# 0009 and patch_spnego from 0010 on: 0 good, 1 or a signal wrong, 77 not to be
# tested here.  `PROGRAM -m MODULE` prints its file of mechanisms.

[ -n "$GJALLAR_REALM_DIR" ] || exec ./gsstest/realm sh "$0" "$@"
build=$(cd "${BUILD:-build}" && pwd) || exit 1
scratch=$GJALLAR_REALM_DIR/patches
mkdir "$scratch" || exit 1
tests=$build/heimdal-tests
steps=$build/heimdal-steps
product=$build/heimdal/lib
[ -z "$SERIES" ] || product=
SERIES=${SERIES:-$PWD/patches/heimdal-7.8}
export SERIES
pristine=$build/heimdal/pristine/source
count=0
ulimit -c 0

# verdict STATUS NAME: one test; its output is in $scratch/log
verdict() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		sed 's/^/# /' "$scratch/log"
	fi
}

# skip NAME REASON
skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# check NAME COMMAND ...
check() {
	name=$1
	shift
	"$@" >"$scratch/log" 2>&1
	verdict $? "$name"
}

# Many libraries are compiled here, and each is run for a moment.
step_flags=-O0

# --- The library of a step --------------------------------------------------

# make_keys: $scratch/key-NUMBER for each step, of all that its library is made
# of: the patch, and the step before.
make_keys() {
	key=$scratch/key-0000
	{
		cat patches/build patches/libgssapi.mk
		echo "$CC $step_flags $LDFLAGS $HEIMDAL_CFLAGS $HEIMDAL_LIBS"
		"${CC:-cc}" --version
		find "$pristine/lib/gssapi/" -type f -exec cksum {} + | sort
	} | cksum >"$key"
	for file in "$SERIES"/[0-9][0-9][0-9][0-9]-*.patch; do
		number=${file##*/}
		next=$scratch/key-${number%%-*}
		cat "$key" "$file" | cksum >"$next"
		key=$next
	done
}

# build_step NUMBER: into $steps/NUMBER.
build_step() {
	cmp -s "$scratch/key-$1" "$steps/$1/key" && return
	rm -rf "${steps:?}/$1" && mkdir -p "$steps/$1" &&
	    CFLAGS=$step_flags patches/build -n "$1" "$pristine" \
	        "$steps/work" &&
	    cp "$steps/work/lib/libgssapi.so.3" "$steps/$1" &&
	    cp "$scratch/key-$1" "$steps/$1/key"
}

# --- Programs ---------------------------------------------------------------

# private_etc COMMAND ...: with $scratch/gss in place of /etc/gss, which nobody
# else sees.  Where there is no /etc/gss, /etc itself is replaced, by links.
private_etc() {
	$unshare sh -c '
		scratch=$1
		shift
		if [ -d /etc/gss ]; then
			mount --bind "$scratch/gss" /etc/gss || exit 77
		else
			mkdir "$scratch/etc" "$scratch/real" &&
			    mount --bind /etc "$scratch/real" &&
			    ln -s "$scratch"/real/* "$scratch/gss" \
			        "$scratch/etc" &&
			    mount --bind "$scratch/etc" /etc || exit 77
		fi
		exec "$@"' sh "$scratch" "$@"
}

# A private mount, of root or of who may become it in a name space of his own.
find_unshare() {
	for unshare in 'unshare -m' 'unshare -rm'; do
		private_etc true 2>/dev/null && return
	done
	unshare=
}

# A library that is not there, and one that has not the functions: those of the
# mechglue itself do not count.
make_gss() {
	mkdir -p "$scratch/gss" &&
	    printf '%s\n' "missing 2.25.7003 $scratch/missing.so -" \
	        "bare 2.25.7002 libgssapi.so.3 -" >"$scratch/gss/mech"
}

program_of() {
	case $1 in
	000?) echo patch_mechglue ;;
	*) echo patch_spnego ;;
	esac
}

# run_test NUMBER DIRECTORY: with the library that is there.
run_test() {
	patch=$1
	program=$(program_of "$1")
	module=$tests/patch_module.so
	[ "$program" = patch_mechglue ] || module=$tests/${program}_module.so
	"$tests/$program" -m "$module" >"$scratch/mech" 2>/dev/null
	config=$scratch/mech
	# Before 0004 the file cannot be named.
	[ "$patch" != 0002 ] || config=/etc/gss/mech
	set -- env LD_LIBRARY_PATH="$2" PATCH_MODULE="$module" \
	    GSS_MECH_CONFIG="$config" "$tests/$program" "$1"
	if [ "$patch" = 0002 ]; then
		private_etc "$@"
	else
		"$@"
	fi
}

# --- Steps ------------------------------------------------------------------

# must_fail NUMBER DIRECTORY: a program that did not understand has not failed.
must_fail() {
	run_test "$@"
	status=$?
	[ "$status" -eq 1 ] && return
	[ "$status" -gt 128 ] && return
	echo "exit status $status, and the test should have failed"
	return 1
}

# step BEFORE NUMBER NAME: the test without the patch, and with it.
step() {
	check "$3 applies and builds" build_step "$2"
	if [ ! -x "$tests/$(program_of "$2")" ]; then
		echo "there is no $(program_of "$2")" >"$scratch/log"
		verdict 1 "$2: has a test"
		return
	fi
	run_test "$2" "$steps/$2" >"$scratch/log" 2>&1
	status=$?
	if [ "$2" = 0002 ] && [ -z "$unshare" ]; then
		skip "$2: the test fails without it and passes with it" \
		    'no private mounts here'
		return
	elif [ "$status" -eq 77 ]; then
		skip "$2: the test fails without it and passes with it" \
		    "$(tail -n 1 "$scratch/log")"
		return
	fi
	verdict "$status" "$2: the test passes with it"
	build_step "$1" >"$scratch/log" 2>&1
	check "$2: the test fails without it" must_fail "$2" "$steps/$1"
}

# chosen NUMBER: whether its step is to be done.
chosen() {
	[ -n "$only" ] || return 0
	case " $only " in
	*" $1 "*) return 0 ;;
	esac
	return 1
}

all_steps() {
	before=0000
	check 'the pristine source builds' build_step 0000
	for file in "$SERIES"/[0-9][0-9][0-9][0-9]-*.patch; do
		name=${file##*/}
		number=${name%%-*}
		chosen "$number" && step "$before" "$number" "${name%.patch}"
		before=$number
	done
	product=${product:-$steps/$before}
}

# with_all NUMBER: once more, with the whole series.
with_all() {
	run_test "$1" "$product" >"$scratch/log" 2>&1
	status=$?
	case $status:$1:$unshare in
	77:*) skip "$1: the test passes with the whole series" \
		"$(tail -n 1 "$scratch/log")" ;;
	*:0002:) skip "$1: the test passes with the whole series" \
		'no private mounts here' ;;
	*) verdict "$status" "$1: the test passes with the whole series" ;;
	esac
}

# A group that is not the one we run with, for a set-gid program.
other_group() {
	if [ "$(id -u)" -eq 0 ]; then
		echo 65534
	else
		id -G | tr ' ' '\n' | grep -vx "$(id -g)" | head -n 1
	fi
}

# A set-id program has no LD_LIBRARY_PATH: this one is linked with an rpath to
# the library of `make heimdal`.
test_setid() {
	group=$(other_group)
	if [ -z "$group" ]; then
		skip '0004: a set-id program does not look at the variable' \
		    'we are in one group only'
		return
	fi
	cp "$tests/patch_setid" "$tests/patch_setid.run" &&
	    chgrp "$group" "$tests/patch_setid.run" &&
	    chmod 2755 "$tests/patch_setid.run" || exit 1
	"$tests/patch_mechglue" -m "$tests/patch_module.so" >"$scratch/mech"
	GSS_MECH_CONFIG=$scratch/mech "$tests/patch_setid.run" 0004 \
	    >"$scratch/log" 2>&1
	GSS_MECH_CONFIG=$scratch/mech "$tests/patch_setid.run" 0004-setid \
	    >"$scratch/log" 2>&1
	status=$?
	if [ "$status" -eq 77 ]; then
		skip '0004: a set-id program does not look at the variable' \
		    "$(tail -n 1 "$scratch/log")"
	else
		verdict "$status" \
		    '0004: a set-id program does not look at the variable'
		# The same program, not set-id, does.
		chmod 755 "$tests/patch_setid.run"
		check '0004: and it does when it is not set-id' \
		    env GSS_MECH_CONFIG="$scratch/mech" \
		    "$tests/patch_setid.run" 0004
	fi
	rm -f "$tests/patch_setid.run"
}

# --- The interface ----------------------------------------------------------

# symbols LIBRARY: name with version, kind, and for data the size.
symbols() {
	readelf --dyn-syms -W "$1" | awk '
		$7 != "UND" && ($5 == "GLOBAL" || $5 == "WEAK") {
			print $8, $4, $4 == "OBJECT" && $8 !~ /^HEIMDAL/ ? $3 : ""
		}' | sort
}

soname() {
	readelf -d "$1" | sed -n 's/.*SONAME.*\[\(.*\)\].*/\1/p'
}

installed_library() {
	for word in ${HEIMDAL_LIBS:-$(pkg-config --libs heimdal-gssapi)}; do
		case $word in
		-L*) [ -e "${word#-L}/libgssapi.so" ] || continue
			echo "${word#-L}/libgssapi.so"
			return ;;
		esac
	done
}

# Each symbol of the installed library is in ours, alike.
nothing_removed() {
	symbols "$1" >"$scratch/theirs"
	symbols "$2" >"$scratch/ours"
	[ -s "$scratch/theirs" ] || {
		echo "no symbols in $1"
		return 1
	}
	comm -23 "$scratch/theirs" "$scratch/ours" >"$scratch/gone"
	sed 's/^/gone or changed: /' "$scratch/gone"
	[ ! -s "$scratch/gone" ]
}

same_soname() {
	echo "$(soname "$1"), $(soname "$2")"
	[ -n "$(soname "$1")" ] && [ "$(soname "$1")" = "$(soname "$2")" ]
}

test_interface() {
	installed=$(installed_library)
	ours=$product/libgssapi.so.3
	if [ -z "$installed" ]; then
		skip 'the interface is as installed' 'no shared library found'
		return
	fi
	check 'every symbol of the installed library is in ours, alike' \
	    nothing_removed "$installed" "$ours"
	check 'the soname is as installed' same_soname "$installed" "$ours"
}

# --- Fetching and building --------------------------------------------------

# refused TEXT COMMAND ...: it fails, and says TEXT.
refused() {
	text=$1
	shift
	"$@" >"$scratch/said" 2>&1
	status=$?
	cat "$scratch/said"
	[ "$status" -eq 1 ] && grep -q "$text" "$scratch/said"
}

test_fetch() {
	read -r digest tarball <patches/heimdal-7.8/SHA256
	mkdir "$scratch/wrong" "$scratch/right"
	echo 'not the source' >"$scratch/wrong/$tarball"
	check 'a tarball with another digest is refused' refused 'refused.*SHA-256' \
	    env HEIMDAL_SRC= patches/fetch "$scratch/wrong"
	check 'and is not unpacked' \
	    test ! -e "$scratch/wrong/source" -a ! -e "$scratch/wrong/origin"
	check 'HEIMDAL_SRC that is not there is refused' \
	    refused "HEIMDAL_SRC=$scratch/nowhere" \
	    env HEIMDAL_SRC="$scratch/nowhere" patches/fetch "$scratch/wrong"
	check 'HEIMDAL_SRC that is not Heimdal is refused' \
	    refused "HEIMDAL_SRC=$scratch is not" \
	    env HEIMDAL_SRC="$scratch" patches/fetch "$scratch/wrong"
	check 'HEIMDAL_SRC is taken as it is' \
	    env HEIMDAL_SRC="$pristine" patches/fetch "$scratch/right"
	check 'and nothing is copied' test -L "$scratch/right/source"
	if [ ! -f "$build/heimdal/pristine/$tarball" ]; then
		skip 'a tarball that is there is used again, without a network' \
		    'HEIMDAL_SRC names the source'
		return
	fi
	ln -s "$build/heimdal/pristine/$tarball" "$scratch/right/$tarball"
	check 'a tarball that is there is used again, without a network' \
	    env HEIMDAL_SRC= HEIMDAL_MIRROR=http://127.0.0.1:1/ \
	    patches/fetch "$scratch/right"
}

# Ports and packages apply their files with -p0.
test_port() {
	mkdir -p "$scratch/port/lib" &&
	    cp -R "$pristine/lib/gssapi" "$scratch/port/lib" &&
	    chmod -R u+w "$scratch/port" || return
	for file in "$SERIES"/[0-9][0-9][0-9][0-9]-*.patch; do
		(cd "$scratch/port" && patch -p0 -f -F 0 <"$file") || return
	done
}

# Every patch has its row in the table.
test_table() {
	missing=0
	for file in "$SERIES"/[0-9][0-9][0-9][0-9]-*.patch; do
		grep -q "^| \[${file##*/}\](${file##*/}) |" \
		    patches/heimdal-7.8/README.md && continue
		echo "no row for ${file##*/}"
		missing=1
	done
	return "$missing"
}

# A patch for another release is refused, and so is a folder without a source.
test_build() {
	mkdir "$scratch/series"
	sed 's/ct_memcmp/other_memcmp/' "$SERIES"/0001-*.patch \
	    >"$scratch/series/0001-other.patch"
	check 'a patch for another source is refused' \
	    refused '0001-other.patch does not apply' \
	    env SERIES="$scratch/series" patches/build "$pristine" \
	    "$scratch/work"
	check 'what is no source is not built' refused 'not a source tree' \
	    patches/build "$scratch" "$scratch/work"
}

# --- Start ------------------------------------------------------------------

only=$*
patches/fetch "$build/heimdal/pristine" >"$scratch/log" 2>&1 || {
	cat "$scratch/log" >&2
	exit 1
}
# For the library that is compiled here as for the one of `make heimdal`.
HEIMDAL_CFLAGS=$(sed -n 's/^HEIMDAL_CFLAGS = //p' "$build/config.mk")
HEIMDAL_LIBS=$(sed -n 's/^HEIMDAL_LIBS = //p' "$build/config.mk")
export HEIMDAL_CFLAGS HEIMDAL_LIBS
make_keys
make_gss
find_unshare
all_steps
[ -z "$only" ] || {
	echo "1..$count"
	exit 0
}
for file in "$SERIES"/[0-9][0-9][0-9][0-9]-*.patch; do
	number=${file##*/}
	with_all "${number%%-*}"
done
test_setid
test_interface
test_fetch
test_build
check 'the series applies as the files of a port' test_port
check 'the table names every patch' test_table
echo "1..$count"
