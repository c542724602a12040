// Makes sure that a headless Chromium starts here, and installs one when none does. Browser tests and the demo need
// it; neither is ever skipped for want of it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright';
import { chromiumLaunchOptions } from './chromium.ts';

/** Starting it is the only proof: a file that exists may still lack its shared libraries. */
async function whyNotStarting(): Promise<string | undefined> {
  try {
    await (await chromium.launch(chromiumLaunchOptions())).close();
    return undefined;
  } catch (error) {
    return String(error).split('\n')[0];
  }
}

function run(command: string, args: string[]): boolean {
  console.error(`Chromium is missing: ${command} ${args.join(' ')} ...`);
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}

const isRoot = process.getuid?.() === 0;
const isDebian =
  existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));

const fromDebian = (): boolean =>
  isDebian &&
  isRoot &&
  run('apt-get', ['update', '-qq']) &&
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);

const fromPlaywright = (): boolean =>
  run('pnpm', ['exec', 'playwright', 'install', ...(isRoot ? ['--with-deps'] : []), 'chromium']);

let problem = await whyNotStarting();
// A path that somebody chose is theirs to mend.
for (const install of process.env['CHROMIUM_PATH'] ? [] : [fromDebian, fromPlaywright]) {
  if (problem && install()) problem = await whyNotStarting();
}
if (problem) {
  console.error(
    `No Chromium starts here: ${problem}\n` +
      'Install one (Debian, Ubuntu: `apt-get install chromium`; elsewhere: `pnpm exec playwright install chromium`, or ' +
      'Google Chrome), or set CHROMIUM_PATH to its executable. Then run the command again.',
  );
  process.exit(1);
}
