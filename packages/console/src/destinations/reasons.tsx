import type { DestinationState, Report } from '@tracklayer/relay';
import { useState } from 'preact/hooks';
import { Confirm } from '../confirm.tsx';
import { useLookFor } from '../live/look-for.ts';
import { problemOf, type RelayApi, type RelayProblem } from '../relay-api.ts';
import { ProblemState } from '../problem-state.tsx';
import { Status } from '../status.tsx';
import { Table } from '../table.tsx';
import { countOf, counted } from '../text.ts';
import { useOpenTrace } from '../trace/opened-trace.tsx';
import { Value } from '../value.tsx';

interface Reason {
  destination: string;
  status: 'failed' | 'skipped';
  reason: string;
  count: number;
}

/** Why deliveries of the last days did not arrive, with one example each, and the way to send them again. */
export function Reasons({
  api,
  report,
  destinations,
  onSent,
}: {
  api: RelayApi;
  report: Report;
  destinations: readonly DestinationState[];
  onSent: () => void;
}) {
  const [problem, setProblem] = useState<RelayProblem>();
  const [missing, setMissing] = useState<Reason>();
  const open = useOpenTrace();
  const lookFor = useLookFor();
  const known = new Set(
    destinations.filter(({ state }) => state !== 'removed').map(({ destination }) => destination),
  );

  async function attempt(work: () => Promise<void>): Promise<void> {
    setMissing(undefined);
    try {
      await work();
      setProblem(undefined);
    } catch (error) {
      setProblem(problemOf(error));
    }
  }

  const openExample = (one: Reason): Promise<void> =>
    attempt(async () => {
      const { destination, status, reason } = one;
      const query = new URLSearchParams({ destination, status, reason, limit: '1' });
      const { deliveries } = await api.get<{ deliveries: readonly { event_id: string }[] }>(
        `/api/deliveries?${query.toString()}`,
      );
      const [found] = deliveries;
      if (found) open(found.event_id);
      else setMissing(one);
    });

  const reasons = reasonsOf(report);
  return (
    <>
      {problem && <ProblemState problem={problem} />}
      {missing && (
        <p class="state" role="status">
          No delivery to <Value of={missing.destination} /> is {missing.status} for{' '}
          <Value of={missing.reason} /> any more. It was sent again since, or is older than what is kept; the
          count follows within half a minute.
        </p>
      )}
      {reasons.length === 0 ? (
        <p class="state">Nothing failed or was skipped.</p>
      ) : (
        <Table
          label="Reasons"
          columns={[
            'Destination',
            'Status',
            { title: 'Reason', kind: 'named' },
            { title: 'Deliveries', kind: 'number' },
            'Events',
            'Again',
          ]}
        >
          {reasons.map((one) => (
            <tr key={`${one.destination} ${one.status} ${one.reason}`}>
              <td class="lead">
                <Value of={one.destination} />
              </td>
              <td class="mark">
                <Status of={one.status} />
              </td>
              <td>
                <Value of={one.reason} />
              </td>
              <td class="number">{countOf(one.count)}</td>
              <td class="all">
                <button type="button" class="link" onClick={() => void openExample(one)}>
                  Trace one
                </button>{' '}
                <button
                  type="button"
                  class="link"
                  onClick={() =>
                    lookFor({ destination: one.destination, delivery: one.status, reason: one.reason })
                  }
                >
                  Show them
                </button>
              </td>
              <td class="mark">
                {known.has(one.destination) && (
                  <SendAgain api={api} of={one} since={report.since} attempt={attempt} onSent={onSent} />
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

/** Counts first, then sends: what was accepted never goes again, and what is too old does not go either. */
function SendAgain({
  api,
  of: { destination, status, reason },
  since,
  attempt,
  onSent,
}: {
  api: RelayApi;
  of: Reason;
  /** The first day that is counted. */
  since: string;
  attempt: (work: () => Promise<void>) => Promise<void>;
  onSent: () => void;
}) {
  const [count, setCount] = useState<number>();
  const replay = async (dry: boolean): Promise<number> => {
    const body = { destination, status, reason, since: `${since}T00:00:00.000Z`, dry };
    return (await api.post<{ count: number }>('/api/deliveries/replay', body)).count;
  };
  return (
    <Confirm
      scope="destinations:write"
      action="Send again"
      isReady={count !== undefined}
      onAsk={() => {
        setCount(undefined);
        void attempt(async () => setCount(await replay(true)));
      }}
      onConfirm={() =>
        void attempt(async () => {
          await replay(false);
          onSent();
        })
      }
    >
      {count === undefined
        ? 'Counting…'
        : `${counted(count, 'delivery is', 'deliveries are')} young enough and would go again. Fix the cause first.`}
    </Confirm>
  );
}

function reasonsOf({ rows }: Report): Reason[] {
  const counts = new Map<string, Reason>();
  for (const row of rows)
    for (const [destination, of] of Object.entries(row.destinations))
      for (const status of ['failed', 'skipped'] as const)
        for (const [reason, count] of Object.entries(of[status])) {
          const key = JSON.stringify([destination, status, reason]);
          const before = counts.get(key)?.count ?? 0;
          counts.set(key, { destination, status, reason, count: before + count });
        }
  return [...counts.values()]
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => (a.status === b.status ? b.count - a.count : a.status === 'failed' ? -1 : 1));
}
