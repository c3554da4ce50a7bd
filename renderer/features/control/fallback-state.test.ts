import { describe, expect, it } from 'vitest'
import type { Live } from '../../../shared/api/live-contract.ts'
import { saidFallback, unfitFallback, wantedText, writtenText } from './fallback-state.ts'

const sample = (value: number | null) => ({ value })
const live = (samples: object, findings: readonly object[] = []) =>
  ({ image: { chargers: { cp1: { samples } } }, findings }) as unknown as Live
const finding = {
  detector: 'own-fallback',
  state: 'active',
  subject: { kind: 'charger', id: 'cp1' },
  message: 'it falls to 32 A',
}

describe('the fallback in a charger', () => {
  it('is offered to be written only where the finding about this very charger stands', () => {
    expect(unfitFallback(live({}, [finding]), 'cp1')).toBe('it falls to 32 A')
    for (const change of [
      { state: 'cleared' },
      { detector: 'meter-silent' },
      { subject: { kind: 'circuit', id: 'cp1' } },
      { subject: { kind: 'charger', id: 'cp2' } },
    ])
      expect(unfitFallback(live({}, [{ ...finding, ...change }]), 'cp1')).toBeNull()
    expect(unfitFallback(null, 'cp1')).toBeNull()
  })
  it('is said with its numbers, and what is not known is no number', () => {
    expect(saidFallback(live({ fallback_limit: sample(32), watchdog_timeout: sample(600) }), 'cp1')).toBe(
      '32.0 A after 600 s',
    )
    expect(saidFallback(live({ watchdog_timeout: sample(null) }), 'cp1')).toBe(
      'a current not known after a time not known',
    )
    expect(wantedText({ limitA: 6, timeoutS: 60, source: '' })).toBe('6.0 A after 60 s')
    expect(wantedText({ limitA: 6, timeoutS: null, source: '' })).toBe('6.0 A')
  })
  it('is done only when what was read back fits', () => {
    const answer = { chargerId: 'cp1', fallbackA: 6, timeoutS: 60, isProtected: true, why: null }
    expect(writtenText(answer)).toMatch(/^Written and read back: it falls to 6.0 A after 60 s/)
    expect(writtenText({ ...answer, fallbackA: 32, isProtected: false, why: 'it falls to 32 A' })).toMatch(
      /^Written, but what was read back does not fit: 32.0 A/,
    )
    expect(writtenText({ ...answer, fallbackA: null, timeoutS: null, isProtected: false, why: 'no answer' })).toBe(
      'Nothing was read back that shows it: no answer.',
    )
  })
})
