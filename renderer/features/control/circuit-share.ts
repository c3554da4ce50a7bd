export interface ShareInput {
  readonly limitA: number
  readonly otherLoadA: number | null
  readonly allocatedA: number
}

/** Parts of a bar as shares of its length; `freeA` is negative when more is given than the limit, null when other load is not known. */
export const share = ({
  limitA,
  otherLoadA,
  allocatedA,
}: ShareInput): {
  readonly other: number
  readonly allocated: number
  /** Where on the bar the limit is: its end, unless more is used. */
  readonly limit: number
  readonly freeA: number | null
} => {
  const other = Math.max(0, otherLoadA ?? 0)
  const whole = Math.max(limitA, other + allocatedA)
  return {
    other: whole === 0 ? 0 : other / whole,
    allocated: whole === 0 ? 0 : allocatedA / whole,
    limit: whole === 0 ? 1 : Math.max(0, limitA) / whole,
    freeA: otherLoadA === null ? null : limitA - otherLoadA - allocatedA,
  }
}
