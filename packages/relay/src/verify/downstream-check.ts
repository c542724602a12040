import type { Hop, Trace } from '../trace/trace.ts';
import type { Expectation } from './expectation.ts';
import { failed, ok } from './seen.ts';
import type { Check } from './verification.ts';

/** Whether the destinations accepted the event, by their own word (docs/wire.md W-30). */
export function downstreamCheck({ hops }: Trace, { destination }: Expectation): Check {
  const planned = hops.filter((hop) => hop.hop === 'destination' && hop.destination !== undefined);
  const asked =
    destination === undefined ? planned : planned.filter((hop) => hop.destination === destination);
  if (asked.length === 0) {
    const seen = destination === undefined ? 'no destination' : `no delivery to ${destination}`;
    const advice =
      'a controlled event is sent to destinations only with --live. Or follow an event of your own with --order, or pass --destination none to stop at the relay';
    return failed('downstream', 'no_destination', seen, advice);
  }
  const [broken] = asked.filter(({ verdict }) => verdict === 'failed');
  if (broken) return failed('downstream', 'not_accepted', toldOf(asked), broken.advice ?? adviceOn(broken));
  const open = asked.some(({ verdict }) => verdict !== 'ok');
  return open
    ? { check: 'downstream', verdict: 'waiting', word: 'still_pending', seen: toldOf(asked) }
    : ok('downstream', toldOf(asked));
}

const toldOf = (hops: readonly Hop[]): string => hops.map(({ detail }) => detail).join('; ');

const adviceOn = ({ destination }: Hop): string =>
  `fix what ${destination ?? 'the destination'} reports, in its settings or in the event`;
