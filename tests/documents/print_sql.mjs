// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the SQL on standard input with DuckDB and prints the rows of its last statement as CSV, as `duckdb -csv` does:
// node print_sql.mjs FOLDER < FILE
// FOLDER has the node_modules of DuckDB.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {resolve} from 'node:path';

const {DuckDBInstance} = createRequire(resolve(process.argv[2], 'x.js'))('@duckdb/node-api');
const database = await DuckDBInstance.create(':memory:', {threads: '1'});
const connection = await database.connect();
const result = await connection.runAndReadAll(readFileSync(0, 'utf8'));
console.log(result.columnNames().join(','));
for (const row of result.getRows()) {
    console.log(row.map(value => (value === null ? '' : String(value))).join(','));
}
