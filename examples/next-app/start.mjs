import { spawn } from 'node:child_process';
import { exchange } from './exchange.mjs';

const port = 3000 + Math.floor(Math.random() * 20_000);
const server = spawn('node', ['node_modules/next/dist/bin/next', 'start', '-p', String(port)], {
  stdio: 'ignore',
});
const url = `http://127.0.0.1:${port}`;
for (let turn = 0; turn < 100; turn++) {
  if (
    await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
  )
    break;
  await new Promise((resolve) => setTimeout(resolve, 200));
}
try {
  await exchange(url);
} finally {
  server.kill();
}
