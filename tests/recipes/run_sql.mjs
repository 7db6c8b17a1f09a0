// SPDX-License-Identifier: GPL-3.0-or-later
// Runs SQL files with DuckDB in the current folder: node run_sql.mjs FOLDER FILE...
// FOLDER has the node_modules of DuckDB.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {resolve} from 'node:path';

const [folder, ...files] = process.argv.slice(2);
const {DuckDBInstance} = createRequire(resolve(folder, 'x.js'))('@duckdb/node-api');
const database = await DuckDBInstance.create(':memory:', {threads: '2'});
const connection = await database.connect();
for (const file of files) {
    try {
        await connection.run(readFileSync(file, 'utf8'));
    } catch (error) {
        console.error(`${file}: ${error.message}`);
        process.exit(1);
    }
}
