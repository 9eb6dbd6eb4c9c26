#!/bin/sh
# The arrows: who may include whom, and who may print. See docs/architecture.md.
. "$(dirname "$0")/files.sh"

sources core storage tui sotto.c | xargs awk '
function room(path) {
	if (path ~ /^core\/transport\//) return "transport"
	if (path ~ /^core\//) return "core"
	if (path ~ /^storage\//) return "storage"
	if (path ~ /^tui\/kit\//) return "kit"
	if (path ~ /^tui\//) return "tui"
	if (path == "sotto.c" || path == "config.h") return path
	if (path ~ /^tests\//) return "tests"
	return "nowhere"
}
BEGIN {
	may["core"] = " core "
	may["transport"] = " core transport "
	may["storage"] = " core storage "
	may["kit"] = " core kit "
	may["tui"] = " core kit tui "
	may["sotto.c"] = " core transport storage kit tui "
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	to = room(part[2])
	from = room(FILENAME)
	if (to != "config.h" && index(may[from], " " to " ") == 0)
		print FILENAME ":" FNR ": " from " may not include " part[2] " (" to ")"
}
/(^|[^a-z_0-9])(printf|puts|putchar|perror|g_print|g_printerr)\(/ ||
/(printf|puts|putc)\(.*std(out|err)/ || /(^|[^a-z_0-9])write\((STD(OUT|ERR)_FILENO|1|2),/ {
	from = room(FILENAME)
	if (from == "core" || from == "transport" || from == "storage")
		print FILENAME ":" FNR ": nobody below tui/ prints"
}' | verdict
