export function findRoot(from: string, otherwise: string): string;
