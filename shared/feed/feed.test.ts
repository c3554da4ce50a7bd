import { describe, expect, it } from 'vitest'
import { feedPicture, staledPicture } from './feed-picture.ts'
import { mqttMessages } from './mqtt-messages.ts'
import { openMetricsText } from './open-metrics.ts'
import { registerImage, registerRows } from './register-map.ts'
import { atMs, feedLive, feedSite } from './test-support/depot-live.ts'

const nowMs = atMs + 250
const picture = feedPicture(feedSite, feedLive(), nowMs)

describe('what other systems get', () => {
  it('has a missing value as none, with its reason, and an age for what was read', () => {
    const main = picture.subjects.find(({ kind, id }) => kind === 'circuit' && id === 'main')!
    const currents = main.values.filter(({ key }) => key === 'current')
    expect(currents.map(({ phase, value, quality, ageMs }) => [phase, value, quality, ageMs])).toEqual([
      ['L1', 40.25, 'good', 750],
      ['L2', null, 'timeout', null],
      ['L3', 0, 'good', 750],
    ])
  })

  it('says nothing of now once the site tells nothing new', () => {
    const values = staledPicture(picture).subjects.flatMap((subject) => subject.values)
    expect(values.length).toBeGreaterThan(20)
    for (const { value, quality } of values) expect([value, quality]).toEqual([null, 'stale'])
  })
})

describe('OpenMetrics', () => {
  const lines = openMetricsText(picture).split('\n')

  it('has a line for each value there is and none for a value there is not', () => {
    expect(lines).toContain('tripscope_circuit_current_amperes{circuit="main",phase="L1"} 40.25')
    expect(lines.some((line) => line.startsWith('tripscope_circuit_current_amperes{circuit="main",phase="L2"}'))).toBe(
      false,
    )
    expect(lines).toContain('tripscope_value_good{circuit="main",phase="L2",value="current",why="timeout"} 0')
    expect(lines).toContain('tripscope_meter_e_import_joules{meter="m1"} 4444200000')
    expect(lines).toContain('tripscope_site_armed{site="depot"} 1')
    expect(lines.at(-2)).toBe('# EOF')
  })

  it('escapes names, and keeps the lines of one family together', () => {
    expect(lines).toContain(String.raw`tripscope_site_info{site="depot",name="Depot \"North\"\\",mode="armed"} 1`)
    const families = lines.filter((line) => line.startsWith('tripscope_')).map((line) => line.split('{')[0])
    const changes = families.filter((family, index) => family !== families[index - 1])
    expect(changes).toEqual([...new Set(changes)])
  })
})

describe('MQTT', () => {
  it('is one message for each subject, with null for what is missing', () => {
    const messages = mqttMessages(picture, 'site/a')
    expect(messages.map(({ topic }) => topic)).toEqual([
      'site/a/site',
      'site/a/circuit/main',
      'site/a/circuit/one-phase',
      'site/a/charger/cp1',
      'site/a/meter/m1',
    ])
    const charger = JSON.parse(messages[3]!.payload) as { status: string; values: Record<string, unknown> }
    expect(charger.status).toBe('charging')
    expect(charger.values['current_l1']).toEqual({ value: 13, unit: 'A', quality: 'good', age_s: 1.1 })
    expect(charger.values['current_l3']).toEqual({ value: null, unit: 'A', quality: 'absent', age_s: null })
  })
})

describe('the register map', () => {
  const floatAt = (word: (address: number) => number | null, address: number): number => {
    const view = new DataView(new ArrayBuffer(4))
    view.setUint16(0, word(address)!)
    view.setUint16(2, word(address + 1)!)
    return view.getFloat32(0)
  }
  const { word } = registerImage(feedSite, picture)
  const at = (id: string, label: string): number =>
    registerRows(feedSite).find((row) => row.id === id && row.label === label)!.address

  it('gives each value its own two registers, and nothing else', () => {
    const addresses = registerRows(feedSite).flatMap(({ address }) => [address, address + 1])
    expect(new Set(addresses).size).toBe(addresses.length)
    const served = Array.from({ length: 0x10000 }, (_, address) => address).filter((address) => word(address) !== null)
    expect(served).toEqual(addresses.sort((a, b) => a - b))
  })

  it('holds the values, and "not a number" for what is missing', () => {
    expect(floatAt(word, at('main', 'current L1'))).toBe(40.25)
    expect(floatAt(word, at('main', 'current L2'))).toBeNaN()
    expect(floatAt(word, at('one-phase', 'current L2'))).toBeNaN()
    expect(floatAt(word, at('cp1', 'limit, read back'))).toBe(13)
    expect(floatAt(word, at('cp1', 'age of the oldest value'))).toBeCloseTo(1.25, 6)
    expect(floatAt(word, at('m1', 'active energy, import'))).toBe(1234.5)
    expect(floatAt(word, at('depot', 'counter, one more with each picture of the site'))).toBe(7)
  })

  it('moves no block when an entry is added at the end of its list', () => {
    const { meters, circuits } = feedSite
    const more = {
      ...feedSite,
      meters: [...meters, { ...meters[0]!, id: 'm2' }],
      circuits: [...circuits, { ...circuits[1]!, id: 'yard' }],
    }
    const after = new Set(registerRows(more).map((row) => JSON.stringify(row)))
    const before = registerRows(feedSite).map((row) => JSON.stringify(row))
    expect(before.filter((row) => !after.has(row))).toEqual([])
    expect(after.size).toBeGreaterThan(before.length)
  })
})
