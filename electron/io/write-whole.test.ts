import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { partOf, writeWhole } from './write-whole.ts'

const place = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-whole-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'out')
}
/** Three bytes; before each of them something may happen. */
const three = async function* (before: (at: number) => void = () => undefined): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < 3; at += 1) {
    await Promise.resolve()
    before(at)
    yield Uint8Array.of(at)
  }
}

it('is there once it is whole, and not before', async () => {
  const path = place()
  const seen: boolean[] = []
  expect(
    await writeWhole(
      path,
      three(() => seen.push(existsSync(path))),
    ),
  ).toBe(3)
  expect(seen).toEqual([false, false, false])
  expect([...readFileSync(path)]).toEqual([0, 1, 2])
  expect(existsSync(partOf(path))).toBe(false)
})
it('leaves nothing where it is stopped, its content fails, or something was put in its place', async () => {
  const path = place()
  let why: string | null = null
  await expect(
    writeWhole(
      path,
      three((at) => (why = at === 1 ? 'stopped' : why)),
      () => why,
    ),
  ).rejects.toThrow('stopped')
  expect([existsSync(path), existsSync(partOf(path))]).toEqual([false, false])
  const failing = three((at) => {
    if (at === 2) throw new Error('no more')
  })
  await expect(writeWhole(path, failing)).rejects.toThrow('no more')
  expect([existsSync(path), existsSync(partOf(path))]).toEqual([false, false])
  const taken = three((at) => (at === 2 ? writeFileSync(path, 'another') : undefined))
  await expect(writeWhole(path, taken)).rejects.toThrow('meanwhile')
  expect([readFileSync(path, 'utf8'), existsSync(partOf(path))]).toEqual(['another', false])
})
it('says that its folder is not there', async () => {
  await expect(writeWhole(join(place(), 'none', 'out'), three())).rejects.toThrow('ENOENT')
})
