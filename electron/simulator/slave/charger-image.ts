import type { ChargerQuantityKey, ChargerStatus } from '../../../shared/model/image.ts'
import { encodeStatus, statusWidth } from '../../../shared/profile/charger-status.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { Register } from '../../../shared/profile/register.ts'
import type { Charger, PilotState } from '../physics/charger.ts'
import type { ChargerModel } from './charger-models.ts'
import { encodeOrZero, isFloat, widthOf, type ImageEntry } from './register-image.ts'

const phasesCode = (profile: ChargerProfile, charger: Charger): number | null => {
  const says = profile.phaseSwitch?.steered?.says
  return says === undefined ? null : charger.phasesSet() === 1 ? says.one : says.three
}

const valueOf = (profile: ChargerProfile, charger: Charger, key: ChargerQuantityKey): number | null => {
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
    case 'phases':
      return phasesCode(profile, charger)
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

/** The registers of a charger as its profile and its model have them. */
export const chargerEntries = (profile: ChargerProfile, model: ChargerModel, charger: Charger): ImageEntry[] => {
  const { limit, enable, watchdog } = profile
  const codec = { wordOrder: profile.wordOrder, notAvailable: profile.notAvailable }
  const timeoutRegister = watchdog.kind === 'poll' ? watchdog.timeoutRegister : undefined
  const spaceOf = (register: Register) => register.space ?? profile.space
  const entryOf = (register: Register, value: () => number | null): ImageEntry => ({
    space: spaceOf(register),
    address: register.address,
    width: widthOf(register),
    isFloat: isFloat(register),
    words: (instead) => encodeOrZero(register, instead ?? value(), codec),
  })
  const isLimit = (register: Register) => register.address === limit.address && spaceOf(register) === 'holding'
  return [
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
        isLimit(register) ? charger.storedLimit() : valueOf(profile, charger, key as ChargerQuantityKey),
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
}
