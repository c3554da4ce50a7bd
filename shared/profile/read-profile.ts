import { z } from 'zod'
import { checkOwnRecords } from '../meter-records/check-own-records.ts'
import { chargerQuantityKeys } from '../model/image.ts'
import { quantityKeys } from '../quantities.ts'
import { explainIssues, type Guide } from '../yaml/explain.ts'
import { didYouMean } from '../yaml/near.ts'
import { pathText, type Path, type Problem } from '../yaml/problem.ts'
import { readDocument, type ReadDocument } from '../yaml/read-document.ts'
import type { JsonSchema } from '../yaml/schema-guide.ts'
import { chargerProfileSchema, type ChargerProfile, type ControlRegister } from './charger-profile.ts'
import { extremeId, withExtremes } from './extremes.ts'
import { goldenSchema, meterProfileSchema, type MeterProfile } from './meter-profile.ts'
import { unreadable, type ReadableProfile } from './read-plan.ts'
import { registerSpan, registerWidth, type Register, type RegisterSpace } from './register.ts'

export type ReadProfile<P> =
  { readonly ok: true; readonly profile: P } | { readonly ok: false; readonly problems: readonly Problem[] }
export type Golden = z.infer<typeof goldenSchema>

const guides = new Map<z.ZodType, Guide>()
const guideOf = (schema: z.ZodType): Guide => {
  const before = guides.get(schema)
  if (before !== undefined) return before
  const guide = { schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, units: {} }
  guides.set(schema, guide)
  return guide
}

/** Where and what, before it has a place in the file. */
export interface ProfileFinding {
  readonly path: Path
  readonly message: string
  readonly remedy: string
}

/** A profile or golden file by its schema, then by `check`; problems have their place in the file. */
export const readProfileFile = <T>(
  text: string,
  fileName: string,
  schema: z.ZodType<T>,
  check: (parsed: T) => readonly ProfileFinding[],
): ReadProfile<T> => {
  const result = readDocument(text, fileName)
  if (!result.ok) return result
  const { document } = result
  const tell = (findings: readonly ProfileFinding[]): Problem[] =>
    findings.map(({ path, message, remedy }) => ({
      file: fileName,
      ...document.placeOf(path),
      path: pathText(path),
      message,
      remedy,
      severity: 'error',
    }))
  if (document.value === null || document.value === undefined)
    return {
      ok: false,
      problems: tell([{ path: [], message: 'the file is empty', remedy: 'start from another profile' }]),
    }
  const parsed = schema.safeParse(document.value)
  const unknown = tell(unknownQuantities(document))
  if (!parsed.success) {
    const issues = parsed.error.issues.filter((issue) => !(issue.code === 'invalid_key' && unknown.length > 0))
    return { ok: false, problems: [...unknown, ...explainIssues(issues, document, fileName, guideOf(schema))] }
  }
  const findings = tell(check(parsed.data))
  return findings.length > 0 ? { ok: false, problems: findings } : { ok: true, profile: parsed.data }
}

const unknownQuantities = (document: ReadDocument): ProfileFinding[] => {
  const value = document.value as { quantities?: unknown; status?: unknown }
  if (typeof value !== 'object' || typeof value.quantities !== 'object' || value.quantities === null) return []
  const known: readonly string[] = value.status === undefined ? quantityKeys : chargerQuantityKeys
  return Object.keys(value.quantities)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: ['quantities', key],
      message: `'${key}' is no quantity`,
      remedy: didYouMean(key, known) ?? 'see shared/quantities.ts for the keys there are',
    }))
}

interface Span {
  readonly key: string
  readonly path: Path
  readonly first: number
  readonly last: number
  readonly space: RegisterSpace
  readonly noted: boolean
}

const spansOf = (quantities: Readonly<Record<string, Register | undefined>>, space: RegisterSpace): Span[] =>
  Object.entries(quantities).flatMap(([key, register]) =>
    register === undefined
      ? []
      : [
          {
            key,
            path: ['quantities', key],
            first: register.address,
            last: register.address + registerWidth[register.type] - 1,
            space: register.space ?? space,
            noted: register.note !== undefined,
          },
        ],
  )

const checkRegisters = (spans: readonly Span[]): ProfileFinding[] =>
  spans.flatMap((span, index) => {
    const shared = spans
      .slice(0, index)
      .find(
        (other) =>
          other.space === span.space &&
          other.first <= span.last &&
          other.last >= span.first &&
          !other.noted &&
          !span.noted,
      )
    return [
      ...(span.last > 65535
        ? [
            {
              path: span.path,
              message: `'${span.key}' ends at register ${span.last}, beyond 65535`,
              remedy: 'correct the address or the type',
            },
          ]
        : []),
      ...(shared === undefined
        ? []
        : [
            {
              path: span.path,
              message: `'${span.key}' shares registers ${Math.max(span.first, shared.first)} to ${Math.min(span.last, shared.last)} with '${shared.key}'`,
              remedy: "correct the address, or say why in a 'note'",
            },
          ]),
    ]
  })

const checkReadable = (profile: ReadableProfile): ProfileFinding[] =>
  unreadable(profile).map((key) => ({
    path: key === 'status' ? ['status'] : ['quantities', key],
    message: `'${key}' can't be read within the limits of the line (maxRegisters, maxGap, evenOnly, holes)`,
    remedy: 'correct its address or the limits',
  }))

/** Scale factors stand beside the values, never in one; a SunSpec layout lies within the model it is of. */
const checkScales = ({ quantities, space, sunspec }: MeterProfile): ProfileFinding[] => {
  const spans = spansOf(quantities as Readonly<Record<string, Register | undefined>>, space)
  return Object.entries(quantities).flatMap(([key, register]): ProfileFinding[] => {
    const at = register.scaleRegister?.address
    const inside = spans.find(
      (span) => at !== undefined && span.space === (register.space ?? space) && at >= span.first && at <= span.last,
    )
    const { first, width } = registerSpan(register)
    return [
      ...(inside === undefined
        ? []
        : [
            {
              path: ['quantities', key, 'scaleRegister'],
              message: `the scale factor of '${key}' stands in register ${String(at)}, which belongs to '${inside.key}'`,
              remedy: 'correct one of the addresses',
            },
          ]),
      ...(sunspec === undefined || (first >= sunspec.at + 2 && first + width <= sunspec.at + 2 + sunspec.length)
        ? []
        : [
            {
              path: ['quantities', key],
              message: `'${key}' lies outside the ${sunspec.length} registers of its model, which begin at ${sunspec.at + 2}`,
              remedy: 'correct the address, or the length',
            },
          ]),
    ]
  })
}

const checkExtremes = (profile: MeterProfile): ProfileFinding[] => {
  const extremes = profile.extremes ?? []
  const known = Object.keys(profile.quantities)
  const cannotBeRead = new Set(unreadable(withExtremes(profile)))
  return extremes.flatMap(({ quantity, kind }, index): ProfileFinding[] => {
    const path = ['extremes', index]
    if (!known.includes(quantity)) {
      return [
        {
          path: [...path, 'quantity'],
          message: `the ${kind} is of '${quantity}', which is not among the quantities`,
          remedy: didYouMean(quantity, known) ?? 'list the quantity, or leave its extreme out',
        },
      ]
    }
    if (extremes.findIndex((other) => other.quantity === quantity && other.kind === kind) < index) {
      return [{ path, message: `the ${kind} of '${quantity}' is listed twice`, remedy: 'keep one of them' }]
    }
    return cannotBeRead.has(extremeId(quantity, kind))
      ? [
          {
            path,
            message: `the ${kind} of '${quantity}' can't be read within the limits of the line (maxRegisters, maxGap, evenOnly, holes)`,
            remedy: 'correct its address or the limits',
          },
        ]
      : []
  })
}

/** A meter profile from its file's text, or everything wrong with it. */
export const readMeterProfile = (text: string, fileName: string): ReadProfile<MeterProfile> =>
  readProfileFile<MeterProfile>(text, fileName, meterProfileSchema as z.ZodType<MeterProfile>, (profile) => [
    ...(Object.keys(profile.quantities).length === 0 && profile.captures === undefined
      ? [{ path: ['quantities'], message: 'no quantity is listed', remedy: 'list at least one' }]
      : []),
    ...checkRegisters(spansOf(profile.quantities, profile.space)),
    ...checkReadable(profile),
    ...checkScales(profile),
    ...checkExtremes(profile),
    ...checkOwnRecords(profile),
    ...(Object.hasOwn(profile.quantities, profile.probe.quantity) || Object.keys(profile.quantities).length === 0
      ? []
      : [
          {
            path: ['probe', 'quantity'],
            message: `the probe '${profile.probe.quantity}' is not among the quantities`,
            remedy: didYouMean(profile.probe.quantity, Object.keys(profile.quantities)) ?? 'name one of them',
          },
        ]),
    ...(profile.probe.low < profile.probe.high
      ? []
      : [
          {
            path: ['probe', 'low'],
            message: `low (${profile.probe.low}) is not below high (${profile.probe.high})`,
            remedy: 'give the range the probe must read in',
          },
        ]),
  ])

const controlsOf = ({ enable, watchdog }: ChargerProfile): { path: Path; register: ControlRegister }[] => [
  ...(enable === undefined ? [] : [{ path: ['enable', 'register'], register: enable.register }]),
  ...(watchdog.kind === 'lifebit' || watchdog.kind === 'token' || watchdog.kind === 'timeout-write'
    ? [{ path: ['watchdog', 'register'], register: watchdog.register }]
    : []),
]

/** A charger profile from its file's text, or everything wrong with it. */
export const readChargerProfile = (text: string, fileName: string): ReadProfile<ChargerProfile> =>
  readProfileFile<ChargerProfile>(text, fileName, chargerProfileSchema as z.ZodType<ChargerProfile>, (profile) => {
    const { status } = profile
    const width = status.type === 'string' ? status.registers : status.type === 'uint32' ? 2 : 1
    const spans = [
      ...spansOf(profile.quantities, profile.space),
      {
        key: 'status',
        path: ['status'],
        first: status.address,
        last: status.address + width - 1,
        space: profile.space,
        noted: false,
      },
    ]
    return [
      ...checkRegisters(spans),
      ...checkReadable(profile),
      ...(profile.limit.pauseValue !== null && profile.limit.pauseValue >= profile.limit.minimum
        ? [
            {
              path: ['limit', 'pauseValue'],
              message: `a pause value of ${profile.limit.pauseValue} is not below the minimum of ${profile.limit.minimum} A`,
              remedy: 'write 0, or null where the limit cannot pause it',
            },
          ]
        : []),
      ...(profile.limit.functionCode === 6 && registerWidth[profile.limit.type] > 1
        ? [
            {
              path: ['limit', 'functionCode'],
              message: 'function 6 writes one register, but the limit takes more',
              remedy: 'write 16',
            },
          ]
        : []),
      ...controlsOf(profile)
        .filter(({ register }) => register.functionCode === 6 && registerWidth[register.type] > 1)
        .map(({ path }) => ({
          path: [...path, 'functionCode'],
          message: 'function 6 writes one register, but this one takes more',
          remedy: 'write 16, or leave it out',
        })),
      ...(profile.enable !== undefined && profile.enable.on === profile.enable.off
        ? [
            {
              path: ['enable', 'off'],
              message: `on and off are both ${profile.enable.on}`,
              remedy: 'write the value that holds charging back',
            },
          ]
        : []),
      // The limit register keeps its value while the release is off, so beside a release it would tell a paused charger's limit wrong.
      ...(profile.enable !== undefined && profile.quantities.limit !== undefined
        ? [
            {
              path: ['quantities', 'limit'],
              message: "a charger with a release ('enable') does not say its limit in one register",
              remedy: "leave 'limit' out; it is read back together with the release",
            },
          ]
        : []),
    ]
  })

/** The golden words of a profile. */
export const readGolden = (text: string, fileName: string): ReadProfile<Golden> =>
  readProfileFile<Golden>(text, fileName, goldenSchema, () => [])
