import { withExtremes } from '../../../shared/profile/extremes.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { SiteMeter } from '../../../shared/site/site.ts'
import { sunSpecLayouts } from '../../../shared/sunspec/place.ts'
import type { FieldPorts } from '../field/field-source.ts'
import type { ExtremeNews } from '../../../shared/said/extreme-news.ts'
import { linkOf, type LineParts } from './line-parts.ts'
import { mapMeter } from './meter-mapping.ts'
import { createMeterReader } from './meter-reader.ts'
import { must } from './must.ts'
import { createPolledDevice, type DeviceReader, type PolledDevice } from './polled-device.ts'
import { createSunSpecDevice } from './sunspec-device.ts'
import { identityText, type SunSpecFound } from './sunspec-found.ts'

/** A meter on its Modbus line. What it turns out to be is noted in `found`. */
export const createMeterDevice = (
  ports: FieldPorts,
  meter: SiteMeter,
  parts: LineParts,
  tellExtreme: (news: ExtremeNews) => void,
  found: Map<string, SunSpecFound>,
): PolledDevice => {
  const { clock } = ports
  const { line, counter } = parts
  const profile = must(ports.meterProfiles.get(meter.profile), `meter profile ${meter.profile}`)
  const readerOf = (read: MeterProfile) => createMeterReader(meter, read, ports.onObservation, tellExtreme)
  const habits = {
    kind: 'meter',
    id: meter.id,
    lineId: meter.line,
    unit: meter.unit,
    periodMs: meter.periodMs,
    ...(meter.periods === undefined ? {} : { periods: meter.periods }),
    link: linkOf(ports.site, parts, profile.line.timeoutMs),
    heldUp: parts.heldUp,
    mayAsk: () => ports.mayAsk(meter.id),
    ...(ports.facts === undefined ? {} : { facts: ports.facts }),
  } as const

  const onFound = (now: SunSpecFound): DeviceReader => {
    const before = found.get(meter.id)
    found.set(meter.id, now)
    if (before === undefined || identityText(before) !== identityText(now))
      ports.onNotice?.(
        'meter-found',
        'info',
        { kind: 'meter', id: meter.id },
        {
          meter: meter.name ?? meter.id,
          is: identityText(now),
          was: before === undefined ? null : identityText(before),
          by: 'sunspec',
          found: now.meter,
        },
      )
    ports.onObservation({
      kind: 'meter-found',
      meterId: meter.id,
      atMs: clock.nowMs(),
      quantities: [...mapMeter(meter, now.profile).values()].map(({ key }) => key),
    })
    return readerOf(now.profile)
  }

  if (profile.sunspec === undefined)
    return createPolledDevice({ ...habits, profile: withExtremes(profile) }, line, counter, readerOf(profile), clock)
  const layouts = sunSpecLayouts(profile, ports.meterProfiles)
  const search = { ...habits, profile, layouts, choice: meter.sunspec ?? {}, onFound }
  return createSunSpecDevice(search, line, counter, readerOf(profile), clock)
}
