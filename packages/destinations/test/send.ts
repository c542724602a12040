import { readResponse } from '@tracklayer/core/adapter';
import type { Access, AnyDestination, DestinationRequest, DestinationAnswer, Reading } from '../src/index.ts';

/** What an engine does for one batch, without its patience: token, request, answer, and the second call. */
export async function send(
  destination: AnyDestination,
  settings: object,
  payloads: readonly object[],
): Promise<Reading> {
  const access: Access = { now: Date.now(), ...(await tokenFor(destination, settings)) };
  const reading = destination.read(
    await call(destination.request(payloads, settings, access)),
    payloads,
    settings,
  );
  return 'ask' in reading
    ? confirm(destination, settings, access, reading.ask.ref, payloads.length)
    : reading;
}

async function confirm(
  destination: AnyDestination,
  settings: object,
  access: Access,
  ref: string,
  count: number,
): Promise<Reading> {
  const places = Array.from({ length: count }, (_, place) => place);
  for (;;) {
    const request = destination.confirm?.request(ref, settings, access);
    const reading = destination.confirm?.read(await call(request), places, settings) ?? { each: [] };
    if (!('ask' in reading)) return reading;
  }
}

async function tokenFor({ token }: AnyDestination, settings: object): Promise<{ token?: string }> {
  if (!token?.isConfigured(settings)) return {};
  const reading = token.read(await call(await token.request(settings, Date.now())), Date.now());
  if ('failed' in reading) throw new Error(reading.failed.detail);
  return { token: reading.token };
}

/** One request and its answer. */
export async function call(request: DestinationRequest | undefined): Promise<DestinationAnswer> {
  if (!request) return { status: 204, body: '' };
  const { url, method, headers, body = null } = request;
  return readResponse(await fetch(url, { method, headers, body, redirect: 'manual' }));
}
