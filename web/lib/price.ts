// How many digits the minor unit of a currency has, by ISO 4217, where it is not two. (Intl has another list, CLDR's,
// which rounds away minor units that people no longer pay with.)
const digits: Record<string, number> = {
  ...Object.fromEntries('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'.split(' ').map((c) => [c, 0])),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((c) => [c, 3])),
};

/** The currencies that the admin page offers first; the API knows all of ISO 4217. */
export const currencies = ['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'SEK', 'NOK', 'DKK', 'PLN', 'CAD', 'AUD', 'INR', 'BRL'];

/** The largest price that the API takes, in minor units. */
export const maxPrice = 2_147_483_647;

/** How many digits the minor unit of a currency has: 2 for EUR, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return digits[currency] ?? 2;
}

/** A price in minor units as people read it in a locale: 1999 EUR is "€19.99" in English. */
export function formatPrice(minor: number, currency: string, locale?: string): string {
  const count = minorDigits(currency);
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: count,
    maximumFractionDigits: count,
    // A decimal string, so that no binary fraction comes near a price.
  }).format(decimal(minor, count) as Intl.StringNumericLiteral);
}

/** A price in minor units as one types it: 1999 EUR is "19.99". */
export function decimal(minor: number, count: number): string {
  if (count === 0) {
    return String(minor);
  }
  const padded = String(minor).padStart(count + 1, '0');
  return `${padded.slice(0, -count)}.${padded.slice(-count)}`;
}

/**
 * Reads a price that somebody typed, with a point or a comma before the minor digits, and answers minor units; or a
 * sentence that says what is wrong with it.
 */
export function parsePrice(typed: string, currency: string): number | string {
  const count = minorDigits(currency);
  const match = /^(\d+)(?:[.,](\d+))?$/.exec(typed.trim());
  if (!match) {
    return count === 0 ? 'Type a whole number, as in 1200.' : 'Type a number, as in 19.99.';
  }
  const [, whole = '', fraction = ''] = match;
  if (fraction.length > count) {
    return count === 0 ? `${currency} has no minor unit.` : `${currency} has ${count} digits after the point.`;
  }
  const minor = Number(whole + fraction.padEnd(count, '0'));
  return minor > maxPrice ? `The highest price is ${decimal(maxPrice, count)}.` : minor;
}
