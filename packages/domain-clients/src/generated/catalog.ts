// Generated from catalog.openapi.yaml: do not edit. To regenerate: npm run generate -w @triptych/domain-clients

export interface paths {
	readonly "/products": {
		/** Products by id, in the order asked for; an unknown id is left out */
		readonly get: operations["listProducts"];
	};
	readonly "/products/{productId}": {
		readonly get: operations["getProduct"];
	};
	readonly "/media/products/{productId}/{file}": {
		/** A picture, at the address that an answer gave; anyone may see it */
		readonly get: operations["getProductPicture"];
	};
	readonly "/media/placeholder.svg": {
		/** What clients show where there is no picture */
		readonly get: operations["getPlaceholder"];
	};
}
export type webhooks = Record<string, never>;
export interface components {
	schemas: {
		readonly Money: {
			/** @description minor units, e.g. cents */
			readonly amount: number;
			readonly currency: string;
		};
		readonly Product: {
			readonly id: string;
			readonly sku: string;
			readonly title: string;
			readonly subtitle?: string | null;
			readonly brand: string;
			readonly category: string;
			/** @description about 1 kB of plain text */
			readonly description?: string;
			readonly price: components["schemas"]["Money"];
			readonly listPrice?: components["schemas"]["Money"];
			readonly images: readonly {
				/** Format: uri */
				readonly url: string;
				readonly width: number;
				readonly height: number;
				readonly alt?: string;
			}[];
			readonly rating: {
				readonly average: number;
				readonly count: number;
				readonly histogram?: readonly number[];
			};
			readonly stock: {
				readonly status: "in_stock" | "low" | "out_of_stock" | "unknown";
				readonly quantity?: number;
				readonly warehouses?: readonly string[];
			};
			readonly attributes?: {
				readonly [key: string]: string;
			};
			/** @description Internal; no client ever shows it */
			readonly supplier?: {
				readonly [key: string]: unknown;
			};
			readonly seo?: {
				readonly [key: string]: string;
			};
			/** Format: date-time */
			readonly updatedAt: string;
		};
	};
	responses: {
		/** @description A picture; `sandbox` and `nosniff`, so that it runs nothing wherever it is opened */
		readonly Picture: {
			content: {
				readonly "image/svg+xml": string;
			};
		};
	};
	parameters: never;
	requestBodies: never;
	headers: never;
	pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
	readonly listProducts: {
		readonly parameters: {
			readonly query: {
				readonly ids: readonly string[];
			};
		};
		readonly responses: {
			/** @description The products */
			readonly 200: {
				content: {
					readonly "application/json": {
						readonly products: readonly components["schemas"]["Product"][];
					};
				};
			};
		};
	};
	readonly getProduct: {
		readonly parameters: {
			readonly path: {
				readonly productId: string;
			};
		};
		readonly responses: {
			/** @description The product */
			readonly 200: {
				content: {
					readonly "application/json": components["schemas"]["Product"];
				};
			};
		};
	};
	readonly getProductPicture: {
		readonly parameters: {
			readonly path: {
				readonly productId: string;
				readonly file: string;
			};
		};
		readonly responses: {
			readonly 200: components["responses"]["Picture"];
		};
	};
	readonly getPlaceholder: {
		readonly responses: {
			readonly 200: components["responses"]["Picture"];
		};
	};
}

/** What each operation takes and answers. */
export interface Calls {
  readonly "listProducts": paths["/products"]["get"];
  readonly "getProduct": paths["/products/{productId}"]["get"];
  readonly "getProductPicture": paths["/media/products/{productId}/{file}"]["get"];
  readonly "getPlaceholder": paths["/media/placeholder.svg"]["get"];
}

/** What each operation that can be called answers when all is well. */
export interface Answers {
  readonly "listProducts": paths["/products"]["get"]["responses"][200]["content"]["application/json"];
  readonly "getProduct": paths["/products/{productId}"]["get"]["responses"][200]["content"]["application/json"];
  readonly "getProductPicture": unknown;
  readonly "getPlaceholder": unknown;
}

/** Schemas that answers' schemas refer to. */
const schemas = {
  Money: {
    type: "object",
    required: ["amount", "currency"],
    properties: { amount: { type: "integer" }, currency: { type: "string", minLength: 3, maxLength: 3 } },
  },
  Product: {
    type: "object",
    required: ["id", "sku", "title", "brand", "category", "price", "images", "rating", "stock", "updatedAt"],
    properties: {
      id: { type: "string" },
      sku: { type: "string" },
      title: { type: "string" },
      subtitle: { type: ["string", "null"] },
      brand: { type: "string" },
      category: { type: "string" },
      description: { type: "string" },
      price: { $ref: "#/$defs/Money" },
      listPrice: { $ref: "#/$defs/Money" },
      images: {
        type: "array",
        minItems: 1,
        items: {
          type: "object",
          required: ["url", "width", "height"],
          properties: {
            url: { type: "string", format: "uri" },
            width: { type: "integer" },
            height: { type: "integer" },
            alt: { type: "string" },
          },
        },
      },
      rating: {
        type: "object",
        required: ["average", "count"],
        properties: {
          average: { type: "number", minimum: 0, maximum: 5 },
          count: { type: "integer", minimum: 0 },
          histogram: { type: "array", items: { type: "integer" } },
        },
      },
      stock: {
        type: "object",
        required: ["status"],
        properties: {
          status: { type: "string" },
          quantity: { type: "integer" },
          warehouses: { type: "array", items: { type: "string" } },
        },
      },
      attributes: { type: "object", additionalProperties: { type: "string" } },
      supplier: { type: "object", additionalProperties: true },
      seo: { type: "object", additionalProperties: { type: "string" } },
      updatedAt: { type: "string", format: "date-time" },
    },
  },
};

/** Where in those schemas enums stand, and the values that the contract lists there. */
const enums = {
  Product: {
    properties: { stock: { properties: { status: { known: ["in_stock", "low", "out_of_stock"] } } } },
  },
};

/** The operations of the contract. */
export const contract = {
  listProducts: {
    name: "listProducts",
    method: "GET" as const,
    path: "/products",
    parameters: {
      query: {
        ids: {
          type: "array",
          minItems: 1,
          maxItems: 100,
          items: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
        },
      },
    },
    answer: {
      schema: {
        type: "object",
        required: ["products"],
        properties: { products: { type: "array", items: { $ref: "#/$defs/Product" } } },
        $defs: schemas,
      },
      enums: { root: { properties: { products: { items: { refs: ["Product"] } } } }, named: enums },
    },
  },
  getProduct: {
    name: "getProduct",
    method: "GET" as const,
    path: "/products/{productId}",
    parameters: { path: { productId: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" } } },
    answer: {
      schema: { $ref: "#/$defs/Product", $defs: schemas },
      enums: { root: { refs: ["Product"] }, named: enums },
    },
  },
  getProductPicture: {
    name: "getProductPicture",
    method: "GET" as const,
    path: "/media/products/{productId}/{file}",
    parameters: {
      path: {
        productId: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
        file: { type: "string", pattern: "^[A-Za-z0-9_-]{1,80}\\.svg$" },
      },
    },
    answerTypes: ["image/svg+xml"] as const,
  },
  getPlaceholder: {
    name: "getPlaceholder",
    method: "GET" as const,
    path: "/media/placeholder.svg",
    answerTypes: ["image/svg+xml"] as const,
  },
};
