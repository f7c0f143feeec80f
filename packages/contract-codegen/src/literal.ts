/** A piece of TypeScript inside a literal, such as the name of a constant. */
export class Code {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Literal =
  | null
  | boolean
  | number
  | string
  | Code
  | readonly Literal[]
  | { readonly [name: string]: Literal };

const WIDTH = 100;

/** A JavaScript literal of a value: on one line where it fits, else a member a line. The same value gives the same text. */
export function literal(value: Literal, indent = ""): string {
  const line = oneLine(value);
  if (
    indent.length + line.length <= WIDTH ||
    value === null ||
    typeof value !== "object" ||
    value instanceof Code
  ) {
    return line;
  }
  const inner = `${indent}  `;
  if (isList(value)) {
    return `[\n${value.map((item) => `${inner}${literal(item, inner)},\n`).join("")}${indent}]`;
  }
  const members = Object.entries(value).map(
    ([name, member]) => `${inner}${key(name)}: ${literal(member, inner)},\n`,
  );
  return `{\n${members.join("")}${indent}}`;
}

function oneLine(value: Literal): string {
  if (value instanceof Code) return value.text;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(oneLine).join(", ")}]`;
  const members = Object.entries(value).map(([name, member]) => `${key(name)}: ${oneLine(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** In a literal, `__proto__: x` sets the prototype; computed, it is a member like any other (ECMA-262, annex B.3.1). */
function key(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function isList(value: object): value is readonly Literal[] {
  return Array.isArray(value);
}
