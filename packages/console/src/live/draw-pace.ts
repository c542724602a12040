/** More rows than a screen holds: where so many are new, all that somebody could read was replaced. */
const screenful = 30;
/** Five times a second each row was laid out and painted anew, of which nobody read one. */
const crowdedMs = 1_000;

/**
 * Decides how long a drawing of the stream waits (pure), in milliseconds: single events are shown as they come, a flood once
 * a second.
 *
 * @param fresh - rows that arrived since the last drawing.
 * @param sinceMs - how long ago that was.
 */
export const waitToDraw = (fresh: number, sinceMs: number): number =>
  fresh < screenful ? 0 : Math.max(0, crowdedMs - sinceMs);
