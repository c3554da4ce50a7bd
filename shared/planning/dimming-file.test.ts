import { describe, expect, it } from 'vitest'
import { dimmingAt, readDimmingFile } from './dimming-file.ts'

const at = (time: string): number => Date.parse(time)
const entries = [
  { atMs: at('2026-11-29T16:00:00Z'), allowedW: 12_600 },
  { atMs: at('2026-11-29T17:00:00Z'), allowedW: null },
]

describe('the file of the grid operator', () => {
  it('is CSV with a time and a power, or JSON of the same, in any order', () => {
    const csv = 'time,allowed_kw\r\n2026-11-29T18:00:00+01:00,\r\n# a remark\r\n2026-11-29T17:00:00+01:00,12.6\r\n'
    expect(readDimmingFile(csv)).toEqual({ ok: true, entries })
    const json =
      '\uFEFF[{"time":"2026-11-29T16:00:00Z","allowedKW":12.6},{"time":"2026-11-29T17:00:00Z","allowedKW":null}]'
    expect(readDimmingFile(json)).toEqual({ ok: true, entries })
    expect(readDimmingFile('{"time":"2026-11-29T16:00:00Z","allowedKW":0}')).toEqual({
      ok: true,
      entries: [{ atMs: at('2026-11-29T16:00:00Z'), allowedW: 0 }],
    })
  })

  it('that is half right says nothing, and what is wrong is told', () => {
    const why = (text: string): string => {
      const read = readDimmingFile(text)
      return read.ok ? 'read' : read.why
    }
    expect(why('')).toBe('the file is empty')
    expect(why('time,allowed_kw')).toBe('there is no entry in it')
    expect(why('kW\n3')).toBe('the head line is "kW" and must be "time,allowed_kw"')
    expect(why('time,allowed_kw\n2026-11-29T17:00:00,3')).toMatch(
      /^entry 1: "2026-11-29T17:00:00" is no time with an offset/,
    )
    expect(why('time,allowed_kw\n2026-11-29T17:00:00Z,-1')).toBe('entry 1: "-1" is no power in kW')
    expect(why('{"time":')).toMatch(/^it is no JSON: /)
    expect(why('[3]')).toBe('entry 1 is no object with time and allowedKW')
  })

  it('holds by its newest entry that has begun', () => {
    expect(dimmingAt(entries, at('2026-11-29T15:59:59Z'))).toBeNull()
    expect(dimmingAt(entries, at('2026-11-29T16:00:00Z'))?.allowedW).toBe(12_600)
    expect(dimmingAt(entries, at('2026-11-29T20:00:00Z'))?.allowedW).toBeNull()
  })
})
