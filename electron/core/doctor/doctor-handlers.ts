import { refusal } from '../../../shared/said/refusal.ts'
import type { doctorContract } from '../../../shared/api/doctor-contract.ts'
import { entryText } from '../../../shared/bus/entry-text.ts'
import { framingOf } from '../../../shared/bus/line-framing.ts'
import type { DeviceHealth } from '../../../shared/model/health.ts'
import { howToOpen, lineCapture } from '../../../shared/pcap/line-capture.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Part } from '../part.ts'
import { textRows, type LazyFile } from '../report/lazy-file.ts'
import type { Archive } from '../archive-port.ts'
import type { Clock, Stop } from '../ports.ts'
import type { FieldLine } from '../lines/field-line.ts'
import type { Transfers } from '../transfer/file-offer.ts'
import { doctorAnswers } from './doctor-answers.ts'
import { createLineTape, type LineTape } from './line-tape.ts'
import type { LineDevice } from './line-report.ts'

/** All tapes together, bytes; a site with many lines keeps less of each (editable assumption). */
const tapesBytes = 32 << 20
const mostOfOne = 4 << 20
const leastOfOne = 256 << 10

export interface DoctorParts {
  readonly site: Site
  readonly lines: ReadonlyMap<string, Pick<FieldLine, 'onFrame' | 'onEvent'>>
  readonly devicesOf: (lineId: string) => readonly LineDevice[]
  readonly deviceHealth: () => Readonly<Record<string, DeviceHealth>>
  readonly clock: Clock
  readonly archive: Pick<Archive, 'utf8'>
  readonly transfers: Transfers
}

export interface Doctor extends Part<typeof doctorContract> {
  readonly tapes: ReadonlyMap<string, LineTape>
  /** The kept frames of every line in a range, as a capture and as text; made one after another. */
  readonly filesOf: (fromMs: number, toMs: number, archive?: Pick<Archive, 'utf8'>) => readonly LazyFile[]
  readonly stop: Stop
}

/** Keeps a tape of every line from now on and answers what the line doctor asks. */
export const createDoctor = ({
  site,
  lines,
  devicesOf,
  deviceHealth,
  clock,
  archive,
  transfers,
}: DoctorParts): Doctor => {
  const bound = Math.max(leastOfOne, Math.min(mostOfOne, Math.floor(tapesBytes / Math.max(1, lines.size))))
  const tapes = new Map([...lines].map(([id, line]) => [id, createLineTape(line, clock, bound)]))
  const lineOf = (lineId: string) => {
    const line = site.lines.find(({ id }) => id === lineId)
    if (line === undefined) throw refusal('no-line', { lineId, lines: site.lines.map(({ id }) => id) })
    return line
  }

  return {
    name: 'the line doctor',
    tapes,
    filesOf: (fromMs, toMs, made = archive) =>
      [...tapes].flatMap(([id, tape]) => {
        const entries = tape.range(fromMs, toMs)
        const frames = entries.filter((entry) => entry.kind === 'frame')
        if (frames.length === 0) return []
        const framing = framingOf(lineOf(id))
        return [
          { name: `lines/${id}.pcap`, content: () => [lineCapture(framing, frames)] },
          textRows(`lines/${id}.ndjson`, made, [], entries, (entry) => JSON.stringify(entry)),
          textRows(`lines/${id}.txt`, made, [howToOpen[framing], ''], entries, (entry) => entryText(entry, framing)),
        ]
      }),
    stop: () => {
      for (const tape of tapes.values()) tape.stop()
    },
    handlers: doctorAnswers({ site, tapes, devicesOf, deviceHealth, clock, transfers }),
  }
}
