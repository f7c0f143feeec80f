import { isRefused, ms, percent, reasonOf } from "./format.js";

/** In a sentence: what a request waited for, or why a part of it is missing, and whose that is. */
export function verdictOf({ outcome, sections, calls, durationMs, problem, status, layers, errors }) {
  const lacking = sections.filter((section) => section.outcome !== "ok");
  if (lacking.length > 0) return lacking.map((section) => whyOf(section, calls, errors)).join(" ");
  if (outcome === "refused")
    // The innermost layer: the others only passed its answer on.
    return `${layers.at(-1).app} refused it with ${status}${problem === null ? "" : ` (${problem})`}.`;
  if (outcome === "failed") return `It failed${problem === null ? "" : `: ${problem}`}.`;
  const critical = calls.filter((call) => call.critical);
  // A retry and a hedge are told the same as the first attempt.
  const kept = [...new Set(calls.filter(({ notKept }) => notKept !== null).map(notKeptOf))];
  if (critical.length === 0)
    return [`Complete in ${ms(durationMs)}, without waiting for a service.`, ...kept].join(" ");
  const longest = critical.reduce((most, call) => (call.durationMs > most.durationMs ? call : most));
  const share = percent(longest.durationMs / Math.max(durationMs, 0.001));
  const who = longest.section ?? "It";
  const waited = `Complete. ${who} waited longest for ${nameOf(longest)}${ofTeam(longest)}: ${ms(longest.durationMs)}, ${share} of the time.`;
  return [waited, ...kept].join(" ");
}

function whyOf({ name, outcome, reason }, calls, errors) {
  const how = {
    fallback: "shows its fallback",
    stale: "shows stale data",
    failed: "failed, and the screen with it",
  };
  const bug = errors.find(({ section }) => section === name);
  if (bug !== undefined) return `${name} ${how[outcome] ?? outcome}: its code threw "${bug.message}".`;
  const own = calls.filter((call) => call.section === name && call.outcome !== "ok");
  // The one whose words the section has: it ended the section.
  const cause =
    own.findLast((call) => call.outcome === reason && call.note !== null) ??
    own.find((call) => call.outcome === reason) ??
    own.at(-1);
  // GraphQL's fields do not say which of their calls it was.
  const asked = calls.filter((call) => call.section === name).map((call) => `${nameOf(call)}${ofTeam(call)}`);
  const why =
    cause !== undefined
      ? `${nameOf(cause)}${ofTeam(cause)} ${wordsOf(cause)}`
      : reason === null
        ? "a bug in the screen"
        : asked.length === 0
          ? reason
          : `${reason}, after asking ${[...new Set(asked)].join(" and ")}`;
  return `${name} ${how[outcome] ?? outcome}: ${why}.`;
}

function wordsOf(call) {
  const reason = reasonOf(call);
  if (reason !== null && call.address === null) return `was not asked: ${reason}`;
  const after = `after ${ms(call.durationMs)}`;
  const words = {
    timeout: `did not answer in time (${ms(call.durationMs)})`,
    unavailable: call.status === null ? `could not be reached ${after}` : `answered ${call.status} ${after}`,
    invalid: `gave an answer that breaks its contract${reason === null ? "" : `: ${reason}`}`,
    rejected: `refused the call with ${call.status}`,
    overloaded: "had too many calls under way",
    abandoned: "was given up",
  };
  const how = words[call.outcome] ?? call.outcome;
  return isRefused(call) ? `${how}, and was not asked again: ${reason}` : how;
}

function notKeptOf(call) {
  const who = call.section === null ? "" : ` (for ${call.section})`;
  return `The cache may not keep what ${nameOf(call)}${ofTeam(call)} answered${who}: ${call.notKept}.`;
}

const nameOf = ({ upstream, operation }) => `${upstream}.${operation}`;
const ofTeam = ({ owner }) => (owner === null ? "" : ` (${owner})`);
