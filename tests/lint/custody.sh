#!/bin/sh
# Custody: each third-party header has its keepers, and nobody else includes it.
. "$(dirname "$0")/files.sh"

sources core storage tui sotto.c | xargs awk '
BEGIN {
	keep["^(ncursesw/|ncurses/)?(n?curses|term|termcap|panel)\\.h$"] = "^tui/term/term(_fit|_forget)?\\.c$"
	keep["^(sqlcipher/)?sqlite3"] = "^storage/"
	keep["^strophe\\.h$"] = "^core/transport/xmpp/stream/xmpp_wire_(thread|tls)\\.[ch]$"
	keep["^libsoup/"] = "^core/transport/xmpp/upload/xmpp_http\\.c$"
	keep["^signal/|^(signal_protocol|session_|key_helper|protocol\\.h)"] = \
		"^core/ratchet/"
	keep["^sodium"] = "^(core/base/secret\\.c|core/base/crypto\\.c|storage/kdf\\.c)$"
	keep["^openssl/"] = "^core/base/crypto\\.c$"
	keep["^libnotify/"] = "^tui/confine/notify\\.c$"
	keep["^seccomp\\.h$"] = "^tui/confine/sandbox_filter\\.c$"
	keep["^qrencode\\.h$"] = "^tui/kit/qr\\.c$"
	keep["^json-glib/"] = "^tui/cli/json\\.c$"
	keep["^uni(str|conv|stdio|name|ctype|width|gbrk|wbrk|lbrk|norm|case|types|regex)\\.h$"] = \
		"^core/text/"
}
/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
	split($0, part, "[<>\"]")
	for (header in keep)
		if (part[2] ~ header && FILENAME !~ keep[header])
			print FILENAME ":" FNR ": " part[2] " is in the custody of " keep[header]
}' | verdict
