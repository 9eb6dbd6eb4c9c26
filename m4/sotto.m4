# SOTTO_NEED(VARIABLE, MODULES, NAME, DEBIAN-PACKAGE)
# Look MODULES up with pkg-config; when they are not there, add a sentence to sotto_missing.
AC_DEFUN([SOTTO_NEED], [
PKG_CHECK_MODULES([$1], [$2], [], [sotto_missing="$sotto_missing
$3 is missing: install the Debian package $4."])
])

# SOTTO_NEED_UNISTRING
# libunistring has no pkg-config file; set UNISTRING_LIBS.
AC_DEFUN([SOTTO_NEED_UNISTRING], [
AC_SUBST([UNISTRING_LIBS])
AC_CHECK_HEADER([uniwidth.h], [AC_CHECK_LIB([unistring], [uc_width], [UNISTRING_LIBS=-lunistring])])
AS_IF([test -z "$UNISTRING_LIBS"], [sotto_missing="$sotto_missing
libunistring is missing: install the Debian package libunistring-dev."])
])

# SOTTO_TRY(VARIABLE, FLAG, [compile|link])
# Add FLAG to VARIABLE when the compiler takes it without a warning.
AC_DEFUN([SOTTO_TRY], [
AC_MSG_CHECKING([whether $CC takes $2])
sotto_saved_cflags=$CFLAGS
CFLAGS="$CFLAGS -Werror $2"
m4_if([$3], [link], [AC_LINK_IFELSE], [AC_COMPILE_IFELSE])(
	[AC_LANG_PROGRAM([[#include <string.h>]], [[char to[8]; memset(to, 0, sizeof(to)); return to[0];]])],
	[AC_MSG_RESULT([yes]); $1="$$1 $2"], [AC_MSG_RESULT([no])])
CFLAGS=$sotto_saved_cflags
])

# SOTTO_WARNINGS: set WARN_CFLAGS
AC_DEFUN([SOTTO_WARNINGS], [
AC_SUBST([WARN_CFLAGS])
for sotto_flag in -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wcast-align -Wwrite-strings -Wformat=2 -Wvla -Wundef \
	-Wnull-dereference -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wimplicit-fallthrough \
	-Wdate-time; do
	SOTTO_TRY([WARN_CFLAGS], [$sotto_flag])
done
])

# SOTTO_SANITIZERS: set SAN_CFLAGS for everything, FUZZ_LDFLAGS for the fuzz targets
AC_DEFUN([SOTTO_SANITIZERS], [
AC_SUBST([SAN_CFLAGS])
AC_SUBST([FUZZ_LDFLAGS])
AS_IF([test "x$enable_sanitizers" != xno || test "x$enable_fuzzing" != xno], [
	SOTTO_TRY([SAN_CFLAGS], [-fsanitize=address,undefined], [link])
	AS_IF([test -z "$SAN_CFLAGS"],
		[AC_MSG_ERROR([$CC has no address and undefined behaviour sanitizers: install libasan and libubsan])])
	SAN_CFLAGS="$SAN_CFLAGS -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
])
AS_IF([test "x$enable_fuzzing" != xno], [
	sotto_fuzz=
	SOTTO_TRY([sotto_fuzz], [-fsanitize=fuzzer-no-link])
	AS_IF([test -z "$sotto_fuzz"],
		[AC_MSG_ERROR([$CC has no libFuzzer: install clang and run configure with CC=clang])])
	SAN_CFLAGS="$SAN_CFLAGS -fsanitize=fuzzer-no-link"
	FUZZ_LDFLAGS="-fsanitize=fuzzer"
])
])

# SOTTO_HARDENING: set HARD_CPPFLAGS, HARD_CFLAGS, HARD_LDFLAGS
AC_DEFUN([SOTTO_HARDENING], [
AC_SUBST([HARD_CPPFLAGS])
AC_SUBST([HARD_CFLAGS])
AC_SUBST([HARD_LDFLAGS])
for sotto_flag in -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	-ftrivial-auto-var-init=zero -fno-strict-overflow -fno-delete-null-pointer-checks; do
	SOTTO_TRY([HARD_CFLAGS], [$sotto_flag])
done
for sotto_flag in -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed; do
	SOTTO_TRY([HARD_LDFLAGS], [$sotto_flag], [link])
done
# Fortify hides what the sanitizers look for.
AS_IF([test -z "$SAN_CFLAGS"], [
	SOTTO_TRY([HARD_CPPFLAGS], [-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3])
	AS_IF([test -z "$HARD_CPPFLAGS"],
		[SOTTO_TRY([HARD_CPPFLAGS], [-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2])])
])
])
