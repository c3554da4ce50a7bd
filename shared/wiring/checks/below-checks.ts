import { phases, type Phase } from '../../model/phase.ts'
import { check, confidenceOf, good, notAssessed, used, wrong, type WiringCheck } from '../check-result.ts'
import { keysOf, type MeterView } from '../meter-view.ts'

const amps = (value: number): string => `${value.toFixed(1)} A`

/** electrical.md 6.3: an open transformer shows nothing where a charger says that it draws more than 2 A; 4 A leave room for a charger's own meter. */
const openBelowA = 0.3
const openBelowShare = 0.02
const drawnFromA = 4

/** A socket that is wired to other phases than declared: then all of the current is there, on another phase. */
const flowsElsewhere = (view: MeterView, silent: readonly { readonly drawn: number }[]): boolean => {
  const total = (of: (phase: Phase) => number | null): number =>
    phases.reduce((sum, phase) => sum + (of(phase) ?? 0), 0)
  const missing = silent.reduce((sum, { drawn }) => sum + drawn, 0)
  const shown = total((phase) => Math.abs(view.mean(keysOf(phase).i) ?? 0))
  return shown > total((phase) => view.chargersA[phase]) - 0.6 * missing
}

/** A current transformer that is unplugged, open or short-circuited: nothing comes where the chargers below say that they draw. */
export const openTransformerCheck = (view: MeterView): WiringCheck => {
  const title = 'Every current input sees the chargers below'
  if (view.facts.chargers === 0)
    return notAssessed('open-transformer', title, 'no charger below tells what must flow here')
  const judged = phases.flatMap((phase) => {
    const drawn = view.chargersA[phase]
    const current = view.mean(keysOf(phase).i)
    if (!view.facts.phases.includes(phase) || drawn === null || current === null || drawn < drawnFromA) return []
    return [{ phase, drawn, current: Math.abs(current) }]
  })
  if (judged.length === 0)
    return notAssessed(
      'open-transformer',
      title,
      `the chargers below do not draw ${drawnFromA} A on any phase just now`,
    )
  const numbers = judged.flatMap(({ phase, drawn, current }) => [
    used(`current ${phase}`, current, 'A'),
    used(`drawn by chargers below ${phase}`, drawn, 'A'),
  ])
  const silent = judged.filter(({ drawn, current }) => current < Math.max(openBelowA, openBelowShare * drawn))
  const open = silent
  if (open.length === 0)
    return good('open-transformer', {
      title,
      says: judged
        .map(({ phase, drawn, current }) => `${phase} shows ${amps(current)}, the chargers draw ${amps(drawn)}`)
        .join('; '),
      numbers,
      confidence: judged.length === view.facts.phases.length ? 0.95 : 0.6,
    })
  const on = open.map(({ phase }) => phase)
  const shows = open
    .map(({ phase, drawn, current }) => `${phase} shows ${amps(current)} while chargers below draw ${amps(drawn)}`)
    .join('; ')
  const said = { kind: `open ${on.join('')}`, phase: on.join(' '), numbers }
  // With other load on the other phases nobody can tell a socket that is wired elsewhere from an open transformer.
  if (flowsElsewhere(view, silent))
    return check('open-transformer', {
      ...said,
      title: `Nothing of the chargers below comes on ${on.join(' and ')}`,
      says: `${shows}; the other phases carry enough for it to flow there instead`,
      toCheck:
        'Check that the current transformer is plugged in and around the right conductor; where it is, the sockets below are on other phases than declared: a test with a charger tells which',
      confidence: 0.6,
    })
  return wrong('open-transformer', {
    ...said,
    title: `No current comes from the transformer of ${on.join(' and ')}`,
    says: shows,
    toCheck:
      'Check that the current transformer is plugged in and around the right conductor, and that its short-circuiting terminal is open. Never open a 5 A or 1 A secondary under load',
    confidence: confidenceOf(Math.min(...open.map(({ drawn }) => drawn)), 1),
  })
}

/** Ratios people get wrong: a second primary turn, 200 for 160, 160 for 200, the next size up or down (electrical.md 6.3, 6.4.9). */
const knownRatios = [0.5, 0.8, 1.25, 2]
const ratioTolerance = 0.1
const fewestSteps = 3

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2
}

const shareText = (share: number): string => `${(share * 100).toFixed(0)} %`

/** The meter's answer to steps of the chargers below: its gain tells a wrong ratio without any active test. */
export const ratioCheck = (view: MeterView): WiringCheck => {
  const title = 'It shows the whole of what the chargers below change'
  if (view.facts.chargers === 0) return notAssessed('ratio', title, 'no charger below to compare with')
  const judged = phases.flatMap((phase: Phase) => {
    const shares = view.steps[phase].map(({ share }) => share)
    if (!view.facts.phases.includes(phase) || shares.length < fewestSteps) return []
    const middle = median(shares)
    return [
      { phase, share: middle, count: shares.length, noise: median(shares.map((each) => Math.abs(each - middle))) },
    ]
  })
  if (judged.length === 0) {
    const seen = Math.max(...phases.map((phase) => view.steps[phase].length))
    return notAssessed('ratio', title, `${fewestSteps} clear steps of the chargers below are needed, ${seen} so far`)
  }
  const numbers = judged.flatMap(({ phase, share, count }) => [
    used(`gain ${phase}`, share, '1'),
    used(`steps ${phase}`, count, '1'),
  ])
  const off = judged.filter(({ share, noise }) => Math.abs(share - 1) > ratioTolerance + noise)
  if (off.length === 0)
    return good('ratio', {
      title,
      says: judged.map(({ phase, share, count }) => `${phase} ${shareText(share)} of ${count} steps`).join(', '),
      numbers,
    })
  const shares = off.map(({ share }) => share)
  const isEqual = Math.max(...shares) - Math.min(...shares) < 0.1
  const known = knownRatios.find((ratio) => isEqual && Math.abs(median(shares) / ratio - 1) <= 0.06)
  const isSure = known !== undefined && (off.length === judged.length || off.length === 1)
  const noise = Math.max(0.03, ...off.map((each) => each.noise))
  const said = {
    kind: known === undefined ? 'gain' : `ratio ${known}`,
    title:
      known === undefined
        ? 'It does not show the whole of what the chargers change'
        : `Wrong current transformer ratio: it shows ${known} times the current${off.length < judged.length ? ` on ${off.map(({ phase }) => phase).join(' and ')}` : ''}`,
    says: off.map(({ phase, share, count }) => `${phase} shows ${shareText(share)} of ${count} steps`).join(', ') + '.',
    toCheck:
      'Compare the ratio on the nameplate of the transformers, with the turns of the primary through them, with the one set in the meter and in the site file',
    phase: off.length === 3 ? null : off.map(({ phase }) => phase).join(' '),
    numbers,
    confidence: confidenceOf(Math.min(...shares.map((share) => Math.abs(share - 1))), noise),
  }
  return isSure ? wrong('ratio', said) : check('ratio', said)
}

/** electrical.md 6.4.7: 2 % of the circuit and what is not metered; 3 % and 100 W for meters read at different moments. */
export const childrenCheck = (view: MeterView): WiringCheck => {
  const title = 'Its power is the sum of what is metered below'
  const { children, otherLoadA, nominalVoltage, feedsIn } = view.facts
  if (children.length === 0) return notAssessed('children', title, 'no metered circuit is below it')
  if (feedsIn) return notAssessed('children', title, 'something here may feed in')
  const judged = view.facts.phases.flatMap((phase) => {
    const own = view.mean(keysOf(phase).p)
    const below = view.childrenW[phase]
    return own === null || below === null ? [] : [{ phase, own, below }]
  })
  if (judged.length === 0) return notAssessed('children', title, 'not all of these meters give a power per phase now')
  const slack = ({ own, below }: { own: number; below: number }): number =>
    100 + 0.03 * Math.max(Math.abs(own), Math.abs(below))
  const most = otherLoadA === null ? Infinity : otherLoadA * nominalVoltage * 1.1
  const off = judged.filter((each) => each.own < each.below - slack(each) || each.own > each.below + most + slack(each))
  const numbers = judged.flatMap(({ phase, own, below }) => [
    used(`own power ${phase}`, own, 'W'),
    used(`power below ${phase}`, below, 'W'),
  ])
  const watts = (value: number): string => `${(value / 1000).toFixed(2)} kW`
  const text = (list: typeof judged): string =>
    list.map(({ phase, own, below }) => `${phase} ${watts(own)} above, ${watts(below)} below`).join('; ')
  if (off.length === 0)
    return good('children', {
      title,
      says: `${text(judged)}${otherLoadA === null ? '; how much else may be there is not declared' : ''}.`,
      numbers,
      confidence: otherLoadA === null ? 0.7 : 0.95,
    })
  const tooLittle = off.some((each) => each.own < each.below)
  return check('children', {
    kind: `sum ${off.map(({ phase }) => phase).join('')}`,
    title: `It does not fit what is metered below on ${off.map(({ phase }) => phase).join(' and ')}`,
    says: `${text(off)}${tooLittle ? '' : `, and at most ${(otherLoadA ?? 0).toFixed(0)} A of other load is declared`}.`,
    toCheck: `Compare ratio, direction and phase of the transformers of this meter and of ${children.join(', ')}; check that each is on the circuit the site file says${tooLittle ? '' : ", and 'otherLoad'"}`,
    phase: off.length === 3 ? null : off.map(({ phase }) => phase).join(' '),
    numbers,
    confidence: Math.min(...off.map((each) => confidenceOf(Math.abs(each.own - each.below), slack(each) / 3))),
  })
}
