import { declaredReaction } from '../../../shared/acceptance/reaction.ts'
import type { AcceptanceRun } from '../../../shared/acceptance/run.ts'
import type { Reaction } from '../../../shared/api/acceptance-contract.ts'
import type { ChargerAbilities } from '../../../shared/charger/abilities.ts'
import type { Health } from '../../../shared/model/health.ts'
import { own } from '../../../shared/own.ts'
import type { Site } from '../../../shared/site/site.ts'

/** Declared time of reaction beside the one that an acceptance measured, and what the line adds to it now. */
export const reactionsOf = (
  site: Site,
  abilities: ReadonlyMap<string, ChargerAbilities>,
  runs: readonly AcceptanceRun[],
  health: Health,
): Reaction[] =>
  site.chargers.flatMap(({ id, name }) => {
    const able = abilities.get(id)
    if (able === undefined || able.monitoredOnly !== null) return []
    const step = runs
      .flatMap(({ steps }) => steps)
      .find((each) => each.kind === 'limit' && each.subject.id === id && each.measures.length > 0)
    const measured = (where: string): number | null =>
      step?.measures.find((each) => each.where === where)?.value ?? null
    const declared = declaredReaction(site, id, able)
    const device = own(health.devices, id)
    const worst = device?.turnaroundMs?.p95 ?? null
    const current = measured('current') ?? measured('read back')
    const line =
      device === undefined
        ? 'It is on no line now.'
        : worst === null
          ? 'Nothing was asked of it yet.'
          : `Its line answers within ${Math.round(worst)} ms in 95 of 100 requests; ${device.timeouts} of ${device.requests} had no answer.`
    const verdict =
      current === null
        ? 'Not measured: run the step “Limit obeyed and read back” of the acceptance test.'
        : current <= declared.seconds
          ? 'Measured within what is declared.'
          : 'Measured slower than declared: a limit below the breaker, or a shorter period, gives the time back.'
    return [
      {
        chargerId: id,
        name: name ?? id,
        declaredS: declared.seconds,
        parts: [...declared.parts],
        measuredReadBackS: measured('read back'),
        measuredCurrentS: measured('current'),
        measuredAtMs: step?.endedAtMs ?? null,
        says: `${verdict} ${line}`,
      },
    ]
  })
