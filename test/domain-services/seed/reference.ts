/** Part of every database file's version: raise it when what the generators make changes. */
export const SEED_VERSION = 3;

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** "Today" in the sample data. Never the machine's clock: everybody has the same data, whenever it was made. */
export const REFERENCE_MS = Date.UTC(2026, 10, 20, 12);

/** Orders were placed over the three years before the reference date. */
export const FIRST_ORDER_MS = REFERENCE_MS - 3 * 365 * DAY_MS;

/** An instant as the contracts' `date-time`. */
export const toDateTime = (ms: number): string => new Date(ms).toISOString();

/** An instant's day (UTC) as the contracts' `date`. */
export const toDate = (ms: number): string => toDateTime(ms).slice(0, 10);
