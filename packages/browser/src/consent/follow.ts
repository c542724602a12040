import { jsonText } from '@tracklayer/core/adapter';
import type { ConsentChoice, ConsentSnapshot } from '@tracklayer/core';
import type { BrowserClient } from '../browser-client.ts';

/** The client that a consent tool speaks to. */
export type ConsentClient = Pick<BrowserClient, 'setConsent'>;

/** Hands what a tool says to the client, once per answer. */
export function createSay({ setConsent }: ConsentClient): (snapshot: ConsentSnapshot) => void {
  let last = '';
  return (snapshot) => {
    const text = jsonText(snapshot);
    if (text === last) return;
    last = text;
    setConsent(snapshot);
  };
}

export const choice = (isGranted: unknown): ConsentChoice => (isGranted === true ? 'granted' : 'denied');

/** Calls `hear` at once and whenever the tool raises one of these events on `window`. Returns what ends it. */
export function onEvents(names: readonly string[], hear: () => void): () => void {
  const listening = new AbortController();
  for (const name of names) addEventListener(name, hear, { signal: listening.signal });
  hear();
  return () => listening.abort();
}
