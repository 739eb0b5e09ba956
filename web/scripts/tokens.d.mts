export type Tokens = Record<string, string>
export function blocksOf(css: string): Record<string, Tokens>
export function contrast(front: string, back: string): number
