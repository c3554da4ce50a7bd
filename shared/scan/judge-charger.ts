import type { ChargerProfile } from '../profile/charger-profile.ts'
import { decodeStatus, statusWidth } from '../profile/charger-status.ts'
import { agreementBits, createTally, hex, readingOf, refusalText, surpriseOf, type Evidence } from './evidence.ts'
import type { RegisterMemory } from './register-memory.ts'

/** A letter is one of about a hundred characters; half of that is believed, since a text register may hold another's text. */
const textBits = 3
/** Voltages of three phases lie this near to each other, as a share; a charger's power fits its voltages and currents to this share. */
const phaseSpread = 0.1
const powerShare = 0.2

/** What three registers of chance do not do: voltages of one network, and a power that follows from voltages and currents. */
const judgePhysics = (profile: ChargerProfile, memory: RegisterMemory, tally: ReturnType<typeof createTally>): void => {
  const value = (key: string): number | null => {
    const register = profile.quantities[key as keyof typeof profile.quantities]
    const reading = register === undefined ? null : readingOf(profile, register, memory)
    return reading?.state === 'value' ? reading.value : null
  }
  const volts = [value('u_t1'), value('u_t2'), value('u_t3')]
  const [base, ...others] = volts.filter((volt) => volt !== null && volt >= 85)
  for (const other of others)
    if (base !== undefined && base !== null && other !== null && other !== base) {
      if (Math.abs(other - base) <= phaseSpread * base) tally.speaksFor(0, undefined, agreementBits(phaseSpread))
      else
        tally.speaksAgainst(
          2,
          `voltages of ${base.toFixed(0)} V and ${other.toFixed(0)} V are no phases of one network`,
        )
    }
  const watts = value('p_total')
  const amperes = [value('i_t1'), value('i_t2'), value('i_t3')]
  const product = volts.reduce<number>((sum, volt, index) => sum + (volt ?? 0) * Math.abs(amperes[index] ?? 0), 0)
  if (watts === null || product < 500) return
  if (Math.abs(watts - product) <= powerShare * product)
    tally.speaksFor(2, `${watts.toFixed(0)} W follow from its voltages and currents`, agreementBits(powerShare))
  else if (watts > 1.1 * product + 100)
    tally.speaksAgainst(2, `${watts.toFixed(0)} W are more than its voltages and currents make`)
}

/** How well the words read so far fit this charger. It has no frequency: its status and voltages have to do. */
export const judgeCharger = (profile: ChargerProfile, memory: RegisterMemory): Evidence => {
  const tally = createTally()
  const { status } = profile
  const width = statusWidth(status)
  const words = memory.words(profile.space, status.address, width)
  let isKnown = false
  if (words !== null) {
    const { value, code } = decodeStatus(status, words, profile.wordOrder)
    isKnown = value !== null
    // A small number is in every second register; a text is not.
    if (value !== null)
      tally.speaksFor(
        status.type === 'string' ? 5 : code === '0' ? 0.5 : 1.5,
        `status "${code}" (${value}) at ${hex(status.address)}`,
        status.type === 'string' ? textBits * code.length : 0,
      )
    else
      tally.speaksAgainst(
        3,
        `status "${code.replaceAll(/[^\x20-\x7e]/g, '?')}" at ${hex(status.address)} is none of its own`,
      )
  } else {
    const code = memory.refusal(profile.space, status.address, width)
    if (code !== null) tally.speaksAgainst(4, `refuses its status register (${refusalText(code)})`)
  }
  for (const [key, register] of Object.entries(profile.quantities)) {
    const reading = readingOf(profile, register, memory)
    if (reading.state === 'refused') tally.speaksAgainst(1, `refuses register ${hex(register.address)}`)
    if (reading.state !== 'value') continue
    const { value, at } = reading
    if (key.startsWith('u_') && value >= 1) {
      if (value >= 85 && value <= 560)
        tally.speaksFor(2, `${value.toFixed(1)} V at ${at}`, surpriseOf(register, 85, 560))
      else tally.speaksAgainst(2, `a voltage would be ${value.toPrecision(4)} V at ${at}`)
    } else if (key.startsWith('i_')) {
      if (value < -1 || value > 500) tally.speaksAgainst(2, `a current would be ${value.toPrecision(4)} A at ${at}`)
      else if (value > 0.3) tally.speaksFor(0.5, `${value.toFixed(1)} A at ${at}`, 0)
    } else if (key === 'limit') {
      if (value < 0 || value > 500) tally.speaksAgainst(1, `its limit would be ${value.toPrecision(4)} A at ${at}`)
      else if (value >= 6 && value <= 80) tally.speaksFor(1, `limit ${value.toFixed(1)} A at ${at}`, 0)
    }
  }
  judgePhysics(profile, memory, tally)
  return { ...tally.read(), probe: words === null ? 'unread' : isKnown ? 'passed' : 'failed', isProven: false }
}
