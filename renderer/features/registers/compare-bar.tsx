import { Button, NativeSelect } from '@mantine/core'
import type { ProfileSummary } from '../../../shared/api/explore-contract.ts'
import { quantityLabel } from '../../format/quantity.ts'
import { useExplorer } from './explorer-store.ts'
import type { overlayOn } from './overlay.ts'

type OverlayValues = ReturnType<typeof overlayOn>

const overlayText = (values: OverlayValues): string => {
  if (values.size === 0) return 'It has no quantity in this range and function.'
  const all = [...values.values()]
  const doubtful = all.filter(({ isPlausible }) => !isPlausible)
  const named = doubtful.slice(0, 3).map(({ key }) => quantityLabel(key))
  const doubt = doubtful.length === 0 ? '' : `; doubtful: ${named.join(', ')}`
  return `${all.length - doubtful.length} of ${String(values.size)} read plausible values here${doubt}.`
}

/** A profile laid over the registers. `values` null: none is. */
export const CompareBar = ({
  profiles,
  values,
  takeAll,
}: {
  readonly profiles: readonly ProfileSummary[]
  readonly values: OverlayValues | null
  readonly takeAll: () => void
}) => {
  const overlayId = useExplorer((state) => state.overlayId)
  return (
    <div className="row explore-fields no-print">
      <NativeSelect
        label="Compare with a profile"
        w={320}
        value={overlayId}
        onChange={(event) => useExplorer.setState({ overlayId: event.currentTarget.value })}
        data={[
          { value: '', label: 'none' },
          ...profiles.map(({ id, make, models, origin }) => ({
            value: id,
            label: `${make} ${models[0] ?? ''} (${origin === 'built-in' ? id : `${id}, your own`})`,
          })),
        ]}
      />
      {values === null ? null : (
        <>
          <Button mt={22} variant="default" disabled={values.size === 0} onClick={takeAll}>
            Take over its {values.size} quantities
          </Button>
          <p className="dim explore-overlay">{overlayText(values)}</p>
        </>
      )}
    </div>
  )
}
