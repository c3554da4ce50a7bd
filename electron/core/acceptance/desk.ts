import type { AcceptanceStep } from '../../../shared/acceptance/run.ts'
import {
  acceptancePhotoPurpose,
  protocolPurpose,
  type acceptanceContract,
} from '../../../shared/api/acceptance-contract.ts'
import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import type { AcceptanceNews } from '../../../shared/said/control-events.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import { createPhotoReceiver } from '../forensics/photo-receiver.ts'
import type { FileOffer } from '../transfer/file-offer.ts'
import type { AcceptancePorts } from './acceptance-ports.ts'
import { createConductor } from './conductor.ts'
import { createMaintenance } from './maintenance.ts'
import { createProtocolReceiver } from './protocol-receiver.ts'
import { createRunBook } from './run-book.ts'
import { createSealing } from './sealing.ts'
import type { StepIntents } from './step-world.ts'

/** The handlers of these methods alone: each file has its own few. */
export type SomeHandlers<Names extends keyof typeof acceptanceContract> = Pick<
  Handlers<typeof acceptanceContract>,
  Names
>

/** What a step has the load control and the alarms do, in the name of a person. */
const intentsOf =
  ({ runner, newId, acknowledge, sockets }: AcceptancePorts) =>
  (who: string, reason: string): StepIntents => ({
    setOverride: (chargerId, limitA, ttlS) =>
      runner.intend('override.set', { intentId: newId(), chargerId, limitA, ttlS, reason, who }),
    cancelOverride: (overrideId) =>
      runner.intend('override.cancel', { overrideId, who, reason: 'the step of the acceptance test is over' }),
    trial: (trial) => runner.intend('control.trial', { trial, who, reason }),
    setAlarmRules: (rules) => runner.intend('alarms.setRules', { rules }),
    acknowledge: (findingId, note) => acknowledge({ findingId, who, note }),
    startSocketTest: (chargerId, repeats) => sockets.start({ chargerId, repeats, who, reason }),
    stopSocketTest: () => sockets.stop(who),
  })

/** What the handlers of this part share: the runs, who conducts them, what was sent for them, and how they are told. */
export const createDesk = (ports: AcceptancePorts) => {
  const { site, clock, log, journal, runner, shelf, sockets } = ports
  const book = createRunBook(shelf, log)
  const photos = createPhotoReceiver()
  const protocols = createProtocolReceiver()
  ports.receivers.set(acceptancePhotoPurpose, photos.receiver)
  ports.receivers.set(protocolPurpose, protocols.receiver)
  const maintenance = createMaintenance({ ...ports, nowMs: clock.nowMs })
  const tell = (news: AcceptanceNews): void => {
    journal.write('acceptance', 'info', { kind: 'site', id: site.id }, news)
  }
  const nameOf = ({ kind, id }: AcceptanceStep['subject']): string => {
    const lists = { meter: site.meters, charger: site.chargers, circuit: site.circuits, line: site.lines, site: [] }
    return kind === 'site' ? site.name : (lists[kind].find((each) => each.id === id)?.name ?? id)
  }
  const conductor = createConductor({
    ...ports,
    book,
    nowMs: clock.nowMs,
    monotonicMs: clock.monotonicMs,
    socketTest: (chargerId): SocketTest | null => sockets.all().find((test) => test.chargerId === chargerId) ?? null,
    intents: intentsOf(ports),
    arm: (who, reason) => runner.intend('control.arm', { who, reason }),
    disarm: (who, reason) => runner.intend('control.disarm', { who, reason }),
    tell,
  })
  return {
    book,
    photos,
    protocols,
    maintenance,
    tell,
    nameOf,
    conductor,
    seal: createSealing({ ...ports, book, maintenance, nameOf }),
    whyNotNow: (): void => {
      if (conductor.isRunning()) throw refusal('step-runs', {})
    },
    /** A ticket for bytes that are all there. */
    offer: (fileName: string, mediaType: string, bytes: Uint8Array): { ticket: string; fileName: string } => {
      const file: FileOffer = {
        fileName,
        mediaType,
        content: async function* () {
          await Promise.resolve()
          yield bytes
        },
      }
      return { ticket: ports.transfers.offer(file), fileName }
    },
  }
}
export type Desk = ReturnType<typeof createDesk>
