import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { WaveFileShelf } from '../../core/wave-files/wave-file-ports.ts'
import { systemClock } from '../clock.ts'
import { createOpenWaveFiles } from './wave-file-shelf.ts'

const config = [
  'Bench,R 1,1999',
  '2,1A,1D',
  '1,U1,A,,V,0.5,0,0,-32767,32767,1,1,P',
  '1,D1,,,0',
  '50',
  '1',
  '1000,3',
  '01/02/2026,10:00:00.0',
  '01/02/2026,10:00:00.001',
  'ASCII',
  '1',
  '',
].join('\r\n')
const data = '1,0,10,0\r\n2,1000,20,1\r\n3,2000,30,1\r\n'
const utf8 = (text: string) => new TextEncoder().encode(text)
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

let folder = ''
let shelf: WaveFileShelf
const open = (folders: readonly { id: string; path: string }[] = []): WaveFileShelf =>
  createOpenWaveFiles({
    clock: systemClock,
    log,
    workerUrl: new URL('./wave-file-worker.ts', import.meta.url),
    folder: join(folder, 'recordings', '1'),
  })({ nominalHz: 50, folders })
const send = async (fileName: string, bytes: Uint8Array): Promise<string> => {
  const sink = await shelf.receiver.begin({ transferId: 'one', fileName, size: bytes.length })
  try {
    await sink.write(bytes)
    return await sink.end({ sha256: '' })
  } catch (error) {
    await sink.abort()
    throw error
  }
}

describe('the shelf of recordings', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tripscope-shelf-'))
    shelf = open()
    shelf.start()
  })
  afterEach(async () => {
    await shelf.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('puts a .cfg and its .dat together, in either order, and answers about them', async () => {
    expect(await send('../../F1.DAT', utf8(data))).toMatch(/waits for F1\.cfg/)
    expect(await send('f1.cfg', utf8(config))).toBe('f1.cfg is open: COMTRADE 1999 ASCII')
    const [file] = shelf.list()
    expect(file).toMatchObject({ name: 'f1.cfg', state: 'ready', recorder: 'R 1', recordCount: 1 })
    const at = await shelf.ask(file!.id, 'at', { record: 0, atS: 0.001, traces: [0], isPrimary: false })
    expect(at.traces[0]).toMatchObject({ instant: 10 })
    expect(await shelf.ask(file!.id, 'tracks', { record: 0, fromS: 0, toS: 1, tracks: [0] })).toEqual([
      { track: 0, initial: 0, changesS: [0.001], isCut: false },
    ])
    await expect(shelf.ask(file!.id, 'describe', { record: 9 })).rejects.toThrow(
      'this file has 1 records; there is no number 10',
    )
    const { content, fileName } = await shelf.exportRecord(file!.id, {
      record: 0,
      fromS: 0,
      toS: 1,
      traces: [0],
      format: 'csv-comma',
    })
    let text = ''
    for await (const piece of content()) text += new TextDecoder().decode(piece)
    expect([fileName, text]).toEqual([
      'f1-part.csv',
      'Time (s),U1 (V),D1\r\n0.000000,5,0\r\n0.001000,10,1\r\n0.002000,15,1\r\n',
    ])
    await shelf.close(file!.id)
    expect(shelf.list()).toEqual([])
    expect(existsSync(join(folder, 'recordings', '1', 'received-1'))).toBe(false)
    await expect(shelf.ask(file!.id, 'describe', { record: 0 })).rejects.toThrow('not open any more')
  })

  it('says why a file can’t be read, and keeps saying it in the list', async () => {
    await expect(send('x.pqd', utf8('no pqdif at all'))).rejects.toThrow(
      /x\.pqd can't be read: the file does not begin with a record of PQDIF/,
    )
    expect(shelf.list()[0]).toMatchObject({ state: 'failed' })
  })

  it('takes whole files of a folder into which another program writes, and leaves them there', async () => {
    await shelf.stop()
    writeFileSync(join(folder, 'a.cfg'), config)
    writeFileSync(join(folder, 'a.dat'), data)
    shelf = open([
      { id: 'dfr', path: folder },
      { id: 'gone', path: join(folder, 'not-there') },
    ])
    shelf.start()
    await vi.waitFor(
      () =>
        expect(shelf.list().find(({ name }) => name === 'a.cfg')).toMatchObject({ state: 'ready', origin: 'folder' }),
      { timeout: 20_000 },
    )
    expect(shelf.folders().find(({ id }) => id === 'gone')?.problem).toEqual({ kind: 'not-there' })
    await shelf.close(shelf.list().find(({ name }) => name === 'a.cfg')!.id)
    expect(existsSync(join(folder, 'a.cfg'))).toBe(true)
  })
})
