/** Reads styles/tokens.css: which roles each theme has, and how well they contrast. */

/** @typedef {Record<string, string>} Tokens */

/** @param {string} css @returns {Record<string, Tokens>} */
export function blocksOf(css) {
  const themes = {}
  const plain = css.replace(/\/\*[\s\S]*?\*\//g, '')
  for (const match of plain.matchAll(/([^{}]*)\{([^{}]*)\}/g)) {
    const name = /\[data-theme='(\w+)'\]/.exec(match[1])?.[1]
    if (!name) continue
    themes[name] ??= {}
    for (const line of match[2].split(';')) {
      const [role, ...value] = line.split(':')
      if (role.trim().startsWith('--') && !role.trim().startsWith('--text-')) themes[name][role.trim()] = value.join(':').trim()
    }
  }
  return themes
}

/** @param {string} hex */
function luminance(hex) {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  const [red, green, blue] = parts.map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** WCAG contrast of two colours written as #rrggbb. @param {string} front @param {string} back */
export function contrast(front, back) {
  const [one, two] = [luminance(front), luminance(back)]
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05)
}
