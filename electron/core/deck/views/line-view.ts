import type { doctorContract } from '../../../../shared/api/doctor-contract.ts'
import type { Handlers } from '../../../../shared/api/define.ts'
import type { TapeEntry } from '../../../../shared/bus/tape-entry.ts'
import type { DeviceHealth } from '../../../../shared/model/health.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { refusal } from '../../../../shared/said/refusal.ts'
import { doctorAnswers } from '../../doctor/doctor-answers.ts'
import type { LineDevice } from '../../doctor/line-report.ts'
import type { LineTape } from '../../doctor/line-tape.ts'
import type { Clock } from '../../ports.ts'
import type { Transfers } from '../../transfer/file-offer.ts'
import type { DeckPlace } from './deck-place.ts'
import type { KeptViews } from './kept-views.ts'

/** The frames of a line as a file holds them, up to where the recording stands. */
const tapeOf = (all: readonly TapeEntry[], { nowMs }: DeckPlace): Omit<LineTape, 'stop'> => {
  const passed = (): readonly TapeEntry[] => {
    const next = all.findIndex(({ atMs }) => atMs > nowMs())
    return next < 0 ? all : all.slice(0, next)
  }
  return {
    since: (fromMs) => passed().filter(({ atMs }) => atMs >= fromMs),
    range: (fromMs, toMs) => passed().filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
    after: (seq) => passed().filter((entry) => entry.seq > seq),
    lastSeq: () => passed().at(-1)?.seq ?? 0,
    status: () => {
      const entries = passed()
      const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'frame' ? entry.hex.length / 2 : 0), 0)
      return { entries: entries.length, bytes, boundBytes: bytes, sinceMs: entries[0]?.atMs ?? null, dropped: 0 }
    },
  }
}

/** The line doctor over the frames that a file holds. */
export const createLineView = (parts: {
  readonly site: Site
  readonly kept: KeptViews
  readonly place: DeckPlace
  readonly clock: Clock
  readonly transfers: Transfers
  readonly devicesOf: (lineId: string) => readonly LineDevice[]
  readonly deviceHealth: () => Readonly<Record<string, DeviceHealth>>
}): Handlers<typeof doctorContract> => {
  const { site, kept, place, clock, transfers, devicesOf, deviceHealth } = parts
  // A file with kept answers was made with its lines: nothing was said on them then.
  if (kept.lines.size === 0 && kept.answers.length === 0) {
    const refuse = (): never => {
      throw refusal('frames-not-in-deck', {})
    }
    return { 'line.tape': refuse, 'doctor.report': refuse, 'doctor.frames': refuse, 'doctor.exportPcap': refuse }
  }
  return doctorAnswers({
    ...{ site, transfers, devicesOf, deviceHealth },
    // A line on which nothing was said has no part in the file.
    tapes: new Map(site.lines.map(({ id }) => [id, tapeOf(kept.lines.get(id) ?? [], place)])),
    clock: { nowMs: place.nowMs, after: clock.after },
  })
}
