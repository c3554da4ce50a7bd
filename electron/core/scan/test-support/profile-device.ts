import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChargerProfile } from '../../../../shared/profile/charger-profile.ts'
import { encodeStatus } from '../../../../shared/profile/charger-status.ts'
import { encodeRegister, fits } from '../../../../shared/profile/codec.ts'
import type { MeterProfile } from '../../../../shared/profile/meter-profile.ts'
import { readChargerProfile, readMeterProfile, type ReadProfile } from '../../../../shared/profile/read-profile.ts'
import type { Register } from '../../../../shared/profile/register.ts'
import { registerWidth } from '../../../../shared/profile/register.ts'
import type { ModbusRequest } from '../../lines/modbus-line.ts'
import type { FakeReply } from '../../test-support/fake-line.ts'

const profiles = join(import.meta.dirname, '..', '..', '..', '..', 'assets', 'profiles')
const readAll = <P extends { readonly id: string }>(
  kind: string,
  parse: (text: string, name: string) => ReadProfile<P>,
): Map<string, P> =>
  new Map(
    readdirSync(join(profiles, kind))
      .filter((name) => name.endsWith('.yaml') && !name.endsWith('.golden.yaml'))
      .map((name): [string, P] => {
        const read = parse(readFileSync(join(profiles, kind, name), 'utf8'), name)
        if (!read.ok) throw new Error(JSON.stringify(read.problems))
        return [read.profile.id, read.profile]
      }),
  )
export const allMeters: ReadonlyMap<string, MeterProfile> = readAll('meters', readMeterProfile)
export const allChargers: ReadonlyMap<string, ChargerProfile> = readAll('chargers', readChargerProfile)

const phaseOf = (key: string): number => Number(/(?:_l|_t)(\d)/.exec(key)?.[1] ?? 1) - 1
const volts = [231.2, 232.6, 230.4]
const amperes = [12.31, 8.74, 10.02]
const watts = volts.map((u, index) => u * (amperes[index] ?? 0) * 0.96)
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** A loaded three-phase installation in figures of our own: what a meter on it would show. */
const plausible = (key: string): number => {
  const phase = phaseOf(key)
  if (/^u_l\dl\d/.test(key) || key === 'u_ll_avg') return 231.4 * Math.sqrt(3)
  if (/^u_/.test(key)) return volts[phase] ?? 0
  if (/^i_[lt]\d$/.test(key)) return amperes[phase] ?? 0
  if (/^p_l\d$/.test(key)) return watts[phase] ?? 0
  if (/^s_l\d$/.test(key)) return (volts[phase] ?? 0) * (amperes[phase] ?? 0)
  if (key === 'p_total') return sum(watts)
  if (key === 's_total') return sum(volts.map((u, index) => u * (amperes[index] ?? 0)))
  if (key === 'limit') return 16
  if (/^f/.test(key)) return 49.98
  if (/^(pf|cosphi)/.test(key)) return 0.96
  if (/^e_(import|total|net|import_t1|import_l1)$/.test(key)) return 64_102.9
  return 0
}

/** 'SunS' at 40000, model 1, and the meter model where the profile has its registers (SunSpec Device Information Model Specification 1.1). */
const putChain = (holding: Map<number, number>, { models, length, at }: NonNullable<MeterProfile['sunspec']>): void => {
  const put = (address: number, words: readonly number[]) => {
    words.forEach((word, index) => holding.set(address + index, word))
  }
  const text = (said: string, registers: number) =>
    Array.from(
      { length: registers },
      (_, index) => ((said.charCodeAt(index * 2) || 0) << 8) | (said.charCodeAt(index * 2 + 1) || 0),
    )
  put(40_000, [
    0x5375,
    0x6e53,
    1,
    at - 40_004,
    ...text('Maker', 16),
    ...text('Meter 3', 16),
    ...text('', 8),
    ...text('1.2', 8),
    ...text('S-4711', 16),
  ])
  for (let address = 40_068; address < at; address += 1) put(address, [1])
  put(at, [models.find((model) => model % 10 === 3) ?? 0, length])
  for (let address = at + 2; address < at + 2 + length; address += 1) if (!holding.has(address)) put(address, [0])
  put(at + 2 + length, [0xffff, 0])
}

/** Answers like a device of this profile: its registers, its habits on the line, an exception for everything else. `isNamed`: it says what it is, where its profile knows how. */
export const deviceOf = (
  profile: MeterProfile | ChargerProfile,
  valueOf: (key: string) => number = plausible,
  isNamed = true,
) => {
  const words = { holding: new Map<number, number>(), input: new Map<number, number>() }
  const put = (
    register: Pick<Register, 'address' | 'type' | 'scale'> & {
      space?: 'holding' | 'input' | undefined
      wordOrder?: Register['wordOrder']
    },
    value: number,
  ) => {
    const encoded = fits(register, value)
      ? encodeRegister(register, value, profile)
      : Array.from({ length: registerWidth[register.type] }, () => 0)
    encoded.forEach((word, index) => words[register.space ?? profile.space].set(register.address + index, word))
  }
  for (const [key, register] of Object.entries(profile.quantities))
    if (register !== undefined) put(register, valueOf(key))
  if ('sunspec' in profile && profile.sunspec !== undefined) putChain(words.holding, profile.sunspec)
  if ('status' in profile)
    (encodeStatus(profile.status, 'charging', profile.wordOrder) ?? []).forEach((word, index) =>
      words[profile.space].set(profile.status.address + index, word),
    )
  const names = (profile.identity ?? []).map((identity) => {
    const [first] = identity.expected
    const value = first?.value ?? 0
    const text = String(value).padEnd(identity.registers * (identity.type === 'text' ? 2 : 1), '\0')
    const name =
      typeof value === 'number'
        ? identity.type === 'uint32'
          ? profile.wordOrder === 'high-first'
            ? [value >>> 16, value & 0xffff]
            : [value & 0xffff, value >>> 16]
          : [value]
        : Array.from({ length: identity.registers }, (_, index) =>
            identity.type === 'text'
              ? (text.charCodeAt(index * 2) << 8) | text.charCodeAt(index * 2 + 1)
              : text.charCodeAt(index),
          )
    return { functionCode: (identity.space ?? profile.space) === 'holding' ? 3 : 4, address: identity.address, name }
  })
  const { maxRegisters, maxGap, evenOnly, holes } = profile.line
  return (request: ModbusRequest): FakeReply => {
    if (!('count' in request)) throw new Error('a scan must never write')
    const { address, count } = request
    const named = names.find(
      (entry) =>
        entry.functionCode === request.functionCode && entry.address === address && entry.name.length === count,
    )
    if (named !== undefined && isNamed) return { words: named.name, afterMs: 20 }
    const space = words[request.functionCode === 3 ? 'holding' : 'input']
    if (space.size === 0) return { exception: 1, afterMs: 20 }
    if (count > maxRegisters) return { exception: 3, afterMs: 20 }
    if (evenOnly && (address % 2 !== 0 || count % 2 !== 0)) return { exception: 2, afterMs: 20 }
    if (holes.some(([first, last]) => first < address + count && last >= address)) return { exception: 2, afterMs: 20 }
    const read = Array.from({ length: count }, (_, index) => space.get(address + index))
    let gap = 0
    for (const word of read) {
      gap = word === undefined ? gap + 1 : 0
      if (gap > maxGap) return { exception: 2, afterMs: 20 }
    }
    if (read.every((word) => word === undefined)) return { exception: 2, afterMs: 20 }
    return { words: read.map((word) => word ?? 0), afterMs: 20 }
  }
}
