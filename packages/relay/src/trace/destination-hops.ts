import type { DeliveryRecord, DeliveryStatus } from '../store/deliveries.ts';
import type { TraceFacts } from './facts.ts';
import type { Hop, HopVerdict } from './trace.ts';

/** What became of the event at each destination. `accepted` is the destination's own word (docs/wire.md W-30). */
export function destinationHops({ record, deliveries }: TraceFacts): Hop[] {
  if (deliveries.length > 0) return deliveries.map(hopOf);
  return [
    {
      hop: 'destination',
      verdict: 'missing',
      at: null,
      detail: record ? 'no destination was set up for this event' : 'nothing was planned: no event arrived',
      advice: 'add a destination to the configuration of the relay',
      value: {},
    },
  ];
}

const verdicts: Record<DeliveryStatus, HopVerdict> = {
  accepted: 'ok',
  pending: 'waiting',
  failed: 'failed',
  skipped: 'failed',
};

function hopOf({ destination, status, attempts, reason, destination_ref, at }: DeliveryRecord): Hop {
  const requests = attempts === 1 ? 'one request' : `${attempts} requests`;
  const because = reason === undefined ? '' : `: ${reason}`;
  const details: Record<DeliveryStatus, string> = {
    accepted: `${destination} accepted it${destination_ref === undefined ? '' : ` as ${destination_ref}`}`,
    pending:
      attempts === 0
        ? `waits to be sent to ${destination}`
        : `${requests} to ${destination} so far${because}`,
    failed: `${destination} did not accept it${because}`,
    skipped: `not sent to ${destination}${because}`,
  };
  // It waits for somebody, and not for a while.
  const [, held] = (status === 'pending' && /^(auth_broken|config)(?=:|$)/.exec(reason ?? '')) || [];
  return {
    hop: 'destination',
    destination,
    verdict: held === undefined ? verdicts[status] : 'failed',
    at,
    detail: details[status],
    ...(held !== undefined && { advice: adviceOn(destination, held) }),
    value: { status, attempts, reason, destination_ref },
  };
}

const adviceOn = (destination: string, held: string): string =>
  held === 'auth_broken'
    ? `give ${destination} a valid token, and restart the relay; waiting events are sent then`
    : `fix the settings of ${destination}, and restart the relay; waiting events are sent then`;
