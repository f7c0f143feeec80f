import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { X509Certificate } from "node:crypto";
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
/** A certificate that would end during the day is replaced in the morning. */
const LEAST_LEFT_MS = 24 * 3_600_000;

/** Where a certificate and its key are. */
export interface DevelopmentCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** Both in one file, as HAProxy reads them. */
  readonly bothFile: string;
}

/**
 * The self-signed certificate of the development proxy, in `dir`. openssl makes it if it is
 * missing, ends soon or is for other names.
 *
 * @param names host names and IP addresses
 * @throws Error where openssl is not installed
 */
export async function developmentCertificate(
  dir: string,
  names: readonly string[],
): Promise<DevelopmentCertificate> {
  const files = {
    certFile: join(dir, "proxy-cert.pem"),
    keyFile: join(dir, "proxy-key.pem"),
    bothFile: join(dir, "proxy.pem"),
  };
  if (await isUsable(files, names)) return files;
  await mkdir(dir, { recursive: true });
  const alternatives = names.map((name) => `${isIP(name) === 0 ? "DNS" : "IP"}:${name}`).join(",");
  const draft = `${files.bothFile}.${process.pid}`;
  const made = run("openssl", [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-sha256",
    "-days",
    String(DAYS),
    "-subj",
    "/CN=triptych development",
    "-addext",
    `subjectAltName=${alternatives}`,
    "-addext",
    "extendedKeyUsage=serverAuth",
    "-keyout",
    `${draft}.key`,
    "-out",
    `${draft}.crt`,
  ]);
  await made.catch((error: unknown) => {
    throw Object(error).code === "ENOENT" ? new Error(NO_OPENSSL, { cause: error }) : error;
  });
  const [key, cert] = await Promise.all([readFile(`${draft}.key`, "utf8"), readFile(`${draft}.crt`, "utf8")]);
  await writeFile(draft, cert + key, { mode: 0o600 });
  await chmod(`${draft}.key`, 0o600);
  // The file with both comes last: where it is, all are.
  await rename(`${draft}.key`, files.keyFile);
  await rename(`${draft}.crt`, files.certFile);
  await rename(draft, files.bothFile);
  return files;
}

async function isUsable(
  { bothFile, certFile, keyFile }: DevelopmentCertificate,
  names: readonly string[],
): Promise<boolean> {
  try {
    const [both, cert, key] = await Promise.all(
      [bothFile, certFile, keyFile].map(async (file) => readFile(file, "utf8")),
    );
    if (both !== `${cert}${key}`) return false;
    const certificate = new X509Certificate(cert ?? "");
    const fits = names.every((name) =>
      isIP(name) === 0 ? certificate.checkHost(name) !== undefined : certificate.checkIP(name) !== undefined,
    );
    return fits && certificate.validToDate.getTime() - Date.now() > LEAST_LEFT_MS;
  } catch {
    return false;
  }
}
