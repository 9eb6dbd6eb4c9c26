# Sourced by the lints that look at what was compiled. ROOT is the tree, BUILD where it was built.
set -eu
LC_ALL=C
export LC_ALL
ROOT=${1:-$(dirname "$0")/../..} BUILD=${2:-${BUILD:-.}}

# Objects of sources that are gone may still lie there.
objects() {
	(cd "$BUILD" && find core storage tui -name '*.o' | sort) | while read -r object; do
		[ -e "$ROOT/${object%.o}.c" ] && echo "$object"
	done
}

# CALLER CALLED, a pair a line, from the symbols that each object wants and has.
calls() {
	objects | (cd "$BUILD" && xargs nm -A) | awk '
	{
		split($1, at, ":")
		file = at[1]
		sub(/\.o$/, ".c", file)
	}
	$2 == "U" { wanted[++count] = file " " $3 }
	NF >= 3 && $(NF - 1) ~ /^[TDBRC]$/ { home[$NF] = file }
	END {
		for (i = 1; i <= count; i++) {
			split(wanted[i], pair, " ")
			if (pair[2] in home && home[pair[2]] != pair[1])
				print pair[1], home[pair[2]]
		}
	}' | sort -u
}
