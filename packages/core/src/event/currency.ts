// ISO 4217, list one, as amended in 2026, and the codes that left it since 2025 (ANG, BGN): refunds still use those.
const byMinorUnits = [
  'BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXUYIVNDVUVXAFXOFXPF',
  '',
  'AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBMDBNDBOBBOVBRLBSDBTNBWPBYNBZDCADCDFCHECHFCHWCNYCOPCOUCRCCUPCVECZKDKKDOP' +
    'DZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGTQGYDHKDHNLHTGHUFIDRILSINRIRRJMDKESKGSKHRKPWKYDKZTLAKLBPLKRLRDLSLMADMDLMGAMKDMMK' +
    'MNTMOPMRUMURMVRMWKMXNMXVMYRMZNNADNGNNIONOKNPRNZDPABPENPGKPHPPKRPLNQARRONRSDRUBSARSBDSCRSDGSEKSGDSHPSLESOSSRDSSPSTNSVC' +
    'SYPSZLTHBTJSTMTTOPTRYTTDTWDTZSUAHUSDUSNUYUUZSVEDVESWSTXCDXCGYERZARZMWZWG',
  'BHDIQDJODKWDLYDOMRTND',
  'CLFUYW',
];

/**
 * How many decimals a currency has: 2 for `EUR`, 0 for `JPY`, 3 for `KWD` (ISO 4217, list one).
 *
 * @param currency - its code in upper case.
 * @returns `undefined` for anything that is not a code of the list.
 */
export function minorUnitsOf(currency: unknown): number | undefined {
  if (typeof currency !== 'string' || currency.length !== 3) return undefined;
  const units = byMinorUnits.findIndex((codes) => {
    let at = codes.indexOf(currency);
    // A code may also be found across two others.
    while (at % 3 > 0) at = codes.indexOf(currency, at + 1);
    return at >= 0;
  });
  return units < 0 ? undefined : units;
}

/** An amount in whole minor units: `12995` of `129.95` EUR. What has no known currency is counted in hundredths. */
export const inMinorUnits = (amount: number, currency: unknown): number =>
  Math.round(amount * 10 ** (minorUnitsOf(currency) ?? 2));
