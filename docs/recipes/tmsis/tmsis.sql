-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes a state extract of T-MSIS analytic files, with DuckDB 1.3 or later. README.md says what it reads, and from which
-- element each column comes. Run it in the folder with the files and the three tables; the extract goes into extract/.

-- 'no' if no two claims files (IP, LT, OT, RX) share a claim number, so that numbers need not begin with the file.
set variable file_in_claim_id = coalesce(getvariable('file_in_claim_id'), 'yes');

-- ---- the files ----------------------------------------------------------------------------------------------------
-- For Parquet, write read_parquet('NAME*.parquet', union_by_name=true). A column of the first list may be missing.

create or replace macro psv(files) as table
    select * from read_csv(files, delim='|', header=true, all_varchar=true, union_by_name=true, filename=true);

create or replace temp table elg_primary as
    select null::varchar DEATH_DT, null::varchar RACE_ETHNCTY_FLAG, null::varchar PRMRY_DMGRPHC_ELE_EFCTV_DT limit 0;
create or replace temp table elg_contact as
    select null::varchar ELGBL_ADR_EFCTV_DT limit 0;
create or replace temp table elg_mc as
    select null::varchar MC_PLAN_TYPE_CD limit 0;
create or replace temp table clh as
    select null::varchar "FILE", null::varchar BILL_TYPE_CD, null::varchar POS_CD, null::varchar RX_FILL_DT,
        null::varchar TOT_MDCD_PD_AMT, null::varchar PYMT_LVL_IND limit 0;
create or replace temp table cll as
    select null::varchar "FILE", null::varchar TOS_CD, null::varchar MN_SERVICE_CLASS, null::varchar MN_COS limit 0;

create or replace temp table elg_primary as from elg_primary union all by name from psv('elg_primary*.psv*');
create or replace temp table elg_contact as from elg_contact union all by name from psv('elg_contact*.psv*');
create or replace temp table elg_enrollment as from psv('elg_enrollment*.psv*');
create or replace temp table elg_determinants as from psv('elg_determinants*.psv*');
create or replace temp table elg_mc as from elg_mc union all by name from psv('elg_mc*.psv*');
create or replace temp table clh as from clh union all by name from psv('clh*.psv*');
create or replace temp table cll as from cll union all by name from psv('cll*.psv*');
create or replace temp table prv_taxonomy as from psv('prv_taxonomy*.psv*');

create or replace temp table program_map as from read_csv('program_map.csv', all_varchar=true);
create or replace temp table race_map as from read_csv('race_map.csv', all_varchar=true);
create or replace temp table claim_types as from read_csv('claim_types.csv', all_varchar=true);
create or replace temp table services as
    select row_number() over () as n, * from read_csv('services.csv', all_varchar=true);

-- ---- dates --------------------------------------------------------------------------------------------------------

create or replace macro day(t) as if(t is null or t = '', null, strptime(t, '%Y%m%d')::date);
create or replace macro month_number(d) as year(d) * 12 + month(d) - 1;
-- Ends from 2100 on mean that a span is open.
create or replace macro end_month(t) as if(day(t) is null or day(t) >= date '2100-01-01', null, month_number(day(t)));
create or replace macro month_text(n) as printf('%04d-%02d', n // 12, n % 12 + 1);

-- ---- enrollment: a row for each member and month, then spans of months that are alike ----------------------------

create or replace temp table en_span as
    select MSIS_IDENT_NUM id, month_number(day(ENRLMT_EFCTV_DT)) a, end_month(ENRLMT_END_DT) b
    from elg_enrollment where ENRLMT_TYPE_CD = '1';
create or replace temp table det_span as
    select MSIS_IDENT_NUM id, month_number(day(ELGBLTY_DTRMNT_EFCTV_DT)) a, end_month(ELGBLTY_DTRMNT_END_DT) b,
        DUAL_ELGBL_CD dual, RSTRCTD_BNFTS_CD restricted, STATE_SPEC_ELGBLTY_FCTR_TXT program_text
    from elg_determinants;
create or replace temp table mc_span as
    select MSIS_IDENT_NUM id, month_number(day(MC_PLAN_ENRLMT_EFCTV_DT)) a, end_month(MC_PLAN_ENRLMT_END_DT) b,
        MC_PLAN_ID plan
    from elg_mc where coalesce(MC_PLAN_TYPE_CD, '01') = '01'; -- comprehensive plans; others, such as dental, pay for a part
-- From this month on nothing changes: who is enrolled in it has an open span.
set variable open_month = (
    select max(greatest(a, coalesce(b, a))) + 1
    from (select a, b from en_span union all select a, b from det_span union all select a, b from mc_span));
create or replace macro months(a, b) as unnest(generate_series(a, coalesce(b, getvariable('open_month'))));

create or replace temp table en as select distinct id, months(a, b) m from en_span;
create or replace temp table det as select distinct id, dual, restricted, program_text, months(a, b) m from det_span;
create or replace temp table mc as select distinct id, plan, months(a, b) m from mc_span;
-- Several determinants or plans in a month make several spans; a code of exclusion of one excludes the month.
create or replace temp table member_month as
    select distinct id, m, coalesce(map.program, det.program_text, '') as program, coalesce(mc.plan, 'FFS') as payer,
        case when restricted = '2' then 'EMERGENCY'
            when dual = '01' then 'QMB'
            when dual in ('03', '06') then 'SLMB'
            when dual in ('02', '04', '05', '08', '09') then 'DUAL'
            else coalesce(map.exclusion, '') end as exclusion
    from en left join det using (id, m) left join mc using (id, m) left join program_map map on map.code = det.program_text;
copy (
    select id as member_id, month_text(min(m)) as month_from,
        if(max(m) = getvariable('open_month'), '', month_text(max(m))) as month_to, program, payer, exclusion
    from (select *, m - row_number() over (partition by id, program, payer, exclusion order by m) as island
        from member_month)
    group by id, program, payer, exclusion, island
    order by all
) to 'extract/enrollment.csv' (header);

-- ---- members ------------------------------------------------------------------------------------------------------
-- The newest row of a member; the address of residence (type 01) before others.

create or replace temp table address as
    select MSIS_IDENT_NUM, ELGBL_CNTY_CD from elg_contact
    qualify row_number() over (partition by MSIS_IDENT_NUM
        order by ELGBL_ADR_TYPE_CD <> '01', ELGBL_ADR_EFCTV_DT desc nulls last, ELGBL_CNTY_CD) = 1;
copy (
    select MSIS_IDENT_NUM as member_id, strftime(day(BIRTH_DT), '%Y-%m-%d') as birth_date,
        if(SEX_CD in ('F', 'M'), SEX_CD, 'U') as sex, coalesce('27' || ELGBL_CNTY_CD, '') as county,
        coalesce(race_ethnicity, '') as race_ethnicity, coalesce(strftime(day(DEATH_DT), '%Y-%m-%d'), '') as death_date
    from elg_primary left join address using (MSIS_IDENT_NUM) left join race_map on code = RACE_ETHNCTY_FLAG
    qualify row_number() over (partition by MSIS_IDENT_NUM
        order by PRMRY_DMGRPHC_ELE_EFCTV_DT desc nulls last, BIRTH_DT) = 1
    order by member_id
) to 'extract/members.csv' (header);

-- ---- providers: the taxonomies of NUCC (type 1) ------------------------------------------------------------------

copy (
    select PRVDR_NPI as npi, min(PRVDR_CLSFCTN_CD) as taxonomy
    from prv_taxonomy where PRVDR_CLSFCTN_TYPE_CD = '1' group by all order by npi
) to 'extract/providers.csv' (header);

-- ---- claims -------------------------------------------------------------------------------------------------------

-- The file of a claim is in column FILE, or in the name of the file: clh-ip-2025.psv.
create or replace macro file_of(file, name) as
    coalesce(file, upper(regexp_extract(name, 'cl[hl][-_]([A-Za-z]{2})[^/]*$', 1)));
create or replace temp table header as
    select *, file_of("FILE", filename) as f,
        if(types.code is null, error('claim_types.csv has no row for type ' || coalesce(CLM_TYPE_CD, 'blank')),
            types.payer) as fixed_payer
    from clh left join claim_types types on types.code = CLM_TYPE_CD;
create or replace temp table line as
    select l.*, h.* exclude ("FILE", filename, ORGNL_CLM_NUM, ADJSTMT_CLM_NUM, ADJDCTN_DT),
        -- An element of the header that lines of another form may have, too.
        coalesce(SRVC_BGNNG_DT, RX_FILL_DT) as service_day, coalesce(MDCD_PD_DT, l.ADJDCTN_DT) as paid_day,
        file_of(l."FILE", l.filename) || '/' || l.ORGNL_CLM_NUM || '/' || coalesce(l.ADJSTMT_CLM_NUM, '') || '/'
            || l.ADJDCTN_DT as claim,
        count(*) over (partition by l.rowid) as headers
    from (select *, rowid from cll) l
    left join header h on h.f = file_of(l."FILE", l.filename) and h.ORGNL_CLM_NUM = l.ORGNL_CLM_NUM
        and h.ADJSTMT_CLM_NUM is not distinct from l.ADJSTMT_CLM_NUM and h.ADJDCTN_DT = l.ADJDCTN_DT;
select case
    when count(*) filter (f is null) > 0 then error(count(*) filter (f is null) || ' lines have no header')
    when count(*) filter (headers > 1) > 0 then error(count(*) filter (headers > 1) || ' lines have several headers')
    end as headers_and_lines from line;
select case when getvariable('file_in_claim_id') = 'no' and count(*) > 0
    then error(count(*) || ' claim numbers are in two files; set file_in_claim_id to yes') end as claim_numbers
    from (select 1 from header group by ORGNL_CLM_NUM having count(distinct f) > 1);

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
create or replace temp table kind as
    select *, row_number() over () as number
    from (select distinct f, TOS_CD, BILL_TYPE_CD, POS_CD, PRCDR_CD from line);
create or replace temp table service as
    select kind.*, s.service_class, s.category from kind join services s
        on fits(s."FILE", f) and fits(s.TOS_CD, kind.TOS_CD) and fits(s.BILL_TYPE_CD, kind.BILL_TYPE_CD)
        and fits(s.POS_CD, kind.POS_CD) and fits(s.PRCDR_CD, kind.PRCDR_CD)
    qualify row_number() over (partition by number order by n) = 1;

-- The day from which a claim is void: a later transaction of its number voids it (1) or replaces it (4).
create or replace temp table replaced as
    select f, ORGNL_CLM_NUM, ADJDCTN_DT, ADJSTMT_CLM_NUM, min(later) as void_day
    from (select h.f, h.ORGNL_CLM_NUM, h.ADJDCTN_DT, h.ADJSTMT_CLM_NUM, l.ADJDCTN_DT as later
        from header h join header l on l.f = h.f and l.ORGNL_CLM_NUM = h.ORGNL_CLM_NUM and l.ADJSTMT_IND in ('1', '4')
            and (l.ADJDCTN_DT, coalesce(l.ADJSTMT_CLM_NUM, '')) > (h.ADJDCTN_DT, coalesce(h.ADJSTMT_CLM_NUM, '')))
    group by all;

-- A claim that is paid as a whole has its amount on its first line, and 0.00 on the others.
create or replace temp table paid as
    select *, coalesce(PYMT_LVL_IND = '1', false) or bool_and(MDCD_PD_AMT is null) over (partition by claim) as whole,
        row_number() over (partition by claim order by try_cast(ORGNL_LINE_NUM as bigint), ORGNL_LINE_NUM) as place
    from line;
copy (
    select if(getvariable('file_in_claim_id') = 'no', '', p.f || '-') || p.ORGNL_CLM_NUM
            || coalesce('-' || p.ADJSTMT_CLM_NUM, '') as claim_id,
        ORGNL_LINE_NUM as line, MSIS_IDENT_NUM as member_id, strftime(day(service_day), '%Y-%m-%d') as service_date,
        strftime(day(paid_day), '%Y-%m-%d') as paid_date,
        case when CLM_STUS_CTGRY_CD = 'F2' or CLM_DND_IND = '0' or CLL_STUS_CD in ('26', '87', '542', '585', '654') then 'D'
            when ADJSTMT_IND = '1' or CLM_TYPE_CD = 'Z' then 'V' else 'P' end as status,
        if(p.f = 'OT', coalesce(p.PRCDR_CD, ''), '') as "procedure",
        coalesce(MN_SERVICE_CLASS, service_class, '') as service_class, coalesce(MN_COS, category, '') as category,
        coalesce(BLG_PRVDR_NPI_NUM, '') as billing_npi, coalesce(SRVCNG_PRVDR_NPI_NUM, '') as treating_npi,
        coalesce(fixed_payer, PLAN_ID_NUM, '') as payer,
        case when not whole then MDCD_PD_AMT when place = 1 then TOT_MDCD_PD_AMT else '0.00' end as paid_amount,
        if(void_day is null, '', strftime(greatest(day(void_day), day(paid_day)), '%Y-%m-%d')) as void_date
    from paid p
    left join service s on s.f = p.f and s.TOS_CD is not distinct from p.TOS_CD
        and s.BILL_TYPE_CD is not distinct from p.BILL_TYPE_CD and s.POS_CD is not distinct from p.POS_CD
        and s.PRCDR_CD is not distinct from p.PRCDR_CD
    left join replaced r on r.f = p.f and r.ORGNL_CLM_NUM = p.ORGNL_CLM_NUM and r.ADJDCTN_DT = p.ADJDCTN_DT
        and r.ADJSTMT_CLM_NUM is not distinct from p.ADJSTMT_CLM_NUM
    where leave_out is null
    order by claim_id, try_cast(line as bigint)
) to 'extract/claims.csv' (header);

-- ---- what was left out, and what the tables do not know ----------------------------------------------------------

select MC_PLAN_TYPE_CD as plan_type_left_out, count(*) as spans
from elg_mc where MC_PLAN_TYPE_CD <> '01' group by all order by all;
select CLM_TYPE_CD, note as left_out, count(*) as lines, sum(MDCD_PD_AMT::decimal(18, 2)) as dollars
from paid where leave_out = 'yes' group by all order by all;
select det.program_text as not_in_program_map, count(*) as member_months
from en join det using (id, m) where program_text not in (select code from program_map) group by all order by all;
