import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { checkChain } from './audit-chain.ts'
import { openStore } from './open-store.ts'

const script = fileURLToPath(new URL('./test-support/append-until-killed.ts', import.meta.url))
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Runs the appender until it has acknowledged `count` rows, kills it, and gives every acknowledged row it told of. */
const runAndKill = (folder: string, engine: string, run: number, count: number): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--no-warnings', script, folder, engine, String(run)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    let trouble = ''
    child.stderr.on('data', (chunk: Buffer) => {
      trouble += chunk.toString()
    })
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.split('\n').length > count) child.kill('SIGKILL')
    })
    child.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`the appender ended by itself: ${trouble}`))
      // A last line without its end was cut by the kill.
      else resolve(text.slice(0, text.lastIndexOf('\n')).split('\n'))
    })
  })

describe.each([
  ['node:sqlite', 10],
  ['libsql', 3],
] as const)('kill -9 while appending (%s)', (engine, kills) => {
  it(`${kills} times: no acknowledged row is lost, the chain is whole, the ring is readable`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tripscope-kill-'))
    folders.push(folder)
    const acknowledged: string[] = []
    for (let run = 0; run < kills; run += 1)
      acknowledged.push(...(await runAndKill(folder, engine, run, 20 + run * 17)))
    expect(acknowledged.length).toBeGreaterThan(kills * 20)

    const store = await openStore(folder, { log, engine })
    expect(store.status()).toMatchObject({ state: 'ok', problem: null })
    const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
    const intervals = new Set((await store.intervals('m', 60, all)).map(({ startMs }) => `interval ${startMs}`))
    const events = new Set((await store.events(all, 1_000_000)).map(({ id }) => `event ${id}`))
    const rows = await store.audit(all, 1_000_000)
    const bySeq = [...rows].sort((a, b) => a.seq - b.seq)
    const audit = new Set(bySeq.map(({ seq, hash }) => `audit ${seq} ${hash}`))
    const lost = acknowledged.filter((name) => !intervals.has(name) && !events.has(name) && !audit.has(name))
    expect(lost).toEqual([])
    expect(checkChain(bySeq)).toBeNull()
    expect((await store.readings('m', all)).length).toBeGreaterThan(0)
    await store.close()
  }, 120_000)
})
