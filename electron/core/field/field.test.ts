import { describe, expect, it } from 'vitest'
import type { Observation } from '../../../shared/model/observation.ts'
import { goodSample } from '../../../shared/model/sample.ts'
import { createKnown } from '../site/known.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { chargerProfile, fakeSite, meterProfile } from '../test-support/fake-site.ts'
import { siteAbilities } from '../../../shared/charger/abilities-of.ts'
import { createField } from './field.ts'
import type { FieldPorts, FieldSource } from './field-source.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** A source of another kind: values that somebody reads aloud, once a second. All there is to it is here. */
const createReadAloud = ({ clock, onObservation }: FieldPorts): FieldSource => {
  let stopTimer = () => undefined as void
  const read = (): void => {
    const atMs = clock.nowMs()
    onObservation({
      kind: 'meter-samples',
      meterId: 'm1',
      atMs,
      periodMs: 1000,
      samples: { i_l1: goodSample(12.5, atMs) },
    })
    stopTimer = clock.after(1000, read)
  }
  return {
    start: read,
    stop: async () => stopTimer(),
    lineHealth: () => ({}),
    deviceHealth: () => ({}),
  }
}

const open = (kinds: Parameters<typeof createField>[1]) => {
  const clock = createFakeClock()
  const site = fakeSite(1000)
  const chargerProfiles = new Map([[chargerProfile.id, chargerProfile]])
  const profiles = { meterProfiles: new Map([[meterProfile.id, meterProfile]]), chargerProfiles }
  const abilities = siteAbilities(site, chargerProfiles)
  const known = createKnown({ site, ...profiles, abilities, mbusProfiles: new Map() })
  const seen: Observation[] = []
  const field = createField(
    {
      site,
      ...profiles,
      lines: new Map(),
      clock,
      log: quiet,
      mayAsk: () => true,
      onObservation: (observation) => {
        seen.push(observation)
        known.note(observation)
      },
    },
    kinds,
  )
  return { clock, field, known, seen }
}

describe('the field', () => {
  it('takes a source of another kind by one line in its list', async () => {
    const { clock, field, known, seen } = open([createReadAloud])
    field.start()
    await clock.advance(3500)
    expect(seen).toHaveLength(4)
    expect(known.meters(clock.nowMs())['m1']?.samples['i_l1']).toMatchObject({ value: 12.5, quality: 'good' })
    await field.stop()
    await clock.advance(5000)
    expect(seen).toHaveLength(4)
    expect(known.meters(clock.nowMs())['m1']?.samples['i_l1']).toMatchObject({ value: null, quality: 'stale' })
  })

  it('asks each source in turn for a read beside the polling', async () => {
    const answered = { ok: true, words: [7], atMs: 1, turnaroundMs: 1, completeMs: 1 } as const
    const source = (lineId: string) => (): FieldSource => ({
      start: () => undefined,
      stop: async () => undefined,
      lineHealth: () => ({ [lineId]: {} as never }),
      deviceHealth: () => ({}),
      background: (wanted) => (wanted === lineId ? Promise.resolve(answered) : null),
    })
    const { field } = open([createReadAloud, source('a'), source('b')])
    const request = { unit: 1, functionCode: 3, address: 0, count: 1 } as const
    expect(await field.background('b', request, { deadlineMs: 100 })).toEqual(answered)
    expect(field.background('c', request, { deadlineMs: 100 })).toBeNull()
    expect(Object.keys(field.lineHealth())).toEqual(['a', 'b'])
  })
})
