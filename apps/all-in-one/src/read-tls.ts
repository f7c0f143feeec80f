import { readFileSync } from "node:fs";
import { SettingsError } from "@triptych/service-kit";
import type { TlsFiles } from "@triptych/service-kit";
import type { Settings } from "./settings.ts";

/**
 * The certificate that this process shows; undefined when none is set.
 *
 * @throws SettingsError when one of the two is missing, or is not a file that can be read
 */
export function readTls(settings: Pick<Settings, "TLS_CERT_FILE" | "TLS_KEY_FILE">): TlsFiles | undefined {
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key } = settings;
  if (cert === undefined && key === undefined) return undefined;
  return { cert: read("TLS_CERT_FILE", cert), key: read("TLS_KEY_FILE", key) };
}

function read(name: string, file: string | undefined): Buffer {
  if (file === undefined) {
    throw new SettingsError([`${name} is missing: set both TLS_CERT_FILE and TLS_KEY_FILE, or neither`]);
  }
  try {
    return readFileSync(file);
  } catch {
    throw new SettingsError([`${name} cannot be read: '${file}' must be a PEM file that this user may read`]);
  }
}
