/** Why an event does not go to a destination, and whether that is on purpose. */
export const refusals = {
  not_mapped: { status: 'skipped', help: "name the event in the destination's `events` to send it" },
  unmet: { status: 'skipped', help: '`when` in the config does not hold' },
  left_out: { status: 'skipped', help: "the destination's `map` returned null" },
  consent_denied: { status: 'skipped', help: 'the person refused; nothing to do' },
  consent_unknown: {
    status: 'skipped',
    help: 'send a consent snapshot with events or identifies, or set `consent.unknown` where you may',
  },
  no_match_keys: {
    status: 'skipped',
    help: 'nothing for this platform to match: identify the person, or capture click ids in the page',
  },
  not_a_company: {
    status: 'skipped',
    help: 'this list holds companies: the accounts of the audience are sent, and users are not',
  },
  event_too_old: { status: 'failed', help: 'the platform does not accept an event of this age' },
  event_in_future: { status: 'failed', help: 'check the clock that set `occurred_at`' },
  missing_required: { status: 'failed', help: 'send the property' },
  invalid_value: { status: 'failed', help: 'send a value of the right type' },
  invalid_currency: { status: 'failed', help: 'send ISO 4217 in upper case, such as EUR' },
  invalid_email: { status: 'failed', help: 'the trait email is not an e-mail address' },
  reserved_name: {
    status: 'failed',
    help: 'the platform reserves this name; use another one in `events`',
  },
  too_large: { status: 'failed', help: 'send fewer items or shorter texts' },
  map_failed: { status: 'failed', help: "fix the destination's `map`, then replay" },
} as const satisfies Record<string, { status: 'skipped' | 'failed'; help: string }>;

export type RefusalReason = keyof typeof refusals;

/** An event that is not sent. */
export interface Refusal {
  reason: RefusalReason;
  /** Names of fields, as in `properties.currency`; never a value. */
  fields?: readonly string[] | undefined;
  detail?: string | undefined;
}

/** A payload, or why there is none. */
export type Mapped<Payload> = { payload: Payload } | { refused: Refusal };

export const refuse = (
  reason: RefusalReason,
  fields?: readonly string[],
  detail?: string,
): { refused: Refusal } => ({
  refused: { reason, ...(fields && { fields }), ...(detail !== undefined && { detail }) },
});

/**
 * A refusal in plain words, with what to do: `missing_required: properties.value (send the property)`. It begins with
 * its word and a colon, by which deliveries are found and counted (docs/wire.md W-42).
 */
export function describeRefusal({ reason, fields = [], detail }: Refusal): string {
  const { help } = refusals[reason];
  const what = [fields.join(', '), detail].filter(Boolean).join(': ');
  return what ? `${reason}: ${what} (${help})` : `${reason}: ${help}`;
}
