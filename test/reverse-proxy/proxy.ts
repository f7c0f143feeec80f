import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { developmentCertificate } from "@triptych/cli/haproxy";
import { freePorts } from "../free-ports.ts";
import type { RecordingGateway } from "./recording-gateway.ts";

const CONFIGURATION = join(import.meta.dirname, "..", "..", "apps", "reverse-proxy");
const HOST = "127.0.0.1";

export type ProxyName = "haproxy" | "nginx";

/** Where Debian installs them; a person's PATH often has no sbin. */
const COMMANDS = { haproxy: "/usr/sbin/haproxy", nginx: "/usr/sbin/nginx" } as const;

export const haproxyCommand = COMMANDS.haproxy;

/** Why a proxy's tests are skipped; undefined where they can run. */
export function missing(name: ProxyName): string | undefined {
  const isThere = spawnSync(COMMANDS[name], ["-v"]).status === 0;
  return isThere ? undefined : `${name} is not installed (apt-get install ${name})`;
}

export interface RunningProxy extends AsyncDisposable {
  readonly httpsPort: number;
  readonly httpPort: number;
  readonly statsPort: number;
  readonly publicOrigin: string;
  /** The certificate that a client has to trust. */
  readonly ca: string;
  /** Everything it has logged so far. */
  log(): string;
}

/** Starts a proxy as ops would, on free ports, in front of some gateways. */
export async function runProxy(
  name: ProxyName,
  gateways: readonly RecordingGateway[],
): Promise<RunningProxy> {
  const dir = await mkdtemp(join(tmpdir(), `${name}-`));
  const [httpsPort = 0, httpPort = 0, statsPort = 0] = await freePorts(3);
  const certificate = await developmentCertificate(dir, ["localhost", HOST]);
  const place = {
    dir,
    gateways,
    httpsPort,
    httpPort,
    statsPort,
    certificate,
    publicOrigin: `https://${HOST}:${httpsPort}`,
  };
  const { command, args, env } = name === "haproxy" ? haproxy(place) : await nginx(place);
  // A file and no pipe: Node's pipes are sockets, which nginx cannot open as /dev/stdout.
  const logFile = join(dir, "log");
  const output = await open(logFile, "w");
  const child = spawn(command, args, { env, stdio: ["ignore", output.fd, output.fd] });
  const log = (): string => readFileSync(logFile, "utf8");
  const exited = once(child, "exit");
  while (!(await accepts(httpsPort))) {
    if (child.exitCode !== null) throw new Error(`${name} did not start: ${log()}`);
    await setTimeout(20);
  }
  return {
    httpsPort,
    httpPort,
    statsPort,
    publicOrigin: place.publicOrigin,
    ca: await readFile(certificate.certFile, "utf8"),
    log,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const late = setTimeout(1_000, "late", { ref: false });
      if ((await Promise.race([exited, late])) === "late") child.kill("SIGKILL");
      await exited;
      await output.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface Place {
  readonly dir: string;
  readonly gateways: readonly RecordingGateway[];
  readonly httpsPort: number;
  readonly httpPort: number;
  readonly statsPort: number;
  readonly publicOrigin: string;
  readonly certificate: { readonly certFile: string; readonly keyFile: string; readonly bothFile: string };
}

function haproxy({ dir, gateways, httpsPort, httpPort, statsPort, publicOrigin, certificate }: Place) {
  const addresses = gateways.flatMap(({ port, adminPort }, index) => [
    [`GATEWAY_${index + 1}`, `${HOST}:${port}`],
    [`GATEWAY_${index + 1}_ADMIN_PORT`, String(adminPort)],
  ]);
  return {
    command: COMMANDS.haproxy,
    args: ["-db", "-f", join(CONFIGURATION, "haproxy", "haproxy.cfg")],
    env: {
      ...Object.fromEntries(addresses),
      HTTPS_BIND: `${HOST}:${httpsPort}`,
      HTTP_BIND: `${HOST}:${httpPort}`,
      STATS_BIND: `${HOST}:${statsPort}`,
      RUN_DIR: dir,
      CERT_FILE: certificate.bothFile,
      PUBLIC_ORIGIN: publicOrigin,
    },
  };
}

async function nginx({ dir, gateways, httpsPort, httpPort, statsPort, publicOrigin, certificate }: Place) {
  const home = join(dir, "nginx");
  await cp(join(CONFIGURATION, "nginx"), home, { recursive: true });
  await mkdir(join(home, "site"));
  await mkdir(join(home, "temp"));
  const site = {
    listen: `listen ${HOST}:${httpsPort} ssl http2;\nssl_certificate ${certificate.certFile};\nssl_certificate_key ${certificate.keyFile};`,
    redirect: `listen ${HOST}:${httpPort};\nreturn 308 ${publicOrigin}$request_uri;`,
    status: `listen ${HOST}:${statsPort};`,
    gateways: gateways.map(({ port }) => `server ${HOST}:${port} max_fails=3 fail_timeout=2s;`).join("\n"),
  };
  await Promise.all(
    Object.entries(site).map(async ([file, text]) =>
      writeFile(join(home, "site", `${file}.conf`), `${text}\n`),
    ),
  );
  return {
    command: COMMANDS.nginx,
    args: ["-p", `${home}/`, "-c", join(home, "nginx.conf"), "-e", "stderr"],
    env: {},
  };
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, HOST);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
