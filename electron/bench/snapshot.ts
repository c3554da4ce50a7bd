import { createWriteStream, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noHealth } from '../core/deck/deck-health.ts'
import { createRecord } from '../core/record/record.ts'
import { recordFiles } from '../core/record/tape/record-file.ts'
import { makeSnapshot } from '../core/report/snapshot.ts'
import { createDecks } from '../host-node/decks.ts'
import { createArchive } from '../io/archive.ts'
import { systemClock } from '../io/clock.ts'
import { openStore } from '../io/store/open-store.ts'
import { recordedSite } from './recorded-site.ts'
import type { BenchResult } from './result.ts'

const meterCount = 30
const seconds = 1800
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
/** A store deletes by this computer's clock. */
const startMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 7_200_000

/** Writing half an hour of thirty meters as a snapshot, and opening it. */
export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-bench-snapshot-'))
  try {
    mkdirSync(join(folder, 'store'))
    const recorder = await openStore(join(folder, 'store'), { log: quiet })
    let record: ReturnType<typeof createRecord> | null = null
    const made = recordedSite({
      ...{ meterCount, seconds, startMs },
      out: {
        samples: (...told) => record?.observe(...told),
        image: (image) => record?.step(image),
      },
      onSite: (site) => {
        record = createRecord({ site, recorder, clock: systemClock, log: quiet })
      },
    })
    await (record as ReturnType<typeof createRecord> | null)?.close()
    const live = made.live()
    if (live === null) throw new Error('nothing was measured')
    const archive = createArchive()
    const range = { fromMs: startMs, toMs: startMs + seconds * 1000 }
    const file = join(folder, 'a.tripscope')
    const beganMs = performance.now()
    const snapshot = makeSnapshot({
      ...{ recorder, archive, range, live, overview: made.overview, health: noHealth(range.toMs) },
      ...{ who: 'bench', note: '', siteText: 'version: 1\n', nowMs: Date.now() },
      more: recordFiles(made.tape, archive, range),
    })
    const out = createWriteStream(file)
    for await (const piece of snapshot.content()) if (!out.write(piece)) await once(out, 'drain')
    out.end()
    await once(out, 'close')
    const wroteMs = performance.now() - beganMs
    await recorder.close()
    const decks = createDecks({ clock: systemClock, log: quiet })
    const openedAtMs = performance.now()
    const deck = await decks.open(file)
    const openMs = performance.now() - openedAtMs
    deck.act({ kind: 'seek', toMs: range.toMs })
    while (!deck.isSettled()) await new Promise((resolve) => setTimeout(resolve, 10))
    const seekMs = performance.now() - openedAtMs - openMs
    await decks.closeAll()
    const met = (ms: number, most: number) => ms <= most * 1000
    return {
      name: `A snapshot of ${String(meterCount)} meters at 1 Hz, ${String(seconds / 60)} minutes`,
      results: [
        { label: 'written', value: wroteMs / 1000, unit: 's', target: 'at most 3', met: met(wroteMs, 3) },
        {
          label: 'opened, and can be played',
          value: openMs / 1000,
          unit: 's',
          target: 'at most 2',
          met: met(openMs, 2),
        },
        {
          label: 'a seek to its end, with the strips of ten minutes, checks running beside',
          ...{ value: seekMs / 1000, unit: 's', target: 'told, no target', met: true },
        },
        {
          label: 'size of the file',
          ...{ value: statSync(file).size / 2 ** 20, unit: 'MB', target: 'told, no target', met: true },
        },
      ],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
