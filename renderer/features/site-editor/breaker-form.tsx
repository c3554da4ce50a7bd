import { own } from '../../../shared/own.ts'
import { rcdTypeFacts, rcdTypes } from '../../../shared/electrical/breaker/residual-current.ts'
import { valueAt } from '../../../shared/site-draft/draft.ts'
import { BreakerPoints } from './breaker-points.tsx'
import { BreakerPreview } from './breaker-preview.tsx'
import { CheckField, ChoiceField, NumericField, type Choice, type FormProps } from './fields.tsx'

/** Standards of the breaker schema, in the words of an electrician. */
const standards: readonly Choice[] = [
  { value: 'IEC 60898-1', label: 'Miniature breaker, IEC 60898-1' },
  { value: 'IEC 60947-2', label: 'Circuit breaker, IEC 60947-2' },
  { value: 'IEC 60269 gG', label: 'Fuse gG, IEC 60269' },
  { value: 'UL 489', label: 'Circuit breaker, UL 489' },
]
const curvesOf: Readonly<Record<string, readonly string[]>> = {
  'IEC 60898-1': ['B', 'C', 'D'],
  'IEC 60947-2': ['thermal-magnetic', 'electronic', 'K', 'Z'],
  'IEC 60269 gG': ['gG'],
  'UL 489': ['thermal-magnetic', 'electronic'],
}
const curveNames: Readonly<Record<string, string>> = {
  electronic: 'electronic trip unit (LSIG)',
  'thermal-magnetic': 'thermal-magnetic',
}

type Group = Extract<FormProps['selected'], { id: string }>
interface PartProps {
  readonly props: FormProps
  readonly at: Group
  readonly has: (key: string) => boolean
}

/** A part of the breaker that is declared or not: a button adds it with values to correct, another takes it away. */
const Part = ({
  part: { props, at, has },
  name,
  title,
  add,
  first,
  children,
}: {
  readonly part: PartProps
  readonly name: string
  readonly title: string
  readonly add: string
  readonly first: unknown
  readonly children: React.ReactNode
}) => {
  const set = (value: unknown) => props.edit({ ...at, kind: 'set-in', keys: ['breaker', name], value }, `${name} part`)
  if (!has(name))
    return (
      <button type="button" className="link-button" onClick={() => set(first)}>
        {add}
      </button>
    )
  return (
    <fieldset className="draft-group">
      <legend>{title}</legend>
      {children}
      <button type="button" className="link-button" onClick={() => set(undefined)}>
        Take {title.toLowerCase()} away
      </button>
    </fieldset>
  )
}

/** Long time, short time, instantaneous, ground: as the dials of an electronic trip unit stand. */
const TripUnit = ({ part, rating }: { readonly part: PartProps; readonly rating: number }) => {
  const at = (key: string) => ['breaker', 'tripUnit', key]
  return (
    <Part
      part={part}
      name="tripUnit"
      title="Settings of the trip unit"
      add="Add the settings of its trip unit (LSIG)"
      first={{ ir: rating, tr: 10 }}
    >
      <NumericField {...part.props} keys={at('ir')} label="L: Ir, A" description="Long-time pickup" />
      <NumericField {...part.props} keys={at('tr')} label="L: tr, s" description="Long-time delay" />
      <NumericField
        {...part.props}
        keys={at('trAt')}
        label="tr counts at, × Ir"
        description="6, on some makes 1.5 or 3: it stands at the dial"
        step={0.5}
      />
      <CheckField {...part.props} keys={at('memory')} label="Thermal memory on" usual />
      <NumericField {...part.props} keys={at('isd')} label="S: Isd, × Ir" description="Short-time pickup" step={0.5} />
      <NumericField {...part.props} keys={at('tsd')} label="S: tsd, s" description="Short-time delay" step={0.1} />
      <CheckField {...part.props} keys={at('isdI2t')} label="S: I²t on" usual={false} />
      <NumericField {...part.props} keys={at('ii')} label="I: Ii, × In" description="Instantaneous pickup" />
      <NumericField {...part.props} keys={at('ig')} label="G: Ig, A" description="Ground-fault pickup" />
      <NumericField {...part.props} keys={at('tg')} label="G: tg, s" description="Ground-fault delay" step={0.1} />
      <CheckField {...part.props} keys={at('igI2t')} label="G: I²t on" usual={false} />
    </Part>
  )
}

const ResidualCurrent = ({ part }: { readonly part: PartProps }) => {
  const at = (key: string) => ['breaker', 'rcd', key]
  return (
    <Part
      part={part}
      name="rcd"
      title="Residual current device"
      add="Add its residual current device (RCD, RCBO)"
      first={{ type: 'A', rating: 30 }}
    >
      <ChoiceField
        {...part.props}
        keys={at('type')}
        label="Type"
        choices={rcdTypes.map((type) => ({ value: type, label: `${type}: sees ${rcdTypeFacts[type].sees}` }))}
      />
      <ChoiceField
        {...part.props}
        keys={at('rating')}
        label="Rated residual current"
        isNumber
        choices={[10, 30, 100, 300, 500, 1000].map((mA) => ({ value: String(mA), label: `${mA} mA` }))}
      />
      <ChoiceField
        {...part.props}
        keys={at('delay')}
        label="Delay"
        choices={[
          { value: '', label: 'none (general)' },
          { value: 'S', label: 'S: selective' },
        ]}
      />
      <CheckField
        {...part.props}
        keys={at('rdcDd')}
        label="Its chargers detect 6 mA of direct current (RDC-DD)"
        usual={false}
      />
    </Part>
  )
}

/** Everything the curves, the thermal image and the diagnosis know of a protective device; what is left out takes the standard's value. */
export const BreakerForm = (props: FormProps) => {
  const { draft, selected, edit } = props
  const entry = selected.list === 'site' ? undefined : draft.lists[selected.list].find(({ id }) => id === selected.id)
  if (entry === undefined || selected.list === 'site') return null
  const standard = valueAt(entry, ['breaker', 'standard'])
  const curve = valueAt(entry, ['breaker', 'curve'])
  const rating = valueAt(entry, ['breaker', 'rating'])
  const set = (value: unknown, target: string) =>
    edit({ ...selected, kind: 'set-in', keys: ['breaker'], value }, target)
  if (entry['breaker'] === undefined)
    return (
      <button
        type="button"
        className="link-button"
        onClick={() => set({ standard: 'IEC 60898-1', curve: 'C', rating: 32 }, 'new breaker')}
      >
        Add its breaker
      </button>
    )
  const part: PartProps = { props, at: selected, has: (key) => valueAt(entry, ['breaker', key]) !== undefined }
  const curves = own(curvesOf, typeof standard === 'string' ? standard : '') ?? []
  const isFuse = standard === 'IEC 60269 gG'
  return (
    <fieldset className="draft-group">
      <legend>Breaker</legend>
      <ChoiceField {...props} keys={['breaker', 'standard']} label="Kind and standard" choices={standards} />
      <ChoiceField
        {...props}
        keys={['breaker', 'curve']}
        label="Curve"
        choices={curves.map((value) => ({ value, label: own(curveNames, value) ?? value }))}
      />
      <NumericField {...props} keys={['breaker', 'rating']} label="Rated current, A" />
      <ChoiceField
        {...props}
        keys={['breaker', 'poles']}
        label="Poles"
        isNumber
        choices={[
          { value: '', label: 'not stated' },
          ...[1, 2, 3, 4].map((poles) => ({ value: String(poles), label: String(poles) })),
        ]}
      />
      {isFuse || curve === 'electronic' ? null : (
        <NumericField
          {...props}
          keys={['breaker', 'instantaneous']}
          label="Magnetic part, × In"
          description="Where it can be set; else by its letter"
        />
      )}
      <NumericField
        {...props}
        keys={['breaker', 'ambient']}
        label="Air around it, °C"
        description="Where it differs from what its standard assumes"
      />
      <NumericField {...props} keys={['breaker', 'groupedWith']} label="Loaded breakers beside it" />
      <NumericField
        {...props}
        keys={['breaker', 'factor']}
        label="Further factor on what it carries"
        description="E.g. the assembly’s rated diversity factor"
        step={0.05}
      />
      {curve === 'electronic' ? <TripUnit part={part} rating={typeof rating === 'number' ? rating : 63} /> : null}
      <ResidualCurrent part={part} />
      <CheckField
        {...props}
        keys={['breaker', 'penFault']}
        label="A device here opens when the PEN conductor is lost"
        usual={false}
      />
      <BreakerPoints {...props} at={selected} written={valueAt(entry, ['breaker', 'points'])} rating={rating} />
      <BreakerPreview id={selected.id} name={entry['name']} breaker={entry['breaker']} />
      <button type="button" className="link-button" onClick={() => set(undefined, 'no breaker')}>
        Take the breaker away
      </button>
    </fieldset>
  )
}
