/** What a user without a locale, or with one that we cannot format for, gets. */
export const DEFAULT_LOCALE = "en-GB";

/**
 * A locale that `Intl` can format for.
 * @param tag a BCP 47 tag as a service gave it; extensions are dropped, they would make any number of different locales
 * @returns the tag in its canonical form, or `en-GB` where it is missing, malformed or unknown
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
