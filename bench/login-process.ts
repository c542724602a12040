// Captures one event after the other until it is told to stop; answers the rate and the longest answer.
// argv: URL, key.
const [url = '', key = ''] = process.argv.slice(2);
const stopping = new AbortController();
process.on('message', () => stopping.abort());
let [count, longest] = [0, 0];
const started = performance.now();
while (!stopping.signal.aborted) {
  const began = performance.now();
  const answer = await fetch(`${url}/api/capture`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ event: 'login', event_id: `evt_${crypto.randomUUID()}`, user_id: 'cust_1' }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  await answer.text();
  longest = Math.max(longest, performance.now() - began);
  count++;
}
process.send?.({ perSecond: (count / (performance.now() - started)) * 1_000, longest });
process.disconnect();
