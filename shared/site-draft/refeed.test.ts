import { describe, expect, it } from 'vitest'
import { readSite } from '../site/read-site.ts'
import { draftOf } from './draft.ts'
import { editSite } from './edit-site.ts'
import { feedKinds, rekinded } from './refeed.ts'

const text = `version: 1
id: workshop
name: Workshop
grid: { limit: 63 }
lines:
  - { id: bus, transport: tcp, host: 10.0.0.5, port: 502 }
meters:
  - { id: incomer, profile: eastron-sdm630, line: bus, unit: 7 }
circuits:
  - { id: main, breaker: { standard: IEC 60898-1, curve: C, rating: 63 }, meter: incomer }
feeds:
  - { id: out, name: Building, kind: modbus-tcp, host: 0.0.0.0, port: 1502, unit: 3 } # of the landlord
`
const feedOf = (of: string) => draftOf(of)!.lists.feeds[0]!
const problemsOf = (of: string) => {
  const read = readSite(of, 'site.yaml')
  return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`)
}

describe('a feed of another kind', () => {
  it.each(feedKinds.flatMap((from) => feedKinds.map((to) => [from, to] as const)))(
    'from %s to %s keeps its name and leaves no key without a field',
    (from, to) => {
      const before = editSite(text, rekinded(feedOf(text), from))
      const after = editSite(before, rekinded(feedOf(before), to))
      const asked =
        to === 'mqtt'
          ? editSite(after, { kind: 'set-in', list: 'feeds', id: 'out', keys: ['url'], value: 'mqtt://10.0.0.2:1883' })
          : after
      expect(problemsOf(asked)).toEqual([])
      expect(feedOf(asked)).toMatchObject({ id: 'out', name: 'Building', kind: to })
      expect(asked).toContain('# of the landlord')
    },
  )
  it('takes no password in the text of the file, neither in its address nor under its own key', () => {
    const broker = editSite(text, rekinded(feedOf(text), 'mqtt'))
    const set = (of: string, key: string, value: unknown) =>
      editSite(of, { kind: 'set-in', list: 'feeds', id: 'out', keys: [key], value })
    expect(problemsOf(set(broker, 'url', 'mqtt://ann:hunter2@10.0.0.2:1883')).join()).toContain('feeds[0].url')
    const named = set(broker, 'url', 'mqtts://10.0.0.2:8883')
    expect(problemsOf(set(named, 'password', 'hunter2')).join()).toContain('feeds[0].password')
    expect(problemsOf(set(named, 'password', { environment: 'BROKER' }))).toEqual([])
  })
})
