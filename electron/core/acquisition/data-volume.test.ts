import { describe, expect, it } from 'vitest'
import { createDataVolume } from './data-volume.ts'

const cellular = { transport: 'tcp', id: 'l', host: 'h', port: 502, link: 'cellular' } as const
/** A line of one exchange a second, 12 bytes out and 113 back, asked about once a second. */
const play = (volume: ReturnType<typeof createDataVolume>, seconds: number, periodMs = 1000) => {
  let last = null
  for (let second = 0; second <= seconds; second += 1) {
    const requests = Math.floor((second * 1000) / periodMs)
    last = volume.read({
      monotonicMs: second * 1000,
      bytes: requests * 125,
      requests,
      devices: [{ id: 'm1', periodMs, requests }],
    })
  }
  return last
}

describe("a line's data volume", () => {
  it('is projected from what was sent with the headers estimated, and not before five minutes', () => {
    expect(play(createDataVolume(cellular), 200)).toMatchObject({ bytesPerMonth: null, advice: null })
    // (125 + 156) bytes a second: 24.3 MB a day, 728 MB in thirty days.
    const volume = play(createDataVolume(cellular), 3600)
    expect(volume?.bytesPerDay).toBeCloseTo(281 * 86_400, -5)
    expect(volume?.bytesPerMonth).toBeCloseTo(281 * 86_400 * 30, -7)
    expect(volume).toMatchObject({ bytes: 281 * 3600, budgetBytesPerMonth: null, advice: null })
  })

  it('over its budget says which period would fit, and nothing where it fits', () => {
    expect(play(createDataVolume({ ...cellular, dataPerMonthMB: 200 }), 3600)?.advice).toBe(
      "728 MB a month at this rate is more than the 200 MB of dataPerMonthMB. With periodMs: 5000 instead of 1000 for 'm1' it would fit; 'periods' slows single quantities down.",
    )
    expect(play(createDataVolume({ ...cellular, dataPerMonthMB: 200 }), 3600, 5000)?.advice).toBeNull()
  })

  it('follows a change of the rate within the hour', () => {
    const volume = createDataVolume(cellular)
    play(volume, 3600)
    let last = null
    for (let second = 3601; second <= 7300; second += 1)
      last = volume.read({ monotonicMs: second * 1000, bytes: 3600 * 125, requests: 3600, devices: [] })
    expect(last?.bytesPerDay).toBe(0)
  })

  it('costs nothing on a serial line', () => {
    expect(
      createDataVolume({
        transport: 'serial',
        id: 'l',
        path: '/dev/x',
        baud: 9600,
        parity: 'none',
        stopBits: 1,
        localEcho: false,
      }).read({ monotonicMs: 0, bytes: 9, requests: 1, devices: [] }),
    ).toBeNull()
  })
})
