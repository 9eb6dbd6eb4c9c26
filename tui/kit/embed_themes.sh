#!/bin/sh
# Write the themes given as arguments as C strings to standard output.
set -eu
printf '#include "tui/term/theme_builtin.h"\n\nconst struct theme_builtin theme_builtins[] = {\n'
for file in "$@"; do
	printf '\t{"%s",\n' "$(basename "$file" .theme)"
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^\(.*\)$/\t "\1\\n"/' "$file"
	printf '\t},\n'
done
printf '\t{0},\n};\n'
