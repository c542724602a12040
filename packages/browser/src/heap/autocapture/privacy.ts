const redacted = '[data-heap-redact-text],[data-cs-mask],[data-cs-encrypt]';
/** What hides the text of an element in which it stands. */
export const hiddenInside = `[heap-ignore],${redacted}`;
const secretAutocomplete = /\b(cc-|.*-password|one-time-code)/;
const secretName =
  /passw|pwd|card|(?<![a-z])cc.?n|cvv|cvc|cvn|csc|iban|security.?code|account.?(number|no)|\bpin\b|ssn/i;
const secretTypes = ['password', 'file'];

/** The page forbids to look at what is in here (`heap-ignore` on it, or around it). */
export function isIgnored(path: readonly Element[]): boolean {
  return path.some((element) => element.hasAttribute('heap-ignore'));
}

/** Text and fields in here are hidden from Heap, so from us. */
export function isRedacted(path: readonly Element[]): boolean {
  return path.some((element) => element.matches(redacted));
}

/** Names of attributes that the page hides, on this element. */
export function hiddenAttributes(path: readonly Element[]): readonly string[] {
  return path.flatMap((element) =>
    (element.getAttribute('data-heap-redact-attributes') ?? '').split(',').map((name) => name.trim()),
  );
}

/** A field for a password, a card or another secret, by its type, its `autocomplete`, its name or its content. */
export function isSecret(field: Element & { name?: string; type?: string; value?: string }): boolean {
  const { name = '', type = '', id } = field;
  return (
    secretTypes.includes(type) ||
    secretAutocomplete.test(field.getAttribute('autocomplete') ?? '') ||
    secretName.test(name) ||
    secretName.test(id) ||
    isCardNumber(field.value ?? '')
  );
}

/** 13 to 19 digits whose check digit is right (Luhn). */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/[\s._/-]/g, '');
  if (!/^\d{13,19}$/.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits.at(-1 - place));
    const doubled = digit * (1 + (place % 2));
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** An element and all around it, through shadow roots. */
export function pathOf(element: Element): Element[] {
  const path: Element[] = [];
  for (
    let node: Node | null = element;
    node;
    node = node instanceof ShadowRoot ? node.host : node.parentNode
  ) {
    if (node instanceof Element) path.push(node);
  }
  return path;
}
