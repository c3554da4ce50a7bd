import { isMbusLine, type Site } from '../../../shared/site/site.ts'
import type { FieldLine } from '../lines/field-line.ts'
import type { MbusLine, OpenMbusLine } from '../lines/mbus-line.ts'
import type { ModbusLine, OpenLine } from '../lines/modbus-line.ts'

/** The lines of the site file, by id. */
export interface SiteLines {
  readonly modbus: ReadonlyMap<string, ModbusLine>
  readonly mbus: ReadonlyMap<string, MbusLine>
  readonly all: readonly FieldLine[]
}

/** Opens them in the background: one that can't be opened is a line with a problem. */
export const openSiteLines = ({
  site,
  openLine,
  openMbusLine,
}: {
  readonly site: Site
  readonly openLine: OpenLine
  readonly openMbusLine: OpenMbusLine
}): SiteLines => {
  const modbus = new Map(site.lines.flatMap((line) => (isMbusLine(line) ? [] : [[line.id, openLine(line)] as const])))
  const mbus = new Map(site.lines.flatMap((line) => (isMbusLine(line) ? [[line.id, openMbusLine(line)] as const] : [])))
  return { modbus, mbus, all: [...modbus.values(), ...mbus.values()] }
}
