/** The locale of a user who has none, or one that `Intl` cannot format for. */
export const DEFAULT_LOCALE = "en-GB";

/**
 * A locale that `Intl` can format for.
 * @param tag a BCP 47 tag from a service. Its extensions are dropped: they would make any number of
 *   different locales
 * @returns the tag in its canonical form, or `en-GB` if it is missing, malformed or unknown
 */
export function supportedLocale(tag: string | undefined): string {
  if (tag === undefined) return DEFAULT_LOCALE;
  try {
    const { baseName } = new Intl.Locale(tag);
    return Intl.NumberFormat.supportedLocalesOf(baseName).length > 0 ? baseName : DEFAULT_LOCALE;
  } catch {
    return DEFAULT_LOCALE;
  }
}

/**
 * Making an `Intl` formatter costs some 20 µs, using one less than 1 µs. Formatters are kept for
 * this many pairs of locale and currency, of locale and time zone, and of locale and digits.
 */
const MAX_FORMATS = 500;

/** What `make` returns for a key, made once while there is room. */
function keptBy<Format>(make: (locale: string, other: string) => Format) {
  const formats = new Map<string, Format>();
  return (locale: string, other: string): Format => {
    const key = `${locale} ${other}`;
    const known = formats.get(key);
    if (known !== undefined) return known;
    const made = make(locale, other);
    if (formats.size >= MAX_FORMATS) formats.clear();
    formats.set(key, made);
    return made;
  };
}

/**
 * Digits after the decimal point of a currency's minor unit: ISO 4217, List One, edition of
 * 2026-01-01 (SIX, the standard's maintenance agency). Every currency that is not here has 2.
 *
 * `Intl` cannot say: its digits are what people write in shops, 0 for the forint, which has 2.
 */
const EXPONENTS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    // From XAG on: metals, funds and codes for tests, which have no minor unit.
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
  }).flatMap(([digits, codes]) => codes.split(" ").map((code) => [code, Number(digits)] as const)),
);

/** Digits of a currency's minor unit (ISO 4217): 2 for EUR and HUF, 0 for JPY, 3 for KWD. */
export function minorUnitDigits(currency: string): number {
  return EXPONENTS.get(currency.toUpperCase()) ?? 2;
}

/** An amount in minor units (cents; for JPY, yen) and its ISO 4217 currency code. */
export type Money = { readonly amount: number; readonly currency: string };

/**
 * Money as a person reads it: `€9.99`, `¥1,200`, `HUF 12,990`. ISO 4217 says what the amount is,
 * and `Intl` how many decimals are shown. If the currency is not three letters, the bare amount and
 * the code are returned: a wrong currency must not hide the price.
 */
export function formatMoney(money: Money, locale: string | undefined): string {
  const { amount, currency } = money;
  if (!/^[A-Za-z]{3}$/.test(currency)) return `${amount} ${currency}`;
  return moneyFormat(supportedLocale(locale), currency).format(decimal(amount, minorUnitDigits(currency)));
}

// Rounded to nothing, -0.40 has no sign.
const moneyFormat = keptBy(
  (locale, currency) =>
    new Intl.NumberFormat(locale, { style: "currency", currency, signDisplay: "negative" }),
);

/** Minor units as a decimal string, which `Intl` formats exactly; a division would round. */
function decimal(amount: number, digits: number): Intl.StringNumericLiteral {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a whole number and an exponent are a numeric literal; the type cannot say so
  return `${BigInt(Math.trunc(amount))}e-${digits}` as Intl.StringNumericLiteral;
}

/**
 * A number as a person reads it: `1,200`, `4.3`.
 * @param digits after the decimal point
 */
export function formatNumber(value: number, locale: string | undefined, digits = 0): string {
  return numberFormat(supportedLocale(locale), String(digits)).format(value);
}

const numberFormat = keptBy((locale, text) => {
  const digits = Number(text);
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
});

/** A date without a time. */
const DATE = /^\d{4}-\d\d-\d\d$/;

/** A leap second (RFC 3339, section 5.7) is read as the second before it: no clock here has one. */
function withoutLeapSecond(instant: string): string {
  return instant.replace(/:59:60(?=[.Zz+-])/, ":59:59");
}

/**
 * The rule of all BFFs: an instant is shown on the clocks of the user's time zone where the users
 * service knows one, else of UTC. A date without a time is the same day everywhere.
 */
function onClocksOf(timeZone: string | undefined, instant: string): Temporal.ZonedDateTime {
  const exact = Temporal.Instant.fromEpochMilliseconds(Date.parse(withoutLeapSecond(instant)));
  try {
    return exact.toZonedDateTimeISO(timeZone ?? "UTC");
  } catch {
    // It is not an IANA name.
    return exact.toZonedDateTimeISO("UTC");
  }
}

/**
 * An instant with the offset of a time zone, so that its first ten characters are the day there:
 * `2026-11-12T18:30:00-05:00`.
 * @param given an RFC 3339 date-time
 * @param timeZone an IANA name; UTC if it is missing or unknown
 * @throws RangeError if `given` is none: contracts are checked before anything is formatted
 */
export function instantIn(timeZone: string | undefined, given: string): string {
  const instant = withoutLeapSecond(given);
  const isInUtc = instant.endsWith("Z");
  if (timeZone === undefined && isInUtc) return instant;
  const zoned = onClocksOf(timeZone, instant);
  if (zoned.offsetNanoseconds !== 0) return zoned.toString({ timeZoneName: "never" });
  return isInUtc ? instant : zoned.toInstant().toString();
}

/**
 * The day of an instant in a time zone, `2026-11-12`. For its arguments see `instantIn`; a date is
 * its own day.
 */
export function dayIn(timeZone: string | undefined, instant: string): string {
  return DATE.test(instant) ? instant : onClocksOf(timeZone, instant).toPlainDate().toString();
}

/**
 * A day as a person reads it: `12 Nov 2026`.
 * @param day an RFC 3339 date-time, or a date
 * @param timeZone an IANA name; UTC if it is missing or unknown
 * @throws RangeError if `day` is neither
 */
export function formatDay(day: string, locale: string | undefined, timeZone = "UTC"): string {
  return dayFormat(supportedLocale(locale), DATE.test(day) ? "UTC" : timeZone).format(
    new Date(withoutLeapSecond(day)),
  );
}

const dayFormat = keptBy((locale, timeZone) => {
  const day = { day: "numeric", month: "short", year: "numeric" } as const;
  try {
    return new Intl.DateTimeFormat(locale, { ...day, timeZone });
  } catch {
    return new Intl.DateTimeFormat(locale, { ...day, timeZone: "UTC" });
  }
});
