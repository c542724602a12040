import { TrackLayerError } from '@tracklayer/core';

/** What {@link verifyWebhook} looks at. */
export interface SignedWebhook {
  /** The header `TrackLayer-Signature`: `t=<seconds since 1970>,v1=<hex>`. Absent: not signed. */
  signature: string | null | undefined;
  /** The body's bytes or text as they came, before any parser. */
  body: string | Uint8Array;
  /** The secret of the webhook; several while one takes the place of another. Empty ones are left out. */
  secret: string | readonly string[] | undefined;
  /** How far the time of signing may be from now, in milliseconds. Default `300_000`. */
  toleranceMs?: number | undefined;
  /** Wall clock, in milliseconds since 1970. Default: the platform's. */
  now?: number | undefined;
}

const form = /^t=(\d{1,12})((?:,v\d+=[0-9a-f]+)+)$/;

/**
 * Checks that a request is from your relay and recent: HMAC-SHA256 over `<seconds>.<body>`, in constant time. Within the
 * tolerance the same request may come again: count an event by its `event_id`.
 *
 * @returns whether the request may be believed; nothing is thrown for what came from outside.
 * @throws TrackLayerError `invalid_options` when there is no secret, as with an environment variable that is not set.
 * @example
 * const body = await request.text();
 * const signature = request.headers.get('tracklayer-signature');
 * if (!verifyWebhook({ signature, body, secret: process.env.WEBHOOK_SECRET })) return new Response(null, { status: 401 });
 */
export function verifyWebhook({
  signature,
  body,
  secret,
  toleranceMs = 300_000,
  now = Date.now(),
}: SignedWebhook): boolean {
  const secrets = [secret ?? []].flat().filter((text) => text !== '');
  if (secrets.length === 0)
    throw new TrackLayerError('invalid_options', '`secret` is missing; is its environment variable set?');
  const [, seconds = '', signatures = ''] = form.exec((signature ?? '').slice(0, 1_024).trim()) ?? [];
  if (!seconds) return false;
  const { createHmac, timingSafeEqual } = process.getBuiltinModule('node:crypto');
  const given = [...signatures.matchAll(/,v1=([0-9a-f]{64})(?=,|$)/g)].map(([, hex = '']) =>
    Buffer.from(hex, 'hex'),
  );
  let isGenuine = false;
  for (const each of secrets) {
    const expected = createHmac('sha256', each).update(`${seconds}.`).update(body).digest();
    for (const one of given) if (timingSafeEqual(expected, one)) isGenuine = true;
  }
  return isGenuine && Math.abs(now - Number(seconds) * 1_000) <= toleranceMs;
}
