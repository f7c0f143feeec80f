import { Visitor, parseSync } from "oxc-parser";
import { check } from "recheck";

/** A regular expression, and where it is written. */
export interface Expression {
  readonly source: string;
  readonly flags: string;
  /** The file and the line. */
  readonly at: string;
}

/** What a file says of regular expressions. */
export interface Expressions {
  readonly written: readonly Expression[];
  /** Where `RegExp` is given a text that is made at run time. */
  readonly built: readonly string[];
}

/** Reads the literals of a source, what it gives to `RegExp`, and the patterns of its schemas. */
export function expressionsOfSource(path: string, text: string): Expressions {
  const written: Expression[] = [];
  const built: string[] = [];
  const at = (start: number) => `${path}:${text.slice(0, start).split("\n").length}`;
  const construct = ({ callee, arguments: [source, flags], start }: Construction) => {
    if (!("name" in callee) || callee.name !== "RegExp") return;
    if (source !== undefined && "value" in source && typeof source.value === "string") {
      const given = flags !== undefined && "value" in flags ? String(flags.value) : "";
      written.push({ source: source.value, flags: given, at: at(start) });
    } else built.push(at(start));
  };
  const visitor = new Visitor({
    Literal(node) {
      if (!("regex" in node)) return;
      written.push({ source: node.regex.pattern, flags: node.regex.flags, at: at(node.start) });
    },
    Property({ key, value, start }) {
      const isPattern = "name" in key && key.name === "pattern";
      if (!isPattern || !("value" in value) || typeof value.value !== "string") return;
      written.push({ source: value.value, flags: "u", at: at(start) });
    },
    NewExpression: construct,
    CallExpression: construct,
  });
  visitor.visit(parseSync(path, text).program);
  return { written, built };
}

/** As much of a call as `RegExp` needs. */
interface Construction {
  readonly callee: object;
  readonly arguments: readonly object[];
  readonly start: number;
}

/** Reads the patterns of an OpenAPI document in JSON or YAML, which are run on requests. */
export function patternsOfContract(path: string, text: string): readonly Expression[] {
  return text.split("\n").flatMap((line, index) => {
    const at = `${path}:${index + 1}`;
    const json = /"pattern": ("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
    const yaml = /(?:^|[\s{])pattern: '([^']*)'/.exec(line)?.[1];
    const source: unknown = json === undefined ? yaml : JSON.parse(json);
    return typeof source === "string" ? [{ source, flags: "u", at }] : [];
  });
}

/**
 * From the text's start to its end one repeated set of characters: linear by its form. The checker
 * would spend a second on each.
 */
const ONE_SET = /^\^\[(?:[^\]\\]|\\.)+\](?:[+*]|\{\d+(?:,\d*)?\})\$$/;

/** How long one expression may be examined, ms. Most take 20, those with a lookbehind 3,000. */
const TIMEOUT_MS = 30_000;
/**
 * How often one is examined before it counts as slow: an attack is confirmed by the time that it
 * takes, which is wrong now and then while the machine is busy.
 */
const TRIES = 4;

/**
 * Says what is wrong with an expression: a text that makes it take more than linear time, also only
 * because a search starts again at each place. Undefined for one that is right.
 */
export async function slowness(
  { source, flags, at }: Expression,
  mostTries = TRIES,
): Promise<string | undefined> {
  if (ONE_SET.test(source) && !/[mv]/.test(flags)) return undefined;
  let why = "";
  for (let tries = 0; tries < mostTries; tries += 1) {
    const { status, ...found } = await check(source, flags, { timeout: TIMEOUT_MS });
    if (status === "safe") return undefined;
    why = "attack" in found && found.attack !== undefined ? found.attack.pattern : "not decided in time";
  }
  return `${at}: /${source}/${flags} is not linear: ${why}`;
}
