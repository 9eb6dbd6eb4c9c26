#!/usr/bin/env bash
# ./bootstrap in every order, where a library comes and goes: what was configured without one is configured
# anew once it is there. A wrapper hides libraries from pkg-config. configure and make are played here;
# with E2E_LONG=yes the real ones run, on a copy of the sources.
set -euo pipefail
sources=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
real=$(command -v pkg-config) || { echo 'pkg-config is not installed'; exit 77; }
command -v dpkg-query >/dev/null || { echo 'this is no Debian system'; exit 77; }

fail() {
	printf '%s\n' "$*" >&2
	[ ! -e "$folder/log" ] || tail -n 40 "$folder/log" >&2
	exit 1
}

mkdir "$folder/bin"
cat >"$folder/bin/pkg-config" <<END
#!/bin/sh
for word; do
	for hidden in \$HIDDEN; do
		case \$word in \$hidden | "\$hidden "*) exit 1 ;; esac
	done
done
exec $real "\$@"
END
# What is installed isn't looked at: nothing is to be installed here.
printf '#!/bin/sh\nprintf installed\n' >"$folder/bin/dpkg-query"
chmod +x "$folder"/bin/*
export PATH="$folder/bin:$PATH" HIDDEN=

# A fresh checkout whose configure and make only say what they would do.
play() {
	rm -rf "$folder/tree"
	mkdir -p "$folder/tree/tests/fuzz"
	cp "$sources/bootstrap" "$sources/configure.ac" "$folder/tree"
	cd "$folder/tree"
	cat >configure <<'END'
#!/bin/sh
touch config.status
cat >Makefile <<INNER
CMOCKA_LIBS = $(pkg-config --libs cmocka 2>/dev/null)
all:; @cp /bin/true sotto
check check-e2e check-units fuzz-targets fuzz-short:; @echo "# PASS:  1"
INNER
END
	cp configure tests/fuzz/configure
	chmod +x configure
	touch Makefile.in
}

bootstrap() {
	HIDDEN=$1
	shift
	./bootstrap "$@" >"$folder/log" 2>&1
}

play
bootstrap cmocka demo || fail 'the demo needs cmocka'
bootstrap cmocka check && fail 'the tests run without cmocka'
bootstrap '' check || fail 'cmocka came, and check does not see it'
grep -q 'configure in build/' "$folder/log" || fail 'nothing was configured anew'
grep -q '5 passed, 0 failed' "$folder/log" || fail 'not every part ran'
bootstrap '' check || fail 'check fails the second time'
! grep -q 'configure' "$folder/log" || fail 'it is configured again without need'
play
bootstrap '' check || fail 'check comes first'
bootstrap '' demo || fail 'the demo comes behind check'
! grep -q 'configure in build/' "$folder/log" || fail 'the demo configures again'
bootstrap libnotify demo || fail 'the played configure needs no libnotify'
grep -q 'configure in build/' "$folder/log" || fail 'a library went, and nothing was configured anew'

[ "${E2E_LONG-}" = yes ] || { echo 'the real configure: only with E2E_LONG=yes'; exit 0; }

# -- the real one ------------------------------------------------------------------------------------

rm -rf "$folder/tree"
mkdir "$folder/tree"
(cd "$sources" && { git ls-files 2>/dev/null || find . -type f -not -path './build*'; } |
	tar -c -T - -f -) | tar -x -C "$folder/tree" -f -
cd "$folder/tree"
mkdir -p m4
autoreconf -fi >"$folder/log" 2>&1 || fail 'autoreconf'
configured() {
	rm -rf build
	mkdir build
	(cd build && HIDDEN=$1 && shift && ../configure --quiet "$@") >"$folder/log" 2>&1
}
configured cmocka || fail 'configure needs cmocka'
bootstrap cmocka || fail 'it does not build without cmocka'
bootstrap cmocka check && fail 'the tests run without cmocka'
grep -q 'libcmocka-dev' "$folder/log" || fail 'what is missing is not named'
HIDDEN='' make -s -C build distclean >/dev/null 2>&1 || :
for library in libnotify libseccomp; do
	option=--without-${library/libseccomp/seccomp}
	configured "$library" && fail "$library is missing, and configure says nothing"
	grep -q -- "$option" "$folder/log" || fail "$library is missing, and $option is not named"
	configured "$library" "$option" || fail "$option needs $library"
	HIDDEN=$library make -s -C build -j2 sotto >"$folder/log" 2>&1 || fail "it does not build $option"
	build/sotto --version >/dev/null || fail "it does not run $option"
done
echo ok
