/** Words that no variable can have: `const { delete: … } = client` (ECMA-262, section 12.7.2). */
const WORDS =
  "arguments await break case catch class const continue debugger default delete do else enum eval export " +
  "extends false finally for function if implements import in instanceof interface let new null package " +
  "private protected public return static super switch this throw true try typeof undefined var void while " +
  "with yield";

/**
 * Names that an operation's method does not get: words of the language, what every object has
 * (`constructor`, `__proto__`), and what others call without asking: `await` calls `then`, and
 * `JSON.stringify` calls `toJSON`.
 */
export const RESERVED: ReadonlySet<string> = new Set([
  ...WORDS.split(" "),
  ...Object.getOwnPropertyNames(Object.prototype),
  "then",
  "finally",
  "toJSON",
]);
