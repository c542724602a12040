import type { RelayRecord } from '../test-relay/recording.ts';
import type { SeenLabel, Testimony } from '../witness/testimony.ts';

const mostLines = 3;

/**
 * Says in lines why an event of this name did not arrive: refused by the client, left in Heap, waiting for consent or
 * for a request.
 */
export function tellSilence(
  event: string,
  { events, requests }: Pick<RelayRecord, 'events' | 'requests'>,
  testimony: Testimony,
): string[] {
  const { captured, pending, awaitingConsent, duplicates } = testimony;
  const unsent = pending - awaitingConsent;
  const lines = [...tellDrops(event, testimony), ...tellLabels(event, testimony.labels)].slice(0, mostLines);
  if (awaitingConsent > 0) {
    lines.push(`${count(awaitingConsent)} for consent: call setConsent() with what the person granted`);
  }
  if (unsent > 0) lines.push(`${count(unsent)} to be sent${tellTrouble(requests)}`);
  // Where one arrived, the repeat is most likely that one's own, and the differences say what is wrong.
  if (duplicates > 0 && !events.some((arrived) => arrived.event === event)) {
    lines.push(
      `a client settled ${duplicates} by itself as a duplicate: it sends no event_id twice, so take another order or a new client`,
    );
  }
  if (lines.length === 0 && captured === 0) lines.push(noClient(testimony));
  return lines.map((line) => `  ${line}`);
}

function tellDrops(event: string, { drops }: Testimony): string[] {
  const same = drops.filter((drop) => drop.event === event);
  return unique(
    (same.length > 0 ? same : drops).map(
      ({ event: name = 'an event without name', reason, detail }) =>
        `the client refused ${name}: ${detail ? `[${reason}] ${withoutName(detail, name)}` : reason}`,
    ),
  );
}

const withoutName = (detail: string, name: string): string =>
  detail.startsWith(`${name}: `) ? detail.slice(name.length + 2) : detail;

function tellLabels(event: string, labels: readonly SeenLabel[]): string[] {
  const left = labels.filter(({ status }) => status !== 'promoted');
  const meant = left.filter(({ canonical_event }) => canonical_event === event);
  return unique((meant.length > 0 ? meant : left).map(tellLabel));
}

function tellLabel({ label, status, meant, missing = [] }: SeenLabel): string {
  const start = `Heap saw ${JSON.stringify(label)}`;
  switch (status) {
    case 'missing':
      return `${start}, which lacks ${missing.join(', ')}`;
    case 'draft':
      return `${start}, whose entry is a draft or has expired`;
    case 'unmet':
      return `${start}, and a condition of its entry does not hold`;
    default:
      return `${start}, which no entry of the registry names${meant ? `: it probably meant ${JSON.stringify(meant)}` : ''}`;
  }
}

function tellTrouble(requests: RelayRecord['requests']): string {
  const last = requests.at(-1);
  return last && !last.verdicts ? '; the last request met a scripted fault' : '';
}

const noClient = ({ hasClients }: Testimony): string =>
  hasClients
    ? 'no client captured anything since the relay was made'
    : 'no client was seen: import @tracklayer/testing before the module that makes it';

const count = (events: number): string => (events === 1 ? '1 event waits' : `${events} events wait`);

const unique = (lines: readonly string[]): string[] => [...new Set(lines)];
