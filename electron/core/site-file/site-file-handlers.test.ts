import { eventColumns } from '../../../shared/said/event.ts'
import { describe, expect, it } from 'vitest'
import type { Caller } from '../../../shared/api/define.ts'
import type { SiteFileState } from '../../../shared/api/site-file-contract.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createSiteFileHandlers } from './site-file-handlers.ts'
import type { SiteFileNews } from './site-file-port.ts'

const site = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'Site',
  grid: { limit: 63 },
  lines: [{ id: 'l', transport: 'tcp', host: 'h', port: 502 }],
  meters: [{ id: 'm', profile: 'p', line: 'l' }],
  circuits: [{ id: 'main' }],
})
const caller: Caller = { role: 'operator', name: 'Test' }
const intent = (number: number) => `00000000-0000-4000-8000-00000000000${String(number)}`

const begin = (mode: 'armed' | 'monitoring' = 'monitoring') => {
  const clock = createFakeClock()
  const reopened: string[] = []
  const rows: string[] = []
  let news: SiteFileNews = { changed: false, problem: null }
  const listeners = new Set<(news: SiteFileNews) => void>()
  const handlers = createSiteFileHandlers({
    site,
    clock,
    siteFile: {
      current: () => news,
      listen: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      namesTimezone: false,
      setTimezone: (timezone) =>
        Promise.resolve(
          timezone === 'Europe/Berlin' ? { ok: true } : { ok: false, problems: [`unknown time zone ${timezone}`] },
        ),
    },
    reopen: (why) => reopened.push(why),
    control: () => ({ mode, readOnly: null, armed: null, decision: null, overrides: [], writes: {} }),
    audit: (row) => {
      rows.push(`${row.action} by ${row.who}`)
      return Promise.resolve()
    },
    journal: {
      write: (kind, severity, subject, facts) => ({ id: '', atMs: 0, severity, subject, ...eventColumns(kind, facts) }),
    },
  })
  const change = (next: SiteFileNews) => {
    news = next
    for (const listener of listeners) listener(next)
  }
  return { clock, handlers, reopened, rows, change }
}

describe('the site file', () => {
  it('that was changed is told, and opened anew on request', async () => {
    const { clock, handlers, reopened, rows, change } = begin()
    const seen: SiteFileState[] = []
    const stop = handlers.siteFile({}, (state) => seen.push(state), caller)
    change({ changed: true, problem: null })
    expect(seen).toEqual([
      { changed: false, problem: null, namesTimezone: false },
      { changed: true, problem: null, namesTimezone: false },
    ])
    await handlers['site.reopen']({ intentId: intent(1), who: 'Ada' }, caller)
    await clock.advance(1000)
    expect(reopened).toEqual(['the site file was changed'])
    expect(rows).toEqual(['site-reopened by Ada'])
    stop()
  })
  it('that can not be opened as it is keeps the site open, with the reason', async () => {
    const { clock, handlers, reopened, change } = begin()
    change({ changed: true, problem: 'site.yaml:3:5: unknown key "limti"' })
    const asked = Promise.resolve(handlers['site.reopen']({ intentId: intent(1), who: 'Ada' }, caller))
    await expect(asked).rejects.toThrow(/stays open as it was: site\.yaml:3:5/)
    await clock.advance(1000)
    expect(reopened).toEqual([])
  })
  it('is never opened anew while control is armed', async () => {
    const { handlers } = begin('armed')
    await expect(Promise.resolve(handlers['site.reopen']({ intentId: intent(1), who: 'Ada' }, caller))).rejects.toThrow(
      /disarm first/,
    )
    await expect(
      Promise.resolve(
        handlers['site.setTimezone']({ intentId: intent(2), who: 'Ada', timezone: 'Europe/Berlin' }, caller),
      ),
    ).rejects.toThrow(/disarm first/)
  })
  it('takes a time zone that exists', async () => {
    const { clock, handlers, reopened } = begin()
    await expect(
      Promise.resolve(
        handlers['site.setTimezone']({ intentId: intent(1), who: 'Ada', timezone: 'Mars/Olympus' }, caller),
      ),
    ).rejects.toThrow(/unknown time zone/)
    await handlers['site.setTimezone']({ intentId: intent(2), who: 'Ada', timezone: 'Europe/Berlin' }, caller)
    await clock.advance(1000)
    expect(reopened).toEqual(['the time zone is Europe/Berlin from now on'])
  })
})
