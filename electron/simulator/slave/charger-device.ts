import type { ChargerQuantityKey, ChargerStatus } from '../../../shared/model/image.ts'
import { encodeStatus, statusWidth } from '../../../shared/profile/charger-status.ts'
import type { ChargerProfile, ControlRegister } from '../../../shared/profile/charger-profile.ts'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import type { Register } from '../../../shared/profile/register.ts'
import { pilotMinimumA } from '../physics/car.ts'
import type { Charger, PilotState } from '../physics/charger.ts'
import { chargerModels, unknownModel } from './charger-models.ts'
import { exceptions, goodManners, type Device, type WriteOutcome } from './device.ts'
import { encodeOrZero, isFloat, readImage, widthOf, type ImageEntry } from './register-image.ts'

const valueOf = (charger: Charger, key: ChargerQuantityKey): number | null => {
  const terminal = Number(key.at(-1)) - 1
  switch (key) {
    case 'i_t1':
    case 'i_t2':
    case 'i_t3':
      return charger.currents()[terminal] ?? null
    case 'u_t1':
    case 'u_t2':
    case 'u_t3':
      return charger.voltages()[terminal] ?? null
    case 'p_total':
      return charger.powerW()
    case 'e_session':
      return charger.sessionKWh()
    case 'e_total':
      return charger.totalKWh()
    case 'limit':
      return charger.inForceA()
    case 'fallback_limit':
      return charger.settings.fallback
    case 'watchdog_remaining':
      return Math.floor(charger.remainingS())
    case 'watchdog_timeout':
      return charger.watchdogS()
    case 'max_rated':
      return charger.settings.maximum
  }
}

const statusWords = (status: ChargerProfile['status'], code: string, highFirst: boolean): number[] => {
  if (status.type === 'string') {
    return Array.from(
      { length: status.registers },
      (_, index) => ((code.charCodeAt(index * 2) || 0) << 8) | (code.charCodeAt(index * 2 + 1) || 0),
    )
  }
  const raw = (Number(code) << status.shift) >>> 0
  if (status.type === 'uint16') return [raw & 0xffff]
  return highFirst ? [raw >>> 16, raw & 0xffff] : [raw & 0xffff, raw >>> 16]
}

/** What each state of IEC 61851-1 may be called, best first: not every charger tells all of them apart. */
const statusNames: Readonly<Record<PilotState, readonly ChargerStatus[]>> = {
  A: ['available'],
  B1: ['connected', 'ready'],
  B2: ['ready', 'connected', 'charging'],
  C1: ['suspended', 'connected', 'ready'],
  C2: ['charging'],
}
const statusOf = (
  status: ChargerProfile['status'],
  pilot: PilotState,
  wordOrder: ChargerProfile['wordOrder'],
): number[] => {
  for (const name of statusNames[pilot]) {
    const words = encodeStatus(status, name, wordOrder)
    if (words !== null) return words
  }
  throw new Error(`the profile has no status for ${pilot}`)
}

/** A charger of the world as the Modbus device its profile and its model describe. */
export const createChargerDevice = (
  id: string,
  unit: number,
  profile: ChargerProfile,
  charger: Charger,
  turnaroundMs: number,
): Device => {
  const manners = goodManners()
  const model = chargerModels[profile.id] ?? unknownModel
  const codec = { wordOrder: profile.wordOrder, notAvailable: profile.notAvailable }
  const spaceOf = (register: Register) => register.space ?? profile.space
  const entryOf = (register: Register, value: () => number | null): ImageEntry => ({
    space: spaceOf(register),
    address: register.address,
    width: widthOf(register),
    isFloat: isFloat(register),
    words: (instead) => encodeOrZero(register, instead ?? value(), codec),
  })
  const watchdog = profile.watchdog
  const timeoutRegister = watchdog.kind === 'poll' ? watchdog.timeoutRegister : undefined
  const fed =
    watchdog.kind === 'lifebit' || watchdog.kind === 'token' || watchdog.kind === 'timeout-write' ? watchdog : null
  const { limit, enable } = profile
  let limitWrittenS = -Infinity
  const isLimit = (register: Register) => register.address === limit.address && spaceOf(register) === 'holding'
  const entries: ImageEntry[] = [
    ...model.extra.flatMap(([first, last, word]) =>
      Array.from({ length: last - first + 1 }, (_, index): ImageEntry => ({
        space: profile.space,
        address: first + index,
        width: 1,
        isFloat: false,
        words: () => [word],
      })),
    ),
    ...Object.entries(profile.quantities).map(([key, register]) =>
      entryOf(register, () =>
        isLimit(register) ? charger.storedLimit() : valueOf(charger, key as ChargerQuantityKey),
      ),
    ),
    // What is written lies among the holding registers. Nobody documents that a limit without a read back can be read.
    ...(limit.readBack ? [entryOf({ ...limit, space: 'holding' }, charger.storedLimit)] : []),
    ...(limit.readBack && !isLimit(limit.readBack) ? [entryOf(limit.readBack, charger.inForce)] : []),
    ...(limit.readBack && enable
      ? [entryOf({ ...enable.register, space: 'holding' }, () => (charger.isReleased() ? enable.on : enable.off))]
      : []),
    ...(timeoutRegister ? [entryOf(timeoutRegister, charger.watchdogS)] : []),
    {
      space: profile.space,
      address: profile.status.address,
      width: statusWidth(profile.status),
      isFloat: false,
      words: () =>
        model.codes
          ? statusWords(profile.status, model.codes[charger.pilot()], profile.wordOrder === 'high-first')
          : statusOf(profile.status, charger.pilot(), profile.wordOrder),
    },
  ]
  const writeLimit = (words: readonly number[]): WriteOutcome => {
    const decoded = decodeRegister(profile.limit, words, codec)
    if (typeof decoded === 'string' || decoded.value < 0) return { exception: exceptions.illegalValue }
    const { value } = decoded
    const amperes = charger.inAmperes(value)
    if (amperes > charger.settings.maximum && model.aboveMaximum === 'refuse')
      return { exception: exceptions.illegalValue }
    if (amperes > 0 && amperes < pilotMinimumA && model.belowMinimum === 'refuse')
      return { exception: exceptions.illegalValue }
    const isTooSoon = charger.lineTimeS() - limitWrittenS < (model.limitsApartS ?? 0)
    if (manners.ignoresWrites || isTooSoon) return 'done'
    limitWrittenS = charger.lineTimeS()
    charger.writeSetpoint(value)
    return 'done'
  }
  /** A register beside the limit: its whole width in one request, by the function its profile names. */
  const writeControl = (
    register: ControlRegister,
    functionCode: number,
    words: readonly number[],
    take: (value: number) => boolean,
  ): WriteOutcome => {
    const width = widthOf(register)
    if (functionCode !== (width > 1 ? 16 : (register.functionCode ?? limit.functionCode)))
      return { exception: exceptions.illegalFunction }
    if (words.length !== width) return { exception: exceptions.illegalValue }
    const decoded = decodeRegister(register, words, { wordOrder: profile.wordOrder })
    if (typeof decoded === 'string') return { exception: exceptions.illegalValue }
    return manners.ignoresWrites || take(decoded.value) ? 'done' : { exception: exceptions.illegalValue }
  }
  const release = (value: number): boolean => {
    if (enable === undefined || (value !== enable.on && value !== enable.off)) return false
    charger.writeRelease(value === enable.on)
    return true
  }
  /** A life bit or token of another value is refused; a timeout is taken in the proportion it has to the profile's. */
  const feed = (value: number): boolean => {
    if (fed === null || value <= 0) return false
    if (fed.kind === 'timeout-write') charger.writeWatchdog((fed.timeoutS * value) / fed.value)
    else if (value !== fed.value) return false
    charger.feed()
    return true
  }
  return {
    id,
    unit,
    turnaroundMs,
    manners,
    hasFloats: entries.some((entry) => entry.isFloat),
    isPowered: charger.isPowered,
    requestSeen: charger.requestSeen,
    read: (functionCode, address, count) =>
      readImage(
        entries,
        profile.line,
        profile.notAvailable.uint16?.includes(0xffff) ? 0xffff : 0,
        functionCode === 3 ? 'holding' : 'input',
        address,
        count,
        manners.wrong?.kind === 'nan' || manners.wrong?.kind === 'infinity' ? manners.wrong.kind : null,
      ),
    write: (functionCode, address, words) => {
      if (address === profile.limit.address) {
        // A part of the limit is refused: Alfen's guide wants both registers in one request, and a half is never a limit.
        if (functionCode !== profile.limit.functionCode) return { exception: exceptions.illegalFunction }
        if (words.length !== widthOf(profile.limit)) return { exception: exceptions.illegalValue }
        return writeLimit(words)
      }
      if (enable && address === enable.register.address)
        return writeControl(enable.register, functionCode, words, release)
      if (fed && address === fed.register.address) return writeControl(fed.register, functionCode, words, feed)
      if (timeoutRegister && address === timeoutRegister.address && words.length === widthOf(timeoutRegister)) {
        const decoded = decodeRegister(timeoutRegister, words, codec)
        if (typeof decoded === 'string') return { exception: exceptions.illegalValue }
        if (!manners.ignoresWrites) charger.writeWatchdog(decoded.value)
        return 'done'
      }
      return { exception: exceptions.illegalAddress }
    },
  }
}
