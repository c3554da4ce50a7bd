import type { ScanCandidate, ScanFind } from '../../../shared/api/scan-contract.ts'
import type { SiteAddition } from '../../../shared/site/site-addition.ts'
import type { Site } from '../../../shared/site/site.ts'

export interface AddForm {
  /** Which of the candidates that can be added, from 0; '' where there is none. */
  readonly choice: string
  readonly id: string
  readonly name: string
  readonly lineId: string
  /** '' leaves the meter unassigned. */
  readonly circuitId: string
  readonly periodMs: number | string
  readonly hasTransformer: boolean
  readonly primary: number | string
  readonly secondary: number | string
  readonly appliedIn: 'meter' | 'app'
  /** How an M-Bus meter is asked. */
  readonly mbusBy: 'primary' | 'secondary'
  readonly who: string
}

const goodId = /^[a-z0-9][a-z0-9._-]{0,62}$/
const takenIds = (site: Site): ReadonlySet<string> =>
  new Set([site.lines, site.meters, site.circuits, site.chargers].flatMap((list) => list.map(({ id }) => id)))
const freeId = (wanted: string, taken: ReadonlySet<string>): string => {
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? wanted : `${wanted}-${number}`
    if (!taken.has(id)) return id
  }
}

/** Meters that can be added as they are. */
export const addable = (find: ScanFind): readonly ScanCandidate[] =>
  find.candidates.filter(({ kind, hindrance }) => kind === 'meter' && hindrance === null)
export const chosen = (form: AddForm, find: ScanFind): ScanCandidate | undefined =>
  addable(find)[Number(form.choice === '' ? -1 : form.choice)]

/** The ways an M-Bus meter can be addressed: its number, if it has one; its primary address, if it was given one. */
export const mbusWays = ({
  mbus,
  unit,
}: ScanFind): readonly { readonly value: AddForm['mbusBy']; readonly label: string }[] => {
  if (mbus === null) return []
  const tried = (by: AddForm['mbusBy']): string => (mbus.reachedBy.includes(by) ? '' : ', not tried')
  return [
    ...(mbus.id === null || !/^[0-9A-E]{8}$/i.test(mbus.id)
      ? []
      : [{ value: 'secondary' as const, label: `its number ${mbus.id}${tried('secondary')}` }]),
    ...(unit < 0 || unit > 250 || (unit === 0 && !mbus.reachedBy.includes('primary'))
      ? []
      : [{ value: 'primary' as const, label: `primary address ${unit}${tried('primary')}` }]),
  ]
}

/** Circuits without a meter; for one that is read once a minute only those under which no charger hangs, for nothing is steered by it. */
export const freeCircuits = (find: ScanFind, site: Site): Site['circuits'] => {
  const feeding = new Set<string>()
  for (const charger of find.mbus === null ? [] : site.chargers) {
    for (
      let id: string | undefined = charger.circuit;
      id !== undefined && !feeding.has(id);
      id = site.circuits.find((circuit) => circuit.id === id)?.parent
    )
      feeding.add(id)
  }
  return site.circuits.filter((circuit) => circuit.meter === undefined && !feeding.has(circuit.id))
}

/** Bounds of the period, ms (shared/site/check-mbus.ts holds the same for an M-Bus meter). */
export const periodRange = (find: ScanFind): { readonly low: number; readonly high: number; readonly usual: number } =>
  find.mbus === null ? { low: 100, high: 60_000, usual: 1000 } : { low: 10_000, high: 86_400_000, usual: 60_000 }

export const emptyAddForm = (find: ScanFind, site: Site, who: string): AddForm => {
  const taken = takenIds(site)
  const [best] = addable(find)
  const short = find.mbus === null ? (best?.profileId ?? 'meter').split('-').slice(-1).join('') : 'mbus'
  const ways = mbusWays(find)
  const way =
    ways.find(
      ({ value }) => find.mbus?.reachedBy.includes(value) === true && !(value === 'primary' && find.unit === 0),
    ) ?? ways[0]
  return {
    choice: best === undefined ? '' : '0',
    id: freeId(`${short}-${find.mbus?.id?.toLowerCase() ?? find.unit}`, taken),
    name: '',
    lineId: find.lineId ?? freeId(find.line?.id.replace(/^scan-/, 'line-') ?? 'line', taken),
    circuitId: '',
    periodMs: periodRange(find).usual,
    hasTransformer: false,
    primary: '',
    secondary: 5,
    appliedIn: 'meter',
    mbusBy: way?.value ?? 'primary',
    who,
  }
}

export type AddProblems = Readonly<
  Partial<Record<'id' | 'name' | 'lineId' | 'periodMs' | 'primary' | 'secondary' | 'choice', string>>
>
export const addProblems = (form: AddForm, find: ScanFind, site: Site): AddProblems => {
  const taken = takenIds(site)
  const { low, high } = periodRange(find)
  const idProblem = (id: string): string | null =>
    !goodId.test(id)
      ? 'Lower-case letters, digits, ".", "_" and "-", beginning with a letter or digit'
      : taken.has(id)
        ? `"${id}" is used in the site already`
        : null
  const good = (value: number | string, low: number, high: number): boolean =>
    typeof value === 'number' && value >= low && value <= high
  const problems: [keyof AddProblems, string | null][] = [
    ['choice', chosen(form, find) === undefined ? 'Choose a model' : null],
    ['id', idProblem(form.id)],
    ['name', form.name.length > 80 ? 'At most 80 characters' : null],
    [
      'lineId',
      find.lineId !== null
        ? null
        : form.lineId === form.id
          ? 'The line and the meter need different ids'
          : idProblem(form.lineId),
    ],
    ['periodMs', good(form.periodMs, low, high) ? null : `${low} to ${high} ms`],
    ['primary', !form.hasTransformer || good(form.primary, 0.001, 6300) ? null : 'Amperes on its plate, up to 6300'],
    ['secondary', !form.hasTransformer || good(form.secondary, 0.001, 100) ? null : 'Usually 5 or 1 A'],
  ]
  return Object.fromEntries(problems.filter(([, problem]) => problem !== null))
}

const mbusAddress = (form: AddForm, find: ScanFind): NonNullable<SiteAddition['meter']['mbus']> =>
  form.mbusBy === 'secondary' && find.mbus?.id != null ? { secondary: find.mbus.id } : { primary: find.unit }

export const additionOf = (form: AddForm, find: ScanFind): SiteAddition => {
  const { profileId = '', sunspec = null } = chosen(form, find) ?? {}
  return {
    line: find.lineId !== null || find.line === null ? null : { ...find.line, id: form.lineId },
    meter: {
      id: form.id,
      ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
      profile: profileId,
      line: form.lineId,
      // M-Bus has no unit ids; 1 is what the schema takes for "none given".
      ...(find.mbus === null ? { unit: find.unit } : { unit: 1, mbus: mbusAddress(form, find) }),
      ...(sunspec === null ? {} : { sunspec }),
      ...(form.hasTransformer
        ? {
            currentTransformer: {
              primary: Number(form.primary),
              secondary: Number(form.secondary),
              appliedIn: form.appliedIn,
            },
          }
        : {}),
      periodMs: Number(form.periodMs),
      reverse: false,
    },
    circuitId: form.circuitId === '' ? null : form.circuitId,
  }
}
