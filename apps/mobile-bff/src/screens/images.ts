import type { Product } from "@triptych/domain-clients/catalog";
import { avatarImages } from "@triptych/domain-clients/users";
import type { User } from "@triptych/domain-clients/users";
import type { ScreenInput } from "@triptych/screen";
import { imageAddress } from "@triptych/screen/address";

/** CSS pixels: two picks and a bit of the next fit side by side on a phone 360 px wide. */
const PICK_WIDTH = 150;

/** CSS pixels: a product's image fills a phone's width. */
const PRODUCT_WIDTH = 360;

/** CSS pixels. A device of a density above 1 gets the next larger image, 256 px. */
const AVATAR_WIDTH = 64;

/** A pick's image. A screen of density 1 gets the smallest: picks are only glanced at. */
export function pickImage(images: Product["images"], input: ScreenInput): string {
  const { pixelRatio } = input.device;
  return imageAddress(images, pixelRatio > 1 ? PICK_WIDTH * pixelRatio : 0, input);
}

/** A product's own image: the smallest that fills the phone's width sharply. */
export function productImage(images: Product["images"], input: ScreenInput): string {
  return imageAddress(images, PRODUCT_WIDTH * input.device.pixelRatio, input);
}

/** A user's avatar: the smallest that is sharp on the device. */
export function avatarImage(avatar: User["avatar"], input: ScreenInput): string {
  return imageAddress(avatarImages(avatar), AVATAR_WIDTH * input.device.pixelRatio, input);
}
