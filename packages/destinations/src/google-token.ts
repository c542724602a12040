import type { TokenExchange } from './destination.ts';
import { readToken } from './oauth-refresh.ts';

const tokenUrl = 'https://oauth2.googleapis.com/token';
const scope = 'https://www.googleapis.com/auth/datamanager';

interface ServiceAccount {
  client_email: string;
  private_key: string;
  private_key_id?: string | undefined;
}

/** A service account's token: a signed assertion for an access token of an hour (RFC 7523 §2.1). */
export const googleToken: TokenExchange<{ serviceAccount: string; endpoint?: string | undefined }> = {
  isConfigured: ({ serviceAccount }) => Boolean(serviceAccount),
  async request({ serviceAccount, endpoint }, now) {
    const { client_email, private_key, private_key_id } = readServiceAccount(serviceAccount);
    const { importPKCS8, SignJWT } = await import('jose');
    const seconds = Math.floor(now / 1_000);
    const assertion = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(private_key_id && { kid: private_key_id }) })
      .setIssuer(client_email)
      .setAudience(tokenUrl)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 3_600)
      .sign(await importPKCS8(private_key, 'RS256'));
    return {
      method: 'POST',
      url: endpoint ? `${endpoint}/token` : tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion,
      }).toString(),
    };
  },
  read: readToken,
};

const readServiceAccount = (text: string): ServiceAccount => JSON.parse(text) as ServiceAccount;

/** Says it without the text, which is a secret. */
export function problemOfServiceAccount(text: string): string | undefined {
  try {
    const { client_email, private_key } = readServiceAccount(text);
    if (typeof client_email === 'string' && typeof private_key === 'string') return undefined;
  } catch {
    // Said below.
  }
  return '`serviceAccount` must be the JSON text of a service account key';
}
