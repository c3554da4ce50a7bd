import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { collect } from '../../../shared/test-support/collect.ts'
import type { DeckNote } from '../../../shared/api/deck-contract.ts'
import type { LazyFile } from '../../core/report/lazy-file.ts'
import { sealed } from '../../core/report/seal.ts'
import { createArchive } from '../archive.ts'
import { openSigner } from '../signer.ts'
import { readZipDirectory, type Bytes } from '../zip/zip-directory.ts'
import { salvageZip } from '../zip/salvage.ts'
import { zipContent } from '../zip/zip-content.ts'
import { checkContents, readManifest } from './check-contents.ts'
import { checkSeal } from './check-seal.ts'
import { openRecording } from './open-recording.ts'
import { createScratch } from './scratch.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-hostile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const archive = createArchive()
const seed = Number(process.env['TRIPSCOPE_SEED'] ?? 1)

const inMemory = (buffer: Buffer): Bytes => ({
  size: buffer.length,
  read: async (at, length) => buffer.subarray(Math.max(0, at), Math.max(0, at + length)),
})

interface Part {
  readonly name: string
  readonly content: Buffer
  /** What the list says, where it lies. */
  readonly bytes?: number
  readonly offset?: number
}
/** A zip as whoever likes would write it: nothing in it need be true. */
const zipOf = (parts: readonly Part[], more: { readonly entries?: number } = {}): Buffer => {
  const bodies: Buffer[] = []
  const list: Buffer[] = []
  let at = 0
  for (const { name, content, bytes, offset } of parts) {
    const packed = deflateRawSync(content)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(20, 4)
    local.writeUInt16LE(8, 8)
    local.writeUInt16LE(Buffer.byteLength(name), 26)
    const head = Buffer.alloc(46)
    head.writeUInt32LE(0x02014b50, 0)
    head.writeUInt16LE(8, 10)
    head.writeUInt32LE(crc32(content), 16)
    head.writeUInt32LE(packed.length, 20)
    head.writeUInt32LE(bytes ?? content.length, 24)
    head.writeUInt16LE(Buffer.byteLength(name), 28)
    head.writeUInt32LE(offset ?? at, 42)
    list.push(head, Buffer.from(name))
    bodies.push(local, Buffer.from(name), packed)
    at += 30 + Buffer.byteLength(name) + packed.length
  }
  const listed = Buffer.concat(list)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(more.entries ?? parts.length, 8)
  end.writeUInt16LE(more.entries ?? parts.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...bodies, listed, end])
}

const opening = async (bytes: Buffer): Promise<string> => {
  const path = join(folder, 'file')
  writeFileSync(path, bytes)
  const scratch = createScratch()
  try {
    const recording = await openRecording(path, scratch)
    await recording.bytes.close()
    return ['opened', ...recording.notes.map(({ text }) => text)].join('\n')
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    scratch.remove()
  }
}
const record = { name: 'record.ndjson', content: Buffer.from('{"format":"tripscope-record"}\n') }

describe('a hostile zip', () => {
  it.each([
    [
      'leads out of its folder',
      zipOf([record, { name: '../../evil', content: Buffer.from('x') }]),
      /named "..\/..\/evil"/,
    ],
    [
      'has an absolute path',
      zipOf([record, { name: '/etc/passwd', content: Buffer.from('x') }]),
      /as no part of a snapshot/,
    ],
    ['uses backslashes', zipOf([record, { name: 'a\\..\\b', content: Buffer.from('x') }]), /as no part of a snapshot/],
    ['has a name twice', zipOf([record, record]), /holds record.ndjson twice/],
    ['has names that differ in case only', zipOf([record, { ...record, name: 'RECORD.ndjson' }]), /twice/],
    ['claims a million files', zipOf([record], { entries: 65_535 }), /holds 65535 files/],
    ['holds fewer files than it says', zipOf([record], { entries: 7 }), /fewer files/],
    [
      'lets two files share bytes',
      zipOf([record, { name: 'b', content: Buffer.from('x'), offset: 0 }]),
      /shares bytes/,
    ],
    ['would be larger than anything of ours', zipOf([{ ...record, bytes: 2 ** 32 - 1 }]), /more than any part/],
  ])('that %s is refused before anything is unpacked', async (_what, bytes, why) => {
    expect(await opening(bytes)).toMatch(why)
  })

  it('that unpacks to more than it states stops there', async () => {
    const bomb = zipOf([{ name: 'record.ndjson', content: Buffer.alloc(50_000_000), bytes: 1000 }])
    const bytes = inMemory(bomb)
    const [entry] = (await readZipDirectory(bytes)) ?? []
    let most = 0
    const read = async () => {
      for await (const chunk of zipContent(bytes, entry!)) most += chunk.length
    }
    await expect(read()).rejects.toThrow('larger than the zip states')
    expect(most).toBeLessThanOrEqual(1000)
  })

  it('of any bytes at all is refused with a sentence, or read', async () => {
    const random = seededRandom(seed)
    const sound = zipOf([record, { name: 'a.txt', content: Buffer.from('hello '.repeat(100)) }])
    for (let round = 0; round < 300; round += 1) {
      const bytes = Buffer.from(sound)
      for (let flips = 0; flips < 1 + random() * 6; flips += 1)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
      const cut = random() < 0.3 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes
      const said = await opening(cut)
      expect(said).not.toMatch(/undefined|is not a function|Cannot read|out of range|ERR_/)
    }
  }, 60_000)
})

describe('a sealed snapshot', () => {
  let whole: Buffer
  const parts: readonly (readonly [string, string])[] = [
    ['site.yaml', 'version: 1\n'],
    ['record.ndjson', '{"format":"tripscope-record"}\n'.repeat(50)],
    ['empty.csv', ''],
    ['readings/m1.csv', 'time_utc,u_l1n [V],missing\r\n'.repeat(40)],
  ]
  beforeAll(async () => {
    const files = async function* (): AsyncGenerator<LazyFile> {
      for (const [name, text] of parts) yield { name, content: () => [archive.utf8(text)] }
      const manifest = {
        ...{
          schema: 'tripscope-snapshot',
          schemaVersion: 2,
          createdAt: 'now',
          createdBy: 'Ann',
          note: '',
          remarks: [],
        },
        range: { from: '2026-11-23T10:00:00.000Z', to: '2026-11-23T11:00:00.000Z' },
        files: parts.map(([name, text]) => {
          const hash = archive.hash()
          hash.update(archive.utf8(text))
          return { name, bytes: Buffer.byteLength(text), sha256: hash.digest() }
        }),
      }
      yield { name: 'manifest.json', content: () => [archive.utf8(JSON.stringify(manifest))] }
    }
    whole = Buffer.concat(await collect(sealed(files(), archive, openSigner(folder, quiet))))
  })
  const check = async (buffer: Buffer): Promise<readonly DeckNote[]> => {
    const bytes = inMemory(buffer)
    const entries = await readZipDirectory(bytes)
    if (entries === null) return [{ tone: 'alarm', part: 'the list of files', text: 'cut' }]
    const { manifest, notes } = await readManifest(bytes, entries)
    const seal = await checkSeal(bytes, entries, () => undefined)
    const contents =
      manifest === null
        ? []
        : await checkContents(
            bytes,
            entries,
            manifest,
            () => undefined,
            () => false,
          )
    return [...notes, ...seal, ...contents].filter(({ tone }) => tone === 'alarm')
  }

  it('is sound as it was made', async () => {
    expect(await check(whole)).toEqual([])
  })

  it('names the part in which any one bit was changed', async () => {
    const bytes = inMemory(whole)
    const entries = (await readZipDirectory(bytes)) ?? []
    const partAt = (at: number) => entries.findLast(({ offset }) => offset <= at)?.name
    const listAt = whole.readUInt32LE(whole.length - 6)
    const random = seededRandom(seed)
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8))
      const notes = await check(changed).catch((error: Error): readonly DeckNote[] => [
        { tone: 'alarm', part: null, text: error.message },
      ])
      expect(notes.length, `byte ${at} of ${whole.length}`).toBeGreaterThan(0)
      // A list that can't be read at all takes the names with it.
      if (at < listAt && notes[0]?.part !== 'the list of files' && notes.every(({ part }) => part !== null))
        expect(notes.map(({ part }) => part)).toContain(partAt(at))
    }
  }, 120_000)

  it('that was cut anywhere is said to be, and what is whole before the cut is found', async () => {
    for (const share of [0.2, 0.5, 0.8, 0.99]) {
      const cut = whole.subarray(0, Math.floor(whole.length * share))
      expect(await readZipDirectory(inMemory(cut))).toBeNull()
      const found = await salvageZip(inMemory(cut))
      for (const { entry, isWhole } of found.slice(0, -1)) {
        expect(isWhole).toBe(true)
        const content = Buffer.concat(await collect(zipContent(inMemory(cut), entry)))
        expect(content.toString()).toBe(parts.find(([name]) => name === entry.name)?.[1] ?? content.toString())
      }
    }
  })

  it('signed by another, or by nobody, does not pass for signed', async () => {
    const text = whole.toString('latin1')
    const without = text.replace(/"signature":"....../, '"signature":"AAAAAA')
    const notes = await check(Buffer.from(without, 'latin1'))
    expect(notes.map(({ part }) => part)).toContain('seal.json')
  })
})
