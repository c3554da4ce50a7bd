import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs, {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockSite } from './site-lock.ts'

const nowMs = Date.UTC(2026, 10, 23, 10, 12)
let folder = ''
let site = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tripscope-lock-'))
  site = join(folder, 'site.yaml')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const leave = (holder: Record<string, unknown>) => writeFileSync(`${site}.lock`, JSON.stringify(holder))

describe('site lock', () => {
  it('is held by the first, says so to the second, and is free again after release', async () => {
    const first = lockSite(site, nowMs)
    expect(first).toMatchObject({ held: true, holder: null })
    const second = lockSite(site, nowMs)
    expect(second.held).toBe(false)
    expect(second.holder).toBe(`process ${process.pid} on ${hostname()} since 2026-11-23 10:12 UTC`)
    await second.release()
    expect(existsSync(`${site}.lock`)).toBe(true)
    await first.release()
    expect(lockSite(site, nowMs).held).toBe(true)
  })

  it('is refused while another process that runs holds it, and taken over once that is dead', async () => {
    const other = spawn(
      process.execPath,
      [
        '-e',
        `
      import('node:fs').then((fs) => {
        const stat = fs.existsSync('/proc/self/stat') ? fs.readFileSync('/proc/self/stat', 'utf8') : null
        const started = stat ? stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] : null
        fs.writeFileSync(process.argv[1], JSON.stringify({ pid: process.pid, started, host: require('os').hostname(), since: '2026-11-23T09:00:00.000Z' }))
        console.log('locked'); setInterval(() => {}, 1000)
      })`,
        `${site}.lock`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await once(other.stdout, 'data')
    expect(lockSite(site, nowMs)).toMatchObject({
      held: false,
      holder: `process ${other.pid} on ${hostname()} since 2026-11-23 09:00 UTC`,
    })
    other.kill('SIGKILL')
    await once(other, 'exit')
    const lock = lockSite(site, nowMs)
    expect(lock.held).toBe(true)
    expect(JSON.parse(readFileSync(`${site}.lock`, 'utf8'))).toMatchObject({ pid: process.pid })
    await lock.release()
  })

  it.runIf(process.platform === 'linux')('is taken over when the process id now belongs to another program', () => {
    leave({ pid: process.ppid, started: '1', host: hostname(), since: '2026-11-01T00:00:00.000Z' })
    expect(lockSite(site, nowMs).held).toBe(true)
  })

  it('never takes over the lock of another computer, and says what to do', () => {
    leave({ pid: 1, started: null, host: 'depot-pc', since: '2026-11-23T08:00:00.000Z' })
    const lock = lockSite(site, nowMs)
    expect(lock.held).toBe(false)
    expect(lock.holder).toContain('process 1 on depot-pc since 2026-11-23 08:00 UTC')
    expect(lock.holder).toContain(`delete ${site}.lock`)
  })

  it('takes over what a power cut left half written, but not what may be just being written', () => {
    writeFileSync(`${site}.lock`, '{"pid": 12')
    utimesSync(`${site}.lock`, nowMs / 1000 - 1, nowMs / 1000 - 1)
    expect(lockSite(site, nowMs).held).toBe(false)
    utimesSync(`${site}.lock`, nowMs / 1000 - 60, nowMs / 1000 - 60)
    expect(lockSite(site, nowMs).held).toBe(true)
  })

  it('of two that find the same stale lock one gets it, even when the other has judged before and renames after', () => {
    leave({ pid: 999_999, started: null, host: hostname(), since: '2026-11-01T00:00:00.000Z' })
    const fresh = `${JSON.stringify({ pid: process.ppid, started: null, host: hostname(), since: '2026-11-23T10:11:59.000Z' })}\n`
    const rename = fs.renameSync
    let turns = 0
    // The other program takes the stale lock over completely between this one's look at it and its rename.
    fs.renameSync = (from, to) => {
      turns += 1
      if (turns === 1) writeFileSync(`${site}.lock`, fresh)
      rename(from, to)
    }
    syncBuiltinESMExports()
    try {
      expect(lockSite(site, nowMs).held).toBe(false)
    } finally {
      fs.renameSync = rename
      syncBuiltinESMExports()
    }
    expect(turns).toBe(1)
    expect(readFileSync(`${site}.lock`, 'utf8')).toBe(fresh)
    expect(readdirSync(folder)).toEqual(['site.yaml.lock'])
  })

  it.runIf(process.platform !== 'win32')('is one lock for one file, whatever link it is reached by', async () => {
    writeFileSync(site, '')
    const link = join(folder, 'link.yaml')
    symlinkSync(site, link)
    const first = lockSite(link, nowMs)
    expect(first.held).toBe(true)
    expect(lockSite(site, nowMs).held).toBe(false)
    await first.release()
    expect(lockSite(site, nowMs).held).toBe(true)
  })

  it('says whether it is still held', async () => {
    const lock = lockSite(site, nowMs)
    expect(lock.stillHeld?.()).toBe(true)
    expect(lockSite(site, nowMs).stillHeld?.()).toBe(false)
    const own = readFileSync(`${site}.lock`, 'utf8')
    rmSync(`${site}.lock`)
    expect(lock.stillHeld?.()).toBe(false)
    leave({ pid: process.ppid, started: null, host: hostname(), since: '2026-11-23T10:13:00.000Z' })
    expect(lock.stillHeld?.()).toBe(false)
    await lock.release()
    expect(existsSync(`${site}.lock`)).toBe(true)
    writeFileSync(`${site}.lock`, own)
    expect(lock.stillHeld?.()).toBe(false)
  })

  it('is read-only where the folder cannot be written', () => {
    const lock = lockSite(join(folder, 'missing', 'site.yaml'), nowMs)
    expect(lock.held).toBe(false)
    expect(lock.holder).toContain("can't be written (ENOENT)")
  })
})
