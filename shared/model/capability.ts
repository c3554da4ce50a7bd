/** What a source of time and data can do. What is missing takes its buttons away, and the screen says so once. */
export const capabilities = ['live', 'control', 'seek', 'scan'] as const
export type Capability = (typeof capabilities)[number]
