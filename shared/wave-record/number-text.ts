/** Numbers out of bytes of text, without making a string of each: an ASCII record of an hour has three hundred million. */

const powers = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent)

/**
 * The number that stands in `bytes` from `from` to before `to`, blanks around it allowed, `point` as its decimal sign. NaN: nothing, or
 * no number. Exact for up to fifteen digits; longer ones and large exponents go through the language's own parser.
 */
export const numberIn = (bytes: Uint8Array, from: number, to: number, point = 0x2e): number => {
  let at = from
  let end = to
  while (at < end && (bytes[at] as number) <= 0x20) at += 1
  while (end > at && (bytes[end - 1] as number) <= 0x20) end -= 1
  if (at === end) return NaN
  const begin = at
  const isNegative = bytes[at] === 0x2d
  if (isNegative || bytes[at] === 0x2b) at += 1
  let value = 0
  let digits = 0
  let decimals = -1
  for (; at < end; at += 1) {
    const byte = bytes[at] as number
    if (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + (byte - 0x30)
      digits += 1
      if (decimals >= 0) decimals += 1
    } else if (byte === point && decimals < 0) decimals = 0
    else break
  }
  if (digits === 0) return NaN
  if (at < end || digits > 15) return slowly(bytes, begin, end, point)
  const exact = decimals > 0 ? value / (powers[decimals] as number) : value
  return isNegative ? -exact : exact
}

const slowly = (bytes: Uint8Array, from: number, to: number, point: number): number => {
  // Longer than any number anybody writes: hostile, or no number.
  if (to - from > 40) return NaN
  const text = String.fromCharCode(...bytes.subarray(from, to).map((byte) => (byte === point ? 0x2e : byte)))
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN
}
