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

# The lint of knots: a leaf passes, two that call each other don't, nor does a group that is no knot.
if command -v nm >/dev/null 2>&1; then
	mkdir -p "$build/core" "$build/storage" "$build/tui" "$build/tests/lint"
	compile() {
		printf '%s\n' "$2" >"$build/core/$1.c"
		${CC:-cc} -c -o "$build/core/$1.o" "$build/core/$1.c"
	}
	compile a 'int b(void); int a(void) { return b(); }'
	compile b 'int b(void) { return 1; }'
	if ! sh "$here/knots.sh" "$build" "$build"; then
		echo "knots.sh refuses what is no knot" >&2
		failed=1
	fi
	echo 'core/a.c core/b.c' >"$build/tests/lint/knots.except"
	if sh "$here/knots.sh" "$build" "$build" 2>/dev/null; then
		echo "knots.sh lets an exception pass that isn't needed" >&2
		failed=1
	fi
	compile b 'int a(void); int b(void) { return a(); }'
	if ! sh "$here/knots.sh" "$build" "$build"; then
		echo "knots.sh refuses a knot that is known" >&2
		failed=1
	fi
	rm "$build/tests/lint/knots.except"
	if sh "$here/knots.sh" "$build" "$build" 2>/dev/null; then
		echo "knots.sh lets a knot pass" >&2
		failed=1
	fi
	mkdir -p "$build/core/low"
	mv "$build/core/b.c" "$build/core/b.o" "$build/core/low"
	echo core >"$build/core/low/.may_include"
	echo core/low >"$build/core/.may_include"
	if ! sh "$here/calls.sh" "$build" "$build"; then
		echo "calls.sh refuses what is allowed" >&2
		failed=1
	fi
	: >"$build/core/low/.may_include"
	if sh "$here/calls.sh" "$build" "$build" 2>/dev/null; then
		echo "calls.sh lets a call up pass" >&2
		failed=1
	fi
	printf 'core\nstorage\n' >"$build/core/low/.may_include"
	if sh "$here/calls.sh" "$build" "$build" 2>/dev/null; then
		echo "calls.sh lets a rule pass that nothing uses" >&2
		failed=1
	fi
fi
exit $failed
