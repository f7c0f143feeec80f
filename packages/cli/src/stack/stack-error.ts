/** The stack could not start. `message` is for the terminal: its first line says what is wrong and what to do. */
export class StackError extends Error {
  readonly code:
    | "bad-option"
    | "bad-port"
    | "port-taken"
    | "died-while-starting"
    | "not-ready"
    | "stopped-while-starting";

  constructor(code: StackError["code"], message: string) {
    super(message);
    this.name = "StackError";
    this.code = code;
  }
}
