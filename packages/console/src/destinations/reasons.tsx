import type { DestinationState, Report } from '@tracklayer/relay';
import { useState } from 'preact/hooks';
import { Confirm } from '../confirm.tsx';
import { useLoad } from '../load.ts';
import { problemOf, type RelayApi, type RelayProblem } from '../relay-api.ts';
import { ProblemState } from '../problem-state.tsx';
import { Shown } from '../shown.tsx';
import { Table } from '../table.tsx';
import { TraceView } from '../trace-view.tsx';
import { Value } from '../value.tsx';

const days = 7;

interface Reason {
  destination: string;
  status: 'failed' | 'skipped';
  reason: string;
  count: number;
}

/** Why deliveries of the last days did not arrive, with one example each, and the way to send them again. */
export function Reasons({ api, destinations }: { api: RelayApi; destinations: readonly DestinationState[] }) {
  const [round, setRound] = useState(0);
  const [opened, setOpened] = useState<string>();
  const [problem, setProblem] = useState<RelayProblem>();
  const report = useLoad((signal) => api.get<Report>(`/api/report?since=${days}d`, signal), [round]);
  const known = new Set(
    destinations.filter(({ state }) => state !== 'removed').map(({ destination }) => destination),
  );
  if (opened !== undefined)
    return <TraceView api={api} event_id={opened} onClose={() => setOpened(undefined)} />;

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      setProblem(undefined);
    } catch (error) {
      setProblem(problemOf(error));
    }
  }

  const openExample = ({ destination, status, reason }: Reason): Promise<void> =>
    attempt(async () => {
      const query = new URLSearchParams({ destination, status, reason, limit: '1' });
      const { deliveries } = await api.get<{ deliveries: readonly { event_id: string }[] }>(
        `/api/deliveries?${query.toString()}`,
      );
      setOpened(deliveries[0]?.event_id);
    });

  return (
    <>
      <h2>What did not arrive, last {days} days</h2>
      {problem && <ProblemState problem={problem} />}
      <Shown load={report}>
        {(body) => {
          const reasons = reasonsOf(body);
          if (reasons.length === 0) return <p class="state">Everything arrived, or is on its way.</p>;
          return (
            <Table
              label="Reasons"
              columns={[
                'Destination',
                'Status',
                'Reason',
                { title: 'Deliveries', kind: 'number' },
                'Example',
                'Again',
              ]}
            >
              {reasons.map((one) => (
                <tr key={`${one.destination} ${one.status} ${one.reason}`}>
                  <td>
                    <Value of={one.destination} />
                  </td>
                  <td class={one.status === 'failed' ? 'failed' : 'draft'}>{one.status}</td>
                  <td>
                    <Value of={one.reason} />
                  </td>
                  <td class="number">{one.count}</td>
                  <td>
                    <button type="button" class="link" onClick={() => void openExample(one)}>
                      Trace one
                    </button>
                  </td>
                  <td>
                    {known.has(one.destination) && (
                      <SendAgain
                        api={api}
                        of={one}
                        attempt={attempt}
                        onSent={() => setRound((before) => before + 1)}
                      />
                    )}
                  </td>
                </tr>
              ))}
            </Table>
          );
        }}
      </Shown>
    </>
  );
}

/** Counts first, then sends: what was accepted never goes again, and what is too old does not go either. */
function SendAgain({
  api,
  of: { destination, status, reason },
  attempt,
  onSent,
}: {
  api: RelayApi;
  of: Reason;
  attempt: (work: () => Promise<void>) => Promise<void>;
  onSent: () => void;
}) {
  const [count, setCount] = useState<number>();
  const replay = async (dry: boolean): Promise<number> => {
    const since = new Date(Date.now() - days * 86_400_000).toISOString();
    const body = { destination, status, reason, since, dry };
    return (await api.post<{ count: number }>('/api/deliveries/replay', body)).count;
  };
  return (
    <Confirm
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
        : `${count} ${count === 1 ? 'delivery is' : 'deliveries are'} young enough and would go again. Mend the cause first.`}
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
