#!/bin/sh
# conformance.sh: the table of remctl in doc/conformance.md names functions and
# tests that there are; prints TAP.  Run from the project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# In the column of code a file stands between backticks, and what is in it
# follows, up to ";" or ":"; in that of tests a suite stands before ":", its
# tests follow with ";" between them.

page=${PAGE:-doc/conformance.md}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/gjallar-conformance.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT

rows() {
	awk '/^# / { wanted = /^# Conformance: remctl/ } wanted && /^[|] [0-9]/' "$page"
}

# FILE<tab>NAME for each name in the column of code.
names_of_code() {
	rows | awk -F ' [|] ' '{ print $3 }' | tr ';' '\n' |
	    sed 's/.*`\([^`]*\)`/`\1`/' | awk -F '`' 'NF == 3 {
		sub(/[:(].*/, "", $3)
		n = split($3, name, /, */)
		for (i = 1; i <= n; i++) {
			gsub(/^ +| +$/, "", name[i])
			if (name[i] != "")
				print $2 "\t" name[i]
		}
	}'
}

# SUITE<tab>TEST for each test.
names_of_tests() {
	rows | awk -F ' [|] ' '{ sub(/ *[|]$/, "", $4)
		n = split($4, name, /; */)
		suite = ""
		for (i = 1; i <= n; i++) {
			if (match(name[i], /^(wire|channel|server|client|pairs): /)) {
				suite = substr(name[i], 1, RLENGTH - 2)
				name[i] = substr(name[i], RLENGTH + 1)
			}
			print suite "\t" name[i]
		}
	}'
}

# path_of FILE: where the table means.
path_of() {
	for path in "lib/$1" "tools/gss-remctld/$1" "tools/$1"; do
		[ ! -e "$path" ] || { echo "$path"; return; }
	done
}

suite_of() {
	case $1 in
	wire) echo gsstest/tests/test_wire_remctl.c ;;
	channel) echo gsstest/tests/test_remctl.c ;;
	server) echo gsstest/tests/remctl_server.sh ;;
	client) echo gsstest/tests/remctl_client.sh ;;
	pairs) echo gsstest/tests/remctl.sh ;;
	esac
}

tab=$(printf '\t')
names_of_code | sort -u >"$scratch/code"
while IFS=$tab read -r file name; do
	path=$(path_of "$file")
	[ -n "$path" ] && grep -qw -e "$name" "$path" || echo "$file: $name"
done <"$scratch/code" >"$scratch/missing"
[ ! -s "$scratch/missing" ] && [ "$(wc -l <"$scratch/code")" -gt 60 ] ||
    printf 'not '
echo 'ok 1 - remctl: its functions are where the table says'
sed 's/^/# /' "$scratch/missing"

names_of_tests | sort -u >"$scratch/tests"
while IFS=$tab read -r suite name; do
	path=$(suite_of "$suite")
	[ -n "$path" ] && grep -qF -e "$name" "$path" || echo "$suite: $name"
done <"$scratch/tests" >"$scratch/missing"
[ ! -s "$scratch/missing" ] && [ "$(wc -l <"$scratch/tests")" -gt 100 ] ||
    printf 'not '
echo 'ok 2 - remctl: its tests are in the suites that the table names'
sed 's/^/# /' "$scratch/missing"
echo 1..2
