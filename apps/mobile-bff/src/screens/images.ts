import type { Product } from "@triptych/domain-clients/catalog";
import type { User } from "@triptych/domain-clients/users";

/** CSS pixels: two picks and a bit of the next fit side by side on a phone 360 px wide. */
const PICK_WIDTH = 150;

/** CSS pixels: a product's image fills a phone's width. */
const PRODUCT_WIDTH = 360;

/** A pick's image. A screen of density 1 gets the smallest: picks are only glanced at. */
export function pickImage(images: Product["images"], pixelRatio: number): string {
  return sharpImage(images, pixelRatio > 1 ? PICK_WIDTH * pixelRatio : 0);
}

/** A product's own image: the smallest that fills the phone's width sharply. */
export function productImage(images: Product["images"], pixelRatio: number): string {
  return sharpImage(images, PRODUCT_WIDTH * pixelRatio);
}

/**
 * A user's avatar. It is shown 64 CSS pixels wide, as `small` is; `medium`, 256 px, is enough for
 * the densest screens, which have ratio 4.
 */
export function avatarImage(avatar: User["avatar"], pixelRatio: number): string {
  return pixelRatio > 1 ? avatar.medium : avatar.small;
}

/** The smallest image that has `width` pixels, else the largest. */
function sharpImage(images: Product["images"], width: number): string {
  const byWidth = images.toSorted((a, b) => a.width - b.width);
  return (byWidth.find((image) => image.width >= width) ?? byWidth.at(-1))?.url ?? "";
}
