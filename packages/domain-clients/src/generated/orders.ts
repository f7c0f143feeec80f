// Generated from orders.openapi.yaml: do not edit. To regenerate: npm run generate -w @triptych/domain-clients

export interface paths {
	readonly "/orders": {
		/** The caller's orders, newest first */
		readonly get: operations["listOrders"];
	};
	readonly "/orders/{orderId}": {
		readonly get: operations["getOrder"];
	};
	readonly "/orders/{orderId}/cancel": {
		/** Cancel an order that has not shipped */
		readonly post: operations["cancelOrder"];
	};
}
export type webhooks = Record<string, never>;
export interface components {
	schemas: {
		readonly Problem: {
			/** Format: uri-reference */
			readonly type: string;
			readonly title: string;
			readonly status: number;
			readonly detail?: string;
		};
		readonly Money: {
			/** @description minor units, e.g. cents */
			readonly amount: number;
			readonly currency: string;
		};
		readonly Order: {
			readonly id: string;
			readonly userId: string;
			/** @example SO-2026-004711 */
			readonly number: string;
			readonly status: "placed" | "paid" | "packed" | "shipped" | "delivered" | "cancelled" | "returned" | "unknown";
			/** Format: date-time */
			readonly placedAt: string;
			readonly lines: readonly {
				readonly productId: string;
				readonly sku?: string;
				readonly title: string;
				readonly quantity: number;
				readonly unitPrice: components["schemas"]["Money"];
				readonly discount?: components["schemas"]["Money"];
				readonly lineTotal: components["schemas"]["Money"];
				readonly taxRate?: number;
				readonly warehouse?: string;
			}[];
			readonly subtotal: components["schemas"]["Money"];
			readonly shippingCost: components["schemas"]["Money"];
			readonly tax: components["schemas"]["Money"];
			readonly total: components["schemas"]["Money"];
			readonly shipment: {
				readonly carrier: string;
				readonly trackingNumber: string;
				/** Format: date */
				readonly estimatedDelivery: string;
				readonly events?: readonly {
					/** Format: date-time */
					readonly at?: string;
					readonly place?: string;
					readonly status?: string;
				}[];
			} | null;
			readonly payment?: {
				readonly method?: "card" | "paypal" | "invoice" | "unknown";
				readonly last4?: string | null;
				/** Format: date-time */
				readonly capturedAt?: string | null;
			};
			/** @description Internal; no client ever shows it */
			readonly fraudScore?: number;
			/** Format: date-time */
			readonly updatedAt?: string;
		};
	};
	responses: never;
	parameters: {
		readonly OrderId: string;
	};
	requestBodies: never;
	headers: never;
	pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
	readonly listOrders: {
		readonly parameters: {
			readonly query?: {
				readonly limit?: number;
				readonly cursor?: string;
			};
		};
		readonly responses: {
			/** @description One page of orders */
			readonly 200: {
				content: {
					readonly "application/json": {
						readonly orders: readonly components["schemas"]["Order"][];
						readonly nextCursor: string | null;
					};
				};
			};
		};
	};
	readonly getOrder: {
		readonly parameters: {
			readonly path: {
				readonly orderId: components["parameters"]["OrderId"];
			};
		};
		readonly responses: {
			/** @description The order */
			readonly 200: {
				content: {
					readonly "application/json": components["schemas"]["Order"];
				};
			};
		};
	};
	readonly cancelOrder: {
		readonly parameters: {
			readonly header: {
				readonly "Idempotency-Key": string;
			};
			readonly path: {
				readonly orderId: components["parameters"]["OrderId"];
			};
		};
		readonly requestBody: {
			readonly content: {
				readonly "application/json": {
					readonly reason: "changed_mind" | "found_cheaper" | "too_slow" | "other";
				};
			};
		};
		readonly responses: {
			/** @description The cancelled order; the same key again returns the same answer */
			readonly 200: {
				content: {
					readonly "application/json": components["schemas"]["Order"];
				};
			};
		};
	};
}

/** What each operation takes and answers. */
export interface Calls {
  readonly "listOrders": paths["/orders"]["get"];
  readonly "getOrder": paths["/orders/{orderId}"]["get"];
  readonly "cancelOrder": paths["/orders/{orderId}/cancel"]["post"];
}

/** What each operation that can be called answers when all is well. */
export interface Answers {
  readonly "listOrders": paths["/orders"]["get"]["responses"][200]["content"]["application/json"];
  readonly "getOrder": paths["/orders/{orderId}"]["get"]["responses"][200]["content"]["application/json"];
  readonly "cancelOrder": paths["/orders/{orderId}/cancel"]["post"]["responses"][200]["content"]["application/json"];
}

/** Schemas that answers' schemas refer to. */
const schemas = {
  Money: {
    type: "object",
    required: ["amount", "currency"],
    properties: { amount: { type: "integer" }, currency: { type: "string", minLength: 3, maxLength: 3 } },
  },
  Order: {
    type: "object",
    required: [
      "id",
      "userId",
      "number",
      "status",
      "placedAt",
      "lines",
      "subtotal",
      "shippingCost",
      "tax",
      "total",
      "shipment",
    ],
    properties: {
      id: { type: "string" },
      userId: { type: "string" },
      number: { type: "string" },
      status: { type: "string" },
      placedAt: { type: "string", format: "date-time" },
      lines: {
        type: "array",
        items: {
          type: "object",
          required: ["productId", "title", "quantity", "unitPrice", "lineTotal"],
          properties: {
            productId: { type: "string" },
            sku: { type: "string" },
            title: { type: "string" },
            quantity: { type: "integer", minimum: 1, maximum: 2147483647 },
            unitPrice: { $ref: "#/$defs/Money" },
            discount: { $ref: "#/$defs/Money" },
            lineTotal: { $ref: "#/$defs/Money" },
            taxRate: { type: "number" },
            warehouse: { type: "string" },
          },
        },
      },
      subtotal: { $ref: "#/$defs/Money" },
      shippingCost: { $ref: "#/$defs/Money" },
      tax: { $ref: "#/$defs/Money" },
      total: { $ref: "#/$defs/Money" },
      shipment: {
        type: ["object", "null"],
        required: ["carrier", "trackingNumber", "estimatedDelivery"],
        properties: {
          carrier: { type: "string" },
          trackingNumber: { type: "string" },
          estimatedDelivery: { type: "string", format: "date" },
          events: {
            type: "array",
            items: {
              type: "object",
              properties: {
                at: { type: "string", format: "date-time" },
                place: { type: "string" },
                status: { type: "string" },
              },
            },
          },
        },
      },
      payment: {
        type: "object",
        properties: {
          method: { type: "string" },
          last4: { type: ["string", "null"] },
          capturedAt: { type: ["string", "null"], format: "date-time" },
        },
      },
      fraudScore: { type: "number" },
      updatedAt: { type: "string", format: "date-time" },
    },
  },
};

/** Where in those schemas enums stand, and the values that the contract lists there. */
const enums = {
  Order: {
    properties: {
      status: { known: ["placed", "paid", "packed", "shipped", "delivered", "cancelled", "returned"] },
      payment: { properties: { method: { known: ["card", "paypal", "invoice"] } } },
    },
  },
};

/** What several operations have. */
const shared = {
  getOrder: {
    schema: { $ref: "#/$defs/Order", $defs: schemas },
    enums: { root: { refs: ["Order"] }, named: enums },
  },
};

/** The operations of the contract. */
export const contract = {
  listOrders: {
    name: "listOrders",
    method: "GET" as const,
    path: "/orders",
    parameters: { query: { limit: { type: "integer", minimum: 1, maximum: 100 }, cursor: { type: "string" } } },
    answer: {
      schema: {
        type: "object",
        required: ["orders", "nextCursor"],
        properties: {
          orders: { type: "array", items: { $ref: "#/$defs/Order" } },
          nextCursor: { type: ["string", "null"] },
        },
        $defs: schemas,
      },
      enums: { root: { properties: { orders: { items: { refs: ["Order"] } } } }, named: enums },
    },
  },
  getOrder: {
    name: "getOrder",
    method: "GET" as const,
    path: "/orders/{orderId}",
    parameters: { path: { orderId: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" } } },
    answer: shared["getOrder"],
  },
  cancelOrder: {
    name: "cancelOrder",
    method: "POST" as const,
    path: "/orders/{orderId}/cancel",
    idempotent: true,
    parameters: {
      path: { orderId: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" } },
      header: { "Idempotency-Key": { type: "string", minLength: 8, maxLength: 128 } },
    },
    bodyType: "application/json" as const,
    answer: shared["getOrder"],
  },
};
