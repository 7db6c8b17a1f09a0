#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks that house.py finds each kind of problem in a small tree made for it, and none once the problem is gone.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../integration/lib.sh"

house=$IHP_SOURCE/tests/house/house.py
tree=$work/tree
rooms="base program deck store checkpoint source layout extract synth member tally finance resample sweep result report workbook engine explain
bootstrap jobs cli"

# Makes a tree of all rooms with no problem except that it is too small.
begin() {
    rm -rf "$tree"
    mkdir -p "$tree"/{docs,include/ihp,scripts,tests} "$tree/src/jobs"/{pay,settle}
    local room
    printf '\n## Rooms\n\n' >"$tree/docs/architecture.md"
    for room in $rooms; do
        mkdir -p "$tree/src/$room"
        printf '| `%s/` | x | y |\n' "$room" >>"$tree/docs/architecture.md"
    done
    printf '\n## Next\n' >>"$tree/docs/architecture.md"
    echo 'IHP_API int ihp_public(void);' >"$tree/include/ihp/ihp.h"
    source_file base/public.c '__attribute__((visibility("default"))) int ihp_public(void);' \
        'int ihp_public(void)' '{' '    return 1;' '}'
}

source_file() { # NAME LINE...
    local name=$1
    shift
    printf '%s\n' "$@" >"$tree/src/$name"
}

# Compiles the tree and runs house.py on it.
look() {
    local build=$work/build file objects=()
    rm -rf "$build"
    while IFS= read -r file; do
        mkdir -p "$build/CMakeFiles/x.dir/src/$(dirname "$file")"
        cc -std=c11 -fPIC -fvisibility=hidden -I"$tree/src" -c "$tree/src/$file" \
            -o "$build/CMakeFiles/x.dir/src/$file.o"
        objects+=("$build/CMakeFiles/x.dir/src/$file.o")
    done < <(cd "$tree/src" && find . -name '*.c' -printf '%P\n')
    cc -shared "${objects[@]}" -o "$build/libihp.so"
    run "$IHP_PYTHON" "$house" "$tree" "$build"
}

# Checks that one problem was reported in addition to the size of the tree, which is too small in each test.
reports() {
    [[ $code -ne 0 ]] && says "$out" "$1" && says "$out" "2 problems"
}

begin
look
ok "a clean tree: only its size is reported" says "$out" "is $work/build built?" ": 1 problems"

begin
source_file base/a.c 'int ihp__b(void);' 'int ihp__a(void);' 'int ihp__a(void)' '{' '    return ihp__b();' '}'
source_file base/b.c 'int ihp__a(void);' 'int ihp__b(void);' 'int ihp__b(void)' '{' '    return ihp__a();' '}'
look
ok "a circle is reported" reports "circle of 2 files: base/a.c base/b.c"

begin
source_file base/a.c 'int ihp__b(void);' 'int ihp__a(void);' 'int ihp__a(void)' '{' '    return ihp__b();' '}'
source_file tally/b.c 'int ihp__b(void);' 'int ihp__b(void)' '{' '    return 1;' '}'
look
ok "a use of a room above is reported" reports "base/a.c uses ihp__b of tally/b.c, which is in a room above"

begin
source_file jobs/pay/a.c 'int ihp__b(void);' 'int ihp__a(void);' 'int ihp__a(void)' '{' '    return ihp__b();' '}'
source_file jobs/settle/b.c 'int ihp__b(void);' 'int ihp__b(void)' '{' '    return 1;' '}'
look
ok "a job that uses another is reported" reports "jobs/pay/a.c uses ihp__b of jobs/settle/b.c, which is another job"

begin
source_file deck/b.h 'enum { B };'
source_file program/a.c '#include "deck/b.h"'
look
ok "a header of a room that the file must not use is reported" reports "src/program/a.c includes deck/b.h, which is in a room"

begin
echo '#include "base/x.h"' >>"$tree/include/ihp/ihp.h"
look
ok "a private header in a public header is reported" reports "include/ihp/ihp.h includes base/x.h, which is not public"

for lines in 57 58; do
    begin
    {
        printf '%s\n' 'int ihp__long(void);' 'int ihp__long(void)' '{'
        for ((i = 0; i < lines - 1; i++)); do printf '    ;\n'; done
        printf '%s\n' '    return 1;' '}'
    } >"$tree/src/base/long.c"
    look
    case $lines in
        57) ok "60 lines are allowed" says "$out" ": 1 problems" ;;
        58) ok "61 lines are reported" reports "src/base/long.c:2: a function of 61 lines; at most 60" ;;
    esac
done

begin
source_file base/a.c 'int ihp__a(int (*f)(int, int), int b, int c, int d, int e, int g, int h);' \
    'int ihp__a(int (*f)(int, int), int b, int c, int d, int e, int g, int h)' '{' \
    '    return f(b, c) + d + e + g + h;' '}'
look
ok "7 parameters are allowed" says "$out" ": 1 problems"

begin
source_file base/a.c 'int ihp__a(int a, int b, int c, int d, int e, int f, int g, int h);' \
    'int ihp__a(int a, int b, int c, int d, int e, int f, int g, int h)' '{' \
    '    return a + b + c + d + e + f + g + h;' '}'
look
ok "8 parameters are reported" reports "src/base/a.c:2: a function of 8 parameters; at most 7"

begin
source_file base/a.c 'int ihp_public(void);' 'void ihp__a(void);' 'void ihp__a(void)' '{' \
    '    (void)ihp_public();' '}'
look
ok "a status that is cast away is reported" reports "src/base/a.c:5: a result is cast away"

begin
source_file base/a.c 'static int step(void)' '{' '    return 1;' '}' 'void ihp__a(void);' 'void ihp__a(void)' '{' \
    '    (void)step();' '}'
look
ok "a status of a static function that is cast away" reports "src/base/a.c:8: a result is cast away"

for call in 'ops->step(1)' 'ops->other.step(1)' '(step(1))' '!step(1)' '-step(1)' '(1 + step(1))' '(*ops->step)(1)' \
    'ops->list[0](1)' ' step(1)'; do
    begin
    source_file base/a.c 'struct ops { int (*step)(int); struct { int (*step)(int); } other; int (*list[1])(int); };' \
        'static int step(int a)' '{' '    return a;' '}' 'void ihp__a(struct ops *ops);' \
        'void ihp__a(struct ops *ops)' '{' '    (void)ops;' '    step(2);' "    (void)$call;" '}'
    look
    ok "a status that is cast away in (void)$call" reports "src/base/a.c:11: a result is cast away"
done

begin
source_file base/a.c 'struct ops { int (*step)(void); int (*other)(int); };' 'int ihp__a(struct ops *ops);' \
    'int ihp__a(struct ops *ops)' '{' '    (void)ops;' '    (void)(ops->step);' '    (void)sizeof(int);' \
    '    return ops->other(1);' '}'
look
ok "a cast of a value without a call is allowed" says "$out" ": 1 problems"

begin
source_file base/a.c 'int loud(void);' 'int loud(void)' '{' '    return 1;' '}'
look
ok "a private symbol without its prefix is reported" reports "base/a.c defines loud, which is neither public nor"

begin
source_file base/a.c '__attribute__((visibility("default"))) int ihp__a(void);' 'int ihp__a(void)' '{' \
    '    return 1;' '}'
look
ok "a private symbol that is exported is reported" reports "libihp.so exports ihp__a, which include/ihp does not declare"

begin
echo 'IHP_API int ihp_missing(void);' >>"$tree/include/ihp/ihp.h"
look
ok "a public function that is not exported is reported" reports "declares ihp_missing, which libihp.so does not export"

begin
mkdir "$tree/src/attic"
look
ok "a folder of src/ that is not a room is reported" reports "src/ has attic"

begin
sed -i 's/^| `tally/| `tallies/' "$tree/docs/architecture.md"
look
ok "a document with other rooms is reported" reports "docs/architecture.md has the rooms"
finish
