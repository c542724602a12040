const secrets = /^(token|access_token|id_token|refresh_token|auth_token|email|password)$/i;
const maxLength = 2_048;

/** A page's address without what would let somebody in or name a person, in its query as in its fragment. */
export function safeUrl(url: string): string {
  return wellFormed(
    url
      .replace(/([?&#])([^=&#?]+)=([^&#]*)/g, (pair, before: string, name: string, value: string) =>
        secrets.test(name) || /@|%40/.test(value) ? before : pair,
      )
      .replace(/([?&#])&+/g, '$1')
      .replace(/[?&]+(?=#|$)|#$/g, ''),
    maxLength,
  );
}

/** Cut to length; half a character, which no event may hold, is left out. */
export function wellFormed(text: string, length: number): string {
  return text.slice(0, length).replace(/\p{Cs}/gu, '');
}
