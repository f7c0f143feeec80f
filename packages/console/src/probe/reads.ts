import { subscribe } from "node:diagnostics_channel";
import { ration } from "./channel.ts";
import type { Tell } from "./channel.ts";
import { childOf, newField } from "../model/fields.ts";
import type { Field } from "../model/fields.ts";

/** When a request is over, whatever its deadline was, ms: then no screen reads its answers. */
const SETTLED_MS = 1_500;
/** An answer with more different fields than this is not watched: maps with free keys. */
const MAX_FIELDS = 2_000;

/** A field as it travels: its bytes in this answer, whether it was read, what is inside by name. */
export type ReadField = readonly [
  bytes: number,
  isRead: boolean,
  children: readonly (readonly [name: string, child: ReadField])[],
];

/**
 * Tells which fields of the services' answers were read. Some answers are replaced by copies that
 * notice each read; the copy is a proxy, which behaves like the answer in every other way.
 */
export function watchReads(tell: Tell): void {
  const isLetThrough = ration(100, 0.2);
  subscribe("triptych.upstream.answer", (message) => {
    const answer = Object(message);
    if (typeof answer.value !== "object" || answer.value === null || !isLetThrough()) return;
    const root = newField();
    const copy: unknown = structuredClone(answer.value);
    measure(copy, root);
    if (countOf(root) > MAX_FIELDS) return;
    answer.value = noticing(Object(copy), root);
    const { requestId: id, section, upstream, operation } = answer;
    setTimeout(() => {
      tell({ kind: "reads", id, section, upstream, operation, field: told(root) });
    }, SETTLED_MS).unref();
  });
}

/** Bytes of the JSON, member by member. */
function measure(value: unknown, field: Field): number {
  let bytes = 0;
  if (Array.isArray(value)) {
    bytes = 1 + Math.max(1, value.length);
    for (const item of value) bytes += measure(item, childOf(field, "*"));
  } else if (typeof value === "object" && value !== null) {
    bytes = 2;
    for (const [name, member] of Object.entries(value)) {
      const child = childOf(field, name);
      const key = name.length + 4;
      child.bytes += key;
      bytes += key + measure(member, child);
    }
  } else {
    bytes = Buffer.byteLength(JSON.stringify(value) ?? "");
  }
  field.bytes += bytes;
  return bytes;
}

function countOf(field: Field): number {
  let count = 1;
  for (const child of field.children.values()) count += countOf(child);
  return count;
}

function told({ bytes, isRead, children }: Field): ReadField {
  return [bytes, isRead, [...children].map(([name, child]) => [name, told(child)])];
}

/**
 * A value that marks each of its fields when it is read. The same field is always the same value.
 */
function noticing(value: object, field: Field): object {
  const made = new Map<string, object>();
  return new Proxy(value, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof name !== "string" || !Object.hasOwn(target, name) || name === "length") return member;
      const child = childOf(field, Array.isArray(target) ? "*" : name);
      child.isRead = true;
      if (typeof member !== "object" || member === null) return member;
      const known = made.get(name) ?? noticing(member, child);
      made.set(name, known);
      return known;
    },
  });
}
