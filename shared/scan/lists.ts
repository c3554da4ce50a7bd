/** Numbers and addresses as a person types them: "1-10, 15", "192.168.1.10-20", "10.0.0.0/28". */

export type Parsed<T> =
  { readonly ok: true; readonly items: readonly T[] } | { readonly ok: false; readonly problem: string }

const parts = (text: string): string[] => text.split(/[,;\s]+/).filter((part) => part !== '')
const refuse = (problem: string): { readonly ok: false; readonly problem: string } => ({ ok: false, problem })

/** "1-10, 15" as numbers in the order typed, each once. `what` names them in a problem: "a unit id". */
export const parseNumbers = (
  text: string,
  bounds: { readonly low: number; readonly high: number; readonly most: number; readonly what: string },
): Parsed<number> => {
  const { low, high, most, what } = bounds
  const found = new Set<number>()
  // "1 - 10" is one range.
  for (const part of parts(text.replace(/\s*-\s*/g, '-'))) {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part)
    if (match === null)
      return refuse(`"${part}" is not ${what} or a range such as ${low + 1}-${Math.min(high, low + 10)}`)
    const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])]
    if (from < low || to > high) return refuse(`"${part}": ${what} is between ${low} and ${high}`)
    if (from > to) return refuse(`"${part}" ends before it begins; write ${to}-${from}`)
    for (let number = from; number <= to; number += 1) found.add(number)
    if (found.size > most) return refuse(`more than ${most} at once; search in parts`)
  }
  return found.size === 0
    ? refuse(`give ${what} or several, such as ${low + 1} or ${low + 1}-${Math.min(high, low + 10)}`)
    : { ok: true, items: [...found] }
}

/** One network of 1024 addresses (/22) takes a few minutes; more is a search of a network, not of a site. */
export const mostHosts = 1024

const ofDotted = (text: string): number | null => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (match === null) return null
  const bytes = match.slice(1).map(Number)
  return bytes.some((byte) => byte > 255) ? null : bytes.reduce((sum, byte) => sum * 256 + byte, 0)
}
const dotted = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')

/** A name that could be one: labels of letters, digits and hyphens (RFC 1123, 2.1), with a letter somewhere, so that a misspelt number is no name. */
const looksLikeName = (text: string): boolean =>
  text.length <= 253 &&
  /[a-z]/i.test(text) &&
  text.split('.').every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label))

type Span = { readonly from: number; readonly to: number } | { readonly name: string } | { readonly problem: string }

const spanOf = (part: string): Span => {
  const [network, prefix, more] = part.split('/')
  if (prefix !== undefined) {
    const base = ofDotted(network ?? '')
    const bits = /^\d{1,2}$/.test(prefix) ? Number(prefix) : NaN
    if (base === null || more !== undefined || !(bits >= 0 && bits <= 32))
      return { problem: `"${part}" is not a network such as 192.168.1.0/24` }
    const size = 2 ** (32 - bits)
    const first = Math.floor(base / size) * size
    // The network's own and the broadcast address are nobody's, but with /31 and /32 both are hosts (RFC 3021).
    return bits >= 31 ? { from: first, to: first + size - 1 } : { from: first + 1, to: first + size - 2 }
  }
  const single = ofDotted(part)
  if (single !== null) return { from: single, to: single }
  const dash = part.indexOf('-')
  const start = dash < 0 ? null : ofDotted(part.slice(0, dash))
  if (start !== null) {
    const rest = part.slice(dash + 1)
    const end =
      /^\d{1,3}$/.test(rest) && Number(rest) <= 255 ? Math.floor(start / 256) * 256 + Number(rest) : ofDotted(rest)
    if (end === null)
      return { problem: `"${part}" is not a range such as 192.168.1.10-20 or 192.168.1.10-192.168.2.20` }
    return end < start ? { problem: `"${part}" ends before it begins` } : { from: start, to: end }
  }
  return looksLikeName(part)
    ? { name: part.toLowerCase() }
    : { problem: `"${part}" is not an address: write 192.168.1.10, 192.168.1.10-20, 192.168.1.0/24 or a host name` }
}

/** The hosts a person named, in their order, each once; nothing is added to them. */
export const parseHosts = (text: string): Parsed<string> => {
  const found = new Set<string>()
  for (const part of parts(text.replace(/\s*-\s*(?=\d)/g, '-'))) {
    const span = spanOf(part)
    if ('problem' in span) return refuse(span.problem)
    if ('name' in span) found.add(span.name)
    else if (span.to - span.from >= mostHosts)
      return refuse(`"${part}" is ${span.to - span.from + 1} addresses; at most ${mostHosts} at once, such as a /22`)
    else for (let address = span.from; address <= span.to; address += 1) found.add(dotted(address))
    if (found.size > mostHosts) return refuse(`these are more than ${mostHosts} addresses; search in parts`)
  }
  return found.size === 0
    ? refuse('give an address, a range or a network, such as 192.168.1.10-20')
    : { ok: true, items: [...found] }
}

export const parsePorts = (text: string): Parsed<number> =>
  parseNumbers(text, { low: 1, high: 65535, most: 16, what: 'a port' })
/** On a bus 1-247 (Modbus over Serial Line 1.02, 2.2); a TCP device may ask for 0 or 255. */
export const parseUnits = (text: string, onBus: boolean): Parsed<number> =>
  parseNumbers(
    text,
    onBus ? { low: 1, high: 247, most: 247, what: 'a unit id' } : { low: 0, high: 255, most: 256, what: 'a unit id' },
  )

/** Primary addresses of an M-Bus: 1 to 250, and 0 for meters that were never set up (EN 13757-2). */
export const parseMbusAddresses = (text: string): Parsed<number> =>
  parseNumbers(text, { low: 0, high: 250, most: 251, what: 'an M-Bus address' })
