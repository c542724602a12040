import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright';
import { chromiumLaunchOptions } from '../../tools/chromium.ts';
import { freePort } from '../../tools/free-port.ts';
import { customerEnvironment, mustRun } from '../../tools/run-command.ts';
import type { Newcomer } from './newcomers.ts';

/** What a newcomer did until a purchase was seen at the relay. */
export interface Followed {
  /** `init`, which starts the relay, and the commands that it asks for: the install, and the bundle where nothing bundles pages. */
  commands: number;
  /** Seconds that these took; the site's own build and start are not counted. */
  seconds: number;
}

/** Follows what `init` prints, in a site of its own, until a call of Heap in Chromium is a purchase at the relay. */
export async function follow(
  { files, places, start, build }: Newcomer,
  { folder, registry, cache }: { folder: string; registry: string; cache: string },
): Promise<Followed> {
  const running: ChildProcess[] = [];
  const launch = (given: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess => {
    const [command = '', ...args] = given;
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...customerEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: npx starts the command as its child, and both have to end.
      detached: true,
    });
    // Read, so that no pipe fills up.
    child.stdout.resume();
    child.stderr.resume();
    running.push(child);
    return child;
  };
  for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
  write(
    join(folder, '.npmrc'),
    `registry=${registry}\ncache=${cache}\nfund=false\naudit=false\nmin-release-age=0\n`,
  );
  if (files['package.json']) await mustRun('npm', ['install'], folder);

  try {
    const startedAt = performance.now();
    const relayPort = String(await freePort());
    const init = launch([
      'npx',
      '--yes',
      '@tracklayer/relay',
      'init',
      '--yes',
      '--start',
      '--port',
      relayPort,
    ]);
    let printed = '';
    init.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    init.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const relay = `http://127.0.0.1:${relayPort}`;
    await until(
      () => `init does not start the relay: ${printed}`,
      async () => printed.includes('\nThen:'),
    );
    const [install = ''] = /npm install .*/.exec(printed) ?? [];
    await mustRun('npm', install.split(' ').slice(1), folder);
    let seconds = (performance.now() - startedAt) / 1_000;
    let commands = 2;

    const key = readFileSync(join(folder, '.tracklayer/development.key'), 'utf8').trim();
    const [pagePort, endpointPort] = [await freePort(), await freePort()];
    for (const { where, lines } of linesByHand(printed)) {
      const place = Object.entries(places).find(([word]) => where.includes(word))?.[1];
      if (!place) continue;
      const path = join(folder, place.file);
      const isMarkup = (line: string): boolean => place.markupAt !== undefined && line.startsWith('<');
      const text = lines.join('\n').replace('127.0.0.1:3000', `127.0.0.1:${endpointPort}`).split('\n');
      let file = readFileSync(path, 'utf8');
      if (place.markupAt) file = file.replace(place.markupAt, text.filter(isMarkup).join('\n'));
      write(path, file.replace(place.at, text.filter((line) => !isMarkup(line)).join('\n')));
    }
    const [, bundle] = /^ +\d+\. npx (esbuild .*)$/m.exec(printed) ?? [];
    if (bundle !== undefined) {
      const bundledAt = performance.now();
      await mustRun('npx', ['--yes', ...bundle.split(' ')], folder);
      seconds += (performance.now() - bundledAt) / 1_000;
      commands++;
    }
    const firstTest = await mustRun('node', ['--test', 'tracklayer.test.mjs'], folder);
    if (!firstTest.includes('pass 1')) throw new Error(firstTest);
    if (build) await mustRun(build[0], build.slice(1), folder);
    for (const [place, command] of start.entries()) {
      const port = String(place === 0 ? pagePort : endpointPort);
      launch(command.at(-1)?.startsWith('-') ? [...command, port] : command, {
        PORT: port,
        HOST: '127.0.0.1',
      });
    }
    const site = `http://127.0.0.1:${pagePort}/`;
    await until(
      () => 'the site does not start',
      () => isUp(site),
    );
    const orderId = 'ord_10492';
    await clickIn(site, orderId);
    await until(
      () => 'the purchase does not reach the relay',
      async () => {
        const address = `${relay}/api/events/${orderId}_purchase`;
        const response = await fetch(address, { headers: { authorization: `Bearer ${key}` } });
        if (!response.ok) return false;
        const { event, status } = (await response.json()) as { event: { source?: string }; status: string };
        return status === 'accepted' && event.source === 'heap';
      },
    );
    return { commands, seconds };
  } finally {
    for (const { pid } of running) if (pid !== undefined) end(pid);
  }
}

async function clickIn(site: string, orderId: string): Promise<void> {
  const browser = await chromium.launch(chromiumLaunchOptions());
  try {
    const page = await browser.newPage();
    await page.goto(site, { waitUntil: 'networkidle' });
    const sent = page.waitForResponse((response) => response.url().includes('/tl/'), { timeout: 10_000 });
    const called = page.evaluate((order_id) => {
      const { heap } = globalThis as unknown as { heap: { track(label: string, properties: object): void } };
      heap.track('Order Completed', { order_id, value: 129.95, currency: 'EUR' });
    }, orderId);
    await Promise.all([sent, called]);
  } finally {
    await browser.close();
  }
}

/** Reads the lines that `init` asks its developer to add. */
function linesByHand(printed: string): { where: string; lines: string[] }[] {
  return [...printed.matchAll(/^ +\d+\. add this to (.*):\n((?: {7}.*\n)+)/gm)].map(
    ([, where = '', lines = '']) => ({
      where,
      lines: lines
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(7)),
    }),
  );
}

function write(path: string, text: string): void {
  if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const isUp = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

async function until(problem: () => string, isSo: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 150; turn++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(problem());
}

function end(group: number): void {
  try {
    process.kill(-group, 'SIGTERM');
  } catch {
    // It ended by itself.
  }
}
