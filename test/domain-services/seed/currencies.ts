/**
 * Minor units of a currency per euro cent, as a fraction of whole numbers (round figures of autumn 2026).
 * JPY and KRW have no minor unit, KWD has three digits: amounts differ by orders of magnitude on purpose.
 */
const PER_EURO_CENT: Readonly<Record<string, readonly [numerator: number, denominator: number]>> = {
  EUR: [1, 1],
  GBP: [86, 100],
  USD: [112, 100],
  JPY: [166, 100],
  KRW: [15, 1],
  CNY: [8, 1],
  SAR: [42, 10],
  KWD: [34, 10],
  ILS: [4, 1],
  BRL: [63, 10],
  SEK: [112, 10],
  PLN: [43, 10],
  UAH: [46, 1],
};

/** A price in euro cents, in another currency's minor units (at least 1). @throws RangeError for an unknown one. */
export function fromEuroCents(cents: number, currency: string): number {
  const rate = PER_EURO_CENT[currency];
  if (rate === undefined) throw new RangeError(`no exchange rate for '${currency}' in the sample data`);
  return Math.max(1, Math.round((cents * rate[0]) / rate[1]));
}
