-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes a state extract of the Tuva input layer, with DuckDB 1.3 or later. README.md says what it reads. Run it in the
-- folder with the files and the three tables; members, enrollment and claims go into extract/.

-- What an institutional claim means that has the same amount, not 0, on each of several lines:
-- 'once': the claim was paid once, so the amount stays on its lowest line; 'each': each line was paid;
-- 'ask': the script ends, and says what is at stake.
set variable repeated_payments = coalesce(getvariable('repeated_payments'), 'ask');
-- What a blank paid date means: 'bad': ihp import refuses the line; 'service': it was paid on the day of service.
set variable blank_paid_date = coalesce(getvariable('blank_paid_date'), 'bad');

-- ---- the files ----------------------------------------------------------------------------------------------------
-- For Parquet, write read_parquet('NAME*.parquet', union_by_name=true) and cast to varchar. A column of the first
-- list may be missing.

create or replace temp table eligibility as
    select null::varchar person_id, null::varchar patient_id, null::varchar plan, null::varchar death_date,
        null::varchar race, null::varchar dual_status_code limit 0;
create or replace temp table medical_claim as
    select null::varchar person_id, null::varchar patient_id, null::varchar payer, null::varchar plan,
        null::varchar claim_line_start_date, null::varchar facility_npi limit 0;
create or replace temp table pharmacy_claim as
    select null::varchar person_id, null::varchar patient_id, null::varchar payer, null::varchar plan limit 0;

create or replace macro tuva(files) as table
    select * from read_csv(files, header=true, all_varchar=true, union_by_name=true);
create or replace temp table eligibility as from eligibility union all by name from tuva('eligibility*.csv*');
create or replace temp table medical_claim as from medical_claim union all by name from tuva('medical_claim*.csv*');
create or replace temp table pharmacy_claim as from pharmacy_claim union all by name from tuva('pharmacy_claim*.csv*');

create or replace temp table programs as from read_csv('programs.csv', all_varchar=true);
create or replace temp table exclusions as from read_csv('exclusions.csv', all_varchar=true);
create or replace temp table services as
    select row_number() over () as n, * from read_csv('services.csv', all_varchar=true);

-- ---- members and enrollment ---------------------------------------------------------------------------------------

create or replace macro date_of(t) as coalesce(t[:10], '');
create or replace temp table span as
    select e.*, coalesce(person_id, patient_id) as id, p.program as program, p.payer_id as payer_id,
        x.exclusion as exclusion, p.payer is null as not_in_programs
    from eligibility e
    left join programs p on p.payer = e.payer and p.plan is not distinct from e.plan
    left join exclusions x on ltrim(x.dual_status_code, '0') = ltrim(e.dual_status_code, '0');
copy (
    select id as member_id, date_of(birth_date) as birth_date,
        case lower(gender) when 'female' then 'F' when 'male' then 'M' else 'U' end as sex, '' as county,
        if(race = 'unknown', '', coalesce(race, '')) as race_ethnicity, date_of(death_date) as death_date
    from span
    qualify row_number() over (partition by id order by enrollment_start_date desc, birth_date) = 1
    order by member_id
) to 'extract/members.csv' (header);
copy (
    select distinct id as member_id, enrollment_start_date[:7] as month_from,
        if(enrollment_end_date is null or enrollment_end_date >= '2100', '', enrollment_end_date[:7]) as month_to,
        coalesce(program, plan, payer, '') as program, coalesce(payer_id, payer, '') as payer,
        coalesce(exclusion, '') as exclusion
    from span order by all
) to 'extract/enrollment.csv' (header);

-- ---- claims -------------------------------------------------------------------------------------------------------

-- Services by the first rule that fits, with the cells of rule tables of ihp: blank, text, pre*, from..to, a|b, (blank).
create or replace macro fits(cell, v) as cell is null or list_bool_or(list_transform(string_split(cell, '|'),
    lambda x: case when trim(x) = '(blank)' then v is null
        when v is null then false
        when trim(x) like '%*' then starts_with(v, rtrim(trim(x), '*'))
        when trim(x) like '%..%' and regexp_full_match(v || replace(trim(x), '..', ''), '[0-9]+') then
            v::bigint between split_part(trim(x), '..', 1)::bigint and split_part(trim(x), '..', 2)::bigint
        when trim(x) like '%..%' then length(v) = length(split_part(trim(x), '..', 1))
            and v between split_part(trim(x), '..', 1) and split_part(trim(x), '..', 2)
        else trim(x) = v end));

-- An amount that floating-point arithmetic moved by less than a ten-thousandth of a cent is whole cents; another part
-- of a cent stays, and ihp import refuses it.
create or replace macro cents(t) as
    if(abs(t::double - round(t::double, 2)) < 1e-6, printf('%.2f', t::double), t);

create or replace temp table line as
    select 'medical' as kind, claim_id, claim_line_number, claim_type, coalesce(person_id, patient_id) as id,
        coalesce(claim_line_start_date, claim_start_date)[:10] as service_day, paid_date[:10] as paid_day,
        if(length(hcpcs_code) = 5, hcpcs_code, null) as hcpcs_code, bill_type_code, place_of_service_code,
        coalesce(billing_npi, facility_npi) as billing, rendering_npi as treating, payer, plan,
        cents(paid_amount) as amount
    from medical_claim
    union all
    select 'pharmacy', claim_id, claim_line_number, 'pharmacy', coalesce(person_id, patient_id), dispensing_date[:10],
        paid_date[:10], null, null, null, dispensing_provider_npi, prescribing_provider_npi, payer, plan,
        cents(paid_amount)
    from pharmacy_claim;

create or replace temp table repeated as
    select claim_id, min(claim_line_number::bigint) as lowest, min(amount::decimal(18, 2)) as once,
        sum(amount::decimal(18, 2)) as each
    from line where claim_type = 'institutional'
    group by claim_id
    having count(*) > 1 and min(amount) = max(amount) and min(amount)::double <> 0 and count(amount) = count(*);
select case
    when getvariable('repeated_payments') not in ('ask', 'once', 'each') then
        error('repeated_payments is ask, once or each')
    when getvariable('repeated_payments') = 'ask' and count(*) > 0 then error(count(*)
        || ' institutional claims have one amount on each of several lines: $' || sum(once) || ' if the claim was paid'
        || ' once, $' || sum(each) || ' if each line was; ask who made the files, and set repeated_payments to once or each')
    end as repeated_payments from repeated;

create or replace temp table service_kind as
    select *, row_number() over () as number
    from (select distinct claim_type, bill_type_code, place_of_service_code, hcpcs_code from line);
create or replace temp table service as
    select k.*, s.service_class, s.category from service_kind k join services s
        on fits(s.claim_type, k.claim_type) and fits(s.bill_type_code, k.bill_type_code)
        and fits(s.place_of_service_code, k.place_of_service_code) and fits(s.hcpcs_code, k.hcpcs_code)
    qualify row_number() over (partition by number order by n) = 1;
-- The payer of claims without one: the member's, if there is only one.
create or replace temp table only_payer as
    select id, min(payer_id) as payer_id from span group by id having count(distinct payer_id) = 1;

copy (
    select l.claim_id, l.claim_line_number as line, l.id as member_id, coalesce(service_day, '') as service_date,
        coalesce(paid_day, if(getvariable('blank_paid_date') = 'service', service_day, null), '') as paid_date,
        'P' as status, coalesce(l.hcpcs_code, '') as "procedure", coalesce(service_class, '') as service_class,
        coalesce(category, '') as category, coalesce(billing, '') as billing_npi, coalesce(treating, '') as treating_npi,
        coalesce(p.payer_id, l.payer, o.payer_id, '') as payer,
        if(getvariable('repeated_payments') = 'once' and lowest is not null and lowest <> l.claim_line_number::bigint,
            '0.00', coalesce(amount, '')) as paid_amount
    from line l
    left join service s on s.claim_type is not distinct from l.claim_type
        and s.bill_type_code is not distinct from l.bill_type_code
        and s.place_of_service_code is not distinct from l.place_of_service_code
        and s.hcpcs_code is not distinct from l.hcpcs_code
    left join programs p on p.payer = l.payer and p.plan is not distinct from l.plan
    left join only_payer o on o.id = l.id
    left join repeated r on l.kind = 'medical' and r.claim_id = l.claim_id
    order by claim_id, try_cast(line as bigint)
) to 'extract/claims.csv' (header);

-- ---- what the tables do not know ----------------------------------------------------------------------------------

select payer, plan, count(*) as spans_not_in_programs from span where not_in_programs group by all order by all;
