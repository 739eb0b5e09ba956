/** Lets the browser keep what an address answers, as a press on a link would. */
export function download(href: string): void {
  const link = document.createElement('a')
  link.href = href
  link.download = ''
  link.click()
}
