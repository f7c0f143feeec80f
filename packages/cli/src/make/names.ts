import { UsageError } from "../command-line.ts";

/** One name in the spellings that code needs. */
export interface Name {
  /** `loyalty-card`: files, paths, labels. */
  readonly kebab: string;
  /** `loyaltyCard`: values. */
  readonly camel: string;
  /** `LoyaltyCard`: types. */
  readonly pascal: string;
  /** `LOYALTY_CARD`: settings. */
  readonly upper: string;
  /** `Loyalty card`: text. */
  readonly title: string;
}

const FORM = /^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/;
/** Kubernetes labels end at 63 characters and metric labels are read by people. */
const LONGEST = 40;

/** What a `const` cannot be called, and what generated code calls something else. */
const TAKEN =
  /^(?:arguments|async|await|break|case|catch|class|command|const|continue|debugger|default|delete|do|else|enum|eval|export|extends|false|finally|for|function|get|if|implements|import|in|instanceof|interface|let|new|null|of|optional|package|private|protected|public|required|return|screen|served|set|static|super|switch|test|this|throw|true|try|type|typeof|undefined|var|void|while|with|yield)$/;

/**
 * Reads the name of something new.
 *
 * @param what for the message: `a screen's name`
 * @throws UsageError that says the allowed form
 */
export function readName(text: string, what: string): Name {
  if (!FORM.test(text) || text.length > LONGEST) {
    throw new UsageError(
      `${what} is small letters and digits in words joined by hyphens, at most ${LONGEST} characters (loyalty-card), but got ${JSON.stringify(text)}`,
    );
  }
  if (TAKEN.test(text)) {
    throw new UsageError(
      `${what} cannot be "${text}", a word of the code around it: take another, such as ${text}-view`,
    );
  }
  const words = text.split("-");
  const pascal = words.map(capital).join("");
  return {
    kebab: text,
    pascal,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    upper: text.toUpperCase().replaceAll("-", "_"),
    title: capital(words.join(" ")),
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
