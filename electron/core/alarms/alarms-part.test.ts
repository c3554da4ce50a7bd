import { describe, expect, it } from 'vitest'
import type { ChangedRules } from '../../../shared/alarms/alarm-rules.ts'
import type { Caller } from '../../../shared/api/define.ts'
import { sceneSite } from '../detectors/test-support/scene.ts'
import { createAlarmsPart } from './alarms-part.ts'
import type { RuleShelf } from './rule-shelf.ts'

const caller: Caller = { role: 'operator', name: 'Test' }
const intentId = '00000000-0000-4000-8000-000000000001'
const person = { intentId, who: 'E. Engineer', reason: 'as agreed with the owner' }

const begin = (options: { kept?: unknown; recall?: () => unknown; keep?: RuleShelf['keep'] } = {}) => {
  const did: string[] = []
  const inForce: ChangedRules[] = []
  const part = createAlarmsPart({
    site: sceneSite(),
    clock: { nowMs: () => 5000 },
    shelf: {
      recall: options.recall ?? (() => options.kept),
      keep:
        options.keep ??
        (() => {
          did.push('kept')
          return Promise.resolve()
        }),
    },
    journal: { write: (kind) => did.push(kind) as never },
    audit: ({ action }) => {
      did.push(`audit ${action}`)
      return Promise.resolve()
    },
    runner: {
      intend: ((method: string, input: { rules: ChangedRules }) => {
        did.push(method)
        if (method === 'alarms.setRules') inForce.push(input.rules)
        return Promise.resolve(null)
      }) as never,
    },
  })
  const set = (detector: string, change: object | null) =>
    part.handlers['alarms.setRule']({ ...person, detector, change } as never, caller)
  return { part, did, inForce, set }
}

describe('the rules of alarms, as a person changes them', () => {
  it('are audited and on the disk before they hold, and told', async () => {
    const { did, inForce, set } = begin()
    const answer = await set('undervoltage', { thresholds: { undervoltage: 0.85 }, raiseDelayS: 3 })
    expect(did).toEqual(['audit alarm-rule', 'kept', 'alarms.setRules', 'alarm-rule'])
    expect(inForce).toEqual([answer.changed])
    expect(answer.changed['undervoltage']?.by).toEqual({ who: person.who, atMs: 5000, reason: person.reason })
    expect((await set('undervoltage', null)).changed).toEqual({})
  })

  it('do not hold where they cannot be kept', async () => {
    const { inForce, set, part } = begin({ keep: () => Promise.reject(new Error('the disk is full')) })
    await expect(set('undervoltage', { raiseDelayS: 3 })).rejects.toThrow('the disk is full')
    expect(inForce).toEqual([])
    expect((await part.handlers['alarms.rules']({}, caller)).changed).toEqual({})
  })

  it('lose none of two changes at once', async () => {
    const { inForce, set } = begin()
    await Promise.all([set('undervoltage', { raiseDelayS: 1 }), set('overvoltage', { raiseDelayS: 2 })])
    expect(Object.keys(inForce.at(-1) ?? {}).sort()).toEqual(['overvoltage', 'undervoltage'])
  })

  it.each([
    ['stale-meter', { isOn: false }, /can’t be switched off/],
    ['overcurrent', { raiseDelayS: 10 }, /can’t be switched off, delayed/],
    ['not-believed', { severity: 'info' }, /made less severe/],
    ['undervoltage', { thresholds: { undervoltage: 0.2 } }, /outside of 0.5 to 0.99/],
    ['undervoltage', { thresholds: { imbalance: 20 } }, /has no threshold "imbalance"/],
    ['constructor', { isOn: false }, /no rule for "constructor"/],
  ])('refuse what must not be: %s %o', async (detector, change, why) => {
    const { set, did } = begin()
    await expect(set(detector, change)).rejects.toThrow(why)
    expect(did).toEqual([])
  })

  it('of an earlier run hold from the start; what no longer holds is left out and told', () => {
    const by = { who: 'E. Engineer', atMs: 1, reason: 'as agreed' }
    const kept = { undervoltage: { raiseDelayS: 3, by }, 'stale-meter': { isOn: false, by } }
    const { part, inForce } = begin({ kept })
    part.start?.()
    expect(inForce).toEqual([{ undervoltage: kept.undervoltage }])
    expect(part.health?.()).toContain('stale-meter')
    const broken = begin({
      recall: () => {
        throw new Error('alarm-rules.json: Unexpected end of JSON input')
      },
    })
    expect(broken.part.health?.()).toContain('Unexpected end')
  })

  it('say so when the alarm to be put aside is not on the list any more', async () => {
    const { part, did } = begin()
    const handle = part.handlers['alarms.shelve']
    await expect(handle({ ...person, findingId: 'gone', forS: 3600 }, caller)).rejects.toThrow('not on the list')
    expect(did).toEqual(['alarms.shelve'])
  })
})
