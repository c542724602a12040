import type { ConsentSnapshot, EventContext } from '../event/event.ts';
import type { EventName, PropertiesOf, RequiredOf } from './canonical-events.ts';

interface CaptureFields {
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

type PropertiesField<Name extends EventName> = [RequiredOf<Name>] extends [never]
  ? { properties?: PropertiesOf<Name> | undefined }
  : { properties: PropertiesOf<Name> };

/** One event in wire words: the guide's JSON pastes in and compiles. */
export type CaptureInput = {
  [Name in EventName]: CaptureFields & { event: Name } & PropertiesField<Name>;
}[EventName];
