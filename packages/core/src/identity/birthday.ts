const months = 'janfebmaraprmayjunjulaugsepoctnovdec';

const yearFirst = /^(\d{4})([-/.]?)(\d\d?)\2(\d\d?)(?![\d])/;
const yearLast = /^(\d\d?)([-/.])(\d\d?)\2(\d{4})$/;
// Literals, which a page that hashes nothing leaves out.
const dayMonth = /^(\d{1,2})(?:st|nd|rd|th)?[\s,/-]+([a-z]{3,9})\.?[\s,/-]+(\d{4})$/;
const monthDay = /^([a-z]{3,9})\.?[\s,/-]+(\d{1,2})(?:st|nd|rd|th)?[\s,/-]+(\d{4})$/;

/**
 * A date of birth as Meta matches it, `19901231`, of what people write: `1990-12-31`, `31.12.1990`, `12/31/1990`,
 * `31 December 1990`, `Dec 31, 1990`. `undefined` where it could be two dates (`05/03/1995`), or is none.
 */
export function birthdayOf(given: string): string | undefined {
  const text = given.trim().toLowerCase();
  const [, y, , ym, yd] = yearFirst.exec(text) ?? [];
  if (y) return dateOf(y, ym, yd);
  const [, first = '', dot, second = '', year] = yearLast.exec(text) ?? [];
  if (year) {
    // Dots put the day first everywhere; slashes and dashes do in half of the world.
    if (dot === '.') return dateOf(year, second, first);
    if (Number(first) > 12) return dateOf(year, second, first);
    return Number(second) > 12 || Number(first) === Number(second) ? dateOf(year, first, second) : undefined;
  }
  const [, d1, name1, year1] = dayMonth.exec(text) ?? [];
  if (year1) return dateOf(year1, monthOf(name1), d1);
  const [, name2, d2, year2] = monthDay.exec(text) ?? [];
  return year2 && dateOf(year2, monthOf(name2), d2);
}

function monthOf(name = ''): string {
  const at = months.indexOf(name.slice(0, 3));
  return at % 3 === 0 ? String(at / 3 + 1) : '0';
}

function dateOf(year: string, month = '', dayOfMonth = ''): string | undefined {
  const date = `${year}-${month.padStart(2, '0')}-${dayOfMonth.padStart(2, '0')}`;
  const at = Date.parse(`${date}T00:00Z`);
  // Some engines take the 30th of February for a day in March.
  const isReal = !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
  return isReal && year > '1899' ? date.replaceAll('-', '') : undefined;
}
