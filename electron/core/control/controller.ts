import { Refusal } from '../../../shared/api/define.ts'
import type { ControlState, Decision, Override, Write } from '../../../shared/model/decision.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import type { Subject } from '../../../shared/model/finding.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { Site } from '../../../shared/site/site.ts'
import { createCommandLog } from '../api/command-log.ts'
import type { ChargerLink, Clock, Log, NewId, Stop } from '../ports.ts'
import { silenceNeededMs } from '../last-session.ts'
import { createDecider } from './decide.ts'
import { createDevices } from './devices.ts'
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

interface Intent {
  readonly intentId?: string
  readonly who: string
  readonly reason: string
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
  let armed: ControlState['armed'] = null
  let closed = false
  const isClosed = (): boolean => closed
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

  const state = (): ControlState => ({
    mode: armed === null ? 'monitoring' : 'armed',
    readOnly: readOnly === null ? null : { ...readOnly },
    armed,
    decision,
    overrides: [...overrides.list()],
    writes: writers.latest(),
  })

  const step = (image: Image, trigger: Decision['trigger']): Decision => {
    latestImage = image
    overrides.expire()
    const outcome = decider.decide(image, armed !== null, (id) => {
      const running = overrides.running(id)
      return {
        trouble: armed === null ? null : writers.trouble(id),
        override: running === null ? null : { limitA: running.limitA },
        heldA: armed === null ? null : writers.held(id, image.chargers[id]?.samples['limit']?.value ?? null),
      }
    })
    seq += 1
    const next: Decision = {
      id: newId(),
      seq,
      atMs: clock.nowMs(),
      trigger,
      mode: armed === null ? 'monitoring' : 'armed',
      imageAtMs: image.atMs,
      ...outcome,
    }
    decision = next
    decidedAtMs = clock.monotonicMs()
    if (armed !== null && !closed) write(next, image)
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
      writers.offer(id, { limitA: charger.targetA, reason, decisionId: next.id })
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

  const release = async (reason: 'shutdown' | 'disarm'): Promise<void> => {
    const untilMs = clock.monotonicMs() + farewellMs
    let stop: Stop = () => undefined
    const bound = new Promise<void>((resolve) => {
      stop = clock.after(farewellMs, resolve)
    })
    await Promise.race([
      Promise.all(
        devices.map((device) =>
          writers.farewell(device.id, { limitA: device.fallbackA, reason, decisionId: null }, untilMs),
        ),
      ),
      bound,
    ])
    stop()
  }

  /** The farewell under way: control is armed again only after its last word, or that would be written over the new decision. */
  let leaving: Promise<void> | null = null
  const leave = (who: string, reason: string, how: 'shutdown' | 'disarm'): Promise<void> => {
    const left = sayFarewell(who, reason, how).finally(() => {
      if (leaving === left) leaving = null
    })
    leaving = left
    return left
  }

  const sayFarewell = async (who: string, reason: string, how: 'shutdown' | 'disarm'): Promise<void> => {
    armed = null
    overrides.cancelAll(
      how === 'disarm' ? `control was disarmed by ${who}: ${reason}` : `control ended: ${reason}`,
      who,
    )
    await release(how)
    const open = devices.filter((device) => parts.links.has(device.id) && !writers.confirmed(device.id))
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

  const within = <T>(intentId: string | undefined, act: () => Promise<T>): Promise<T> =>
    intentId === undefined ? act() : once(intentId, act)

  return {
    step,
    state,
    arm: ({ intentId, who, reason }) =>
      within(intentId, async () => {
        if (isClosed()) throw new Refusal('control has ended: the application is closing')
        if (readOnly !== null) throw new Refusal(`control cannot be armed here: ${readOnly.why}`)
        if (leaving !== null) await leaving
        if (armed !== null) return state()
        try {
          await audit(who, 'arm', site.id, { reason })
        } catch (error) {
          throw new Refusal(
            `control was not armed, because the audit row could not be stored (${String(error)}); make room on the disk, then arm again`,
          )
        }
        // Somebody else may have closed or armed it while the row was stored.
        if (isClosed()) throw new Refusal('control has ended: the application is closing')
        if (armed !== null) return state()
        if (latestImage !== null) decider.takeOver(latestImage)
        armed = { who, reason, atMs: clock.nowMs() }
        writers.reopen()
        leftAloneUntilMs.clear()
        record.event('armed', 'warning', { kind: 'site', id: site.id }, `Control armed by ${who}: ${reason}`, {
          who,
          reason,
        })
        stepNow('arm')
        return state()
      }),
    disarm: ({ intentId, who, reason }) =>
      within(intentId, async () => {
        if (armed !== null) await leave(who, reason, 'disarm')
        else if (leaving !== null) await leaving
        return state()
      }),
    setOverride: (input) =>
      within(input.intentId, async () => {
        const why = closed
          ? 'control has ended: the application is closing'
          : armed === null
            ? 'control is not armed: this site is only watched; arm it first, then set the override'
            : null
        const made = overrides.set(input, why)
        if (made.state !== 'refused') stepNow('override')
        return overrides.list().find((item) => item.id === made.id) ?? made
      }),
    cancelOverride: ({ intentId, overrideId, who, reason }) =>
      within(intentId, async () => {
        const ended = overrides.cancel(overrideId, who, reason)
        if (ended === null) throw new Refusal(`there is no override ${overrideId}; it may have ended long ago`)
        stepNow('override')
        return ended
      }),
    mayPoll: (chargerId) => {
      if (byId.get(chargerId)?.profile.watchdog.kind !== 'poll') return true
      if (armed !== null) return clock.monotonicMs() - decidedAtMs <= decisionValidMs
      return parts.mayWatch(chargerId) && clock.monotonicMs() >= (leftAloneUntilMs.get(chargerId) ?? -Infinity)
    },
    shutdown: async (why) => {
      if (closed) return
      closed = true
      if (armed !== null) await leave('tripscope', why, 'shutdown')
      else if (leaving !== null) await leaving
    },
  }
}
