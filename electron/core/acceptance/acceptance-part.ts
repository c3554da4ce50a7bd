import type { AcceptancePorts } from './acceptance-ports.ts'
import { compareRuns } from '../../../shared/acceptance/compare.ts'
import { planOf } from '../../../shared/acceptance/plan.ts'
import { tripUnitDifferences } from '../../../shared/acceptance/trip-unit.ts'
import { protocolNames } from '../../../shared/acceptance/protocol-file.ts'
import {
  runFormat,
  runVersion,
  summaryOf,
  type AcceptanceRun,
  type AcceptanceStep,
} from '../../../shared/acceptance/run.ts'
import {
  acceptancePhotoPurpose,
  protocolPurpose,
  type acceptanceContract,
} from '../../../shared/api/acceptance-contract.ts'
import { Refusal } from '../../../shared/api/define.ts'
import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import type { AcceptanceNews } from '../../../shared/said/control-events.ts'
import { createPhotoReceiver } from '../forensics/photo-receiver.ts'
import type { Part } from '../part.ts'
import type { FileOffer } from '../transfer/file-offer.ts'
import { createConductor } from './conductor.ts'
import { documentIn } from './document-in.ts'
import { createProtocolReceiver } from './protocol-receiver.ts'
import { createMaintenance, protectionOf } from './maintenance.ts'
import { createSealing } from './sealing.ts'
import { reactionsOf } from './reactions.ts'
import { createRunBook } from './run-book.ts'
import type { StepIntents } from './step-world.ts'

const mostPhotos = 10
const mediaTypes = {
  all: 'application/zip',
  pdf: 'application/pdf',
  html: 'text/html',
  json: 'application/json',
} as const

/** From the checked site to the one that is signed off: a plan, its steps, a protocol, and what changed since. */
export const createAcceptancePart = (ports: AcceptancePorts): Part<typeof acceptanceContract> => {
  const { site, clock, log, journal, runner, shelf, sockets } = ports
  const book = createRunBook(shelf, log)
  const photos = createPhotoReceiver()
  const protocols = createProtocolReceiver()
  ports.receivers.set(acceptancePhotoPurpose, photos.receiver)
  ports.receivers.set(protocolPurpose, protocols.receiver)
  const maintenance = createMaintenance({ ...ports, nowMs: clock.nowMs })
  const ofSite = { kind: 'site', id: site.id } as const
  const tell = (news: AcceptanceNews): void => {
    journal.write('acceptance', 'info', ofSite, news)
  }
  const nameOf = ({ kind, id }: AcceptanceStep['subject']): string => {
    const lists = { meter: site.meters, charger: site.chargers, circuit: site.circuits, line: site.lines, site: [] }
    return kind === 'site' ? site.name : (lists[kind].find((each) => each.id === id)?.name ?? id)
  }

  const intents = (who: string, reason: string): StepIntents => ({
    setOverride: (chargerId, limitA, ttlS) =>
      runner.intend('override.set', { intentId: ports.newId(), chargerId, limitA, ttlS, reason, who }),
    cancelOverride: (overrideId) =>
      runner.intend('override.cancel', { overrideId, who, reason: 'the step of the acceptance test is over' }),
    trial: (trial) => runner.intend('control.trial', { trial, who, reason }),
    setAlarmRules: (rules) => runner.intend('alarms.setRules', { rules }),
    acknowledge: (findingId, note) => ports.acknowledge({ findingId, who, note }),
    startSocketTest: (chargerId, repeats) => sockets.start({ chargerId, repeats, who, reason }),
    stopSocketTest: () => sockets.stop(who),
  })
  const conductor = createConductor({
    ...ports,
    book,
    nowMs: clock.nowMs,
    monotonicMs: clock.monotonicMs,
    socketTest: (chargerId): SocketTest | null => sockets.all().find((test) => test.chargerId === chargerId) ?? null,
    intents,
    arm: (who, reason) => runner.intend('control.arm', { who, reason }),
    disarm: (who, reason) => runner.intend('control.disarm', { who, reason }),
    tell,
  })

  const whyNotNow = (): void => {
    if (conductor.isRunning()) throw new Refusal('a step runs: pause the test first')
  }
  const offer = (fileName: string, mediaType: string, bytes: Uint8Array): { ticket: string; fileName: string } => {
    const file: FileOffer = {
      fileName,
      mediaType,
      content: async function* () {
        await Promise.resolve()
        yield bytes
      },
    }
    return { ticket: ports.transfers.offer(file), fileName }
  }
  const seal = createSealing({ ...ports, book, maintenance, nameOf })
  const finish = async ({ who, reason }: { who: string; reason: string }): Promise<AcceptanceRun> => {
    whyNotNow()
    const finished = await seal({ who, reason })
    tell({ act: 'finished', who, reason, steps: finished.steps.length })
    return finished
  }

  const partOf = async (bytes: Uint8Array, name: string): Promise<Uint8Array> => {
    // Every document lies in the file as it is; where is in its own local header (APPNOTE 4.3.7), whose sizes stand behind it.
    const file = await ports.host?.checkProtocol(bytes)
    if (file?.isSound !== true)
      throw new Refusal(
        `the kept protocol was changed: ${file?.notices.find(({ tone }) => tone === 'alarm')?.text ?? 'it cannot be read'}`,
      )
    const found = documentIn(bytes, name)
    if (found === null) throw new Refusal(`the protocol holds no ${name}`)
    return found
  }

  return {
    name: 'the acceptance test',
    health: () => book.problem(),
    start: () => {
      book
        .load()
        .catch((error: unknown) => log.error('the kept acceptance tests could not be read', { error: String(error) }))
    },
    stop: async (why) => {
      await conductor.close(why)
      await book.settled()
    },
    handlers: {
      'acceptance.state': (_input, push) => {
        const say = (): void =>
          push({
            run: book.current(),
            earlier: book.earlier().map(summaryOf),
            isArmedByRun: conductor.isArmedByRun(),
            problem: book.problem(),
          })
        say()
        return book.listen(say)
      },
      'acceptance.plan': ({ numbers }) => {
        const { steps, leftOut } = planOf({ ...ports, numbers })
        return { numbers, steps: [...steps], leftOut: [...leftOut] }
      },
      'acceptance.prepare': async ({ who, reason, numbers, stepIds }) => {
        if (book.current() !== null)
          throw new Refusal('an acceptance test is not finished yet: finish it or give it up first')
        const plan = planOf({ ...ports, numbers })
        const steps = stepIds === null ? plan.steps : plan.steps.filter(({ id }) => stepIds.includes(id))
        if (steps.length === 0) throw new Refusal('no step was chosen')
        const skipped = plan.steps
          .filter((step) => !steps.includes(step))
          .map(({ title }) => ({ title, why: `left out by ${who}` }))
        const run: AcceptanceRun = {
          format: runFormat,
          version: runVersion,
          id: ports.newId(),
          siteId: site.id,
          siteName: site.name,
          timezone: site.timezone,
          program: ports.version,
          state: 'prepared',
          says: null,
          who,
          reason,
          createdAtMs: clock.nowMs(),
          finishedAtMs: null,
          numbers,
          steps: [...steps],
          witnesses: [],
          leftOut: [...plan.leftOut, ...skipped],
          baseline: null,
        }
        tell({ act: 'prepared', who, reason, steps: steps.length })
        return summaryOf(await book.add(run))
      },
      'acceptance.run': async (input) => summaryOf(await conductor.run(input)),
      'acceptance.pause': async ({ who }) => {
        await conductor.pause(who)
        return summaryOf(book.need())
      },
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
        if (step === undefined) throw new Refusal(`there is no step ${stepId} in this test`)
        if (step.photos.length >= mostPhotos) throw new Refusal(`a step holds ${mostPhotos} photos`)
        const sent = photos.take(transferId)
        if (sent === null) throw new Refusal('that photo is not here any more: send it anew')
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
        if (photo === undefined || bytes === null) throw new Refusal('that photo is not kept here')
        return offer(photo.fileName, photo.mediaType, bytes)
      },
      'acceptance.judge': async ({ stepId, who, verdict, note }) => {
        whyNotNow()
        const step = book.need().steps.find(({ id }) => id === stepId)
        if (verdict === 'pass' && step?.kind === 'breaker') {
          if (step.photos.length === 0)
            throw new Refusal('attach a photo of the nameplate first: what nobody can look at later is no evidence')
          const { declared, read } =
            protectionOf(site, ports.live()).find((each) => each.circuitId === step.subject.id) ?? {}
          const differences = declared == null || read == null ? [] : tripUnitDifferences(declared, read)
          if (differences.length > 0)
            throw new Refusal(
              `its trip unit is set otherwise than declared (${differences.join('; ')}): correct one of the two first`,
            )
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
      'acceptance.witness': async ({ name, role }) =>
        summaryOf(
          await book.change((run) => ({ ...run, witnesses: [...run.witnesses, { name, role, atMs: clock.nowMs() }] })),
        ),
      'acceptance.finish': async (input) => summaryOf(await finish(input)),
      'acceptance.abandon': async ({ who, reason }) => {
        await conductor.pause(who)
        const { steps } = await book.change((run) => ({
          ...run,
          state: 'abandoned',
          says: `${who}: ${reason}`,
          finishedAtMs: clock.nowMs(),
        }))
        tell({ act: 'abandoned', who, reason, steps: steps.length })
        return {}
      },
      'acceptance.read': ({ runId }) => book.get(runId),
      'acceptance.protocol': async ({ runId, document }) => {
        const run = book.get(runId)
        const bytes = await shelf.protocol(runId)
        if (bytes === null)
          throw new Refusal('this run has no protocol here: it is not finished, or came from another computer')
        const day = new Date(run.finishedAtMs ?? run.createdAtMs).toISOString().slice(0, 10)
        const base = `acceptance-${site.id}-${day}`
        return document === 'all'
          ? offer(`${base}.zip`, mediaTypes.all, bytes)
          : offer(`${base}.${document}`, mediaTypes[document], await partOf(bytes, protocolNames[document]))
      },
      'acceptance.check': async ({ transferId }) => {
        const sent = protocols.take(transferId)
        if (sent === null) throw new Refusal('that file is not here any more: send it anew')
        if (ports.host === null) throw new Refusal('no protocol can be checked here')
        const { isSound, notices, run } = await ports.host.checkProtocol(sent.bytes)
        if (isSound && run !== null) book.addForeign(run)
        return { fileName: sent.fileName, isSound, notices: [...notices], run: run === null ? null : summaryOf(run) }
      },
      'acceptance.compare': ({ runId, earlierId }) => compareRuns(book.get(earlierId), book.get(runId), nameOf),
      'acceptance.reaction': () => ({ chargers: reactionsOf(site, ports.abilities, book.all(), ports.health()) }),
      'maintenance.look': () => maintenance.look(book.earlier()),
      'maintenance.note': async ({ who, duty }) => {
        const due = await maintenance.note(duty, who, book.earlier())
        await ports.audit({
          atMs: clock.nowMs(),
          who,
          action: 'maintenance-noted',
          subject: duty.subjectId,
          detail: { ...duty },
        })
        return { due }
      },
    },
  }
}
