import { summaryOf } from '../../../shared/acceptance/run.ts'
import { tripUnitDifferences } from '../../../shared/acceptance/trip-unit.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { AcceptancePorts } from './acceptance-ports.ts'
import type { Desk, SomeHandlers } from './desk.ts'
import { protectionOf } from './maintenance.ts'

const mostPhotos = 10

/** What a person adds to a step: a remark, a photo, a judgement. */
export const stepHandlers = (
  ports: AcceptancePorts,
  desk: Desk,
): SomeHandlers<'acceptance.remark' | 'acceptance.attachPhoto' | 'acceptance.photo' | 'acceptance.judge'> => {
  const { site, clock, shelf } = ports
  const { book, photos, offer, whyNotNow } = desk
  return {
    'acceptance.remark': async ({ stepId, who, text }) =>
      summaryOf(
        await book.changeStep(stepId, (step) => ({
          ...step,
          remarks: [...step.remarks, { atMs: clock.nowMs(), who, text }],
        })),
      ),
    'acceptance.attachPhoto': async ({ stepId, transferId, who }) => {
      const run = book.need()
      const step = run.steps.find(({ id }) => id === stepId)
      if (step === undefined) throw refusal('no-step', { stepId })
      if (step.photos.length >= mostPhotos) throw refusal('photos-full', { holder: 'a step', most: mostPhotos })
      const sent = photos.take(transferId)
      if (sent === null) throw refusal('photo-not-here', {})
      const id = ports.newId()
      await shelf.keepPhoto(run.id, id, sent.bytes)
      const { bytes, ...facts } = sent
      const photo = { ...facts, id, bytes: bytes.length, atMs: clock.nowMs(), who }
      return summaryOf(await book.changeStep(stepId, (now) => ({ ...now, photos: [...now.photos, photo] })))
    },
    'acceptance.photo': async ({ runId, photoId }) => {
      const photo = book
        .get(runId)
        .steps.flatMap((step) => step.photos)
        .find(({ id }) => id === photoId)
      const bytes = photo === undefined ? null : await shelf.photo(runId, photoId)
      if (photo === undefined || bytes === null) throw refusal('step-photo-not-kept', {})
      return offer(photo.fileName, photo.mediaType, bytes)
    },
    'acceptance.judge': async ({ stepId, who, verdict, note }) => {
      whyNotNow()
      const step = book.need().steps.find(({ id }) => id === stepId)
      if (verdict === 'pass' && step?.kind === 'breaker') {
        if (step.photos.length === 0) throw refusal('nameplate-not-seen', {})
        const { declared, read } =
          protectionOf(site, ports.live()).find((each) => each.circuitId === step.subject.id) ?? {}
        const differences = declared == null || read == null ? [] : tripUnitDifferences(declared, read)
        if (differences.length > 0) throw refusal('trip-unit-differs', { differences })
      }
      const atMs = clock.nowMs()
      const judged = await book.changeStep(stepId, (now) => ({
        ...now,
        state: verdict,
        says: `${who}: ${note}`,
        who,
        startedAtMs: now.startedAtMs ?? atMs,
        endedAtMs: verdict === 'open' ? null : atMs,
        remarks: [...now.remarks, { atMs, who, text: `judged ${verdict}: ${note}` }],
      }))
      await ports.audit({ atMs, who, action: 'acceptance-judged', subject: stepId, detail: { verdict, note } })
      return summaryOf(judged)
    },
  }
}
