import { refusal } from '../../../shared/said/refusal.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import type { scanContract } from '../../../shared/api/scan-contract.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import type { ControlState } from '../../../shared/model/decision.ts'
import type { Site } from '../../../shared/site/site.ts'
import { addressOf, addressText } from '../acquisition/mbus/mbus-frames.ts'
import type { Journal } from '../journal.ts'
import type { Clock, Log } from '../ports.ts'
import type { SerialPortInfo, SiteEditor } from '../site-ports.ts'
import type { Scan } from './scan.ts'

export interface ScanHandlerParts {
  readonly site: Site
  readonly scan: Scan
  readonly siteEditor: Pick<SiteEditor, 'add'>
  readonly listSerialPorts: () => Promise<readonly SerialPortInfo[]>
  readonly reopen: (why: string) => void
  readonly control: () => ControlState
  readonly audit: (row: Omit<AuditRow, 'seq' | 'hash'>) => Promise<unknown>
  readonly journal: Pick<Journal, 'write'>
  readonly clock: Clock
  readonly log: Log
}

/** The answer must be with the screen before its connection ends. */
const reopenAfterMs = 300

export const createScanHandlers = (parts: ScanHandlerParts): Handlers<typeof scanContract> => {
  const { site, scan, clock } = parts
  const subject = { kind: 'site', id: site.id } as const
  const audit = (who: string, action: string, about: string, detail: Record<string, unknown>): void => {
    parts.audit({ atMs: clock.nowMs(), who, action, subject: about, detail }).catch((error: unknown) => {
      parts.log.error('an audit row could not be stored', { action, error: String(error) })
    })
  }
  let isChanging = false
  return {
    scan: (_input, push) => {
      push(scan.state())
      return scan.listen(push)
    },
    'scan.ports': async () =>
      (await parts.listSerialPorts()).map(({ path, description }) => ({
        path,
        description,
        lineId: site.lines.find((line) => 'path' in line && line.path === path)?.id ?? null,
      })),
    'scan.start': (input) => {
      const state = scan.start(input.request, input.who)
      audit(input.who, 'scan-started', site.id, { request: input.request })
      parts.journal.write('scan-started', 'info', subject, {
        who: input.who,
        total: state.total,
        counted: state.counted,
      })
      return state
    },
    'scan.cancel': () => scan.cancel(),
    'scan.resume': () => scan.resume(),
    'site.addMeter': async (input) => {
      const { mode, readOnly } = parts.control()
      if (readOnly !== null) throw refusal('read-only-site', { ...readOnly, cure: 'add' })
      if (mode === 'armed') throw refusal('armed-reopen', { act: 'meter' })
      if (isChanging) throw refusal('change-under-way', {})
      isChanging = true
      try {
        const { meter, line, circuitId } = input.addition
        const saved = await parts.siteEditor.add(input.addition)
        if (!saved.ok) throw refusal('site-file-not-written', saved)
        await parts.audit({
          atMs: clock.nowMs(),
          who: input.who,
          action: 'meter-added',
          subject: meter.id,
          detail: { meter, line, circuitId },
        })
        parts.journal.write('meter-added', 'info', subject, {
          who: input.who,
          meter: meter.name ?? meter.id,
          profile: meter.profile,
          where: meter.mbus === undefined ? `unit ${meter.unit}` : addressText(addressOf(meter.mbus)),
          line: meter.line,
          circuitId,
        })
        clock.after(reopenAfterMs, () => {
          parts.reopen(`the meter ${meter.name ?? meter.id} was added`)
        })
        return { meterId: meter.id }
      } finally {
        isChanging = false
      }
    },
  }
}
