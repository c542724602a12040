import type { Condition, JsonObject } from '@tracklayer/core';
import type { ConsentPurpose, OutgoingEvent } from './outgoing-event.ts';
import type { Person } from './person.ts';

/** Settings that every destination takes. */
export interface CommonSettings<Payload extends object = JsonObject> {
  /** Which destination this is, where its name in the config is another: `{ 'meta-eu': { type: 'meta', … } }`. */
  type?: string | undefined;
  /**
   * The events that leave, and no others: a list of canonical names, or names to what they are called there (`true`
   * for the usual name). Default: the destination's own table.
   */
  events?: readonly string[] | Readonly<Record<string, string | boolean>> | undefined;
  /** What must hold of an event's properties, as in the registry. */
  when?: Condition | readonly Condition[] | undefined;
  consent?:
    | {
        /** Purposes that must be granted. Default: the destination's own. */
        needs?: readonly ConsentPurpose[] | undefined;
        /** What a purpose that nobody was asked about counts as. Default `denied`. */
        unknown?: 'granted' | 'denied' | undefined;
      }
    | undefined;
  /** The API version, where another than the built-in one is wanted. */
  version?: string | undefined;
  /** Base URL in place of the platform's own: a sandbox, a proxy. */
  endpoint?: string | undefined;
  /** The last word on what leaves: the payload, changed or not, or `null` to leave the event out. Must be quick, pure and synchronous. */
  map?: PayloadMap<Payload> | undefined;
}

export type PayloadMap<Payload extends object = JsonObject> = (
  payload: Payload,
  event: OutgoingEvent,
  person: Person,
) => Payload | null;

/** One field of the settings, for the check at the start and for the docs. */
export interface Field {
  kind: 'text' | 'secret' | 'number' | 'flag' | 'list' | 'record' | 'function';
  required?: boolean | undefined;
  /** For `text` and `secret`: the whole value. */
  matches?: RegExp | undefined;
  /** For `text`. */
  oneOf?: readonly string[] | undefined;
  /** What it is and where to find it: "the dataset's id, from Events Manager". */
  hint: string;
}

/** A field for each setting besides {@link CommonSettings}. */
export type Fields<Settings> = {
  readonly [Name in Exclude<keyof Settings, keyof CommonSettings>]-?: Field;
};
