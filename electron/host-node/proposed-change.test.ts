import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../shared/api/define.ts'
import type { ControlState } from '../../shared/model/decision.ts'
import { readSite } from '../../shared/site/read-site.ts'
import { siteChanges } from '../../shared/site-draft/site-changes.ts'
import type { SiteChange } from '../../shared/wiring/step-verdict.ts'
import { createCommissioningPart } from '../core/commissioning/commissioning-part.ts'
import { createSiteEditorPart } from '../core/site-file/site-editor-part.ts'
import { createFakeClock } from '../core/test-support/fake-clock.ts'
import { loadCatalogue } from '../io/catalogue.ts'
import { createSiteEditor } from '../io/site-editor.ts'
import { programPaths } from './program-paths.ts'

const caller: Caller = { role: 'operator', name: 'Test' }
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const example = readFileSync(join(programPaths.root, 'assets', 'examples', 'site.example.yaml'), 'utf8')
const catalogue = await loadCatalogue(programPaths.profiles)
const turned: SiteChange = { kind: 'charger-phases', id: 'socket-1', phases: ['L3', 'L1', 'L2'] }

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tripscope-proposed-'))
  file = join(folder, 'site.yaml')
  writeFileSync(file, example)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const inFile = () => readFileSync(file, 'utf8')

/** What a screen asks for: the proposal of a test as a change of the text, and putting that in the place of the file. */
const desk = (mode: ControlState['mode'] = 'monitoring') => {
  const read = readSite(inFile(), file, catalogue)
  if (!read.ok) throw new Error(read.message)
  const { site } = read
  const audited: unknown[] = []
  const reopened: string[] = []
  const clock = createFakeClock()
  const siteEditor = createSiteEditor(file, () => Promise.resolve(catalogue))
  const journal = {
    write: () => ({}) as never,
    writeAt: () => ({}) as never,
    recent: () => [],
    listen: () => () => undefined,
  }
  const shared = { site, clock, siteEditor, journal }
  const commissioning = createCommissioningPart({
    ...shared,
    log: quiet,
    newId: () => '00000000-0000-4000-8000-000000000001',
    runner: { intend: () => Promise.reject(new Error('nothing is asked of the load control here')) },
    wiring: () => new Map(),
    live: () => null,
    listen: () => () => undefined,
  })
  const editor = createSiteEditorPart({
    ...shared,
    meterProfiles: new Map(),
    mbusProfiles: new Map(),
    chargerProfiles: new Map(),
    control: () => ({ mode, readOnly: null, armed: null, decision: null, overrides: [], writes: {} }),
    reopen: (why) => reopened.push(why),
    audit: (row) => {
      audited.push(row.detail)
      return Promise.resolve()
    },
  })
  const propose = async (change: SiteChange) =>
    commissioning.handlers['commissioning.change']({ change: change as never }, caller)
  const takeIt = async ({ text, basedOn }: { text: string; basedOn: string }) => {
    const input = { intentId: '00000000-0000-4000-8000-000000000002', text, basedOn }
    return editor.handlers['siteFile.save']({ ...input, who: 'E. Engineer', reason: 'wiring test' }, caller)
  }
  return { propose, takeIt, audited, reopened, clock }
}

describe('a change of the site file that a test of the wiring proposes', () => {
  it('is shown line by line, and taken by one click: the file says so, with its comments, and the site is opened anew', async () => {
    const { propose, takeIt, audited, reopened, clock } = desk()
    const proposed = await propose(turned)
    expect(proposed.removed).toEqual([expect.stringContaining('phases: [L2, L3, L1]')])
    expect(proposed.added).toEqual([expect.stringMatching(/phases: \[ ?L3, L1, L2 ?\] +# the terminals/)])
    expect(example.split('\n')[proposed.firstLine - 1]).toBe(proposed.removed[0])
    expect(inFile(), 'nothing is written before the click').toBe(example)
    await takeIt(proposed)
    await clock.advance(1000)
    expect(inFile()).toBe(proposed.text)
    expect(siteChanges(example, inFile())).toEqual([
      { path: 'chargers.socket-1.phases', before: '["L2","L3","L1"]', after: '["L3","L1","L2"]' },
    ])
    expect(audited).toMatchObject([{ reason: 'wiring test' }])
    expect(reopened).toHaveLength(1)
    expect(await desk().propose(turned)).toMatchObject({ removed: [], added: [] })
  })

  it('turns the currents of a meter around, and back', async () => {
    const first = await desk().propose({ kind: 'meter-reverse', id: 'incomer-meter', reverse: true })
    await desk().takeIt(first)
    expect(siteChanges(example, inFile())).toEqual([
      { path: 'meters.incomer-meter.reverse', before: null, after: 'true' },
    ])
  })

  it('is not written over what someone else wrote meanwhile, nor while armed, nor for what is not in the file', async () => {
    const { propose, takeIt } = desk()
    const proposed = await propose(turned)
    const other = inFile().replace('rating: 20', 'rating: 16')
    writeFileSync(file, other)
    await expect(takeIt(proposed)).rejects.toThrow('changed by someone else')
    expect(inFile()).toBe(other)
    // Asked again it rests on what is there now.
    const again = await propose(turned)
    await expect(desk('armed').takeIt(again)).rejects.toThrow('disarm first')
    expect(inFile()).toBe(other)
    await takeIt(again)
    expect(inFile()).toContain('rating: 16')
    await expect(propose({ ...turned, id: 'constructor' })).rejects.toThrow("no entry 'constructor'")
  })
})
