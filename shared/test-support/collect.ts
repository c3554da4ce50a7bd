/** All values of something that gives them one after another. */
export const collect = async <T>(values: AsyncIterable<T> | Iterable<T>): Promise<readonly T[]> => {
  const all: T[] = []
  for await (const value of values) all.push(value)
  return all
}
