/**
 * Times a detector remembers never lie after the image it looks at: when the clock was set back, what began "later" begins now.
 * Otherwise nothing would be told for as long as the clock was set back.
 */
export const notAfter = (rememberedMs: number, atMs: number): number => Math.min(rememberedMs, atMs)
