#!/bin/sh
# No cycles: a module (a header and the .c beside it) never comes back to itself through includes. A
# header alone, named MODULE_something.h, is that module's inside: that MODULE.c uses it is no step.
. "$(dirname "$0")/files.sh"

sources core storage tui | xargs awk '
FNR == 1 { there[FILENAME] = 1 }
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	sub(/\.[ch]$/, "", part[2])
	from[++count] = FILENAME
	to[count] = part[2]
}
END {
	for (i = 1; i <= count; i++) {
		module = from[i]
		sub(/\.[ch]$/, "", module)
		is_inside = index(to[i], module "_") == 1 && !((to[i] ".c") in there)
		if (module != to[i] && !is_inside)
			print module, to[i]
	}
}' | { tsort 2>&1 >/dev/null || :; } | verdict
