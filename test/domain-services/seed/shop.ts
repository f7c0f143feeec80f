import type { Faker } from "@faker-js/faker";

/** One hour, in ms. */
export const HOUR_MS = 3_600_000;
/** One day, in ms. */
export const DAY_MS = 24 * HOUR_MS;
/**
 * "Today" in the sample data, in epoch ms: a fixed date, so the data is the same whenever it is
 * made.
 */
export const REFERENCE_MS = Date.UTC(2026, 10, 20, 12);

/** An instant (epoch ms) as the contracts' `date-time`. */
export const toDateTime = (ms: number): string => new Date(ms).toISOString();
/** An instant's day in UTC as the contracts' `date`. */
export const toDate = (ms: number): string => toDateTime(ms).slice(0, 10);

/** The shop's warehouses, named after the nearest airport. */
export const WAREHOUSES = ["LEJ-1", "BHX-2", "CDG-1", "NRT-1", "MEM-3"] as const;

/** ISO 4217. The shop sells in one currency, wherever its customers live. */
export const CURRENCY = "EUR";

/** A country the shop sells to: how people there write, and get their parcels. */
export interface Country {
  /** ISO 3166-1 alpha-2 */
  code: string;
  /** BCP 47 */
  locale: string;
  /** Which of faker's locales makes its names and addresses. */
  fakerLocale: string;
  /** Sales tax in hundredths of a percent. */
  tax: { standard: number; reduced: number };
  /** How many of a hundred users live there, roughly. */
  share: number;
  timeZones: readonly string[];
  carriers: readonly string[];
  /** Parcel centres on the way to the customer. */
  hubs: readonly string[];
}

// code | locale | faker | tax: standard reduced | share | time zones | carriers | hubs
const TABLE = `
GB | en-GB | en_GB | 2000    0 | 18 | Europe/London | Royal Mail; DPD; Evri | Daventry; Warrington; Croydon; Glasgow
DE | de-DE | de    | 1900  700 | 16 | Europe/Berlin | DHL; Hermes; DPD | Leipzig; Köln; Nürnberg; Hamburg
FR | fr-FR | fr    | 2000  550 | 10 | Europe/Paris | Colissimo; Chronopost | Roissy-en-France; Saint-Étienne; Bordeaux
US | en-US | en_US |  825    0 | 10 | America/New_York; America/Chicago; America/Denver; America/Los_Angeles | UPS; FedEx; USPS | Memphis, TN; Louisville, KY; Coeur d'Alene, ID
JP | ja-JP | ja    | 1000  800 |  8 | Asia/Tokyo | ヤマト運輸; 佐川急便 | 東京; 大阪; 名古屋
ES | es-ES | es    | 2100 1000 |  5 | Europe/Madrid; Atlantic/Canary | SEUR; Correos | Coslada; L'Hospitalet de Llobregat
GR | el-GR | el    | 2400  600 |  4 | Europe/Athens | ACS; ΕΛΤΑ Courier | Αθήνα; Θεσσαλονίκη
IT | it-IT | it    | 2200  400 |  4 | Europe/Rome | BRT; Poste Italiane | Bologna; Forlì; L'Aquila
UA | uk-UA | uk    | 2000  700 |  3 | Europe/Kyiv | Нова пошта | Київ; Львів; Кам'янець-Подільський
PL | pl-PL | pl    | 2300  500 |  3 | Europe/Warsaw | InPost | Łódź; Wrocław
CN | zh-CN | zh_CN | 1300  900 |  4 | Asia/Shanghai | 顺丰速运; 中国邮政 | 上海; 广州; 成都
SA | ar-SA | ar    | 1500    0 |  3 | Asia/Riyadh | سمسا إكسبرس; Aramex | الرياض; جدة
KW | ar-KW | ar    |    0    0 |  1 | Asia/Kuwait | Aramex | الكويت; حولي
IL | he-IL | he    | 1800    0 |  2 | Asia/Jerusalem | דואר ישראל | תל אביב; חיפה
KR | ko-KR | ko    | 1000    0 |  2 | Asia/Seoul | CJ대한통운 | 서울; 대전
BR | pt-BR | pt_BR | 1700  700 |  3 | America/Sao_Paulo; America/Manaus | Correios | São Paulo; Santa Bárbara d'Oeste
IE | en-IE | en_IE | 2300    0 |  2 | Europe/Dublin | An Post | Dublin; Athlone
SE | sv-SE | sv    | 2500  600 |  2 | Europe/Stockholm | PostNord | Göteborg; Jönköping
`;

/** Every country the shop sells to. */
export const COUNTRIES: readonly Country[] = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [code = "", locale = "", fakerLocale = "", taxes = "", share = "", ...lists] = line
      .split("|")
      .map((cell) => cell.trim());
    const [standard = 0, reduced = 0] = taxes.split(/ +/).map(Number);
    const [timeZones = [], carriers = [], hubs = []] = lists.map((list) => list.split("; "));
    const tax = { standard, reduced };
    return { code, locale, fakerLocale, tax, share: Number(share), timeZones, carriers, hubs };
  });

/** @throws RangeError if the shop does not sell to that country. */
export function countryOf(code: string): Country {
  const country = COUNTRIES.find((candidate) => candidate.code === code);
  if (country === undefined) throw new RangeError(`no country '${code}' in the sample data`);
  return country;
}

const fakers = new Map<string, Faker>();
// Only these locales: faker's own index loads all 70, which takes three times as long.
for (const { fakerLocale } of COUNTRIES) {
  const { faker }: { faker: Faker } = await import(`@faker-js/faker/locale/${fakerLocale}`);
  fakers.set(fakerLocale, faker);
}

/**
 * faker in the language of a country, seeded again, so that no record depends on the one before it.
 * The instances are shared: finish with one before you ask for the next.
 */
export function fakerOf({ fakerLocale }: Country, seed: number): Faker {
  const faker = fakers.get(fakerLocale);
  if (faker === undefined) throw new RangeError(`faker has no locale '${fakerLocale}'`);
  faker.seed(seed);
  return faker;
}
