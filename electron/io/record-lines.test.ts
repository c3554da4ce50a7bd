import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { readRecordLines } from './record-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-lines-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const linesOf = async (bytes: Uint8Array): Promise<readonly string[]> => {
  const file = join(folder, 'file')
  writeFileSync(file, bytes)
  const lines: string[] = []
  for await (const line of readRecordLines(file)) lines.push(line)
  return lines
}
const text = strToU8('{"head":1}\n{"t":2}\n')

describe('the lines of a record', () => {
  it('are the same from the plain file, with gzip and in a snapshot', async () => {
    const expected = ['{"head":1}', '{"t":2}']
    expect(await linesOf(text)).toEqual(expected)
    expect(await linesOf(gzipSync(text))).toEqual(expected)
    expect(await linesOf(zipSync({ 'site.yaml': strToU8('x'), 'record.ndjson': text }))).toEqual(expected)
  })
  it('of a snapshot that has none are told so, and why', async () => {
    await expect(linesOf(zipSync({ 'site.yaml': strToU8('x') }))).rejects.toThrow('no snapshot of Tripscope')
    await expect(linesOf(zipSync({ 'record-head.json': strToU8('{}') }))).rejects.toThrow('was not kept any more')
  })
  it('of a file that was cut are told so, what comes before is read', async () => {
    const zip = zipSync({ 'record.ndjson': text })
    await expect(linesOf(zip.subarray(0, zip.length - 30))).rejects.toThrow('was cut')
    await expect(linesOf(gzipSync(text).subarray(0, 20))).rejects.toThrow()
  })
  it('that never end are refused before they are kept', async () => {
    const bomb = gzipSync(new Uint8Array(70 * 2 ** 20).fill(97), { level: 1 })
    await expect(linesOf(bomb)).rejects.toThrow('a line longer than any of ours')
  })
  it('of a zip with a flipped byte are never wrong: refused, or as they were', async () => {
    const zip = zipSync({ 'record.ndjson': [text, { level: 6 }] })
    // By its first two bytes it is told to be a zip at all.
    for (let at = 2; at < zip.length; at += 1) {
      const bad = zip.slice()
      bad[at] = (bad[at] ?? 0) ^ 0x41
      const read = await linesOf(bad).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Error)
        return null
      })
      if (read !== null) expect(read, `byte ${String(at)}`).toEqual(['{"head":1}', '{"t":2}'])
    }
  })
})
