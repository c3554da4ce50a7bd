import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useCallback, useRef } from 'react'
import { useViewKey } from '../../state/view-keys.ts'
import { noFilter, type FilterKind, type SiteFilter } from './site-filter.ts'

const kinds = [
  { value: 'all', label: 'All' },
  { value: 'abnormal', label: 'Abnormal' },
  { value: 'charging', label: 'Charging' },
  { value: 'silent', label: 'Not known' },
]

/** The filter, and what is unfolded: circuits, all, or what leads to something abnormal. */
export const DenseToolbar = ({
  filter,
  change,
  more,
  unfold,
}: {
  readonly filter: SiteFilter
  readonly change: (filter: SiteFilter) => void
  readonly more: number
  readonly unfold: (what: 'circuits' | 'everything' | 'abnormal') => void
}) => {
  const text = useRef<HTMLInputElement>(null)
  useViewKey(
    '/',
    useCallback(() => text.current?.focus(), []),
  )
  return (
    <div className="row no-print dense-toolbar" role="group" aria-label="Filter and fold">
      <TextInput
        ref={text}
        aria-label="Filter by name"
        placeholder="Filter by name ( / )"
        w={170}
        value={filter.text}
        onChange={(event) => change({ ...filter, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          change(noFilter)
          event.currentTarget.blur()
        }}
      />
      <NativeSelect
        aria-label="Filter by state"
        data={kinds}
        value={filter.kind}
        onChange={(event) => change({ ...filter, kind: event.currentTarget.value as FilterKind })}
      />
      <Button
        variant="default"
        className={more === 0 ? 'is-hidden' : ''}
        onClick={() => change({ ...filter })}
        disabled={more === 0}
      >
        Show {more} new
      </Button>
      <span className="grow" />
      <Button variant="default" onClick={() => unfold('abnormal')}>
        Unfold abnormal
      </Button>
      <Button variant="default" onClick={() => unfold('circuits')}>
        Circuits only
      </Button>
      <Button variant="default" onClick={() => unfold('everything')}>
        Unfold all
      </Button>
    </div>
  )
}
