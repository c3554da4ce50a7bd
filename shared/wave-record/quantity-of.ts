import type { Trace, TracePhase } from './wave-record.ts'

/** "kV", "volt", "KA", "ampere" are voltages and currents; a unit that is not stated is judged by the channel's name. */
export const quantityOf = (unit: string, name: string): Trace['quantity'] => {
  const plain = unit.trim().toLowerCase()
  if (/^[kmµu]?v(olts?)?$|^pu v$/.test(plain)) return 'voltage'
  if (/^[kmµu]?a(mp(s|eres?)?)?$/.test(plain)) return 'current'
  if (plain !== '') return 'other'
  return /^[uv]\d*[abcnrst123l]?/i.test(name) ? 'voltage' : /^\d*i/i.test(name) ? 'current' : 'other'
}

/** "ampere" and "volt" in the short form; anything else as it stands. */
export const unitText = (unit: string): string => {
  const plain = unit.trim()
  return /^amp(s|eres?)?$/i.test(plain) ? 'A' : /^volts?$/i.test(plain) ? 'V' : plain
}

const letters: ReadonlyMap<string, TracePhase> = new Map([
  ...(['a', 'b', 'c'] as const).map((letter, at) => [letter, (['1', '2', '3'] as const)[at] ?? '1'] as const),
  ...(['r', 's', 't'] as const).map((letter, at) => [letter, (['1', '2', '3'] as const)[at] ?? '1'] as const),
  ...(['1', '2', '3'] as const).map((letter) => [letter, letter] as const),
  ...(['l1', 'l2', 'l3'] as const).map((letter, at) => [letter, (['1', '2', '3'] as const)[at] ?? '1'] as const),
  ['n', 'n'],
  ['ab', '12'],
  ['bc', '23'],
  ['ca', '31'],
  ['12', '12'],
  ['23', '23'],
  ['31', '31'],
  ['rs', '12'],
  ['st', '23'],
  ['tr', '31'],
])

/** The phase a channel is of: as its field says, else as its name ends or begins ("IA", "u1", "VCA", "IL2", "V_L1"). */
export const phaseOf = (field: string, name: string): TracePhase | null => {
  const stated = letters.get(
    field
      .trim()
      .toLowerCase()
      .replace(/^[uvi](?=.)/, ''),
  )
  if (stated !== undefined) return stated
  const found = /(?:^|[\s_\-.])[uvi]_?(l[123]|ab|bc|ca|12|23|31|rs|st|tr|[abcnrst123])(?:$|[\s_\-.(]|w$|x$|y$)/i.exec(
    name,
  )?.[1]
  return found === undefined ? null : (letters.get(found.toLowerCase()) ?? null)
}
