export { formatDay } from "./date.ts";
export { DEFAULT_LOCALE, supportedLocale } from "./locale.ts";
export { formatMoney } from "./money.ts";
export type { Money } from "./money.ts";
