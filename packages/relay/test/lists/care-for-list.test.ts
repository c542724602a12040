import { startSandbox } from '@tracklayer/destinations/sandbox';
import { expect, onTestFinished, test } from 'vitest';
import { configureAudiences } from '../../src/audiences/rules.ts';
import { configureDestinations } from '../../src/deliver/configured.ts';
import { createSendRequest } from '../../src/deliver/send-request.ts';
import { createTokens } from '../../src/deliver/tokens.ts';
import { careForList } from '../../src/lists/care-for-list.ts';
import type { Progress } from '../../src/lists/list-record.ts';

test('W-33 a rule that names another list in place of a created one is about that list', async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const send = createSendRequest(true);
  const { signal } = new AbortController();
  const calls = {
    send,
    tokens: createTokens(send, Date.now, signal),
    now: Date.now,
    random: () => 0,
    signal,
  };
  const destinations = configureDestinations({ meta: sandbox.settings.meta }, ['production']);
  const turn = async (meta: Record<string, unknown>, before: Progress): Promise<Progress> => {
    const to = configureAudiences({ vip: { to: { meta } } }, destinations)
      .get('vip')
      ?.to.get('meta');
    if (!to) throw new Error('the rule has this destination');
    return (await careForList({ audience: 'vip', to }, before, calls)).after;
  };
  const made = await turn({ create: true, account: '7' }, {});
  const measured = await turn({ create: true, account: '7' }, made);
  expect(measured).toMatchObject({ made: { audience: expect.any(String) }, facts: { size: 0 } });
  const other = await turn({ audience: '900' }, measured);
  expect(other).toEqual({ given: '{"audience":"900"}' });
  expect(await turn({ audience: '900' }, other)).toMatchObject({ facts: { size: 0 } });
});
