#!/bin/sh
# The kit in a real terminal: tests/support/term_probe inside tmux, on a server of its own.
# usage: term_tmux.sh [PROBE]. Without PROBE the one in $BUILD. Exits 77 without tmux.
set -u

probe=${1:-${BUILD:-.}/tests/support/term_probe}
failures=0
command -v tmux >/dev/null 2>&1 || { echo "skipped: tmux isn't installed"; exit 77; }
[ -x "$probe" ] || { echo "$probe: there is no such program"; exit 1; }
LC_ALL=C.UTF-8
export LC_ALL
unset NO_COLOR COLORTERM TMUX

folder=$(mktemp -d) || exit 1

mux() {
	tmux -S "$folder/socket" -f /dev/null "$@"
}
trap 'mux kill-server 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM

fail() {
	echo "FAILED: $1"
	screen | sed 's/^/	|/'
	failures=$((failures + 1))
}

screen() {
	mux capture-pane -p -t probe
}

# Wait until the screen holds a line that matches $1; $2 says what is tested.
wait_for() {
	end=$(($(date +%s) + 10))
	until screen | grep -q -e "$1"; do
		if [ "$(date +%s)" -ge "$end" ]; then
			fail "$2: no \"$1\""
			return 1
		fi
	done
}

# $1 columns, $2 rows, $3 environment (TERM=...), $4 what the shell in the pane prints first
start() {
	mux kill-session -t probe 2>/dev/null
	mux new-session -d -s probe -x "$1" -y "$2" "echo before-the-probe; env $3 '$probe' 1; exec cat"
	mux set-option -t probe window-size manual
}

keys() {
	mux send-keys -t probe "$@"
}

# The cursor and the screen after the probe has gone: what was there before and nothing else.
nothing_left() {
	wait_for "$2" "$1" || return
	if ! screen | grep -q before-the-probe; then
		fail "$1: the screen from before is gone"
	fi
	if mux capture-pane -p -S - -t probe | grep -q -e title-dim -e 中文字; then
		fail "$1: something stayed behind"
	fi
}

# A server that loses its last session ends, and may take the next one with it.
mux new-session -d -s keeper 'exec cat'

# -- sizes: one golden column each -----------------------------------------------------------------
for size in "80 24" "40 12"; do
	set -- $size
	start "$1" "$2" TERM=tmux-256color
	wait_for "^ probe $1x$2 256 colours .*Dark$" "size $1x$2" || continue
	# The last row is drawn last.
	wait_for '^ *write' "size $1x$2" || continue
	# With the blanks in front of the rule: it stands where tmux counts as the kit does.
	left=$(screen | sed -n '2,10s/│.*/│/p')
	expected=' plain              │
 中文字             │
 👨|                │
 ❤ |                │
 🇩🇪|                │
 👍|                │
 q̂|                 │
 םולש               │
 a‹U+001B›[2Jb‹U+202│'
	[ "$left" = "$expected" ] || fail "size $1x$2: the samples aren't as expected"
	keys q
	nothing_left "size $1x$2" '^left$'
done

# -- keys, pastes, focus ---------------------------------------------------------------------------
start 80 24 TERM=tmux-256color
wait_for 'probe 80x24' keys
for key in M-x C-Left F5 PageUp BTab; do
	keys "$key"
	case $key in
	BTab) wait_for 'key S-Tab' "key $key" ;;
	*) wait_for "key $key" "key $key" ;;
	esac
done
keys Escape
wait_for 'key Escape' 'a lone Escape'
mux set-buffer 'one
two'
mux paste-buffer -p -t probe
wait_for 'paste 7' 'bracketed paste'
wait_for '^one two$' 'the paste in a single line'

# -- resize, suspend, themes -----------------------------------------------------------------------
mux resize-window -t probe -x 60 -y 15
wait_for 'probe 60x15' 'smaller'
mux resize-window -t probe -x 100 -y 30
wait_for 'probe 100x30' 'larger'
[ "$(screen | grep -c probe)" -eq 1 ] || fail 'resize: drawn twice'
before=$(mux capture-pane -p -e -t probe | md5sum)
keys t
wait_for ' Light$' 'theme switch'
[ "$before" != "$(mux capture-pane -p -e -t probe | md5sum)" ] || fail 'theme switch: looks the same'
keys z
nothing_left suspend '^suspended$'
keys Enter
wait_for 'probe 100x30' resume
keys q
nothing_left 'after resume' '^left$'

# -- death -----------------------------------------------------------------------------------------
start 80 24 TERM=tmux-256color
wait_for 'probe 80x24' death
keys '!'
nothing_left death '^rescued$'

# -- kinds of terminal -----------------------------------------------------------------------------
for kind in 'TERM=xterm-256color 256' 'TERM=screen 8' 'TERM=tmux-256color 256' 'TERM=linux 8' \
	'TERM=vt100 mono' 'TERM=xterm 8' 'TERM=xterm-256color NO_COLOR=1 mono' \
	'TERM=xterm-256color NO_COLOR= 256'; do
	start 80 24 "${kind% *}"
	wait_for "probe 80x24 ${kind##* } colours" "$kind" || continue
	keys q
	wait_for '^left$' "$kind"
done
for kind in TERM=dumb TERM= TERM=no-such-terminal; do
	start 80 24 "$kind"
	wait_for '^refused: .*TERM' "$kind"
done
if infocmp xterm-direct >/dev/null 2>&1; then
	start 80 24 'TERM=xterm-256color COLORTERM=truecolor'
	wait_for 'probe 80x24 true colours' 'direct colours'
fi

[ "$failures" -eq 0 ] && echo 'term_tmux: all well'
exit $((failures > 0))
