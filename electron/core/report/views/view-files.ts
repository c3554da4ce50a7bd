import type { Caller, Handlers } from '../../../../shared/api/define.ts'
import type { TripscopeContract } from '../../../../shared/api/contract.ts'
import type { WaveSourceState } from '../../../../shared/api/waves-contract.ts'
import type { Incident } from '../../../../shared/forensics/incident.ts'
import type { QualityRecord } from '../../../../shared/power-quality/quality-record.ts'
import type { Site } from '../../../../shared/site/site.ts'
import type { Archive } from '../../archive-port.ts'
import type { Clock } from '../../ports.ts'
import type { Recorder, TimeRange } from '../../record/recorder.ts'
import { redactPatterns } from '../../../../shared/site/redact.ts'
import { personsIn } from '../anonymise.ts'
import { readPages } from '../read-pages.ts'
import { textFile, textRows, type LazyFile } from '../lazy-file.ts'
import { answerLine, answersFileName, keptWords, type KeptMethod } from './kept-answers.ts'
import { captureComtrade } from './capture-comtrade.ts'

export const incidentsFileName = 'incidents.ndjson'
export const qualityFileName = 'quality.ndjson'
export const lineTapeName = (lineId: string): string => `lines/${lineId}.ndjson`
export const captureName = (sourceId: string, captureId: string): string =>
  `waves/${sourceId}/${captureId}.tws`.replaceAll(/[^\w./-]/g, '_')
export const photoName = (incidentId: string, photoId: string): string => `incidents/${incidentId}/${photoId}`

/** Incidents before the stretch go with it too, newest first, up to this: similar ones and patterns rest on them. Editable assumptions. */
const earlierBytes = 20 * 2 ** 20
const earlierMs = 90 * 86_400_000
/** A week of 16 sources. */
export const mostQuality = 20_000

/** What is asked for it: of the running program, or of what a site has stored, which refuses with a reason what it can't know. */
export type ViewHandlers = Pick<
  Handlers<TripscopeContract>,
  KeptMethod | 'trips.list' | 'trips.read' | 'trips.photo' | 'transfer.fetch' | 'waves.capture'
>

export interface ViewFilesParts {
  readonly site: Site
  readonly handlers: ViewHandlers
  readonly clock: Pick<Clock, 'nowMs'>
  readonly recorder: Pick<Recorder, 'quality'>
}
export interface ViewWish {
  readonly range: TimeRange
  readonly archive: Archive
  readonly remarks: string[]
  /** Bytes that can't be searched for names are left out. */
  readonly isAnonymous: boolean
}

const caller: Caller = { role: 'viewer', name: 'Tripscope' }
const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The first that a stream tells: each of these tells at once. */
const firstOf = <T>(subscribe: (push: (value: T) => void) => () => void): T | undefined => {
  const values: T[] = []
  subscribe((value) => values.push(value))()
  return values[0]
}

/** Everything that captures waveforms: front ends, and meters that do it by themselves. */
const wavesOf = ({ handlers }: Pick<ViewFilesParts, 'handlers'>) =>
  firstOf<{ readonly sources: readonly WaveSourceState[] }>((push) => handlers['waves.sources']({}, push, caller))
    ?.sources ?? []

/** Questions whose answers rest on more than the record, as a screen would ask them. */
async function* answersOf({ site, handlers, clock }: ViewFilesParts, { remarks }: Pick<ViewWish, 'remarks'>) {
  const line = async (method: KeptMethod, input: object, ask: () => unknown): Promise<string | null> => {
    try {
      const output = await ask()
      return output === undefined ? null : answerLine(method, clock.nowMs(), input, output)
    } catch (error) {
      const remark = `${keptWords[method]} (${method}) is not in ${answersFileName}: ${whyOf(error)}`
      if (!remarks.includes(remark)) remarks.push(remark)
      return null
    }
  }
  yield line('alarms.rules', {}, () => handlers['alarms.rules']({}, caller))
  yield line('demand.read', {}, () => handlers['demand.read']({}, caller))
  yield line('trips.patterns', {}, () => handlers['trips.patterns']({}, caller))
  yield line('commissioning.tests', {}, () =>
    firstOf<unknown>((push) => handlers['commissioning.tests']({}, push, caller)),
  )
  yield line('waves.sources', {}, () => firstOf<unknown>((push) => handlers['waves.sources']({}, push, caller)))
  for (const { id: sourceId } of wavesOf({ handlers }))
    yield line('waves.captures', { sourceId }, () => handlers['waves.captures']({ sourceId }, caller))
  for (const { id: sourceId } of site.waves) {
    for (const length of ['3s', 'window'] as const)
      yield line('quality.watch', { sourceId, length }, () =>
        firstOf<unknown>((push) => handlers['quality.watch']({ sourceId, length }, push, caller)),
      )
  }
}

export const qualityLine = (record: QualityRecord): string =>
  JSON.stringify({ ...record, values: Array.from(record.values, (value) => (Number.isNaN(value) ? null : value)) })

/** Incidents of the stretch, and earlier ones as far as there is room. */
const incidentsOf = async (
  { handlers }: ViewFilesParts,
  { range, remarks }: Pick<ViewWish, 'range' | 'remarks'>,
): Promise<readonly Incident[]> => {
  const listed = firstOf<{ incidents: readonly { readonly id: string; readonly atMs: number }[] }>((push) =>
    handlers['trips.list']({}, push, caller),
  )
  const incidents: Incident[] = []
  let bytes = 0
  let left = 0
  for (const { id, atMs } of listed?.incidents ?? []) {
    if (atMs >= range.toMs || atMs < range.toMs - earlierMs) continue
    const isInside = atMs >= range.fromMs
    if (!isInside && bytes > earlierBytes) {
      left += 1
      continue
    }
    const { incident } = await handlers['trips.read']({ incidentId: id }, caller)
    incidents.push(incident)
    if (!isInside) bytes += JSON.stringify(incident).length
  }
  if (left > 0) remarks.push(`${String(left)} incidents of before this time are left out: the file would be too large`)
  return incidents
}

/** Persons named in what views need, so that their names can be taken out of everything. */
export const personsOfViews = async (parts: ViewFilesParts, range: TimeRange): Promise<readonly string[]> => {
  // What is missing is remarked where the files themselves are made.
  const silent = { range, remarks: [] }
  const found = new Set(personsIn(await incidentsOf(parts, silent)))
  for await (const line of answersOf(parts, silent))
    for (const who of personsIn(JSON.parse(line ?? 'null'))) found.add(who)
  return [...found]
}

/** A photo as it was attached; null where it is not kept any more. */
const photoFile = async (
  { handlers }: ViewFilesParts,
  incidentId: string,
  photoId: string,
): Promise<LazyFile | null> => {
  try {
    const { ticket } = await handlers['trips.photo']({ incidentId, photoId }, caller)
    const pieces: Uint8Array[] = []
    for await (const piece of handlers['transfer.fetch']({ ticket }, caller))
      if (piece.kind === 'bytes') pieces.push(piece.bytes)
    return { name: photoName(incidentId, photoId), isStored: true, content: () => pieces }
  } catch {
    return null
  }
}

async function* photosOf(
  parts: ViewFilesParts,
  incidents: readonly Incident[],
  { isAnonymous, remarks }: ViewWish,
): AsyncGenerator<LazyFile> {
  const photos = incidents.flatMap(({ id, photos: all }) => all.map((photo) => [id, photo.id] as const))
  if (isAnonymous) {
    if (photos.length > 0) remarks.push('photos of incidents are left out: they show more than names')
    return
  }
  for (const [incidentId, photoId] of photos) {
    const file = await photoFile(parts, incidentId, photoId)
    if (file !== null) yield file
    else remarks.push(`a photo of the incident ${incidentId} could not be read`)
  }
}

/** The bytes of a capture as they are kept (assets/waves/README.md). */
const captureBytes = async (
  { handlers }: Pick<ViewFilesParts, 'handlers'>,
  sourceId: string,
  captureId: string,
): Promise<Uint8Array> => {
  const pieces: Uint8Array[] = []
  for await (const { bytes } of handlers['waves.capture']({ sourceId, captureId }, caller)) pieces.push(bytes)
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  pieces.reduce((at, piece) => {
    whole.set(piece, at)
    return at + piece.length
  }, 0)
  return whole
}

/** A capture as it was kept, and as COMTRADE. */
const captureFiles = (
  whole: Uint8Array,
  of: Parameters<typeof captureComtrade>[1] & { readonly name: string },
  { archive, isAnonymous }: ViewWish,
): readonly LazyFile[] => {
  const { name } = of
  const kept: readonly LazyFile[] = isAnonymous ? [] : [{ name, content: () => [whole] }]
  const comtrade = captureComtrade(whole, of)
  if (comtrade === null) return kept
  const base = name.replace(/\.tws$/, '')
  return [
    ...kept,
    textFile(`${base}.cfg`, archive, () => comtrade.config),
    textFile(`${base}.hdr`, archive, () => comtrade.header),
    { name: `${base}.dat`, content: comtrade.data },
  ]
}

async function* capturesOf(parts: ViewFilesParts, wish: ViewWish): AsyncGenerator<LazyFile> {
  const { site, handlers } = parts
  for (const { id: sourceId, circuitId, ofMeter } of wavesOf(parts)) {
    const circuit = circuitId ?? site.circuits.find(({ meter }) => meter === sourceId)?.id ?? ''
    const of = { site: site.name, lineHz: site.grid.frequency, circuit, isOfMeter: ofMeter !== undefined }
    for (const capture of await handlers['waves.captures']({ sourceId }, caller)) {
      if (capture.toMs < wish.range.fromMs || capture.fromMs >= wish.range.toMs) continue
      const name = captureName(sourceId, capture.captureId)
      try {
        const whole = await captureBytes(parts, sourceId, capture.captureId)
        yield* captureFiles(whole, { ...of, capture, name }, wish)
      } catch (error) {
        // One that can't be read must not cost the others.
        wish.remarks.push(`${name} could not be read: ${whyOf(error)}`)
      }
    }
  }
}

/** What the views need that neither record nor tables hold: kept answers, incidents, windows of power quality, captures. */
export async function* viewFiles(parts: ViewFilesParts, wish: ViewWish): AsyncGenerator<LazyFile> {
  const { range, archive, remarks } = wish
  const lines: string[] = []
  for await (const line of answersOf(parts, wish)) if (line !== null) lines.push(line)
  yield textRows(answersFileName, archive, [], lines, (line) => redactPatterns(line).text)
  try {
    const incidents = await incidentsOf(parts, wish)
    yield textRows(
      incidentsFileName,
      archive,
      [],
      incidents,
      (incident) => redactPatterns(JSON.stringify(incident)).text,
    )
    yield* photosOf(parts, incidents, wish)
  } catch (error) {
    remarks.push(`incidents could not be read: ${whyOf(error)}`)
  }
  try {
    const records = await readPages(parts.recorder.quality, range, mostQuality)
    yield textRows(qualityFileName, archive, [], records, qualityLine)
  } catch (error) {
    remarks.push(`power quality could not be read: ${whyOf(error)}`)
  }
  try {
    yield* capturesOf(parts, wish)
  } catch (error) {
    remarks.push(`captures of waveforms could not be read: ${whyOf(error)}`)
  }
}
