# Sourced by the lints. ROOT is the tree to look at: the first argument, or the one these files are in.
set -eu
LC_ALL=C
export LC_ALL
ROOT=${1:-$(dirname "$0")/../..}
cd "$ROOT"

# Our sources in the given folders, made files and the lints' own bad examples left out.
sources() {
	for folder; do
		[ ! -e "$folder" ] || find "$folder" -name '*.[ch]' ! -name theme_builtin.c ! -path 'tests/lint/*'
	done | sort
}

# End with what was found on standard input: nothing is good.
verdict() {
	found=$(cat)
	[ -n "$found" ] || exit 0
	printf '%s\n' "$found" >&2
	exit 1
}
