const whole = /^\s*[^\s@]+@[^\s@]+\.\p{L}{2,}\s*$/u;
// Bounded, so that no text of the caller's makes it slow.
const within = /[^\s/?&=#:;,<>"'()@%]{1,64}(?:@|%40)[^\s/?&=#:;,<>"'()@%]{1,255}\.\p{L}{2,24}/giu;
const url = /^\s*(?:[a-z][a-z+.-]*:|\/|[?#])/i;

/** May hold an e-mail address. Quick, and wrong only in this direction. */
export const mayHoldAddress = (text: string): boolean =>
  text.length > 5 && (text.includes('@') || text.includes('%40'));

/**
 * What of a text may leave (docs/wire.md W-18): nothing of one that is plainly an e-mail address, a URL without the
 * addresses in it, and any other as it is.
 */
export function withoutAddress(text: string): string | undefined {
  if (whole.test(text) && !url.test(text)) return undefined;
  return url.test(text) ? text.replace(within, '*') : text;
}
