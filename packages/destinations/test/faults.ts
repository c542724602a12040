/** Where `got` is not at least what is `wanted`: objects may hold more, lists may not. */
export function faultsOf(got: unknown, wanted: unknown, path = ''): string[] {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(got) || got.length !== wanted.length) return [`${path}: ${JSON.stringify(got)}`];
    return wanted.flatMap((entry, place) => faultsOf(got[place], entry, `${path}.${place}`));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    return Object.entries(wanted).flatMap(([key, field]) =>
      faultsOf((got as Record<string, unknown> | undefined)?.[key], field, `${path}.${key}`),
    );
  }
  return got === wanted ? [] : [`${path}: ${JSON.stringify(got)} is not ${JSON.stringify(wanted)}`];
}
