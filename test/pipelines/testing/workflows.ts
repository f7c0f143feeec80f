import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { at, fieldsAt, listAt, parseDocuments } from "../../repository/documents.ts";

/** A GitHub Actions workflow. */
export interface Workflow {
  /** `web-bff.yml` */
  readonly file: string;
  readonly source: string;
  readonly document: unknown;
  readonly jobs: readonly (readonly [name: string, job: unknown])[];
}

/** The repository's workflows, sorted by file. */
export function readWorkflows(root: string): Workflow[] {
  const folder = join(root, ".github", "workflows");
  return globSync("*", { cwd: folder })
    .toSorted()
    .map((file) => toWorkflow(basename(file), readFileSync(join(folder, file), "utf8")));
}

/** A workflow from its text. @throws Error where it is not YAML */
export function toWorkflow(file: string, source: string): Workflow {
  const [document] = parseDocuments(source, file);
  return { file, source, document, jobs: Object.entries(fieldsAt(document, "jobs")) };
}

/** Events that run a stranger's code with write access to the repository. */
const DANGEROUS_EVENTS = new Set(["pull_request_target", "workflow_run", "issue_comment"]);

/**
 * The most that a job may do. Only a job that runs after a merge may write, and only images; one of
 * a tag may say to a registry who it is.
 */
const READ_ONLY = ["contents: read"];
const PUBLISHING = ["contents: read", "packages: write"];
/** For a job that has no code of the change at hand: it only writes what another job found. */
const COMMENTING = ["pull-requests: write"];
const RELEASING = ["contents: read", "id-token: write"];

/**
 * A whole commit, with its version for the reader: a tag can be moved to other code, a commit
 * cannot.
 */
const PINNED = /^uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** What makes a workflow more powerful, or less predictable, than it must be. One line each. */
export function findWeaknesses(workflow: Workflow): string[] {
  return [
    ...weakTriggers(workflow),
    ...weakPins(workflow),
    ...workflow.jobs.flatMap(([name, job]) =>
      [...weakPermissions(job), ...weakSteps(job)].map((complaint) => `job ${name} ${complaint}`),
    ),
  ].map((complaint) => `${workflow.file}: ${complaint}`);
}

function weakTriggers({ document }: Workflow): string[] {
  const on = at(document, "on");
  const events =
    typeof on === "string" ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(fieldsAt(on));
  const complaints = events
    .filter((event) => DANGEROUS_EVENTS.has(event))
    .map((event) => `it runs on ${event}, which gives a stranger's code our token: use pull_request`);
  const isEmpty = JSON.stringify(at(document, "permissions")) === "{}";
  return isEmpty ? complaints : [...complaints, "its permissions are not {}: each job says what it needs"];
}

function weakPins({ source }: Workflow): string[] {
  return source
    .split("\n")
    .map((line) => line.trim().replace(/^- /, ""))
    .filter((line) => line.startsWith("uses: ") && !line.startsWith("uses: ./") && !PINNED.test(line))
    .map((line) => `"${line}" is not pinned: write uses: owner/action@<40 hex digits> # v<version>`);
}

function weakPermissions(job: unknown): string[] {
  const granted = at(job, "permissions");
  const list = Object.entries(typeof granted === "object" ? fieldsAt(granted) : { everything: granted });
  const condition = String(at(job, "if"));
  const isAfterMerge = condition.includes("github.event_name == 'push'");
  const isOfTag = isAfterMerge && condition.includes("github.ref_type == 'tag'");
  const usual = isAfterMerge || at(job, "uses") !== undefined ? PUBLISHING : READ_ONLY;
  const runsNoCode =
    listAt(job, "steps").length > 0 && listAt(job, "steps").every((step) => !takesCode(step));
  const allowed = isOfTag ? RELEASING : runsNoCode ? COMMENTING : usual;
  const excess = list
    .map(([scope, level]) => `${scope}: ${String(level)}`)
    .filter((each) => !allowed.includes(each));
  const complaints = excess.length > 0 ? [`may ${excess.join(", ")} (at most ${allowed.join(", ")})`] : [];
  return at(job, "secrets") === undefined ? complaints : [...complaints, "hands secrets on"];
}

/** A checkout, another action, or a program that loads some. */
function takesCode(step: unknown): boolean {
  return (
    at(step, "uses") !== undefined || !/^gh pr comment [^|;&<>`()\n]*$/.test(String(at(step, "run")).trim())
  );
}

function weakSteps(job: unknown): string[] {
  const complaints: string[] = [];
  if (at(job, "uses") === undefined && typeof at(job, "timeout-minutes") !== "number") {
    complaints.push("has no timeout-minutes, so a hanging one runs for six hours");
  }
  for (const step of listAt(job, "steps")) {
    // GitHub inserts an expression's value before the shell reads the script: a branch's name may
    // hold commands.
    if (String(at(step, "run")).includes("${{"))
      complaints.push("has an expression in a script: pass it in env");
    const isCheckout = String(at(step, "uses")).startsWith("actions/checkout@");
    if (isCheckout && at(step, "with", "persist-credentials") !== false) {
      complaints.push("keeps the token in the checkout: set persist-credentials: false");
    }
  }
  const secrets = JSON.stringify(job).match(/secrets\.(?!GITHUB_TOKEN\b)\w+/g) ?? [];
  return [...complaints, ...secrets.map((secret) => `reads ${secret}`)];
}
