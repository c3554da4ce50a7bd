/** The value information block: VIF and up to ten VIFEs, as meaning (EN 13757-3:2018, 6.4). */
import { fbVifs, fdVifs, primaryVifs, type VifEntry, type VifForm } from './vif-tables.ts'
import { combinedVifes, readOrthogonal, type VifeData } from './vife-tables.ts'
import type { MbusPhase, MbusDirection } from './phases.ts'

/** What a value information block says. */
export interface VifMeaning {
  /** Field name such as 'energy', 'power', 'voltage', 'manufacturer-specific' (vif-tables.ts). */
  readonly quantity: string
  /** '' where it has none; of a plain-text VIF its text. */
  readonly unit: string
  /** value = number sent x 10^exponent x factor, in `unit`. */
  readonly exponent: number
  readonly factor: number
  readonly form: VifForm
  readonly phase: MbusPhase | null
  /** VIFE 3B (forward: import) and 3C (backward: export). */
  readonly direction: MbusDirection | null
  /** Other VIFEs in words, such as 'per hour'; a record with any is not the plain quantity. */
  readonly modifiers: readonly string[]
  /** The meter's report on this record (VIFE 01 to 1F in a reply), in words; its value is not to be used. */
  readonly fault: string | null
  /** VIF and VIFEs as they came, plain text included. */
  readonly bytes: Uint8Array
}

export type VifResult =
  | { readonly ok: true; readonly vif: VifMeaning; readonly length: number }
  | { readonly ok: false; readonly problem: string }

const mostVifes = 10
const hex = (code: number): string => code.toString(16).toUpperCase().padStart(2, '0')
const entry = (quantity: string, unit = ''): VifEntry => ({ quantity, unit, exponent: 0, factor: 1, form: 'number' })

/** Reads the block that begins at `at`; `length` counts its bytes. Never throws. */
export const readVif = (bytes: Uint8Array, at: number, msbFirst: boolean): VifResult => {
  const codes: number[] = []
  let text: string | null = null
  let next = at
  for (;;) {
    const byte = bytes[next]
    if (byte === undefined) return { ok: false, problem: 'it ends within its VIF' }
    codes.push(byte)
    next += 1
    if (codes.length > mostVifes + 1) return { ok: false, problem: `it has more than ${mostVifes} VIFEs` }
    // The text of 7C and FC stands right after them with its length first, before any VIFE (M-Bus documentation 4.8, 8.4.3; Elvaco CMa).
    if (codes.length === 1 && (byte & 0x7f) === 0x7c) {
      const length = bytes[next]
      if (length === undefined || next + 1 + length > bytes.length)
        return { ok: false, problem: 'it ends within the text of its VIF' }
      text = latin(bytes.slice(next + 1, next + 1 + length), msbFirst)
      next += 1 + length
    }
    if ((byte & 0x80) === 0) break
  }
  return { ok: true, vif: { ...meaningOf(codes, text), bytes: bytes.slice(at, next) }, length: next - at }
}

/** Characters travel last first, as all data do where the least significant byte is first. */
export const latin = (bytes: Uint8Array, msbFirst: boolean): string =>
  String.fromCharCode(...(msbFirst ? bytes : [...bytes].reverse()))

const meaningOf = (codes: readonly number[], text: string | null): Omit<VifMeaning, 'bytes'> => {
  const first = codes[0] as number
  let rest = codes.slice(1)
  let base: VifEntry
  if (first === 0xfb || first === 0xfd) {
    const code = (rest[0] as number) & 0x7f
    base = (first === 0xfb ? fbVifs : fdVifs).get(code) ?? entry('reserved')
    rest = rest.slice(1)
  } else {
    const code = first & 0x7f
    base =
      text !== null
        ? entry('plain-text', text)
        : code === 0x7e
          ? entry('any')
          : code === 0x7f
            ? entry('manufacturer-specific')
            : (primaryVifs.get(code) ?? entry('reserved'))
  }
  const own = (first & 0x7f) === 0x7f
  const extensions = extensionsOf(own ? [0xff, ...rest] : rest, own)
  const { instead, ...others } = extensions
  return { ...base, ...others, exponent: base.exponent + extensions.exponent, ...instead }
}

const makersPhases: Readonly<Record<number, MbusPhase>> = { 0x00: 'total', 0x01: 'L1', 0x02: 'L2', 0x03: 'L3' }

interface Extensions extends Pick<VifMeaning, 'phase' | 'direction' | 'modifiers' | 'fault'> {
  readonly exponent: number
  readonly instead: VifeData | undefined
}

const extensionsOf = (vifes: readonly number[], own: boolean): Extensions => {
  let phase: MbusPhase | null = null
  let direction: MbusDirection | null = null
  let fault: string | null = null
  let exponent = 0
  let instead: VifeData | undefined
  const modifiers: string[] = []
  for (let index = 0; index < vifes.length; index += 1) {
    const code = (vifes[index] as number) & 0x7f
    if (code === 0x7f) {
      // Maker's own from here on. FF 00 to FF 03 after a standard VIF is the phase by common use (Saia, Finder, EMU).
      const makers = vifes.slice(index + 1).map((vife) => vife & 0x7f)
      const named = makers.length === 1 && !own ? makersPhases[makers[0] as number] : undefined
      if (named !== undefined) phase = named
      else modifiers.push(`manufacturer ${makers.map(hex).join(' ')}`.trim())
      break
    }
    if (code === 0x7c && index + 1 < vifes.length) {
      index += 1
      const combined = combinedVifes.get((vifes[index] as number) & 0x7f)
      if (combined !== undefined && 'phase' in combined) phase = combined.phase
      else modifiers.push(combined?.text ?? `combined extension ${hex((vifes[index] as number) & 0x7f)}`)
      continue
    }
    const found = readOrthogonal(code)
    if (found.kind === 'direction') direction = found.direction
    else if (found.kind === 'scale') exponent += found.exponent
    else if (found.kind === 'fault') fault = found.text
    else {
      modifiers.push(found.text)
      instead = found.data ?? instead
    }
  }
  return { phase, direction, modifiers, fault, exponent, instead }
}
