const DAYS = "(?:mon|tue|wed|thu|fri|sat|sun)";
const LONG_DAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = String.raw`(?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d):(?<second>[0-5]\d|60)`;

/**
 * The three formats that a recipient must accept (RFC 9110, section 5.6.7). Caches ignore case (RFC
 * 9111, section 4.2). Every format is in UTC; asctime, the last one, does not say so.
 */
const FORMATS = [
  String.raw`${DAYS}, (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} gmt`,
  String.raw`${LONG_DAYS}, (?<day>\d\d)-${MONTH}-(?<year>\d\d) ${TIME} gmt`,
  String.raw`${DAYS} ${MONTH} (?<day>[ \d]\d) ${TIME} (?<year>\d{4})`,
].map((format) => new RegExp(`^${format}$`, "i"));

/**
 * Reads a date of an HTTP header: `Date`, `Expires`, `Last-Modified`, `Retry-After`, `Sunset`.
 * `Date.parse` would also take `3600`, `2099` and ISO dates, and asctime in the machine's time
 * zone.
 *
 * @param now ms since 1970. A two-digit year means the one that is at most 50 years after it
 * @returns ms since 1970, or undefined for anything that is not an HTTP date
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  for (const format of FORMATS) {
    const parts = format.exec(text)?.groups;
    if (parts !== undefined) return timeOf(parts, now);
  }
  return undefined;
}

function timeOf(parts: Readonly<Record<string, string>>, now: number): number | undefined {
  const { year = "", month = "", day, hour, minute, second } = parts;
  const monthIndex = MONTHS.indexOf(month.toLowerCase());
  const timeIn = (wholeYear: number): number | undefined => {
    // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
    const date = new Date(0);
    date.setUTCFullYear(wholeYear, monthIndex, Number(day));
    // February 30 would become March 1 or 2.
    if (date.getUTCMonth() !== monthIndex) return undefined;
    return date.setUTCHours(Number(hour), Number(minute), Number(second));
  };
  if (year.length === 4) return timeIn(Number(year));
  const latest = new Date(now);
  latest.setUTCFullYear(latest.getUTCFullYear() + 50);
  const century = latest.getUTCFullYear() - (latest.getUTCFullYear() % 100);
  const time = timeIn(century + Number(year));
  return time !== undefined && time <= latest.getTime() ? time : timeIn(century - 100 + Number(year));
}
