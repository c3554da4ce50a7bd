import type { Charger } from '../physics/charger.ts'
import { createProfileStore } from './charging-profiles.ts'
import { createOcppClient } from './ocpp-client.ts'
import { boot, statusOf } from './ocpp-words.ts'
import type { Oddness } from './oddness.ts'
import { answer, meterMs } from './station-answers.ts'
import { begin, end, sayCharging, sayMeter, sayStatus } from './station-says.ts'
import { applyLimit, nowMs, wattsPerAmpere, type OcppChargerSettings, type Station } from './station.ts'

export type { OcppChargerSettings } from './station.ts'

/** How often it looks at its car and its schedule. */
const lookMs = 250

const newStation = (settings: OcppChargerSettings, charger: Charger, has: Station['has']): Station => {
  const isNew = settings.version === '2.0.1'
  const station: Station = {
    settings,
    charger,
    isNew,
    has,
    profiles: createProfileStore(() => wattsPerAmpere(settings, charger)),
    running: null,
    lastStatus: '',
    applied: null,
    events: 0,
    client: createOcppClient({
      url: settings.url,
      protocol: isNew ? 'ocpp2.0.1' : 'ocpp1.6',
      has,
      onOpen: () => {
        const said = boot(isNew)
        station.client.send(said.action, said.payload)
        station.lastStatus = ''
      },
      onCall: (action, payload) => answer(station, action, payload),
    }),
  }
  return station
}

/** Without supply it knows nothing and says nothing. */
const loseSupply = (station: Station): void => {
  if (station.client.isOpen()) station.client.drop()
  station.running = null
  station.lastStatus = ''
  station.applied = null
}

/** One charger of the simulated site over OCPP: a WebSocket client that obeys the profiles it is sent, by the wall's time. */
export const openOcppCharger = (settings: OcppChargerSettings, charger: Charger) => {
  const odd = new Set<Oddness>()
  const station = newStation(settings, charger, (oddness) => odd.has(oddness))
  const { client } = station
  let lastTold = ''
  let meteredMs = 0
  let isOffline = false

  const tellStatus = (): void => {
    const status = statusOf(charger)
    const told = `${status}${station.has('bad-status') ? ' odd' : ''}`
    if (!client.isOpen() || (status === station.lastStatus && told === lastTold)) return
    station.lastStatus = status
    lastTold = told
    sayStatus(station, status)
    if (station.running !== null) sayCharging(station, station.running, status)
  }
  const look = (): void => {
    if (!charger.isPowered()) return loseSupply(station)
    if (!isOffline) client.connect()
    applyLimit(station)
    const hasCar = charger.car() !== null
    if (hasCar && station.running === null && client.isOpen()) begin(station)
    if (!hasCar && station.running !== null) end(station)
    tellStatus()
    if (client.isOpen() && station.running !== null && nowMs() - meteredMs >= meterMs) {
      meteredMs = nowMs()
      sayMeter(station, 'Sample.Periodic')
    }
  }
  const timer = setInterval(look, lookMs)
  return {
    id: settings.id,
    odd,
    reconnect: (): void => client.drop(),
    /** Its network is gone; it charges on with what it was told. */
    setOffline: (is: boolean): void => {
      isOffline = is
      if (is) client.drop()
    },
    close: async (): Promise<void> => {
      clearInterval(timer)
      client.close()
    },
  }
}
export type SimulatedOcppCharger = ReturnType<typeof openOcppCharger>
