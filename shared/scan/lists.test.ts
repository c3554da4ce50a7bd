import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostHosts, parseHosts, parseNumbers, parsePorts, parseUnits } from './lists.ts'

const items = <T>(parsed: { ok: true; items: readonly T[] } | { ok: false; problem: string }) =>
  parsed.ok ? parsed.items : parsed.problem

describe('addresses to search', () => {
  it.each([
    ['192.168.1.10', ['192.168.1.10']],
    ['192.168.1.10, 192.168.1.12;10.0.0.1', ['192.168.1.10', '192.168.1.12', '10.0.0.1']],
    ['192.168.1.254-192.168.2.1', ['192.168.1.254', '192.168.1.255', '192.168.2.0', '192.168.2.1']],
    ['192.168.1.10 - 12', ['192.168.1.10', '192.168.1.11', '192.168.1.12']],
    ['10.1.2.77/30', ['10.1.2.77', '10.1.2.78']],
    ['10.1.2.4/31', ['10.1.2.4', '10.1.2.5']],
    ['10.1.2.4/32 10.1.2.4', ['10.1.2.4']],
    ['meter-1.site.local', ['meter-1.site.local']],
  ])('%s', (text, hosts) => expect(items(parseHosts(text))).toEqual(hosts))

  it.each([
    '',
    '300.1.2.3',
    '192.168.1',
    '192.168.1.20-10',
    '10.0.0.0/21',
    '10.0.0.0/33',
    '0.0.0.0/0',
    '1.2.3.4-',
    '-5',
    'a_b',
    '10.0.0.0/24/1',
    'http://meter',
  ])('refuses %s with words', (text) => {
    const parsed = parseHosts(text)
    expect(parsed.ok ? parsed.items : parsed.problem.length > 20).toBe(true)
  })

  it('takes up to 1024 addresses and not one more', () => {
    expect(items(parseHosts('10.0.0.0/22'))).toHaveLength(1022)
    expect(items(parseHosts('10.0.0.0-10.0.3.255'))).toHaveLength(mostHosts)
    expect(parseHosts('10.0.0.0-10.0.3.255, 10.9.9.9').ok).toBe(false)
  })

  it('never invents an address: everything lies between the ends that were typed', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 1023 }), (start, more) => {
        const number = (text: string) => text.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)
        const end = Math.min(number(start) + more, 0xffffffff)
        const endText = [
          Math.floor(end / 0x1000000),
          Math.floor(end / 0x10000) % 256,
          Math.floor(end / 256) % 256,
          end % 256,
        ].join('.')
        const found = items(parseHosts(`${start}-${endText}`)) as string[]
        expect(found).toHaveLength(end - number(start) + 1)
        for (const host of found) expect(number(host) >= number(start) && number(host) <= end).toBe(true)
      }),
    )
  })

  it('never throws and never accepts beyond the bound, whatever is typed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-z./, -]{0,40}$/), (text) => {
        const parsed = parseHosts(text)
        if (parsed.ok) expect(parsed.items.length).toBeLessThanOrEqual(mostHosts)
        else expect(parsed.problem).not.toBe('')
      }),
    )
  })
})

describe('ids and ports', () => {
  it.each([
    ['1-3, 7', [1, 2, 3, 7]],
    ['5', [5]],
    ['2 - 4', [2, 3, 4]],
    ['3,3,3', [3]],
  ])('%s', (text, numbers) => expect(items(parseUnits(text, true))).toEqual(numbers))
  it.each(['0', '248', '1-248', '10-1', 'all', '', '1.5', '-3'])('refuses %s on a bus', (text) =>
    expect(parseUnits(text, true).ok).toBe(false),
  )
  it('takes 0 and 255 where a TCP device may ask for them', () =>
    expect(items(parseUnits('0, 255', false))).toEqual([0, 255]))
  it('takes sixteen ports', () => {
    expect(items(parsePorts('502, 1502-1510'))).toHaveLength(10)
    expect(parsePorts('1-65535').ok).toBe(false)
    expect(parsePorts('70000').ok).toBe(false)
  })
  it('stops counting at the bound', () =>
    expect(parseNumbers('0-999999', { low: 0, high: 999999, most: 10, what: 'a number' }).ok).toBe(false))
})
