#!/bin/sh
# Detaching from tmux locks: with focus events on at once; with them off, and where the client is lost, some seconds later.
set -u
command -v tmux >/dev/null || { echo "tmux isn't here"; exit 77; }
work=$(mktemp -d)
off() { tmux -L "detach-off-$$" -f /dev/null "$@"; }
on() { tmux -L "detach-on-$$" -f /dev/null "$@"; }
outer() { tmux -L "detach-outer-$$" -f /dev/null "$@"; }
tidy() {
	for server in off on outer; do $server kill-server 2>/dev/null; done
	until rm -rf "$work" 2>/dev/null; do sleep 0.1; done
}
trap tidy EXIT
unset TMUX TMUX_PANE

fail() { echo "FAIL: $*"; off capture-pane -p -t s:; on capture-pane -p -t s:; exit 1; }
# until_true WHAT COMMAND...: wait until it succeeds
until_true() {
	what=$1
	shift
	for _ in $(seq 600); do
		"$@" && return 0
		sleep 0.05
	done
	fail "waited in vain for $what"
}
# The colon: without it tmux may take s for the beginning of the name of a window.
shows() { "$1" capture-pane -p -t s: 2>/dev/null | grep -q "$2"; }
attached() { [ "$(on display-message -p -t s: '#{session_attached}' 2>/dev/null)" = 1 ]; }

printf 'a word for tests\n' >"$work/pw"
if [ "${E2E_FIRST_RUN:-}" = yes ]; then
	mkdir "$work/user"
	a=$(python3 "$(dirname "$0")/_first_run.py" "$work/user" a "$work/spool" "$(cat "$work/pw")") || fail "the first run"
else
	a=$work/a
	"$SOTTO" --home "$a" --passphrase-fd 3 init local --name a --spool "$work/spool" \
		--kdf interactive 3<"$work/pw" >/dev/null || fail init
fi
run="'$SOTTO' --home '$a' --passphrase-fd 3 3<'$work/pw'"

# Somebody is attached from the beginning; then their terminal dies, which tells nobody anything.
off new-session -d -s s -x 90 -y 24 "sleep 600" || fail "no tmux"
outer new-session -d -x 100 -y 30 "unset TMUX; tmux -L 'detach-off-$$' attach -t s; sleep 600"
until_true "somebody" sh -c "[ \"\$(tmux -L 'detach-off-$$' display-message -p -t s: '#{session_attached}')\" = 1 ]"
off new-window -t s: "$run; sleep 600"
until_true "the contacts" shows off "Contacts"
kill -9 "$(off list-clients -t s -F '#{client_pid}')"
until_true "the lock screen of a lost client" shows off "Locked"
off send-keys -t s: C-q
until_true "the interface's end" sh -c "! [ -S '$a/control' ]"

# The outer tmux is the terminal of the one that is attached and detached.
on start-server \; set -g focus-events on \; new-session -d -s s -x 90 -y 24 "sleep 600" ||
	fail "no second tmux"
outer new-window "unset TMUX; tmux -L 'detach-on-$$' attach -t s; sleep 600"
until_true "somebody attached" attached
on new-window -t s: "$run; sleep 600"
until_true "the contacts" shows on "Contacts"
# Another window in front: covered, though nobody pressed a key; back again: shown again.
on select-window -t s:0
until_true "the cover" sh -c "tmux -L 'detach-on-$$' capture-pane -p -t s:1 | grep -q Covered"
on select-window -t s:1
until_true "the contacts again" shows on "Contacts"
on detach-client -s s
until_true "the lock screen" shows on "Locked"
echo "ok"
