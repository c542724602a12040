// Runs a workspace script with the toolchain this repository needs: `node tools/run.mjs <script> [args]`.
// Any Node.js from 18 with npm can start it. A missing or too old Node.js or pnpm comes from the npm registry
// into npm's cache; nothing is installed globally, and a machine that has both uses its own.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';

// The Node.js 24 for macOS on ARM stops at 24.0, which is too old for tsup.
const NODE_MAJOR = process.platform === 'darwin' && process.arch === 'arm64' ? 26 : 24;
const PNPM = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).packageManager;
const windows = process.platform === 'win32';

function run(command, args, options = {}) {
  return spawnSync(command, args, { stdio: 'inherit', shell: windows, ...options });
}

function nodeFits() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major >= 26 || (major === 24 && minor >= 11) || (major === 22 && minor >= 18);
}

function pnpmFits() {
  const { status, stdout } = run('pnpm', ['--version'], { stdio: 'pipe', encoding: 'utf8' });
  return status === 0 && Number.parseInt(stdout, 10) >= 11;
}

/** The npm package that holds nothing but this platform's Node.js binary. */
function nodePackage() {
  const platform = windows ? 'win' : process.platform;
  const name = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${name}-${platform}-${process.arch}@${NODE_MAJOR}`;
}

// npm exec hands its own --package list down; a nested npx would obey it.
delete process.env.npm_config_package;
delete process.env.npm_config_call;

const [script, ...args] = process.argv.slice(2);

if (script === '--guard') {
  if (/^(npm|yarn|bun)\//.test(process.env.npm_config_user_agent ?? '')) {
    console.error(
      'This repository installs with pnpm. Run `npm test` or `npm run demo` (both fetch pnpm), or `pnpm install`.',
    );
    process.exit(1);
  }
  process.exit(0);
}

if (nodeFits() && pnpmFits()) {
  for (const step of [
    ['install', '--frozen-lockfile', '--prefer-offline'],
    ['run', script, ...args],
  ]) {
    const { status } = run('pnpm', step);
    if (status !== 0) process.exit(status ?? 1);
  }
} else if (process.env.TRACKLAYER_TOOLCHAIN) {
  console.error(
    `Node.js ${process.versions.node} or pnpm is still missing after fetching ${process.env.TRACKLAYER_TOOLCHAIN}.`,
  );
  process.exit(1);
} else {
  const packages = [nodePackage(), PNPM];
  console.error(`Fetching ${packages.join(' and ')} into npm's cache ...`);
  const { status } = run(
    'npm',
    [
      'exec',
      '--yes',
      ...packages.map((name) => `--package=${name}`),
      '--',
      'node',
      'tools/run.mjs',
      script,
      ...args,
    ],
    { env: { ...process.env, TRACKLAYER_TOOLCHAIN: packages.join(' ') } },
  );
  process.exit(status ?? 1);
}
