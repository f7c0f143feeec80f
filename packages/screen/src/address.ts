/** Which addresses of services may be sent to clients. Every screen's `input` is one. */
export type AddressRule = {
  /** Whether `http:` counts as safe besides `https:`: in development only. */
  readonly allowHttp: boolean;
};

/**
 * What clients show where no service gave an address that they may load. The shop's gateway has it.
 */
export const PLACEHOLDER_IMAGE = "/media/placeholder.svg";

/**
 * An absolute `http(s)` address in the characters of RFC 3986, section 2, without credentials. So
 * there are no spaces, controls, backslashes or quotes, which two readers may read differently.
 */
const ADDRESS = /^(https?):\/\/(?![/?#]|[^/?#]*@)(?:[a-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})+$/i;

/**
 * Whether clients may load or follow an address that a service gave. Others (`javascript:`,
 * `data:`, relative ones, …) count as absent: they must not fail a section.
 */
export function isSafeAddress(address: string, { allowHttp }: AddressRule): boolean {
  const scheme = ADDRESS.exec(address)?.[1]?.toLowerCase();
  return (scheme === "https" || (scheme === "http" && allowHttp)) && URL.canParse(address);
}

/**
 * The address of the smallest image that is at least `width` pixels wide, else of the widest. An
 * unsafe address counts as absent. Without any image it is the placeholder's.
 */
export function imageAddress(
  images: readonly { readonly url: string; readonly width: number }[],
  width: number,
  rule: AddressRule,
): string {
  const byWidth = images.toSorted((a, b) => a.width - b.width);
  const isSafe = ({ url }: { readonly url: string }) => isSafeAddress(url, rule);
  // Only what may be chosen is checked: an address costs as much as the rest of a card.
  const wide = byWidth.find((image) => image.width >= width && isSafe(image));
  return (wide ?? byWidth.findLast(isSafe))?.url ?? PLACEHOLDER_IMAGE;
}
