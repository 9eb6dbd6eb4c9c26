#!/bin/sh
# No mutable file-scope variables but what the handlers of signals need: looks at what was compiled,
# in BUILD.
set -eu
BUILD=${2:-${BUILD:-.}}
command -v objdump >/dev/null 2>&1 || { echo "objdump is missing (binutils)"; exit 77; }
if grep -q '^SAN_CFLAGS = .' "$BUILD/Makefile" 2>/dev/null; then
	echo "sanitizers add variables of their own"
	exit 77
fi

# A static inside a function is NAME.NUMBER; GLib's once-only guards and quarks are of that kind.
# G_DEFINE_TYPE has two of its own, set once, when the class is made.
found=$(for archive in "$BUILD"/lib*.a; do
	[ "${archive##*/}" != libsupport.a ] || continue
	objdump -t "$archive" | awk '
	/file format/ { member = $1 }
	$2 ~ /^[lg]$/ && $0 ~ /[ \t]O[ \t]\.(data|bss)([ \t]|\.[^r])/ || $4 == "*COM*" {
		if ($NF !~ /^(quark|q|once|static_g_define_type_id|g_define_type_id__(static|volatile))\.[0-9]+$/ &&
		    $NF !~ /^[a-z_]+_parent_class$|^[A-Z][A-Za-z]*_private_offset$/ &&
		    $NF !~ /^(term_signal|crash_rescue)/)
			print member " " $NF ": a mutable variable that outlives its function"
	}'
done)
[ -z "$found" ] || { printf '%s\n' "$found" >&2; exit 1; }
