import type { DeviceEvidence } from '../evidence.ts'
import { unknown, type ReadSign } from '../sign.ts'

const stateOf = ({ after, kinds, tellsTrips }: DeviceEvidence): string => {
  const [kind] = kinds
  if (kind !== undefined) return kind
  if (after === 'tripped') return 'protection'
  if (after === 'open') return tellsTrips ? 'commanded' : 'open'
  return after === 'closed' ? 'closed' : unknown
}

/** What the breaker itself tells: its trip unit, or a contact that follows its position. */
export const deviceSign: ReadSign = ({ device, kind }) => {
  const id = 'device'
  const none = {
    id,
    state: unknown,
    says: 'the breaker itself: no trip unit and no auxiliary contact tells its position',
    numbers: [],
  }
  if (device === undefined) return none
  const state = stateOf(device)
  const source = device.tellsTrips ? 'the trip unit' : 'the auxiliary contact'
  const because = device.words.length === 0 ? '' : `, cause: ${device.words.join(', ')}`
  if (state === unknown)
    return device.before === null
      ? none
      : { ...none, says: `${source} said ${device.before} before, and nothing since` }
  if (state === 'closed')
    // A circuit whose breaker is closed may still have lost its supply, or the breaker of one charger.
    return {
      id,
      state: kind === 'charger-stop' || kind === 'window' ? unknown : state,
      says: `${source} says that the breaker is closed`,
      numbers: [],
    }
  const says =
    device.after === 'tripped'
      ? `${source} says that the breaker has tripped${because}`
      : device.after === 'open'
        ? `${source} says that the breaker is open${device.tellsTrips && device.kinds.length === 0 ? ' and not tripped: opened by hand or on command' : because}`
        : `${source} tells a cause: ${device.words.join(', ')}`
  return { id, state, says, numbers: [] }
}
