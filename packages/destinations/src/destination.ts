import type {
  Access,
  Confirmation,
  DestinationAnswer,
  DestinationRequest,
  Outcome,
  OutcomeClass,
  Reading,
  TokenExchange,
  TokenReading,
} from './exchange.ts';
import type { AnyMirror } from './mirror.ts';
import type { ConsentPurpose, OutgoingEvent } from './outgoing-event.ts';
import type { Mapped } from './refusal.ts';
import type { Person } from './person.ts';
import type { CommonSettings, Fields } from './settings.ts';

export type {
  Access,
  Confirmation,
  ConsentPurpose,
  DestinationAnswer,
  DestinationRequest,
  Outcome,
  OutcomeClass,
  OutgoingEvent,
  Reading,
  TokenExchange,
  TokenReading,
};

/**
 * Where canonical events go: one platform, as pure functions. Nothing in it does I/O: an engine (the relay's, or a few
 * lines of your own) sends what `request` returns and hands the answer to `read`.
 *
 * @see docs/add-a-destination.md
 */
export interface Destination<Settings extends CommonSettings<Payload>, Payload extends object> {
  /** The word for it in the config: `meta`. Lower case, digits and `-`. */
  type: string;
  /** As its maker writes it: `Meta Conversions API`. */
  title: string;
  api: ApiVersion;
  settings: Fields<Settings>;
  /** What is wrong with settings that are right one by one: "`measurementId` or `firebaseAppId` is missing". */
  problem?: ((settings: Settings) => string | undefined) | undefined;
  limits: Limits<Payload>;
  /** All of these must be granted. None: consent is not asked for (a CRM stands on a basis of its own). */
  consent: readonly ConsentPurpose[];
  /**
   * Names of canonical events there. One that is absent is sent only where the settings name it. `all`: every event, by
   * its canonical name.
   */
  events: Readonly<Record<string, string>> | 'all';
  /** What makes two events one there, for people to read; empty where nothing does. */
  deduplicates: string;
  /** False where a repeated request would count twice: it is then sent at most once. Default: always true. */
  isRepeatable?: ((payload: Payload) => boolean) | undefined;
  /** Whether a field takes SHA-256 and nothing else. Checked on what leaves, also after the customer's own `map`. */
  isHashSlot?: ((key: string, holder: Readonly<Record<string, unknown>>) => boolean) | undefined;
  /** One event in the platform's shape, or why it cannot be. Never throws. */
  map(event: OutgoingEvent, person: Person, settings: Settings): Mapped<Payload>;
  /** The URL is a customer's own: only addresses of the public internet may be connected to. Default: never. */
  isPublicOnly?: ((settings: Settings) => boolean) | undefined;
  /** Payloads that differ here never share a request. Default: all may. */
  groupOf?: ((payload: Payload) => string) | undefined;
  /** One request for the payloads, in their order; `undefined` when nothing needs to be sent. */
  request(payloads: readonly Payload[], settings: Settings, access: Access): DestinationRequest | undefined;
  /** What an answer means for each payload. Never throws, whatever the body holds. */
  read(answer: DestinationAnswer, payloads: readonly Payload[], settings: Settings): Reading;
  /** The second call of a platform whose first answer only says "received". */
  confirm?: Confirmation<Settings> | undefined;
  /** Audiences there. */
  audience?: AnyMirror | undefined;
  /** Properties of users there, for computed traits. */
  properties?: AnyMirror | undefined;
  /**
   * Deletes users there, with all that is known of them, where its `token` is configured. Nothing is ever put in: an
   * entry says by which ids the platform knows the user, and `remove` asks for the deletion.
   */
  deletion?: AnyMirror | undefined;
  /**
   * What stays there of a person who was erased here, and what to do about it: "events that were sent; Meta has no call
   * that deletes them". Nothing where nothing stays.
   */
  keeps?: ((settings: Settings) => string | undefined) | undefined;
  /** How an access token is had, where the settings hold none that lasts. */
  token?: TokenExchange<Settings> | undefined;
}

/** The version of a platform's API that a destination speaks. */
export interface ApiVersion {
  version: string;
  /** The day after which it answers no more, `2027-02-23`; absent while none is announced. */
  sunset?: string | undefined;
}

/** All in milliseconds, bytes, or pieces. */
export interface Limits<Payload> {
  /** Pieces in one request. */
  perRequest: number;
  /** Pieces that a payload counts for. Default `1`. */
  weigh?: ((payload: Payload) => number) | undefined;
  /** Bytes of one request's body. Default `1_000_000`. */
  bytesPerRequest?: number | undefined;
  /** Oldest event that is taken. Default: none is too old. */
  maxAgeMs?: number | ((event: OutgoingEvent) => number) | undefined;
  /** How far an event may lie ahead of our clock. Default `60_000`. */
  maxFutureMs?: number | undefined;
  requestsPerMinute?: number | undefined;
}

/** A destination of whatever settings, as engines hold it. */
// oxlint-disable-next-line typescript/no-explicit-any -- settings and payloads are known to their own destination alone
export type AnyDestination = Destination<any, any>;
