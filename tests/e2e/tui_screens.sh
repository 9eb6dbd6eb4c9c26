#!/bin/sh
# The interface in tmux: two homes on one spool, a conversation, drafts, the lock, sizes, signals, and what
# is left on the terminal. usage: SOTTO=./sotto tui_screens.sh. Exits 77 without tmux.
set -u

command -v tmux >/dev/null 2>&1 || { echo "skipped: tmux isn't installed"; exit 77; }
: "${SOTTO:?the binary to test}"
SOTTO=$(readlink -f "$SOTTO")
LC_ALL=C.UTF-8 TZ=UTC
export LC_ALL TZ SOTTO
unset NO_COLOR COLORTERM TMUX
failures=0
folder=$(mktemp -d) || exit 1

mux() {
	tmux -S "$folder/socket" -f /dev/null "$@"
}
trap 'mux kill-server 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM

screen() {
	mux capture-pane -p -t tui
}
fail() {
	echo "FAILED: $1"
	screen | sed 's/^/	|/'
	failures=$((failures + 1))
}
# Wait until the screen shows $1; says $2 when that doesn't come.
shows() {
	tries=0
	while ! screen | grep -qF -- "$1"; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || { fail "${2:-$1 isn't shown}"; return 1; }
		sleep 0.1
	done
}
# After a wrong passphrase it waits before it asks again, and forgets what was typed meanwhile.
asks_again() {
	tries=0
	while ! screen | grep -q '│ Passphrase: *│'; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || { fail "it doesn't ask again"; return 1; }
		sleep 0.1
	done
}
keys() {
	mux send-keys -t tui "$@"
}
types() {
	mux send-keys -t tui -l "$1"
}
as() {
	who=$1
	shift
	"$SOTTO" --home "$folder/$who" --passphrase-fd 3 "$@" 3<"$folder/$who.pass"
}
# Ada's interface, with its process id in $folder/pid and its exit code at the end.
start() {
	cat >"$folder/go" <<-END
		sh -c 'echo \$\$ >"$folder/pid"; exec "$SOTTO" --home "$folder/ada" $*'
		echo "left with \$?"
		exec sleep 1000
	END
	mux kill-server 2>/dev/null
	while [ -e "$folder/socket" ] && mux list-sessions >/dev/null 2>&1; do sleep 0.1; done
	mux new-session -d -s tui -x 80 -y 24 "exec sh '$folder/go'"
}
unlock() {
	shows "Passphrase:" && types "the passphrase of ada" && keys Enter
}

for who in ada bob; do
	echo "the passphrase of $who" >"$folder/$who.pass"
	if [ "${E2E_FIRST_RUN:-}" = yes ]; then
		mkdir "$folder/user-$who"
		home=$(python3 "$(dirname "$0")/_first_run.py" "$folder/user-$who" $who "$folder/spool" \
			"the passphrase of $who") && mv "$home" "$folder/$who"
	else
		as $who init local --name $who --spool "$folder/spool" --kdf interactive >/dev/null
	fi || { echo "no profile"; exit 1; }
done
# This one reads the screen; what the other modes show is tested in tui_veil.sh.
printf '[settings]\nscreen_mode = open\n' >"$folder/ada/config"
as bob send ada "waiting words" >/dev/null || fail "bob can't write"

start
unlock
shows "1 unread"
keys Enter
shows "waiting words"
types "an answer"
keys Enter
shows "Write to bob"
as bob receive --timeout 5 | grep -qF "an answer" || fail "the answer didn't arrive"
as bob send ada "live words" >/dev/null
shows "live words"

# A paste is one draft, and nothing is sent by it.
mux set-buffer -b paste "pasted one
pasted two"
mux paste-buffer -p -b paste -t tui
shows "pasted two"
shows "pasted one"

# Locked: nothing is left on the screen; the draft is there afterwards.
keys C-x l
shows "Locked"
for word in bob words pasted answer; do
	screen | grep -qF "$word" && fail "$word shows through the lock"
done
keys Enter
shows "sotto is locked."
types "a wrong passphrase"
keys Enter
shows "1 wrong passphrase since"
shows "Try 2 of 3"
asks_again
screen | grep -q "Try 2 of 3, in" && fail "the wait is over, and still stands there"
types "the passphrase of ada"
keys Enter
# The conversation is open again, with what was half written.
shows "pasted two"
shows "pasted one"
keys C-x k

# Any size, at any time.
for size in 40x12 132x43 20x5 80x24; do
	mux resize-window -t tui -x "${size%x*}" -y "${size#*x}"
done
shows "live words"
mux resize-window -t tui -x 120 -y 30
shows "Contacts"
mux resize-window -t tui -x 80 -y 24

# A theme shows at once and is kept.
keys M-x
types "set theme light"
keys Enter
shows "Write to bob"
tries=0
until grep -rq "theme *= *light" "$folder/ada"; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] || { fail "the theme isn't kept"; break; }
	sleep 0.1
done

# A hang-up locks; SIGTERM leaves cleanly, and nothing stays in the terminal.
kill -HUP "$(cat "$folder/pid")"
shows "Locked"
kill -TERM "$(cat "$folder/pid")"
shows "left with 0"
for word in words pasted Contacts; do
	mux capture-pane -p -S - -t tui | grep -qF "$word" && fail "$word is left behind"
done

# A crash gives the terminal back: a line typed afterwards is echoed.
start
unlock
shows "Contacts"
kill -SEGV "$(pgrep -P "$(cat "$folder/pid")" | head -n 1)"
shows "left with 139"
screen | grep -qF Contacts && fail "the crash leaves the picture"

# Lines only.
start --plain
unlock
shows "/help lists the commands"
types "/open bob"
keys Enter
shows "bob (not compared): live words"
types "plain words"
keys Enter
shows "Sent."
as bob receive --timeout 5 | grep -qF "plain words" || fail "plain words didn't arrive"
as bob send ada "$(printf 'two\nlines')" >/dev/null
shows "bob (not compared): two"
types "/quit"
keys Enter
shows "left with 0"

# A mistake in the user's files never refuses: the default, and a word with the file and the line.
export XDG_CONFIG_HOME="$folder/config"
printf '[settings]\nscreen_mode=open\ntheme=nobodys\n[keys]\nF7=help\nC-F13=help\n' >"$folder/ada/config"
start
unlock
shows 'C-F13'
screen | tr -d '\n' | grep -q 'config, line *6' || fail "the line of the key isn't said"
shows 'line 3: There is no theme called "nobodys"'
keys F7
shows "Help"
keys C-q
shows "left with 0"
printf '[settings]\ntheme=mine\n' >"$folder/ada/config"
mkdir -p "$folder/config/sotto/themes"
printf '[theme]\nname=mine\n[roles]\ntext = nonsense\n' >"$folder/config/sotto/themes/mine.theme"
start
unlock
shows 'nonsense'
screen | tr -d '\n' | grep -q 'line *4' || fail "the line of the theme isn't said"
keys C-q
shows "left with 0"

# The first run asks, outside curses, and makes a profile.
mv "$folder/ada" "$folder/former"
start
shows "1 or 2 [1]:"
keys Enter
shows "Your name on this host"
types "carol"
keys Enter
shows "Folder through which"
types "$folder/spool"
keys Enter
shows "How long do messages"
keys Enter
shows "How much of the messages"
keys Enter
shows "Five random words"
words=$(screen | grep -A 2 -F "Five random words" | tail -n 1)
# An empty line is asked again, with nothing shown of what comes between.
shows "Passphrase:"
keys Enter
tries=0
until [ "$(screen | grep -c 'Passphrase:')" = 2 ]; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] || { fail "an empty line isn't asked again"; break; }
	sleep 0.1
done
types "four words of carol"
keys Enter
shows "Once more:"
types "four words of carol"
keys Enter
shows "With whom do you want to write (numbers or names)"
screen | grep -qF "four words" && fail "the passphrase was echoed"
mux capture-pane -p -S - -t tui | grep -qF "$words" && fail "the offered words are still there"
types "bob"
keys Enter
shows "Contacts"
shows "bob"
keys C-q
shows "left with 0"

[ $failures -eq 0 ] && echo "ok"
exit $((failures > 0))
