-- SPDX-License-Identifier: GPL-3.0-or-later
-- The peer's bootstrap: each member has a Poisson weight with mean 1 in each replicate, one in both periods, by comparing
-- 32 bits of a hash with the distribution's steps; the ratio and the shared amount of each replicate and their intervals.
-- Needs what settle.sql leaves, and the variable `replicates`.

create temp table resampled as
select coalesce(b.member, p.member) as member, b.ihp as b_ihp, p.ihp as p_ihp, coalesce(b.cents, 0) as b_cents,
       coalesce(b.months, 0) as b_months, coalesce(b.risk_months, 0) as b_risk, coalesce(p.cents, 0) as p_cents,
       coalesce(p.months, 0) as p_months, coalesce(p.risk_months, 0) as p_risk
from (from attributed_costs where period = 0) b
full join (from attributed_costs where period = 1) p on b.member = p.member;

create temp table replicate_sums as
with drawn as (
    select r.*, n.replicate, (hash(member, replicate) >> 32)::double / 4294967296 as u
    from resampled r, (select unnest(range(getvariable('replicates')))::integer as replicate) n
), weighted as (
    select *, case when u < 0.36787944117144233 then 0 when u < 0.7357588823428847 then 1 when u < 0.9196986029286058 then 2
                   when u < 0.9810118431238462 then 3 when u < 0.9963401531726563 then 4 when u < 0.9994058151824183 then 5
                   when u < 0.9999167588507119 then 6 when u < 0.9999897508033253 then 7 else 8 end as weight
    from drawn where u >= 0.36787944117144233
), by_pair as (
    select b_ihp, p_ihp, replicate, sum(weight * b_cents) as b_cents, sum(weight * b_months) as b_months,
           sum(weight * b_risk) as b_risk, sum(weight * p_cents) as p_cents, sum(weight * p_months) as p_months,
           sum(weight * p_risk) as p_risk
    from weighted group by all
)
select coalesce(b.ihp, p.ihp) as ihp, replicate, b_cents, b_months, b_risk, p_cents, p_months, p_risk
from (select b_ihp as ihp, replicate, sum(b_cents) as b_cents, sum(b_months) as b_months, sum(b_risk) as b_risk
      from by_pair where b_ihp is not null group by all) b
join (select p_ihp as ihp, replicate, sum(p_cents) as p_cents, sum(p_months) as p_months, sum(p_risk) as p_risk
      from by_pair where p_ihp is not null group by all) p using (ihp, replicate);

create table intervals as
select ihp_id, stddev(ratio) as ratio_error, quantile_cont(ratio, [0.025, 0.975]) as ratio_interval,
       quantile_cont(shared_amount, [0.025, 0.975]) as amount_interval, avg((outcome = 'savings')::integer) as p_savings
from settled('replicate_sums') group by all order by ihp_id;
