import { BadSetting } from "./read-settings.ts";
import type { Setting } from "./read-settings.ts";

/**
 * The two settings of one secret: `NAME` holds it, `NAME_FILE` names a file that does. Exactly one
 * must be set. No complaint shows either.
 *
 * @param about what the secret is for
 */
export function secretSettings(
  name: string,
  about: string,
): Readonly<Record<string, Setting<string | undefined>>> {
  return {
    [name]: { about, read: (_name, text) => text },
    [`${name}_FILE`]: {
      about: `${about}: the file that holds it, followed when it changes`,
      read(fileName, text, earlier) {
        const given = [earlier.get(name), text].filter((value) => value !== undefined).length;
        if (given === 1) return text;
        throw new BadSetting(
          given === 0
            ? `${name} is missing: set it, or ${fileName} to the path of a file that holds it`
            : `${name} and ${fileName} are both set: keep one of them`,
        );
      },
    },
  };
}
