import { useMemo } from 'react'
import type { ChargerDescription, MeterDescription, Overview } from '../../shared/api/site-contract.ts'
import type { Subject } from '../../shared/model/finding.ts'
import { createTimeFormat, type TimeFormat } from '../format/time.ts'
import { useSite } from './live.ts'

const utc = createTimeFormat('UTC')
const formats = new Map<string, TimeFormat>()

/** Times in the site's zone; UTC until the site is known. */
export const useTimeFormat = (): TimeFormat => {
  const zone = useSite((state) => state.overview?.site.timezone)
  return useMemo(() => {
    if (zone === undefined) return utc
    const known = formats.get(zone) ?? createTimeFormat(zone)
    formats.set(zone, known)
    return known
  }, [zone])
}

export const circuitName = (overview: Overview | null, id: string): string =>
  overview?.site.circuits.find((circuit) => circuit.id === id)?.name ?? id
export const meterOf = (overview: Overview | null, id: string): MeterDescription | undefined =>
  overview?.meters.find((meter) => meter.id === id)
export const chargerOf = (overview: Overview | null, id: string): ChargerDescription | undefined =>
  overview?.chargers.find((charger) => charger.id === id)

/** A line of the site, or the port to which its chargers over OCPP connect. */
export const lineName = (overview: Overview | null, id: string): string => {
  const site = overview?.site
  return (site?.ocpp?.id === id ? site.ocpp.name : site?.lines.find((line) => line.id === id)?.name) ?? id
}

/** "meter Feeder 2", "charger CP 5", "the site": how a subject is called in a sentence. */
export const subjectName = (overview: Overview | null, subject: Subject | null): string => {
  if (subject === null) return 'the program'
  switch (subject.kind) {
    case 'site':
      return 'the site'
    case 'circuit':
      return `circuit ${circuitName(overview, subject.id)}`
    case 'meter':
      return `meter ${meterOf(overview, subject.id)?.name ?? subject.id}`
    case 'charger':
      return `charger ${chargerOf(overview, subject.id)?.name ?? subject.id}`
    case 'line':
      return `line ${lineName(overview, subject.id)}`
  }
}
