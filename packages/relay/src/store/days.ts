export const dayMs = 86_400_000;

/** How long shapes and sightings are kept. */
export const keptDays = 90;

/** The UTC day of a time in milliseconds: `2026-11-23`. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
