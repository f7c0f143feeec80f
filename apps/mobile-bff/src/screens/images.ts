import type { Product } from "@triptych/domain-clients/catalog";
import type { User } from "@triptych/domain-clients/users";

/** Two picks and a bit of the next fit side by side on a phone 360 px wide, CSS pixels. */
const PICK_WIDTH = 150;

/** A product's image fills a phone's width, CSS pixels. */
const PRODUCT_WIDTH = 360;

/** A pick's image. A screen that is not dense gets the smallest there is: picks are looked at in passing. */
export function pickImage(images: Product["images"], pixelRatio: number): string {
  return sharpImage(images, pixelRatio > 1 ? PICK_WIDTH * pixelRatio : 0);
}

export function productImage(images: Product["images"], pixelRatio: number): string {
  return sharpImage(images, PRODUCT_WIDTH * pixelRatio);
}

/** Avatars are shown 64 CSS pixels wide, as `small` is; `medium`, 256 px, is enough for the densest screens, which have ratio 4. */
export function avatarImage(avatar: User["avatar"], pixelRatio: number): string {
  return pixelRatio > 1 ? avatar.medium : avatar.small;
}

/** The smallest image that has `width` pixels, else the largest. */
function sharpImage(images: Product["images"], width: number): string {
  const byWidth = images.toSorted((a, b) => a.width - b.width);
  return (byWidth.find((image) => image.width >= width) ?? byWidth.at(-1))?.url ?? "";
}
