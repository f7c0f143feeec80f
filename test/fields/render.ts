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

/** Says of which screens nothing is known yet, and what to do; empty where each was seen. */
export function renderUnseen(screens: readonly string[], all: readonly ScreenFields[]): string {
  const seen = new Set(all.map(({ screen }) => screen));
  const unseen = screens.filter((screen) => !seen.has(screen));
  if (unseen.length === 0) return "";
  return `Not seen yet: ${unseen.join(", ")}. Open them while npm start runs, and ask again; where nothing runs, this command visits every screen.`;
}

function paragraph({ screen, upstream, operation, requests, read, unread }: ScreenFields): string {
  const share = unread.reduce((sum, field) => sum + field.share, 0);
  const times = `${requests} ${requests === 1 ? "request" : "requests"}`;
  const fields = `${read.length} ${read.length === 1 ? "field" : "fields"}`;
  const head = `${screen}: ${upstream}.${operation}, ${percent(share)} of its bytes are not read (${times}, ${fields} read)`;
  const rows = unread.map(
    (field) =>
      `  ${percent(field.share).padStart(6)}  ${String(field.bytes).padStart(7)} B  ${field.pointer}`,
  );
  return [head, ...rows].join("\n");
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
