/**
 * Samples of the Electro Industries Nexus family (GE EPM 9650/9800, GEK-113017): a sample of 15 bits in two bytes, whose bit 6 of the low byte
 * stands for two things at once and is put right first.
 */

/** The signed value of a voltage sample. Low byte first, as it lies in the record. */
export const nexusSample = (low: number, high: number): number => {
  const upper = ((low & 0x40) !== 0 ? high - 1 : high) & 0xff
  const value = (upper << 7) | (low & 0x7f)
  return (value << 17) >> 17
}

/** Volts on the secondary side of the transformers. */
export const nexusVolts = (value: number, gain: number, divisor: number): number => ((value / divisor) * gain) / 65536

/** How many bytes each set of a samples record has, by the number of samples a cycle: up to 128, all eight channels. */
export const nexusSetBytes = 16

export interface LogState {
  readonly memoryBytes: number
  readonly recordBytes: number
  readonly first: number
  /** null: the log is empty. */
  readonly last: number | null
  readonly maximum: number
}

/** A log's header: memory size u32, record size, first and last index, two time stamps, a bitmap, the most records. */
export const readLogHeader = (words: readonly number[]): LogState | null => {
  if (words.length < 18) return null
  const at = (index: number): number => words[index] ?? 0
  const [memoryBytes, recordBytes, first, last] = [at(0) * 0x10000 + at(1), at(2), at(3), at(4)]
  // A header that can't be: nothing that follows would be read right.
  if (recordBytes === 0 || recordBytes > 0x8000) return null
  return { memoryBytes, recordBytes, first, last: last === 0xffff ? null : last, maximum: at(17) }
}
