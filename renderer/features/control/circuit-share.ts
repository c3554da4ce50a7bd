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
}: ShareInput): { readonly other: number; readonly allocated: number; readonly freeA: number | null } => {
  const other = Math.max(0, otherLoadA ?? 0)
  const whole = Math.max(limitA, other + allocatedA)
  return {
    other: whole === 0 ? 0 : other / whole,
    allocated: whole === 0 ? 0 : allocatedA / whole,
    freeA: otherLoadA === null ? null : limitA - otherLoadA - allocatedA,
  }
}
