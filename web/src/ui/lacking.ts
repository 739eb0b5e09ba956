/** What a form still needs, by label: the pairs say whether each is there. */
export function lacking(needs: [label: string, present: boolean][]): string[] {
  return needs.filter(([, present]) => !present).map(([label]) => label)
}
