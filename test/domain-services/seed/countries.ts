/** A market of the sample shop: how people there write, pay and get their parcels. */
export interface Country {
  /** ISO 3166-1 alpha-2 */
  code: string;
  /** BCP 47 */
  locale: string;
  /** ISO 4217 */
  currency: string;
  timeZones: readonly string[];
  /** Parcel centres on the way to the customer. */
  hubs: readonly string[];
  carriers: readonly string[];
  /** Sales tax in hundredths of a percent: standard and, for books and food, reduced. */
  taxRates: readonly [standard: number, reduced: number];
  /** How many in a hundred users live there, roughly. */
  share: number;
}

export const COUNTRIES: readonly Country[] = [
  {
    code: "GB",
    locale: "en-GB",
    currency: "GBP",
    timeZones: ["Europe/London"],
    hubs: ["Daventry", "Warrington", "Croydon", "Glasgow"],
    carriers: ["Royal Mail", "DPD", "Evri"],
    taxRates: [2000, 0],
    share: 18,
  },
  {
    code: "DE",
    locale: "de-DE",
    currency: "EUR",
    timeZones: ["Europe/Berlin"],
    hubs: ["Leipzig", "Köln", "Nürnberg", "Hamburg"],
    carriers: ["DHL", "Hermes", "DPD"],
    taxRates: [1900, 700],
    share: 16,
  },
  {
    code: "FR",
    locale: "fr-FR",
    currency: "EUR",
    timeZones: ["Europe/Paris"],
    hubs: ["Roissy-en-France", "Saint-Étienne", "Bordeaux"],
    carriers: ["Colissimo", "Chronopost"],
    taxRates: [2000, 550],
    share: 10,
  },
  {
    code: "US",
    locale: "en-US",
    currency: "USD",
    timeZones: ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"],
    hubs: ["Memphis, TN", "Louisville, KY", "Coeur d'Alene, ID"],
    carriers: ["UPS", "FedEx", "USPS"],
    taxRates: [825, 0],
    share: 10,
  },
  {
    code: "JP",
    locale: "ja-JP",
    currency: "JPY",
    timeZones: ["Asia/Tokyo"],
    hubs: ["東京", "大阪", "名古屋"],
    carriers: ["ヤマト運輸", "佐川急便"],
    taxRates: [1000, 800],
    share: 8,
  },
  {
    code: "ES",
    locale: "es-ES",
    currency: "EUR",
    timeZones: ["Europe/Madrid", "Atlantic/Canary"],
    hubs: ["Coslada", "L'Hospitalet de Llobregat"],
    carriers: ["SEUR", "Correos"],
    taxRates: [2100, 1000],
    share: 5,
  },
  {
    code: "GR",
    locale: "el-GR",
    currency: "EUR",
    timeZones: ["Europe/Athens"],
    hubs: ["Αθήνα", "Θεσσαλονίκη"],
    carriers: ["ACS", "ΕΛΤΑ Courier"],
    taxRates: [2400, 600],
    share: 4,
  },
  {
    code: "IT",
    locale: "it-IT",
    currency: "EUR",
    timeZones: ["Europe/Rome"],
    hubs: ["Bologna", "Forlì", "L'Aquila"],
    carriers: ["BRT", "Poste Italiane"],
    taxRates: [2200, 400],
    share: 4,
  },
  {
    code: "UA",
    locale: "uk-UA",
    currency: "UAH",
    timeZones: ["Europe/Kyiv"],
    hubs: ["Київ", "Львів", "Кам'янець-Подільський"],
    carriers: ["Нова пошта"],
    taxRates: [2000, 700],
    share: 3,
  },
  {
    code: "PL",
    locale: "pl-PL",
    currency: "PLN",
    timeZones: ["Europe/Warsaw"],
    hubs: ["Łódź", "Wrocław"],
    carriers: ["InPost"],
    taxRates: [2300, 500],
    share: 3,
  },
  {
    code: "CN",
    locale: "zh-CN",
    currency: "CNY",
    timeZones: ["Asia/Shanghai"],
    hubs: ["上海", "广州", "成都"],
    carriers: ["顺丰速运", "中国邮政"],
    taxRates: [1300, 900],
    share: 4,
  },
  {
    code: "SA",
    locale: "ar-SA",
    currency: "SAR",
    timeZones: ["Asia/Riyadh"],
    hubs: ["الرياض", "جدة"],
    carriers: ["سمسا إكسبرس", "Aramex"],
    taxRates: [1500, 0],
    share: 3,
  },
  {
    code: "KW",
    locale: "ar-KW",
    currency: "KWD",
    timeZones: ["Asia/Kuwait"],
    hubs: ["الكويت", "حولي"],
    carriers: ["Aramex"],
    taxRates: [0, 0],
    share: 1,
  },
  {
    code: "IL",
    locale: "he-IL",
    currency: "ILS",
    timeZones: ["Asia/Jerusalem"],
    hubs: ["תל אביב", "חיפה"],
    carriers: ["דואר ישראל"],
    taxRates: [1800, 0],
    share: 2,
  },
  {
    code: "KR",
    locale: "ko-KR",
    currency: "KRW",
    timeZones: ["Asia/Seoul"],
    hubs: ["서울", "대전"],
    carriers: ["CJ대한통운"],
    taxRates: [1000, 0],
    share: 2,
  },
  {
    code: "BR",
    locale: "pt-BR",
    currency: "BRL",
    timeZones: ["America/Sao_Paulo", "America/Manaus"],
    hubs: ["São Paulo", "Santa Bárbara d'Oeste"],
    carriers: ["Correios"],
    taxRates: [1700, 700],
    share: 3,
  },
  {
    code: "IE",
    locale: "en-IE",
    currency: "EUR",
    timeZones: ["Europe/Dublin"],
    hubs: ["Dublin", "Athlone"],
    carriers: ["An Post"],
    taxRates: [2300, 0],
    share: 2,
  },
  {
    code: "SE",
    locale: "sv-SE",
    currency: "SEK",
    timeZones: ["Europe/Stockholm"],
    hubs: ["Göteborg", "Jönköping"],
    carriers: ["PostNord"],
    taxRates: [2500, 600],
    share: 2,
  },
];

/** @throws RangeError where the sample shop does not sell to that country. */
export function countryOf(code: string): Country {
  const country = COUNTRIES.find((candidate) => candidate.code === code);
  if (country === undefined) throw new RangeError(`no country '${code}' in the sample data`);
  return country;
}
