import { TrackLayerError } from '@tracklayer/core';
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** Options of {@link createPhoneNormalizer}. */
export interface PhoneNormalizerOptions {
  /** ISO-3166 alpha-2 of numbers whose traits name no `country`: `DE`. Default: none, such numbers are left out. */
  defaultCountry?: string | undefined;
}

/**
 * Makes the option `normalizePhone` of `createNodeClient`: phone numbers as people write them become E.164, by the
 * trait `country` beside them, else by `defaultCountry`. Needs `libphonenumber-js`, which only this needs.
 *
 * @returns `(text, country) => E.164`; `undefined` for a number that is not valid, or could be two (docs/wire.md W-18).
 * @throws TrackLayerError `invalid_options` when `defaultCountry` is no country.
 * @example
 * const tracklayer = createNodeClient({ endpoint, key, normalizePhone: createPhoneNormalizer({ defaultCountry: 'DE' }) });
 * tracklayer.identify({ user_id: 'cust_2048', traits: { phone: '0171 1234567' } });
 */
export function createPhoneNormalizer({ defaultCountry }: PhoneNormalizerOptions = {}): (
  text: string,
  country?: string,
) => string | undefined {
  if (defaultCountry !== undefined && !isSupportedCountry(defaultCountry)) {
    throw new TrackLayerError(
      'invalid_options',
      'defaultCountry must be an ISO-3166 alpha-2 code in capitals, such as DE',
    );
  }
  return (text, country = defaultCountry) => {
    const region = country?.trim().toUpperCase();
    // A country that we do not know is not the default one.
    if (region !== undefined && !isSupportedCountry(region)) return undefined;
    const number = parsePhoneNumberFromString(text, {
      ...(region !== undefined && { defaultCountry: region }),
      extract: false,
    });
    if (!number?.isValid()) return undefined;
    const digits = text.replace(/\D/g, '');
    if (text.includes('+') || !digits.startsWith(number.countryCallingCode)) return number.number;
    // 49171… in Germany: with its country code, or a long number of the area 04917.
    const withCode = parsePhoneNumberFromString(`+${digits}`);
    return withCode?.isValid() && withCode.number !== number.number ? undefined : number.number;
  };
}
