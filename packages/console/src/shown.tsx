import type { ComponentChildren } from 'preact';
import type { Load } from './load.ts';
import { ProblemState } from './problem-state.tsx';

/** What was loaded, or why it is not there. */
export function Shown<Body>({
  load,
  children,
}: {
  load: Load<Body>;
  children: (body: Body) => ComponentChildren;
}) {
  if (load === 'loading') return <p class="state">Loading…</p>;
  if ('problem' in load) return <ProblemState problem={load.problem} />;
  return <>{children(load.body)}</>;
}
