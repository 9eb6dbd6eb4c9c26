#!/bin/sh
# A lint that can't fail holds nothing: each has to pass tests/lint/good, and to fail every
# tests/lint/bad/LINT-* with at least one word about it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
failed=0

for lint in arrows claims custody cycles fields listed sizes text version; do
	if ! sh "$here/$lint.sh" "$here/good"; then
		echo "$lint.sh refuses what is good" >&2
		failed=1
	fi
	cases=0
	for bad in "$here/bad/$lint"-*; do
		[ -d "$bad" ] || continue
		cases=$((cases + 1))
		if said=$(sh "$here/$lint.sh" "$bad" 2>&1) || [ -z "$said" ]; then
			echo "$lint.sh lets ${bad##*/} pass" >&2
			failed=1
		fi
	done
	if [ "$cases" = 0 ]; then
		echo "$lint.sh has no bad example" >&2
		failed=1
	fi
done

# The lint of compiled state, on a mutable variable and on constants.
build=$(mktemp -d) || exit 1
trap 'rm -rf "$build"' EXIT
if command -v objdump >/dev/null 2>&1; then
	printf 'static const char *const names[] = { "a" };\nconst char *f(int i) { return names[i]; }\n' |
		${CC:-cc} -fPIE -c -x c -o "$build/good.o" - && ar cr "$build/libgood.a" "$build/good.o"
	if ! sh "$here/state.sh" . "$build"; then
		echo "state.sh refuses constants" >&2
		failed=1
	fi
	printf 'static int count;\nint f(void) { return ++count; }\n' |
		${CC:-cc} -c -x c -o "$build/bad.o" - && ar cr "$build/libbad.a" "$build/bad.o"
	if sh "$here/state.sh" . "$build" 2>/dev/null; then
		echo "state.sh lets a mutable variable pass" >&2
		failed=1
	fi
fi
exit $failed
