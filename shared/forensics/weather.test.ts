import { describe, expect, it } from 'vitest'
import { readWeather, temperatureAt, wasWet } from './weather.ts'

describe('weather of a person', () => {
  it('reads what weather services give: other names, other separators, a decimal comma', () => {
    const plain = readWeather('time,temperature_2m (°C),rain (mm)\n2026-06-15T10:00,21.5,0\n2026-06-15T11:00,22,1.2\n')
    const german = readWeather(
      'Station;1234\nDatum;Temperatur;Niederschlag\n2026-06-15 10:00;21,5;0\n2026-06-15 11:00;22;1,2\n',
    )
    expect(plain).toEqual(german)
    expect(plain.ok && plain.rows[1]).toEqual({ atMs: Date.UTC(2026, 5, 15, 11), temperatureC: 22, rainMm: 1.2 })
    const rows = plain.ok ? plain.rows : []
    expect(wasWet(rows, Date.UTC(2026, 5, 15, 12))).toBe(true)
    expect(wasWet(rows, Date.UTC(2026, 5, 15, 10, 30))).toBe(false)
    // Neither before the file nor long after it is anything known.
    expect(wasWet(rows, Date.UTC(2026, 5, 15, 9))).toBeNull()
    expect(temperatureAt(rows, Date.UTC(2026, 5, 16))).toBeNull()
  })
  it.each([
    ['', /no column "time"/],
    ['time,wind\n2026-06-15T10:00,3\n', /no column of temperature or rain among time, wind/],
    ['time,rain\n2026-06-15T10:00,0\n2026-06-15T09:00,0\n', /line 3: its time lies before/],
    ['time,rain\n15.06.2026,0\n', /line 2: "15\.06\.2026" is no time/],
    ['time,temperature\n2026-06-15T10:00,294\n', /line 2: 294 is no weather/],
    ['time,rain\n2026-06-15T10:00,0\n', /fewer than two rows/],
  ])('says what is wrong and where: %j', (text, message) => {
    const read = readWeather(text)
    expect(read.ok ? '' : read.message).toMatch(message)
  })
})
