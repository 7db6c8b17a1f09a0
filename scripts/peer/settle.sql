-- SPDX-License-Identifier: GPL-3.0-or-later
-- The peer's settlement, up to the shared amount, of the deck that `ihp synth` writes: a final of 2025 on the base year
-- 2024, all policies at their defaults, no overrides. Section numbers are those of the contract; docs/methodology.md has
-- the rules. Needs the tables of load.sql and the variable `program`, the program folder.

create macro program_file(name) as getvariable('program') || '/' || name || '.csv';

create temp table periods (period tinyint, year integer, cutoff date);
insert into periods values (0, 2024, '2025-12-31'), (1, 2025, '2026-12-31');

create temp table ihps as
select row_number() over ()::integer as ihp, ihp_id, track::integer as track, roster_type,
       case when coalesce(claims_cap, '') = '' then 200000 else claims_cap::bigint end * 100 as cap,
       coalesce(nullif(pbp_dollars, '')::decimal(18,2), 0) as pbp_dollars
from read_csv(program_file('ihps'), header = true, all_varchar = true, null_padding = true);

-- Rosters of the last quarter of the performance year [3.8.5]: for each IHP the rows of its latest quarter.
create temp table rosters as
select i.ihp, i.roster_type, r.role, r.npi::bigint as npi, r.designation, r.taxonomy
from read_csv(program_file('rosters'), header = true, all_varchar = true) r
join ihps i using (ihp_id)
where r.quarter <= '2025Q4'
qualify r.quarter = max(r.quarter) over (partition by i.ihp);
create temp table rostered as
select distinct npi from rosters where role = 'billing' or roster_type = 'billing_treating';
create temp table taxonomy as
select taxonomy, class from read_csv(program_file('taxonomy'), header = true, all_varchar = true);
create temp table primary_care as
select npi from providers join taxonomy using (taxonomy) where class = 'PCP';
create temp table codes as select * from read_csv(program_file('codes'), header = true, all_varchar = true);

-- Qualifying months as bits of a year [13.1, 13.2, 13.3.2].
create temp table months as
with spans as (
    select e.*, p.period, p.year,
           greatest(date_diff('month', make_date(p.year, 1, 1), month_from), 0) as first,
           least(date_diff('month', make_date(p.year, 1, 1), month_to), 11) as last
    from enrollment e, periods p
    where month_from < make_date(p.year + 1, 1, 1) and month_to >= make_date(p.year, 1, 1)
), bits as (
    select *, ((1 << (last + 1)) - (1 << first))::integer as bits from spans
), by_member as (
    select period, member,
           coalesce(bit_or(bits) filter (program in ('MA', 'MCRE', 'MA_BD')), 0) as covered,
           coalesce(bit_or(bits) filter (coalesce(exclusion, '') not in ('', 'MSC_PLUS')), 0) as excluded,
           coalesce(bit_or(bits) filter (exclusion = 'MSC_PLUS'), 0) as msc_plus,
           coalesce(bit_or(bits) filter (program = 'MA_BD'), 0) as disabled
    from bits group by all
)
select period, member, covered & ~excluded & ~(msc_plus & ~disabled) as bits from by_member;
create temp table enrolled as
select period, member, bits, bit_count(bits)::bigint as months
from months
where bit_count(bits) >= 9
  and bits & (bits >> 1) & (bits >> 2) & (bits >> 3) & (bits >> 4) & (bits >> 5) <> 0;

-- Lines that can decide an attribution: at a rostered billing NPI, or E&M or health home. Reversals are netted [13.3.2].
create temp table procedures as
select procedure, bool_or(set = 'em') as em, bool_or(set = 'health_home') as health_home
from (select distinct procedure from claims where procedure is not null)
join codes on procedure between code_from and code_to group by all;
create temp table counted as
select p.period, c.service_date < make_date(p.year, 1, 1) as lookback, c.member, c.service_date, c.procedure,
       c.billing_npi, c.treating_npi, count(*) filter (cents >= 0) - count(*) filter (cents < 0) as lines
from claims c
join periods p on c.service_date between make_date(p.year - 1, 1, 1) and make_date(p.year, 12, 31) and c.paid_date <= p.cutoff
semi join enrolled e on e.period = p.period and e.member = c.member
where c.procedure in (select procedure from procedures)
   or c.billing_npi in (select npi from rosters where role = 'billing')
group by all having lines > 0;

-- Who a line belongs to [13.3.1], and primary care or specialty [3.8.4.2, Appendix 1].
create temp table lines as
select c.period, c.lookback, c.member, c.service_date, c.lines, coalesce(b.ihp, t.ihp) as ihp,
       case when b.ihp is null and t.ihp is null then
           case when not exists (from rostered r where r.npi = c.billing_npi) then c.billing_npi
                when not exists (from rostered r where r.npi = c.treating_npi) then c.treating_npi end
       end as elsewhere,
       coalesce(k.em, false) as em, coalesce(k.health_home, false) as health_home,
       case when t.designation <> '' then t.designation = 'PCP'
            when t.taxonomy <> '' then coalesce(x.class = 'PCP', false)
            else exists (from primary_care q where q.npi = c.treating_npi) end as pcp
from counted c
left join rosters b on b.roster_type = 'all_in' and b.role = 'billing' and b.npi = c.billing_npi
left join (select r.ihp, r.npi as billing_npi, s.npi as treating_npi, s.designation, s.taxonomy
           from rosters r join rosters s using (ihp)
           where r.roster_type = 'billing_treating' and r.role = 'billing' and s.role = 'treating') t
       on t.billing_npi = c.billing_npi and t.treating_npi = c.treating_npi
left join taxonomy x on x.taxonomy = t.taxonomy
left join procedures k on k.procedure = c.procedure;

-- The gate [13.3.2], and whether the period has any applicable line [13.3.8]. A member without one is decided by the
-- look-back window.
create temp table gated as
select period, member,
       bool_or((em or health_home) and not lookback) as has_em
from lines group by all having bool_or(ihp is not null and not lookback);

-- Counts by entity in the window that decides.
create temp table entities as
select l.period, l.member, l.ihp, l.elsewhere,
       sum(lines) filter (health_home) as hh, max(service_date) filter (health_home) as hh_latest,
       coalesce(sum(lines) filter (em and pcp), 0) as pcp, max(service_date) filter (em and pcp) as pcp_latest,
       coalesce(sum(lines) filter (em and not pcp), 0) as spe, coalesce(sum(lines) filter (em), 0) as em,
       max(service_date) filter (em) as em_latest
from lines l join gated g using (period, member)
where (l.em or l.health_home) and l.lookback <> g.has_em and (l.ihp is not null or l.elsewhere is not null)
group by all;

-- Step 1, health home [13.3.4].
create temp table step1 as
select period, member, any_value(ihp) as ihp
from (select * from entities where hh > 0
      qualify hh = max(hh) over (partition by period, member)
          and hh_latest = max(hh_latest) over (partition by period, member, hh))
group by all having count(*) = 1;

-- Steps 2 to 4 [13.3.5, 13.3.6, 13.3.7]. `i` is the most at an IHP, `n` the most at one provider elsewhere.
create temp table best as
select period, member, coalesce(max(pcp) filter (ihp is not null), 0) as i2, coalesce(max(pcp) filter (ihp is null), 0) as n2,
       coalesce(max(spe) filter (ihp is not null), 0) as i3, coalesce(max(em) filter (ihp is null), 0) as n3
from entities anti join step1 using (period, member) group by all;
create temp table step2 as
select e.period, e.member, any_value(e.ihp) as ihp
from best b join entities e on e.period = b.period and e.member = b.member and e.ihp is not null and e.pcp = b.i2
where i2 > n2 group by all having count(*) = 1;
create temp table step3 as
select e.period, e.member, any_value(e.ihp) as ihp
from best b join entities e on e.period = b.period and e.member = b.member and e.ihp is not null and e.spe = b.i3
where i2 = 0 and i3 > 0 and i3 >= n3 group by all having count(*) = 1;
create temp table step4 as
with ties as (
    select b.i2, b.n2, e.* from best b join entities e on e.period = b.period and e.member = b.member and e.pcp = b.i2
    where b.i2 > 0 and b.i2 >= b.n2
      and not exists (from step2 s where s.period = b.period and s.member = b.member)
), ranked as (
    select *, max(spe) over w as most_spe, count(*) over w as tied from ties where ihp is not null
    window w as (partition by period, member)
), chosen as (
    select period, member, ihp, em_latest,
           case when tied = 1 then null when most_spe = 0 then em_latest
                when count(*) over s = 1 then null else pcp_latest end as decides
    from ranked where spe = most_spe window s as (partition by period, member)
), latest as (
    select * from chosen qualify decides is null or decides = max(decides) over (partition by period, member)
), one as (
    select period, member, any_value(ihp) as ihp, any_value(em_latest) as em_latest from latest
    group by all having count(*) = 1
)
select o.period, o.member, o.ihp from one o
left join (select period, member, max(em_latest) as em_latest from ties where ihp is null group by all) x
       using (period, member)
where x.em_latest is null or o.em_latest > x.em_latest;
create temp table attributed as
from step1 where ihp is not null
union all from step2 union all from step3 union all from step4;

-- Cost of the eligible population [16.3, 16.10], and risk categories [16.4].
create temp table costs as
select e.period, e.member, e.months, coalesce(m.acg, 'NONE') as acg, coalesce(k.cents, 0)::bigint as cents
from enrolled e
join periods p using (period)
left join morbidity m on m.member = e.member and m.year = p.year
left join (
    select e.period, c.member, sum(c.cents) as cents
    from claims c
    join periods p on c.service_date between make_date(p.year, 1, 1) and make_date(p.year, 12, 31) and c.paid_date <= p.cutoff
    join enrolled e on e.period = p.period and e.member = c.member
    semi join (select * from read_csv(program_file('categories'), header = true, all_varchar = true)
               where included = 'I') i
           on i.service_class = c.service_class and i.category = c.category
    where e.bits & (1 << (month(c.service_date) - 1)::integer) <> 0
    group by all) k on k.period = e.period and k.member = e.member;

create macro capped(cents, cap) as case when cap > 0 and cents > cap then cap else cents end;
create temp table weights as
with cells as (
    select period, cap, acg, sum(capped(cents, cap))::double as cents, sum(months)::double as months
    from costs, (select distinct cap from ihps) group by all
)
select period, cap, acg, (cents / months) / (sum(cents) over w / sum(months) over w) as weight
from cells window w as (partition by period, cap);
create temp table attributed_costs as
select a.period, a.member, a.ihp, c.months, capped(c.cents, i.cap)::bigint as cents, c.months * w.weight as risk_months
from attributed a
join ihps i using (ihp)
join costs c on c.period = a.period and c.member = a.member
join weights w on w.period = a.period and w.cap = i.cap and w.acg = c.acg;

-- Target and sharing [16.5.3, 16.7, 16.8] of sums: one row for each IHP, or for each IHP and replicate.
create temp table terms as
select (select exp(sum(ln(1 + rate))) from (select year::integer as year, rate::double as rate
            from read_csv(program_file('trend'), header = true, all_varchar = true)) where year > 2024 and year <= 2025)
       as trend,
       (select list({low: "from"::double, high: "to"::double, share: ihp_share::double} order by "from"::double)
        from read_csv(program_file('corridors'), header = true, all_varchar = true) where ihp_id is null or ihp_id = '')
       as corridors;
create macro settled(sums) as table
with ratios as (
    select s.*, (b_cents / b_months) * trend * ((p_risk / p_months) / (b_risk / b_months)) as target_cents,
           round((p_cents / p_months) / target_cents, 12) as ratio, t.corridors
    from query_table(sums) s, terms t
), overlapped as (
    select r.*, i.ihp_id, i.track, i.pbp_dollars, case when i.track = 1 then 'no_settlement' when ratio < 0.98 then 'savings'
                when ratio > 1.02 then 'losses' else 'inside_threshold' end as outcome,
           list_sum(list_transform(corridors, lambda c:
               c.share * greatest(least(greatest(ratio, 1), c.high) - greatest(least(ratio, 1), c.low), 0))) as share,
           coalesce(list_max(list_transform(list_filter(corridors, lambda c: ratio between c.low and c.high), lambda c:
               c.share)), 0) as share_there
    from ratios r join ihps i using (ihp)
), shared as (
    select *, case when outcome in ('savings', 'losses') then
                       sign(1 - ratio) * share * target_cents * p_months / 100 else 0 end as before_pbp
    from overlapped
)
select *, case when outcome = 'savings' then greatest(before_pbp - share_there * pbp_dollars, 0)
               when outcome = 'losses' then before_pbp - share_there * pbp_dollars else 0 end as shared_amount
from shared;

create temp table sums as
select ihp, sum(cents) filter (period = 0) as b_cents, sum(months) filter (period = 0) as b_months,
       sum(risk_months) filter (period = 0) as b_risk, count(*) filter (period = 0) as b_members,
       sum(cents) filter (period = 1) as p_cents, sum(months) filter (period = 1) as p_months,
       sum(risk_months) filter (period = 1) as p_risk, count(*) filter (period = 1) as p_members
from attributed_costs group by all;
create table settlement as
select ihp_id, b_members as base_members, b_months as base_member_months, b_cents as base_capped_cost,
       p_members as members, p_months as member_months, p_cents as capped_cost, ratio, outcome,
       round(before_pbp, 2) as shared_before_pbp, round(shared_amount, 2) as shared_amount
from settled('sums') order by ihp_id;
