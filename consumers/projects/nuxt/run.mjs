import { spawn } from 'node:child_process';
import { exchange } from './exchange.mjs';

const port = '41737';
const server = spawn(process.execPath, ['.output/server/index.mjs'], {
  env: { ...process.env, PORT: port, HOST: '127.0.0.1' },
  stdio: 'inherit',
});
const url = `http://127.0.0.1:${port}`;
try {
  for (let turn = 0; !(await fetch(url).catch(() => undefined)) && turn < 100; turn++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  await exchange(url);
} finally {
  server.kill();
}
