#!/bin/sh
# Every field that a verb prints with --json stands in sotto-json(5), whose table is tui/manual/manual_json.c.
. "$(dirname "$0")/files.sh"

[ -f tui/manual/manual_json.c ] || exit 0
printed=$(sed -n 's/.*json_\(string\|number\|bool\|time\|null\|open_array\|open_object\)(json, "\([a-z_]*\)".*/\2/p' \
	tui/cli/*.c tui/cli/cmd/*.c | sort -u)
[ -n "$printed" ] || { echo "tui/cli: no field was found"; exit 1; }
wrong=0
for field in $printed; do
	grep -q "{ \"$field\", \"" tui/manual/manual_json.c && continue
	echo "tui/manual/manual_json.c: the field $field isn't there"
	wrong=1
done
exit $wrong
