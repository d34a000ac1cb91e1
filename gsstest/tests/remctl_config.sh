#!/bin/sh
# remctl_config.sh: gss-remctld's configuration beside the real one's: the same
# files, users and commands are given to both, and the answers compared; prints
# TAP.  Run from the project's root.
# SPDX-License-Identifier: BSD-2-Clause
#
# BUILD names the built tree (build), REMCTL_SHELL the real remctl-shell, which
# reads remctld's configuration, and takes the user's name at its word.

build=$(cd "${BUILD:-build}" && pwd) || exit 1
probe=$build/obj/san-heimdal/remctl_config_probe
real=${REMCTL_SHELL:-/usr/sbin/remctl-shell}
count=0

scratch=$(mktemp -d "${TMPDIR:-/tmp}/remctl-config.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
cd "$scratch" || exit 1
export KRB5_CONFIG="$scratch/krb5.conf" SSH_CONNECTION='127.0.0.1 1 127.0.0.1 2'
printf '[libdefaults]\n default_realm = X\n dns_lookup_kdc = no\n' >krb5.conf

# The word for what the real server answers: see remctl_config_probe.c.
real_word() {
	SSH_ORIGINAL_COMMAND=$2 "$real" -S -f c "$1" >said 2>&1
	status=$?
	case $(cat said) in
	*'cannot read configuration file'*) echo refused ;;
	*'nknown command'*) echo unknown ;;
	*'ccess denied'*) echo denied ;;
	*) [ "$status" -eq 0 ] && echo granted || echo strange ;;
	esac
}

# both USER COMMAND WORD NAME: what is in the file c.
both() {
	count=$((count + 1))
	# Words of a command, none of which has a blank.
	ours=$("$probe" c "$1" $2 2>errors)
	theirs=$3
	[ ! -x "$real" ] || theirs=$(real_word "$1" "$2")
	if [ "$ours" != "$3" ] || [ "$theirs" != "$3" ]; then
		echo "not ok $count - $4"
		echo "# ours $ours, theirs $theirs, expected $3"
		cat errors said 2>/dev/null | sed 's/^/# /'
	elif [ ! -x "$real" ]; then
		echo "ok $count - $4 # SKIP no remctl-shell to compare with"
	else
		echo "ok $count - $4"
	fi
}

# row WORD TEXT [USER [COMMAND]]: TEXT is printf's.
row() {
	printf "$2" >c
	both "${3:-a@X}" "${4:-foo bar}" "$1" \
	    "$1: $(printf '%s' "$2" | cut -c1-60)${4:+ ($4)}"
}

# options WORD FIELD ...: a rule for anyone with each field in turn.
options() {
	word=$1
	shift
	for field; do
		row "$word" "foo bar $yes $field ANYUSER\n"
	done
}

# acls WORD ACL ...: a rule with each ACL in turn.
acls() {
	word=$1
	shift
	for field; do
		row "$word" "foo bar $yes $field\n"
	done
}

# lists WORD TEXT ...: a rule with each ACL file in turn.
lists() {
	word=$1
	shift
	for text; do
		printf "$text" >acl
		printf 'foo bar %s %s/acl\n' "$yes" "$scratch" >c
		both a@X 'foo bar' "$word" "$word: in a file: $(printf '%s' \
		    "$text" | cut -c1-50)"
	done
}

# A program that ends with 0 for every user of the system.
yes=/usr/bin/true
[ -x "$yes" ] || yes=/bin/true
mkdir d empty
printf 'foo bar %s ANYUSER\n' "$yes" | tee one d/ok >d/no.x
echo bad | tee d/a~ d/.h d/a+b d/a@b >'d/#a'
echo foo >bad
mkdir names
echo "x y /z ANYUSER" >names/x
p="foo bar $yes ANYUSER"

# Lines.
row unknown ''
row granted "$p\n"
row refused "$p"
row granted "  \t foo\t bar \t $yes \t ANYUSER \t \n"
row denied "$p\r\n"
row granted "\f\n \n\r\n\v\n$p\n"
row unknown "\f$p\n"
row granted "# x \\\\\n$p\n$p\n"
row unknown "# x \\\\\n$p\n"
row granted "foo b\\\\\nar $yes ANYUSER\n"
row granted "foo bar $yes \\\\\n ANYUSER\n"
row refused "$p \\\\\n"
row granted "$p \\\\\n\n"
row refused "$p\\\\\\\\\n\n"
row refused "\\\\\n"
row refused "\\\\\n$p\n"
row granted " \\\\\n$p\n"
row refused "foo bar\\\\ \n $yes ANYUSER\n"
row unknown "\"foo\" bar $yes ANYUSER\n"
row granted "$p # ANYUSER\n"
row refused "foo\n"
row refused "foo bar\n"
row refused "foo bar $yes\n"
row refused "foo bar $yes help=x\n"
row refused "foo\vbar $yes ANYUSER\n"

# What is included.
row granted "include $scratch/one\n"
row granted "\tinclude\t$scratch/one \\\\\n\n"
row granted "include $scratch/d\n"
row granted "include one\n"
row unknown "include $scratch/empty\n"
row unknown "include $scratch/names/\n"
row granted "include /dev/null\n$p\n"
row refused "include $scratch/nowhere\n"
row refused "include $scratch/bad\n"
row refused "include $scratch/c\n"
row refused "include\n"
row refused "include $scratch/one $scratch/one\n"
row refused "INCLUDE $scratch/one\n"
row granted "include bar $yes ANYUSER\n" a@X 'include bar'

# Which rule.
for line in 'foo ALL' 'ALL ALL' 'ALL bar' 'foo bar'; do
	row granted "$line $yes ANYUSER\n"
done
for line in 'foo EMPTY' 'ALL EMPTY' 'FOO bar' 'foo ba' 'fo bar' 'foo barr'; do
	row unknown "$line $yes ANYUSER\n"
done
for line in 'foo ALL' 'ALL ALL' 'foo EMPTY' 'ALL EMPTY'; do
	row granted "$line $yes ANYUSER\n" a@X foo
done
for line in 'foo bar' 'ALL bar' 'EMPTY ALL'; do
	row unknown "$line $yes ANYUSER\n" a@X foo
done
row granted "EMPTY ALL $yes ANYUSER\n" a@X EMPTY
row granted "foo ALL $yes ANYUSER\n" a@X 'foo EMPTY'
row denied "foo bar $yes princ:b@X\n$p\n"
row granted "$p\nfoo bar $yes princ:b@X\n"
row denied "ALL bar $yes princ:b@X\n$p\n"
row denied "foo ALL $yes princ:b@X\n$p\n"

options granted logmask=1 logmask=+1 logmask=1,3 'logmask=1 logmask=2' \
    help=-h 'help=a help=b' help=a=b summary=x stdin=1 stdin=last stdin=01 \
    stdin=+1 stdin=9 princ:a=b
# To become somebody takes root.
[ "$(id -u)" -ne 0 ] || options granted user=daemon user=1
options refused logmask=0 logmask=-1 logmask=1, logmask=,1 logmask=1,,2 \
    logmask=x logmask=1x logmask=99999999999999999999999 stdin=0 stdin=-1 \
    stdin=LAST stdin=1x stdin=99999999999999999999 user=no-such-user \
    user=987654 'user=#1' bogus=1 LOGMASK=1 a-b=c help1=x ANYUSER=1 include=1
options denied logmask= help= summary= stdin= user= sudo= =x a_b=c a.b=c \
    -a=b 1=1 a+b=c /a=b file:/a=b logmask logmask:3 x:y=z

acls granted princ:a@X 'deny:b@X ANYUSER' 'deny:deny:a@X ANYUSER' \
    'deny: ANYUSER' 'ANYUSER deny:a@X' anyuser:auth anyuser:anonymous \
    'ANYUSER nonsense:x' 'ANYUSER /nowhere' 'regex:^a@X$' regex: \
    'deny:regex:b ANYUSER' 'deny:localgroup:root ANYUSER' \
    'localgroup:no-such-group ANYUSER' 'deny:/nowhere ANYUSER' \
    'ANYUSER logmask=1' 'deny:deny:deny:a@X ANYUSER'
acls denied a@X princ:b@X princ: principal:a@X PRINC:a@X :a@X \
    princ:princ:a@X 'deny:a@X ANYUSER' 'deny:princ:a@X ANYUSER' \
    deny:deny:a@X 'deny:ANYUSER ANYUSER' 'deny:anyuser:auth ANYUSER' \
    anyuser: 'anyuser:x ANYUSER' anyuser:AUTH Anyuser ANYUSER:x \
    'nonsense:x ANYUSER' 'deny:nonsense:x ANYUSER' 'regex:^A@X$' regex:b \
    'regex:[ ANYUSER' 'deny:regex:[ ANYUSER' 'deny:regex:a@ ANYUSER' \
    localgroup:no-such-group localgroup:root localgroup: file: \
    '/nowhere ANYUSER' 'deny:file:/nowhere ANYUSER' /a:b gputx
row granted "foo bar $yes localgroup:root\n" root@X
row granted "foo bar $yes localgroup:root\n" root
row denied "foo bar $yes deny:localgroup:root ANYUSER\n" root@X
row denied "foo bar $yes localgroup:root\n" root@Y
row denied "foo bar $yes localgroup:root\n" root/admin@X
row denied "foo bar $yes localgroup:root ANYUSER\n" bad@@

echo a@X >other
lists granted 'a@X\n' 'a@X' ' \ta@X\t \n' '\n\n \t\n#b\n #b\na@X\n' 'a@X\r\n' \
    '# x\\\na@X\n' 'ANYUSER\n' 'anyuser:auth\n' 'b@X\na@X\nnonsense:x\n' \
    'include princ:a@X\n' ' include   princ:a@X \n' 'include ANYUSER\n' \
    "file:$scratch/other\n" "include $scratch/other\n" 'regex:^a@\n' \
    "deny:deny:a@X\nANYUSER\n" "file:other\n"
lists denied '' 'b@X\n' '#a@X\n' 'b@X a@X\n' 'a@X b@X\n' 'a@X # x\n' \
    'a\\\n@X\n' '/bin/x\n' 'file:/nowhere\na@X\n' 'deny:a@X\na@X\n' \
    'include deny:a@X\na@X\n' 'include a@X\n' 'include /nowhere\na@X\n' \
    "include $scratch/acl\n" 'include\n' 'include a b\n' \
    'include\tprinc:a@X\n' 'includeprinc:a@X\n' 'nonsense:a@X\na@X\n' \
    'regex:[\na@X\n' 'princ: a@X\n' "deny:file:$scratch/other\na@X\n" \
    "$scratch/other\n"
mkdir acls
cp other acls/ok
echo nonsense:x | tee acls/x.y acls/x~ >acls/.x
acls granted "$scratch/acls" "file:$scratch/acls/"
acls denied "$scratch/empty" "deny:file:$scratch/acls ANYUSER"

echo "1..$count"
