// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the peer, SQL files for DuckDB, and prints a line for each: its name, seconds, CPU seconds.
//
//   node peer.mjs FOLDER DATABASE THREADS MEMORY NAME=VALUE... FILE...
//
// FOLDER has the node_modules with @duckdb/node-api (tests/recipes/install_duckdb.sh makes one), DATABASE is a file or
// :memory:, MEMORY a limit such as 16GB, NAME=VALUE a variable of the SQL. A file that ends in .csv is written instead,
// with the table of its name.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {basename, resolve} from 'node:path';

const [folder, path, threads, memory, ...rest] = process.argv.slice(2);
const {DuckDBInstance} = createRequire(resolve(folder, 'x.js'))('@duckdb/node-api');
const database = await DuckDBInstance.create(path, {threads, memory_limit: memory, preserve_insertion_order: 'false'});
const connection = await database.connect();
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
const sqlOf = (argument) => {
    const [name, value] = argument.split(/=(.*)/s);
    if (value !== undefined) {
        return `set variable ${name} = ${/^\d+$/.test(value) ? value : quoted(value)}`;
    }
    return argument.endsWith('.csv')
        ? `copy (from ${basename(argument, '.csv')}) to ${quoted(argument)} (header)`
        : readFileSync(argument, 'utf8');
};
for (const argument of rest) {
    const start = [performance.now(), process.cpuUsage()];
    try {
        await connection.run(sqlOf(argument));
    } catch (error) {
        console.error(`${argument}: ${error.message}`);
        process.exit(1);
    }
    const used = process.cpuUsage(start[1]);
    console.log(`${basename(argument)} ${((performance.now() - start[0]) / 1e3).toFixed(3)} ${((used.user + used.system) / 1e6).toFixed(3)}`);
}
