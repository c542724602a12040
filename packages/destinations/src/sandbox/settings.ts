import { generateKeyPairSync } from 'node:crypto';
import type { Ga4Settings } from '../ga4.ts';
import type { GoogleSettings } from '../google.ts';
import type { HeapSettings } from '../heap.ts';
import type { HubSpotSettings } from '../hubspot.ts';
import type { LinkedInSettings } from '../linkedin.ts';
import type { MetaSettings } from '../meta.ts';
import type { SalesforceSettings } from '../salesforce.ts';
import type { TikTokSettings } from '../tiktok.ts';
import type { WebhookSettings } from '../webhook.ts';
import { webhookSecret } from './webhook.ts';

/** Settings with which a relay sends to the sandbox. */
export interface SandboxSettings {
  meta: MetaSettings;
  google: GoogleSettings;
  ga4: Ga4Settings;
  linkedin: LinkedInSettings;
  hubspot: HubSpotSettings;
  salesforce: SalesforceSettings;
  tiktok: TikTokSettings;
  webhook: WebhookSettings;
  heap: HeapSettings;
}

export function settingsFor(url: string): SandboxSettings {
  // Made anew for every sandbox: nothing here opens anything elsewhere.
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    meta: { endpoint: `${url}/meta`, dataset: '1', token: 'sandbox' },
    google: {
      endpoint: `${url}/google`,
      account: '1',
      conversionActions: { purchase: '7', sign_up: '8', generate_lead: '9', subscribe: '10' },
      serviceAccount: JSON.stringify({
        client_email: 'sandbox@example.iam.gserviceaccount.com',
        private_key,
      }),
      confirmAfterMs: 500,
    },
    ga4: { endpoint: `${url}/ga4`, measurementId: 'G-SANDBOX', apiSecret: 'sandbox' },
    linkedin: {
      endpoint: `${url}/linkedin`,
      rules: { purchase: '7', sign_up: '8', generate_lead: '9' },
      token: 'sandbox',
    },
    hubspot: { endpoint: `${url}/hubspot`, token: 'sandbox', userIdProperty: 'tracklayer_user_id' },
    salesforce: {
      endpoint: `${url}/salesforce`,
      instanceUrl: 'https://sandbox.my.salesforce.com',
      object: 'TrackLayer_Customer__c',
      externalId: 'User_Id__c',
      clientId: 'sandbox',
      clientSecret: 'sandbox',
    },
    tiktok: { endpoint: `${url}/tiktok`, pixel: 'SANDBOX', token: 'sandbox' },
    webhook: { url: `${url}/webhook`, secret: webhookSecret, allowPrivate: true },
    heap: { endpoint: `${url}/heap`, appId: '11', apiKey: 'sandbox', confirmAfterMs: 500 },
  };
}
