#!/bin/sh
# The arrows: a folder's .may_include names, a line each, the folders whose headers its files may
# include. What isn't named is refused; and nobody below tui/ prints. Calls, and names that nothing
# uses, are calls.sh's. See docs/architecture.md.
. "$(dirname "$0")/files.sh"

sources core storage tui sotto.c | xargs awk '
function folder(path) {
	return sub(/\/[^\/]*$/, "", path) ? path : ""
}
# What FROM may include, read once.
function read_rules(from,   line, file) {
	if (from in known)
		return
	file = from "/.may_include"
	known[from] = 1
	while ((getline line < file) > 0) {
		known[from] = 2
		if (line !~ /^#/ && line != "")
			may[from, line] = 1
	}
	close(file)
	if (known[from] == 1)
		print file ": isn" "\047" "t there: it says what the folder may include"
}
FNR == 1 && folder(FILENAME) != "" { read_rules(folder(FILENAME)) }
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	to = folder(part[2])
	from = folder(FILENAME)
	if (part[2] == "config.h" || to == from && from != "")
		next
	if (from == "" ? to !~ /^(core|storage|tui)(\/|$)/ : !((from, to) in may))
		print FILENAME ":" FNR ": " from "/.may_include doesn\047t name " (to == "" ? part[2] : to)
}
/(^|[^a-z_0-9])(printf|puts|putchar|perror|g_print|g_printerr)\(/ ||
/(printf|puts|putc)\(.*std(out|err)/ || /(^|[^a-z_0-9])write\((STD(OUT|ERR)_FILENO|1|2),/ {
	if (FILENAME ~ /^(core|storage)\//)
		print FILENAME ":" FNR ": nobody below tui/ prints"
}' | verdict
