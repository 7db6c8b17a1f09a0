// SPDX-License-Identifier: GPL-3.0-or-later
// Opens a report in Chromium: node browse_report.mjs NODE_FOLDER CHROMIUM REPORT WORK
//
// NODE_FOLDER has the node_modules of playwright-core and axe-core. Checks at desktop and phone width, in the light and
// in the dark: no error on the console, nothing that leaves the page, sorting, filtering and folding by mouse and
// keyboard, nothing wider than the window, and nothing above minor for axe-core. Without JavaScript all tables and
// pictures are there. Writes the page as PDF on A4 and Letter to WORK.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';

const [folder, program, report, work] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(join(folder, 'x.js'));
const {chromium} = require('playwright-core');
const axe = require.resolve('axe-core');
const url = pathToFileURL(report).href;

const browser = await chromium.launch({
    executablePath: program,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync'],
});

// Opens the report in a new window; what goes wrong is in `problems`.
async function open(options) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const problems = [];
    page.on('console', (message) => problems.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
    page.on('request', (request) => {
        if (request.url() !== url) {
            problems.push(`request: ${request.url().slice(0, 200)}`);
        }
    });
    await page.goto(url);
    return {context, page, problems};
}

const texts = (page, selector) => page.$$eval(selector, (cells) => cells.map((cell) => cell.textContent));

async function checkTable(page) {
    const amounts = () => page.$$eval('#settlement tbody tr', (rows) =>
        rows.map((row) => Number(row.cells[9].getAttribute('data-v'))));
    const before = await texts(page, '#settlement tbody th');
    const head = page.locator('#settlement thead th', {hasText: 'Final amount'});
    await head.getByRole('button').click();
    assert.equal(await head.getAttribute('aria-sort'), 'ascending');
    let sorted = await amounts();
    assert.deepEqual(sorted, [...sorted].sort((a, b) => a - b));
    await head.getByRole('button').focus();
    await page.keyboard.press('Enter');
    assert.equal(await head.getAttribute('aria-sort'), 'descending');
    sorted = await amounts();
    assert.deepEqual(sorted, [...sorted].sort((a, b) => b - a));
    assert.deepEqual((await texts(page, '#settlement tbody th')).sort(), before.sort());
    assert.equal(await page.locator('#settlement th[aria-sort]').count(), 1);

    await page.getByRole('searchbox', {name: 'IHP contains'}).fill(before[0].toLowerCase());
    assert.equal(await page.locator('#settlement tbody tr:visible').count(), 1);
    assert.equal(await page.getByRole('status').textContent(), `1 of ${before.length} IHPs`);
    await page.getByRole('button', {name: 'Show all'}).click();
    await page.getByRole('combobox', {name: 'Outcome'}).selectOption('savings');
    const outcomes = await page.$$eval('#settlement tbody tr', (rows) =>
        rows.filter((row) => !row.hidden).map((row) => row.cells[8].textContent));
    assert(outcomes.length > 0 && outcomes.every((outcome) => outcome === 'savings'));
    await page.getByRole('button', {name: 'Show all'}).click();
    assert.equal(await page.locator('#settlement tbody tr:visible').count(), before.length);
}

async function checkFolding(page) {
    const all = page.locator('details');
    assert(await all.count() > 0);
    assert.equal(await page.locator('details[open]').count(), 0);
    await page.locator('#ihp-1 summary').focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('details[open]').count(), 1);
    assert(await page.locator('#steps-1 tr.last').isVisible());
    await page.getByRole('button', {name: 'Open all'}).click();
    assert.equal(await page.locator('details[open]').count(), await all.count());
}

async function checkAxe(page) {
    await page.addScriptTag({path: axe});
    const result = await page.evaluate(() => window.axe.run(document, {resultTypes: ['violations']}));
    const found = result.violations.filter((violation) => violation.impact !== 'minor');
    assert.deepEqual(found.map((one) => `${one.id}: ${one.help}: ${one.nodes[0].html.slice(0, 200)}`), []);
}

const phone = {width: 360, height: 740}, desktop = {width: 1280, height: 900};
for (const viewport of [desktop, phone]) {
    const narrow = viewport === phone, name = narrow ? 'phone' : 'desktop';
    const {context, page, problems} = await open({viewport});
    assert.equal(await page.locator('svg.wide:visible').count() > 0, !narrow);
    assert.equal(await page.locator('svg.narrow:visible').count() > 0, narrow);
    assert(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
        'the page is wider than the window');
    await checkTable(page);
    await checkFolding(page);
    assert.deepEqual(problems, []);
    await context.close();
    // The page forbids other scripts, so axe-core runs where that does not count.
    const other = await open({viewport, bypassCSP: true});
    await other.page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
    for (const colorScheme of ['light', 'dark']) {
        await other.page.emulateMedia({colorScheme});
        await checkAxe(other.page);
        await other.page.screenshot({path: join(work, `${name}-${colorScheme}.png`)});
    }
    await other.context.close();
}

const {context, page, problems} = await open({viewport: desktop, javaScriptEnabled: false});
assert.equal(await page.locator('table:visible').count(), await page.locator('table').count());
assert.equal(await page.locator('svg.wide:visible').count(), await page.locator('svg.wide').count());
assert.equal(await page.locator('.filter:visible').count(), 0);
assert.deepEqual(problems, []);
for (const format of ['A4', 'Letter']) {
    await page.pdf({path: join(work, `${format}.pdf`), format, printBackground: true});
}
await context.close();

// On paper no table is wider than the page, also after everything was folded.
const print = await open({viewport: {width: 718, height: 1000}}); // A4 without its margins
await print.page.emulateMedia({media: 'print'});
await print.page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
const cut = await print.page.$$eval('table', (tables) => tables
    .filter((table) => table.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((table) => `${table.id}: ${table.getBoundingClientRect().right} of ${document.documentElement.clientWidth}`));
assert.deepEqual(cut, []);
await print.page.pdf({path: join(work, 'folded.pdf'), format: 'A4'});
await print.context.close();
await browser.close();
