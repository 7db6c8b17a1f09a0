#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests `ihp power`, the chances of savings and losses by size: the same bytes on any number of ranks, the exact
# law of a population with a few kinds of members, the shape of the table on a synthetic state, every refusal.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

power() {
    local ranks=$1
    shift
    run "$IHP_MPIRUN" -n "$ranks" "$IHP_PROGRAM" power "$@"
}

# --- a population of four kinds, whose law is known -----------------------------------------------
# Draws are multinomial in the kinds, so every chance is a sum over all possible draws.
kinds=$work/kinds
copy_case "$IHP_SOURCE/tests/cases/tiny" "$kinds"
cat >"$work/kinds.py" <<'PY'
"""Kinds of members: number, and for each year months, category and dollars (None: not there)."""
import csv, itertools, math, sys
KINDS = [
    (50, (12, 'LOW', 1000), (12, 'LOW', 2400)),
    (30, (12, 'HIGH', 6000), (12, 'LOW', 3000)),
    (15, (10, 'HIGH', 30000), None),            # eligible in the base year only, above the cap
    (5, None, (9, 'HIGH', 20000)),              # in the performance year only
    (20, (8, 'LOW', 90000), (8, 'LOW', 90000)), # never eligible
]
YEARS = (2024, 2025)

def write(folder):
    files = {name: csv.writer(open('%s/%s.csv' % (folder, name), 'w', newline=''),
                              lineterminator='\n')
             for name in ('members', 'enrollment', 'claims', 'morbidity')}
    files['members'].writerow('member_id birth_date sex county race_ethnicity'.split())
    files['enrollment'].writerow('member_id month_from month_to program payer exclusion'.split())
    files['morbidity'].writerow('member_id year acg'.split())
    files['claims'].writerow('claim_id line member_id service_date paid_date status procedure '
                             'service_class category billing_npi treating_npi payer '
                             'paid_amount'.split())
    number = 0
    # Kinds take turns, so that each rank has members of every kind.
    turns = [k for i in range(50) for k, kind in enumerate(KINDS) if i < kind[0]]
    for k in turns:
        number += 1
        member = 'K%04d' % number
        files['members'].writerow([member, '1980-01-01', 'F', '27053', ''])
        for year, there in zip(YEARS, KINDS[k][1:]):
            if there is None:
                continue
            months, acg, dollars = there
            files['enrollment'].writerow([member, '%d-01' % year, '%d-%02d' % (year, months), 'MA',
                                          'FFS', ''])
            files['morbidity'].writerow([member, year, acg])
            files['claims'].writerow(['C%d-%d' % (number, year), 1, member, '%d-03-05' % year,
                                      '%d-06-30' % year, 'P', '', 'pharmacy', '030', '', '', 'FFS',
                                      '%d.00' % dollars])

ELIGIBLE = KINDS[:4]

def weights(year, cap):
    cost, months = {}, {}
    for count, *there in ELIGIBLE:
        if there[year] is not None:
            m, acg, dollars = there[year]
            cost[acg] = cost.get(acg, 0) + count * min(dollars, cap)
            months[acg] = months.get(acg, 0) + count * m
    each = sum(cost.values()) / sum(months.values())
    return {acg: cost[acg] / months[acg] / each for acg in cost}

def ratio(numbers, weight, cap, trend):
    """Returns the risk-adjusted growth, over the trend, of a population with these numbers of each kind."""
    level = []
    for year in (0, 1):
        months = cost = risk = 0
        for n, (_, *there) in zip(numbers, ELIGIBLE):
            if there[year] is not None:
                m, acg, dollars = there[year]
                months += n * m
                cost += n * min(dollars, cap)
                risk += n * m * weight[year][acg]
        if months == 0 or cost == 0:
            return None
        level.append((cost / months) / (risk / months))
    return level[1] / level[0] / trend

def law(size, cap):
    """Returns every ratio that a draw can have, with its probability; omits draws without a ratio."""
    weight = weights(0, cap), weights(1, cap)
    trend = ratio([kind[0] for kind in ELIGIBLE], weight, cap, 1)
    share = [math.log(kind[0] / 100) for kind in ELIGIBLE]
    out = []
    for a in range(size + 1):
        for b in range(size + 1 - a):
            for c in range(size + 1 - a - b):
                numbers = a, b, c, size - a - b - c
                r = ratio(numbers, weight, cap, trend)
                if r is not None:
                    log = math.lgamma(size + 1) + sum(
                        n * s - math.lgamma(n + 1) for n, s in zip(numbers, share))
                    out.append((r, math.exp(log)))
    whole = sum(p for _, p in out)
    return [(r, p / whole) for r, p in out], whole

def check(path, draws):
    wrong = rows = 0
    laws = {}
    for row in csv.DictReader(open(path, newline='')):
        rows += 1
        size, cap = int(row['members']), float(row['cap'])
        if (size, cap) not in laws:
            laws[size, cap] = law(size, cap if cap > 0 else math.inf)
        points, defined = laws[size, cap]
        factor = 1 + float(row['effect'])
        n = int(row['draws'])
        mean = sum(p * r * factor for r, p in points)
        moment = lambda k: sum(p * (r * factor - mean) ** k for r, p in points)
        sd = math.sqrt(moment(2))
        chance = lambda held: sum(p for r, p in points if held(round(r * factor, 12)))
        expect = [('draws', n / draws, defined, math.sqrt(max(0, defined * (1 - defined)) / draws)),
                  ('mean_ratio', row['mean_ratio'], mean, sd / math.sqrt(n)),
                  ('sd_ratio', row['sd_ratio'], sd,
                   math.sqrt(max(0, moment(4) - sd ** 4) / (4 * sd * sd * n)))]
        for name, held in (('p_savings', lambda r: r < 0.98), ('p_losses', lambda r: r > 1.02),
                           ('p_inside', lambda r: 0.98 <= r <= 1.02)):
            p = chance(held)
            expect.append((name, row[name], p, math.sqrt(max(0, p * (1 - p)) / n)))
        for name, found, known, error in expect:
            if found == '':
                wrong += size > 10
            elif abs(float(found) - known) > 5 * error + 1e-9:
                wrong += 1
                print(row, name, 'should be', known, 'within', 5 * error)
    print('%d rows, %d wrong' % (rows, wrong))
    sys.exit(0 if rows > 0 and wrong == 0 else 1)

write(sys.argv[2]) if sys.argv[1] == 'write' else check(sys.argv[2], int(sys.argv[3]))
PY
"$IHP_PYTHON" "$work/kinds.py" write "$kinds/extract"
ihp import "$kinds/extract" -o "$kinds/state.h5"
ok "kinds: import" succeeds
power 2 "$kinds/deck.yaml" --sizes 1,20,60 --effects -0.05,0,0.05 --draws 20000 -o "$work/kinds.csv"
ok "kinds: power" succeeds
run "$IHP_PYTHON" "$work/kinds.py" check "$work/kinds.csv" 20000
ok "kinds: chances, mean and standard deviation agree with the law" succeeds
((good)) || cat "$out"
ok "kinds: both caps, three sizes, three effects" [ "$(wc -l <"$work/kinds.csv")" = 19 ]
ok "kinds: draws of one member have no ratio" \
    [ "$(grep -c '^[0-9.]*,1,.*,,$' "$work/kinds.csv")" = 6 ]

# --- a synthetic state ----------------------------------------------------------------------------
state=$work/state
mkdir "$state"
run "$IHP_PROGRAM" synth -o "$state/state.h5" --members 20000 --seed 4 --ihps 5
ok "a state" succeeds
sizes=500,2000,8000,32000,128000
for ranks in 1 2 3; do
    power "$ranks" "$state/deck.yaml" --sizes $sizes --draws 1000 -o "$work/power.$ranks.csv"
    ok "$ranks ranks: power" succeeds
    ok "$ranks ranks: prints the path of the results" says "$out" "Results: $work/power.$ranks.csv"
    grep -v '^Results: ' "$out" >"$work/power.$ranks.txt"
    ok "$ranks ranks: same table" cmp "$work/power.1.csv" "$work/power.$ranks.csv"
    ok "$ranks ranks: same text" cmp "$work/power.1.txt" "$work/power.$ranks.txt"
done
ok "nothing is left" nothing_left "$work"
ok "no result folder is made" [ ! -e "$state/result" ]
ok "columns" [ "$(head -n 1 "$work/power.1.csv")" = \
    cap,members,effect,draws,p_savings,p_losses,p_inside,mean_ratio,sd_ratio ]
ok "the text explains its terms" says "$work/power.1.txt" "Claims cap \$100,000.00" \
    "Claims cap \$200,000.00" "128,000" "A false reward: savings, although the IHP saved nothing or cost more." \
    "A false penalty: losses, although the IHP cost nothing more or saved." \
    "below 98%" "above 102%"
cp "$work/power.1.csv" "$work/power.csv"
python "$work/power.csv" <<'PY'
import csv, sys
blocks, wrong = {}, 0
for row in csv.DictReader(open(sys.argv[1], newline='')):
    at = blocks.setdefault(row.pop('cap'), {}).setdefault(int(row.pop('members')), {})
    at[float(row.pop('effect'))] = {name: float(value) for name, value in row.items()}
def check(held, *what):
    global wrong
    if not held:
        wrong += 1
        print(*what)
sizes = [500, 2000, 8000, 32000, 128000]
effects = [-0.1, -0.05, -0.02, 0, 0.02, 0.05, 0.1]
check(len(blocks) > 1, 'caps', list(blocks))
for cap, block in blocks.items():
    check(list(block) == sizes and all(list(block[s]) == effects for s in sizes), cap, 'order')
    for size in sizes:
        for effect, row in block[size].items():
            whole = row['p_savings'] + row['p_losses'] + row['p_inside']
            check(abs(whole - 1) < 1e-9 and row['draws'] == 1000, cap, size, effect, 'sum', whole)
        none = block[size][0]
        # Five standard errors of a difference of two shares that exclude each other. Ratios of
        # small populations are skewed, which is not an error of the draws.
        error = 5 * ((none['p_savings'] + none['p_losses']) / 1000) ** 0.5
        if size >= 8000:
            check(abs(none['p_savings'] - none['p_losses']) <= error, cap, size, 'not symmetric',
                  none)
        check(abs(none['mean_ratio'] - 1) < 0.05, cap, size, 'mean', none)
        # On the same draws a greater cost never brings more savings or fewer losses.
        for less, more in zip(effects, effects[1:]):
            low, high = block[size][less], block[size][more]
            check(low['p_savings'] >= high['p_savings'] and low['p_losses'] <= high['p_losses'],
                  cap, size, less, more, 'not in order')
            check(abs(high['sd_ratio'] / low['sd_ratio'] - (1 + more) / (1 + less)) < 1e-9,
                  cap, size, less, more, 'sd')
    for small, large in zip(sizes[1:], sizes[2:]):
        a, b = block[small][0], block[large][0]
        check(a['p_savings'] > b['p_savings'] and a['p_losses'] > b['p_losses'], cap, small, large,
              'chances do not fall', a, b)
        fall = a['sd_ratio'] / b['sd_ratio']
        check(abs(fall / (large / small) ** 0.5 - 1) < 0.15, cap, small, large, 'sd falls by', fall)
    check(block[128000][-0.1]['p_savings'] > 0.99 and block[128000][0.1]['p_losses'] > 0.99, cap,
          '10 % is not found')
    check(block[500][0]['p_savings'] + block[500][0]['p_losses'] > 0.5, cap, 'small is sure')
print(len(blocks), 'caps,', wrong, 'wrong')
sys.exit(wrong > 0)
PY
ok "shape: symmetric, falling with size, ordered by effect, sure at great size" succeeds
((good)) || cat "$out"

# The rows of one size do not depend on the other sizes; another seed draws other populations.
power 1 "$state/deck.yaml" --sizes 8000 --effects 0 -o "$work/one.csv"
ok "one size alone" diff <(grep ',8000,0,' "$work/power.csv") <(tail -n +2 "$work/one.csv")
power 1 "$state/deck.yaml" --sizes 8000 --effects 0 --seed 2 -o "$work/two.csv"
ok "another seed, other draws" not cmp -s "$work/one.csv" "$work/two.csv"
printf 'bootstrap: {replicates: 5, seed: 2}\n' | cat "$state/deck.yaml" - >"$state/seeded.yaml"
power 1 "$state/seeded.yaml" --sizes 8000 --effects 0 -o "$work/three.csv"
ok "the seed of the deck's bootstrap" cmp "$work/two.csv" "$work/three.csv"
power 1 "$state/deck.yaml" --sizes 100 --draws 10
ok "without -o" succeeds

# --- refusals -------------------------------------------------------------------------------------
while IFS='|' read -r words wanted seen; do
    # shellcheck disable=SC2086 # the words of a command line
    ihp power $words
    ok "ihp power $words" fails 2 "$wanted" "$seen"
    ok "ihp power $words: nothing on stdout" [ ! -s "$out" ]
done <<USAGE
|DECK|power
a.yaml b.yaml|DECK|power
a.yaml --bogus|option|--bogus
a.yaml --sizes|option|--sizes
a.yaml --sizes 0|--sizes|1 to 10000000
a.yaml --sizes 10000001|10000001|1 to 10000000
a.yaml --sizes -5|--sizes|-5
a.yaml --sizes 10,,20|--sizes|''
a.yaml --sizes 10,|--sizes|''
a.yaml --sizes 1e3|--sizes|'1e3'
a.yaml --sizes 99999999999999999999999|--sizes|99999999999999999999999
a.yaml --sizes 9999999999999999999999999999999999999999999999|--sizes|whole numbers
a.yaml --sizes 10,20,10|--sizes|10 is given twice
a.yaml --sizes $(seq -s, 51)|--sizes|more than 50
a.yaml --effects -1|--effects|'-1' is not valid
a.yaml --effects 1.01|--effects|'1.01' is not valid
a.yaml --effects 0.1x|--effects|'0.1x'
a.yaml --effects nan|--effects|'nan'
a.yaml --effects 0,-0|--effects|is given twice
a.yaml --effects 0.05,0.050|--effects|is given twice
a.yaml --effects $(seq -f 0.%03g -s, 51)|--effects|more than 50
a.yaml --draws 0|--draws|1 to 1000000
a.yaml --draws 1000001|--draws|'1000001'
a.yaml --draws many|--draws|'many'
a.yaml --seed -1|--seed|'-1'
a.yaml --seed 9223372036854775808|--seed|9223372036854775807
a.yaml --seed x|--seed|'x'
a.yaml -o|option|-o
USAGE
ihp power "$work/nowhere.yaml"
ok "no deck" fails 2 "nowhere.yaml"
ihp power "$state/deck.yaml" --sizes 100 -o "$work/nowhere/power.csv"
ok "an output that cannot be written" fails 1 "nowhere/power.csv"
ok "an output that cannot be written: no table" [ ! -s "$out" ]
run "$IHP_MPIRUN" -n 1 "$IHP_PROGRAM" power "$state/deck.yaml" --sizes 100 --seed 1 : \
    -n 1 "$IHP_PROGRAM" power "$state/deck.yaml" --sizes 100 --seed 2
ok "ranks with different options" fails 2 "ranks do not see the same"

# --force replaces an earlier table, and nothing else.
echo other >"$work/other.csv"
power 1 "$state/deck.yaml" --sizes 100 --force -o "$work/other.csv"
ok "--force: a file that is no table of draws" fails 2 "other.csv: is not an earlier table of draws"
ok "--force: it stays" says "$work/other.csv" other
power 1 "$state/deck.yaml" --sizes 100 -o "$work/twice.csv"
cp "$work/twice.csv" "$work/once.csv"
power 1 "$state/deck.yaml" --sizes 100 --force -o "$work/twice.csv"
ok "--force: an earlier table" succeeds
ok "--force: the same bytes" cmp "$work/once.csv" "$work/twice.csv"

# No member is eligible, or no cost can set a target; an earlier output stays.
before=cap,members,effect,draws,p_savings,p_losses,before
echo "$before" >"$work/before.csv"
sed -i -E 's/^    \(([0-9]+), .*\((12|10|9),.*$/    (\1, (8, "LOW", 5), (8, "LOW", 5)),/' \
    "$work/kinds.py"
"$IHP_PYTHON" "$work/kinds.py" write "$kinds/extract"
ihp import "$kinds/extract" -o "$kinds/state.h5" --force
power 2 "$kinds/deck.yaml" --sizes 20 --force -o "$work/before.csv"
ok "no eligible members" fails 3 "eligible population has 0 members" "[13.3.2]"
sed -i 's/(8, "LOW", 5)/(12, "LOW", 0)/' "$work/kinds.py"
"$IHP_PYTHON" "$work/kinds.py" write "$kinds/extract"
ihp import "$kinds/extract" -o "$kinds/state.h5" --force
power 2 "$kinds/deck.yaml" --sizes 20 --force -o "$work/before.csv"
ok "no cost" fails 3 "no cost above zero" "2024" "2025"
ok "an earlier output stays" [ "$(cat "$work/before.csv")" = "$before" ]
ok "the failed runs leave nothing" nothing_left "$work"
finish
