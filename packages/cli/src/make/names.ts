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

/** A BFF that is to be made. */
export interface NewBff {
  /** Without `-bff`: the path of its requests, the names of its route. */
  readonly name: Name;
  /** `kiosk-bff` */
  readonly app: string;
  readonly team: string;
  readonly port: number;
  /** The repository that it is made in. */
  readonly root: string;
}

const FORM = /^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/;
/** Kubernetes labels end at 63 characters and metric labels are read by people. */
const LONGEST = 40;

/** What a `const` cannot be called, and what the copied code calls something else. */
const TAKEN =
  /^(?:arguments|ask|assert|async|bytes|await|break|case|catch|class|command|const|continue|debugger|default|delete|do|else|enum|eval|export|extends|fails|false|finally|for|function|get|html|if|implements|import|in|instanceof|interface|layout|let|new|null|of|optional|package|private|protected|public|raw|required|return|screen|served|services|set|static|status|super|switch|test|text|this|throw|true|try|type|typeof|undefined|var|void|while|with|yield)$/;

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
  const words = text.split("-");
  const pascal = words.map(capital).join("");
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);
  // What every object has, such as `constructor` and `toString`, is found where no such service is.
  if (TAKEN.test(text) || camel in Object.prototype || camel === "then") {
    throw new UsageError(
      `${what} cannot be "${text}", a word of the code around it: take another, such as ${text}-view`,
    );
  }
  return {
    kebab: text,
    pascal,
    camel,
    upper: text.toUpperCase().replaceAll("-", "_"),
    title: capital(words.join(" ")),
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
