#!/bin/sh
# Every claim in docs/claims.md has a test that exists, and a control. In the column of tests a word in
# backquotes is a file (`name.py`, `tests/...`), a program of tests, or one of their functions.
. "$(dirname "$0")/files.sh"

names=$(mktemp) || exit 1
trap 'rm -f "$names"' EXIT

# What a test can be called: its file, with and without its ending, and its functions.
find tests -type f ! -path 'tests/lint/*' ! -path 'tests/fuzz/corpus/*' | sed 's|.*/||; p; s|\.[a-z]*$||' >"$names"
[ ! -d tests/lint ] || find tests/lint -maxdepth 1 -name '*.sh' | sed 's|.*/||' >>"$names"
find tests -name '*.[ch]' ! -path 'tests/lint/*' -exec sed -n 's/^[a-z].*[ *]\([a-z_0-9]*\)(.*/\1/p' {} + >>"$names"
find tests -name '*.py' -exec sed -n 's/^ *def \([a-z_0-9]*\)(.*/\1/p' {} + >>"$names"

awk -F' [|] ' -v names="$names" '
	BEGIN { while ((getline line < names) > 0) known[line] = 1 }
	/^[|] claim/ || /^[|]-/ || !/^[|]/ { next }
	{
		sub(/^[|] */, "")
		sub(/ *[|] *$/, "")
		if (NF != 4) { print "docs/claims.md:" NR ": not four columns: " $1; next }
		for (i = 1; i <= 4; i++)
			if ($i ~ /^ *$/) print "docs/claims.md:" NR ": an empty column: " $1
		rest = $3
		count = 0
		while (match(rest, /`[^`]*`/)) {
			word = substr(rest, RSTART + 1, RLENGTH - 2)
			rest = substr(rest, RSTART + RLENGTH)
			if (word ~ /=/) continue
			count++
			if (word ~ /[*\/]/) { print "glob " NR " " word; continue }
			if (!(word in known)) print "docs/claims.md:" NR ": no such test: " word
		}
		if (!count) print "docs/claims.md:" NR ": no test: " $1
	}
' docs/claims.md | while read -r word rest; do
	if [ "$word" != glob ]; then
		echo "$word $rest"
		continue
	fi
	path=${rest#* }
	case $path in */*) ;; *) path=tests/screen/golden/$path ;; esac
	ls $path >/dev/null 2>&1 || echo "docs/claims.md:${rest%% *}: no such file: $path"
done | verdict
