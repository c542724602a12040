/** A word that stands for good, bad or open, with a sign for those who see no colours. */
export function Status({ of: word }: { of: string }) {
  const kind = kinds[word];
  return <span class={`status ${kind ?? 'neutral'}`}>{word}</span>;
}

const kinds: Readonly<Record<string, 'good' | 'bad' | 'open'>> = {
  accepted: 'good',
  ok: 'good',
  approved: 'good',
  done: 'good',
  delivers: 'good',
  rejected: 'bad',
  failed: 'bad',
  conflict: 'bad',
  duplicate: 'open',
  waiting: 'open',
  pending: 'open',
  skipped: 'open',
  missing: 'open',
  draft: 'open',
  paused: 'open',
  retry: 'open',
};
