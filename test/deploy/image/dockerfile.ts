/** One instruction of a stage, of those that we use. */
export type Instruction =
  | { readonly kind: "WORKDIR"; readonly text: string }
  | { readonly kind: "RUN"; readonly text: string }
  | { readonly kind: "USER"; readonly text: string }
  | {
      readonly kind: "COPY";
      readonly from: string | undefined;
      readonly source: string;
      readonly target: string;
    }
  | { readonly kind: "ENV"; readonly name: string; readonly value: string }
  | { readonly kind: "EXPOSE"; readonly ports: readonly number[] }
  | { readonly kind: "CMD"; readonly command: readonly string[] }
  | { readonly kind: "HEALTHCHECK"; readonly command: readonly string[] };

export interface Stage {
  /** The image that it starts from. */
  readonly base: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/**
 * Reads a Dockerfile of the few instructions that we use.
 * @throws SyntaxError for any other, so that nothing is built here that Docker would build otherwise
 */
export function parseDockerfile(source: string): Stage[] {
  const variables = new Map<string, string>();
  const stages: { base: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const line of joinLines(source)) {
    const [, keyword = "", rest = ""] = /^([A-Z]+) (.+)$/s.exec(line) ?? [];
    if (keyword === "ARG" && stages.length === 0) {
      const [, name = "", value = ""] = /^(\w+)=(\S+)$/.exec(rest) ?? [];
      variables.set(name, value);
    } else if (keyword === "FROM") {
      const [, base = "", , name] = /^(\S+)( AS (\w+))?$/.exec(rest) ?? [];
      stages.push({
        base: base.replace(/^\$\{(\w+)\}$/, (_, key: string) => variables.get(key) ?? ""),
        name,
        instructions: [],
      });
    } else {
      const instruction = toInstruction(keyword, rest);
      const stage = stages.at(-1);
      if (instruction === undefined || stage === undefined)
        throw new SyntaxError(`not an instruction that is used here: ${line}`);
      stage.instructions.push(instruction);
    }
  }
  return stages;
}

/** Lines that end in a backslash go on; comments are no lines. */
function joinLines(source: string): string[] {
  return source
    .split("\n")
    .filter((line) => !line.startsWith("#") && line.trim() !== "")
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n");
}

function toInstruction(keyword: string, rest: string): Instruction | undefined {
  switch (keyword) {
    case "WORKDIR":
    case "RUN":
    case "USER":
      return { kind: keyword, text: rest };
    case "COPY": {
      const [, , from, source = "", target = ""] = /^(--from=(\w+) )?(\S+) (\S+)$/.exec(rest) ?? [];
      return target === "" ? undefined : { kind: keyword, from, source, target };
    }
    case "ENV": {
      const [, name = "", value = ""] = /^(\w+)=(\S+)$/.exec(rest) ?? [];
      return name === "" ? undefined : { kind: keyword, name, value };
    }
    case "EXPOSE":
      return { kind: keyword, ports: rest.split(" ").map(Number) };
    case "CMD":
      return { kind: keyword, command: toCommand(rest) };
    case "HEALTHCHECK":
      return { kind: keyword, command: toCommand(rest.replace(/^(--\S+ )*CMD /, "")) };
    default:
      return undefined;
  }
}

/** The form without a shell, which would not pass signals on. */
function toCommand(text: string): string[] {
  const value: unknown = JSON.parse(text);
  if (Array.isArray(value) && value.every((part) => typeof part === "string")) return value;
  throw new SyntaxError(`expected a command of the form ["node", "…"], but got ${text}`);
}
