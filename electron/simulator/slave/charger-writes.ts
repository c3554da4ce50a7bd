import type { ChargerProfile, ControlRegister } from '../../../shared/profile/charger-profile.ts'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import { pilotMinimumA } from '../physics/car.ts'
import type { Charger } from '../physics/charger.ts'
import type { ChargerModel } from './charger-models.ts'
import { exceptions, type Device, type Manners, type WriteOutcome } from './device.ts'
import { widthOf } from './register-image.ts'

const illegalValue: WriteOutcome = { exception: exceptions.illegalValue }

/** What writing does to a charger: its limit, its release, its watchdog. */
export const createChargerWrites = (
  profile: ChargerProfile,
  model: ChargerModel,
  charger: Charger,
  manners: Manners,
): NonNullable<Device['write']> => {
  const { limit, enable, watchdog } = profile
  const codec = { wordOrder: profile.wordOrder, notAvailable: profile.notAvailable }
  const timeoutRegister = watchdog.kind === 'poll' ? watchdog.timeoutRegister : undefined
  const fed =
    watchdog.kind === 'lifebit' || watchdog.kind === 'token' || watchdog.kind === 'timeout-write' ? watchdog : null
  let limitWrittenS = -Infinity

  const writeLimit = (words: readonly number[]): WriteOutcome => {
    const decoded = decodeRegister(profile.limit, words, codec)
    if (typeof decoded === 'string' || decoded.value < 0) return illegalValue
    const { value } = decoded
    const amperes = charger.inAmperes(value)
    if (amperes > charger.settings.maximum && model.aboveMaximum === 'refuse') return illegalValue
    if (amperes > 0 && amperes < pilotMinimumA && model.belowMinimum === 'refuse') return illegalValue
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
    if (words.length !== width) return illegalValue
    const decoded = decodeRegister(register, words, { wordOrder: profile.wordOrder })
    if (typeof decoded === 'string') return illegalValue
    return manners.ignoresWrites || take(decoded.value) ? 'done' : illegalValue
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
  const { steered } = profile.phaseSwitch ?? {}
  const switchPhases = (code: number): boolean => {
    if (steered === undefined || (code !== steered.one && code !== steered.three)) return false
    charger.writePhases(code === steered.one ? 1 : 3)
    return true
  }
  return (functionCode, address, words) => {
    if (address === profile.limit.address) {
      // A part of the limit is refused: Alfen's guide wants both registers in one request, and a half is never a limit.
      if (functionCode !== profile.limit.functionCode) return { exception: exceptions.illegalFunction }
      if (words.length !== widthOf(profile.limit)) return { exception: exceptions.illegalValue }
      return writeLimit(words)
    }
    if (enable && address === enable.register.address)
      return writeControl(enable.register, functionCode, words, release)
    if (steered && address === steered.register.address)
      return writeControl(steered.register, functionCode, words, switchPhases)
    if (fed && address === fed.register.address) return writeControl(fed.register, functionCode, words, feed)
    if (timeoutRegister && address === timeoutRegister.address && words.length === widthOf(timeoutRegister)) {
      const decoded = decodeRegister(timeoutRegister, words, codec)
      if (typeof decoded === 'string') return { exception: exceptions.illegalValue }
      if (!manners.ignoresWrites) charger.writeWatchdog(decoded.value)
      return 'done'
    }
    return { exception: exceptions.illegalAddress }
  }
}
