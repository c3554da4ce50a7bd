import { useCan } from './clock.ts'
import { useConnection } from './connection.ts'
import { useLive } from './live.ts'

/** Whether a person at this screen may do what changes the program: connected as an operator. */
export const useIsOperator = (): boolean =>
  useConnection(({ phase, caller }) => phase === 'connected' && caller?.role !== 'viewer')

/** Whether a person at this screen may command control: connected as an operator, in the present, where the site is not read-only. */
export const useMayCommand = (): boolean => {
  const isConnected = useIsOperator()
  const isWritable = useLive(({ live }) => live !== null && live.control.readOnly === null)
  return useCan('control') && isConnected && isWritable
}
