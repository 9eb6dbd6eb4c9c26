#!/bin/sh
# Every source is in its room's list and every test in its own, so that nothing rots unbuilt or unrun.
. "$(dirname "$0")/files.sh"

for folder in core storage tui tests; do
	sources "$folder"
done | while read -r path; do
	find . -name include.am ! -path './tests/lint/*' | xargs cat | tr ' ' '\n' | tr -d '\t\\' |
		grep -qxF -e "$path" -e "${path%.c}" || echo "$path: in no include.am"
done | verdict
