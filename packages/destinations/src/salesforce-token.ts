import type { TokenExchange } from './destination.ts';
import { readToken } from './oauth-refresh.ts';

interface TokenSettings {
  instanceUrl: string;
  clientId: string;
  clientSecret?: string | undefined;
  privateKey?: string | undefined;
  username?: string | undefined;
  endpoint?: string | undefined;
}

/** Client credentials (RFC 6749 §4.4), or with `privateKey` the JWT bearer flow (RFC 7523 §2.1). */
export const salesforceToken: TokenExchange<TokenSettings> = {
  isConfigured: ({ clientSecret, privateKey, username }) => Boolean(clientSecret || (privateKey && username)),
  async request(settings, now) {
    const { instanceUrl, endpoint } = settings;
    return {
      method: 'POST',
      url: `${endpoint ?? instanceUrl}/services/oauth2/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(await grantOf(settings, now)).toString(),
    };
  },
  read: readToken,
};

async function grantOf(settings: TokenSettings, now: number): Promise<Record<string, string>> {
  const { clientId, clientSecret = '', privateKey, username = '', instanceUrl } = settings;
  if (!privateKey)
    return { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const { importPKCS8, SignJWT } = await import('jose');
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(clientId)
    .setSubject(username)
    .setAudience(
      /\.sandbox\./.test(instanceUrl) ? 'https://test.salesforce.com' : 'https://login.salesforce.com',
    )
    .setExpirationTime(Math.floor(now / 1_000) + 180)
    .sign(await importPKCS8(privateKey, 'RS256'));
  return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
}
