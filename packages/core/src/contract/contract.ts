import { makeEventId, readKey, type BusinessKey, type EventIdResult } from '../event/event-id.ts';
import { canonicalEvents } from './canonical-events.ts';
import { createCheck, type Check, type CheckRow } from './light/check.ts';
import type { StandardSchema } from './standard-schema.ts';

/** An event as a contract keeps it. */
export interface ContractRow extends CheckRow {
  schema?: StandardSchema | undefined;
}

/** Which events there are, what each must hold, and the id that it gets. */
export interface Contract {
  readonly rows: Readonly<Record<string, ContractRow>>;
  readonly check: Check;
  /** The `event_id` that the event's business key makes (docs/wire.md W-6, §8). */
  idOf(
    event: string,
    properties: Readonly<Record<string, unknown>> | undefined,
    user_id: string | undefined,
    anonymous_id: string | undefined,
  ): EventIdResult;
}

const none = { none: true } as const;
const plain = /^[\w-]+$/;
const oneProperty = /^(?!user_id$|anonymous_id$)\w+$/;

export function createContract(rows: Readonly<Record<string, ContractRow>>): Contract {
  const keys = new Map<string, BusinessKey & { only: string | undefined }>();
  for (const [event, { key }] of Object.entries(rows)) {
    if (key) keys.set(event, { ...readKey(key), only: oneProperty.test(key) ? key : undefined });
  }
  return {
    rows,
    check: createCheck(rows),
    idOf(event, properties, user_id, anonymous_id) {
      const key = keys.get(event);
      if (!key) return none;
      if (key.only !== undefined && properties && Object.hasOwn(properties, key.only)) {
        // Most ids by far: one property of plain text.
        const part = properties[key.only];
        if (typeof part === 'string' && part.length < 64 && plain.test(part))
          return { id: `${part}_${event}` };
      }
      return makeEventId(event, key, (name) => {
        if (name === 'user_id') return user_id;
        if (name === 'anonymous_id') return anonymous_id;
        return properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
      });
    },
  };
}

/** The built-in vocabulary, for everyone who defines no events. */
export const builtIn: Contract = /* @__PURE__ */ createContract(canonicalEvents);
