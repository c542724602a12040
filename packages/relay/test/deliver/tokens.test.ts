import type { Outcome } from '@tracklayer/destinations';
import { expect, test } from 'vitest';
import type { Configured } from '../../src/deliver/configured.ts';
import { createTokens } from '../../src/deliver/tokens.ts';

const hourMs = 3_600_000;

/** Tokens that last an hour, of an endpoint whose answers are counted. */
function tokensOf(answers: readonly (string | Outcome)[] = []) {
  const clock = { now: 0 };
  const asked: string[] = [];
  const send = async () => {
    await Promise.resolve();
    const answer = answers[asked.length] ?? `token_${asked.length + 1}`;
    asked.push(typeof answer === 'string' ? answer : answer.class);
    return { status: 200, body: JSON.stringify(answer) };
  };
  const tokens = createTokens(send, () => clock.now, new AbortController().signal);
  const configured = {
    settings: {},
    destination: {
      token: {
        isConfigured: () => true,
        request: () => ({ method: 'POST', url: 'https://a.example', headers: {}, body: '' }),
        read: ({ body }: { body: string }, at: number) => {
          const answer = JSON.parse(body) as string | Outcome;
          return typeof answer === 'string' ? { token: answer, expires_at: at + hourMs } : { failed: answer };
        },
      },
    },
  } as unknown as Configured;
  return { tokens, configured, clock, asked };
}

test('sixteen lanes that need a token at once ask for one, at first and when it ends', async () => {
  const { tokens, configured, clock, asked } = tokensOf();
  const all = () => Promise.all(Array.from({ length: 16 }, () => tokens.access(configured)));
  expect(new Set((await all()).map((access) => ('token' in access ? access.token : '')))).toEqual(
    new Set(['token_1']),
  );
  clock.now = hourMs - 60_000;
  expect(new Set((await all()).map((access) => ('token' in access ? access.token : '')))).toEqual(
    new Set(['token_2']),
  );
  expect(asked).toHaveLength(2);
});

test('sixteen lanes whose token is refused ask for one other', async () => {
  const { tokens, configured, asked } = tokensOf();
  const lane = async (): Promise<unknown> => {
    const access = await tokens.access(configured);
    const token = 'token' in access ? access.token : undefined;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
    expect(tokens.drop(configured, token)).toBe(true);
    return tokens.access(configured);
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  expect(asked).toEqual(['token_1', 'token_2']);
});

test('a token that could not be had is asked for again by the next call', async () => {
  const { tokens, configured, asked } = tokensOf([{ class: 'retry' }]);
  expect(await tokens.access(configured)).toEqual({ failed: { class: 'retry' } });
  expect(await tokens.access(configured)).toMatchObject({ token: 'token_2' });
  expect(asked).toEqual(['retry', 'token_2']);
});
