#!/bin/sh
# bench_remctl.sh: gss-remctl and gss-remctld beside the real remctl, in one run.
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs inside gsstest/realm.  Both servers run from beginning to end, with the
# same configuration.  Each figure is the best of ROUNDS rounds; in a round all
# four pairs run once, one behind the other, so that a busy machine disturbs all
# alike.  A one-shot command is the whole client, from its start to its end; on
# a kept connection the client is remctl_kept, on lib/remctl and on libremctl.
#
# The real pair waits some 40 ms for a delayed acknowledgement whenever a
# command has output.  So a command without any is measured besides: what is
# left then is work.

BUILD=${BUILD:-build}
ROUNDS=${ROUNDS:-5}
ONCE=20		 # one-shot commands a round
KEPT_TEXT=30	 # commands on one connection a round, with output
KEPT_STATUS=300	 # and without
LARGE=104857600	 # octets of output
CROWD=200	 # connections at once
CROWD_ROUNDS=3	 # in which each of them runs a command

build=$(cd "$BUILD" && pwd) || exit 2
gss_remctl=$build/bin/gss-remctl
gss_remctld=$build/bin/gss-remctld
. "$(dirname "$0")/remctl_pairs"
mkdir "$GJALLAR_REALM_DIR/remctl" && cd "$GJALLAR_REALM_DIR/remctl" || exit 2
if ! program_of remctl || ! program_of remctld ||
    ! [ -x "$build/obj/mit/remctl_kept" ]; then
	echo 'bench_remctl: no real remctl, remctld and libremctl to compare with'
	exit 0
fi
pairs='ours.ours ours.real real.ours real.real' # client.server

# --- The programs and the servers -------------------------------------------

# Programs, not what the shell has built in.
external() {
	for place in /bin /usr/bin; do
		[ ! -x $place/"$1" ] || { echo $place/"$1"; return; }
	done
}

cat >bytes <<-'END'
#!/bin/sh
exec head -c "$2" /dev/zero
END
chmod +x bytes
cat >conf <<-END
b text $(external echo) ANYUSER
b status $(external true) ANYUSER
b bytes $PWD/bytes ANYUSER
END

trap 'kill $ours_pid $real_pid $crowd_pid 2>/dev/null' EXIT
server_start gss-remctld -b 127.0.0.1 || exit 1
ours_pid=$server_pid ours_port=$port
server_start remctld -b 127.0.0.1 || exit 1
real_pid=$server_pid real_port=$port

# pair_set PAIR: client, kept, port, server_pid and server_name.
pair_set() {
	case $1 in
	ours.*) client=$gss_remctl kept=$build/obj/heimdal/remctl_kept ;;
	*) client=$real_remctl kept=$build/obj/mit/remctl_kept ;;
	esac
	case $1 in
	*.ours) port=$ours_port server_pid=$ours_pid server_name=gss-remctld ;;
	*) port=$real_port server_pid=$real_pid server_name=remctld ;;
	esac
}

fail() {
	echo "bench_remctl: $*" >&2
	exit 1
}

# --- What is measured -------------------------------------------------------

# note FIGURE PAIR NUMBER
note() {
	[ -n "$3" ] || fail "no figure for $1, $2"
	echo "$3" >>"$1.$2"
}

# clock COMMAND ...: its microseconds; what it says goes to the file said.
clock() {
	"$build/obj/heimdal/gsstest/bench" time "$@" >said 2>&1 ||
	    fail "$*: $(tail -n 1 said)"
	tail -n 1 said | cut -d ' ' -f 1
}

# The words after COUNT are the client's.
repeat='count=$1
shift
while [ $count -gt 0 ]; do
	"$@" >/dev/null || exit 1
	count=$((count - 1))
done'

once() {
	for kind in text status; do
		note "once-$kind" "$1" "$(clock sh -c "$repeat" sh $ONCE \
		    "$client" -p "$port" localhost b $kind)"
	done
}

kept() {
	note kept-text "$1" "$("$kept" localhost "$port" '' \
	    time $KEPT_TEXT 'b text')"
	note kept-status "$1" "$("$kept" localhost "$port" '' \
	    time $KEPT_STATUS 'b status')"
}

large() {
	note large "$1" "$(clock sh -c "$repeat" sh 1 \
	    "$client" -p "$port" localhost b bytes $LARGE)"
}

# The same source with the real one's library: what is left of a difference is
# not the library's.
large_mit() {
	pair_set ours.real
	client=$build/obj/mit/gss-remctl-mit
	[ ! -x "$client" ] || large mit.real
}

# Without the programs, and without those that ended: remctld does not take
# notice of all of them at once.
server_processes() {
	ps -e -o pid= -o ppid= -o stat= -o comm= | awk \
	    -v server="$server_pid" -v name="$server_name" '$3 !~ /^Z/ &&
	    ($1 == server || $2 == server && $4 == name) { print $1 }'
}

# memory FIELD: KiB of the server and of its children, without the programs.
memory() {
	server_processes | sed 's|.*|/proc/&/smaps_rollup|' | xargs cat |
	    awk -v field="$1:" '$1 == field { sum += $2 } END { print sum }'
}

# In octets a connection, beyond what the server had in the beginning; with a
# process's share of shared pages (Pss), or all that it has (Rss).
crowd() {
	case $1 in
	*.ours) rss=$ours_rss pss=$ours_pss processes=$ours_processes ;;
	*) rss=$real_rss pss=$real_pss processes=$real_processes ;;
	esac
	rm -f go answers
	mkfifo go answers
	"$kept" localhost "$port" '' crowd $CROWD $CROWD_ROUNDS \
	    "b bytes $LARGE" 'b text' <go >answers &
	crowd_pid=$!
	exec 4>go 5<answers
	read -r opening <&5 && read -r running <&5 || fail "crowd, $1"
	note crowd-opening "$1" "$opening"
	note crowd-running "$1" "$running"
	note rss "$1" $((($(memory Rss) - rss) * 1024 / CROWD))
	note pss "$1" $((($(memory Pss) - pss) * 1024 / CROWD))
	exec 4>&- 5<&-
	wait $crowd_pid || fail "crowd, $1"
	crowd_pid=
	server_settles
}

# What the crowd left behind is gone before the next one is counted.
server_settles() {
	until [ "$(server_processes | wc -l)" -eq $processes ]; do :; done
}

pair_set ours.ours
ours_rss=$(memory Rss) ours_pss=$(memory Pss)
ours_processes=$(server_processes | wc -l)
pair_set real.real
real_rss=$(memory Rss) real_pss=$(memory Pss)
real_processes=$(server_processes | wc -l)

round=0
while [ $round -lt "$ROUNDS" ]; do
	for what in once kept large crowd; do
		for pair in $pairs; do
			pair_set "$pair"
			$what "$pair"
		done
		[ $what != large ] || large_mit
	done
	round=$((round + 1))
done

# --- The table --------------------------------------------------------------

best() {
	sort -n "$1.$2" | head -n 1
}

row() {
	printf '%-40s %9s %9s %9s %9s\n' "$@"
}

# show TEXT FIGURE SCALE FORMAT: SCALE is awk's, of the figure f.
show() {
	text=$1
	set -- "$2" "$3" "$4"
	figures= ratios=
	base=$(best "$1" real.real)
	for pair in $pairs; do
		one=$(best "$1" $pair)
		figures="$figures $(awk -v f="$one" \
		    "BEGIN { printf \"$3\", $2 }")"
		ratios="$ratios $(awk -v f="$one" -v b="$base" \
		    'BEGIN { printf "%.2f", b / (f > 0 ? f : 1) }')"
	done
	# shellcheck disable=SC2086 # a word each
	row "$text" $figures
	# shellcheck disable=SC2086
	row '  better than the real pair by' $ratios
}

# goal TEXT FIGURE PAIR LEAST: how far it is from what is asked.
goal() {
	awk -v text="$1" -v f="$(best "$2" "$3")" -v least="$4" \
	    -v b="$(best "$2" real.real)" 'BEGIN {
		ratio = b / (f > 0 ? f : 1)
		printf "goal: %-53s %5.1f %7.2f  %s\n", text, least, ratio,
		    (ratio >= least ? "reached" : "MISSED")
	}'
}

row 'remctl: client, server' ours,ours ours,real real,ours real,real
show 'one-shot, with output, per second' once-text "$ONCE * 1e6 / f" %.1f
show 'one-shot, without output, per second' once-status \
    "$ONCE * 1e6 / f" %.1f
show 'kept, with output, per second' kept-text "$KEPT_TEXT * 1e6 / f" %.0f
show 'kept, without output, per second' kept-status \
    "$KEPT_STATUS * 1e6 / f" %.0f
show '100 MiB of output, seconds' large 'f / 1e6' %.2f
[ ! -e large.mit.real ] || awk -v f="$(best large mit.real)" \
    -v b="$(best large real.real)" 'BEGIN {
	printf "  our client built with MIT, real: %.2f, better by %.2f\n",
	    f / 1e6, b / f
}'
show "$CROWD at once, opening, seconds" crowd-opening 'f / 1e6' %.2f
show "$CROWD at once, commands per second" crowd-running \
    "($CROWD - 1) * $CROWD_ROUNDS * 1e6 / f" %.0f
show 'memory a connection, KiB, resident' rss 'f / 1024' %.1f
show 'memory a connection, KiB, shared counted once' pss 'f / 1024' %.1f
echo
printf 'goal: %-53s %5s %7s\n' 'better than the real pair by' least is
goal 'one-shot' once-text ours.ours 5
goal 'one-shot, our client with the real server' once-text ours.real 1
goal 'one-shot, the real client with our server' once-text real.ours 1
for pair in ours.ours real.ours; do
	who='our client'
	[ $pair = ours.ours ] || who='the real client'
	goal "one-shot, without output, $who" once-status $pair 1
	goal "kept connection, $who" kept-text $pair 1
	goal "kept connection, without output, $who" kept-status $pair 1
	goal "100 MiB of output, $who" large $pair 1
	goal "$CROWD connections, opening, $who" crowd-opening $pair 1
	goal "$CROWD connections, commands, $who" crowd-running $pair 1
	goal "memory a connection, resident, $who" rss $pair 1
	goal "memory a connection, shared counted once, $who" pss $pair 1
done
