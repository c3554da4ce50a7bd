import type { RegisterSpace } from '../../../shared/profile/register.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { SiteMeter } from '../../../shared/site/site.ts'
import type { BackgroundRead } from '../field/field-source.ts'
import type { AskGuard } from '../may-ask.ts'
import type { Clock } from '../ports.ts'
import type { ModbusRequest } from '../lines/modbus-line.ts'

/** `isRefused`: the device itself said no, which is an answer; otherwise nothing is known of it just now. */
export type Asked =
  | { readonly ok: true; readonly words: readonly number[]; readonly sentMs: number; readonly atMs: number }
  | { readonly ok: false; readonly why: string; readonly isRefused: boolean }

/** The way to one meter, in the gaps of the polling. Never rejects; one request at a time is the caller's affair. */
export interface MeterWay {
  readonly read: (address: number, count: number, space?: RegisterSpace) => Promise<Asked>
  readonly write: (address: number, words: readonly number[]) => Promise<Asked>
  readonly readFile: (file: number, record: number, count: number) => Promise<Asked>
}

/** A log may think longer than a measured value; background reads are bounded by the line itself all the same. */
const longestMs = 2000
/** What a reply's own bytes may take on a slow bus beyond what is known of the exchange, ms. */
const wireMs = 50

export const createMeterWay = (
  meter: Pick<SiteMeter, 'id' | 'line' | 'unit'>,
  profile: Pick<MeterProfile, 'space' | 'line'>,
  ports: { readonly clock: Clock; readonly background: BackgroundRead; readonly mayAsk: AskGuard['mayAsk'] },
): MeterWay => {
  const { clock } = ports
  const { timeoutMs, quietMs } = profile.line
  /** A read that may take so long hardly ever fits into a gap, and waits seconds for its turn: tried only where the usual time was not enough. */
  const patientMs = Math.max(timeoutMs, longestMs)
  let readDeadlineMs = timeoutMs
  const ask = async (request: ModbusRequest, deadlineMs: number): Promise<Asked> => {
    if (!ports.mayAsk(meter.id)) return { ok: false, why: 'it must be left alone just now', isRefused: false }
    const askedMs = clock.nowMs()
    const outcome = await ports.background(meter.line, request, { deadlineMs, quietMs })
    if (outcome === null) return { ok: false, why: 'its line carries no Modbus', isRefused: false }
    if (!outcome.ok && outcome.fault.kind === 'timeout') readDeadlineMs = patientMs
    if (!outcome.ok) return { ok: false, why: outcome.fault.message, isRefused: outcome.fault.kind === 'exception' }
    return {
      ok: true,
      words: outcome.words,
      sentMs: Math.max(askedMs, outcome.atMs - outcome.completeMs - wireMs),
      atMs: outcome.atMs,
    }
  }
  const { unit } = meter
  /** A lost or doubtful reply says nothing of the meter, and a read changes nothing there: it is asked once more. */
  const askTwice = async (request: ModbusRequest): Promise<Asked> => {
    const first = await ask(request, readDeadlineMs)
    return first.ok || first.isRefused ? first : ask(request, patientMs)
  }
  return {
    read: (address, count, space = profile.space) =>
      askTwice({ unit, functionCode: space === 'input' ? 4 : 3, address, count }),
    write: (address, words) => ask({ unit, functionCode: 16, address, words }, patientMs),
    readFile: (file, record, count) => askTwice({ unit, functionCode: 20, file, address: record, count }),
  }
}
