/** What holds for whatever this app answers, data, lines, redirects and refusals too; a page says more. */
export const EVERY_ANSWER: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "same-origin",
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
};

/**
 * What a page of this site may do: show itself and pictures, send forms to this site, and run nothing but the scripts and styles that
 * carry this response's nonce. A title from the catalog that holds a script stays text, and would not run if it did not.
 */
export function securityHeaders(nonce: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src https: data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return { ...EVERY_ANSWER, "Content-Security-Policy": policy.join("; ") };
}
