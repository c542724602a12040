// Forked by console.ts: reads the relay's stream as so many consoles do, until it is killed. argv: URL, key, streams.
const [url = '', key = '', streams = '1'] = process.argv.slice(2);

async function read(): Promise<void> {
  const answer = await fetch(`${url}/api/stream`, { headers: { authorization: `Bearer ${key}` } });
  opened++;
  if (opened === Number(streams)) process.send?.('open');
  for await (const chunk of answer.body ?? []) void chunk;
}

let opened = 0;
await Promise.all(Array.from({ length: Number(streams) }, read));
