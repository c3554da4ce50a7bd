import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSite } from '../../shared/site/read-site.ts'
import type { Site } from '../../shared/site/site.ts'
import { newSiteText } from '../../shared/site-draft/new-site.ts'
import type { Clock } from '../core/ports.ts'
import { createFakeClock } from '../core/test-support/fake-clock.ts'
import { createOpenSites, siteIdOf } from './open-sites.ts'
import type { OpenedSite, SiteHost } from './open-site.ts'
import type { SiteChoice } from './options.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const choose = (site: string | null, simulator: readonly string[] = []): SiteChoice => ({
  ...{ site, simulator, data: null, verbose: false },
})

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tripscope-open-sites-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A sound file with a device at this port. */
const siteFile = (name: string, port: number): string => {
  const place = { timezone: 'UTC', limitA: 63, nominalVoltage: 230, frequency: 50 as const }
  const text = newSiteText({ name, ...place })
  const file = join(folder, `${name}.yaml`)
  writeFileSync(
    file,
    text.replace(/^lines:.*$/m, `lines: [{ id: net, transport: tcp, host: 127.0.0.1, port: ${String(port)} }]`),
  )
  return file
}

/** Sites whose cores are nothing but their clock; `hosts` has what each was opened with. */
const prepare = () => {
  const clock = createFakeClock()
  const said: string[] = []
  const hosts = new Map<string, Pick<SiteHost, 'conflictOf' | 'onReopened' | 'onGoesOn'> & { clock: Clock }>()
  const sites = createOpenSites({
    ...{ clock, log: quiet, defaults: choose(null) },
    sites: { list: () => ({ recent: [], folder }), create: () => Promise.resolve({ ok: false, why: 'no' }) },
    open: async (choice, host) => {
      const file = choice.site ?? 'simulated'
      hosts.set(file, host)
      const read = choice.site === null ? null : readSite(await readText(choice.site), choice.site)
      const site = (read?.ok === true ? read.site : { name: file, lines: [], waves: [] }) as Site
      const core = { controlState: () => ({ mode: 'monitoring' }), start: () => undefined, handlers: {} }
      const close = (why: string) => Promise.resolve(void said.push(`close ${site.name}: ${why}`))
      return { ok: true, site: { core, site, close, siteFile: file } as unknown as OpenedSite }
    },
    onOpened: ({ site }) => said.push(`opened ${site.name}`),
    onClosed: (_siteId, next) => said.push(`left for ${next ?? 'none'}`),
    onReopened: () => said.push('reopened'),
    onLastLost: (problem) => said.push(`last lost: ${problem}`),
  })
  const hostOf = (file: string) => {
    const host = hosts.get(file)
    if (host === undefined) throw new Error(`${file} was not opened`)
    return host
  }
  return { clock, sites, hostOf, said: () => said.splice(0) }
}
const readText = async (file: string): Promise<string> => (await import('node:fs')).readFileSync(file, 'utf8')

describe('the id of a site', () => {
  it('is of its file, whatever link it is reached by, and says nothing of where it lies', () => {
    const file = siteFile('linked', 502)
    const link = join(folder, 'link.yaml')
    symlinkSync(file, link)
    expect(siteIdOf(choose(link))).toBe(siteIdOf(choose(file)))
    expect(siteIdOf(choose(file))).toMatch(/^[0-9a-f]{12}$/)
    expect(siteIdOf(choose(null))).not.toBe(siteIdOf(choose(null, ['--seed', '7'])))
    expect(siteIdOf(choose(join(folder, 'other.yaml')))).not.toBe(siteIdOf(choose(file)))
  })
})

describe('the open sites of a host', () => {
  it('share no device, when they are opened and when a file is changed while they run', async () => {
    const { sites, hostOf } = prepare()
    const [depot, copy, yard] = [siteFile('depot', 502), siteFile('copy', 502), siteFile('yard', 503)]
    await sites.map.open(choose(depot))
    const refused = await sites.map.open(choose(copy))
    expect(refused).toMatchObject({ ok: false, why: expect.stringContaining('close depot first') as string })
    expect(await sites.map.open(choose(yard))).toMatchObject({ ok: true })
    const changed = readSite(await readText(copy), copy)
    if (!changed.ok) throw new Error(changed.message)
    expect(hostOf(yard).conflictOf?.(changed.site)).toContain('which depot reads')
    expect(hostOf(depot).conflictOf?.(changed.site)).toBeNull()
  })

  it('a bug that one runs into closes that one, and is told; alone it ends the program as before', async () => {
    const { sites, hostOf, clock, said } = prepare()
    const [depot, yard] = [siteFile('depot', 502), siteFile('yard', 503)]
    await sites.map.open(choose(depot))
    await sites.map.open(choose(yard))
    said()
    hostOf(yard).clock.after(10, () => {
      throw new TypeError('a bug')
    })
    await clock.advance(20)
    await sites.map.open(choose(depot))
    expect(said()).toEqual(['close yard: an error of the program, please report it: TypeError: a bug', 'left for none'])
    expect(sites.map.list().map(({ site }) => site.name)).toEqual(['depot'])
    hostOf(depot).clock.after(10, () => {
      throw new TypeError('alone')
    })
    await expect(clock.advance(20)).rejects.toThrow('alone')
  })

  it('one that can not be opened anew is closed while others are open, and asked about where it is the last', async () => {
    const { sites, hostOf, said } = prepare()
    const [depot, yard] = [siteFile('depot', 502), siteFile('yard', 503)]
    await sites.map.open(choose(depot))
    await sites.map.open(choose(yard))
    said()
    hostOf(depot).onReopened('depot.yaml:3:1: unknown key')
    await sites.map.open(choose(yard))
    expect(said()).toEqual(['close depot: depot.yaml:3:1: unknown key', 'left for none'])
    hostOf(yard).onReopened(null)
    hostOf(yard).onReopened('gone')
    expect(said()).toEqual(['reopened', 'last lost: gone'])
  })
})
