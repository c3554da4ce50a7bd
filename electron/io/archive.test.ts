import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterEach, describe, expect, it } from 'vitest'
import type { Live } from '../../shared/api/live-contract.ts'
import type { Overview } from '../../shared/api/site-contract.ts'
import type { Health } from '../../shared/model/health.ts'
import { siteSchema } from '../../shared/site/site.ts'
import type { ArchiveFile } from '../core/archive-port.ts'
import { snapshotOffer } from '../core/report/export-snapshot.ts'
import type { SnapshotParts } from '../core/report/snapshot-parts.ts'
import { makeSnapshot } from '../core/report/snapshot.ts'
import { seededRandom } from '../../shared/test-support/seeded-random.ts'
import { collect } from '../../shared/test-support/collect.ts'
import { createTransferPart } from '../core/transfer/transfer-part.ts'
import { createArchive } from './archive.ts'
import { openStore } from './store/open-store.ts'

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const archive = createArchive()
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'tripscope-archive-'))
  cleanups.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const bytesOf = async (content: AsyncIterable<Uint8Array>) => new Uint8Array(Buffer.concat(await collect(content)))
const filesOf = async function* (files: Readonly<Record<string, Uint8Array>>): AsyncGenerator<ArchiveFile> {
  for (const [name, bytes] of Object.entries(files)) yield { name, content: () => [bytes] }
}
const buildSnapshot = async (parts: SnapshotParts) => {
  const snapshot = makeSnapshot(parts)
  const bytes = await bytesOf(snapshot.content())
  return { fileName: snapshot.fileName, bytes, files: snapshot.files() }
}

describe('archive', () => {
  it.skipIf(!existsSync('/usr/bin/python3'))('makes zips that another program reads and finds sound', async () => {
    const noise = new Uint8Array(200_000).map((_, index) => (index * 7919) % 251)
    const zip = await bytesOf(
      archive.zip(
        filesOf({ 'a.txt': archive.utf8('größer 🔌\n'), 'folder/b.bin': noise, 'empty.csv': new Uint8Array(0) }),
      ),
    )
    const path = join(folder(), 'x.zip')
    writeFileSync(path, zip)
    // Python's own zip reader checks every CRC.
    const seen = execFileSync('/usr/bin/python3', [
      '-c',
      `
import hashlib, json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps({i.filename: [hashlib.sha256(z.read(i)).hexdigest(), i.file_size] for i in z.infolist()}))`,
      path,
    ]).toString()
    expect(JSON.parse(seen)).toEqual({
      'a.txt': [sha256(Buffer.from('größer 🔌\n')), Buffer.byteLength('größer 🔌\n')],
      'folder/b.bin': [sha256(noise), 200_000],
      'empty.csv': [sha256(new Uint8Array(0)), 0],
    })
    expect(zip.length).toBeLessThan(20_000)
  })
  it('hashes like the known answer', () => {
    const hash = archive.hash()
    for (const letter of ['a', 'b', 'c']) hash.update(archive.utf8(letter))
    expect(hash.digest()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
  it('makes a zip as it is taken: what nobody takes is not made, and who leaves ends it', async () => {
    let made = 0
    let isOver = false
    const random = seededRandom(1)
    // Longer than the window of the compression, so that repeats do not shrink.
    const noise = Uint8Array.from({ length: 100_000 }, () => Math.floor(random() * 256))
    const endless = async function* () {
      try {
        for (;;) {
          made += 1
          yield noise
          await new Promise((resolve) => {
            setImmediate(resolve)
          })
        }
      } finally {
        isOver = true
      }
    }
    const files = async function* (): AsyncGenerator<ArchiveFile> {
      yield { name: 'endless.bin', content: endless }
    }
    const zip = archive.zip(files())[Symbol.asyncIterator]()
    for (let chunk = 0; chunk < 5; chunk += 1) await zip.next()
    for (let turn = 0; turn < 500; turn += 1)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    expect(made, 'what nobody takes is not made').toBeLessThan(12)
    await zip.return?.()
    while (!isOver)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
  })
  it('tells what could not be read for a file', async () => {
    const broken = async function* (): AsyncGenerator<ArchiveFile> {
      yield {
        name: 'a',
        content: async function* () {
          yield new Uint8Array(3)
          throw new Error('the disk broke')
        },
      }
    }
    await expect(bytesOf(archive.zip(broken()))).rejects.toThrow('the disk broke')
  })
  it('no text becomes a formula; numbers stay numbers', () => {
    const csv = archive.csv([
      ['a', 'b'],
      ["=cmd|'/c calc'!A1", -5.5],
      ['+1', null],
      ['@x', 0],
      ['-2', 1],
      ['\t=1', 2],
      ['plain, "quoted"', 3],
    ])
    expect(csv.split('\r\n')).toEqual([
      'a,b',
      "'=cmd|'/c calc'!A1,-5.5",
      "'+1,",
      "'@x,0",
      "'-2,1",
      "'\t=1,2",
      '"plain, ""quoted""",3',
      '',
    ])
  })
})

const base = Date.UTC(2026, 10, 23, 10)
const site = siteSchema.parse({
  version: 1,
  id: 'depot',
  name: 'Depot',
  grid: { limit: 100 },
  lines: [{ transport: 'tcp', id: 'lan', host: '127.0.0.1', port: 502 }],
  meters: [{ id: 'm1', profile: 'p', line: 'lan' }],
  circuits: [{ id: 'main', meter: 'm1' }],
})
const source = { register: 'input 0', periodMs: 1000, windowMs: null, blindMs: 1000, confidence: 'confirmed' as const }
const overview: Overview = {
  site,
  chargers: [],
  warnings: [],
  version: '0.1.0',
  meters: [
    {
      id: 'm1',
      name: 'Main',
      profileId: 'p',
      make: 'X',
      model: 'Y',
      lineId: 'lan',
      unit: 1,
      address: 'unit 1',
      bus: 'modbus',
      quantities: { u_l1n: source, i_l1: source, e_import: source },
      billingUse: 'not-verified',
      billing: '',
      currentTransformer: null,
      quirks: [],
      documents: [],
      lacks: [],
    },
  ],
}
const health: Health = {
  atMs: base,
  lines: {},
  devices: {},
  store: { state: 'ok', problem: null, readingsSinceMs: null, bytes: 0 },
  cycle: { durationMs: 1, latenessMs: 0 },
}
const live: Live = {
  image: { seq: 1, atMs: base, meters: {}, chargers: {}, circuits: {} },
  findings: [],
  notAssessed: [],
  control: { mode: 'monitoring', readOnly: null, armed: null, decision: null, overrides: [], writes: {} },
}

describe('snapshot', () => {
  const prepare = async (more: Partial<SnapshotParts> = {}) => {
    const recorder = await openStore(folder(), { log })
    cleanups.push(() => recorder.close())
    for (let block = 0; block < 30; block += 1) {
      await recorder.appendReadings(
        Array.from({ length: 60 }, (_, index) => {
          const second = block * 60 + index
          return {
            meterId: 'm1',
            atMs: base + second * 1000,
            values: {
              u_l1n:
                second === 5
                  ? { value: null, quality: 'timeout' as const }
                  : { value: 230.1, quality: 'good' as const },
              i_l1: { value: -16.25, quality: 'good' as const },
              ...(second % 10 === 0 ? { e_import: { value: 1_234_567.89, quality: 'good' as const } } : {}),
            },
          }
        }),
      )
    }
    await recorder.appendEvents([
      {
        id: 'e1',
        atMs: base + 1000,
        kind: 'started',
        severity: 'info',
        subject: null,
        message: '=HYPERLINK("http://x")',
        data: null,
      },
    ])
    await recorder.appendIntervals([
      {
        meterId: 'm1',
        startMs: base,
        lengthS: 60,
        importKwh: null,
        exportKwh: null,
        registerStartKwh: 1,
        registerEndKwh: 0.5,
        stats: { u_l1n: [229, 230, 231, 60] },
        coverage: 1,
        note: 'went backwards',
      },
    ])
    const audit = await recorder.appendAudit({
      atMs: base,
      who: '@who',
      action: 'armed',
      subject: 'site',
      detail: { reason: 'test' },
    })
    const parts: SnapshotParts = {
      recorder,
      archive,
      overview,
      health,
      live,
      range: { fromMs: base, toMs: base + 1_800_000 },
      who: 'Operator',
      note: 'after the trip',
      siteText: 'version: 1\nname: Depot\nmqtt_password: hunter2\n',
      nowMs: base + 1_800_000,
      ...more,
    }
    return { parts, audit, recorder }
  }
  const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('utf8')

  it('holds everything with its hash, and nothing secret', async () => {
    const { parts, audit } = await prepare()
    const snapshot = await buildSnapshot(parts)
    expect(snapshot.fileName).toBe('tripscope-depot-2026-11-23-103000Z.tripscope')
    const files = unzipSync(snapshot.bytes)
    expect(Object.keys(files).sort()).toEqual([
      'README.txt',
      'audit.csv',
      'audit.json',
      'decisions.json',
      'events.csv',
      'events.json',
      'findings.json',
      'health.json',
      'health.ndjson',
      'intervals.csv',
      'intervals.ndjson',
      'manifest.json',
      'meters.json',
      'overrides.json',
      'readings/m1.csv',
      'readings/m1.parquet',
      'report.html',
      'seal.json',
      'site.yaml',
      'writes.json',
    ])
    const manifest = JSON.parse(text(files['manifest.json'])) as {
      schema: string
      files: { name: string; bytes: number; sha256: string }[]
      auditChainHead: unknown
      redactions: number
      remarks: string[]
    }
    expect(manifest.schema).toBe('tripscope-snapshot')
    // All but the manifest itself and the seal over it.
    expect(manifest.files).toHaveLength(18)
    for (const file of manifest.files)
      expect([file.bytes, file.sha256]).toEqual([
        files[file.name]?.length,
        sha256(files[file.name] ?? new Uint8Array()),
      ])
    expect(manifest.auditChainHead).toEqual({ seq: 1, at: '2026-11-23T10:00:00.000Z', hash: audit.hash })
    expect(manifest).toMatchObject({ redactions: 1, remarks: [] })
    for (const bytes of Object.values(files)) expect(text(bytes)).not.toContain('hunter2')
    expect(text(files['site.yaml'])).toContain('mqtt_password: "REDACTED"')
    expect(text(files['README.txt'])).toContain('POLLED RMS VALUES')
    expect(snapshot.files.map(({ name }) => name)).toContain('manifest.json')
  })
  it('readings: units in the heading, empty cells with their reason, counters with all digits', async () => {
    const { parts } = await prepare()
    const rows = text(unzipSync((await buildSnapshot(parts)).bytes)['readings/m1.csv'])
      .trimEnd()
      .split('\r\n')
    expect(rows[0]).toBe('time_utc,u_l1n [V],i_l1 [A],e_import [kWh],missing')
    expect(rows[1]).toBe('2026-11-23T10:00:00.000Z,230.1,-16.25,1234567.89,')
    expect(rows[6]).toBe('2026-11-23T10:00:05.000Z,,-16.25,,u_l1n=timeout')
    expect(rows).toHaveLength(1801)
    expect(rows.map((row) => row.slice(0, 24)).slice(1)).toEqual(
      [...rows.map((row) => row.slice(0, 24)).slice(1)].sort(),
    )
  })
  it('no text of it is a formula', async () => {
    const { parts } = await prepare()
    const files = unzipSync((await buildSnapshot(parts)).bytes)
    expect(text(files['events.csv'])).toContain('"\'=HYPERLINK(""http://x"")"')
    expect(text(files['audit.csv'])).toContain(",'@who,")
    expect(text(files['intervals.csv'])).toContain('went backwards')
  })
  it('too much is cut at the oldest end and said', async () => {
    const { parts } = await prepare({ readingsBudget: 20_000 })
    const files = unzipSync((await buildSnapshot(parts)).bytes)
    const rows = text(files['readings/m1.csv']).trimEnd().split('\r\n')
    expect(rows).toHaveLength(901)
    expect(rows.at(-1)).toContain('10:29:59')
    expect(text(files['README.txt'])).toMatch(/readings\/m1\.csv begins at 2026-11-23T10:15:00\.000Z/)
  })
  it('what cannot be read is said, not a reason to give nothing', async () => {
    const { parts, recorder } = await prepare()
    await recorder.close()
    const files = unzipSync((await buildSnapshot(parts)).bytes)
    expect(files['readings/m1.csv']).toBeUndefined()
    expect(text(files['README.txt'])).toContain('readings/m1.csv could not be read: the store is closed')
  })
  it('the export is told in the audit with its hash', async () => {
    const { parts, recorder } = await prepare()
    const clock = { nowMs: () => base + 1_800_000, monotonicMs: () => 0, after: () => () => undefined }
    const transfers = createTransferPart({ clock, newId: () => 'ticket', archive })
    const ticket = transfers.offer(
      snapshotOffer(
        { ...parts, healthLines: () => [], clock, log, findings: [] },
        {
          range: { fromMs: base, toMs: base + 1_800_000 },
          who: 'Operator',
          note: '',
          comments: false,
          isAnonymous: false,
        },
      ),
    )
    const pieces = await collect(transfers.handlers['transfer.fetch']({ ticket }, { role: 'operator', name: 'Test' }))
    const zip = Buffer.concat(pieces.flatMap((piece) => (piece.kind === 'bytes' ? [piece.bytes] : [])))
    const exported = pieces.at(-1)
    if (exported?.kind !== 'end') throw new Error('it has no end')
    expect(exported.sha256).toBe(sha256(zip))
    expect(exported.files.map(({ name }) => name).sort()).toEqual(Object.keys(unzipSync(zip)).sort())
    expect((await recorder.audit({ fromMs: 0, toMs: base * 2 }, 10)).at(-1)).toMatchObject({
      action: 'snapshot-exported',
      detail: { sha256: exported.sha256, fromMs: base, toMs: base + 1_800_000 },
    })
  })
})
