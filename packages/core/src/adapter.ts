// For authors of adapters, transports and servers: what the browser and Node packages are made of.
export { createAdapterClient } from './client.ts';
export type { AdapterClient, AdapterOptions } from './options.ts';
export { businessEventId } from './contract/business-id.ts';
export type { Contract } from './contract/contract.ts';
export { propertyTypes } from './contract/canonical-events.ts';
export { keyProperties } from './contract/key-properties.ts';
export { defaultPlatform, longestTimerMs } from './default-platform.ts';
export { attempt } from './event/attempt.ts';
export type { Answer } from './event/answer.ts';
export type { EventIdResult } from './event/event-id.ts';
export {
  maxBatchEvents,
  maxBodyBytes,
  maxKeys,
  maxMessageBytes,
  maxPropertiesBytes,
} from './event/limits.ts';
export { consentPurposes } from './event/consent-purposes.ts';
export { minorUnitsOf } from './event/currency.ts';
export { readInstant } from './event/instant.ts';
export { jsonText } from './event/json-text.ts';
export { createCounted, type Counted, type CountedVerdict } from './event/counted.ts';
export { isConflict, mergeCopies, type MergedCopies } from './event/merge-copies.ts';
export { kindOf, problemAt } from './event/problem.ts';
export { createReporter } from './reporter.ts';
export { resolveOptions } from './resolve-options.ts';
export { nearestOf } from './event/nearest.ts';
export { createUuid } from './event/uuid.ts';
export type { Identity } from './identity/identity.ts';
export { problemOfPersonId } from './identity/person-id.ts';
export {
  compareContent,
  contentText,
  createLedger,
  type BusinessContent,
  type ContentText,
  type Ledger,
  type Recognition,
} from './queue/ledger.ts';
export { nearMissOf } from './registry/near-miss.ts';
export { meets } from './registry/promote.ts';
export { isCondition } from './registry/read-entries.ts';
export { pageKey, pageSourcesOf } from './registry/source.ts';
export { promotesUntil } from './registry/promotes-until.ts';
export { readEndpoint } from './transport/read-endpoint.ts';
export { readResponse } from './transport/read-response.ts';
export { readAnswer, readRetryAfter, requestBody } from './transport/wire.ts';
export { witness, type Witness, type WitnessedClient, type WitnessedLabel } from './witness.ts';
