import type { GoogleIdentifier } from './google-identifiers.ts';
import type { CommonSettings } from './settings.ts';

export interface GoogleSettings extends CommonSettings<GoogleEvent> {
  /** `GOOGLE_ADS`, or `GOOGLE_ANALYTICS_PROPERTY`. Default `GOOGLE_ADS`. */
  accountType?: 'GOOGLE_ADS' | 'GOOGLE_ANALYTICS_PROPERTY' | undefined;
  /** Id of the account or property, digits only. */
  account: string;
  /** The manager account through which it is reached. */
  loginAccount?: string | undefined;
  /** Canonical event to id of a conversion action, or several; for Analytics to the `G-…` of the stream. */
  conversionActions: Readonly<Record<string, string | readonly string[]>>;
  /** Key of a service account with access, as the JSON text that Google Cloud makes. */
  serviceAccount: string;
  /** Checks and counts nothing. Default `false`. */
  validateOnly?: boolean | undefined;
  /** How long Google is given before it is asked what became of a request, in milliseconds. Default `60_000`. */
  confirmAfterMs?: number | undefined;
}

/** One element of `events`, with the conversion actions it is for. */
export interface GoogleEvent {
  destinationReferences: readonly string[];
  /** RFC 3339. */
  eventTimestamp: string;
  transactionId: string;
  eventSource: string;
  conversionValue?: number | undefined;
  currency?: string | undefined;
  adIdentifiers?:
    | { gclid?: string | undefined; gbraid?: string | undefined; wbraid?: string | undefined }
    | undefined;
  userData?: { userIdentifiers: readonly GoogleIdentifier[] } | undefined;
  consent?: { adUserData?: string | undefined; adPersonalization?: string | undefined } | undefined;
  cartData?: { items: readonly object[] } | undefined;
  eventName?: string | undefined;
  clientId?: string | undefined;
  userId?: string | undefined;
}
