/** Where this site's pages are. Ids come from services: what stands in one must not become another path. */
export const orderPath = (orderId: string): string =>
  `/web/orders/${encodeURIComponent(orderId.toWellFormed())}`;
export const productPath = (productId: string): string =>
  `/web/products/${encodeURIComponent(productId.toWellFormed())}`;
