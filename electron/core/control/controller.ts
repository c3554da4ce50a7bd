import { Refusal } from '../../../shared/api/define.ts'
import type { ControlState, Decision, Override, Write } from '../../../shared/model/decision.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import type { Subject } from '../../../shared/model/finding.ts'
import type { Image } from '../../../shared/model/image.ts'
import { feedOf } from '../../../shared/profile/feeding.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { Site } from '../../../shared/site/site.ts'
import { createCommandLog } from '../api/command-log.ts'
import type { ChargerLink, Clock, Log, NewId, Stop } from '../ports.ts'
import { silenceNeededMs } from '../last-session.ts'
import { createArming, type Ending, type Person } from './arming.ts'
import { createDecider } from './decide.ts'
import { createDevices, type Device } from './devices.ts'
import { createFeeding } from './feeding.ts'
import { createOverrides, type OverrideInput } from './overrides.ts'
import { decisionValidMs, farewellMs, freshMs } from './timing.ts'
import { createWriters } from './writer/writers.ts'

export interface ControlRecord {
  decision(decision: Decision): void
  write(write: Write): void
  event(
    kind: string,
    severity: SiteEvent['severity'],
    subject: Subject | null,
    message: string,
    data: Record<string, unknown> | null,
  ): void
  audit(row: { who: string; action: string; subject: string; detail: Record<string, unknown> }): void | Promise<void>
}

export interface ControllerParts {
  readonly site: Site
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  readonly clock: Clock
  readonly log: Log
  readonly newId: NewId
  /** By charger id. A charger without a link is decided for, but never written to. */
  readonly links: ReadonlyMap<string, ChargerLink>
  /** Control may not be armed here, and why. */
  readonly readOnly: { readonly why: string } | null
  /** false: not armed, this charger must not be read, because reading it would keep alive a limit of an earlier session. */
  readonly mayWatch: (chargerId: string) => boolean
  readonly record: ControlRecord
}

interface Intent extends Person {
  readonly intentId?: string
}

export interface Controller {
  /**
   * One cycle on one frozen image. Throws only on a bug; then nothing is written, so heartbeats stop and the chargers' own
   * watchdogs take over.
   */
  readonly step: (image: Image, trigger: Decision['trigger']) => Decision
  readonly state: () => ControlState
  /** Rejects with a Refusal when the site is read-only or the audit row cannot be stored. */
  readonly arm: (input: Intent) => Promise<ControlState>
  /** Ends every override and brings the chargers to their fallback, in 3 s at most. */
  readonly disarm: (input: Intent) => Promise<ControlState>
  /** An override that cannot be is answered with state `refused` and why. */
  readonly setOverride: (input: OverrideInput) => Promise<Override>
  readonly cancelOverride: (input: Intent & { readonly overrideId: string }) => Promise<Override>
  /** false: polling this charger would feed its watchdog although no valid decision stands behind it. */
  readonly mayPoll: (chargerId: string) => boolean
  /** When armed, like disarm; after it nothing is ever written again. */
  readonly shutdown: (why: string) => Promise<void>
}

/** Watches by default: decisions are made and explained, and nothing is written until a person arms it. */
export const createController = (parts: ControllerParts): Controller => {
  const { site, clock, log, newId, record, readOnly } = parts
  const devices = createDevices(site, parts.chargerProfiles)
  const byId = new Map(devices.map((device) => [device.id, device]))
  const decider = createDecider(site, devices, clock)
  const once = createCommandLog()
  let decision: Decision | null = null
  let decidedAtMs = -Infinity
  let latestImage: Image | null = null
  let seq = 0
  let blindNotes = ''
  const toldUnwired = new Set<string>()
  /** Chargers a farewell did not reach, until when (monotonic) they are left alone so that their own watchdog fires. */
  const leftAloneUntilMs = new Map<string, number>()

  /** An audit row that cannot be stored is reported, not fatal: only arming waits for it. */
  const audit = async (
    who: string,
    action: string,
    subject: string,
    detail: Record<string, unknown>,
  ): Promise<void> => {
    await record.audit({ who, action, subject, detail })
  }
  const auditLater = (who: string, action: string, subject: string, detail: Record<string, unknown>): void => {
    audit(who, action, subject, detail).catch((error: unknown) => {
      log.error('an audit row could not be stored', { action, subject, error: String(error) })
    })
  }

  const overrides = createOverrides(clock, newId, byId, (override, who) => {
    auditLater(who, `override-${override.state}`, override.chargerId, { ...override })
    const severity = override.state === 'failed' || override.state === 'refused' ? 'warning' : 'info'
    const name = byId.get(override.chargerId)?.name ?? override.chargerId
    const why = override.why === null ? '' : `: ${override.why}`
    record.event(
      `override-${override.state}`,
      severity,
      { kind: 'charger', id: override.chargerId },
      `${name}: override at ${override.limitA} A by ${override.who} is ${override.state}${why}`,
      { ...override },
    )
  })

  const feeding = createFeeding(
    site,
    devices,
    clock,
    (id) => writers.conduct(id),
    (device, kind, message) => {
      const data = { circuit: device.site.circuit }
      auditLater('tripscope', kind, device.id, { message })
      const subject = { kind: 'charger', id: device.id } as const
      record.event(
        kind,
        kind === 'watchdog-fed-again' ? 'warning' : 'critical',
        subject,
        `${device.name} ${message}`,
        data,
      )
    },
  )

  const writers = createWriters({
    devices,
    links: parts.links,
    clock,
    newId,
    onWrite: (write) => {
      record.write(write)
      overrides.follow(write)
    },
    onProblem: (chargerId, kind, message) => {
      const name = byId.get(chargerId)?.name ?? chargerId
      record.event(
        kind,
        kind === 'charger-obeys' ? 'info' : 'warning',
        { kind: 'charger', id: chargerId },
        `${name} ${message}`,
        null,
      )
    },
  })

  const isArmed = (): boolean => arming.armed() !== null

  const state = (): ControlState => ({
    mode: isArmed() ? 'armed' : 'monitoring',
    readOnly: readOnly === null ? null : { ...readOnly },
    armed: arming.armed(),
    decision,
    overrides: [...overrides.list()],
    writes: writers.latest(),
  })

  const step = (image: Image, trigger: Decision['trigger']): Decision => {
    latestImage = image
    overrides.expire()
    const outcome = decider.decide(image, isArmed(), (id) => {
      const running = overrides.running(id)
      return {
        trouble: isArmed() ? writers.trouble(id) : null,
        override: running === null ? null : { limitA: running.limitA },
        feeding: isArmed() ? feeding.why(id) : null,
        heldA: isArmed() ? writers.held(id, image.chargers[id]?.samples['limit']?.value ?? null) : null,
      }
    })
    seq += 1
    const next: Decision = {
      id: newId(),
      seq,
      atMs: clock.nowMs(),
      trigger,
      mode: isArmed() ? 'armed' : 'monitoring',
      imageAtMs: image.atMs,
      ...outcome,
    }
    decision = next
    decidedAtMs = clock.monotonicMs()
    if (isArmed() && !arming.isClosed()) {
      feeding.step(image, decider.standings())
      write(next, image)
    }
    record.decision(next)
    tellFallback(next)
    tellUnwired()
    return next
  }

  const write = (next: Decision, image: Image): void => {
    for (const device of devices) {
      const limit = image.chargers[device.id]?.samples['limit']
      if (limit?.value != null && limit.atMs !== null) writers.observe(device.id, limit.value, limit.atMs)
    }
    for (const [id, charger] of Object.entries(next.chargers)) {
      const reason = charger.state === 'override' || charger.state === 'fallback' ? charger.state : 'decision'
      writers.offer(id, { limitA: charger.targetA, reason, decisionId: next.id }, feeding.isQuiet(id))
    }
    for (const [id, charger] of Object.entries(next.chargers)) {
      const running = overrides.running(id)
      if (running === null) continue
      const clamp =
        charger.targetA < running.limitA ? (charger.boundBy.find((bound) => bound.kind !== 'override') ?? null) : null
      overrides.decided(id, charger.targetA, clamp)
      overrides.follow(writers.of(id))
    }
  }

  const tellFallback = (next: Decision): void => {
    const notes = next.notes.filter((note) => note.endsWith('at their fallback'))
    // The age in the sentence moves every cycle: one row when the set of chargers changes, not one a second.
    const causes = Object.entries(next.chargers)
      .filter(([, charger]) => charger.state === 'fallback')
      .map(([id]) => id)
      .join(', ')
    if (causes === blindNotes) return
    blindNotes = causes
    if (next.mode === 'monitoring') return
    if (causes === '')
      record.event(
        'fallback-ended',
        'info',
        { kind: 'site', id: site.id },
        'every charger is under control again',
        null,
      )
    else
      record.event(
        'fallback',
        'critical',
        { kind: 'site', id: site.id },
        [...notes, ...next.notes.filter((note) => !notes.includes(note))].join('; '),
        { chargers: causes },
      )
  }

  const tellUnwired = (): void => {
    for (const [id, missing] of decider.unwired()) {
      const device = byId.get(id)
      if (device === undefined || toldUnwired.has(id)) continue
      toldUnwired.add(id)
      const wired = device.phases.filter((phase) => !missing.includes(phase))
      record.event(
        'charger-phases',
        'warning',
        { kind: 'charger', id },
        `${device.name} is declared on ${device.phases.join(', ')}, but says it has no ${missing.join(', ')}: ` +
          `counted on ${wired.join(', ')} only; correct its phases in the site file to [${wired.join(', ')}]`,
        { declared: [...device.phases], missing: [...missing] },
      )
    }
  }

  /** A person's act is decided on at once when the last image is still fresh; else with the next cycle. */
  const stepNow = (trigger: Decision['trigger']): void => {
    if (latestImage !== null && clock.nowMs() - latestImage.atMs <= freshMs) step(latestImage, trigger)
  }

  /** The last word to a charger left alone would feed it for its watchdog's time once more, at what it draws now. */
  const isLeftAlone = ({ id, profile }: Device): boolean => feeding.isQuiet(id) && feedOf(profile) !== 'heartbeat'

  const release = async (reason: 'shutdown' | 'disarm'): Promise<void> => {
    const spoken = devices.filter((device) => !isLeftAlone(device))
    const untilMs = clock.monotonicMs() + farewellMs
    let stop: Stop = () => undefined
    const bound = new Promise<void>((resolve) => {
      stop = clock.after(farewellMs, resolve)
    })
    await Promise.race([
      Promise.all(
        spoken.map((device) =>
          writers.farewell(device.id, { limitA: decider.leftAtA(device), reason, decisionId: null }, untilMs),
        ),
      ),
      bound,
    ])
    stop()
  }

  const sayFarewell = async ({ who, reason }: Person, how: Ending): Promise<void> => {
    overrides.cancelAll(
      how === 'disarm' ? `control was disarmed by ${who}: ${reason}` : `control ended: ${reason}`,
      who,
    )
    await release(how)
    const open = devices.filter(
      (device) => parts.links.has(device.id) && (feeding.isQuiet(device.id) || !writers.confirmed(device.id)),
    )
    for (const device of open) {
      const neededMs = silenceNeededMs(device.profile)
      if (neededMs !== null) leftAloneUntilMs.set(device.id, clock.monotonicMs() + neededMs)
    }
    // Only now: of a program that ends before this, the next start must take the chargers for still armed.
    auditLater(who, how, site.id, {
      reason,
      ...(open.length === 0 ? {} : { notAtFallback: open.map((device) => device.id) }),
    })
    const alone = open.filter((device) => leftAloneUntilMs.has(device.id))
    const after =
      open.length === 0
        ? 'every charger is at its fallback'
        : `not confirmed at their fallback: ${open.map((device) => device.name).join(', ')}; check them on site${alone.length === 0 ? '' : `; ${alone.map((device) => device.name).join(', ')} not read until the own watchdog has fired`}`
    record.event(
      how === 'disarm' ? 'disarmed' : 'control-ended',
      open.length === 0 ? 'info' : 'critical',
      { kind: 'site', id: site.id },
      `Control ended by ${who} (${reason}): ${after}`,
      { reason, open: open.map((device) => device.id) },
    )
  }

  const arming = createArming({
    readOnly,
    nowMs: clock.nowMs,
    auditArm: ({ who, reason }) => audit(who, 'arm', site.id, { reason }),
    takeOver: () => {
      if (latestImage !== null) decider.takeOver(latestImage)
    },
    armed: ({ who, reason }) => {
      writers.reopen()
      leftAloneUntilMs.clear()
      feeding.reset()
      record.event('armed', 'warning', { kind: 'site', id: site.id }, `Control armed by ${who}: ${reason}`, {
        who,
        reason,
      })
      stepNow('arm')
    },
    farewell: sayFarewell,
    calledOff: ({ who, reason }, how) => {
      // Behind the row of the arm: the next start must not take this for a program that ended while armed.
      auditLater(who, how, site.id, { reason })
      record.event(
        how === 'disarm' ? 'disarmed' : 'control-ended',
        'info',
        { kind: 'site', id: site.id },
        `${who} called off arming control before it began (${reason}): nothing was written to a charger`,
        { reason },
      )
    },
  })

  /** An intent that was sent twice is carried out once; its id counts for one method and one person only. */
  const within = <T>(method: string, { intentId, who }: Intent, act: () => Promise<T>): Promise<T> =>
    intentId === undefined ? act() : once({ method, who, intentId }, act)

  return {
    step,
    state,
    arm: async (intent) => {
      const ticket = arming.ticket()
      await within('control.arm', intent, () => arming.arm({ who: intent.who, reason: intent.reason }, ticket))
      return state()
    },
    // Never answered from memory: a disarm that was swallowed as a repeat would leave control armed.
    disarm: async ({ who, reason }) => {
      await arming.disarm({ who, reason })
      return state()
    },
    setOverride: (input) =>
      within('override.set', input, async () => {
        const why = arming.isClosed()
          ? 'control has ended: the application is closing'
          : !isArmed()
            ? 'control is not armed: this site is only watched; arm it first, then set the override'
            : null
        const made = overrides.set(input, why)
        if (made.state !== 'refused') stepNow('override')
        return overrides.list().find((item) => item.id === made.id) ?? made
      }),
    cancelOverride: ({ intentId, overrideId, who, reason }) =>
      within('override.cancel', { who, reason, ...(intentId === undefined ? {} : { intentId }) }, async () => {
        const ended = overrides.cancel(overrideId, who, reason)
        if (ended === null) throw new Refusal(`there is no override ${overrideId}; it may have ended long ago`)
        stepNow('override')
        return ended
      }),
    mayPoll: (chargerId) => {
      if (byId.get(chargerId)?.profile.watchdog.kind !== 'poll') return true
      if (isArmed()) return !feeding.isQuiet(chargerId) && clock.monotonicMs() - decidedAtMs <= decisionValidMs
      return parts.mayWatch(chargerId) && clock.monotonicMs() >= (leftAloneUntilMs.get(chargerId) ?? -Infinity)
    },
    shutdown: arming.shutdown,
  }
}
