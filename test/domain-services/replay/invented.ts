import { createHmac } from "node:crypto";

/** Who stands in a recording for somebody real. */
export interface InventedPerson {
  readonly given: string;
  readonly family: string;
  readonly display: string;
  readonly email: string;
  readonly phone: string;
}

/** In each script that the sample users have, so that a page still shows what it does with it. */
const NAMES: Readonly<Record<string, readonly [given: string, family: string, display: string]>> = {
  ar: ["مثال", "نموذجي", "مثال نموذجي"],
  el: ["Δείγμα", "Υποδειγματίδης", "Δείγμα Υποδειγματίδης"],
  he: ["דוגמה", "לדוגמאי", "דוגמה לדוגמאי"],
  ja: ["見本子", "試見", "試見 見本子"],
  sv: ["Exempla", "Påhittsson", "Exempla Påhittsson"],
  uk: ["Зразка", "Вигаденко", "Зразка Вигаденко"],
  zh: ["样例", "拟", "拟样例"],
};
const ANYWHERE = ["Sampla", "Inventley", "Sampla Inventley"] as const;

/** @param locale of the real one, whose language decides the script */
export function inventedPerson(person: number, locale: string): InventedPerson {
  const [given, family, display] = NAMES[locale.split("-")[0] ?? ""] ?? ANYWHERE;
  return {
    given,
    family,
    display: `${display} ${person}`,
    email: `person-${person}@example.com`,
    // Ofcom keeps these numbers free for films and plays.
    phone: `+447700900${String(person).padStart(3, "0")}`,
  };
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/**
 * Another id for an id, always the same under the same key, in the same form: what stands before an underscore stays, as
 * does a year between dashes, and letters and digits become others of their kind. Without the key nobody can say whose it was.
 */
export function pseudonym(id: string, key: string): string {
  const bytes = createHmac("sha512", key).update(id).digest();
  const kept = /^[a-z]+_|-20\d\d-/.exec(id);
  const [from, to] = kept === null ? [0, 0] : [kept.index, kept.index + kept[0].length];
  return Array.from(id, (character, index) => {
    const byte = bytes[index % bytes.length] ?? 0;
    if (index >= from && index < to) return character;
    if (/\d/.test(character)) return String(byte % 10);
    return /[a-z]/.test(character) ? (LETTERS[byte % LETTERS.length] ?? character) : character;
  }).join("");
}
