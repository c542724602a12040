import type { RelayProblem } from './relay-api.ts';

/** Says what the relay refused, and what to do. */
export function ProblemState({ problem }: { problem: RelayProblem }) {
  return (
    <p class="state" role="alert">
      {problem.message}. {adviceOn(problem.status)}
    </p>
  );
}

function adviceOn(status: number): string {
  if (status === 401) return 'Type a key of this relay.';
  if (status === 403) return 'Use a key with that scope.';
  if (status === 0) return 'See whether it still runs: tracklayer serve.';
  return 'Reload the page to try again.';
}
