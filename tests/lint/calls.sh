#!/bin/sh
# The arrows of calls: a file calls only into folders that its own folder's .may_include names. What
# is declared by hand, or in a header of somebody else, is no way around arrows.sh. A name there that
# is neither included nor called is refused too.
. "$(dirname "$0")/objects.sh"

pairs=$(mktemp)
trap 'rm -f "$pairs"' EXIT
calls >"$pairs"

found=$({
	while read -r caller called; do
		from=${caller%/*} to=${called%/*}
		[ "$from" != "$to" ] || continue
		grep -qxF -e "$to" "$ROOT/$from/.may_include" 2>/dev/null ||
			echo "$caller: calls $called, and $from/.may_include doesn't name $to"
	done <"$pairs"
	(cd "$ROOT" && find core storage tui -name .may_include) | while read -r rules; do
		from=${rules%/*}
		grep -v '^#' "$ROOT/$rules" | while read -r to; do
			grep -q "^[ \t]*#[ \t]*include \"$to/[a-z_0-9]*\.[a-z]*\"" "$ROOT/$from"/*.[ch] ||
				grep -q "^$from/[a-z_0-9]*\.c $to/[a-z_0-9]*\.c\$" "$pairs" ||
				echo "$rules: nothing there includes or calls $to"
		done
	done
})
[ -z "$found" ] || { printf '%s\n' "$found" >&2; exit 1; }
