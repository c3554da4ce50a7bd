import type { OcppConnection } from '../../../../shared/site/ocpp-connection.ts'
import type { Clock, Stop } from '../../ports.ts'
import { unknownCapabilities, type Capabilities } from './capabilities.ts'
import { askCapabilities, seeThatItMeasures, shortenInterval } from './set-up.ts'
import type { Station } from './station.ts'

/** Asks a station once a connection what it can do, and has it measure what it should. */
export const createStationAbilities = (
  station: Station,
  connections: readonly OcppConnection[],
  clock: Clock,
  onChanges: (changes: readonly string[]) => void,
) => {
  let capabilities: Capabilities = unknownCapabilities
  let asked: Promise<Capabilities> | null = null
  let cancelAsk: Stop = () => undefined

  const askAnew = async (): Promise<Capabilities> => {
    cancelAsk()
    const keys = connections.flatMap(({ limitKey }) => limitKey?.name ?? [])
    capabilities = await askCapabilities(station, [...keys, 'SetCurrent'])
    void seeThatItMeasures(station, capabilities).then(onChanges)
    return capabilities
  }
  /** What it was asked before counts until it connects anew, or starts. */
  const ready = (): Promise<Capabilities> => (asked ??= askAnew())
  const askStatus = (): void => {
    for (const { connector } of connections) {
      const where =
        station.state().version === '1.6' ? { connectorId: connector } : { evse: { id: connector, connectorId: 1 } }
      const payload = { requestedMessage: 'StatusNotification', ...where }
      void station.call({ action: 'TriggerMessage', payload })
    }
  }
  return {
    ready,
    now: () => capabilities,
    askSoon: (afterMs: number): void => {
      cancelAsk()
      asked = null
      cancelAsk = clock.after(afterMs, () => {
        if (station.connected() === null) return
        void ready().then(askStatus)
      })
    },
    shorten: (pollEvery: number): void => {
      void shortenInterval(station, capabilities, pollEvery).then(onChanges)
    },
    stop: (): void => cancelAsk(),
    forget: (): void => {
      asked = null
      cancelAsk()
    },
  }
}
