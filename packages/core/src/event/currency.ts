// ISO 4217, list one, as amended in 2026: the currencies that do not have two decimals.
const decimals: readonly (readonly [number, string])[] = [
  [0, 'BIF,CLP,DJF,GNF,ISK,JPY,KMF,KRW,PYG,RWF,UGX,UYI,VND,VUV,XAF,XOF,XPF'],
  [3, 'BHD,IQD,JOD,KWD,LYD,OMR,TND'],
  [4, 'CLF,UYW'],
];
// Newer than some browsers.
const recent = 'SLE,VED,XCG,ZWG';

/**
 * How many decimals a currency has: 2 for `EUR`, 0 for `JPY`, 3 for `KWD` (ISO 4217, list one). Which codes there are the
 * platform knows; its own decimals are those of shop windows, not of ISO.
 *
 * @param currency - its code in upper case.
 * @returns `undefined` for anything that is not the code of a currency.
 */
export function minorUnitsOf(currency: unknown): number | undefined {
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return undefined;
  const special = decimals.find(([, codes]) => codes.includes(currency));
  if (special) return special[0];
  return recent.includes(currency) || isKnown(currency) ? 2 : undefined;
}

// Asked for once: each answer is a new list of some three hundred.
let known: readonly string[] | undefined;
const isKnown = (currency: string): boolean =>
  (known ??= Intl.supportedValuesOf('currency')).includes(currency);

/** An amount in whole minor units: `12995` of `129.95` EUR. What has no known currency is counted in hundredths. */
export const inMinorUnits = (amount: number, currency: unknown): number =>
  Math.round(amount * 10 ** (minorUnitsOf(currency) ?? 2));
