import type { ScanCandidate, ScanFind } from '../../../shared/api/scan-contract.ts'
import type { SiteAddition } from '../../../shared/site/site-addition.ts'
import type { Site } from '../../../shared/site/site.ts'

export interface AddForm {
  readonly profileId: string
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
  readonly who: string
}

const goodId = /^[a-z0-9][a-z0-9._-]{0,62}$/
const takenIds = (site: Site): ReadonlySet<string> => new Set([site.lines, site.meters, site.circuits, site.chargers].flatMap((list) => list.map(({ id }) => id)))
const freeId = (wanted: string, taken: ReadonlySet<string>): string => {
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? wanted : `${wanted}-${number}`
    if (!taken.has(id)) return id
  }
}

/** Meters that can be added as they are. */
export const addable = (find: ScanFind): readonly ScanCandidate[] => find.candidates.filter(({ kind, hindrance }) => kind === 'meter' && hindrance === null)

export const emptyAddForm = (find: ScanFind, site: Site, who: string): AddForm => {
  const taken = takenIds(site)
  const [best] = addable(find)
  const short = (best?.profileId ?? 'meter').split('-').slice(-1).join('')
  return {
    profileId: best?.profileId ?? '', id: freeId(`${short}-${find.unit}`, taken), name: '',
    lineId: find.lineId ?? freeId(find.line?.id.replace(/^scan-/, 'line-') ?? 'line', taken), circuitId: '', periodMs: 1000,
    hasTransformer: false, primary: '', secondary: 5, appliedIn: 'meter', who,
  }
}

export type AddProblems = Readonly<Partial<Record<'id' | 'name' | 'lineId' | 'periodMs' | 'primary' | 'secondary' | 'profileId', string>>>
export const addProblems = (form: AddForm, find: ScanFind, site: Site): AddProblems => {
  const taken = takenIds(site)
  const idProblem = (id: string): string | null => (!goodId.test(id) ? 'Lower-case letters, digits, ".", "_" and "-", beginning with a letter or digit' : taken.has(id) ? `"${id}" is used in the site already` : null)
  const good = (value: number | string, low: number, high: number): boolean => typeof value === 'number' && value >= low && value <= high
  const problems: [keyof AddProblems, string | null][] = [
    ['profileId', form.profileId === '' ? 'Choose a model' : null],
    ['id', idProblem(form.id)],
    ['name', form.name.length > 80 ? 'At most 80 characters' : null],
    ['lineId', find.lineId !== null ? null : form.lineId === form.id ? 'The line and the meter need different ids' : idProblem(form.lineId)],
    ['periodMs', good(form.periodMs, 100, 60_000) ? null : '100 to 60000 ms'],
    ['primary', !form.hasTransformer || good(form.primary, 0.001, 6300) ? null : 'Amperes on its plate, up to 6300'],
    ['secondary', !form.hasTransformer || good(form.secondary, 0.001, 100) ? null : 'Usually 5 or 1 A'],
  ]
  return Object.fromEntries(problems.filter(([, problem]) => problem !== null))
}

export const additionOf = (form: AddForm, find: ScanFind): SiteAddition => ({
  line: find.lineId !== null || find.line === null ? null : { ...find.line, id: form.lineId },
  meter: {
    id: form.id, ...(form.name.trim() === '' ? {} : { name: form.name.trim() }), profile: form.profileId, line: form.lineId, unit: find.unit,
    ...(form.hasTransformer ? { currentTransformer: { primary: Number(form.primary), secondary: Number(form.secondary), appliedIn: form.appliedIn } } : {}),
    periodMs: Number(form.periodMs), reverse: false,
  },
  circuitId: form.circuitId === '' ? null : form.circuitId,
})
