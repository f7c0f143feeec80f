// Generated from openapi.json; to regenerate: npm run contracts -w @triptych/web-bff

export interface paths {
    "/web/home-page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the desktop home page shows */
        get: operations["homePage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/web/orders/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One order of the user's */
        get: operations["orderPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/web/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All of the user's orders, page by page */
        get: operations["ordersPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/web/products/{productId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One product, and what this user may like besides */
        get: operations["productPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/web/orders/{orderId}/cancel": {
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
        /** @description Forbidden */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    type?: "/problems/forbidden";
                    /** @constant */
                    status?: 403;
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
    homePage: {
        parameters: {
            query?: {
                /** @description Device pixels per CSS pixel, for the choice of images. Without it Sec-CH-DPR counts, else 1. */
                dpr?: number;
            };
            header?: {
                /** @description The same, as browsers say it: less than 1 counts as 1, more than 4 as 4. */
                "Sec-CH-DPR"?: number;
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
                            name: string;
                            /** @description 256 px; `/media/placeholder.svg` where there is none */
                            avatarUrl: string;
                            /** @description A date: the day in the user's time zone, where the users service knows one, else in UTC */
                            memberSince: string;
                            /** @enum {string} */
                            loyaltyTier: "none" | "bronze" | "silver" | "gold" | "unknown";
                            loyaltyPoints: number;
                        };
                        recentOrders: {
                            id: string;
                            number: string;
                            /** @description RFC 3339 date and time with the offset of the user's time zone, where the users service knows one, else in UTC: its first ten characters are the day to show */
                            placedAt: string;
                            /** @enum {string} */
                            status: "placed" | "paid" | "packed" | "shipped" | "delivered" | "cancelled" | "returned" | "unknown";
                            total: {
                                amount: number;
                                currency: string;
                            };
                            /** @description The sum of the lines' quantities */
                            itemCount: number;
                            firstItemTitle: string;
                            estimatedDelivery: string | null;
                        }[];
                        recommendations: {
                            productId: string;
                            title: string;
                            brand: string;
                            /** @description The smallest image at least 480 px wide, else the largest; `/media/placeholder.svg` where there is none */
                            imageUrl: string;
                            price: {
                                amount: number;
                                currency: string;
                            };
                            /** @description 0 to 5 */
                            rating: number;
                            /** @enum {string} */
                            because: "bought_together" | "viewed" | "popular" | "similar_users" | "unknown";
                        }[];
                        /** @description Sections that are not what they should be, because a service failed. Empty may be: recentOrders, recommendations. */
                        degraded: components["schemas"]["Degraded"][];
                    };
                    "application/x-ndjson": string;
                    "text/html": string;
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
    orderPage: {
        parameters: {
            query?: {
                /** @description Device pixels per CSS pixel, for the choice of images. Without it Sec-CH-DPR counts, else 1. */
                dpr?: number;
            };
            header?: {
                /** @description The same, as browsers say it: less than 1 counts as 1, more than 4 as 4. */
                "Sec-CH-DPR"?: number;
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
                            /** @description RFC 3339 date and time with the offset of the user's time zone, where the users service knows one, else in UTC: its first ten characters are the day to show */
                            placedAt: string;
                            canCancel: boolean;
                            subtotal: {
                                amount: number;
                                currency: string;
                            };
                            shippingCost: {
                                amount: number;
                                currency: string;
                            };
                            tax: {
                                amount: number;
                                currency: string;
                            };
                            total: {
                                amount: number;
                                currency: string;
                            };
                            lines: {
                                productId: string;
                                title: string;
                                quantity: number;
                                unitPrice: {
                                    amount: number;
                                    currency: string;
                                };
                                /** @description What is taken off the line: `quantity` times `unitPrice`, less this, is `lineTotal` */
                                discount: {
                                    amount: number;
                                    currency: string;
                                } | null;
                                lineTotal: {
                                    amount: number;
                                    currency: string;
                                };
                            }[];
                            shipment: {
                                carrier: string;
                                trackingNumber: string;
                                /** @description A date */
                                estimatedDelivery: string;
                            } | null;
                        };
                        products: {
                            productId: string;
                            title: string;
                            imageUrl: string;
                            inStock: boolean;
                        }[] | null;
                        /** @description Sections that are not what they should be, because a service failed. Empty may be: products. */
                        degraded: components["schemas"]["Degraded"][];
                    };
                    "application/x-ndjson": string;
                    "text/html": string;
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
    ordersPage: {
        parameters: {
            query?: {
                /** @description Device pixels per CSS pixel, for the choice of images. Without it Sec-CH-DPR counts, else 1. */
                dpr?: number;
                /** @description Where the page starts: the `nextCursor` of the page before. Without it: the newest orders */
                cursor?: string;
            };
            header?: {
                /** @description The same, as browsers say it: less than 1 counts as 1, more than 4 as 4. */
                "Sec-CH-DPR"?: number;
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
                        page: {
                            /** @description Newest first */
                            orders: {
                                id: string;
                                number: string;
                                /** @description RFC 3339 date and time with the offset of the user's time zone, where the users service knows one, else in UTC: its first ten characters are the day to show */
                                placedAt: string;
                                /** @enum {string} */
                                status: "placed" | "paid" | "packed" | "shipped" | "delivered" | "cancelled" | "returned" | "unknown";
                                total: {
                                    amount: number;
                                    currency: string;
                                };
                                /** @description The sum of the lines' quantities */
                                itemCount: number;
                                firstItemTitle: string;
                                estimatedDelivery: string | null;
                            }[];
                            nextCursor: string | null;
                        };
                        /** @description Sections that are not what they should be, because a service failed. */
                        degraded: components["schemas"]["Degraded"][];
                    };
                    "application/x-ndjson": string;
                    "text/html": string;
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
    productPage: {
        parameters: {
            query?: {
                /** @description Device pixels per CSS pixel, for the choice of images. Without it Sec-CH-DPR counts, else 1. */
                dpr?: number;
            };
            header?: {
                /** @description The same, as browsers say it: less than 1 counts as 1, more than 4 as 4. */
                "Sec-CH-DPR"?: number;
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
            /** @description The screen. Without a login, it has nothing in: alsoBought */
            200: {
                headers: {
                    /** @description A strong validator of the JSON; an answer with something in `degraded` has none */
                    ETag?: string;
                    /** @description Kept by the client alone, and asked for again each time; degraded: not at all. Without a login: by shared caches too, for 60 s */
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
                            subtitle: string | null;
                            brand: string;
                            category: string;
                            description: string;
                            price: {
                                amount: number;
                                currency: string;
                            };
                            listPrice: {
                                amount: number;
                                currency: string;
                            } | null;
                            images: {
                                url: string;
                                alt: string;
                            }[];
                            rating: {
                                average: number;
                                count: number;
                            };
                            /** @enum {string} */
                            stock: "in_stock" | "low" | "out_of_stock" | "unknown";
                        };
                        alsoBought: {
                            productId: string;
                            title: string;
                            brand: string;
                            /** @description The smallest image at least 480 px wide, else the largest; `/media/placeholder.svg` where there is none */
                            imageUrl: string;
                            price: {
                                amount: number;
                                currency: string;
                            };
                            /** @description 0 to 5 */
                            rating: number;
                            /** @enum {string} */
                            because: "bought_together" | "viewed" | "popular" | "similar_users" | "unknown";
                        }[];
                        /** @description Sections that are not what they should be, because a service failed. Empty may be: alsoBought. */
                        degraded: components["schemas"]["Degraded"][];
                    };
                    "application/x-ndjson": string;
                    "text/html": string;
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
            header?: {
                /** @description The same, as browsers say it: less than 1 counts as 1, more than 4 as 4. */
                "Sec-CH-DPR"?: number;
                /** @description Sent again with the same key, the work is done once. A form has it in a field. */
                "Idempotency-Key"?: string;
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
                "application/x-www-form-urlencoded": {
                    /** @enum {string} */
                    reason: "changed_mind" | "found_cheaper" | "too_slow" | "other";
                } & {
                    /** @description From the page that shows the form */
                    token: string;
                    idempotencyKey: string;
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
                            /** @description RFC 3339 date and time with the offset of the user's time zone, where the users service knows one, else in UTC: its first ten characters are the day to show */
                            placedAt: string;
                            canCancel: boolean;
                            subtotal: {
                                amount: number;
                                currency: string;
                            };
                            shippingCost: {
                                amount: number;
                                currency: string;
                            };
                            tax: {
                                amount: number;
                                currency: string;
                            };
                            total: {
                                amount: number;
                                currency: string;
                            };
                            lines: {
                                productId: string;
                                title: string;
                                quantity: number;
                                unitPrice: {
                                    amount: number;
                                    currency: string;
                                };
                                /** @description What is taken off the line: `quantity` times `unitPrice`, less this, is `lineTotal` */
                                discount: {
                                    amount: number;
                                    currency: string;
                                } | null;
                                lineTotal: {
                                    amount: number;
                                    currency: string;
                                };
                            }[];
                            shipment: {
                                carrier: string;
                                trackingNumber: string;
                                /** @description A date */
                                estimatedDelivery: string;
                            } | null;
                        };
                        products: {
                            productId: string;
                            title: string;
                            imageUrl: string;
                            inStock: boolean;
                        }[] | null;
                        /** @description Sections that are not what they should be, because a service failed. Empty may be: products. */
                        degraded: components["schemas"]["Degraded"][];
                    };
                };
            };
            /** @description To a form: the screen is at Location */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            406: components["responses"]["Problem406"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
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
