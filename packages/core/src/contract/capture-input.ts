import type { ConsentSnapshot, EventContext } from '../event/event.ts';
import type { canonicalEvents, PropertiesOf } from './canonical-events.ts';
import type { EventMap } from './own-event.ts';

interface CaptureFields<Name extends string> {
  event: Name;
  /** Used as it is when given. Default: made from the business key, the same in every runtime (wire W-6). */
  event_id?: string | undefined;
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
  account_id?: string | undefined;
  source?: string | undefined;
  /** A `Date`, milliseconds since 1970, or ISO-8601. Default: now. */
  occurred_at?: string | number | Date | undefined;
  context?: EventContext | undefined;
  consent?: ConsentSnapshot | undefined;
}

/** An event that requires properties. */
interface CaptureWith<Name extends string, Properties> extends CaptureFields<Name> {
  properties: Properties;
}

interface CaptureOptionally<Name extends string, Properties> extends CaptureFields<Name> {
  properties?: Properties | undefined;
}

/** The built-in events, by name. */
export type BuiltInEvents = { -readonly [Name in keyof typeof canonicalEvents]: PropertiesOf<Name> };

/** One event in wire words: the guide's JSON pastes in and compiles. `Events`: what `defineEvents` made known. */
export type CaptureInput<Events extends EventMap = BuiltInEvents> = {
  [Name in keyof Events & string]: Partial<Events[Name]> extends Events[Name]
    ? CaptureOptionally<Name, Events[Name]>
    : CaptureWith<Name, Events[Name]>;
}[keyof Events & string];
