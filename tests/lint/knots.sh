#!/bin/sh
# No knots: an object file never comes back to itself through what it calls. Includes don't show that
# (cycles.sh): several files may implement one header. The groups in knots.except, a line each, are
# known, and only get fewer: one that is no knot any more, or has grown, is refused too.
. "$(dirname "$0")/objects.sh"
exceptions=$ROOT/tests/lint/knots.except
[ -e "$exceptions" ] || exceptions=/dev/null
edges=$(mktemp)
trap 'rm -f "$edges"' EXIT

calls >"$edges"

# Who isn't in a circle is taken away, from both ends, until nothing more goes.
in_circles() {
	awk '
	{ from[NR] = $1; to[NR] = $2 }
	END {
		do {
			split("", leaves)
			split("", enters)
			for (i in from) {
				leaves[from[i]] = 1
				enters[to[i]] = 1
			}
			gone = 0
			for (i in from)
				if (!(to[i] in leaves) || !(from[i] in enters)) {
					delete from[i]
					delete to[i]
					gone = 1
				}
		} while (gone)
		for (i in from)
			print from[i], to[i]
	}'
}

# Each file stands for its group; what a group does inside itself is known.
outside() {
	awk -v exceptions="$exceptions" '
	BEGIN {
		while ((getline line < exceptions) > 0) {
			if (line ~ /^#/)
				continue
			parts = split(line, file, " ")
			number++
			for (i = 1; i <= parts; i++)
				group[file[i]] = "group " number
		}
	}
	{
		a = ($1 in group) ? group[$1] : $1
		b = ($2 in group) ? group[$2] : $2
		if (a != b)
			print a "\t" b
	}' "$edges"
}

found=$(outside | tr ' \t' '_ ' | in_circles | sort -u)
[ -z "$found" ] || {
	printf 'these call each other in a circle:\n%s\n' "$found" >&2
	exit 1
}

# Is each group still one knot?
status=0
while read -r line; do
	case $line in '#'* | '') continue ;; esac
	left=$(awk -v files="$line" '
	BEGIN {
		parts = split(files, file, " ")
		for (i = 1; i <= parts; i++)
			wanted[file[i]] = 1
	}
	$1 in wanted && $2 in wanted' "$edges" | in_circles | tr ' ' '\n' | sort -u)
	for file in $line; do
		printf '%s\n' "$left" | grep -qx "$file" || {
			echo "$file is in no knot any more: take it out of knots.except" >&2
			status=1
		}
	done
done <"$exceptions"
exit $status
