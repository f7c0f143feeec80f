/** One entry of the console's `GET /fields.json`. */
export interface ScreenFields {
  readonly app: string;
  readonly screen: string;
  readonly upstream: string;
  readonly operation: string;
  readonly requests: number;
  readonly read: readonly string[];
  readonly unread: readonly { readonly pointer: string; readonly bytes: number; readonly share: number }[];
}

/** The fields that are not read, as text: a paragraph for each operation of each screen. */
export function renderFields(all: readonly ScreenFields[]): string {
  return all.map(paragraph).join("\n\n");
}

function paragraph({ screen, upstream, operation, requests, read, unread }: ScreenFields): string {
  const share = unread.reduce((sum, field) => sum + field.share, 0);
  const times = `${requests} ${requests === 1 ? "request" : "requests"}`;
  const head = `${screen}: ${upstream}.${operation}, ${percent(share)} of its bytes are not read (${times}, ${read.length} fields read)`;
  const rows = unread.map(
    (field) =>
      `  ${percent(field.share).padStart(6)}  ${String(field.bytes).padStart(7)} B  ${field.pointer}`,
  );
  return [head, ...rows].join("\n");
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
