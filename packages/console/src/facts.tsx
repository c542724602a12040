import { Value } from './value.tsx';

/** Names and values of any shape. */
export function Facts({ of: facts }: { of: Readonly<Record<string, unknown>> }) {
  const entries = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null);
  if (entries.length === 0) return <p>None.</p>;
  return (
    <dl>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>
            <Value of={name} />
          </dt>
          <dd>
            <Value of={textOf(value)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** `meta: yes, google: consent_denied` for an object of texts; what is deeper as JSON. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const isFlat = Object.values(value).every((one) => typeof one !== 'object' || one === null);
  if (!isFlat) return JSON.stringify(value);
  return Array.isArray(value)
    ? value.map(textOf).join(', ')
    : Object.entries(value)
        .map(([name, one]) => `${name}: ${textOf(one)}`)
        .join(', ');
}
