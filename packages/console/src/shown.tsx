import type { ComponentChildren } from 'preact';
import type { Load } from './load.ts';
import { ProblemState } from './problem-state.tsx';

/** What was loaded, or why it is not there. What is there stays, with a note when it could not be loaded again. */
export function Shown<Body>({
  load,
  children,
}: {
  load: Load<Body>;
  children: (body: Body) => ComponentChildren;
}) {
  if (load === 'loading') return <p class="state">Loading…</p>;
  if (!('body' in load)) return <ProblemState problem={load.problem} />;
  return (
    <>
      {load.problem && (
        <p class="state" role="alert">
          This data is not current: {load.problem.message}. The page keeps trying.
        </p>
      )}
      {children(load.body)}
    </>
  );
}
