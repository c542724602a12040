// Direction marks and control characters can make a name look like another one.
const deceptive = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Text of others as it is shown: what is not visible is written out, so that nothing looks like something else. */
export const visible = (text: string): string =>
  text.replace(deceptive, (mark) => `\\u${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);

/** A time of day of today, with the day before it where it is another one. */
export function timeOf(at: number | string, now = Date.now()): string {
  const time = new Date(at);
  const clock = time.toLocaleTimeString();
  return time.toDateString() === new Date(now).toDateString()
    ? clock
    : `${time.toLocaleDateString()} ${clock}`;
}
