import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const demo = join(import.meta.dirname, '../examples/heap-checkout/demo.ts');

async function runDemo(): Promise<{ code: unknown; output: string }> {
  const command = spawn(process.execPath, ['--no-warnings', demo], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [command.stdout, command.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const [code] = (await once(command, 'close')) as unknown[];
  return { code, output };
}

test('P-3 the demo, twice side by side: two orders become two purchases, whatever shopper and backend do', async () => {
  for (const { code, output } of await Promise.all([runDemo(), runDemo()])) {
    expect(output).not.toContain('✗');
    expect(output).toContain('✓ two orders, two purchases');
    expect(code).toBe(0);
  }
});
