import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { choiceOfSecondStart, parseAppArguments } from './arguments.ts'
import { keepLastSite, keepOpenSites, readLastSite, readOpenSites, readRecentSites } from '../host-node/last-site.ts'
import { recentEntries } from './recent-menu.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-last-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

describe('what a person asked for', () => {
  it('is a site by option or by file, from the folder they stood in', () => {
    expect(parseAppArguments(['--site', 'site.yaml'], '/work')).toMatchObject({ site: '/work/site.yaml' })
    expect(parseAppArguments(['--no-sandbox', '--remote-x=1', 'depot.yml'], '/work')).toMatchObject({
      site: '/work/depot.yml',
    })
    expect(parseAppArguments(['--site=/a/b.yaml'], '/work')).toMatchObject({ site: '/a/b.yaml', isSimulated: false })
  })
  it('is a recording by option or by file', () => {
    expect(parseAppArguments(['--open', 'trip.tripscope'], '/work')).toMatchObject({
      open: '/work/trip.tripscope',
      site: null,
    })
    expect(parseAppArguments(['trip.TripScope'], '/work')).toMatchObject({ open: '/work/trip.TripScope' })
    const choice = parseAppArguments(['--open', 'a.ndjson'], '/work')
    expect(choiceOfSecondStart(JSON.parse(JSON.stringify(choice)))).toEqual(choice)
  })
  it('is the simulated site only where it was said', () => {
    expect(parseAppArguments([])).toMatchObject({ site: null, isSimulated: false })
    expect(parseAppArguments(['--simulated'])).toMatchObject({ site: null, isSimulated: true })
    expect(parseAppArguments(['--scenario', 'small'])).toMatchObject({
      isSimulated: true,
      simulator: ['--scenario', 'small'],
    })
  })
  it('is handed to the program that runs already, and nothing else is taken for it', () => {
    const choice = parseAppArguments(['--site', 'site.yaml'], '/work')
    expect(choiceOfSecondStart(JSON.parse(JSON.stringify(choice)))).toEqual(choice)
    for (const odd of [null, undefined, 1, {}, { site: 5 }, parseAppArguments([])])
      expect(choiceOfSecondStart(odd)).toBeNull()
  })
})

describe('the site that was open last', () => {
  it('is there at the next start, and a file that says nothing is as none', () => {
    const file = join(folder, 'user', 'last-site.json')
    expect(readLastSite(file)).toBeNull()
    keepLastSite(file, '/sites/depot.yaml', quiet)
    expect(readLastSite(file)).toBe('/sites/depot.yaml')
    keepLastSite(file, null, quiet)
    expect(readLastSite(file)).toBeNull()
    for (const odd of ['', '{', '{"site":5}', 'null']) {
      writeFileSync(file, odd)
      expect(readLastSite(file)).toBeNull()
    }
  })
})

describe('the sites that were open at the end', () => {
  it('are opened again in their order, the simulated one among them; a file that says nothing is as none', () => {
    const file = join(folder, 'user', 'open-sites.json')
    expect(readOpenSites(file)).toEqual([])
    keepOpenSites(file, ['/sites/depot.yaml', null, '/sites/yard.yaml'], quiet)
    expect(readOpenSites(file)).toEqual(['/sites/depot.yaml', null, '/sites/yard.yaml'])
    for (const odd of ['', '{', '{"open":5}', '{"open":[5]}', 'null']) {
      writeFileSync(file, odd)
      expect(readOpenSites(file)).toEqual([])
    }
  })
})

describe('the sites that were open', () => {
  it('are listed once each, the newest first; the simulated one is none, and a list can be broken', () => {
    const file = join(folder, 'user', 'recent.json')
    for (const site of ['/a.yaml', '/b.yaml', null, '/a.yaml']) keepLastSite(file, site, quiet)
    expect(readRecentSites(file)).toEqual(['/a.yaml', '/b.yaml'])
    for (let index = 0; index < 20; index += 1) keepLastSite(file, `/site-${index}.yaml`, quiet)
    expect(readRecentSites(file)).toHaveLength(8)
    expect(readRecentSites(file)[0]).toBe('/site-19.yaml')
    writeFileSync(file, '{"site":"/a.yaml","recent":7}')
    expect([readLastSite(file), readRecentSites(file)]).toEqual(['/a.yaml', []])
    // As it was written before there was a list.
    writeFileSync(file, '{"site":"/a.yaml"}')
    expect([readLastSite(file), readRecentSites(file)]).toEqual(['/a.yaml', []])
  })
  it('say in the menu where they are, and which of them is gone', () => {
    expect(recentEntries(['/sites/A & B.yaml', '/gone.yaml'], (path) => path !== '/gone.yaml')).toEqual([
      { label: 'A && B.yaml (/sites)', enabled: true, path: '/sites/A & B.yaml' },
      { label: 'gone.yaml (/): the file is no longer there', enabled: false, path: '/gone.yaml' },
    ])
  })
})
