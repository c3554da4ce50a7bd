import type { Caller, Handlers } from '../../../shared/api/define.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { wavesContract } from '../../../shared/api/waves-contract.ts'
import type { CaptureSummary } from '../../../shared/wave/wave-observation.ts'
import type { MeterCaptures } from '../meter-records/meter-captures.ts'
import { valueOf, type WaveDesk } from './wave-desk.ts'

type CaptureMethod = 'waves.captures' | 'waves.capture' | 'waves.captureNow'

/** Of a capture, what crosses at once. */
const pieceBytes = 1 << 18

/** A meter has no trigger by hand over its bus: its logs are read for what it captured. */
const readMeter = async (captures: MeterCaptures, sourceId: string, caller: Caller): Promise<string> => {
  if (caller.role !== 'operator') throw refusal('operators-only', { what: 'read the logs of a meter' })
  const { ids, notes } = await captures.take(sourceId)
  const newest = ids.at(-1)
  if (newest === undefined) throw refusal('no-capture-taken', { why: notes.at(-1) ?? null })
  return newest
}

/** What is kept, and what the thread holds that is not kept yet. */
const sampledCaptures = async ({ opened, shelf }: WaveDesk, source: string): Promise<CaptureSummary[]> => {
  const kept = shelf.list(source)
  const held = await opened().captures(source)
  // The thread may just not be there: what is kept is known all the same.
  const fresh = held.ok ? held.value.filter(({ captureId }) => !kept.some((each) => each.captureId === captureId)) : []
  return [...kept, ...fresh].sort((one, other) => one.atMs - other.atMs)
}

const sampledBytes = async ({ opened, shelf }: WaveDesk, source: string, captureId: string) => {
  const kept = await shelf.bytesOf(source, captureId)
  return kept ?? valueOf(await opened().captureBytes(source, captureId))
}

export const captureHandlers = (desk: WaveDesk): Pick<Handlers<typeof wavesContract>, CaptureMethod> => ({
  'waves.captures': async ({ sourceId }) => {
    const { captureMeter, known } = desk
    const meter = captureMeter(sourceId)
    return meter === null ? sampledCaptures(desk, known(sourceId)) : [...meter.list(sourceId)]
  },
  'waves.capture': async function* ({ sourceId, captureId }) {
    const { captureMeter, known } = desk
    const meter = captureMeter(sourceId)
    const bytes =
      meter === null ? await sampledBytes(desk, known(sourceId), captureId) : await meter.bytesOf(sourceId, captureId)
    if (bytes === null) throw refusal('capture-gone', {})
    for (let at = 0; at < bytes.length; at += pieceBytes)
      yield { at, total: bytes.length, bytes: bytes.slice(at, at + pieceBytes) }
  },
  'waves.captureNow': async ({ sourceId }, caller) => {
    const { captureMeter, known, opened } = desk
    const meter = captureMeter(sourceId)
    if (meter !== null) return { captureId: await readMeter(meter, sourceId, caller) }
    const captureId = valueOf(await opened().captureNow(known(sourceId), { kind: 'by-hand' }))
    if (captureId === null) throw refusal('nothing-to-capture', {})
    return { captureId }
  },
})
