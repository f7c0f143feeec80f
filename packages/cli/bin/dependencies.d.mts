/** The types of dependencies.mjs, which is plain JavaScript because it runs before anything is installed. */
export function isInstalled(root: string): boolean;
export function ensureInstalled(options: {
  readonly root: string;
  readonly log: (line: string) => void;
  readonly npm: string | undefined;
}): Promise<void>;
