import type { QueueState } from '../store/queue.ts';
import type { Alert } from './alert.ts';
import { healthOf, paceOf } from './pace.ts';

/** What all relays have reported of a destination; it is part of the queue's state. */
interface Told {
  /** Why it takes no events. */
  health?: 'down' | 'auth_broken' | 'config' | undefined;
  backlog?: true | undefined;
  /** The day that was reported. */
  sunset?: string | undefined;
}

/** What is to be reported of a destination now, and the state that remembers it. */
export interface News {
  state: QueueState;
  said: readonly Said[];
}

type Said = Pick<Alert, 'kind' | 'state' | 'detail'>;

const backlogMs = 600_000;
const sunsetMs = 60 * 86_400_000;

const toldOf = ({ told }: QueueState): Told => told ?? {};

/** Whether events arrive: once when they no longer do, and once when they do again. */
export function newsOfHealth(state: QueueState): News {
  const told = toldOf(state);
  const is = healthOf(state);
  const was = told.health;
  // Who paused it knows that nothing arrives; whether it would is not known until it is let go.
  const health = is === 'paused' ? was : is === 'ok' ? undefined : is;
  if (health === was) return { state, said: [] };
  const said: Said[] = [];
  if (was !== undefined) said.push({ kind: was, state: 'ended', detail: 'events arrive again' });
  if (health !== undefined) {
    const detail = paceOf(state).held?.detail || 'no batch arrived, five times in a row';
    said.push({ kind: health, state: 'began', detail });
  }
  return { state: withTold(state, { ...told, health }), said };
}

/** Whether its events pile up, or its API version ends soon: once when that begins, and once when it ends. */
export function newsOfWatch(
  state: QueueState,
  { oldest, sunset, now }: { oldest: number | undefined; sunset: string | undefined; now: number },
): News {
  const told = toldOf(state);
  // Who paused it knows that its events wait.
  const waitedMs = oldest === undefined || state.paused ? 0 : now - oldest;
  const backlog = waitedMs > backlogMs ? true : undefined;
  const ends = sunset !== undefined && Date.parse(sunset) - now < sunsetMs ? sunset : undefined;
  const said: Said[] = [];
  if (backlog && !told.backlog)
    said.push({
      kind: 'backlog',
      state: 'began',
      detail: `its oldest event waits for ${Math.floor(waitedMs / 60_000)} minutes`,
    });
  if (told.backlog && !backlog)
    said.push({ kind: 'backlog', state: 'ended', detail: 'no event waits for long' });
  if (ends !== told.sunset)
    said.push(
      ends === undefined
        ? { kind: 'sunset', state: 'ended', detail: 'its API version is not about to end' }
        : { kind: 'sunset', state: 'began', detail: `its API version ends on ${ends}` },
    );
  return { state: withTold(state, { ...told, backlog, sunset: ends }), said };
}

const withTold = (state: QueueState, { health, backlog, sunset }: Told): QueueState => ({
  ...state,
  told: { ...(health && { health }), ...(backlog && { backlog }), ...(sunset !== undefined && { sunset }) },
});
