import { limitToSend, readNumber } from '../../../../shared/ocpp/numbers.ts'
import type { OcppConnection } from '../../../../shared/site/ocpp-connection.ts'
import type { ChargerOutcome } from '../charger-link.ts'
import { isTaken, readCapabilities, settingStatus } from './capabilities.ts'
import type { Answers, ReadLimit } from './link-options.ts'
import type { Station } from './station.ts'

/** The limit as a setting of the charger, where it has no smart charging: written and read by its key. */
export const createLimitKey = (
  { name, unit }: NonNullable<OcppConnection['limitKey']>,
  station: Station,
  { refuse, done }: Answers,
) => ({
  write: async (limitA: number): Promise<ChargerOutcome<unknown>> => {
    const value = unit === 'mA' ? Math.floor(limitA * 1000 + 1e-6) : limitToSend(limitA)
    const payload = { key: name, value: String(value) }
    const outcome = await station.call({ action: 'ChangeConfiguration', payload }, true)
    if (!outcome.ok) return refuse(outcome.why)
    const status = settingStatus('1.6', outcome.payload)
    if (status === 'RebootRequired')
      return refuse(
        `it takes ${name} = ${value} only at its next start, so nothing shows that the limit is in force; another way to limit it is needed`,
      )
    return isTaken(status) ? done() : refuse(`it answers "${status}" to ${name} = ${value}`)
  },
  read: async (): Promise<ReadLimit> => {
    const outcome = await station.call({ action: 'GetConfiguration', payload: { key: [name] } }, true)
    if (!outcome.ok) return refuse(outcome.why)
    const value = readNumber(readCapabilities('1.6', outcome.payload).keys.get(name))
    if (value === null) return refuse(`it gives no number for ${name}`)
    return { ...done(), limitA: unit === 'mA' ? value / 1000 : value, steps: null }
  },
})
