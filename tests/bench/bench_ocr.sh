#!/bin/sh
# What a screenshot of a real xterm gives to a machine that reads: OCR_CAPTURES (20) pictures a mode at random
# moments, under Xvfb, read by tesseract. Prints lines as bench.h says: words found in a capture, on average and
# at most, of those that the mode may show. Skips with a word where a tool is missing.
set -u
captures=${OCR_CAPTURES:-20}
sotto=$(readlink -f "${SOTTO:-./sotto}")
LC_ALL=C.UTF-8
export LC_ALL
unset NO_COLOR TMUX STY

skip() {
	echo "# bench_ocr: skipped: $1"
	exit 0
}
for tool in Xvfb xterm tesseract import convert xdotool; do
	command -v $tool >/dev/null || skip "no $tool"
done
tesseract --list-langs 2>/dev/null | grep -qx eng || skip 'tesseract knows no English'

folder=$(mktemp -d) || exit 1
server= terminal=
stop() {
	[ -z "$terminal" ] || kill "$terminal" 2>/dev/null
	[ -z "$server" ] || kill "$server" 2>/dev/null
	rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM

# None is part of another, or of anything that sotto says.
words='zebra quartz fjord mimosa kazoo velvet oxbow pylon gumbo lilac walrus turnip saffron bonsai hydrant jigsaw'
for who in ada ben; do
	echo "the passphrase of $who" >"$folder/$who.pass"
	"$sotto" --home "$folder/$who" --passphrase-fd 3 init local --name $who --spool "$folder/spool" \
		--kdf interactive 3<"$folder/$who.pass" >/dev/null || exit 1
done
for _ in 1 2 3 4 5 6; do
	"$sotto" --home "$folder/ben" --passphrase-fd 3 send ada "$words" 3<"$folder/ben.pass" >/dev/null || exit 1
done

Xvfb -displayfd 4 -screen 0 1200x700x24 4>"$folder/display" >/dev/null 2>&1 &
server=$!
tries=0
until [ -s "$folder/display" ]; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] || skip 'Xvfb does not start'
	sleep 0.1
done
DISPLAY=:$(cat "$folder/display")
export DISPLAY

press() {
	xdotool key --delay 40 "$@"
}
capture() {
	import -window root "$folder/picture.png" && convert "$folder/picture.png" -trim +repage \
		-colorspace Gray -negate -resize 200% "$folder/read.png"
}
# The words that stand in the text read from the last capture.
found() {
	tesseract "$folder/read.png" - --psm 11 2>/dev/null | tr 'A-Z' 'a-z' | tr -cs 'a-z' '\n' |
		grep -cxF "$(echo "$words" | tr ' ' '\n')"
}
# 1 when the last capture holds more points of the noise's grey than any text would have, else 0.
is_noisy() {
	convert "$folder/picture.png" -fill black +opaque 'rgb(84,84,84)' -fill white -opaque 'rgb(84,84,84)' \
		-format '%[fx:mean*w*h > 5000 ? 1 : 0]' info:
}
# Half a second at most.
pause() {
	sleep "0.$(od -An -N1 -tu1 /dev/urandom | tr -d ' ' | sed 's/$/00/' | cut -c1-2)"
}

# $1 mode, $2 what is done in it, $3 keys that open a message, $4 keys of which one is pressed before each capture,
# $5 words that it may show
measure() {
	mode=$1 name=ocr_$1_$2
	shift 2
	printf '[settings]\nscreen_mode = %s\nflicker_confirmed = on\n' "$mode" >"$folder/ada/config"
	# xterm takes COLORTERM out of the environment.
	xterm -u8 -fa Monospace -fs 14 -geometry 80x24+0+0 -e \
		"TERM=xterm-256color COLORTERM=truecolor exec '$sotto' --home '$folder/ada' --passphrase-fd 3 3<'$folder/ada.pass'" 2>/dev/null &
	terminal=$!
	sleep 3
	press Return
	sleep 1
	press ctrl+x b
	sleep 0.5
	[ -z "$1" ] || press $1
	sleep 0.5
	sum=0 most=0 i=0 noise=0
	while [ $i -lt "$captures" ]; do
		i=$((i + 1))
		[ -z "$2" ] || press $(shuf -n 1 -e $2)
		pause
		capture
		count=$(found)
		[ "$mode" != sealed ] || noise=$((noise + $(is_noisy)))
		sum=$((sum + count))
		[ "$count" -le $most ] || most=$count
		[ -z "${OCR_KEEP:-}" ] || cp "$folder/picture.png" "$OCR_KEEP/$name-$i.png"
		# Sealed ends behind the last words, and after 30 s.
		[ "$mode" != sealed ] || { press Escape && press i Escape ctrl+x b k Return && sleep 0.4; }
	done
	press ctrl+q
	wait "$terminal" 2>/dev/null
	terminal=
	[ "$mode" != sealed ] || awk -v noise=$noise -v n="$captures" 'BEGIN {
		printf "%-44s %12.2f %12.2f %8.2f\n", "ocr_sealed_captures_of_noise:all", noise, n, noise / n
	}'
	awk -v name="$name" -v sum=$sum -v n="$captures" -v most=$most -v may="$3" 'BEGIN {
		printf "%-44s %12.2f %12.2f %8.2f\n", name "_a_capture", sum / n, may, may ? sum / n / may : 0
		printf "%-44s %12.2f %12.2f %8.2f\n", name "_at_most", most, may, may ? most / may : 0
	}'
}
# The first two are controls: all that is in sight, and a message that was uncovered.
measure open looking '' '' 96
measure veil uncovering '' 'r k' 16
measure line looking '' 'Up Down' 0
measure line reading '' 'space space j b' 9
measure spotlight reading 'k k k' 'space space space space BackSpace k' 2
measure veil looking '' 'j k' 0
measure veil reading 'k k k' 'space space space space BackSpace k' 2
measure sealed reading Return space 0
