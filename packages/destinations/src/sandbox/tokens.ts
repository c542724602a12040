/** Access tokens of one platform: those it gave out, until they end. */
export interface Tokens {
  issue(now: number): { access_token: string; expires_in: number; token_type: string };
  isValid(authorization: string | undefined, now: number): boolean;
  expireAll(): void;
}

export function createTokens(lifeS: number): Tokens {
  const ends = new Map<string, number>();
  return {
    issue(now) {
      const access_token = `sandbox-${crypto.randomUUID()}`;
      ends.set(access_token, now + lifeS * 1_000);
      return { access_token, expires_in: lifeS, token_type: 'Bearer' };
    },
    isValid: (authorization, now) => (ends.get(authorization?.replace(/^Bearer /, '') ?? '') ?? 0) > now,
    expireAll: () => ends.clear(),
  };
}
