import type { ChargerProfile } from '../profile/charger-profile.ts'
import { decodeStatus, statusWidth } from '../profile/charger-status.ts'
import { createTally, hex, readingOf, refusalText, type Evidence } from './evidence.ts'
import type { RegisterMemory } from './register-memory.ts'

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
      if (value >= 85 && value <= 560) tally.speaksFor(2, `${value.toFixed(1)} V at ${at}`)
      else tally.speaksAgainst(2, `a voltage would be ${value.toPrecision(4)} V at ${at}`)
    } else if (key.startsWith('i_')) {
      if (value < -1 || value > 500) tally.speaksAgainst(2, `a current would be ${value.toPrecision(4)} A at ${at}`)
      else if (value > 0.3) tally.speaksFor(0.5, `${value.toFixed(1)} A at ${at}`)
    } else if (key === 'limit') {
      if (value < 0 || value > 500) tally.speaksAgainst(1, `its limit would be ${value.toPrecision(4)} A at ${at}`)
      else if (value >= 6 && value <= 80) tally.speaksFor(1, `limit ${value.toFixed(1)} A at ${at}`)
    }
  }
  return { ...tally.read(), probe: words === null ? 'unread' : isKnown ? 'passed' : 'failed', isProven: false }
}
