#!/bin/sh
# Sixty seconds of the real interface, unlocked, with nothing happening: no system call. From 20 s after the last
# key on; without covering (setting veil_idle): what traces it is found, so that everything is veiled.
# IDLE_SECONDS for less. Prints a line as bench.h says: system calls, of none.
set -u
seconds=${IDLE_SECONDS:-60}
sotto=${SOTTO:-./sotto}

skip() {
	echo "# bench_idle: skipped: $1"
	exit 0
}
command -v strace >/dev/null || skip 'no strace'
command -v script >/dev/null || skip 'no script'

folder=$(mktemp -d) || exit 1
fifo=$folder/keys
mkfifo "$fifo"
printf 'a word for tests\n' >"$folder/word"
make() {
	"$sotto" --home "$folder/me" --passphrase-fd 3 init local --name me --spool "$folder/spool" \
		--kdf interactive 3<"$folder/word" >/dev/null
}
make || exit 1
printf '[settings]\nscreen_mode = open\nveil_idle = off\n' >"$folder/me/config"

# The terminal that script gives it, and a keyboard that stays open and silent.
strace -f -ttt -o "$folder/trace" true 2>/dev/null || skip 'strace may not trace here'
TERM=xterm-256color script -qec "stty rows 30 cols 100; env -u TMUX strace -f -ttt -o '$folder/trace' \
	'$sotto' --home '$folder/me' --passphrase-fd 3 3<'$folder/word'" /dev/null <"$fifo" >/dev/null &
exec 4>"$fifo"
sleep 3
printf '\033[B' >&4
sleep 22
from=$(date +%s.%N)
sleep "$seconds"
to=$(date +%s.%N)
calls=$(awk -v from="$from" -v to="$to" '$2 >= from && $2 <= to' "$folder/trace" | wc -l)
all=$(wc -l <"$folder/trace")
printf '\021' >&4
exec 4>&-
wait
if [ "$all" -lt 100 ]; then
	echo '# bench_idle: the interface did not start' >&2
	rm -rf "$folder"
	exit 1
fi
awk -v from="$from" -v to="$to" '$2 >= from && $2 <= to' "$folder/trace" | head -n 20 >&2
printf '%-44s %12.2f %12.2f %8.2f\n' "idle_${seconds}_s_system_calls:promised" "$calls" 0 "$calls"
rm -rf "$folder"
