import type { ScanCandidate, ScanFind } from '../../../shared/api/scan-contract.ts'
import type { Site } from '../../../shared/site/site.ts'

export const verdictText: Readonly<Record<ScanFind['verdict'], string>> = {
  identified: 'identified',
  ambiguous: 'several answer alike',
  unknown: 'not known',
  garbled: 'broken replies',
}
export const confidenceText = (candidate: ScanCandidate): string =>
  `${candidate.word}, ${Math.round(candidate.confidence * 100)} %`

/** "unit 30", "M-Bus number 40000712, primary address 7". */
export const placeText = ({ mbus, unit }: ScanFind): string =>
  mbus === null
    ? `unit ${unit}`
    : [...(mbus.id === null ? [] : [`M-Bus number ${mbus.id}`]), `primary address ${unit}`].join(', ')

/** The meters of the site that a find has become: several where one unit holds several SunSpec meters. */
export const metersOfFind = (find: ScanFind, site: Site): readonly string[] => {
  const isThere = (lineId: string): boolean => {
    if (find.lineId !== null) return lineId === find.lineId
    const [line, found] = [site.lines.find(({ id }) => id === lineId), find.line]
    if (line === undefined || found === null) return false
    if ('path' in line) return 'path' in found && line.path === found.path
    return 'host' in found && line.host === found.host && line.port === found.port
  }
  const isIt = (meter: Site['meters'][number]): boolean => {
    if (find.mbus === null || meter.mbus === undefined)
      return find.mbus === null && meter.mbus === undefined && meter.unit === find.unit
    const { primary, secondary } = meter.mbus
    return secondary === undefined ? primary === find.unit : secondary.toUpperCase() === find.mbus.id?.toUpperCase()
  }
  return site.meters.filter((meter) => isIt(meter) && isThere(meter.line)).map(({ id }) => id)
}

/** A charger is added by hand: the entries to write, ready to be copied; the circuit and the limits are the person's to say. */
export const chargerEntry = (find: ScanFind, { profileId }: ScanCandidate): string => {
  const line =
    find.line !== null && 'host' in find.line
      ? [
          `  - { id: ${find.line.id.replace(/^scan-/, 'line-')}, transport: ${find.line.transport}, host: ${find.line.host}, port: ${find.line.port} }`,
        ]
      : find.line?.transport === 'serial'
        ? [
            `  - { id: ${find.line.id.replace(/^scan-/, 'line-')}, transport: serial, path: ${find.line.path}, baud: ${find.line.baud}, parity: ${find.line.parity}, stopBits: ${find.line.stopBits} }`,
          ]
        : []
  const lineId = find.lineId ?? find.line?.id.replace(/^scan-/, 'line-') ?? 'its-line'
  return [
    ...(line.length === 0 ? [] : ['lines:', ...line]),
    'chargers:',
    `  - { id: <a new id>, modbus: { line: ${lineId}, unit: ${find.unit}, profile: ${profileId} }, circuit: <its circuit>, maximum: <amperes>, fallback: <amperes> }`,
  ].join('\n')
}
