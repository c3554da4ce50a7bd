/** Whether an M-Bus profile says what a person expects of its golden telegrams. */
import { createLinkReceiver } from './link-frame.ts'
import { matchingMbusProfiles } from './match.ts'
import type { MbusGolden, MbusProfile } from './profile.ts'
import { decodeTelegram } from './telegram.ts'
import type { Telegram } from './decoded-telegram.ts'
import { valuesOf } from './values-of.ts'

type Case = MbusGolden['cases'][number]

/** One telegram from the hex of its long frame, or why it is none. */
export const telegramOfHex = (hex: string): { readonly telegram: Telegram } | { readonly problem: string } => {
  const digits = hex.replaceAll(/\s+/g, '')
  if (!/^([0-9A-Fa-f]{2})+$/.test(digits)) return { problem: 'it is not hex: two digits a byte' }
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16))
  const receiver = createLinkReceiver()
  const items = receiver.push(bytes)
  const [item] = items
  if (items.length !== 1 || item?.kind !== 'frame' || receiver.pending().length > 0) {
    return {
      problem: `it is no frame (${item === undefined ? 'it ends too early' : item.kind === 'frame' ? 'something follows it' : item.kind})`,
    }
  }
  if (item.frame.kind !== 'long' && item.frame.kind !== 'control') return { problem: 'it is no long frame' }
  const decoded = decodeTelegram(item.frame.ci, item.frame.data)
  return decoded.ok ? { telegram: decoded.telegram } : { problem: decoded.problem }
}

const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(1e-9, Math.abs(b) * 1e-6)

const checkCase = (profile: MbusProfile, one: Case, at: string): string[] => {
  const problems: string[] = []
  const telegrams = one.telegrams.flatMap((hex, index) => {
    const read = telegramOfHex(hex)
    if ('telegram' in read) return [read.telegram]
    problems.push(`${at}: telegram ${index + 1}: ${read.problem}`)
    return []
  })
  if (problems.length > 0) return problems
  const header = telegrams[0]?.header
  if (header === null || header === undefined || matchingMbusProfiles([profile], header).length === 0) {
    problems.push(
      `${at}: its header (${header === null || header === undefined ? 'none' : `${header.manufacturer}, version ${header.version}, medium ${header.medium}`}) does not fit the profile's match`,
    )
  }
  const values = valuesOf(profile, telegrams)
  for (const [key, reading] of values) {
    const expected = one.values[key] ?? null
    if (expected === null ? reading.value !== null : reading.value === null || !isClose(reading.value, expected)) {
      problems.push(
        `${at}: ${key} reads ${reading.value === null ? `nothing (${reading.why})` : reading.value} instead of ${expected ?? 'nothing'}`,
      )
    }
  }
  return [
    ...problems,
    ...Object.keys(one.values)
      .filter((key) => !Object.hasOwn(profile.quantities, key))
      .map((key) => `${at}: '${key}' is not in the profile`),
  ]
}

/** One sentence per difference; empty when profile and cases agree and every quantity has a value in some case. */
export const checkMbusGolden = (profile: MbusProfile, cases: readonly Case[]): string[] => {
  const covered = new Set(
    cases.flatMap(({ values }) =>
      Object.entries(values)
        .filter(([, value]) => value !== null)
        .map(([key]) => key),
    ),
  )
  return [
    ...cases.flatMap((one, index) => checkCase(profile, one, `case ${index + 1}`)),
    ...Object.keys(profile.quantities)
      .filter((key) => !covered.has(key))
      .map((key) => `no case has a value of ${key}`),
  ]
}
