import { supportedLocale } from "./locale.ts";

/** As with money: making a formatter is dear, using one is not; kept for this many pairs of locale and time zone. */
const MAX_FORMATS = 500;
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * A day as a person reads it: `12 Nov 2026`.
 *
 * @param instant an RFC 3339 date-time, or a date (which is then taken as midnight UTC)
 * @param timeZone an IANA name; UTC where it is missing or unknown
 * @throws RangeError when `instant` is neither: contracts are checked before anything is formatted
 */
export function formatDay(instant: string, locale: string | undefined, timeZone: string | undefined): string {
  return formatFor(supportedLocale(locale), timeZone).format(new Date(instant));
}

function formatFor(locale: string, timeZone: string | undefined): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = make(locale, timeZone);
  if (formats.size >= MAX_FORMATS) formats.clear();
  formats.set(key, made);
  return made;
}

function make(locale: string, timeZone: string | undefined): Intl.DateTimeFormat {
  const day = { day: "numeric", month: "short", year: "numeric" } as const;
  try {
    return new Intl.DateTimeFormat(locale, { ...day, timeZone: timeZone ?? "UTC" });
  } catch {
    return new Intl.DateTimeFormat(locale, { ...day, timeZone: "UTC" });
  }
}
