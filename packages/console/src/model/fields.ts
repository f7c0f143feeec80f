/** Which fields of a service's answers a screen reads, and which it does not. */
export interface ScreenFields {
  readonly app: string;
  readonly screen: string;
  readonly upstream: string;
  readonly operation: string;
  /** The number of requests that this stands on. */
  readonly requests: number;
  /** JSON pointers; `*` is every item of a list. */
  readonly read: readonly string[];
  /** The largest first. A field that was not read is named without those inside. */
  readonly unread: readonly {
    readonly pointer: string;
    /** On average in an answer. */
    readonly bytes: number;
    /** Of the answer's bytes, 0 to 1. */
    readonly share: number;
  }[];
}

/** Where an answer was read. */
export type Reader = Pick<ScreenFields, "app" | "screen" | "upstream" | "operation">;

/** A field of an answer. The items of a list are one field, `*`. */
export type Field = { bytes: number; isRead: boolean; readonly children: Map<string, Field> };

type Answers = {
  readonly reader: Reader;
  readonly root: Field;
  answers: number;
  requests: number;
  lastId: string;
};

/** Operations of screens, and fields of each. */
const MAX_READERS = 500;
const MAX_CHILDREN = 2_000;

/** A field of which nothing is known yet. */
export const newField = (): Field => ({ bytes: 0, isRead: false, children: new Map() });

/** The field of that name inside another; it is added where there is none. */
export function childOf(field: Field, name: string): Field {
  const found = field.children.get(name) ?? newField();
  field.children.set(name, found);
  return found;
}

/** Adds up what the apps tell of reads. */
export class Fields {
  readonly #all = new Map<string, Answers>();

  /**
   * @param id the request's: its sections may have read the same answer
   * @param field as the probe tells it; ignored where it is malformed
   */
  add(reader: Reader, id: string, field: unknown): void {
    const key = [reader.app, reader.screen, reader.upstream, reader.operation].join(" ");
    let found = this.#all.get(key);
    if (found === undefined) {
      if (this.#all.size >= MAX_READERS) return;
      found = { reader, root: newField(), answers: 0, requests: 0, lastId: "" };
      this.#all.set(key, found);
    }
    found.answers += 1;
    if (found.lastId !== id) found.requests += 1;
    found.lastId = id;
    merge(found.root, field);
  }

  list(): readonly ScreenFields[] {
    return [...this.#all.values()].map(summed);
  }
}

function summed({ reader, root, answers, requests }: Answers): ScreenFields {
  const read: string[] = [];
  const unread: { pointer: string; bytes: number; share: number }[] = [];
  const visit = (field: Field, pointer: string): void => {
    for (const [name, child] of field.children) {
      const place = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const share = root.bytes === 0 ? 0 : rounded(child.bytes / root.bytes);
      if (!child.isRead) unread.push({ pointer: place, bytes: Math.round(child.bytes / answers), share });
      else if (child.children.size === 0) read.push(place);
      else visit(child, place);
    }
  };
  visit(root, "");
  return { ...reader, requests, read, unread: unread.toSorted((one, other) => other.bytes - one.bytes) };
}

function merge(into: Field, told: unknown): void {
  if (!Array.isArray(told)) return;
  const [bytes, isRead, children] = told;
  if (typeof bytes === "number") into.bytes += bytes;
  if (isRead === true) into.isRead = true;
  for (const [name, child] of Array.isArray(children) ? children.filter(Array.isArray) : [])
    if (typeof name === "string" && into.children.size < MAX_CHILDREN) merge(childOf(into, name), child);
}

const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;
