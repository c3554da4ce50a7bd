import { describe, expect, it } from 'vitest'
import type { WaveCapture, WaveSourceState } from '../../../shared/api/waves-contract.ts'
import { captureClockText, keptText, rateDoubt, sourceFacts, waitingWords } from './wave-words.ts'

const source: WaveSourceState = {
  id: 'scope',
  name: 'Scope',
  where: '10.0.0.9:7110',
  circuitId: 'main',
  meterId: null,
  state: 'connected',
  problem: null,
  reconnects: 0,
  lastFrameMs: null,
  device: 'Converter 8',
  rateHz: 10_000,
  channels: [],
  frames: 0,
  samples: 0,
  lostFrames: 0,
  lostSamples: 0,
  crcErrors: 0,
  badBytes: 0,
  refused: 0,
  refusedWhy: null,
  notAnalysed: 0,
  clockSteps: 0,
  ratePpm: null,
  samplesPerS: null,
  stampAgainstClockMs: null,
  captureLevel: null,
  captureFinding: null,
}
const capture: WaveCapture = {
  captureId: 'c',
  source: 'scope',
  cause: { kind: 'by-hand' },
  atMs: 0,
  fromMs: 0,
  toMs: 1,
  samples: 1,
  bytes: 1,
  isWhole: true,
}

describe('what is said of a front end', () => {
  it('a rate that its time stamps deny is said with how wrong it makes what is read off', () => {
    expect(rateDoubt(source)).toBeNull()
    expect(rateDoubt({ ...source, ratePpm: 120 })).toBeNull()
    expect(rateDoubt({ ...source, ratePpm: -20_000 })).toContain(
      'say 9800.0: times and frequencies read off here are wrong by 2.00 %',
    )
    expect(sourceFacts({ ...source, clockSteps: 2 }).join()).toContain('stepped 2 times')
  })

  it('an empty scope says what it waits for', () => {
    expect(waitingWords(source)).toContain('has sent no samples so far')
    expect(waitingWords({ ...source, lastFrameMs: 1 })).toContain('come')
    expect(waitingWords({ ...source, state: 'connecting' })).toContain('is being made')
  })
})

describe('what is said of a capture', () => {
  it('its clock is told as corrected, as it came, or as not compared', () => {
    expect(captureClockText(capture)).toBe('not compared')
    const clock = { aheadMs: -4200, uncertaintyMs: 80, isCorrected: true }
    expect(captureClockText({ ...capture, clock })).toBe('was 4.2 s behind, corrected; ±80 ms')
    expect(captureClockText({ ...capture, clock: { aheadMs: 12, uncertaintyMs: null, isCorrected: false } })).toBe(
      '12 ms ahead as it came, delay included',
    )
  })

  it('where they are kept, how many, and what made room', () => {
    const kept = {
      bounds: { count: 200, bytes: 128 << 20 },
      count: 1,
      bytes: 1_000_000,
      dropped: 3,
      on: 'disk',
      problem: null,
    } as const
    expect(keptText(kept)).toMatch(
      /beside the site, also when the program ends: 1 capture, .*the newest 200 or .*3 captures made room/,
    )
    expect(keptText({ ...kept, on: 'memory', dropped: 0 })).toMatch(/^Kept in memory until the program ends\./)
  })
})
