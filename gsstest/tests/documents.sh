#!/bin/sh
# documents.sh: what the manual pages and README.md say is what the headers,
# the libraries and the programs have; prints TAP.  Run from the project's
# root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build), CC the compiler (cc).
#
# Whatever stands in a page between .\" BEGIN FILE and .\" END is extracted:
# *.c is compiled and run, *.sh is run, *.h has to stand in a header.

build=$(cd "${BUILD:-build}" && pwd) || exit 1
cc=${CC:-cc}
root=$(pwd)
headers='lib/gssloop.h lib/gssloop_frame.h lib/gssloop_channel.h'
count=0

# Notices of mandoc that a page outside the base system cannot help: they are
# of level style, and only asked for by newer versions with -W warning.
unhelped='referenced manual not found|outdated mandoc\.db|Mdocdate'

scratch=$(mktemp -d "${TMPDIR:-/tmp}/documents-test.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# pass_if CONDITION-STATUS NAME [FILE]: one test; FILE is shown on failure.
pass_if() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		[ $# -lt 3 ] || sed 's/^/# /' "$3"
	fi
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# same NAME: are the files wanted and got alike, and not empty?
same() {
	diff "$scratch/wanted" "$scratch/got" >"$scratch/diff" 2>&1 &&
	    [ -s "$scratch/wanted" ]
	pass_if $? "$1" "$scratch/diff"
}

# config VARIABLE: its value in config.mk.
config() {
	sed -n "s/^$1 = *//p" "$build/config.mk"
}

# The libraries that are built: heimdal, mit.
libraries() {
	[ ! -e "$build/lib/libgssloop.so" ] || echo heimdal
	[ ! -e "$build/lib/libgssloop-mit.so" ] || echo mit
}

# use LIBRARY: sets suffix, cflags and libs.
use() {
	case $1 in
	heimdal)
		suffix=
		cflags=$(config HEIMDAL_CFLAGS)
		libs=$(config HEIMDAL_LIBS)
		;;
	mit)
		suffix=-mit
		cflags=$(config MIT_CFLAGS)
		libs=$(config MIT_LIBS)
		;;
	esac
	cflags="$cflags -I$root/lib"
	libs="-L$build/lib -lgssloop$suffix $libs"
}

# without_comments FILE ...: C, as words between single spaces.
without_comments() {
	cat "$@" | tr '\n\t' '  ' |
	    sed -e 's|/\*|\
|g' | sed -e '2,$s|.*\*/||' | tr '\n' ' ' | tr -s ' '
}

# --- The pages themselves ---------------------------------------------------

test_lint() {
	for page in doc/*.[1-8]; do
		if ! command -v mandoc >/dev/null; then
			skip "$page: mandoc -T lint" 'mandoc is not installed'
			continue
		fi
		mandoc -T lint -W warning "$page" 2>&1 |
		    grep -Ev "$unhelped" >"$scratch/lint"
		[ ! -s "$scratch/lint" ]
		pass_if $? "$page: mandoc -T lint" "$scratch/lint"
	done
}

# extract PAGE DIRECTORY: its marked blocks, as files; DIRECTORY/list has a
# line for each: its name, and what else stands after BEGIN.
extract() {
	mkdir -p "$2"
	: >"$2/list"
	awk -v directory="$2" '
	/^\.\\" BEGIN / {
		file = directory "/" $3
		sub(/^\.\\" BEGIN /, "")
		print > (directory "/list")
		next
	}
	/^\.\\" END/ { close(file); file = ""; next }
	file != "" && !/^\.(Bd|Ed)/ {
		gsub(/\\e/, "\\")
		print > file
	}' "$1"
}

# --- gssloop.3: the functions -----------------------------------------------

names_in_name() {
	sed -n '/^\.Sh NAME/,/^\.Sh LIBRARY/s/^\.Nm \([^ ]*\).*/\1/p' \
	    doc/gssloop.3
}

names_in_synopsis() {
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESC/s/^\.Fo \([^ ]*\).*/\1/p' \
	    doc/gssloop.3
}

# shellcheck disable=SC2086
names_in_headers() {
	without_comments $headers | tr ';' '\n' |
	    sed -n 's/.*GSSLOOP_API [^(]*[ *]\(gssloop_[a-z_]*\)(.*/\1/p'
}

names_in_library() {
	nm -D --defined-only "$1" | sed -n 's/.* [A-Z] //p'
}

test_functions() {
	names_in_name >"$scratch/wanted"
	names_in_synopsis >"$scratch/got"
	same 'gssloop.3: NAME and SYNOPSIS have the same functions, in order'
	sort "$scratch/got" >"$scratch/sorted"
	mv "$scratch/sorted" "$scratch/got"
	names_in_headers | sort >"$scratch/wanted"
	same 'gssloop.3: SYNOPSIS has the functions of the headers'
	for library in $(libraries); do
		use "$library"
		file=libgssloop$suffix.so.0
		names_in_library "$build/lib/$file" | sort >"$scratch/got"
		same "$file exports the functions of the headers"
	done
}

# The prototypes of SYNOPSIS, declared a second time beside the headers.
prototypes() {
	awk '
	/^\.Sh DESCRIPTION/ { exit }
	/^\.In / { print "#include <" $2 ">" }
	/^\.Ft / { type = substr($0, 5) }
	/^\.Fo / { line = type " " $2 "("; comma = "" }
	/^\.Fa / {
		gsub(/^\.Fa "|"$/, "")
		line = line comma $0
		comma = ", "
	}
	/^\.Fc/ { print line ");" }' doc/gssloop.3
}

# shellcheck disable=SC2086
test_prototypes() {
	prototypes >"$scratch/prototypes.c"
	for library in $(libraries); do
		use "$library"
		$cc -fsyntax-only -Wall -Wextra -Werror $cflags \
		    "$scratch/prototypes.c" >"$scratch/cc" 2>&1
		pass_if $? "gssloop.3: SYNOPSIS has the headers' prototypes ($library)" \
		    "$scratch/cc"
	done
}

# shellcheck disable=SC2086
test_structures() {
	without_comments $headers >"$scratch/headers"
	while read -r file rest; do
		case $file in *.h) ;; *) continue ;; esac
		block=$(without_comments "$scratch/gssloop/$file" |
		    sed 's/ *$//')
		grep -qF "$block" "$scratch/headers"
		pass_if $? "gssloop.3: struct ${file%.h} is the headers'"
	done <"$scratch/gssloop/list"
}

# --- gssloop.3: branches and defaults ---------------------------------------

# A program that prints the library's table as the page has it: the item, then
# what happens and what is done.  The header's enumeration and the names go
# together here, too.
branches_program() {
	cat <<-'END'
	#include <ctype.h>
	#include <stdio.h>
	#include <string.h>
	#include <gssloop.h>

	static void
	show(enum gssloop_branch branch, const char *constant)
	{
		static const char *const roles[] = {"initiator", "acceptor"};
		const struct gssloop_branch_info *row =
		    gssloop_branch_info(branch);
		size_t i, length = strlen(row->name);
		const char *comma = "";

		for (i = 0; i < length; i++)
			if (toupper((unsigned char)row->name[i]) !=
			    (constant[i] == '_' ? '-' : constant[i]))
				break;
		if (i < length || constant[i] != '\0')
			printf("%s is named %s\n", constant, row->name);
		printf(".It Cm %s Pq", row->name);
		for (i = 0; i < 2; i++) {
			if (row->section[i] == NULL)
				continue;
			printf("%s %s %s", comma, roles[i], row->section[i]);
			comma = ",";
		}
		if (row->failure)
			printf(", %s", row->tell ? "told" : "not told");
		printf("\n%c%s; %s.\n", toupper((unsigned char)row->happened[0]),
		    row->happened + 1, row->done);
	}

	int
	main(void)
	{
	END
	without_comments lib/gssloop.h | tr ',}' '\n\n' |
	    sed -n -e 's/.*{//' -e '/= /d' \
		-e 's/^ *GSSLOOP_BRANCH_\([A-Z_]*\) *$/\1/p' |
	    grep -v '^COUNT$' |
	    sed 's/.*/	show(GSSLOOP_BRANCH_&, "&");/'
	printf '\treturn 0;\n}\n'
}

branches_in_page() {
	awk '
	function text_end() { if (text != "") print text; text = "" }
	/^\.It Cm / && inside { text_end(); print; next }
	/^\.El/ { if (inside) text_end(); inside = 0 }
	/^\.Ss / { inside = $0 == ".Ss Branches" }
	inside && !/^\./ && seen { text = text (text != "" ? " " : "") $0 }
	/^\.Bl/ { seen = inside }' doc/gssloop.3
}

# shellcheck disable=SC2086
test_branches() {
	use "$(libraries | sed -n 1p)"
	branches_program >"$scratch/branches.c"
	if $cc -Wall -Wextra -Werror $cflags -o "$scratch/branches" \
	    "$scratch/branches.c" $libs >"$scratch/got" 2>&1; then
		LD_LIBRARY_PATH=$build/lib "$scratch/branches" |
		    sed 's/Pq,/Pq/' >"$scratch/wanted"
		branches_in_page >"$scratch/got"
	fi
	same 'gssloop.3: the branches, their sections and texts are the library'\''s'
}

test_defaults() {
	sed -n 's/^#define \(GSSLOOP_[A-Z_]*_DEFAULT\) \([0-9]*\)$/\1 \2/p' \
	    lib/gssloop.h | sort >"$scratch/wanted"
	awk '
	name != "" && /^[0-9]+[:.]/ { sub(/[:.].*/, ""); print name, $0 }
	{ name = "" }
	/^\.Dv GSSLOOP_[A-Z_]*_DEFAULT ,/ { name = $2 }' doc/gssloop.3 |
	    sort >"$scratch/got"
	same 'gssloop.3: the named defaults have the header'\''s values'
}

# --- gsstest.1 and gsstest-realm.1: options and texts -----------------------

# One option a line; a colon after it where it takes an argument.
options_in_source() {
	sed -n -e 's/.*"\([A-Za-z:]*\)", long_options.*/\1/p' \
	    -e 's/.*getopt(argc, argv, "+*\([A-Za-z:]*\)").*/\1/p' "$1" |
	    sed 's/[A-Za-z]:*/&\
/g' | grep .
	sed -n -e 's/^ *{"\([a-z-]*\)", required_argument.*/\1:/p' \
	    -e 's/^ *{"\([a-z-]*\)", no_argument.*/\1/p' "$1"
}

options_in_page() {
	sed -n -e 's/^\.It Fl -*\([A-Za-z][a-z-]*\)$/\1/p' \
	    -e 's/^\.It Fl -*\([A-Za-z][a-z-]*\) Ar .*/\1:/p' "$1"
}

options_in_usage() {
	"$build/bin/$1" -h >"$scratch/usage"
	sed -n 's/^  -\([A-Za-z]\)[ ,].*/\1/p' "$scratch/usage"
	tr ' ,;' '\n\n\n' <"$scratch/usage" | sed -n 's/^--\([a-z]\)/\1/p'
}

test_options() {
	options_in_source gsstest/options.c | sort >"$scratch/wanted"
	options_in_page doc/gsstest.1 | sort >"$scratch/got"
	same 'gsstest.1: the options are those of gsstest/options.c'
	tr -d : <"$scratch/got" >"$scratch/wanted"
	options_in_usage gsstest | sort >"$scratch/got"
	same 'gsstest -h: the options are those of gsstest.1'
	options_in_source tools/gss-dump/options.c | sort >"$scratch/wanted"
	options_in_page doc/gss-dump.1 | sort >"$scratch/got"
	same 'gss-dump.1: the options are those of tools/gss-dump/options.c'
	tr -d : <"$scratch/got" >"$scratch/wanted"
	options_in_usage gss-dump | sort >"$scratch/got"
	same 'gss-dump -h: the options are those of gss-dump.1'
	options_in_source tools/gss-remctl/options.c | sort >"$scratch/wanted"
	options_in_page doc/gss-remctl.1 | sort >"$scratch/got"
	same 'gss-remctl.1: the options are those of tools/gss-remctl/options.c'
	tr -d : <"$scratch/got" >"$scratch/wanted"
	options_in_usage gss-remctl | sort >"$scratch/got"
	same 'gss-remctl -h: the options are those of gss-remctl.1'
	options_in_source tools/gss-remctld/options.c | sort >"$scratch/wanted"
	options_in_page doc/gss-remctld.8 | sort >"$scratch/got"
	same 'gss-remctld.8: the options are those of its options.c'
	tr -d : <"$scratch/got" >"$scratch/wanted"
	options_in_usage gss-remctld | sort >"$scratch/got"
	same 'gss-remctld -h: the options are those of gss-remctld.8'
	sed -n 's/^while getopts \([A-Za-z:]*\) .*/\1/p' gsstest/realm |
	    sed 's/[A-Za-z]:*/&\
/g' | grep . | sort >"$scratch/wanted"
	options_in_page doc/gsstest-realm.1 | sort >"$scratch/got"
	same 'gsstest-realm.1: the options are those of gsstest/realm'
}

# defined NAME FILE: the number that a header defines, products worked out.
defined() {
	value=$(sed -n "s/^#define $1[ 	]*\([(0-9].*\)/\1/p" "$2")
	eval "echo \$((${value:-0}))"
}

# option_says OPTION NUMBER: does the option's text in gsstest.1 have it?
option_says() {
	awk -v option="$1" '
	/^\.It / { inside = $3 == option }
	inside' doc/gsstest.1 | tr ' ,.' '\n\n\n' | grep -qx "$2" ||
	    echo "$1: $2" >>"$scratch/got"
}

test_numbers() {
	: >"$scratch/got"
	option_says t "$(defined SECONDS_DEFAULT gsstest/options.h)"
	option_says s "$(defined MESSAGE_MAX_DEFAULT gsstest/options.h)"
	option_says s "$(defined MESSAGE_SIZE_MAX gsstest/options.h)"
	option_says -connections-max \
	    "$(defined CONNECTIONS_MAX_DEFAULT gsstest/options.h)"
	option_says -connections-max \
	    "$(defined DESCRIPTORS_RESERVED gsstest/acceptor.c)"
	option_says -token-max "$(defined MESSAGE_SIZE_MAX gsstest/options.h)"
	option_says -token-max \
	    "$(defined GSSLOOP_TOKEN_MAX_DEFAULT lib/gssloop.h)"
	option_says -rounds-max \
	    "$(defined GSSLOOP_ROUNDS_MAX_DEFAULT lib/gssloop.h)"
	[ ! -s "$scratch/got" ]
	pass_if $? 'gsstest.1: the options have the headers'\'' numbers' \
	    "$scratch/got"
}

# words_in_page PAGE: is every word of stdin there, as a whole word?
words_in_page() {
	tr -c 'A-Za-z0-9_-' '\n' <"$1" | sort -u >"$scratch/words"
	sort -u >"$scratch/asked"
	comm -23 "$scratch/asked" "$scratch/words" >"$scratch/missing"
	[ -s "$scratch/asked" ] && [ ! -s "$scratch/missing" ]
}

test_words() {
	sed -n 's/^    {"\([a-z-]*\)", G[A-Z_]*},$/\1/p' lib/flags.c |
	    words_in_page doc/gsstest.1
	pass_if $? 'gsstest.1: every context flag is there' "$scratch/missing"
	sed -n 's/^    \[BRANCH_.*{"\([a-z-]*\)",.*/\1/p' \
	    gsstest/message_branch.c | words_in_page doc/gsstest.1
	pass_if $? 'gsstest.1: every branch of the messages is there' \
	    "$scratch/missing"
	sed -n 's/^	export \([A-Z0-9_]*\)=.*/\1/p' gsstest/realm |
	    words_in_page doc/gsstest-realm.1
	pass_if $? 'gsstest-realm.1: every variable is there' \
	    "$scratch/missing"
}

# The keys that gss-dump may write, and the number of its limit.
test_dump() {
	grep -E '^\.(It )?Li ' doc/gss-dump.1 >"$scratch/keys"
	grep -ho '"[a-z_]*", *$\|, "[a-z_]*",\|, "[a-z_]*"$' \
	    tools/gss-dump/dump*.c tools/gss-dump/fields.c \
	    tools/gss-dump/main.c | tr -cd 'a-z_\n' | sort -u |
	    words_in_page "$scratch/keys"
	pass_if $? 'gss-dump.1: every key of the JSON is there' \
	    "$scratch/missing"
	tr ' ' '\n' <doc/gss-dump.1 | grep -qx \
	    "$(defined TOKEN_MAX tools/gss-dump/input.h)"
	pass_if $? 'gss-dump.1: the greatest token is that of input.h'
}

# The numbers that scripts know.
test_remctl() {
	: >"$scratch/got"
	while read -r name file; do
		number=$(defined "$name" "$file")
		tr ' ,.;' '\n\n\n\n' <doc/gss-remctl.1 | grep -qx "$number" ||
		    echo "$name: $number" >>"$scratch/got"
	done <<-END
	PORT_DEFAULT tools/gss-remctl/connection.h
	PORT_LEGACY tools/gss-remctl/connection.h
	EXIT_ERROR tools/gss-remctl/exchange.h
	EXIT_OURS tools/gss-remctl/complaint.h
	GJ_REMCTL_MESSAGE_MAX lib/wire_remctl.h
	END
	[ ! -s "$scratch/got" ]
	pass_if $? 'gss-remctl.1: the numbers are those of the headers' \
	    "$scratch/got"
}

# The server's numbers, what its configuration has, and what programs get.
test_remctld() {
	: >"$scratch/got"
	while read -r name file; do
		number=$(defined "$name" "$file")
		tr ' ,.;' '\n\n\n\n' <doc/gss-remctld.8 | grep -qx "$number" ||
		    echo "$name: $number" >>"$scratch/got"
	done <<-END
	PORT_DEFAULT tools/gss-remctld/options.h
	HANDSHAKE_SECONDS tools/gss-remctld/connection.h
	IDLE_SECONDS tools/gss-remctld/connection.h
	CONNECTIONS_MAX tools/gss-remctld/server.h
	CONNECTION_DESCRIPTORS tools/gss-remctld/server.h
	HANDSHAKES_MAX tools/gss-remctld/server.h
	HANDSHAKE_GRACE_SECONDS tools/gss-remctld/server.h
	CONFIG_DEPTH_MAX tools/gss-remctld/config.h
	ACL_DEPTH_MAX tools/gss-remctld/acl.h
	GSSLOOP_TOKEN_MAX_DEFAULT lib/gssloop.h
	GJ_REMCTL_ARGUMENTS_MAX lib/wire_remctl.h
	END
	[ ! -s "$scratch/got" ]
	pass_if $? 'gss-remctld.8: the numbers are those of the headers' \
	    "$scratch/got"
	{
		"$build/bin/gss-remctld" -h |
		    sed -n 's/^Supported ACL methods: //p' | tr -d ','
		sed -n 's/^    {"\([a-z]*\)", .*/\1/p' \
		    tools/gss-remctld/config_option.c \
		    tools/gss-remctld/acl_scheme.c
		sed -n 's/.*variable_set("\([A-Z_]*\)".*/\1/p' \
		    tools/gss-remctld/program.c
		sed -n 's/.*\(get\|unset\)env("\([A-Z_]*\)").*/\2/p' \
		    tools/gss-remctld/listeners.c
	} | tr ' ' '\n' | words_in_page doc/gss-remctld.8
	pass_if $? 'gss-remctld.8: options, ACL methods and variables are there' \
	    "$scratch/missing"
}

# The keys of a report of either side, of a sum and of a mechanism.
test_keys() {
	name='gsstest.1: every key of the JSON is there'
	if [ -z "$realm_works" ]; then
		skip "$name" "$no_realm"
		return
	fi
	grep -E '^\.(It |Pq.*, )?Li ' doc/gsstest.1 >"$scratch/keys"
	{
		gsstest-realm gsstest loop -n 2 -j
		gsstest mechs -j
	} | tr '{,' '\n\n' | sed -n 's/^"\([a-z_]*\)":.*/\1/p' |
	    words_in_page "$scratch/keys"
	pass_if $? "$name" "$scratch/missing"
}

# The labels of the report in text, one that works and one that fails.
test_labels() {
	name='gsstest.1: every field of the report is there'
	if [ -z "$realm_works" ]; then
		skip "$name" "$no_realm"
		return
	fi
	gsstest-realm sh -c 'gsstest loop -d -m spnego -M 1
	    gsstest loop nobody@localhost' |
	    sed -n 's/^  \(.\{10\}\) .*/\1/p' | sed 's/ *$//' |
	    sort -u | while read -r label; do
		grep -qx "\.It $label" doc/gsstest.1 || echo "$label"
	done >"$scratch/missing"
	[ ! -s "$scratch/missing" ]
	pass_if $? "$name" "$scratch/missing"
}

# --- The examples -----------------------------------------------------------

# shellcheck disable=SC2086
test_programs() {
	for library in $(libraries); do
		use "$library"
		for example in example1 example2; do
			$cc -Wall -Wextra -Werror $cflags \
			    -o "$scratch/$example$suffix" \
			    "$scratch/gssloop/$example.c" $libs \
			    >"$scratch/cc" 2>&1
			pass_if $? "gssloop.3: $example.c compiles ($library)" \
			    "$scratch/cc"
		done
	done
}

# In the realm: example1 against gsstest accept, example2 alone; once so that
# it works, once so that it does not.
programs_run() {
	cat <<-'END'
	: >"$2/address"
	gsstest$1 accept -q -n 1 127.0.0.1:0 >"$2/address" &
	until read -r word on where <"$2/address"; do sleep 1; done
	"$2/example1$1" "${where%:*}" "${where##*:}" host@localhost
	echo "example1: $?"
	wait $!
	echo "gsstest accept: $?"
	"$2/example2$1" host@localhost
	echo "example2: $?"
	"$2/example2$1" nobody@localhost 2>/dev/null
	echo "example2 with a wrong name: $?"
	END
}

test_programs_run() {
	for library in $(libraries); do
		use "$library"
		name="gssloop.3: the examples run ($library)"
		if [ -z "$realm_works" ]; then
			skip "$name" "$no_realm"
			continue
		fi
		LD_LIBRARY_PATH=$build/lib gsstest-realm sh -c \
		    "$(programs_run)" sh "$suffix" "$scratch" 2>&1 |
		    grep -v ' negotiations ok' >"$scratch/got"
		cat >"$scratch/wanted" <<-END
		answer: hello
		example1: 0
		gsstest accept: 0
		initiator: alice@GJALLAR.TEST
		example2: 0
		example2 with a wrong name: 1
		END
		same "$name"
	done
}

# The *.sh of a page; "status N" after the name says what it gives.
test_scripts() {
	extract "doc/$1" "$scratch/scripts"
	while read -r file word status; do
		case $file in *.sh) ;; *) continue ;; esac
		name="$1: $file gives ${status:-0}"
		if [ -z "$realm_works" ]; then
			skip "$name" "$no_realm"
			continue
		fi
		if grep -q gsstest-mit "$scratch/scripts/$file" &&
		    ! [ -x "$build/bin/gsstest-mit" ]; then
			skip "$name" 'gsstest-mit is not built'
			continue
		fi
		(cd "$scratch/scripts" && timeout 60 sh "$file") \
		    >"$scratch/out" 2>&1 </dev/null
		[ $? -eq "${status:-0}" ]
		pass_if $? "$name" "$scratch/out"
	done <"$scratch/scripts/list"
	rm -rf "$scratch/scripts"
}

# --- README.md --------------------------------------------------------------

# What stands in code: between backticks, between fences, indented.
code_in_readme() {
	awk '
	/^```/ { fenced = !fenced; next }
	fenced || /^(    |\t)/ { sub(/^[ \t]*([$#] )?/, ""); print; next }
	{
		n = split($0, part, "`")
		for (i = 2; i <= n; i += 2)
			print part[i]
	}' README.md
}

# Operands of make that are neither options nor variables.
targets_in_readme() {
	code_in_readme | awk '
	$1 == "make" {
		for (i = 2; i <= NF && $i !~ /^[#&|;>]/; i++) {
			if ($i ~ /^-[Cfj]$/) i++
			else if ($i !~ /^-/ && $i !~ /=/) {
				sub(/[,;.]$/, "", $i)
				print $i
			}
		}
	}' | sort -u
}

# The Makefile and its parts.
makefiles='Makefile mech/modules.mk patches/heimdal.mk gsstest/fuzz/fuzz.mk
    tools/remctl.mk tools/remctld.mk gsstest/remctl_kept.mk gsstest/tests/tirpc.mk'

targets_in_makefile() {
	{
		sed -n -e 's/^\.PHONY://p' -e 's/^\([a-z][^:=]*\):.*/\1/p' \
		    $makefiles | tr ' ' '\n'
		for library in heimdal mit; do
			sed -n "s/^\([a-z-]*-\)\$(1):.*/\1$library/p" $makefiles
		done
	} | grep . | sort -u
}

# Paths of the documents, and what links point to, but the net and headings.
files_in_readme() {
	tr -c 'A-Za-z0-9_./-' '\n' <README.md |
	    sed -n 's/[.]*$//; /^doc\/./p'
	sed 's/](/\
](/g' README.md | sed -n 's/^](\([^)#]*\).*/\1/p' | grep -v '^[a-z]*:'
}

test_readme() {
	if [ ! -e README.md ]; then
		skip 'README.md: targets of make' 'there is no README.md'
		skip 'README.md: documents' 'there is no README.md'
		return
	fi
	targets_in_readme >"$scratch/got"
	targets_in_makefile | comm -23 "$scratch/got" - >"$scratch/missing"
	[ ! -s "$scratch/missing" ]
	pass_if $? 'README.md: the Makefile has its targets' \
	    "$scratch/missing"
	files_in_readme | sort -u | while read -r file; do
		[ -e "$file" ] || echo "$file"
	done >"$scratch/missing"
	[ ! -s "$scratch/missing" ]
	pass_if $? 'README.md: its documents exist' "$scratch/missing"
}

# --- Start ------------------------------------------------------------------

# The programs by the names that they have once they are installed.
mkdir "$scratch/bin"
ln -s "$root/gsstest/realm" "$scratch/bin/gsstest-realm"
PATH=$scratch/bin:$build/bin:$PATH
export PATH
no_realm='the realm does not start here'
realm_works=$(gsstest-realm echo yes 2>/dev/null)

extract doc/gssloop.3 "$scratch/gssloop"
test_lint
test_functions
test_prototypes
test_structures
test_branches
test_defaults
test_options
test_numbers
test_words
test_dump
test_remctl
test_remctld
test_keys
test_labels
test_programs
test_programs_run
test_scripts gsstest.1
test_scripts gsstest-realm.1
test_scripts gss-dump.1
test_readme
echo "1..$count"
