import { supportedLocale } from "./locale.ts";

/** An amount in minor units (cents; for JPY, yen) and its ISO 4217 currency code. */
export type Money = { readonly amount: number; readonly currency: string };

type Format = { readonly digits: number; readonly format: Intl.NumberFormat };

/** Making an `Intl.NumberFormat` costs some 20 µs, using one less than 1; kept for this many pairs of locale and currency. */
const MAX_FORMATS = 500;
const formats = new Map<string, Format>();

/**
 * Money as a person reads it: `€9.99`, `¥1,200`. The number of decimals is the currency's own (ISO 4217).
 *
 * A code that is not three letters is shown as it is, after the bare amount: an odd currency must not lose the price.
 */
export function formatMoney(money: Money, locale: string | undefined): string {
  const { amount, currency } = money;
  if (!/^[A-Za-z]{3}$/.test(currency)) return `${amount} ${currency}`;
  const { digits, format } = formatFor(supportedLocale(locale), currency);
  return format.format(decimal(amount, digits));
}

function formatFor(locale: string, currency: string): Format {
  const key = `${locale} ${currency}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  const made = { digits: format.resolvedOptions().maximumFractionDigits ?? 0, format };
  if (formats.size >= MAX_FORMATS) formats.clear();
  formats.set(key, made);
  return made;
}

/** Minor units as a decimal string, which `Intl` formats exactly; a division would round. */
function decimal(amount: number, digits: number): Intl.StringNumericLiteral {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a whole number and an exponent are a numeric literal; the type cannot say so
  return `${BigInt(Math.trunc(amount))}e-${digits}` as Intl.StringNumericLiteral;
}
