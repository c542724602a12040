import type { MessageKind, WireEvent, WireIdentify } from '@tracklayer/core';
import { createCounted, keyProperties } from '@tracklayer/core/adapter';
import { onTestFinished } from 'vitest';

export interface PageRequest {
  url: string;
  event_ids: string[];
  messages: Record<string, unknown>[];
  bytes: number;
  headers: Headers;
  keepalive: boolean;
  redirect: RequestRedirect;
}

export interface PageRelay {
  requests: PageRequest[];
  /** Ids on the wire, repeats included. */
  readonly event_ids: string[];
  /** Answers instead of a relay; throw to be unreachable. */
  answer: ((request: PageRequest) => Response | Promise<Response> | undefined) | undefined;
}

/** Takes the place of the page's `fetch`, and answers as the first-party endpoint does. */
export function installPageRelay(): PageRelay {
  const { fetch } = window;
  onTestFinished(() => void (window.fetch = fetch));
  const relay: PageRelay = {
    requests: [],
    get event_ids() {
      return relay.requests.flatMap(({ event_ids }) => event_ids);
    },
    answer: undefined,
  };
  const counted = createCounted((event) => keyProperties(event));
  window.fetch = async (url, init) => {
    const { body, headers, keepalive = false, redirect = 'follow', signal } = init ?? {};
    const text = body as string;
    const { batch, ...alone } = JSON.parse(text) as Record<string, unknown> & {
      batch?: PageRequest['messages'];
    };
    const messages = batch ?? [alone];
    const event_ids = messages.map(({ event_id }) => event_id as string);
    const bytes = new Blob([text]).size;
    const request = {
      url: url as string,
      event_ids,
      messages,
      bytes,
      headers: new Headers(headers),
      keepalive,
      redirect,
    };
    relay.requests.push(request);
    const aborted = new Promise<never>((_, reject) =>
      signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
    );
    const answer = relay.answer?.(request);
    if (answer) return Promise.race([answer, aborted]);
    const kind: MessageKind = request.url.endsWith('/identify') ? 'identify' : 'capture';
    const results = messages.map((message) =>
      counted.take(kind, message as unknown as WireEvent | WireIdentify),
    );
    return Response.json(batch ? { results } : results[0]);
  };
  return relay;
}

/** An answer that never comes. */
export const silence = (): Promise<Response> => new Promise(() => {});
