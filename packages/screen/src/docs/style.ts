/** Light or dark as the reader likes it, and readable on a phone. */
export const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 3rem; border-top: 1px solid; padding-top: 1rem; overflow-wrap: anywhere; }
h4 { margin-bottom: 0; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow: auto; padding: 1rem; border: 1px solid; max-height: 30rem; }
summary { cursor: pointer; padding: 0.25rem 0; }
.fields { padding-left: 1.25rem; overflow-wrap: anywhere; }
.type { font-style: italic; }
`;
