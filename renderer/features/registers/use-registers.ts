import { useMemo, useState } from 'react'
import { codingText } from '../../../shared/explore/decodings.ts'
import { viewRegisters } from '../../../shared/explore/reading.ts'
import type { CsvTable } from '../../format/csv.ts'
import { siteNow } from '../../state/clock.ts'
import { useRead } from '../../state/read.ts'
import { hexText, likelyText } from './cell-text.ts'
import { hold } from './draft-form.ts'
import { assign, useExplorer } from './explorer-store.ts'
import { overlayOn } from './overlay.ts'

const noOverlay: ReturnType<typeof overlayOn> = new Map()

/** A profile laid over what was read; `overlay` null: none is chosen, or not there yet. */
const useOverlay = (cells: Parameters<typeof overlayOn>[2]) => {
  const { asked, overlayId } = useExplorer()
  const chosen = useRead('explore.profile', overlayId === '' ? null : { id: overlayId })
  const overlay = overlayId === '' || chosen.step !== 'ready' ? null : chosen.value
  const values = useMemo(
    () => (overlay === null || asked === null ? noOverlay : overlayOn(overlay, asked.functionCode, cells)),
    [overlay, asked, cells],
  )
  return { overlay, values }
}

/** What was read, how it may be read, and the profiles it is compared with. */
export const useRegisters = () => {
  const { reading, asked, selected, names, assignments, stats } = useExplorer()
  const [again, setAgain] = useState(0)
  const profiles = useRead('explore.profiles', {}, again)
  const cells = useMemo(() => reading?.cells ?? [], [reading])
  const views = useMemo(() => viewRegisters(cells), [cells])
  const { overlay, values: overlayValues } = useOverlay(cells)
  const takeAll = (): void => {
    for (const [address, { key, register }] of overlayValues) {
      if (register.type === 'float32-4q-pf') continue
      const assignment = {
        key,
        address,
        functionCode: asked?.functionCode ?? 4,
        type: register.type,
        wordOrder: register.wordOrder ?? overlay?.wordOrder ?? 'high-first',
        scale: register.scale,
        shown: '',
        held: null,
        last: null,
      } as const
      assign({ ...assignment, last: hold(assignment, cells, reading?.atMs ?? siteNow()) })
    }
  }
  const table = (functionCode: 3 | 4): CsvTable => ({
    header: [
      'register',
      'function',
      'hex',
      'uint16',
      'likely_value',
      'likely_coding',
      'why',
      'hole',
      'changes',
      'name',
      'assigned_quantity',
    ],
    rows: views.map(({ cell, likely }) => [
      cell.address,
      functionCode,
      cell.word === null ? null : hexText(cell.word),
      cell.word,
      likely === null ? null : likelyText(likely),
      likely?.tile.coding == null ? null : codingText(likely.tile.coding),
      likely?.why ?? null,
      cell.why,
      stats.changes.get(cell.address) ?? 0,
      names[cell.address] ?? null,
      assignments.find((one) => one.address === cell.address)?.key ?? null,
    ]),
  })
  return {
    ...{ reading, asked, cells, views, overlay, overlayValues, takeAll },
    selectedView: views.find((view) => view.cell.address === selected),
    profiles: profiles.step === 'failed' ? [] : (profiles.value ?? []),
    reload: () => setAgain((before) => before + 1),
    csv:
      cells.length === 0 || asked === null ? undefined : { name: 'registers', table: () => table(asked.functionCode) },
  }
}
