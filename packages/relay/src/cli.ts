#!/usr/bin/env node
import { runCli } from './cli/run-cli.ts';

// Not process.exit: a server keeps running, and output may still be on its way.
void runCli(process.argv.slice(2), {
  env: process.env,
  print: (text) => console.log(text),
  printError: (text) => console.error(text),
  fetch: (request) => fetch(request),
  now: Date.now,
}).then((code) => (process.exitCode = code));
