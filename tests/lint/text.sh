#!/bin/sh
# Text: at most 100 columns, no trailing white space, nothing left for later, tabs for indentation.
. "$(dirname "$0")/files.sh"

sources core storage tui tests sotto.c | xargs awk '
function width(line,   at, n, i, c) {
	gsub(/[\200-\277]/, "", line)
	if (index(line, "\t") == 0)
		return length(line)
	at = 0
	n = length(line)
	for (i = 1; i <= n; i++) {
		c = substr(line, i, 1)
		at = c == "\t" ? at + 8 - at % 8 : at + 1
	}
	return at
}
{ where = FILENAME ":" FNR ": " }
width($0) > 100 { print where width($0) " columns, at most 100" }
/[ \t\r]$/ { print where "trailing white space" }
/(^|[^A-Za-z])(TODO|FIXME|XXX|HACK)([^A-Za-z]|$)/ { print where "left for later" }
/^    +[^ *]/ { print where "indented with spaces" }
/(^|[ \t;{}])\/\/ / && !/["\047].*\/\/.*["\047]/ { print where "a comment that is not /* */" }' | verdict
