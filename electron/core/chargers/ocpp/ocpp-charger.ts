import type { Stop } from '../../ports.ts'
import type { OcppChargerParts } from './charger-parts.ts'
import { createChargerQuestions } from './charger-questions.ts'
import { createChargerSay } from './charger-say.ts'
import { createOcppChargerLink } from './ocpp-charger-link.ts'
import { phasesDrawn } from './ocpp-samples.ts'
import type { StationEffect } from './station-state.ts'

/** One socket of a station as a charger of the site: asks it, hands on what it says, and is the way of its limits. */
export const createOcppCharger = (parts: OcppChargerParts) => {
  const { charger, connection, station, clock, isAlone, mayAsk } = parts
  const { connector, pollEvery } = connection
  const say = createChargerSay(parts)
  const made = createOcppChargerLink({
    ...parts,
    phasesUsed: () => {
      const said = say.fresh()
      return said === null ? null : phasesDrawn(said)
    },
    drawnA: () => {
      const known = say.fresh()?.currentA.filter((value) => value !== null) ?? []
      return known.length === 0 ? null : Math.max(...known)
    },
    offeredA: () => say.fresh()?.offeredA ?? null,
  })
  const ask = createChargerQuestions(parts, made, say)
  let stop: Stop = () => undefined
  let isStopped = true
  let saysItself = false

  const poll = async (): Promise<void> => {
    if (station.connected() !== null && mayAsk()) {
      await ask.meter()
      if (!isStopped && mayAsk()) await ask.limit()
    }
    if (!isStopped) wait()
  }
  const wait = (): void => {
    stop = clock.after(pollEvery * 1000, () => void poll())
  }

  return {
    charger,
    link: made.link,
    take: (effect: StationEffect): void => {
      switch (effect.kind) {
        case 'meter':
          if (effect.connector === connector) saysItself = true
          // Values of the whole station are those of its only socket, as long as that says none of its own.
          if (effect.connector === connector || (effect.connector === 0 && isAlone && !saysItself))
            say.meter(effect.say)
          break
        case 'status':
          if (effect.connector === connector || effect.connector === 0) say.status(true)
          break
        case 'transaction-began':
        case 'transaction-ended':
          if (effect.connector === connector) made.forgive()
          break
        case 'booted':
          made.reconnected()
          say.booted()
          break
        case 'oddity':
          break
      }
    },
    alive: () => say.status(false),
    connected: (): void => {
      ask.forget()
      saysItself = false
      made.reconnected()
    },
    /** The connection is lost: nothing it said is known of now. */
    lost: () => say.lost([...made.link.abilities.says]),
    start: (): void => {
      isStopped = false
      wait()
    },
    stop: async (): Promise<void> => {
      isStopped = true
      stop()
      if (station.connected() !== null) await made.leave()
    },
  }
}
export type OcppCharger = ReturnType<typeof createOcppCharger>
