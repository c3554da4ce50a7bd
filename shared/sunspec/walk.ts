/**
 * Follows a SunSpec model chain (SunSpec Device Information Model Specification 1.1, "Device Modbus Map"): the marker 'SunS' at
 * one of a few well-known places, then models of (number, length, points), until the number 0xFFFF.
 */
import { readCommon } from './common.ts'
import {
  meterModelLength,
  type SunSpecCommon,
  type SunSpecDevice,
  type SunSpecMeter,
  type SunSpecModel,
  type SunSpecRead,
  type SunSpecReply,
  type SunSpecWalk,
} from './device.ts'

/** In the order of how often they are met: the standard names the first three; Accuenergy's AcuRev has it at 4096. */
export const sunSpecBases = [40000, 0, 50000, 4096] as const

const marker = [0x5375, 0x6e53] as const
const endOfChain = 0xffff
/** Real devices have fewer than 40; a chain this long is not one (editable assumption). */
const mostModels = 64

export interface WalkOptions {
  /** Places to look for 'SunS' at, the likeliest first. */
  readonly bases?: readonly number[]
}

const areWords = (words: readonly number[], count: number): boolean =>
  words.length === count && words.every((word) => Number.isInteger(word) && word >= 0 && word <= 0xffff)

/** A reply that has other than the words asked for is none, whoever read it. */
const checked =
  (read: SunSpecRead): SunSpecRead =>
  async (address, count) => {
    const reply: SunSpecReply = await read(address, count)
    if (!reply.ok || areWords(reply.words, count)) return reply
    return {
      ok: false,
      isRefused: false,
      isSilent: false,
      message: `${String(count)} registers from ${String(address)} came back as ${String(reply.words.length)} values that are not registers`,
    }
  }

const chain = (message: string): SunSpecWalk => ({ ok: false, kind: 'broken', message })
const remedy =
  'the device or a gateway serves a damaged SunSpec map: update its firmware or use the profile of its model'

/** What stands at the next place of the chain: a model, its end, or why neither. */
const link = async (
  read: SunSpecRead,
  address: number,
): Promise<
  { readonly end: true } | { readonly model: SunSpecModel } | { readonly problem: string; readonly isSilent: boolean }
> => {
  const both = await read(address, 2)
  if (both.ok) {
    const [id = 0, length = 0] = both.words
    if (id === endOfChain) return { end: true }
    return { model: { id, address, length } }
  }
  // The map may end with its marker, so that nothing follows the number.
  const alone = both.isRefused ? await read(address, 1) : both
  if (alone.ok && alone.words[0] === endOfChain) return { end: true }
  return alone.ok ? { problem: both.message, isSilent: false } : { problem: alone.message, isSilent: alone.isSilent }
}

const follow = async (read: SunSpecRead, base: number): Promise<SunSpecWalk> => {
  const models: SunSpecModel[] = []
  const meters: SunSpecMeter[] = []
  const notes: string[] = []
  const wrong: string[] = []
  let first: SunSpecCommon | null = null
  let common: SunSpecCommon | null = null
  // Each place lies beyond the one before and below 65536, so this ends whatever the device says.
  for (let address = base + 2; ;) {
    if (address > 0xffff)
      return chain(`the SunSpec chain from register ${String(base)} runs past register 65535 without an end; ${remedy}`)
    const found = await link(read, address)
    if ('end' in found) break
    if ('problem' in found) {
      const message = `the SunSpec chain from register ${String(base)} can't be read at register ${String(address)}, after ${String(models.length)} models: ${found.problem}`
      return found.isSilent ? { ok: false, kind: 'silent', message } : chain(message)
    }
    const { model } = found
    if (model.id === 0)
      return chain(
        `the SunSpec chain from register ${String(base)} has no model number at register ${String(address)} (it reads 0); ${remedy}`,
      )
    const next = address + 2 + model.length
    if (next > 0xffff) {
      return chain(
        `model ${String(model.id)} at register ${String(address)} claims ${String(model.length)} registers, which runs past register 65535; ${remedy}`,
      )
    }
    models.push(model)
    if (models.length > mostModels)
      return chain(
        `the SunSpec chain from register ${String(base)} has more than ${String(mostModels)} models; ${remedy}`,
      )
    if (model.id === 1) {
      const read1 = await readCommon(read, model)
      common = read1.common
      first ??= common
      if (read1.problem !== null) notes.push(read1.problem)
    }
    const wanted = meterModelLength(model.id)
    if (wanted === model.length) meters.push({ ...model, common })
    else if (wanted !== null)
      wrong.push(
        `meter model ${String(model.id)} at register ${String(address)} has ${String(model.length)} registers where the standard has ${String(wanted)}, so it is not read`,
      )
    address = next
  }
  if (models.length === 0) return chain(`'SunS' stands at register ${String(base)}, but no model follows it; ${remedy}`)
  if (models[0]?.id !== 1)
    notes.push('the chain does not begin with model 1, as the standard asks, so maker and serial number may be missing')
  const device: SunSpecDevice = { base, models, meters, common: first, notes: [...notes, ...wrong] }
  return { ok: true, device }
}

/**
 * Looks for 'SunS' at each base and follows the chain behind the first. Reads two registers at a time and model 1 whole; never
 * asks for a register beyond what the chain has announced. Never rejects unless `read` does.
 */
export const walkSunSpec = async (unchecked: SunSpecRead, options: WalkOptions = {}): Promise<SunSpecWalk> => {
  const read = checked(unchecked)
  const said: string[] = []
  let silences = 0
  const bases = options.bases ?? sunSpecBases
  for (const base of bases) {
    const reply = await read(base, 2)
    if (reply.ok) {
      if (reply.words[0] === marker[0] && reply.words[1] === marker[1]) return follow(read, base)
      said.push(
        `${String(base)} reads ${reply.words.map((word) => word.toString(16).toUpperCase().padStart(4, '0')).join(' ')}`,
      )
      continue
    }
    if (reply.isSilent) silences += 1
    said.push(`${String(base)}: ${reply.message}`)
  }
  if (silences === bases.length)
    return {
      ok: false,
      kind: 'silent',
      message: `no answer at registers ${bases.join(', ')}: check power, wiring and unit`,
    }
  return {
    ok: false,
    kind: 'absent',
    message: `there is no SunSpec map: 'SunS' was not found (${said.join('; ')}). Switch SunSpec on in the device, or use the profile of its model`,
  }
}
