/** One stream of chance of its own for every load, car and meter: adding one does not change what the others do. */
export interface Random {
  /** In [0, 1). */
  next(): number
  between(low: number, high: number): number
  /** Normal with mean 0 and standard deviation 1. */
  gauss(): number
  chance(probability: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
}

// FNV-1a, to turn a name into 32 bits.
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}

/** The same seed and name always give the same numbers (mulberry32). */
export const createRandom = (seed: number, name: string): Random => {
  let state = (Math.imul(seed, 0x9e3779b1) ^ hash(name)) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    // Box and Muller; 1 - next() is never 0, so the logarithm is finite.
    gauss: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
  }
}

/** A value that wanders around its mean and comes back to it (Ornstein-Uhlenbeck), with standard deviation `spread`. */
export const createWander = (random: Random, spread: number, timeConstantS: number): ((stepS: number) => number) => {
  let value = spread * random.gauss()
  return (stepS) => {
    const kept = Math.exp(-stepS / timeConstantS)
    value = value * kept + spread * Math.sqrt(1 - kept * kept) * random.gauss()
    return value
  }
}
