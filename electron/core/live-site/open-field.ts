import type { FieldPorts } from '../field/field-source.ts'
import { createField, type Field } from '../field/field.ts'
import { inSiteTime, mbusInSiteTime } from '../site-time-lines.ts'
import type { Ground } from './ground.ts'

/** The field of the site, whose stamps are of site time. */
export const openField = (
  { ports, site, log, time, journal, lines }: Ground,
  told: Pick<FieldPorts, 'mayAsk' | 'onObservation'>,
): Field =>
  createField({
    site,
    meterProfiles: ports.meterProfiles,
    chargerProfiles: ports.chargerProfiles,
    lines: new Map([...lines.modbus].map(([id, line]) => [id, inSiteTime(line, time)])),
    clock: time.clock,
    aheadMs: time.aheadMs,
    log,
    mbus: {
      profiles: ports.mbusProfiles,
      lines: new Map([...lines.mbus].map(([id, line]) => [id, mbusInSiteTime(line, time)])),
    },
    ...(ports.facts === undefined ? {} : { facts: ports.facts }),
    ...(ports.openOcpp === undefined ? {} : { openOcpp: ports.openOcpp }),
    onNotice: (kind, severity, subject, facts) => {
      journal.write(kind, severity, subject, facts)
    },
    ...told,
  })

/** The same for searches and looks at registers, which stamp by the calendar. */
export const besideField = (field: Field, aheadMs: () => number): Field => ({
  ...field,
  background: (...request) =>
    field.background(...request)?.then((outcome) => ({ ...outcome, atMs: outcome.atMs + aheadMs() })) ?? null,
})
