import { eventText } from '../../../shared/said/event.ts'
import type { Journal } from '../journal.ts'
import { describe, expect, it } from 'vitest'
import type { Caller } from '../../../shared/api/define.ts'
import type { ControlState } from '../../../shared/model/decision.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { fakeSite, noSiteEditor } from '../test-support/fake-site.ts'
import type { Saved } from '../site-ports.ts'
import { createSiteEditorPart } from './site-editor-part.ts'

const caller: Caller = { role: 'operator', name: 'Test' }
const before = 'name: A\ncircuits:\n  - { id: main, limit: 63 }\n'
const after = 'name: A\ncircuits:\n  - { id: main, limit: 50 }\n'
const input = {
  intentId: '00000000-0000-4000-8000-000000000001',
  text: after,
  basedOn: 'v1',
  who: 'E. Engineer',
  reason: 'smaller contract',
}

const begin = (mode: ControlState['mode'] = 'monitoring', saved: Saved = { ok: true }) => {
  const clock = createFakeClock()
  const did: string[] = []
  const part = createSiteEditorPart({
    site: fakeSite(1000),
    clock,
    meterProfiles: new Map(),
    mbusProfiles: new Map(),
    chargerProfiles: new Map(),
    control: () => ({ mode, readOnly: null, armed: null, decision: null, overrides: [], writes: {} }),
    reopen: (why) => did.push(`reopen: ${why}`),
    audit: ({ action, detail }) => {
      did.push(`${action} ${JSON.stringify(detail)}`)
      return Promise.resolve()
    },
    journal: {
      write: ((...[kind, , , facts]: Parameters<Journal['write']>) => did.push(eventText(kind, facts))) as never,
    },
    siteEditor: {
      ...noSiteEditor,
      read: () => Promise.resolve({ ok: true, text: before, version: 'v1' }),
      replace: (text, basedOn) => {
        did.push(`written on ${basedOn}`)
        return Promise.resolve(text === after ? saved : { ok: false, problems: ['another text'] })
      },
    },
  })
  return { part, clock, did, save: () => part.handlers['siteFile.save'](input, caller) }
}

describe('saving the site file on the screen', () => {
  it('writes, audits every change, tells it, and opens the site anew', async () => {
    const { save, clock, did } = begin()
    await save()
    await clock.advance(1000)
    expect(did).toEqual([
      'written on v1',
      'site-edited {"reason":"smaller contract","changes":["circuits.main.limit: 63 -> 50"]}',
      'E. Engineer changed the site file: circuits.main.limit: 63 -> 50 (smaller contract)',
      'reopen: the site file was changed',
    ])
  })
  it('is refused while control is armed, and where the file is another by now; nothing is opened anew', async () => {
    const armed = begin('armed')
    await expect(armed.save()).rejects.toThrow('disarm first')
    expect(armed.did).toEqual([])
    const other = begin('monitoring', { ok: false, problems: ['changed by someone else'] })
    await expect(other.save()).rejects.toThrow('changed by someone else')
    await other.clock.advance(1000)
    expect(other.did).toEqual(['written on v1'])
  })
})
