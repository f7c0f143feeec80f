// Generated from openapi.json; to regenerate: npm run contracts -w @triptych/mobile-bff

export interface paths {
    "/mobile/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the app's first screen shows */
        get: operations["home"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mobile/orders/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One order of the user's */
        get: operations["order"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mobile/products/{productId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One product */
        get: operations["product"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mobile/orders/{orderId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel an order that has not shipped */
        post: operations["cancelOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Degraded: {
            section: string;
            /** @enum {string} */
            reason: "timeout" | "unavailable" | "invalid" | "rejected" | "overloaded";
            ageSeconds?: number;
        };
        Problem: {
            /**
             * Format: uri-reference
             * @description /problems/<code>
             */
            type: string;
            title: string;
            status: number;
            /** @description One sentence for whoever builds the client */
            detail: string;
            /** @description The request's id, as in the log */
            instance: string;
            /** @description The section without which there is no screen */
            section?: string;
            /** @description The service that failed */
            upstream?: string;
        };
    };
    responses: {
        /** @description Invalid request */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/invalid-request";
                    /** @constant */
                    status?: 400;
                };
            };
        };
        /** @description Identity required */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/identity-required";
                    /** @constant */
                    status?: 401;
                };
            };
        };
        /** @description Not found */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/not-found";
                    /** @constant */
                    status?: 404;
                };
            };
        };
        /** @description Not acceptable */
        Problem406: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/not-acceptable";
                    /** @constant */
                    status?: 406;
                };
            };
        };
        /** @description Conflict */
        Problem409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/conflict";
                    /** @constant */
                    status?: 409;
                };
            };
        };
        /** @description Payload too large */
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/payload-too-large";
                    /** @constant */
                    status?: 413;
                };
            };
        };
        /** @description Unsupported media type */
        Problem415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/unsupported-media-type";
                    /** @constant */
                    status?: 415;
                };
            };
        };
        /** @description Upgrade required */
        Problem426: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/upgrade-required";
                    /** @constant */
                    status?: 426;
                };
            };
        };
        /** @description Internal error */
        Problem500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/internal";
                    /** @constant */
                    status?: 500;
                };
            };
        };
        /** @description Invalid answer from a service */
        Problem502: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/upstream-invalid";
                    /** @constant */
                    status?: 502;
                };
            };
        };
        /** @description Service unavailable; Overloaded */
        Problem503: {
            headers: {
                /** @description In how many seconds to try again */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/upstream-unavailable" | "/problems/overloaded";
                    /** @constant */
                    status?: 503;
                };
            };
        };
        /** @description Service timed out */
        Problem504: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/upstream-timeout";
                    /** @constant */
                    status?: 504;
                };
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
    home: {
        parameters: {
            query?: {
                /** @description Device pixels per CSS pixel, for the choice of images. Without it Sec-CH-DPR counts, else 1. */
                dpr?: number;
            };
            header?: {
                /** @description The same, as browsers say it: less than 1 counts as 1, more than 4 as 4. */
                "Sec-CH-DPR"?: number;
                /** @description The app's version: it gets the shapes that it knows. Without it, the newest. Before 2.0.0: 426. */
                "X-App-Version"?: string;
                /** @description The ETag of the answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The screen */
            200: {
                headers: {
                    /** @description A strong validator of the JSON; an answer with something in `degraded` has none */
                    ETag?: string;
                    /** @description Kept by the client alone, and asked for again each time; degraded: not at all */
                    "Cache-Control"?: string;
                    /** @description An entry per section, and `total`, in milliseconds */
                    "Server-Timing"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        profile: {
                            /** @description The given name */
                            name: string;
                            /** @description The URL of a square image, 64 px or more by the device's density; `/media/placeholder.svg` where there is none */
                            avatar: string;
                        };
                        orders: {
                            id: string;
                            /** @enum {string} */
                            status: "placed" | "paid" | "packed" | "shipped" | "delivered" | "cancelled" | "returned" | "unknown";
                            /** @description The first line's */
                            title: string;
                            /** @description The sum of the lines' quantities */
                            items: number;
                        }[];
                        picks: {
                            id: string;
                            title: string;
                            /** @description The URL of the smallest image that is sharp on the device; `/media/placeholder.svg` where there is none */
                            image: string;
                            /** @description In the user's locale: €9.99 */
                            price: string;
                        }[];
                        /** @description Sections that are not what they should be, because a service failed. Empty may be: orders, picks. */
                        degraded: components["schemas"]["Degraded"][];
                    };
                    "application/x-ndjson": string;
                };
            };
            /** @description It is what the client has */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            406: components["responses"]["Problem406"];
            426: components["responses"]["Problem426"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    order: {
        parameters: {
            query?: {
                /** @description Device pixels per CSS pixel, for the choice of images. Without it Sec-CH-DPR counts, else 1. */
                dpr?: number;
            };
            header?: {
                /** @description The same, as browsers say it: less than 1 counts as 1, more than 4 as 4. */
                "Sec-CH-DPR"?: number;
                /** @description The app's version: it gets the shapes that it knows. Without it, the newest. Before 2.0.0: 426. */
                "X-App-Version"?: string;
                /** @description The ETag of the answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The screen */
            200: {
                headers: {
                    /** @description A strong validator of the JSON; an answer with something in `degraded` has none */
                    ETag?: string;
                    /** @description Kept by the client alone, and asked for again each time; degraded: not at all */
                    "Cache-Control"?: string;
                    /** @description An entry per section, and `total`, in milliseconds */
                    "Server-Timing"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        order: {
                            id: string;
                            number: string;
                            /** @enum {string} */
                            status: "placed" | "paid" | "packed" | "shipped" | "delivered" | "cancelled" | "returned" | "unknown";
                            /** @description 12 Nov 2026, in the user's locale: the day in the user's time zone, where the users service knows one, else in UTC */
                            placed: string;
                            /** @description In the user's locale: €9.99 */
                            total: string;
                            lines: {
                                title: string;
                                quantity: number;
                            }[];
                            canCancel: boolean;
                        };
                        /** @description Sections that are not what they should be, because a service failed. */
                        degraded: components["schemas"]["Degraded"][];
                    };
                    "application/x-ndjson": string;
                };
            };
            /** @description It is what the client has */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            406: components["responses"]["Problem406"];
            426: components["responses"]["Problem426"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    product: {
        parameters: {
            query?: {
                /** @description Device pixels per CSS pixel, for the choice of images. Without it Sec-CH-DPR counts, else 1. */
                dpr?: number;
            };
            header?: {
                /** @description The same, as browsers say it: less than 1 counts as 1, more than 4 as 4. */
                "Sec-CH-DPR"?: number;
                /** @description The app's version: it gets the shapes that it knows. Without it, the newest. Before 2.0.0: 426. */
                "X-App-Version"?: string;
                /** @description The ETag of the answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                productId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The screen */
            200: {
                headers: {
                    /** @description A strong validator of the JSON; an answer with something in `degraded` has none */
                    ETag?: string;
                    /** @description Kept by the client alone, and asked for again each time; degraded: not at all */
                    "Cache-Control"?: string;
                    /** @description An entry per section, and `total`, in milliseconds */
                    "Server-Timing"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        product: {
                            id: string;
                            title: string;
                            brand: string;
                            /** @description In the user's locale: €9.99 */
                            price: string;
                            /** @description The URL of the smallest image that fills a phone's width sharply; `/media/placeholder.svg` where there is none */
                            image: string;
                            /** @description 0 to 5 */
                            rating: number;
                            inStock: boolean;
                        };
                        /** @description Sections that are not what they should be, because a service failed. */
                        degraded: components["schemas"]["Degraded"][];
                    };
                    "application/x-ndjson": string;
                };
            };
            /** @description It is what the client has */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            406: components["responses"]["Problem406"];
            426: components["responses"]["Problem426"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelOrder: {
        parameters: {
            query?: {
                /** @description Device pixels per CSS pixel, for the choice of images. Without it Sec-CH-DPR counts, else 1. */
                dpr?: number;
            };
            header: {
                /** @description The same, as browsers say it: less than 1 counts as 1, more than 4 as 4. */
                "Sec-CH-DPR"?: number;
                /** @description The app's version: it gets the shapes that it knows. Without it, the newest. Before 2.0.0: 426. */
                "X-App-Version"?: string;
                /** @description Sent again with the same key, the work is done once. */
                "Idempotency-Key": string;
            };
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    reason: "changed_mind" | "found_cheaper" | "too_slow" | "other";
                };
            };
        };
        responses: {
            /** @description The screen as it is after the work */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        order: {
                            id: string;
                            number: string;
                            /** @enum {string} */
                            status: "placed" | "paid" | "packed" | "shipped" | "delivered" | "cancelled" | "returned" | "unknown";
                            /** @description 12 Nov 2026, in the user's locale: the day in the user's time zone, where the users service knows one, else in UTC */
                            placed: string;
                            /** @description In the user's locale: €9.99 */
                            total: string;
                            lines: {
                                title: string;
                                quantity: number;
                            }[];
                            canCancel: boolean;
                        };
                        /** @description Sections that are not what they should be, because a service failed. */
                        degraded: components["schemas"]["Degraded"][];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            404: components["responses"]["Problem404"];
            406: components["responses"]["Problem406"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            426: components["responses"]["Problem426"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
            /** @description Any other problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
