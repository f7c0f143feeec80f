/** A piece of TypeScript inside a literal, such as the name of a constant. */
export class Code {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value to write as source text; it may hold code. Undefined members are left out. */
export type Literal = null | boolean | number | string | Code | readonly Literal[] | LiteralObject;
type LiteralObject = { readonly [name: string]: Literal | undefined };

/** Columns that a literal may take before each member gets a line of its own. */
const WIDTH = 100;

/** The value as a JavaScript literal, on one line where it fits. */
export function literal(value: Literal, indent = ""): string {
  const line = oneLine(value);
  if (indent.length + line.length <= WIDTH || !isNested(value)) return line;
  const inside = `${indent}  `;
  const isArray = isList(value);
  const members = isArray
    ? value.map((item) => literal(item, inside))
    : membersOf(value).map(([name, member]) => `${key(name)}: ${literal(member, inside)}`);
  const lines = members.map((member) => `${inside}${member},\n`).join("");
  return isArray ? `[\n${lines}${indent}]` : `{\n${lines}${indent}}`;
}

function oneLine(value: Literal): string {
  if (value instanceof Code) return value.text;
  if (!isNested(value)) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(oneLine).join(", ")}]`;
  const members = membersOf(value).map(([name, member]) => `${key(name)}: ${oneLine(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** `__proto__: x` sets the prototype; computed, it is a member (ECMA-262, annex B.3.1). */
function key(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function isNested(value: Literal): value is readonly Literal[] | LiteralObject {
  return typeof value === "object" && value !== null && !(value instanceof Code);
}

function membersOf(value: LiteralObject): readonly (readonly [name: string, member: Literal])[] {
  return Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, member]]));
}

function isList(value: object): value is readonly Literal[] {
  return Array.isArray(value);
}
