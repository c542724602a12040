#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import packageJson from '../package.json' with { type: 'json' };
import { exitCodes } from './cli/io.ts';
import { nodeFault } from './cli/node-fault.ts';

const fault = nodeFault(packageJson.engines.node, process.versions.node);
if (fault === undefined) void run();
else {
  console.error(`tracklayer: ${fault}`);
  process.exitCode = exitCodes.error;
}

async function run(): Promise<void> {
  // Not before: an older Node fails while it reads this, with words that name no version.
  const { runCli } = await import('./cli/run-cli.ts');
  // Not process.exit: a server keeps running, and output may still be on its way.
  process.exitCode = await runCli(process.argv.slice(2), {
    env: process.env,
    print: (text) => console.log(text),
    printError: (text) => console.error(text),
    isTerminal: process.stdout.isTTY,
    showStatus: process.stderr.isTTY ? showStatus : undefined,
    spareMemory,
    fetch: (request) => fetch(request),
    now: Date.now,
  });
}

/**
 * V8's young generation grows to 128 MB for a command that makes much garbage for long. It stays as small as it is now;
 * a V8 without this flag ignores it.
 */
function spareMemory(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Back to the start of the line, what was there is erased. */
function showStatus(line: string): void {
  process.stderr.write(`\r\u001B[K${line.slice(0, (process.stderr.columns || 80) - 1)}`);
}
