import type { FieldError, WireEvent, WireIdentify } from '@tracklayer/core';
type R = Record<string, unknown>;
const id = (v: unknown) => typeof v === 'string' && v.length > 0 && v.length <= 255 && !/\p{C}/u.test(v);
export function parseEvent(body: unknown): { event: WireEvent } | { errors: FieldError[] } {
  const errors: FieldError[] = [];
  const b = (body ?? {}) as R;
  const p = (b['properties'] ?? {}) as R;
  if (typeof b['event'] !== 'string' || !/^[a-z][a-z0-9_]{0,63}$/.test(b['event']))
    errors.push({ path: 'event', message: 'is not a name' });
  if (typeof b['event_id'] !== 'string' || !/^[\w.:-]{1,128}$/.test(b['event_id']))
    errors.push({ path: 'event_id', message: 'is missing' });
  if (!id(b['user_id']) && !id(b['anonymous_id'])) errors.push({ path: 'user_id', message: 'is missing' });
  if (b['event'] === 'purchase' && typeof p['currency'] !== 'string')
    errors.push({ path: 'properties.currency', message: 'is missing' });
  if ('value' in p && typeof p['value'] !== 'number')
    errors.push({ path: 'properties.value', message: 'is no number' });
  return errors.length ? { errors } : { event: body as WireEvent };
}
export function parseIdentify(body: unknown): { identify: WireIdentify } | { errors: FieldError[] } {
  const b = (body ?? {}) as R;
  return id(b['user_id']) || id(b['anonymous_id'])
    ? { identify: body as WireIdentify }
    : { errors: [{ path: 'user_id', message: 'is missing' }] };
}
