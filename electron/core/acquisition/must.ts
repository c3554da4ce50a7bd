/** A part that the check of the site file has seen to. */
export const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`${what} is missing: the site file must be checked before it is used`)
  return value
}
