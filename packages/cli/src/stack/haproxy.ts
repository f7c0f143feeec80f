import { execFile, spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

/** Where systems install it: a person's PATH often has no sbin. */
const HAPROXY_PLACES = [
  "/usr/sbin/haproxy",
  "/usr/local/sbin/haproxy",
  "/usr/local/bin/haproxy",
  "/opt/homebrew/bin/haproxy",
];

/** The command of the installed HAProxy, or undefined: by its name where it is on the PATH. */
export function findHaproxy(): string | undefined {
  const isOnPath = spawnSync("haproxy", ["-v"], { stdio: "ignore" }).status === 0;
  return isOnPath ? "haproxy" : HAPROXY_PLACES.find((place) => existsSync(place));
}

const run = promisify(execFile);
const NO_OPENSSL =
  "openssl is not installed, and makes the certificate of the proxy: apt-get install openssl";

/** Browsers refuse certificates that are good for longer (CA/Browser Forum: 398 days). */
const DAYS = 397;
/** What openssl is told, besides names and files: the key has no password. */
const NEW_CERTIFICATE =
  "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -addext extendedKeyUsage=serverAuth";
/** A certificate that would end during the day is replaced in the morning. */
const LEAST_LEFT_MS = 24 * 3_600_000;

/**
 * The file of the development proxy's self-signed certificate and its key, PEM, in `dir`. openssl
 * makes it if it is missing, ends soon or is for other names.
 *
 * @param names host names and IP addresses
 * @throws Error where openssl is not installed
 */
export async function developmentCertificate(dir: string, names: readonly string[]): Promise<string> {
  const file = join(dir, "proxy.pem");
  if (isUsable(file, names)) return file;
  mkdirSync(dir, { recursive: true });
  const alternatives = names.map((name) => `${isIP(name) === 0 ? "DNS" : "IP"}:${name}`).join(",");
  const draft = `${file}.${process.pid}`;
  const args = [
    ...NEW_CERTIFICATE.split(" "),
    "-days",
    String(DAYS),
    "-subj",
    "/CN=triptych development",
    "-addext",
    `subjectAltName=${alternatives}`,
    "-keyout",
    draft,
    "-out",
    draft,
  ];
  await run("openssl", args).catch((error: unknown) => {
    throw Object(error).code === "ENOENT" ? new Error(NO_OPENSSL, { cause: error }) : error;
  });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
  return file;
}

function isUsable(file: string, names: readonly string[]): boolean {
  try {
    const text = readFileSync(file);
    createPrivateKey(text);
    const certificate = new X509Certificate(text);
    const fits = names.every((name) =>
      isIP(name) === 0 ? certificate.checkHost(name) !== undefined : certificate.checkIP(name) !== undefined,
    );
    return fits && certificate.validToDate.getTime() - Date.now() > LEAST_LEFT_MS;
  } catch {
    return false;
  }
}
