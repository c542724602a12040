// Direction marks and control characters can make a name look like another one.
const deceptive = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Text of others as it is shown: what is not visible is written out, so that nothing looks like something else. */
export const visible = (text: string): string =>
  text.replace(deceptive, (mark) => `\\u${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);

// Made once: `toLocaleTimeString` makes a new one at each call, which is most of what a row of Live costs.
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const number = new Intl.NumberFormat();

/** A time of day of today, with the day before it where it is another one. */
export function timeOf(at: number | string, now = Date.now()): string {
  const time = new Date(at);
  return time.toDateString() === new Date(now).toDateString()
    ? clock.format(time)
    : `${day.format(time)}, ${clock.format(time)}`;
}

/** `1,204` */
export const countOf = (count: number): string => number.format(count);

/** `1 event`, `2 events` */
export const counted = (count: number, one: string, more = `${one}s`): string =>
  `${countOf(count)} ${count === 1 ? one : more}`;
