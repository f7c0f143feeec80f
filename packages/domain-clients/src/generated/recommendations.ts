// Generated from recommendations.openapi.yaml: do not edit. To regenerate: npm run generate -w @triptych/domain-clients

export interface paths {
	readonly "/recommendations": {
		/** @deprecated */
		readonly get: operations["listRecommendationsV1"];
	};
	readonly "/recs/v2": {
		readonly get: operations["listRecommendations"];
	};
}
export type webhooks = Record<string, never>;
export interface components {
	schemas: never;
	responses: never;
	parameters: {
		readonly Limit: number;
	};
	requestBodies: never;
	headers: never;
	pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
	readonly listRecommendationsV1: {
		readonly parameters: {
			readonly query?: {
				readonly limit?: components["parameters"]["Limit"];
			};
		};
		readonly responses: {
			/** @description Version 1, a flat list */
			readonly 200: {
				content: {
					readonly "application/json": {
						readonly items: readonly {
							readonly productId: string;
							readonly score: number;
							readonly reason?: string;
							readonly modelVersion?: string;
						}[];
					};
				};
			};
		};
	};
	readonly listRecommendations: {
		readonly parameters: {
			readonly query?: {
				readonly limit?: components["parameters"]["Limit"];
			};
		};
		readonly responses: {
			/** @description Version 2, ranked slots with an explanation each */
			readonly 200: {
				content: {
					readonly "application/json": {
						readonly slots: readonly {
							readonly rank: number;
							readonly product: {
								readonly id: string;
							};
							readonly because: {
								readonly kind: "bought_together" | "viewed" | "popular" | "similar_users" | "unknown";
								readonly productId?: string | null;
							};
							readonly confidence?: number;
							/** @description Internal; no client ever shows it */
							readonly features?: {
								readonly [key: string]: number;
							};
						}[];
						readonly model: {
							readonly name?: string;
							/** Format: date-time */
							readonly trainedAt?: string;
						};
					};
				};
			};
		};
	};
}

/** What each operation takes and answers. */
export interface Calls {
  readonly "listRecommendationsV1": paths["/recommendations"]["get"];
  readonly "listRecommendations": paths["/recs/v2"]["get"];
}

/** What each operation that can be called answers when all is well. */
export interface Answers {
  readonly "listRecommendationsV1": paths["/recommendations"]["get"]["responses"][200]["content"]["application/json"];
  readonly "listRecommendations": paths["/recs/v2"]["get"]["responses"][200]["content"]["application/json"];
}

/** The operations of the contract. */
export const contract = {
  listRecommendationsV1: {
    name: "listRecommendationsV1",
    method: "GET" as const,
    path: "/recommendations",
    parameters: { query: { limit: { type: "integer", minimum: 1, maximum: 50 } } },
    answer: {
      schema: {
        type: "object",
        required: ["items"],
        properties: {
          items: {
            type: "array",
            items: {
              type: "object",
              required: ["productId", "score"],
              properties: {
                productId: { type: "string" },
                score: { type: "number" },
                reason: { type: "string" },
                modelVersion: { type: "string" },
              },
            },
          },
        },
      },
      enums: { root: {}, named: {} },
    },
  },
  listRecommendations: {
    name: "listRecommendations",
    method: "GET" as const,
    path: "/recs/v2",
    parameters: { query: { limit: { type: "integer", minimum: 1, maximum: 50 } } },
    answer: {
      schema: {
        type: "object",
        required: ["slots", "model"],
        properties: {
          slots: {
            type: "array",
            items: {
              type: "object",
              required: ["rank", "product", "because"],
              properties: {
                rank: { type: "integer", minimum: 1 },
                product: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
                because: {
                  type: "object",
                  required: ["kind"],
                  properties: { kind: { type: "string" }, productId: { type: ["string", "null"] } },
                },
                confidence: { type: "number", minimum: 0, maximum: 1 },
                features: { type: "object", additionalProperties: { type: "number" } },
              },
            },
          },
          model: {
            type: "object",
            properties: { name: { type: "string" }, trainedAt: { type: "string", format: "date-time" } },
          },
        },
      },
      enums: {
        root: {
          properties: {
            slots: {
              items: {
                properties: {
                  because: {
                    properties: { kind: { known: ["bought_together", "viewed", "popular", "similar_users"] } },
                  },
                },
              },
            },
          },
        },
        named: {},
      },
    },
  },
};
