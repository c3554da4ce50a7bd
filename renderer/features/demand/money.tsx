import { formatNumber } from '../../format/number.ts'
import { Dash } from '../../ui/dash.tsx'

export const money = (value: number, currency: string): string => `${formatNumber(value, 2)} ${currency}`

/** Without a price there is no money, and no 0. */
export const Money = ({ value, currency }: { readonly value: number | null; readonly currency: string }) =>
  value === null ? <Dash why="No price is known for some of the time it charges in" /> : <>{money(value, currency)}</>
