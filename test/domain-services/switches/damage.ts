import type { Breakable } from "../http/router.ts";
import type { Reply } from "../http/reply.ts";

export type Damage = "missing-field" | "wrong-type" | "unknown-enum" | "extra-fields";

type Container = Record<string, unknown>;

/** A successful reply whose JSON breaks the contract in the given way; what is left of it is as it was. */
export function damage(reply: Reply, how: Damage, breakable: Breakable): Reply {
  const document: unknown = JSON.parse(reply.body);
  switch (how) {
    case "missing-field":
      change(document, breakable.required, (holder, member) => {
        delete holder[member];
      });
      break;
    case "wrong-type":
      change(document, breakable.typed, (holder, member) => {
        holder[member] = typeof holder[member] === "string" ? 4_711 : "not what the contract says";
      });
      break;
    case "unknown-enum":
      change(document, breakable.enumerated, (holder, member) => {
        holder[member] = "a_value_of_next_year";
      });
      break;
    case "extra-fields":
      addFields(document, breakable.maps ?? []);
      break;
  }
  return { ...reply, body: JSON.stringify(document) };
}

/**
 * Applies `edit` to every member that the path leads to. An empty list on the way leaves nothing to damage: then it
 * is the list itself that suffers, so that the answer is broken for every user.
 */
function change(document: unknown, path: string, edit: (holder: Container, member: string) => void): void {
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  const firstMember = steps[0] ?? last;
  const holders = steps.reduce<unknown[]>(
    (found, step) =>
      found.flatMap((value) =>
        step === "*" ? (Array.isArray(value) ? value : []) : [memberOf(value, step)],
      ),
    [document],
  );
  const containers = holders.filter(isContainer);
  if (containers.length > 0) for (const holder of containers) edit(holder, last);
  else if (isContainer(document)) edit(document, firstMember);
}

/** A member that no contract lists, in the document and in every object below it that is no map. */
function addFields(value: unknown, maps: readonly string[]): void {
  if (Array.isArray(value)) for (const item of value) addFields(item, maps);
  else if (isContainer(value)) {
    for (const [name, member] of Object.entries(value)) if (!maps.includes(name)) addFields(member, maps);
    value["aFieldOfNextYear"] = { since: "2027-01-01", values: [1, "two", null] };
  }
}

const memberOf = (value: unknown, member: string): unknown =>
  isContainer(value) ? value[member] : undefined;

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
