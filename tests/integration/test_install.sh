#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What `cmake --install` puts where, and that it can be used from there: the program, the man page, and
# the library from a C program that knows it by pkg-config alone.
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
ok "the man page is there" [ -s "$prefix/share/man/man1/ihp.1" ]
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
ok "a site.conf that was filled in stays" says "$prefix/share/ihp/slurm/site.conf" "account=ours"
run "$prefix/share/ihp/slurm/nightly.sh" --help
ok "the installed job scripts run" succeeds
ok "the installed job scripts: help" says "$out" "Usage: slurm/nightly.sh DECK OUTPUT"

# The program runs from there, and knows nothing of where it was built.
run "$prefix/bin/ihp" --version
ok "the installed program runs" succeeds
ok "the installed program is this version" [ "$(cat "$out")" = "$version" ]

# The man page is whole: every subcommand, and no fault that man finds.
for subcommand in import settle explain check info; do
    ok "the man page has $subcommand" says "$prefix/share/man/man1/ihp.1" "$subcommand"
done
if command -v man >/dev/null; then
    run env MANPATH="$prefix/share/man" LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings ihp
    ok "man ihp" succeeds
    ok "man ihp: no warnings" [ ! -s "$err" ]
    ok "man ihp: the text" says "$out" "NAME" "SYNOPSIS" "EXAMPLES"
fi

# A program of somebody else's, who knows of ihp only where its pkg-config file lies.
cat >"$work/user.c" <<'C'
#include <ihp/ihp.h>

#include <stdio.h>

int main(void)
{
    printf("%s\n", ihp_status_text(IHP_ERR_DATA));
    return 0;
}
C
cat >"$work/all.c" <<C
$(cd "$IHP_SOURCE/include" && for header in ihp/*.h; do echo "#include <$header>"; done)
int main(void) { return 0; }
C
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
run pkg-config --static --cflags --libs ihp
ok "pkg-config knows ihp" succeeds
((good)) || finish
read -ra words <"$out"
run pkg-config --modversion ihp
ok "pkg-config: the version" [ "ihp $(cat "$out")" = "$version" ]

if nm "$library" 2>/dev/null | grep -q __asan_; then
    words+=(-fsanitize=address -fsanitize=undefined)
fi
run cc -std=c11 -Wall -Wextra -Werror "$work/user.c" -o "$work/user" "${words[@]}"
ok "a program compiles and links" succeeds
run "$work/user"
ok "it runs" succeeds
ok "it says what the library says" [ "$(cat "$out")" = "bad data" ]
run cc -std=c11 -Wall -Wextra -Werror "$work/all.c" -o "$work/all" "${words[@]}"
ok "all headers compile together" succeeds
for header in "$IHP_SOURCE"/include/ihp/*.h; do
    name=$(basename "$header")
    echo "#include <ihp/$name>" >"$work/one.c"
    run cc -std=c11 -Wall -Wextra -Werror -fsyntax-only "$work/one.c" "${words[@]}"
    ok "$name compiles alone" succeeds
done
finish
