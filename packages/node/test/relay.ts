import { onTestFinished } from 'vitest';
import { createTestRelay, type DecodedRequest, type ScriptedAnswer } from '../../testing/src/index.ts';

/** One request as it arrived, decoded. */
export interface Arrived {
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Record<string, unknown> & { batch?: Record<string, unknown>[] };
  messages: readonly Record<string, unknown>[];
}

/** What the relay says to a request; `undefined`: what a relay says. */
export type Answering = (request: Arrived) => ScriptedAnswer | undefined;

/** A relay on a port of its own that keeps what arrived, to the end of the test. */
export async function relayThat(answers: Answering = () => undefined) {
  const relay = await createTestRelay({ port: 0, answer: (request) => answers(arrivedOf(request)) });
  onTestFinished(() => relay.close());
  return {
    url: relay.endpoint,
    close: () => relay.close(),
    get requests() {
      return relay.requests.map(arrivedOf);
    },
    /** Every message, in order of arrival. */
    get messages() {
      return relay.requests.flatMap((request) => arrivedOf(request).messages);
    },
  };
}

function arrivedOf({ url, headers, text, messages }: DecodedRequest): Arrived {
  return {
    path: new URL(url).pathname,
    headers,
    body: JSON.parse(text) as Arrived['body'],
    messages,
  };
}
