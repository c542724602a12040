/**
 * Makes `object[name]` an accessor. `taken` sees each value that is set and gives the one to show, or `undefined` to
 * leave things as they are. Returns what puts a plain property with the last value back.
 *
 * @throws TypeError when the property can't be redefined.
 */
export function intercept(
  object: object,
  name: string,
  taken: (value: unknown) => { shown: unknown; kept: unknown } | undefined,
): () => void {
  const before = Object.getOwnPropertyDescriptor(object, name);
  const first: unknown = Reflect.get(object, name);
  let { shown, kept } = taken(first) ?? { shown: first, kept: first };
  const get = (): unknown => shown;

  function set(given: unknown): void {
    // Another hook was here first: it sees what is set, and we what it makes of that.
    before?.set?.call(object, given);
    const next = taken(before?.get ? before.get.call(object) : given);
    if (next) ({ shown, kept } = next);
  }

  Object.defineProperty(object, name, {
    get,
    set,
    configurable: true,
    enumerable: before?.enumerable ?? true,
  });

  return () => {
    // Another hook came after us and still leans on this one.
    if (Object.getOwnPropertyDescriptor(object, name)?.get !== get) return;
    if (before && !('value' in before)) Object.defineProperty(object, name, before);
    else if (!before && kept === undefined) Reflect.deleteProperty(object, name);
    else {
      const plain = before ?? { writable: true, enumerable: true, configurable: true };
      Object.defineProperty(object, name, { ...plain, value: kept });
    }
  };
}
