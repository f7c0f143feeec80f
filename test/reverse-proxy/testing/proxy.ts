import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { developmentCertificate } from "@triptych/cli/haproxy";
import { ROOT } from "@triptych/cli/stack";
import { Program, accepts, freePorts } from "@triptych/testing";
import type { RecordingGateway } from "./recording-gateway.ts";

const CONFIGURATION = join(ROOT, "apps", "reverse-proxy");
const HOST = "127.0.0.1";

/** A proxy program that is tested. */
export type ProxyName = "haproxy" | "nginx";

/** Where Debian installs them: a person's PATH often has no sbin. */
const COMMANDS = { haproxy: "/usr/sbin/haproxy", nginx: "/usr/sbin/nginx" } as const;

/** Why a proxy's tests are skipped, or undefined if they can run. */
export function missing(name: ProxyName): string | undefined {
  const isThere = spawnSync(COMMANDS[name], ["-v"]).status === 0;
  return isThere ? undefined : `${name} is not installed (apt-get install ${name})`;
}

/**
 * A proxy's process with a folder of its own. Disposing of it ends the process and removes the
 * folder.
 */
interface ProxyProcess extends AsyncDisposable {
  readonly program: Program;
  readonly dir: string;
}

/** How long nginx gets to end its workers before it is killed, ms. */
const GRACE_MS = 1_000;

/**
 * Starts a proxy in a new folder, and waits until it is ready. Its output goes to a file there.
 *
 * @param plan gets the folder, and says how to start the proxy
 * @throws Error with its output if it does not start
 */
async function startProxy(
  plan: (dir: string) => Promise<{
    readonly command: string;
    readonly args: readonly string[];
    readonly env: NodeJS.ProcessEnv;
    readonly isReady: () => Promise<boolean>;
  }>,
): Promise<ProxyProcess> {
  await using begun = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "proxy-"));
  begun.defer(() => rm(dir, { recursive: true, force: true }));
  const { command, args, env, isReady } = await plan(dir);
  const program = new Program(command, args, { env, logFile: join(dir, "log") });
  begun.defer(() => program.stop("SIGTERM", GRACE_MS));
  await program.until(isReady);
  const cleanUp = begun.move();
  return { program, dir, [Symbol.asyncDispose]: () => cleanUp.disposeAsync() };
}

/** Starts HAProxy with a configuration file. @throws Error with its output if it does not start */
export function startHaproxy(
  plan: (dir: string) => Promise<{
    readonly configuration: string;
    /** HAProxy's arguments before `-f`. Default: `-db`, one process in the foreground. */
    readonly flags?: readonly string[];
    readonly env: NodeJS.ProcessEnv;
    readonly isReady: () => Promise<boolean>;
  }>,
): Promise<ProxyProcess> {
  return startProxy(async (dir) => {
    const { configuration, flags = ["-db"], ...rest } = await plan(dir);
    return { command: COMMANDS.haproxy, args: [...flags, "-f", configuration], ...rest };
  });
}

/** A proxy that runs in front of gateways. */
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

/** Starts a proxy as ops would, on free ports, in front of gateways. */
export async function runProxy(
  name: ProxyName,
  gateways: readonly RecordingGateway[],
): Promise<RunningProxy> {
  const [httpsPort = 0, httpPort = 0, statsPort = 0] = await freePorts(3);
  const publicOrigin = `https://${HOST}:${httpsPort}`;
  const isReady = () => accepts(httpsPort);
  let ca = "";
  const place = async (dir: string): Promise<Place> => {
    const certificate = await developmentCertificate(dir, ["localhost", HOST]);
    ca = await readFile(certificate, "utf8");
    return { dir, gateways, httpsPort, httpPort, statsPort, certificate, publicOrigin };
  };
  const started =
    name === "haproxy"
      ? startHaproxy(async (dir) => ({
          configuration: join(CONFIGURATION, "haproxy", "haproxy.cfg"),
          env: haproxyEnv(await place(dir)),
          isReady,
        }))
      : startProxy(async (dir) => ({ ...(await nginx(await place(dir))), env: {}, isReady }));
  const { program, [Symbol.asyncDispose]: dispose } = await started;
  const log = () => program.output;
  return { httpsPort, httpPort, statsPort, publicOrigin, ca, log, [Symbol.asyncDispose]: dispose };
}

interface Place {
  readonly dir: string;
  readonly gateways: readonly RecordingGateway[];
  readonly httpsPort: number;
  readonly httpPort: number;
  readonly statsPort: number;
  readonly publicOrigin: string;
  readonly certificate: string;
}

function haproxyEnv(place: Place): NodeJS.ProcessEnv {
  const addresses = place.gateways.flatMap(({ port, adminPort }, index) => [
    [`GATEWAY_${index + 1}`, `${HOST}:${port}`],
    [`GATEWAY_${index + 1}_ADMIN_PORT`, String(adminPort)],
  ]);
  return {
    ...Object.fromEntries(addresses),
    HTTPS_BIND: `${HOST}:${place.httpsPort}`,
    HTTP_BIND: `${HOST}:${place.httpPort}`,
    STATS_BIND: `${HOST}:${place.statsPort}`,
    RUN_DIR: place.dir,
    CERT_FILE: place.certificate,
    PUBLIC_ORIGIN: place.publicOrigin,
  };
}

async function nginx({ dir, gateways, httpsPort, httpPort, statsPort, publicOrigin, certificate }: Place) {
  const home = join(dir, "nginx");
  await cp(join(CONFIGURATION, "nginx"), home, { recursive: true });
  await mkdir(join(home, "site"));
  await mkdir(join(home, "temp"));
  const site = {
    listen: `listen ${HOST}:${httpsPort} ssl http2;\nssl_certificate ${certificate};\nssl_certificate_key ${certificate};`,
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
  };
}

/** HAProxy between a gateway and two versions of a BFF. */
export interface RunningCanary extends AsyncDisposable {
  /** Where the gateway would send its BFF's requests. */
  readonly url: string;
  /** Sends a command to the runtime socket, as ops would, and returns the answer. */
  tell(command: string): Promise<string>;
  /** Sets the share of the requests that the canary gets, in percent. */
  setShare(percent: number): Promise<void>;
  /** `UP` or `DOWN`: what the health checks say of a version. */
  stateOf(version: "stable" | "canary"): Promise<string>;
}

/** `show stat` is CSV (management guide, 9.1): the status is its 18th column. */
const STATUS_COLUMN = 17;

/** Starts `canary.cfg` in front of two versions of a BFF. The stable one gets all requests. */
export async function runCanary(
  versions: { readonly stable: RecordingGateway; readonly canary: RecordingGateway },
  by: "cohort" | "share",
): Promise<RunningCanary> {
  const [port = 0] = await freePorts(1);
  let runDir = "";
  const tell = async (command: string): Promise<string> => {
    const socket = connect(join(runDir, "canary.sock"));
    await once(socket, "connect");
    socket.write(`${command}\n`);
    return text(socket);
  };
  const stateOf = async (version: string): Promise<string> => {
    const row = (await tell("show stat")).split("\n").find((line) => line.startsWith(`bff,${version},`));
    return row?.split(",")[STATUS_COLUMN] ?? "unknown";
  };
  const { [Symbol.asyncDispose]: dispose } = await startHaproxy(async (dir) => {
    runDir = dir;
    return {
      configuration: join(CONFIGURATION, "haproxy", "canary.cfg"),
      env: {
        BIND: `${HOST}:${port}`,
        RUN_DIR: dir,
        STABLE: `${HOST}:${versions.stable.port}`,
        STABLE_ADMIN_PORT: String(versions.stable.adminPort),
        CANARY: `${HOST}:${versions.canary.port}`,
        CANARY_ADMIN_PORT: String(versions.canary.adminPort),
        ...(by === "cohort" ? {} : { CANARY_BY: by }),
      },
      // The first check of each version decides whether it gets requests.
      isReady: () => areUp(stateOf),
    };
  });
  return {
    url: `http://${HOST}:${port}`,
    tell,
    stateOf,
    async setShare(percent) {
      const answer = await tell(`set weight bff/canary ${percent}; set weight bff/stable ${100 - percent}`);
      if (answer.trim() !== "") throw new Error(`HAProxy refused the share: ${answer}`);
    },
    [Symbol.asyncDispose]: dispose,
  };
}

async function areUp(stateOf: (version: string) => Promise<string>): Promise<boolean> {
  try {
    return (await stateOf("stable")).startsWith("UP") && (await stateOf("canary")).startsWith("UP");
  } catch {
    // It does not listen yet.
    return false;
  }
}
