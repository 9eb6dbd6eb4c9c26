#!/bin/sh
# Detaching from tmux locks: with focus events on at once; with them off sotto says what it does instead.
set -u
command -v tmux >/dev/null || { echo "tmux isn't here"; exit 77; }
work=$(mktemp -d) socket=detach-$$
tmux() { command tmux -L "$socket" -f /dev/null "$@"; }
trap 'tmux kill-server 2>/dev/null; until rm -rf "$work" 2>/dev/null; do sleep 0.1; done' EXIT
fail() { echo "FAIL: $*"; tmux capture-pane -p -t s; exit 1; }
until_pane() { # TEXT
	for _ in $(seq 300); do
		tmux capture-pane -p -t s 2>/dev/null | grep -q "$1" && return 0
		sleep 0.05
	done
	fail "no '$1' on the screen"
}
pw() { printf 'pw\n' >"$work/pw"; }

pw
"$SOTTO" --home "$work/a" --passphrase-fd 3 init local --name a --spool "$work/spool" \
	--kdf interactive 3<"$work/pw" >/dev/null || fail init

# An outer tmux is the terminal of the one that is attached and detached.
outer=outer-$$
command tmux -L "$outer" -f /dev/null new-session -d -x 100 -y 30 "sleep 600"
trap 'tmux kill-server 2>/dev/null; command tmux -L "$outer" kill-server 2>/dev/null; until rm -rf "$work" 2>/dev/null; do sleep 0.1; done' EXIT
command tmux -L "$outer" set -g focus-events on

run="'$SOTTO' --home '$work/a' --passphrase-fd 3 3<'$work/pw'"
tmux new-session -d -s s -x 90 -y 24 "$run" || fail "no tmux"
until_pane "focus-events off"
tmux send-keys -t s C-q

tmux kill-server 2>/dev/null
tmux start-server \; set -g focus-events on \; new-session -d -s s -x 90 -y 24 "sleep 600"
command tmux -L "$outer" new-window "unset TMUX; tmux -L '$socket' attach -t s"
for _ in $(seq 200); do
	[ "$(tmux display-message -p -t s '#{session_attached}')" = 1 ] && break
	sleep 0.05
done
tmux new-window -t s "$run"
until_pane "Contacts"
tmux capture-pane -p -t s | grep -q "focus-events off" && fail "said without need"
tmux detach-client -s s
until_pane "Locked"
echo "ok"
