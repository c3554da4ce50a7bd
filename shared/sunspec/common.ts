/** Model 1: who made the device (SunSpec model definition 1: Mn 16 registers, Md 16, Opt 8, Vr 8, SN 16, DA, pad). */
import type { SunSpecCommon, SunSpecModel, SunSpecRead } from './device.ts'

const strings = [
  { key: 'maker', offset: 2, registers: 16 },
  { key: 'model', offset: 18, registers: 16 },
  { key: 'options', offset: 34, registers: 8 },
  { key: 'version', offset: 42, registers: 8 },
  { key: 'serial', offset: 50, registers: 16 },
] as const
/** The registers that carry strings; the device address and the pad behind them vary. */
const shortest = 64

/** A SunSpec string: two characters a register, closed by NUL where shorter; null where the device left it empty. Control characters are left out. */
export const readString = (words: readonly number[]): string | null => {
  const bytes = words.flatMap((word) => [word >> 8, word & 0xff])
  const end = bytes.indexOf(0)
  const text = (end < 0 ? bytes : bytes.slice(0, end))
    .map((byte) => (byte < 0x20 || byte === 0x7f || byte === 0xff ? '' : byte < 0x7f ? String.fromCharCode(byte) : '?'))
    .join('')
    .trim()
  return text === '' ? null : text
}

/** Reads model 1 whole or, where the device refuses so many registers at once, string by string. */
export const readCommon = async (
  read: SunSpecRead,
  model: SunSpecModel,
): Promise<{ readonly common: SunSpecCommon | null; readonly problem: string | null }> => {
  if (model.length < shortest) {
    return {
      common: null,
      problem: `model 1 at register ${String(model.address)} has ${String(model.length)} registers where the standard has 66, so maker and serial number are not read`,
    }
  }
  const whole = await read(model.address + 2, shortest)
  const found: Record<string, string | null> = {}
  let problem: string | null = null
  for (const { key, offset, registers } of strings) {
    if (whole.ok) {
      found[key] = readString(whole.words.slice(offset - 2, offset - 2 + registers))
      continue
    }
    const part = whole.isRefused ? await read(model.address + offset, registers) : whole
    if (part.ok) found[key] = readString(part.words)
    else problem = `model 1 at register ${String(model.address)} could not be read whole: ${part.message}`
  }
  const { maker = null, model: name = null, options = null, version = null, serial = null } = found
  return { common: { maker, model: name, options, version, serial }, problem }
}
