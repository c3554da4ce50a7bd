import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useCallback, useRef } from 'react'
import { useViewKey } from '../state/view-keys.ts'

export type Unfold = 'circuits' | 'everything' | 'abnormal'

/** The filter of a folded list, and what is unfolded: circuits, all, or what leads to something abnormal. */
export const FoldToolbar = <K extends string>({
  filter,
  nothing,
  kinds,
  change,
  more,
  unfold,
}: {
  readonly filter: { readonly kind: K; readonly text: string }
  /** The filter that lets everything pass. */
  readonly nothing: { readonly kind: K; readonly text: string }
  readonly kinds: readonly { readonly value: K; readonly label: string }[]
  readonly change: (filter: { readonly kind: K; readonly text: string }) => void
  /** How many would be found now that are not shown. */
  readonly more: number
  readonly unfold: (what: Unfold) => void
}) => {
  const text = useRef<HTMLInputElement>(null)
  useViewKey(
    '/',
    useCallback(() => text.current?.focus(), []),
  )
  return (
    <div className="row no-print fold-toolbar" role="group" aria-label="Filter and fold">
      <TextInput
        ref={text}
        aria-label="Filter by name"
        placeholder="Filter by name ( / )"
        w={170}
        value={filter.text}
        onChange={(event) => change({ ...filter, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          change(nothing)
          event.currentTarget.blur()
        }}
      />
      <NativeSelect
        aria-label="Filter by state"
        data={[...kinds]}
        value={filter.kind}
        onChange={(event) => change({ ...filter, kind: event.currentTarget.value as K })}
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
