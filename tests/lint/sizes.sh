#!/bin/sh
# Sizes: a function has at most 80 lines, a file 600, a header 150. tests/lint/sizes.except names what
# is bigger, with its size, one "PATH[:FUNCTION] LINES" a line: it may shrink, never grow, and an entry
# that is no longer true has to go.
. "$(dirname "$0")/files.sh"

exceptions=tests/lint/sizes.except
[ -e "$exceptions" ] || exceptions=/dev/null

sources core storage tui tests sotto.c | xargs awk '
function big(what, lines, limit) {
	if (lines > limit)
		print what, lines, limit
}
function file_ends() {
	if (path != "")
		big(path, count, path ~ /\.h$/ ? 150 : 600)
}
FNR == 1 { file_ends(); path = FILENAME; name = ""; inside = 0 }
{ count = FNR }
/^[a-zA-Z_].*\(/ && !inside && !/;[ \t]*$/ {
	name = $0
	sub(/\(.*/, "", name)
	sub(/.*[ *]/, "", name)
}
/^\{/ { inside = FNR }
/^\}/ {
	if (inside)
		big(path ":" name, FNR - inside - 1, 80)
	inside = 0
}
END { file_ends() }' | awk -v exceptions="$exceptions" '
BEGIN {
	while ((getline line < exceptions) > 0) {
		if (line ~ /^#/ || line == "")
			continue
		split(line, word, " ")
		allowed[word[1]] = word[2]
	}
}
{
	if (!($1 in allowed))
		print $1 ": " $2 " lines, at most " $3
	else if ($2 > allowed[$1])
		print $1 ": " $2 " lines, grown from the " allowed[$1] " of the exception"
	else if ($2 < allowed[$1])
		print $1 ": " $2 " lines: lower the exception from " allowed[$1]
	met[$1] = 1
}
END {
	for (what in allowed)
		if (!(what in met))
			print what ": the exception is not needed any more: remove it"
}' | verdict
