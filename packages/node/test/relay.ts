import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { listen } from './listen.ts';

/** One request as it arrived, decoded. */
export interface Arrived {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown> & { batch?: Record<string, unknown>[] };
  messages: Record<string, unknown>[];
}

/** What the relay says to a request; `undefined`: `accepted` for each of its messages. */
export type Answering = (
  request: Arrived,
) => { status: number; body?: unknown; headers?: Record<string, string> } | undefined;

/** A relay on a port of its own that keeps what arrived. */
export async function relayThat(answers: Answering = () => undefined) {
  const requests: Arrived[] = [];
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => {
      requests.push(request);
      const { status, body, headers } = answers(request) ?? { status: 200, body: accepted(request) };
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      return response.end(JSON.stringify(body ?? {}));
    });
  });
  const { url, close } = await listen(server);
  return {
    url,
    requests,
    close,
    /** Every message, in order of arrival. */
    get messages() {
      return requests.flatMap(({ messages }) => messages);
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<Arrived> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const text = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
  const body = JSON.parse(text.toString()) as Arrived['body'];
  return { path: incoming.url ?? '', headers: incoming.headers, body, messages: body.batch ?? [body] };
}

function accepted({ body, messages, path }: Arrived): unknown {
  const verdicts = messages.map(({ event_id }) => ({
    event_id,
    status: 'accepted',
    ...(path.endsWith('identify') && { merged: true }),
  }));
  return body.batch ? { results: verdicts } : verdicts[0];
}
