#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests what `cmake --install` installs, and that it works in its new place: the program, the manual pages,
# completion, documents, program defaults, the sample, the job scripts, and both libraries, used from C and C++
# programs that find them only by pkg-config.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

build=$(dirname "$IHP_PROGRAM")
prefix=$work/prefix
version=$("$IHP_PROGRAM" --version)

run cmake --install "$build" --prefix "$prefix"
ok "cmake --install" succeeds
((good)) || finish

pc=$(find "$prefix" -name ihp.pc)
library=$(find "$prefix" -name libihp.a)
ok "the program is there" [ -x "$prefix/bin/ihp" ]
ok "the library is there" [ -s "$library" ]
ok "the pkg-config file is there" [ -s "$pc" ]
for file in "$IHP_SOURCE"/docs/*.md; do
    ok "$(basename "$file") is there" cmp "$file" "$prefix/share/doc/ihp/docs/$(basename "$file")"
done
for file in LICENSE README.md CHANGELOG.md CONTRIBUTING.md; do
    ok "$file is there" cmp "$IHP_SOURCE/$file" "$prefix/share/doc/ihp/$file"
done
ok "the recipes are there" diff -r "$IHP_SOURCE/docs/recipes" "$prefix/share/doc/ihp/docs/recipes"
ok "the examples are there" diff -r "$IHP_SOURCE/docs/examples" "$prefix/share/doc/ihp/docs/examples"
# Links to files, from each document: `](path#anchor)`.
dead=$(grep -o '](\([^)#:]*\)[)#]' -r "$prefix/share/doc/ihp" --include='*.md' | while IFS=: read -r file link; do
    path=${link#\](}
    path=${path%[)#]}
    [[ -z $path || -e $(dirname "$file")/$path ]] || echo "$file: $path"
done)
ok "every link of an installed document leads to a file" [ -z "$dead" ]
ok "the program defaults are there" diff -r "$IHP_SOURCE/inputs/program-defaults" \
    "$prefix/share/ihp/program-defaults"
for header in "$IHP_SOURCE"/include/ihp/*.h; do
    ok "$(basename "$header") is there" cmp "$header" "$prefix/include/ihp/$(basename "$header")"
done

for file in "$IHP_SOURCE"/slurm/*; do
    name=$(basename "$file")
    ok "slurm/$name is there" cmp "$file" "$prefix/share/ihp/slurm/$name"
    ok "slurm/$name: mode" mode_is "$(stat -c %a "$file")" "$prefix/share/ihp/slurm/$name"
done
sed -i 's/^account=/&ours/' "$prefix/share/ihp/slurm/site.conf"
run cmake --install "$build" --prefix "$prefix"
ok "installing again" succeeds
ok "a site.conf that the site has filled in stays" says "$prefix/share/ihp/slurm/site.conf" "account=ours"
run "$prefix/share/ihp/slurm/nightly.sh" --help
ok "the installed job scripts run" succeeds
ok "the installed job scripts: help" [ "$(head -n 1 "$out")" = "Usage: slurm/nightly.sh DECK OUTPUT [--sweep DECK] [--continue] [--dry-run]" ]

# The installed program runs without the folder that it was built in.
run "$prefix/bin/ihp" --version
ok "the installed program runs" succeeds
ok "the installed program has this version" [ "$(cat "$out")" = "$version" ]

# A copy of the installed sample settles as its README says.
cp -r "$prefix/share/ihp/sample" "$work/sample"
chmod -R u+w "$work/sample"
(
    cd "$work/sample"
    PATH=$prefix/bin:$PATH
    sed -n '/^```sh/,/^```/p' README.md | grep '^ihp ' >commands
    bash -euo pipefail commands
) >"$out" 2>"$err" && code=0 || code=$?
ok "the sample's commands" succeeds
ok "the sample's result" same_as_expected "$work/sample/expected" "$work/sample/result"

# ---- manual pages -------------------------------------------------------------------------------

"$IHP_PROGRAM" --help >"$work/overview"
mapfile -t commands < <(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$work/overview")
ok "the help lists at least 14 commands" [ "${#commands[@]}" -ge 14 ]
man=$prefix/share/man/man1
for page in ihp "${commands[@]/#/ihp-}"; do
    ok "$page.1 is there" [ -s "$man/$page.1" ]
    if command -v groff >/dev/null; then
        run groff -man -Tutf8 -ww "$man/$page.1"
        ok "groff $page.1: no warnings" [ ! -s "$err" ]
    fi
    if command -v man >/dev/null; then
        run env LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings -E UTF-8 -l "$man/$page.1"
        ok "man $page.1" succeeds
        ok "man $page.1: no warnings" [ ! -s "$err" ]
        ok "man $page.1: sections" says "$out" "NAME" "SYNOPSIS" "DESCRIPTION" "OPTIONS" "EXIT STATUS" "EXAMPLES" \
            "SEE ALSO"
    fi
done
deck=$prefix/share/man/man5/ihp-deck.5
run groff -man -Tutf8 -ww "$deck"
ok "groff ihp-deck.5: no warnings" [ ! -s "$err" ]
while read -r key; do
    ok "ihp-deck.5 has the key $key" grep -qxF ".B $key" "$deck"
done < <(sed -n '/^## The run deck/,/^## A synthetic/s/^| `\([a-z_.]*\)` |.*| required |.*/\1/p' "$IHP_SOURCE/docs/data.md")
ok "ihp-deck.5 has the policies of docs/data.md" diff \
    <(sed -n '/^### Policies/,/^### /s/^| `\([a-z_]*\)` |.*/\1/p' "$IHP_SOURCE/docs/data.md") \
    <(sed -n 's/^\.B policies\.//p' "$deck")
ok "there are no other pages" [ "$(find "$man" -type f | wc -l)" = "$((${#commands[@]} + 1))" ]
for command in "${commands[@]}"; do
    ok "ihp.1 names ihp-$command" says "$man/ihp.1" "ihp\\-$command (1)"
    # The page has the options of the help, and no others.
    ok "ihp-$command.1 has the options of the help" diff \
        <("$IHP_PROGRAM" "$command" --help | sed -n 's/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p') \
        <(sed -n '/^\.TP/{n;s/\\f[BIP]//g;s/\\-/-/g;s/^\(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p}' "$man/ihp-$command.1")
done
if command -v man >/dev/null; then
    run env MANPATH="$prefix/share/man" LC_ALL=C.UTF-8 MANWIDTH=100 man ihp settle
    ok "man ihp settle" says "$out" "IHP-SETTLE(1)" "--progress-seconds"
fi

# ---- completion ---------------------------------------------------------------------------------

ok "completion for bash is there" cmp "$build/pages/bash/ihp" "$prefix/share/bash-completion/completions/ihp"
ok "completion for zsh is there" cmp "$build/pages/zsh/_ihp" "$prefix/share/zsh/site-functions/_ihp"

# ---- the libraries --------------------------------------------------------------------------------

# A user's program, which finds ihp only by its pkg-config file.
cat >"$work/user.c" <<'C'
#include <ihp/ihp.h>

#include <stdio.h>

int main(void)
{
    struct ihp_error err = {0};
    enum ihp_status status = ihp_info("/nowhere", stdout, &err);
    printf("%s %s\n", ihp_version(), ihp_status_text(status));
    return 0;
}
C
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
sanitizers=()
if nm "$library" 2>/dev/null | grep -q __asan_; then
    sanitizers=(-fsanitize=address -fsanitize=undefined)
fi
run pkg-config --modversion ihp
ok "pkg-config: the version" [ "ihp $(cat "$out")" = "$version" ]

shared=$(find "$prefix" -name 'libihp.so')
ok "the shared library is there" [ -s "$shared" ]
major=${version#ihp }
major=${major%%.*}
ok "the name of the shared library has the major version" says <(objdump -p "$shared") "libihp.so.$major"

# links TEXT OPTION...: checks that the program links with the output of pkg-config, and runs.
links() {
    local text=$1 words
    shift
    run pkg-config "$@" --cflags --libs ihp
    ok "$text: pkg-config" succeeds
    read -ra words <"$out"
    run cc -std=c11 -Wall -Wextra -Werror "$work/user.c" -o "$work/user" "${words[@]}" "${sanitizers[@]}" \
        "-Wl,-rpath,$(dirname "$library")"
    ok "$text: a program links" succeeds
    run "$work/user"
    ok "$text: the program runs" succeeds
    ok "$text: the program prints what the library returns" [ "$(cat "$out")" = "${version#ihp } bad data" ]
}

links "shared"
ok "shared: the program uses the shared library" says <(ldd "$work/user") "$(dirname "$shared")/libihp.so"
links "both, as if static" --static
mkdir "$work/aside"
mv "$(dirname "$shared")"/libihp.so* "$work/aside/"
links "static" --static
ok "static: the program has no shared library of ihp" not grep -q libihp <(ldd "$work/user")
mv "$work/aside"/libihp.so* "$(dirname "$shared")/"

# The shared library exports what the headers declare, and nothing else.
sed -n '/IHP_API/,/;/p' "$IHP_SOURCE"/include/ihp/*.h | grep -o '\bihp_[a-z0-9_]*(' | tr -d '(' | sort -u \
    >"$work/declared"
nm -D --defined-only "$shared" | awk '$2 ~ /[A-Z]/ {print $3}' | grep -vE '^(_init|_fini)$' | sort >"$work/exported"
ok "the shared library exports what the headers declare" diff "$work/declared" "$work/exported"

# ---- the headers ----------------------------------------------------------------------------------

# compiles TEXT COMPILER...: compiles each header alone, and all of them together. Open MPI has separate C++ headers.
read -ra flags < <(pkg-config --cflags ihp)
compiles() {
    local text=$1 header name
    shift
    for header in "$prefix"/include/ihp/*.h; do
        name=$(basename "$header")
        echo "#include <ihp/$name>" >>"$work/all"
        echo "#include <ihp/$name>" >"$work/one"
        run "$@" -pedantic -Wall -Wextra -Werror -fsyntax-only "${flags[@]/#-I\/usr/-isystem\/usr}" "$work/one"
        ok "$text: $name compiles alone" succeeds
    done
    run "$@" -pedantic -Wall -Wextra -Werror -fsyntax-only "${flags[@]/#-I\/usr/-isystem\/usr}" "$work/all"
    ok "$text: all headers compile together" succeeds
    rm "$work/all"
}
for compiler in gcc clang; do
    if command -v $compiler >/dev/null; then
        compiles "$compiler, C11" $compiler -x c -std=c11
        compiles "$compiler, C++17" $compiler -x c++ -std=c++17 -DOMPI_SKIP_MPICXX
    else
        echo "$compiler is not installed: the headers are not compiled with it"
    fi
done
finish
