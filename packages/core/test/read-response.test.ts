import { expect, test } from 'vitest';
import { readResponse } from '../src/transport/read-response.ts';

test('W-28 an answer of 1 MiB is read, and of a longer one nothing', async () => {
  const longest = 'x'.repeat(1_048_576);
  expect((await readResponse(new Response(longest))).body).toBe(longest);
  expect(await readResponse(new Response(`${longest}x`))).toMatchObject({ status: 200, body: '' });
});

test('W-28 an answer that never ends is cut off', async () => {
  let sent = 0;
  let isCancelled = false;
  const endless = new ReadableStream({
    pull(stream) {
      sent += 65_536;
      stream.enqueue(new Uint8Array(65_536));
    },
    cancel() {
      isCancelled = true;
    },
  });
  expect((await readResponse(new Response(endless))).body).toBe('');
  expect(isCancelled).toBe(true);
  expect(sent).toBeLessThan(2_000_000);
});
