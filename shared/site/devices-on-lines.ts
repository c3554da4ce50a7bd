import type { Path } from '../yaml/problem.ts'
import { modbusOf } from './charger-connection.ts'
import type { Site } from './site.ts'

/** A meter, or a charger that is read over a line of the site. */
export interface DeviceOnLine {
  readonly list: 'meters' | 'chargers'
  readonly index: number
  readonly id: string
  readonly name: string
  readonly line: string
  readonly unit: number
  readonly profile: string
  /** Where one of these stands in the site. */
  readonly pathOf: (key: 'line' | 'unit' | 'profile') => Path
}

/** Meters first, each list in its order. Chargers that are connected otherwise are not among them. */
export const devicesOnLines = (site: Pick<Site, 'meters' | 'chargers'>): readonly DeviceOnLine[] => [
  ...site.meters.map(({ id, name, line, unit, profile }, index): DeviceOnLine => {
    const pathOf = (key: string): Path => ['meters', index, key]
    return { list: 'meters', index, id, name: name ?? id, line, unit, profile, pathOf }
  }),
  ...site.chargers.flatMap((charger, index): DeviceOnLine[] => {
    const { id, name } = charger
    const modbus = modbusOf(charger)
    const pathOf = (key: string): Path => ['chargers', index, 'modbus', key]
    return modbus === null ? [] : [{ list: 'chargers', index, id, name: name ?? id, ...modbus, pathOf }]
  }),
]
