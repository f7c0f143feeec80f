/** How one environment variable becomes a value. The functions of this folder make them. */
export interface Setting<Value> {
  /**
   * @param name the variable's name, for the complaint
   * @param text what the environment holds; `undefined` where it is unset or empty
   * @param earlier the values of the settings declared before this one
   * @throws {BadSetting} with a complaint that starts with `name` and never shows a secret
   */
  read(name: string, text: string | undefined, earlier: ReadonlyMap<string, unknown>): Value;
}

/** One setting that cannot be used. `readSettings` gathers them into one `SettingsError`. */
export class BadSetting extends Error {
  override readonly name = "BadSetting";
}

const LONGEST_SHOWN = 80;
// Anything that could end the line or hide what follows on a terminal.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** `text` in quotes as one printable line of bounded length, to be shown in a complaint. */
export function quoted(text: string): string {
  const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  const line = cut.replace(UNPRINTABLE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  return `'${line}'`;
}
