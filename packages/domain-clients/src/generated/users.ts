// Generated from users.openapi.yaml: do not edit. To regenerate: npm run generate -w @triptych/domain-clients

export interface paths {
	readonly "/users/me": {
		/** The user that the request's identity names */
		readonly get: operations["getMe"];
	};
	readonly "/media/avatars/{owner}/{file}": {
		/** A picture, at the address that an answer gave; anyone may see it */
		readonly get: operations["getAvatar"];
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
		readonly User: {
			readonly id: string;
			/** Format: email */
			readonly email: string;
			readonly phone?: string | null;
			readonly name: {
				readonly given: string;
				readonly family: string;
				readonly display: string;
				readonly honorific?: string | null;
			};
			readonly avatar: {
				/**
				 * Format: uri
				 * @description 64 px
				 */
				readonly small: string;
				/**
				 * Format: uri
				 * @description 256 px
				 */
				readonly medium: string;
				/**
				 * Format: uri
				 * @description 1024 px
				 */
				readonly large: string;
			};
			/** Format: date */
			readonly birthDate?: string | null;
			/** @example en-GB */
			readonly locale?: string;
			/** @example Europe/Berlin */
			readonly timeZone?: string;
			readonly addresses: readonly components["schemas"]["Address"][];
			readonly loyalty: {
				readonly tier: "none" | "bronze" | "silver" | "gold" | "unknown";
				readonly points: number;
				readonly expiringPoints?: number;
				/** Format: date */
				readonly expiresAt?: string | null;
			};
			readonly preferences: {
				readonly currency: string;
				readonly newsletter: boolean;
				readonly sms?: boolean;
				readonly push?: boolean;
				readonly theme?: "system" | "light" | "dark" | "unknown";
				readonly favouriteCategories?: readonly string[];
			};
			/** @description Internal to the identity domain; no client ever shows it */
			readonly marketing?: {
				readonly segment?: string;
				readonly acquisitionChannel?: string;
				/** @description minor units */
				readonly lifetimeValue?: number;
				readonly consentVersion?: string;
			};
			/** Format: date-time */
			readonly createdAt: string;
			/** Format: date-time */
			readonly updatedAt: string;
			/** Format: date-time */
			readonly lastSeenAt?: string | null;
		};
		readonly Address: {
			readonly id: string;
			readonly kind: "billing" | "shipping" | "unknown";
			readonly line1: string;
			readonly line2?: string | null;
			readonly city: string;
			readonly region?: string | null;
			readonly postcode: string;
			readonly country: string;
			readonly isDefault?: boolean;
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
	readonly getMe: {
		readonly responses: {
			/** @description The user */
			readonly 200: {
				content: {
					readonly "application/json": components["schemas"]["User"];
				};
			};
		};
	};
	readonly getAvatar: {
		readonly parameters: {
			readonly path: {
				readonly owner: string;
				readonly file: string;
			};
		};
		readonly responses: {
			readonly 200: components["responses"]["Picture"];
		};
	};
}

/** What each operation takes and answers. */
export interface Calls {
  readonly "getMe": paths["/users/me"]["get"];
  readonly "getAvatar": paths["/media/avatars/{owner}/{file}"]["get"];
}

/** What each operation that can be called answers when all is well. */
export interface Answers {
  readonly "getMe": paths["/users/me"]["get"]["responses"][200]["content"]["application/json"];
  readonly "getAvatar": unknown;
}

/** Schemas that answers' schemas refer to. */
const schemas = {
  Address: {
    type: "object",
    required: ["id", "kind", "line1", "city", "postcode", "country"],
    properties: {
      id: { type: "string" },
      kind: { type: "string" },
      line1: { type: "string" },
      line2: { type: ["string", "null"] },
      city: { type: "string" },
      region: { type: ["string", "null"] },
      postcode: { type: "string" },
      country: { type: "string", minLength: 2, maxLength: 2 },
      isDefault: { type: "boolean" },
    },
  },
  User: {
    type: "object",
    required: [
      "id",
      "email",
      "name",
      "avatar",
      "addresses",
      "loyalty",
      "preferences",
      "createdAt",
      "updatedAt",
    ],
    properties: {
      id: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
      email: { type: "string", format: "email" },
      phone: { type: ["string", "null"] },
      name: {
        type: "object",
        required: ["given", "family", "display"],
        properties: {
          given: { type: "string" },
          family: { type: "string" },
          display: { type: "string" },
          honorific: { type: ["string", "null"] },
        },
      },
      avatar: {
        type: "object",
        required: ["small", "medium", "large"],
        properties: {
          small: { type: "string", format: "uri" },
          medium: { type: "string", format: "uri" },
          large: { type: "string", format: "uri" },
        },
      },
      birthDate: { type: ["string", "null"], format: "date" },
      locale: { type: "string" },
      timeZone: { type: "string" },
      addresses: { type: "array", items: { $ref: "#/$defs/Address" } },
      loyalty: {
        type: "object",
        required: ["tier", "points"],
        properties: {
          tier: { type: "string" },
          points: { type: "integer", minimum: 0 },
          expiringPoints: { type: "integer", minimum: 0 },
          expiresAt: { type: ["string", "null"], format: "date" },
        },
      },
      preferences: {
        type: "object",
        required: ["currency", "newsletter"],
        properties: {
          currency: { type: "string", minLength: 3, maxLength: 3 },
          newsletter: { type: "boolean" },
          sms: { type: "boolean" },
          push: { type: "boolean" },
          theme: { type: "string" },
          favouriteCategories: { type: "array", items: { type: "string" } },
        },
      },
      marketing: {
        type: "object",
        properties: {
          segment: { type: "string" },
          acquisitionChannel: { type: "string" },
          lifetimeValue: { type: "integer" },
          consentVersion: { type: "string" },
        },
      },
      createdAt: { type: "string", format: "date-time" },
      updatedAt: { type: "string", format: "date-time" },
      lastSeenAt: { type: ["string", "null"], format: "date-time" },
    },
  },
};

/** Where in those schemas enums stand, and the values that the contract lists there. */
const enums = {
  Address: { properties: { kind: { known: ["billing", "shipping"] } } },
  User: {
    properties: {
      addresses: { items: { refs: ["Address"] } },
      loyalty: { properties: { tier: { known: ["none", "bronze", "silver", "gold"] } } },
      preferences: { properties: { theme: { known: ["system", "light", "dark"] } } },
    },
  },
};

/** The operations of the contract. */
export const contract = {
  getMe: {
    name: "getMe",
    method: "GET" as const,
    path: "/users/me",
    answer: {
      schema: { $ref: "#/$defs/User", $defs: schemas },
      enums: { root: { refs: ["User"] }, named: enums },
    },
  },
  getAvatar: {
    name: "getAvatar",
    method: "GET" as const,
    path: "/media/avatars/{owner}/{file}",
    parameters: {
      path: {
        owner: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
        file: { type: "string", pattern: "^[A-Za-z0-9_-]{1,80}\\.svg$" },
      },
    },
    answerTypes: ["image/svg+xml"] as const,
  },
};
