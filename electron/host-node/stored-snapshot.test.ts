import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { expect, it, onTestFinished } from 'vitest'
import { incidentSchema } from '../../shared/forensics/incident.ts'
import type { Core } from '../core/core-ports.ts'
import { packCapture } from '../core/meter-records/capture-book.ts'
import { openCaptureShelf } from '../io/capture-shelf.ts'
import { systemClock } from '../io/clock.ts'
import { siteDataFolder } from '../io/data-folder.ts'
import { openIncidentShelf } from '../io/incident-shelf.ts'
import { quietLog } from '../io/modbus/test-support/quiet-log.ts'
import { until } from '../io/modbus/test-support/real-line.ts'
import { partOf } from '../io/write-whole.ts'
import { openCore } from './open-core.ts'
import { programPaths } from './program-paths.ts'
import { runSnapshot } from './snapshot.ts'

const caller = { role: 'operator', name: 'Test' } as const
const siteText = `version: 1
id: yard
name: Yard
timezone: UTC
grid: { limit: 63 }
lines: [{ id: lan, transport: tcp, host: 127.0.0.1, port: 1 }]
meters: [{ id: m1, name: Feeder 1, profile: cet-imeter-6, line: lan, unit: 1 }]
circuits: [{ id: main, limit: 63, meter: m1 }]
waves: [{ id: scope, host: 127.0.0.1, port: 2, circuit: main }]
`
const sign = new Uint8Array([137, 80, 78, 71])

/** What an earlier run has left in the site's data folder: a capture of a front end and one of a meter, an incident with a photo, rules. */
const plant = async (folder: string, atMs: number, photo: Uint8Array = sign): Promise<void> => {
  const captures = await openCaptureShelf(folder, { log: quietLog, mayKeep: true })
  for (const source of ['scope', 'm1']) {
    const samples = Float32Array.from({ length: 640 }, (_, index) => 325 * Math.sin((2 * Math.PI * index) / 128))
    const channels = [{ name: 'u1', unit: 'V' as const, samples }]
    const raw = { key: 'k', time: null, rateHz: 6400, rateFrom: 'counted' as const, channels }
    const bytes = packCapture({ raw, device: source, fromMs: atMs, readAtMs: atMs })
    await captures.keep(
      {
        ...{ captureId: `${source}-${atMs}`, source, atMs, fromMs: atMs, toMs: atMs + 100, samples: 640 },
        ...{ bytes: bytes.length, isWhole: true, clock: { aheadMs: null, uncertaintyMs: null, isCorrected: false } },
        cause: { kind: 'meter', rateFrom: 'counted', hasTime: true },
      },
      bytes,
    )
  }
  await captures.close()
  const shelf = openIncidentShelf(folder, { log: quietLog, mayKeep: true })
  const incident = incidentSchema.parse({
    ...{ version: 1, id: 'a-1', siteName: 'Yard', timezone: 'UTC', atMs, openedAtMs: atMs, updatedAtMs: atMs },
    ...{ kind: 'trip', circuitId: 'main', circuitName: 'Main', phases: ['L1'], chargers: [], state: 'complete' },
    verdict: { sentence: 'x', byCurrent: 'unknown', sureness: 'open' },
    ...{ topCause: 'not-explained', topProbability: 0.5, status: 'new', confirmedCause: null, missing: [], said: null },
    ...{ evidence: {}, ranked: [], times: [], series: [], seriesBasis: 'polled', changes: [] },
    notes: [{ atMs, who: 'Berta Example', text: 'seen at the board of Feeder 1' }],
    photos: [{ id: 'p1', fileName: 'a.png', mediaType: 'image/png', bytes: photo.length, atMs, sha256: '' }],
  })
  await shelf.keepPhoto('a-1', 'p1', photo)
  await shelf.keep(incident)
  const changed = { 'current-imbalance': { raiseDelayS: 60, by: { who: 'Ann', atMs, reason: 'tested' } } }
  writeFileSync(join(folder, 'alarm-rules.json'), JSON.stringify(changed))
}

/** As a screen makes it. */
const madeOnScreen = async ({ handlers }: Core): Promise<Uint8Array> => {
  const intentId = '00000000-0000-4000-8000-00000000aaaa'
  const wish = { intentId, minutes: 15, who: 'Ann', note: '', comments: false, anonymous: false }
  const { ticket } = await handlers['snapshot.export'](wish, caller)
  const pieces: Uint8Array[] = []
  for await (const piece of handlers['transfer.fetch']({ ticket }, caller))
    if (piece.kind === 'bytes') pieces.push(new Uint8Array(piece.bytes))
  return Buffer.concat(pieces)
}

/** The program on that site, with its first image and the incident that was left. */
const run = async (base: string, siteFile: string) => {
  const host = { siteFile, dataFolder: base, clock: systemClock, log: quietLog, reopen: () => undefined }
  const outcome = await openCore(host)
  if (!outcome.ok) throw new Error(outcome.message)
  const { core, close } = outcome.opened
  let isThere = false
  core.handlers.live({}, () => (isThere = true), caller)
  let known = 0
  core.handlers['trips.list']({}, ({ incidents }) => (known = incidents.length), caller)
  core.start()
  await until('the site has an image and its incidents', () => isThere && known === 1)
  return { core, close }
}

/** A site with what an earlier run has left, and no program on it. */
const left = async (photo?: Uint8Array) => {
  const base = mkdtempSync(join(tmpdir(), 'tripscope-stored-'))
  onTestFinished(() => rmSync(base, { recursive: true, force: true }))
  const siteFile = join(base, 'yard.yaml')
  writeFileSync(siteFile, siteText)
  await plant(siteDataFolder(base, siteFile), Date.now() - 60_000, photo)
  await (await run(base, siteFile)).close('it has run')
  const out = join(base, 'out.tripscope')
  return { base, out, args: ['--site', siteFile, '--data', base, '--out', out] as const }
}

it('a snapshot that is anonymous has no name of the place, its things, its hosts and the people in any part', async () => {
  const { out, args } = await left()
  expect(await runSnapshot([...args, '--anonymous', '--who', 'Carla Example'])).toBe(0)
  const parts = unzipSync(readFileSync(out))
  const names = ['Yard', 'Feeder 1', '127.0.0.1', 'Ann', 'Berta Example', 'Carla Example']
  const found = Object.entries(parts).flatMap(([name, bytes]) => {
    const text = strFromU8(bytes, true)
    return names.filter((word) => text.includes(word)).map((word) => `${name}: ${word}`)
  })
  expect(found).toEqual([])
  expect(Object.keys(parts).filter((name) => name.startsWith('incidents/') || name.endsWith('.tws'))).toEqual([])
  const readme = strFromU8(parts['README.txt'] ?? new Uint8Array())
  expect(readme).toContain('names, hosts and persons were replaced by numbered ones')
  expect(readme).toContain('photos of incidents are left out')
  expect(strFromU8(parts['incidents.ndjson'] ?? new Uint8Array())).toContain('at the board of Meter 1')
}, 60_000)

it('a snapshot that is stopped in the middle leaves no file, and says so', async () => {
  const { base, out, args } = await left()
  expect(await runSnapshot(args, Promise.resolve('stopped by Ctrl-C'))).toBe(1)
  expect(readdirSync(base).filter((name) => name.startsWith('out'))).toEqual([])
  expect(await runSnapshot(args)).toBe(0)
  expect(existsSync(partOf(out))).toBe(false)
}, 60_000)

it.runIf(process.platform !== 'win32')(
  'Ctrl-C while the command writes leaves a whole file or none',
  async () => {
    const { out, args } = await left(new Uint8Array(96 * 1024 ** 2))
    const launcher = join(programPaths.root, 'electron', 'launcher', 'run.mjs')
    const child = spawn(process.execPath, [launcher, 'snapshot', ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()))
    const ended = once(child, 'close')
    await until(
      'it writes',
      () => existsSync(out) || (existsSync(partOf(out)) && statSync(partOf(out)).size > 0),
      60_000,
    )
    child.kill('SIGINT')
    const [code] = (await ended) as [number | null]
    expect(existsSync(partOf(out)), said).toBe(false)
    if (code === 0) expect(Object.keys(unzipSync(readFileSync(out)))).toContain('manifest.json')
    else {
      expect(existsSync(out)).toBe(false)
      expect([code, said]).toEqual([1, expect.stringContaining('nothing of it was left: stopped by Ctrl-C')])
    }
  },
  120_000,
)

it('a snapshot that has no place to go says so', async () => {
  const { base, args } = await left()
  expect(await runSnapshot([...args.slice(0, -1), join(base, 'none', 'out.tripscope')])).toBe(1)
}, 60_000)

it('a snapshot without the running program has the parts of one that its screen makes, and names every other with its reason', async () => {
  const base = mkdtempSync(join(tmpdir(), 'tripscope-stored-'))
  onTestFinished(() => rmSync(base, { recursive: true, force: true }))
  const siteFile = join(base, 'yard.yaml')
  writeFileSync(siteFile, siteText)
  const folder = siteDataFolder(base, siteFile)
  const atMs = Date.now() - 60_000
  await plant(folder, atMs)
  const { core, close } = await run(base, siteFile)
  onTestFinished(() => close('the test is over'))

  const screen = unzipSync(await madeOnScreen(core))
  const out = join(base, 'out.tripscope')
  expect(await runSnapshot(['--site', siteFile, '--data', base, '--out', out])).toBe(0)
  const stored = unzipSync(readFileSync(out))

  const missing = Object.keys(screen).filter((name) => !(name in stored))
  expect(Object.keys(stored).filter((name) => !(name in screen))).toEqual([])
  expect(missing.filter((name) => !name.startsWith('lines/'))).toEqual([])
  for (const end of ['.tws', '.cfg', '.hdr', '.dat'])
    for (const source of ['scope', 'm1']) {
      const name = `waves/${source}/${source}-${atMs}${end}`
      expect(stored[name], name).toEqual(screen[name])
      expect(stored[name]?.length, name).toBeGreaterThan(0)
    }
  expect(stored['incidents/a-1/p1']).toEqual(sign)
  expect(stored['incidents.ndjson']).toEqual(screen['incidents.ndjson'])

  const answers = (files: typeof stored) =>
    strFromU8(files['answers.ndjson'] ?? new Uint8Array())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly method: string; readonly input: string; readonly output: unknown })
  const readme = strFromU8(stored['README.txt'] ?? new Uint8Array())
  for (const { method, input, output } of answers(screen)) {
    const same = answers(stored).find((each) => each.method === method && each.input === input)
    if (same === undefined) expect(readme).toContain(`(${method}) is not in answers.ndjson: it is in the memory of`)
    else if (method !== 'waves.sources') expect(same.output, method).toEqual(output)
  }
  expect(answers(stored).map(({ method }) => method)).toEqual(
    expect.arrayContaining(['alarms.rules', 'trips.patterns', 'waves.sources', 'waves.captures']),
  )
  for (const part of ['lines/*', 'health.json', 'health.ndjson', 'findings.json', 'overrides.json'])
    expect(readme).toMatch(
      new RegExp(`^- .*${part.replaceAll(/[.*]/g, String.raw`\$&`)}.*memory of the running program`, 'm'),
    )
}, 60_000)
