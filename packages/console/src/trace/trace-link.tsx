import { Value } from '../value.tsx';
import { useOpenTrace } from './opened-trace.tsx';

/** An event_id that opens its trace. */
export function TraceLink({ of }: { of: string }) {
  const open = useOpenTrace();
  return (
    <button type="button" class="link" onClick={() => open(of)}>
      <Value of={of} />
    </button>
  );
}
