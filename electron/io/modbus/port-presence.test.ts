import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { watchPresence } from './port-presence.ts'
import { until } from './test-support/real-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-port-'))
const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

const watched = (path: string): { count: () => number } => {
  let times = 0
  ends.push(watchPresence(path, () => (times += 1)))
  return { count: () => times }
}

describe.skipIf(process.platform === 'win32')('the device file of an open port', () => {
  it('that goes is told once; the others stay', async () => {
    const [pulled, staying] = [join(folder, 'ttyA'), join(folder, 'ttyB')]
    for (const path of [pulled, staying]) writeFileSync(path, '')
    const [first, second] = [watched(pulled), watched(staying)]
    rmSync(pulled)
    await until('the loss is told', () => first.count() > 0)
    writeFileSync(pulled, '')
    const again = watched(pulled)
    rmSync(pulled)
    await until('the next loss is told', () => again.count() > 0)
    expect([first.count(), second.count()]).toEqual([1, 0])
  })

  it('that is another device by now is told, also behind a link', async () => {
    const [one, other, link] = [join(folder, 'tty0'), join(folder, 'tty1'), join(folder, 'by-id')]
    for (const path of [one, other]) writeFileSync(path, '')
    symlinkSync(one, link)
    const seen = watched(link)
    // The first look has been made when a watch begun later on a missing file has told its loss.
    const missing = watched(join(folder, 'none'))
    await until('a first look', () => missing.count() > 0)
    rmSync(link)
    symlinkSync(other, link)
    await until('the other device is told', () => seen.count() > 0)
    expect(seen.count()).toBe(1)
  })
})
