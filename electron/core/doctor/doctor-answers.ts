import { refusal } from '../../../shared/said/refusal.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import type { doctorContract } from '../../../shared/api/doctor-contract.ts'
import { framingOf } from '../../../shared/bus/line-framing.ts'
import type { TapeFrame } from '../../../shared/bus/tape-entry.ts'
import type { DeviceHealth } from '../../../shared/model/health.ts'
import { howToOpen, lineCapture } from '../../../shared/pcap/line-capture.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Clock, Stop } from '../ports.ts'
import type { Transfers } from '../transfer/file-offer.ts'
import type { LineTape } from './line-tape.ts'
import { reportLine, type LineDevice } from './line-report.ts'

/** Batches a second while a screen looks, and the largest batch. */
const batchMs = 250
const largestBatch = 2000

export interface DoctorAnswerParts {
  readonly site: Site
  readonly tapes: ReadonlyMap<string, Omit<LineTape, 'stop'>>
  readonly devicesOf: (lineId: string) => readonly LineDevice[]
  readonly deviceHealth: () => Readonly<Record<string, DeviceHealth>>
  readonly clock: Pick<Clock, 'nowMs' | 'after'>
  readonly transfers: Transfers
}

/** What the line doctor answers over the tapes of the lines, those of a site or of a recording. */
export const doctorAnswers = ({
  site,
  tapes,
  devicesOf,
  deviceHealth,
  clock,
  transfers,
}: DoctorAnswerParts): Handlers<typeof doctorContract> => {
  const tapeOf = (lineId: string): Omit<LineTape, 'stop'> => {
    const tape = tapes.get(lineId)
    if (tape === undefined) throw refusal('no-line', { lineId, lines: [...tapes.keys()] })
    return tape
  }
  const lineOf = (lineId: string) => {
    const line = site.lines.find(({ id }) => id === lineId)
    if (line === undefined) throw refusal('no-line', { lineId, lines: site.lines.map(({ id }) => id) })
    return line
  }
  const checkRange = (fromMs: number, toMs: number): void => {
    if (fromMs > toMs) throw refusal('range-backwards', {})
  }

  return {
    'line.tape': ({ lineId, backlogS }, push) => {
      const tape = tapeOf(lineId)
      const past = backlogS === 0 ? [] : tape.since(clock.nowMs() - backlogS * 1000)
      push({ reset: true, dropped: Math.max(0, past.length - largestBatch), entries: past.slice(-largestBatch) })
      let last = tape.lastSeq()
      let cancel: Stop = () => undefined
      const beat = (): void => {
        const entries = tape.after(last)
        last = tape.lastSeq()
        if (entries.length > 0)
          push({
            reset: false,
            dropped: Math.max(0, entries.length - largestBatch),
            entries: entries.slice(-largestBatch),
          })
        cancel = clock.after(batchMs, beat)
      }
      cancel = clock.after(batchMs, beat)
      return () => {
        cancel()
      }
    },
    'doctor.report': ({ lineId, windowS, assumeBaud }) => {
      const tape = tapeOf(lineId)
      const toMs = clock.nowMs()
      const fromMs = toMs - windowS * 1000
      return reportLine({
        line: lineOf(lineId),
        devices: devicesOf(lineId),
        health: deviceHealth(),
        entries: tape.since(fromMs),
        fromMs,
        toMs,
        assumeBaud,
        tape: { ...tape.status() },
      })
    },
    'doctor.frames': ({ lineId, fromMs, toMs, limit }) => {
      checkRange(fromMs, toMs)
      const entries = tapeOf(lineId).range(fromMs, toMs)
      return { entries: entries.slice(-limit), more: entries.length > limit }
    },
    'doctor.exportPcap': ({ lineId, fromMs, toMs, seqs }) => {
      checkRange(fromMs, toMs)
      const wanted = seqs === null ? null : new Set(seqs)
      const frames = tapeOf(lineId)
        .range(fromMs, toMs)
        .filter((entry): entry is TapeFrame => entry.kind === 'frame' && (wanted === null || wanted.has(entry.seq)))
      if (frames.length === 0) throw refusal('no-frames-kept', {})
      const framing = framingOf(lineOf(lineId))
      const stamp = new Date(frames[0]?.atMs ?? toMs).toISOString().slice(0, 19).replace(/[-:]/g, '')
      const fileName = `${site.id}-${lineId}-${stamp}Z.pcap`
      return {
        fileName,
        ticket: transfers.offer({
          fileName,
          mediaType: 'application/vnd.tcpdump.pcap',
          content: async function* () {
            yield lineCapture(framing, frames)
          },
        }),
        packets: frames.length,
        how: howToOpen[framing],
      }
    },
  }
}
