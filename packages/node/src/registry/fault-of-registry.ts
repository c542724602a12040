/** Why a value cannot be the option `registry`, or nothing. */
export function faultOfRegistry(registry: unknown): string | undefined {
  const { find, entries } = (registry ?? {}) as { find?: unknown; entries?: unknown };
  if (typeof find === 'function' && Array.isArray(entries)) return undefined;
  const got = Array.isArray(registry) ? 'a list' : typeof registry;
  return `\`registry\` must be what defineRegistry, parseRegistry or loadRegistry returns, got ${got}`;
}
