-- SPDX-License-Identifier: GPL-3.0-or-later
-- The peer's load: the CSV files of an extract become typed tables. Members are numbered, so that everything after this
-- joins and groups by a 32-bit number, and amounts are whole cents.
-- Needs the variable `extract`, the folder of the files.

create table members as
select row_number() over (order by member_id)::uinteger as member, member_id
from read_csv(getvariable('extract') || '/members.csv', header = true, all_varchar = true);

create table claims as
select m.member, c.service_date, c.paid_date, c.procedure, c.service_class, c.category, c.billing_npi, c.treating_npi,
       (c.paid_amount * 100)::bigint as cents
from read_csv(getvariable('extract') || '/claims.csv', header = true, columns = {
         claim_id: 'varchar', line: 'usmallint', member_id: 'varchar', service_date: 'date', paid_date: 'date',
         status: 'varchar', procedure: 'varchar', service_class: 'varchar', category: 'varchar', billing_npi: 'bigint',
         treating_npi: 'bigint', payer: 'varchar', paid_amount: 'decimal(18,2)'}) c
join members m using (member_id)
where c.status = 'P';

create table enrollment as
select m.member, strptime(month_from, '%Y-%m')::date as month_from, strptime(month_to, '%Y-%m')::date as month_to, program,
       exclusion
from read_csv(getvariable('extract') || '/enrollment.csv', header = true, all_varchar = true)
join members m using (member_id);

create table morbidity as
select m.member, year::integer as year, acg
from read_csv(getvariable('extract') || '/morbidity.csv', header = true, all_varchar = true)
join members m using (member_id);

create table providers as
select npi::bigint as npi, taxonomy
from read_csv(getvariable('extract') || '/providers.csv', header = true, all_varchar = true);
