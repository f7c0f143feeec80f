import type { Faker } from "@faker-js/faker";
import { faker as ar } from "@faker-js/faker/locale/ar";
import { faker as de } from "@faker-js/faker/locale/de";
import { faker as el } from "@faker-js/faker/locale/el";
import { faker as enGB } from "@faker-js/faker/locale/en_GB";
import { faker as enIE } from "@faker-js/faker/locale/en_IE";
import { faker as enUS } from "@faker-js/faker/locale/en_US";
import { faker as es } from "@faker-js/faker/locale/es";
import { faker as fr } from "@faker-js/faker/locale/fr";
import { faker as he } from "@faker-js/faker/locale/he";
import { faker as it } from "@faker-js/faker/locale/it";
import { faker as ja } from "@faker-js/faker/locale/ja";
import { faker as ko } from "@faker-js/faker/locale/ko";
import { faker as pl } from "@faker-js/faker/locale/pl";
import { faker as ptBR } from "@faker-js/faker/locale/pt_BR";
import { faker as sv } from "@faker-js/faker/locale/sv";
import { faker as uk } from "@faker-js/faker/locale/uk";
import { faker as zhCN } from "@faker-js/faker/locale/zh_CN";

const BY_COUNTRY: Readonly<Record<string, Faker>> = {
  GB: enGB,
  DE: de,
  FR: fr,
  US: enUS,
  JP: ja,
  ES: es,
  GR: el,
  IT: it,
  UA: uk,
  PL: pl,
  CN: zhCN,
  SA: ar,
  KW: ar,
  IL: he,
  KR: ko,
  BR: ptBR,
  IE: enIE,
  SE: sv,
};

/**
 * faker in the language of a country, seeded afresh, so that one record never depends on those before it.
 * faker's instances are shared: use one up before asking for the next.
 */
export function fakerOf(countryCode: string, seed: number): Faker {
  const faker = BY_COUNTRY[countryCode] ?? enGB;
  faker.seed(seed);
  return faker;
}
