import type { DestinationAnswer, TokenExchange, TokenReading } from './destination.ts';
import { byStatus, jsonOf, redact } from './read-answer.ts';

interface RefreshSettings {
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  refreshToken?: string | undefined;
  endpoint?: string | undefined;
}

/** OAuth 2.0's refresh token grant (RFC 6749 §6). */
export function oauthRefresh(base: string, path: string): TokenExchange<RefreshSettings> {
  return {
    isConfigured: ({ clientId, clientSecret, refreshToken }) =>
      Boolean(clientId && clientSecret && refreshToken),
    async request({ clientId = '', clientSecret = '', refreshToken = '', endpoint = base }) {
      return {
        method: 'POST',
        url: endpoint + path,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
          client_id: clientId,
          client_secret: clientSecret,
        }).toString(),
      };
    },
    read: readToken,
  };
}

const defaultLifeS = 3_600;

/** A token endpoint's answer (RFC 6749 §5.1, §5.2). `instance_url` is Salesforce's own. */
export function readToken(answer: DestinationAnswer, now: number): TokenReading {
  const body = jsonOf(answer);
  const { access_token, expires_in, instance_url, error } = body ?? {};
  if (answer.status === 200 && typeof access_token === 'string' && access_token !== '') {
    const seconds = Number(expires_in ?? defaultLifeS);
    return {
      token: access_token,
      expires_at: now + (seconds > 0 ? seconds : defaultLifeS) * 1_000,
      ...(typeof instance_url === 'string' && { host: instance_url }),
    };
  }
  // `invalid_grant`, `invalid_client`, …: who gave the right has taken it back.
  if (answer.status < 500 && typeof error === 'string')
    return { failed: { class: 'auth_broken', detail: `the token endpoint says ${redact(error)}` } };
  const outcome = byStatus(answer);
  return {
    failed:
      outcome.class === 'refresh_auth' || outcome.class === 'reject'
        ? { ...outcome, class: 'auth_broken' }
        : outcome,
  };
}
