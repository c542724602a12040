const plain = /^[\w.:-]{1,255}$/;
const controlOrHalf = /[\p{Cc}\p{Cs}]/u;
const maxBytes = 255;

/** Whether text can be an id: 1 to 255 bytes, not blank, no control characters, no half a character (docs/wire.md W-3). */
export const isIdText = (text: string): boolean =>
  plain.test(text) || (text.trim() !== '' && !isTooLong(text) && !controlOrHalf.test(text));

/** Over 255 bytes of UTF-8. */
export function isTooLong(text: string): boolean {
  if (text.length * 3 <= maxBytes) return false;
  if (text.length > maxBytes) return true;
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes > maxBytes;
}

/** Holds half a character (a lone surrogate), which UTF-8 cannot write. */
export const hasHalfCharacter = (text: string): boolean =>
  // Not in every browser that a page has yet.
  typeof (text as WellFormed).isWellFormed === 'function'
    ? !(text as WellFormed).isWellFormed()
    : /\p{Cs}/u.test(text);

type WellFormed = string & { isWellFormed(): boolean };
