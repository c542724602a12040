// For those who map and send events themselves.
export { destinations, sunsets } from './destinations.ts';
export { deadlineOf, mapEvent, nameThere, type AcceptedEvent, type MapOptions } from './map-event.ts';
export { describeRefusal, refusals, type Mapped, type Refusal, type RefusalReason } from './refusal.ts';
export { mapPerson } from './map-person.ts';
export type { KnownPerson } from './person.ts';
export { meta, type MetaEvent, type MetaSettings } from './meta.ts';
export type { MetaMember } from './meta-audience.ts';
export type { MetaAudience } from './meta-lists.ts';
export { google, type GoogleEvent, type GoogleSettings } from './google.ts';
export type { GoogleMember } from './google-audience.ts';
export type { GoogleIdentifier } from './google-identifiers.ts';
export type { GoogleAudience } from './google-lists.ts';
export { ga4, type Ga4Hit, type Ga4Settings } from './ga4.ts';
export { linkedin, type LinkedInConversions, type LinkedInSettings } from './linkedin.ts';
export type { LinkedInMember } from './linkedin-audience.ts';
export type { LinkedInAudience } from './linkedin-lists.ts';
export { hubspot, type HubSpotSettings } from './hubspot.ts';
export type { HubSpotMember } from './hubspot-list.ts';
export type { HubSpotList } from './hubspot-lists.ts';
export type { HubSpotWrite } from './hubspot-write.ts';
export { salesforce, type SalesforceRecord, type SalesforceSettings } from './salesforce.ts';
export { tiktok, type TikTokEvent, type TikTokSettings } from './tiktok.ts';
export { signedPost, webhook, webhookSignature, type WebhookBody, type WebhookSettings } from './webhook.ts';
export { heap, type HeapSettings, type HeapTrack } from './heap.ts';
export type { HeapUsers } from './heap-deletion.ts';
export type { HeapProperties } from './heap-properties.ts';
export { dryRun, type DryRun, type DryRunSettings } from './dry-run.ts';

// For authors of destinations.
export type {
  Access,
  AnyDestination,
  ApiVersion,
  Confirmation,
  ConsentPurpose,
  Destination,
  DestinationAnswer,
  DestinationRequest,
  Limits,
  Outcome,
  OutcomeClass,
  OutgoingEvent,
  Reading,
  TokenExchange,
  TokenReading,
} from './destination.ts';
export type { ListCalls, ListFacts } from './list-calls.ts';
export type { AnyMirror, Change, Finder, Mirror } from './mirror.ts';
export { itemsOf, without, type ReadItem } from './items.ts';
export { decimalText, moneyOf } from './money.ts';
export { oauthRefresh } from './oauth-refresh.ts';
export { countryOf, hashesOf, readPerson, textOf, type Person, type ResolvedConsent } from './person.ts';
export { isPublicAddress, problemOfHost } from './public-host.ts';
export { byStatus, jsonOf, redact, textOfAnswer } from './read-answer.ts';
export { refuse } from './refusal.ts';
export { checkSettings, problemsOfSettings } from './check-settings.ts';
export type { CommonSettings, Field, Fields } from './settings.ts';
