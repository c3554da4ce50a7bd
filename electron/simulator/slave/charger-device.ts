import type { ChargerQuantityKey } from '../../../shared/model/image.ts'
import { statusWidth } from '../../../shared/profile/charger-status.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import type { Register } from '../../../shared/profile/register.ts'
import type { SiteCharger } from '../../../shared/site/site.ts'
import { pilotMinimumA } from '../physics/car.ts'
import type { Charger } from '../physics/charger.ts'
import { chargerModels, unknownModel } from './charger-models.ts'
import { exceptions, goodManners, type Device, type WriteOutcome } from './device.ts'
import { encodeOrZero, isFloat, readImage, widthOf, type ImageEntry } from './register-image.ts'

const valueOf = (charger: Charger, key: ChargerQuantityKey): number | null => {
  const terminal = Number(key.at(-1)) - 1
  switch (key) {
    case 'i_t1': case 'i_t2': case 'i_t3': return charger.currents()[terminal] ?? null
    case 'u_t1': case 'u_t2': case 'u_t3': return charger.voltages()[terminal] ?? null
    case 'p_total': return charger.powerW()
    case 'e_session': return charger.sessionKWh()
    case 'e_total': return charger.totalKWh()
    case 'limit': return charger.inForceA()
    case 'fallback_limit': return charger.settings.fallback
    case 'watchdog_remaining': return Math.floor(charger.remainingS())
    case 'watchdog_timeout': return charger.watchdogS()
    case 'max_rated': return charger.settings.maximum
  }
}

const statusWords = (status: ChargerProfile['status'], code: string, highFirst: boolean): number[] => {
  if (status.type === 'string') {
    return Array.from({ length: status.registers }, (_, index) => ((code.charCodeAt(index * 2) || 0) << 8) | (code.charCodeAt(index * 2 + 1) || 0))
  }
  const raw = (Number(code) << status.shift) >>> 0
  if (status.type === 'uint16') return [raw & 0xffff]
  return highFirst ? [raw >>> 16, raw & 0xffff] : [raw & 0xffff, raw >>> 16]
}

/** A charger of the world as the Modbus device its profile and its model describe. */
export const createChargerDevice = (site: SiteCharger, profile: ChargerProfile, charger: Charger, turnaroundMs: number): Device => {
  const manners = goodManners()
  const model = chargerModels[profile.id] ?? unknownModel
  const codec = { wordOrder: profile.wordOrder, notAvailable: profile.notAvailable }
  const spaceOf = (register: Register) => register.space ?? profile.space
  const entryOf = (register: Register, value: () => number | null): ImageEntry => ({
    space: spaceOf(register), address: register.address, width: widthOf(register), isFloat: isFloat(register),
    words: (instead) => encodeOrZero(register, instead ?? value(), codec),
  })
  const watchdog = profile.watchdog
  const timeoutRegister = watchdog.kind === 'poll' ? watchdog.timeoutRegister : undefined
  const entries: ImageEntry[] = [
    ...model.extra.flatMap(([first, last, word]) => Array.from({ length: last - first + 1 }, (_, index): ImageEntry => (
      { space: profile.space, address: first + index, width: 1, isFloat: false, words: () => [word] }))),
    ...Object.entries(profile.quantities).map(([key, register]) => entryOf(register, () => valueOf(charger, key as ChargerQuantityKey))),
    entryOf(profile.limit, () => charger.setpointA() ?? charger.inForceA()),
    ...(profile.limit.readBack && profile.limit.readBack.address !== profile.limit.address ? [entryOf(profile.limit.readBack, charger.inForceA)] : []),
    ...(timeoutRegister ? [entryOf(timeoutRegister, charger.watchdogS)] : []),
    {
      space: profile.space, address: profile.status.address, width: statusWidth(profile.status), isFloat: false,
      words: () => statusWords(profile.status, model.codes[charger.pilot()], profile.wordOrder === 'high-first'),
    },
  ]
  const writeLimit = (words: readonly number[]): WriteOutcome => {
    const decoded = decodeRegister(profile.limit, words, codec)
    if (typeof decoded === 'string' || decoded.value < 0) return { exception: exceptions.illegalValue }
    const { value } = decoded
    if (value > charger.settings.maximum && model.aboveMaximum === 'refuse') return { exception: exceptions.illegalValue }
    if (value > 0 && value < pilotMinimumA && model.belowMinimum === 'refuse') return { exception: exceptions.illegalValue }
    if (!manners.ignoresWrites) charger.writeSetpoint(value)
    return 'done'
  }
  return {
    id: site.id, unit: site.unit, turnaroundMs, manners, hasFloats: entries.some((entry) => entry.isFloat),
    isPowered: charger.isPowered,
    requestSeen: charger.requestSeen,
    read: (functionCode, address, count) => readImage(
      entries, profile.line, profile.notAvailable.uint16?.includes(0xffff) ? 0xffff : 0, functionCode === 3 ? 'holding' : 'input', address, count,
      manners.wrong?.kind === 'nan' || manners.wrong?.kind === 'infinity' ? manners.wrong.kind : null,
    ),
    write: (functionCode, address, words) => {
      if (address === profile.limit.address) {
        // A part of the limit is refused: Alfen's guide wants both registers in one request, and a half is never a limit.
        if (functionCode !== profile.limit.functionCode) return { exception: exceptions.illegalFunction }
        if (words.length !== widthOf(profile.limit)) return { exception: exceptions.illegalValue }
        return writeLimit(words)
      }
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
