import type { WitnessedLabel } from '@tracklayer/core/adapter';
import type { SeenLabel } from './testimony.ts';

export function seenLabelOf({ source_event, promotion, meant }: WitnessedLabel): SeenLabel {
  const entry = 'entry' in promotion ? promotion.entry : meant;
  return {
    label: typeof source_event === 'string' ? source_event : `(${typeof source_event})`,
    status: promotion.status,
    canonical_event: entry?.canonical_event,
    meant: meant?.source_event,
    missing: 'missing' in promotion ? promotion.missing : undefined,
  };
}
