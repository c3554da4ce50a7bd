import { go } from '../state/route.ts'
import { refuseUpload, upload } from '../state/uploads.ts'
import { fileKinds, kindOf } from './file-kinds.ts'

const known = (): string =>
  fileKinds.map(({ extensions }) => extensions.map((each) => `.${each}`).join(', ')).join('; ')

/** A configuration comes before its data: the second of the two is told what became of both. */
const inOrder = (files: readonly File[]): readonly File[] =>
  [...files].sort((one, other) => Number(/\.dat$/i.test(one.name)) - Number(/\.dat$/i.test(other.name)))

/** Sends what a person chose or dropped to whoever takes such files, and shows it. A file nobody takes is told, and the others are sent. */
export const openFiles = async (files: readonly File[]): Promise<void> => {
  let route: string | null = null
  for (const file of inOrder(files)) {
    const kind = kindOf(file.name)
    if (kind === null)
      refuseUpload(file.name, `Files with this ending are not opened here; those that are: ${known()}.`)
    else if (await upload(file, kind.purpose)) route = kind.route
  }
  if (route !== null) go(route)
}
