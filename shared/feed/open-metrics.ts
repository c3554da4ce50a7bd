/** The text other monitoring systems read (OpenMetrics 1.0.0, also read by Prometheus). */
import { own } from '../own.ts'
import type { FeedPicture, FeedSubject, FeedValue } from './feed-picture.ts'

export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

/** OpenMetrics wants base units, spelled out, at the end of the name; a value is multiplied by `factor`. */
const units: Readonly<Record<string, { readonly name: string; readonly factor: number }>> = {
  V: { name: 'volts', factor: 1 },
  A: { name: 'amperes', factor: 1 },
  W: { name: 'watts', factor: 1 },
  var: { name: 'vars', factor: 1 },
  VA: { name: 'volt_amperes', factor: 1 },
  Hz: { name: 'hertz', factor: 1 },
  kWh: { name: 'joules', factor: 3_600_000 },
  kvarh: { name: 'kilovar_hours', factor: 1 },
  kVAh: { name: 'kilovolt_ampere_hours', factor: 1 },
  Ah: { name: 'ampere_hours', factor: 1 },
  '%': { name: 'ratio', factor: 0.01 },
  deg: { name: 'degrees', factor: 1 },
  h: { name: 'seconds', factor: 3600 },
  degC: { name: 'celsius', factor: 1 },
  s: { name: 'seconds', factor: 1 },
}

const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
const labelsOf = (labels: Readonly<Record<string, string | null>>): string => {
  const parts = Object.entries(labels).flatMap(([key, value]) => (value === null ? [] : [`${key}="${escaped(value)}"`]))
  return `{${parts.join(',')}}`
}

interface Family {
  readonly unit: string | null
  readonly lines: string[]
}

const baseOf = (subject: FeedSubject, { key, unit }: FeedValue): { name: string; unit: string | null } => {
  const known = own(units, unit)
  const stem = `tripscope_${subject.kind}_${key}`
  return known === undefined ? { name: stem, unit: null } : { name: `${stem}_${known.name}`, unit: known.name }
}
const whereOf = ({ kind, id }: FeedSubject, { phase }: FeedValue) => ({ [kind]: id, phase })

/** What is in a picture, all but what has no number: a missing value has no line, and `tripscope_value_good` says 0 for it. */
export const openMetricsText = ({ subjects }: FeedPicture): string => {
  const families = new Map<string, Family>()
  const add = (name: string, unit: string | null, labels: string, value: number): void => {
    const family = families.get(name) ?? { unit, lines: [] }
    families.set(name, family)
    family.lines.push(`${name}${labels} ${value}`)
  }
  for (const subject of subjects) {
    for (const value of subject.values) {
      const { name, unit } = baseOf(subject, value)
      const labels = labelsOf(whereOf(subject, value))
      if (value.value !== null) add(name, unit, labels, value.value * (own(units, value.unit)?.factor ?? 1))
      const which = { ...whereOf(subject, value), value: value.key }
      const why = value.quality === 'good' ? null : value.quality
      add('tripscope_value_good', null, labelsOf({ ...which, why }), why === null ? 1 : 0)
      if (value.ageMs !== null) add('tripscope_value_age_seconds', 'seconds', labelsOf(which), value.ageMs / 1000)
    }
    const info = { [subject.kind]: subject.id, name: subject.name, ...subject.words }
    add(`tripscope_${subject.kind}`, 'info', labelsOf(info), 1)
  }
  const blocks = [...families].map(([name, { unit, lines }]) =>
    unit === 'info'
      ? [`# TYPE ${name} info`, ...lines.map((line) => line.replace('{', '_info{'))]
      : [`# TYPE ${name} gauge`, ...(unit === null ? [] : [`# UNIT ${name} ${unit}`]), ...lines],
  )
  return [...blocks.flat(), '# EOF', ''].join('\n')
}
