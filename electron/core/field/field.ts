import type { DeviceHealth, LineHealth } from '../../../shared/model/health.ts'
import type { SunSpecFound } from '../acquisition/sunspec-found.ts'
import type { ChargerLink } from '../chargers/charger-link.ts'
import type { BackgroundRead, FieldPorts, FieldSource, MakeSource } from './field-source.ts'
import { sources as everySource } from './sources.ts'

/** All sources of a site as one. */
export interface Field extends FieldSource {
  readonly chargerLinks: ReadonlyMap<string, ChargerLink>
  readonly sunSpecFound: ReadonlyMap<string, SunSpecFound>
  readonly background: BackgroundRead
}

const merged = <T>(each: readonly Readonly<Record<string, T>>[]): Record<string, T> => Object.assign({}, ...each)

/** What any of the maps has; looked up anew each time, for they grow. */
const joined = <T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> =>
  maps.length === 1 && maps[0] !== undefined ? maps[0] : new Map(maps.flatMap((map) => [...map]))

/** Opens every source of the site; `kinds` are given by tests only. */
export const createField = (ports: FieldPorts, kinds: readonly MakeSource[] = everySource): Field => {
  const opened = kinds.map((make) => make(ports))
  const of = <T>(read: (source: FieldSource) => T | undefined): readonly T[] =>
    opened.flatMap((source) => {
      const value = read(source)
      return value === undefined ? [] : [value]
    })
  return {
    start: () => {
      for (const source of opened) source.start()
    },
    stop: async () => {
      await Promise.all(opened.map((source) => source.stop()))
    },
    lineHealth: () => merged<LineHealth>(opened.map((source) => source.lineHealth())),
    deviceHealth: () => merged<DeviceHealth>(opened.map((source) => source.deviceHealth())),
    chargerLinks: joined(of(({ chargerLinks }) => chargerLinks)),
    get sunSpecFound() {
      return joined(of(({ sunSpecFound }) => sunSpecFound))
    },
    background: (...request) => {
      for (const read of of(({ background }) => background)) {
        const outcome = read(...request)
        if (outcome !== null) return outcome
      }
      return null
    },
  }
}
