/** Appends to a store for ever and prints each row's name once it was acknowledged; its parent kills it with -9. */
import { writeSync } from 'node:fs'
import { openStore } from '../open-store.ts'

const [folder, engine, run] = process.argv.slice(2)
if (folder === undefined || run === undefined) throw new Error('usage: append-until-killed FOLDER ENGINE RUN')
const silent = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (message: string, data?: unknown) => console.error(message, data),
}
const store = await openStore(folder, { log: silent, engine: engine as 'node:sqlite' })
const acknowledged = (name: string) => {
  writeSync(1, `${name}\n`)
}
const base = Date.UTC(2026, 10, 23)

const forever = async (step: (count: number) => Promise<void>) => {
  for (let count = 0; ; count += 1) await step(count)
}
const start = Number(run) * 1_000_000
await Promise.all([
  forever(async (count) => {
    const startMs = base + (start + count) * 60_000
    await store.appendIntervals([
      {
        meterId: 'm',
        startMs,
        lengthS: 60,
        importKwh: 1,
        exportKwh: null,
        registerStartKwh: 1,
        registerEndKwh: 2,
        stats: {},
        coverage: 1,
        note: null,
      },
    ])
    acknowledged(`interval ${startMs}`)
  }),
  forever(async (count) => {
    const id = `e-${run}-${count}`
    await store.appendEvents([
      { id, atMs: base + count, kind: 'test', severity: 'info', subject: null, message: 'x'.repeat(200), data: null },
    ])
    acknowledged(`event ${id}`)
  }),
  forever(async (count) => {
    const row = await store.appendAudit({
      atMs: base + count,
      who: 'test',
      action: 'append',
      subject: run,
      detail: { count },
    })
    acknowledged(`audit ${row.seq} ${row.hash}`)
  }),
  forever(async (count) => {
    await store.appendReadings([
      { meterId: 'm', atMs: base + (start + count) * 1000, values: { u_l1n: { value: 230, quality: 'good' } } },
    ])
  }),
])
