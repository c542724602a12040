/**
 * Makes `object[name]` an accessor. `taken` sees each value that is set and gives the one to show, or `undefined` to
 * leave things as they are. Returns what puts a plain property with the last value back.
 *
 * @throws TypeError when the property can't be redefined.
 */
export function intercept(
  object: object,
  name: string,
  taken: (value: unknown) => readonly [shown: unknown, kept: unknown] | undefined,
): () => void {
  const before = Object.getOwnPropertyDescriptor(object, name);
  const made = (plain: unknown): unknown => (before?.get ? before.get.call(object) : plain);
  // Not what a proxy shows of it: that leads here again.
  const first = made(before ? before.value : Reflect.get(object, name));
  let [shown, kept] = taken(first) ?? [first, first];
  let isOver = false;

  function get(): unknown {
    if (isOver) restore();
    return shown;
  }

  function set(given: unknown): void {
    // Another hook was here first: it sees what is set, and we what it makes of that.
    before?.set?.call(object, given);
    const next = taken(made(given));
    if (next) [shown, kept] = next;
  }

  Object.defineProperty(object, name, {
    get,
    set,
    configurable: true,
    enumerable: before?.enumerable ?? true,
  });

  function restore(): void {
    isOver = true;
    // Another hook came after us and still leans on this one: it goes when that is gone.
    if (Object.getOwnPropertyDescriptor(object, name)?.get !== get) return;
    if (!before && kept === undefined) Reflect.deleteProperty(object, name);
    else {
      const plain = { writable: true, enumerable: true, configurable: true, ...before, value: kept };
      const last = before?.get ? before : plain;
      // One beneath us that is over goes when it is read.
      if (Reflect.defineProperty(object, name, last)) Reflect.get(object, name);
    }
  }

  return restore;
}
