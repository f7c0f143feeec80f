/** Where the sample shop's goods lie, by the nearest airport. */
export const WAREHOUSES = ["LEJ-1", "BHX-2", "CDG-1", "NRT-1", "MEM-3"] as const;
