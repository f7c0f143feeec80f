import { at, fieldsAt, listAt } from "../documents/fields.ts";
import type { Workflow } from "./workflows.ts";

/** Events that run with write access on somebody else's code. */
const DANGEROUS_EVENTS = new Set(["pull_request_target", "workflow_run", "issue_comment"]);

/** What a job may do at most. Only a job that runs after a merge may write, and only images. */
const READ_ONLY = ["contents: read"];
const PUBLISHING = ["contents: read", "packages: write"];

/** A whole commit, and its version for the reader: a tag can be moved to other code, a commit cannot. */
const PINNED = /^uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** What makes a workflow more powerful, or less certain, than it must be. One line each. */
export function findWeaknesses(workflow: Workflow): string[] {
  return [
    ...weakTriggers(workflow),
    ...weakPermissions(workflow),
    ...weakPins(workflow),
    ...weakSteps(workflow),
  ].map((complaint) => `${workflow.file}: ${complaint}`);
}

function weakTriggers({ document }: Workflow): string[] {
  const on = at(document, "on");
  const events =
    typeof on === "string" ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(fieldsAt(on));
  return events
    .filter((event) => DANGEROUS_EVENTS.has(event))
    .map((event) => `it runs on ${event}, which gives a stranger's code our token: use pull_request`);
}

function weakPermissions({ document, jobs }: Workflow): string[] {
  const complaints: string[] = [];
  const whole = at(document, "permissions");
  if (JSON.stringify(whole) !== "{}")
    complaints.push("its permissions are not {}: each job says what it needs");
  for (const [name, job] of jobs) {
    const granted = at(job, "permissions");
    const list = Object.entries(typeof granted === "object" ? fieldsAt(granted) : { everything: granted });
    const afterMerge = String(at(job, "if")).includes("github.event_name == 'push'");
    const allowed = afterMerge || at(job, "uses") !== undefined ? PUBLISHING : READ_ONLY;
    const excess = list
      .map(([scope, level]) => `${scope}: ${String(level)}`)
      .filter((each) => !allowed.includes(each));
    if (excess.length > 0)
      complaints.push(`job ${name} may ${excess.join(", ")} (at most ${allowed.join(", ")})`);
    if (at(job, "secrets") !== undefined) complaints.push(`job ${name} hands secrets on`);
  }
  return complaints;
}

function weakPins({ source }: Workflow): string[] {
  return source
    .split("\n")
    .map((line) => line.trim().replace(/^- /, ""))
    .filter((line) => line.startsWith("uses: ") && !line.startsWith("uses: ./") && !PINNED.test(line))
    .map((line) => `"${line}" is not pinned: write uses: owner/action@<40 hex digits> # v<version>`);
}

function weakSteps({ jobs }: Workflow): string[] {
  return jobs.flatMap(([name, job]) => {
    const complaints: string[] = [];
    if (at(job, "uses") === undefined && typeof at(job, "timeout-minutes") !== "number") {
      complaints.push(`job ${name} has no timeout-minutes, so a hanging one runs for six hours`);
    }
    for (const step of listAt(job, "steps")) {
      // An expression is put into the script before the shell reads it: a branch's name may hold commands.
      if (String(at(step, "run")).includes("${{"))
        complaints.push(`job ${name} has an expression in a script: pass it in env`);
      const isCheckout = String(at(step, "uses")).startsWith("actions/checkout@");
      if (isCheckout && at(step, "with", "persist-credentials") !== false) {
        complaints.push(`job ${name} keeps the token in the checkout: set persist-credentials: false`);
      }
    }
    const secrets = JSON.stringify(job).match(/secrets\.(?!GITHUB_TOKEN\b)\w+/g) ?? [];
    return [...complaints, ...secrets.map((secret) => `job ${name} reads ${secret}`)];
  });
}
