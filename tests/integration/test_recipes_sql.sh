#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests the SQL of docs/recipes with DuckDB: T-MSIS analytic files of the sample become the store of the sample; claims that
# were replaced, voided or paid as a whole are as docs/data.md says; a sample of the Tuva input layer becomes the store of
# the extract that it is; and what the tables lack, or a person must decide, is an error.
# It is skipped where DuckDB cannot be installed from npm.
# shellcheck source=tests/integration/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/recipes/duckdb.sh
source "$IHP_SOURCE/tests/recipes/duckdb.sh"
need_duckdb

recipes=$IHP_SOURCE/docs/recipes
sample=$IHP_SOURCE/inputs/sample/extract
tmsis=$recipes/tmsis/tmsis.sql

content() { # STORE
    "$IHP_PROGRAM" info "$1" | sed -n 's/^ *content hash *//p'
}

ihp import "$sample" -o "$work/sample.h5"
content "$work/sample.h5" >"$work/wanted"
ok "the sample's content hash is read" grep -qE '^[0-9a-f]{32}$' "$work/wanted"

# ---- T-MSIS -------------------------------------------------------------------------------------------------------

# Makes a folder with the tables of the recipe.
begin_tmsis() { # FOLDER
    mkdir -p "$1/extract"
    cp "$recipes"/tmsis/*.csv "$recipes/program_map.csv" "$1"
}

printf "set variable file_in_claim_id = 'no';\n" >"$work/no_file.sql"
begin_tmsis "$work/tmsis"
"$IHP_PYTHON" "$IHP_SOURCE/tests/recipes/write_tmsis.py" "$sample" "$work/tmsis"
printf '%s\n' 'MA-SPEND,MA,SPENDDOWN,' 'MA-DX-MSC,MA_BD,MSC_PLUS,' >>"$work/tmsis/program_map.csv"
sql "$work/tmsis" "$work/no_file.sql" "$tmsis"
ok "T-MSIS by SQL" succeeds
cp "$sample/morbidity.csv" "$work/tmsis/extract"
ihp import "$work/tmsis/extract" -o "$work/tmsis.h5"
ok "T-MSIS by SQL: the extract is imported" succeeds
ok "T-MSIS by SQL: the sample's content" diff "$work/wanted" <(content "$work/tmsis.h5")

# One number in two files.
sed -i '2s/^\([^|]*\)|[^|]*/\1|C00002/' "$work/tmsis/cll-1.psv"
sql "$work/tmsis" "$work/no_file.sql" "$tmsis"
ok "a line without a header is an error" test "$code" -ne 0
ok "a line without a header is counted" says "$err" "1 lines have no header"

# A small folder, whose files have their names instead of a column FILE.
begin_tmsis "$work/small"
small() { # NAME LINE...
    printf '%s\n' "${@:2}" >"$work/small/$1"
}
small elg_primary.psv 'MSIS_IDENT_NUM|BIRTH_DT|SEX_CD|DEATH_DT|PRMRY_DMGRPHC_ELE_EFCTV_DT' \
    'A1|19800102|X|20250301|20200101' 'A1|19800103|F|20250302|20240101' 'A2|19900101|M||20240101'
small elg_contact.psv 'MSIS_IDENT_NUM|ELGBL_CNTY_CD|ELGBL_ADR_TYPE_CD|ELGBL_ADR_EFCTV_DT' \
    'A1|001|06|20250101' 'A1|003|01|20230101' 'A1|005|01|20240101'
small elg_enrollment.psv 'MSIS_IDENT_NUM|ENRLMT_EFCTV_DT|ENRLMT_END_DT|ENRLMT_TYPE_CD' \
    'A1|20240115|20240630|1' 'A1|20240901||1' 'A2|20240101|20241231|1' 'A2|20240101|99991231|2'
small elg_determinants.psv \
    'MSIS_IDENT_NUM|DUAL_ELGBL_CD|RSTRCTD_BNFTS_CD|STATE_SPEC_ELGBLTY_FCTR_TXT|ELGBLTY_DTRMNT_EFCTV_DT|ELGBLTY_DTRMNT_END_DT' \
    'A1|00|1|MA|20240101|20240331' 'A1|00|1|XX|20240401|99991231' 'A2|01|1|MA|20240101|20240131' \
    'A2|00|2|MA|20240201|20240229' 'A2|00|1|RM|20240301|20240331' 'A2|00|1|??|20240401|20240430'
small elg_mc.psv 'MSIS_IDENT_NUM|MC_PLAN_ID|MC_PLAN_ENRLMT_EFCTV_DT|MC_PLAN_ENRLMT_END_DT|MC_PLAN_TYPE_CD' \
    'A1|P1|20240601|29991231|01' 'A1|DENTAL|20240101|29991231|09'
small prv_taxonomy.psv 'PRVDR_NPI|PRVDR_CLSFCTN_TYPE_CD|PRVDR_CLSFCTN_CD' '1234567893|1|207Q00000X' '1234567893|3|99'
header='ORGNL_CLM_NUM|ADJSTMT_CLM_NUM|MSIS_IDENT_NUM|ADJDCTN_DT|MDCD_PD_DT|CLM_STUS_CTGRY_CD|CLM_DND_IND|ADJSTMT_IND|CLM_TYPE_CD|BLG_PRVDR_NPI_NUM|PLAN_ID_NUM|BILL_TYPE_CD|TOT_MDCD_PD_AMT|PYMT_LVL_IND'
line='ORGNL_CLM_NUM|ADJSTMT_CLM_NUM|ORGNL_LINE_NUM|ADJDCTN_DT|SRVC_BGNNG_DT|PRCDR_CD|SRVCNG_PRVDR_NPI_NUM|MDCD_PD_AMT|CLL_STUS_CD'
small clh-ot.psv "$header" '10||A1|20240210|20240215|F1|1|0|1|1234567893|||50.00|2' \
    '10|11|A1|20240310||F1|1|4|1|1234567893|||40.00|2' '10|12|A1|20240410||F1|1|1|1|1234567893|||-40.00|2' \
    '20||A1|20240210||F1|0|0|C||P1|||2' '30||A1|20240210||F1|1|0|B||P1||412.00|1'
small cll-ot.psv "$line" '10||1|20240210|20240201|99213|1234567893|50.00|1' '10|11|1|20240310|20240201|99213||40.00|1' \
    '10|12|1|20240410|20240201|99213||-40.00|1' '20||1|20240210|20240202|D0120||20.00|1' '20||2|20240210|20240202|A0428||9|87' \
    '30||1|20240210|20240202|||412.00|1'
small clh-ip.psv "$header" '10||A2|20240301|20240301|F1|1|0|3||P2|0111|900.10|1' '40||A2|20240301||F1|1|0|1|||0111|70.05|'
small cll-ip.psv "$line" '10||10|20240301|20240105|||900.10|1' '10||2|20240301|20240105|||900.10|1' \
    '40||1|20240301|20240106||||1' '40||2|20240301|20240106||||1'
sql "$work/small" "$tmsis"
ok "a small folder" succeeds
extract=$work/small/extract
ok "members: the newest row, the newest address of residence" diff <(tr -d '"' <"$extract/members.csv") - <<'EXPECTED'
member_id,birth_date,sex,county,race_ethnicity,death_date
A1,1980-01-03,F,27005,,2025-03-02
A2,1990-01-01,M,,,
EXPECTED
ok "enrollment: spans, open ends, plans and exclusions" diff <(tr -d '"' <"$extract/enrollment.csv") - <<'EXPECTED'
member_id,month_from,month_to,program,payer,exclusion
A1,2024-01,2024-03,MA,FFS,
A1,2024-04,2024-05,MCRE,FFS,
A1,2024-06,2024-06,MCRE,P1,
A1,2024-09,,MCRE,P1,
A2,2024-01,2024-01,MA,FFS,QMB
A2,2024-02,2024-02,MA,FFS,EMERGENCY
A2,2024-03,2024-03,MA,FFS,REFUGEE
A2,2024-04,2024-04,??,FFS,
A2,2024-05,2024-12,,FFS,
EXPECTED
ok "providers: only taxonomies" diff "$extract/providers.csv" - <<'EXPECTED'
npi,taxonomy
1234567893,207Q00000X
EXPECTED
ok "claims: void dates, status, services, payers, and amounts of whole claims" diff <(tr -d '"' <"$extract/claims.csv") - <<'EXPECTED'
claim_id,line,member_id,service_date,paid_date,status,procedure,service_class,category,billing_npi,treating_npi,payer,paid_amount,void_date
IP-10,2,A2,2024-01-05,2024-03-01,P,,inpatient,001,,,P2,900.10,
IP-10,10,A2,2024-01-05,2024-03-01,P,,inpatient,001,,,P2,0.00,
IP-40,1,A2,2024-01-06,2024-03-01,P,,inpatient,001,,,FFS,70.05,
IP-40,2,A2,2024-01-06,2024-03-01,P,,inpatient,001,,,FFS,0.00,
OT-10,1,A1,2024-02-01,2024-02-15,P,99213,professional,043,1234567893,1234567893,FFS,50.00,2024-03-10
OT-10-11,1,A1,2024-02-01,2024-03-10,P,99213,professional,043,1234567893,,FFS,40.00,2024-04-10
OT-10-12,1,A1,2024-02-01,2024-04-10,V,99213,professional,043,1234567893,,FFS,-40.00,
OT-20,1,A1,2024-02-02,2024-02-10,D,D0120,other,045,,,P1,20.00,
OT-20,2,A1,2024-02-02,2024-02-10,D,A0428,other,037,,,P1,9,
EXPECTED
printf 'member_id,year,acg\n' >"$extract/morbidity.csv"
ihp import "$extract" -o "$work/small.h5"
ok "the small folder is imported" succeeds

sql "$work/small" "$work/no_file.sql" "$tmsis"
ok "claim numbers that are in two files are an error" test "$code" -ne 0
ok "claim numbers that are in two files are counted" says "$err" "1 claim numbers are in two files"
sed -i 's/^10||A1|\(.*\)|1|1234567893/10||A1|\1|?|1234567893/' "$work/small/clh-ot.psv"
sql "$work/small" "$tmsis"
ok "a type of claim that the table lacks is an error" test "$code" -ne 0
ok "a type of claim that the table lacks is named" says "$err" "no row for type ?"

# ---- Tuva ---------------------------------------------------------------------------------------------------------

# A synthetic sample in the columns of the Tuva input layer, and the extract that it is.
tuva=$recipes/tuva/tuva.sql
mkdir -p "$work/tuva/extract" "$work/known"
cp "$recipes"/tuva/*.csv "$work/tuva"
input() { # NAME LINE...
    printf '%s\n' "${@:2}" >"$work/tuva/$1"
}
input programs.csv payer,plan,program,payer_id medicaid,ffs,MA,FFS medicaid,hmo,MA,MCO-ONE mncare,hmo,MCRE,MCO-ONE
input eligibility.csv \
    person_id,gender,race,birth_date,death_date,enrollment_start_date,enrollment_end_date,payer,plan,dual_status_code \
    T1,female,white,1980-01-02,,2024-01-01,2024-06-30,medicaid,ffs,00 T1,female,white,1980-01-02,,2024-07-01,2025-12-31,mncare,hmo, \
    T2,male,unknown,1950-05-06,2025-03-04,2024-01-01,2025-03-31,medicaid,hmo,3 T3,unknown,,2020-02-29,,2024-02-01,,medicaid,hmo,08 \
    T4,female,black,1999-09-09,,2024-01-01,2024-12-31,private,gold,
medical=claim_id,claim_line_number,claim_type,person_id,payer,plan,claim_start_date,claim_line_start_date,bill_type_code
medical+=,place_of_service_code,hcpcs_code,rendering_npi,billing_npi,facility_npi,paid_date,paid_amount
input medical_claim-1.csv "$medical" \
    H1,2,institutional,T1,medicaid,ffs,2024-03-01,,111,,,1234567893,,1245319599,2024-04-01,1000.5 \
    H1,10,institutional,T1,medicaid,ffs,2024-03-01,,111,,99223,1234567893,,1245319599,2024-04-01,1000.50 \
    H2,1,institutional,T2,medicaid,hmo,2024-05-01,2024-05-02,131,,,,,1245319599,2024-06-01,10.00 \
    H2,2,institutional,T2,medicaid,hmo,2024-05-01,2024-05-03,131,,,,,1245319599,2024-06-01,20.00
input medical_claim-2.csv "$medical" \
    P1,1,professional,T1,mncare,hmo,2024-08-01,2024-08-02,,11,99213,1234567893,1245319599,,,46.620000000000005 \
    P1,2,professional,T1,mncare,hmo,2024-08-01,2024-08-02,,11,80053,1234567893,1245319599,,2024-09-01,46.62 \
    P2,1,professional,T3,,,2024-08-05,,,11,D0120,,,,2024-09-01,-30
input pharmacy_claim.csv \
    claim_id,claim_line_number,person_id,payer,plan,prescribing_provider_npi,dispensing_provider_npi,dispensing_date,paid_date,paid_amount \
    R1,1,T2,medicaid,hmo,1234567893,1245319599,2024-05-05,2024-05-06,12.34

sql "$work/tuva" "$tuva"
ok "Tuva: payments repeated on each line are asked about" test "$code" -ne 0
ok "Tuva: what is at stake" says "$err" '1 institutional claims' '$1000.50 if' '$2001.00 if' 'once or each'
printf "set variable repeated_payments = 'once';\nset variable blank_paid_date = 'service';\n" >"$work/once.sql"
sql "$work/tuva" "$work/once.sql" "$tuva"
ok "Tuva by SQL" succeeds

cat >"$work/known/members.csv" <<'KNOWN'
member_id,birth_date,sex,county,race_ethnicity,death_date
T1,1980-01-02,F,,white,
T2,1950-05-06,M,,,2025-03-04
T3,2020-02-29,U,,,
T4,1999-09-09,F,,black,
KNOWN
cat >"$work/known/enrollment.csv" <<'KNOWN'
member_id,month_from,month_to,program,payer,exclusion
T1,2024-01,2024-06,MA,FFS,
T1,2024-07,2025-12,MCRE,MCO-ONE,
T2,2024-01,2025-03,MA,MCO-ONE,SLMB
T3,2024-02,,MA,MCO-ONE,DUAL
T4,2024-01,2024-12,gold,private,
KNOWN
cat >"$work/known/claims.csv" <<'KNOWN'
claim_id,line,member_id,service_date,paid_date,status,procedure,service_class,category,billing_npi,treating_npi,payer,paid_amount
H1,2,T1,2024-03-01,2024-04-01,P,,inpatient,001,1245319599,1234567893,FFS,1000.50
H1,10,T1,2024-03-01,2024-04-01,P,99223,inpatient,001,1245319599,1234567893,FFS,0.00
H2,1,T2,2024-05-02,2024-06-01,P,,outpatient,007,1245319599,,MCO-ONE,10.00
H2,2,T2,2024-05-03,2024-06-01,P,,outpatient,007,1245319599,,MCO-ONE,20.00
P1,1,T1,2024-08-02,2024-08-02,P,99213,professional,043,1245319599,1234567893,MCO-ONE,46.62
P1,2,T1,2024-08-02,2024-09-01,P,80053,professional,080,1245319599,1234567893,MCO-ONE,46.62
P2,1,T3,2024-08-05,2024-09-01,P,D0120,other,045,,,MCO-ONE,-30.00
R1,1,T2,2024-05-05,2024-05-06,P,,pharmacy,030,1245319599,1234567893,MCO-ONE,12.34
KNOWN
for folder in "$work/known" "$work/tuva/extract"; do
    printf 'member_id,year,acg\nT1,2024,LOW\n' >"$folder/morbidity.csv"
    printf 'npi,taxonomy\n1234567893,207Q00000X\n' >"$folder/providers.csv"
    ihp import "$folder" -o "$work/$(basename "$folder").h5"
    ok "Tuva: $(basename "$folder") is imported" succeeds
done
content "$work/known.h5" >"$work/wanted"
ok "Tuva: the known extract's content hash is read" grep -qE '^[0-9a-f]{32}$' "$work/wanted"
ok "Tuva: the known extract's content" diff "$work/wanted" <(content "$work/extract.h5")

printf "set variable repeated_payments = 'each';\n" >"$work/each.sql"
sql "$work/tuva" "$work/each.sql" "$tuva"
ok "Tuva: each line was paid" says <(tr -d '"' <"$work/tuva/extract/claims.csv") \
    'H1,10,T1,2024-03-01,2024-04-01,P,99223,inpatient,001,1245319599,1234567893,FFS,1000.50'
ihp import "$work/tuva/extract" -o "$work/each.h5"
ok "Tuva: a blank paid date stays one, and is refused" test "$code" -eq 3
ok "Tuva: the blank paid date is named" says "$err" paid_date

# ---- Parquet ------------------------------------------------------------------------------------------------------

# The sample as Parquet with dates and decimal numbers, its claims in two files, and the two lines of README.md.
mkdir -p "$work/parquet/claims" "$work/parquet/extract"
cat >"$work/parquet.sql" <<SQL
create table c as select * replace (service_date::date as service_date, paid_date::date as paid_date,
    paid_amount::decimal(18, 2) as paid_amount) from read_csv('$sample/claims.csv', all_varchar=true);
copy (from c where line = '1') to 'claims/1.parquet';
copy (from c where line <> '1') to 'claims/2.parquet';
copy (select * replace (birth_date::date as birth_date) from read_csv('$sample/members.csv', all_varchar=true))
    to 'members.parquet';
SQL
sed -n '/^## Parquet/,$ { /^```sql/,/^```/ { /^```/d; p } }' "$recipes/README.md" >"$work/two.sql"
ok "README.md: two lines for Parquet" [ "$(wc -l <"$work/two.sql")" -eq 2 ]
sql "$work/parquet" "$work/parquet.sql" "$work/two.sql"
ok "Parquet" succeeds
cp "$sample"/{enrollment,morbidity,providers}.csv "$work/parquet/extract"
ihp import "$work/parquet/extract" -o "$work/parquet.h5"
ok "Parquet: the extract is imported" succeeds
ok "Parquet: the sample's content" diff <(content "$work/sample.h5") <(content "$work/parquet.h5")

finish
