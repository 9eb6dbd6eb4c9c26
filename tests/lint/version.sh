#!/bin/sh
# One place declares the version, AC_INIT; the newest heading of CHANGES, README.md and SECURITY.md say the same.
. "$(dirname "$0")/files.sh"

declared=$(sed -n 's/^AC_INIT(\[sotto\],\[\([0-9.]*\)\].*/\1/p' configure.ac)
short=${declared%.*}
{
	newest=$(sed -n 's/^\([0-9][0-9]*\.[0-9.]*\) - .*/\1/p' CHANGES | head -n 1)
	[ -n "$declared" ] && [ "$newest" = "$declared" ] ||
		echo "CHANGES: the newest version is $newest, configure.ac declares $declared"
	sed -n 's/.*[Tt]his is version \([0-9]*\.[0-9]*\).*/\1/p' README.md | grep -vxF -e "$short" |
		sed "s/.*/README.md: version &, configure.ac declares $declared/"
	sed -n 's/.*young software (\([0-9.]*\)).*/\1/p' SECURITY.md | grep -vxF -e "$short" |
		sed "s/.*/SECURITY.md: version &, configure.ac declares $declared/"
	# Nobody else writes it down: the program and its manuals have it from configure.
	grep -rnF -e "\"$declared\"" sotto.c core tui storage --include='*.[ch]' | sed 's/$/: written down/'
} | verdict
