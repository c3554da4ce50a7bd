import { describe, expect, it } from 'vitest'
import type { OpenedSite } from './open-site.ts'
import type { SiteChoice } from './options.ts'
import { leavingWords } from './leaving.ts'
import { createSiteDesk, type DeskHost, type DeskUi } from './site-desk.ts'

const choose = (site: string | null): SiteChoice => ({ site, simulator: [], data: null, verbose: false })
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** A desk whose sites are names; `unsound` can't be read, `stuck` can be read and not opened. */
const prepare = (answers: { instead?: (SiteChoice | null)[]; leave?: boolean } = {}) => {
  const said: string[] = []
  const instead = [...(answers.instead ?? [])]
  let mode: 'armed' | 'monitoring' = 'monitoring'
  const siteOf = (name: string) =>
    ({
      site: { name, chargers: [] },
      siteFile: name,
      close: (why: string) => {
        said.push(`close ${name}: ${why}`)
        return Promise.resolve()
      },
      core: { controlState: () => ({ mode }), start: () => said.push(`start ${name}`) },
    }) as unknown as OpenedSite
  const host: DeskHost = {
    log: quiet,
    check: ({ site }) => Promise.resolve(site === 'unsound' ? 'unsound: line 3' : null),
    open: ({ site }) => {
      const name = site ?? 'simulated'
      said.push(`open ${name}`)
      return Promise.resolve(
        name === 'stuck' ? { ok: false, message: 'stuck: no store' } : { ok: true, site: siteOf(name) },
      )
    },
    keepLast: ({ site }) => said.push(`keep ${site ?? 'simulated'}`),
  }
  const ui: DeskUi = {
    askInstead: (problem, running) => {
      said.push(`instead of "${problem}" while ${running ?? 'nothing'} runs`)
      return Promise.resolve(instead.shift() ?? null)
    },
    askLeaving: ({ message }) => {
      said.push(`ask: ${message}`)
      return Promise.resolve(answers.leave ?? false)
    },
    show: ({ site }) => said.push(`show ${site.name}`),
    hide: () => said.push('hide'),
  }
  const desk = createSiteDesk(host, ui)
  return {
    desk,
    arm: () => {
      mode = 'armed'
    },
    said: () => said.splice(0),
  }
}

describe('which site is open', () => {
  it('a sound site is shown, started, and kept for the next start', async () => {
    const { desk, said } = prepare()
    expect(await desk.turnTo(choose('depot'))).toBe(true)
    expect(said()).toEqual(['open depot', 'keep depot', 'show depot', 'start depot'])
  })

  it('a file that is not sound closes nothing: what runs goes on, and the person hears which', async () => {
    const { desk, said } = prepare()
    await desk.turnTo(choose('depot'))
    said()
    expect(await desk.turnTo(choose('unsound'))).toBe(true)
    expect(said()).toEqual(['instead of "unsound: line 3" while depot runs'])
    expect(desk.current()?.site.name).toBe('depot')
  })

  it('another file may be chosen instead', async () => {
    const { desk, said } = prepare({ instead: [choose('workshop')] })
    await desk.turnTo(choose('depot'))
    said()
    await desk.turnTo(choose('unsound'))
    expect(said().slice(1)).toEqual([
      'hide',
      'close depot: another site was opened',
      'open workshop',
      'keep workshop',
      'show workshop',
      'start workshop',
    ])
  })

  it('one that turns out not to open gives its place back to the one before', async () => {
    const { desk, said } = prepare()
    await desk.turnTo(choose('depot'))
    said()
    expect(await desk.turnTo(choose('stuck'))).toBe(true)
    expect(said()).toEqual([
      'hide',
      'close depot: another site was opened',
      'open stuck',
      'open depot',
      'keep depot',
      'show depot',
      'start depot',
      'instead of "stuck: no store" while depot runs',
    ])
  })

  it('at the start without a site that opens, the program is told that none is open', async () => {
    const { desk } = prepare()
    expect(await desk.turnTo(choose('unsound'))).toBe(false)
    expect(desk.current()).toBeNull()
  })

  it('while control is armed a person is asked, and a no leaves everything as it is', async () => {
    const { desk, arm, said } = prepare({ leave: false })
    await desk.turnTo(choose('depot'))
    arm()
    said()
    expect(await desk.turnTo(choose('workshop'))).toBe(true)
    expect(await desk.mayLeave('Closing Tripscope', 'Close Tripscope')).toBe(false)
    expect(said()).toEqual(['ask: Control is armed at depot.', 'ask: Control is armed at depot.'])
    expect(desk.current()?.site.name).toBe('depot')
  })

  it('nobody is asked while only watching', async () => {
    const { desk, said } = prepare()
    await desk.turnTo(choose('depot'))
    said()
    expect(await desk.mayLeave('Closing Tripscope', 'Close Tripscope')).toBe(true)
    expect(said()).toEqual([])
  })
})

describe('the question before control ends', () => {
  const charger = (id: string, fallback: number) => ({ id, fallback })
  const site = (chargers: object[]) => ({ name: 'Depot', chargers }) as unknown as Parameters<typeof leavingWords>[1]

  it('names the site, where each charger is led to, and what ends', () => {
    const { message, detail } = leavingWords(
      'Closing Tripscope',
      site([charger('cp1', 6), charger('cp2', 6), { ...charger('cp3', 0), name: 'Gate' }]),
      'Close Tripscope',
    )
    expect(message).toBe('Control is armed at Depot.')
    expect(detail).toContain('cp1, cp2 to 6 A; Gate paused')
    expect(detail).toContain('measuring, alarms and the record end too')
  })

  it('counts many', () => {
    const many = Array.from({ length: 40 }, (_, index) => charger(`cp${index}`, 6))
    expect(leavingWords('Closing Tripscope', site(many), 'Close').detail).toContain('40 chargers to 6 A')
  })
})
